"""Figures over time for whoever leads or keeps the office: contacts, matters, units, and the records behind each."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from office import clock
from reports import trend_pages, trends
from reports.annual import figures
from reports.forms import RecordsForm, TrendForm
from reports.record_lists import LISTS
from reports.snapshot import report_tx
from reports.subjects import Kind, UnknownSubject, find
from reports.trend_parts import Asked

TABS = (
    ("reports:trends", _("Contacts")),
    ("reports:trend_matters", _("Matters")),
    ("reports:trend_units", _("Units")),
)


def contacts(request):
    """``?year=&period=&town=``: contacts and coverage by month and town, beside the year before."""

    def read(asked):
        years = [asked.year - 1, asked.year]
        return trend_pages.contacts(
            asked, figures.read_contacts(asked.subject, years, on=clock.today(), user=request.user)
        )

    return _page(request, read)


def matters(request):
    """The same of the matters: by month, category and town."""

    def read(asked):
        both = (asked.year - 1, asked.year)
        found = [trends.matters(asked.subject, year, on=clock.today(), user=request.user) for year in both]
        return trend_pages.matters(asked, *found)

    return _page(request, read)


def units(request):
    """How the units replied to what they were handed."""

    def read(asked):
        both, on = (asked.year - 1, asked.year), clock.today()
        found = [trends.units(asked.subject, year, asked.months, on=on, user=request.user) for year in both]
        return trend_pages.units(asked, *found)

    return _page(request, read)


def records(request):
    """The records that one figure was counted from, page by page; those that are not in sight are only counted."""
    with report_tx():
        form, asked = _asked(request, RecordsForm)
        if asked is None:
            return redirect("reports:trends")
        found = LISTS[form.cleaned_data["what"]](asked, form.cleaned_data, user=request.user, on=clock.today())
        page = found.page(request.GET.get("after"))
    days = trends.days_of(asked.year, asked.months)
    context = {
        "asked": asked,
        "days": days,
        "found": found,
        "page": page,
        "back": asked.page(_tab_of(form.cleaned_data["what"])),
    }
    return render(request, "reports/records.html", context)


def _tab_of(what) -> str:
    return {"contacts": "reports:trends", "matters": "reports:trend_matters", "replies": "reports:trend_units"}[what]


def _page(request, read):
    with report_tx():
        form, asked = _asked(request, TrendForm)
        context = read(asked) if asked else {}
    if asked:
        period = trends.PERIODS[asked.period][0]
        context |= {"asked": asked, "period": period, "tabs": [(asked.page(name), label, name) for name, label in TABS]}
    return render(request, "reports/trends.html", {"form": form, **context})


def _asked(request, form_class):
    """The form and what it asks for; None for an address that asks for what is not there."""
    town = request.GET.get("town")
    try:
        subject, offered, years = find(f"{Kind.TOWN}:{town}" if town else None, user=request.user)
    except UnknownSubject as unknown:
        if town:
            raise Http404 from unknown
        return form_class({}, towns=[], years=[]), None
    towns = [one for one in offered if one.kind == Kind.TOWN]
    year = request.GET.get("year") or (years[-1] if years else "")
    form = form_class({**request.GET.dict(), "year": year}, towns=towns, years=years)
    if not form.is_valid():
        return form, None
    told = form.cleaned_data
    return form, Asked(told["year"], told["period"], subject, towns, alone=told["year"] - 1 not in years)
