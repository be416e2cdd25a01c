"""The annual report on the screen and its way out as a workbook; contacts by month; the roles."""

import io
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from office import clock
from office.admin_site import may
from office.roles import STAFF
from reports import annual_xlsx as workbook
from reports import heat_map, role_table
from reports.annual import figures, screen
from reports.annual.columns import month_columns
from reports.annual.wording import for_everybody, period_of, title_of
from reports.forms import AnnualForm, CoverageForm
from reports.snapshot import report_tx
from reports.subjects import Kind, UnknownSubject, find

PAGE, COVERAGE_PAGE = 50, 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def annual(request):
    """``?year=&subject=``: the sums first, then the deputies, sorted by ``sort`` and paged."""
    with report_tx():
        subject, offered, years = _found(request, request.GET.get("subject") or None)
        form = AnnualForm(_asked(request, subject, years), offered=offered, years=years)
        report = None
        if form.is_valid():
            report = figures.read(subject, form.cleaned_data["year"], on=clock.today(), user=request.user)
    return render(request, "reports/annual.html", {"form": form, **(_shown(request, report) if report else {})})


def annual_xlsx(request):
    """The same report as a workbook; for a year without records back to the page, which says so."""
    text, year = request.GET.get("subject") or None, request.GET.get("year", "")
    try:
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise workbook.NothingRecorded
        title, content = workbook.make(text, int(year), at=clock.now(), user=request.user)
    except UnknownSubject as unknown:
        raise Http404 from unknown
    except workbook.NothingRecorded:
        return redirect(f"{reverse('reports:annual')}?{urlencode({'year': year, 'subject': text or ''})}")
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


def coverage(request):
    """``?year=&town=&group=&only=missed``: deputies by months, the sums of all of them, the course of the rate."""
    asked, on = request.GET, clock.today()
    narrowest = [f"{kind}:{asked[kind]}" for kind in (Kind.GROUP, Kind.TOWN) if asked.get(kind)]
    with report_tx():
        subject, offered, years = _found(request, narrowest[0] if narrowest else None)
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


def _found(request, text):
    """The subject asked for with all that may be chosen; what is not in this user's sight is 404."""
    try:
        return find(text, user=request.user)
    except UnknownSubject as unknown:
        if text is not None:
            raise Http404 from unknown
        return None, [], []


def _asked(request, subject, years):
    """What the form is filled with: what was asked for, otherwise the last year on record."""
    year = request.GET.get("year") or (years[-1] if years else "")
    return {"year": year, "subject": subject and str(subject)}


def _shown(request, report) -> dict:
    sort = _sort(request)
    rows = sorted(report.rows, key=lambda row: -row.figures[sort]) if sort else report.rows
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    asked = {"year": report.year, "subject": str(report.subject)}
    return {
        "report": report,
        "title": title_of(report),
        "period": period_of(report),
        "page": page,
        "sort": sort,
        "query": urlencode(asked),
        "sorted_query": urlencode(asked | ({"sort": sort} if sort else {})),
        "tiles": screen.tiles(report),
        "months": screen.month_bars(report.total),
        "outcomes": screen.outcome_bars(report.total),
        "heads": screen.heads(),
        "lines": screen.lines(report, page),
        "apart": screen.apart(report),
        "left_out": screen.left_out(report),
        "sums": screen.cells(report.total),
        "is_one": report.subject.kind == Kind.DEPUTY,
        "for_everybody": for_everybody(report),
    }


def _sort(request) -> str:
    """The figure to sort by, the highest first; without one the rows stand by town and district."""
    sort = request.GET.get("sort", "")
    return sort if sort in {head.sort for head in screen.heads()} else ""


@admin.site.admin_view
def roles(request):
    """What each role sees, does and opens; a page in the frame of the admin site, for who works there."""
    context = {**admin.site.each_context(request), "title": _("Roles and rights"), "entries": role_table.entries()}
    return render(request, "admin/roles.html", context)
