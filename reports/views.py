"""Contacts by month; the roles."""

from dataclasses import replace

from django.contrib import admin
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from office import clock
from office.admin_site import may
from office.roles import STAFF
from reports import heat_map, role_table
from reports.annual import figures, screen
from reports.annual.columns import month_columns
from reports.annual.wording import for_everybody
from reports.annual_views import found
from reports.forms import CoverageForm
from reports.snapshot import report_tx
from reports.subjects import Kind

COVERAGE_PAGE = 100


def coverage(request):
    """``?year=&town=&group=&only=missed``: deputies by months, the sums of all of them, the course of the rate."""
    asked, on = request.GET, clock.today()
    narrowest = [f"{kind}:{asked[kind]}" for kind in (Kind.GROUP, Kind.TOWN) if asked.get(kind)]
    with report_tx():
        subject, offered, years = found(request, narrowest[0] if narrowest else None)
        year = asked.get("year") or (years[-1] if years else "")
        form = CoverageForm({**asked.dict(), "year": year}, offered=offered, years=years)
        both = None
        if form.is_valid():
            year = form.cleaned_data["year"]
            both = figures.read_contacts(subject, [year - 1, year], on=on, user=request.user)
    context = _coverage_shown(request, form.cleaned_data, both) if both else {}
    return render(request, "reports/coverage.html", {"form": form, "subject": subject, **context})


def _coverage_shown(request, asked, both) -> dict:
    if asked["town"]:
        both = [replace(report, rows=[row for row in report.rows if row.town[0] == asked["town"]]) for report in both]
    report = both[-1]
    rows = [row for row in report.rows if row.missed or asked["only"] != "missed"]
    page = Paginator(sorted(rows, key=heat_map.place_of), COVERAGE_PAGE).get_page(request.GET.get("page"))
    return {
        "report": report,
        "page": page,
        "bands": heat_map.bands(report, page, _records(request.user)),
        "sums": heat_map.sums(report),
        "year_sum": heat_map.year_sum(report),
        "trend": heat_map.trend(both),
        "marks": [(state, sign, name) for state, (sign, name) in heat_map.MARKS.items()],
        "left_out": screen.left_out(report),
        "for_everybody": for_everybody(report),
        "months": [column.label for column in month_columns()],
    }


def _records(user):
    """Where a deputy's contacts of a month are read: by the office in its list, by the deputy on the own page."""
    contacts, month, file = (
        reverse("admin:visits_visit_changelist"),
        reverse("visits:my_month"),
        reverse("reports:annual"),
    )

    is_staff = may(user, STAFF)

    def link(deputy, first):
        if is_staff:
            of_the_month = f"happened_on__year={first.year}&happened_on__month={first.month}"
            return f"{contacts}?deputy__id__exact={deputy.pk}&{of_the_month}"
        if deputy.user_id == user.pk:
            return f"{month}?month={clock.month_key(first)}"
        return f"{file}?year={first.year}&subject=deputy:{deputy.pk}"

    return link


@admin.site.admin_view
def roles(request):
    """What each role sees, does and opens; a page in the frame of the admin site, for who works there."""
    context = {**admin.site.each_context(request), "title": _("Roles and rights"), "entries": role_table.entries()}
    return render(request, "admin/roles.html", context)
