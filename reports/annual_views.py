"""The duty report on the screen, the records behind each of its figures, and its ways out as a file."""

import io
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from office import clock
from office.admin_site import may
from office.models import Clause
from office.roles import STAFF
from reports import closing, exports
from reports.annual import behind, document, figures, formats, reread, screen, shown
from reports.annual.formats import FORMATS
from reports.annual.period import BadPeriod, Period
from reports.annual.sections import document_of
from reports.annual.wording import for_everybody, period_of, title_of
from reports.forms import YEARS, AnnualForm, LetterForm
from reports.snapshot import report_tx
from reports.subjects import Kind, UnknownSubject, find

PAGE = 50
LONG = (Kind.COUNTY, Kind.TOWN)
"""Reports of so many deputies and records that their files are made by the worker; others are there in a moment."""


def annual(request):
    """``?subject=&year=`` or ``&from=&to=``: sums and charts first, then every section, then the deputies.

    With ``all=1`` all deputies stand on one page, to be printed.
    """
    with report_tx():
        subject, offered, years = found(request, request.GET.get("subject") or None)
        form = AnnualForm(_asked(request, subject, years), offered=offered, years=years)
        try:
            read = _read(request, subject, form.cleaned_data["period"]) if form.is_valid() else None
        except closing.Damaged as damaged:
            read = form.add_error(None, str(damaged))
    context = {"form": form, **(_shown(request, *read) if read else {})}
    return render(request, "reports/annual.html", context)


def _read(request, subject, period):
    """The report and its document: as a closed year was frozen, or else counted now beside the year before."""
    kept = closing.frozen(subject, period)
    if kept:
        return reread.report_of(kept), kept
    before, now = figures.read_years(subject, [period.before, period], on=clock.today(), user=request.user)
    return now, document_of(now, before)


def found(request, text):
    """The subject asked for with all that may be chosen; what is not in this user's sight is 404."""
    try:
        return find(text, user=request.user)
    except UnknownSubject as unknown:
        if text is not None:
            raise Http404 from unknown
        return None, [], []


def _asked(request, subject, years):
    """What the form is filled with: what was asked for, otherwise the last year on record."""
    asked = {name: request.GET.get(name, "") for name in ("from", "to")}
    year = request.GET.get("year") or ("" if any(asked.values()) else years[-1] if years else "")
    return {**asked, "year": year, "subject": subject and str(subject)}


def _shown(request, report, made) -> dict:
    link = shown.links_of(report.subject, report.period)
    return {
        **_about(request, report, made),
        **_ways_out(request, report),
        **_charts(report, link),
        **_deputies(request, report, link),
        "sections": shown.parts(made, link),
    }


def _about(request, report, made) -> dict:
    return {
        "report": report,
        "title": title_of(report),
        "period": period_of(report),
        "is_year": report.period.is_year,
        "is_one": report.subject.kind == Kind.DEPUTY,
        "closed": getattr(made, "closed", None),
        # Of a year that is not closed the page counts, and has no keys of records that one could be drawn over.
        "fingerprint": made.fingerprint if made.report is None else "",
        "left_out": screen.left_out(report),
        "for_everybody": for_everybody(report),
    }


def _ways_out(request, report) -> dict:
    """What the files of this report are asked for by."""
    asked = _address(report.subject, report.period)
    days = {"subject": report.subject, "first": report.period.first, "last": report.period.last}
    return {
        "asked": asked,
        "query": urlencode(asked),
        "is_long": report.subject.kind in LONG,
        "letter": LetterForm(auto_id=False),
        "is_staff": may(request.user, STAFF),
        "contacts_query": urlencode(days),
        "notice_query": urlencode({"subject": report.subject}),
    }


def _charts(report, link) -> dict:
    outcomes = screen.outcome_bars(report.total)
    months = screen.month_bars(report.total, report.period)
    return {
        "tiles": screen.tiles(report, link),
        "months": months,
        "bars": [(bar, link(bar.key)) for bar in months],
        "width": screen.STEP * len(report.period.months),
        "outcomes": [(name, [(bar, link(bar.key)) for bar in bars]) for name, bars in outcomes],
    }


def _deputies(request, report, link) -> dict:
    """The table of the deputies: one page of it, or ``?all=``; a deputy's name leads to the own report."""
    sort, whole = _sort(request), bool(request.GET.get("all"))
    rows = sorted(report.rows, key=lambda row: -row.figures[sort]) if sort else report.rows
    page = Paginator(rows, max(PAGE, len(rows)) if whole else PAGE).get_page(request.GET.get("page"))
    span = {name: value for name, value in _address(report.subject, report.period).items() if name != "subject"}
    return {
        "page": page,
        "is_whole": whole,
        "sort": sort,
        "span": urlencode(span),
        "heads": screen.heads(),
        "lines": screen.lines(report, page, link),
        "apart": screen.apart(report, link),
        "sums": screen.cells(report.total, link=link),
    }


def _address(subject, period) -> dict:
    """What an address names a report by."""
    if period.is_year:
        return {"year": period.first.year, "subject": str(subject)}
    first, last = period.keys
    return {"from": first, "to": last, "subject": str(subject)}


def _sort(request) -> str:
    """The figure to sort by, the highest first; without one the rows stand by town and district."""
    sort = request.GET.get("sort", "")
    return sort if sort in {head.sort for head in screen.heads()} else ""


def figure(request):
    """``?subject=&from=&to=&key=&page=``: the records behind one figure, exactly those that it counts (N2)."""
    key, period = request.GET.get("key", ""), _period(request.GET)
    if period is None:
        raise Http404
    with report_tx():
        subject, _offered, _years = found(request, request.GET.get("subject", ""))
        try:
            kept = closing.frozen(subject, period)
        except closing.Damaged:
            return redirect(f"{reverse('reports:annual')}?{urlencode(_address(subject, period))}")
        context = _opened(request, kept, subject, period, key)
    context |= {"subject": subject, "period": period, "closed": kept and kept.closed}
    context["back"] = f"{reverse('reports:annual')}?{urlencode(_address(subject, period))}"
    return render(request, "reports/figure.html", context)


def _opened(request, kept, subject, period, key) -> dict:
    """The figure with one page of its records and the clauses that it cites; 404 where none is opened by this key."""
    one, clauses, deputies = _figure(kept, subject, period, key, request.user)
    if one is None or one.is_share:
        raise Http404
    shown = behind.shown(one, request.GET.get("page"), request.user, deputies)
    return {"figure": one, "shown": shown, "page": shown.page, "clauses": _cited(one.clause.split("、"), clauses)}


def _cited(keys, known) -> list[Clause]:
    """The clauses that a figure cites, in its order; no query where the rules' own clauses are enough."""
    if not set(keys) <= known.keys():
        known = {one.key: one for one in Clause.objects.filter(key__in=keys).select_related("regulation")}
    return [known[key] for key in keys if key in known]


def _figure(kept, subject, period, key, user) -> document.Found:
    """The figure as it was frozen in a closed year, or as it is counted now; with what was read on the way."""
    if kept:
        return document.Found(document.figure_of(kept, key), {}, {})
    return document.find_figure(subject, period, key, on=clock.today(), user=user)


def _period(asked) -> Period | None:
    """The period that an address names, a year or months; None for what is none."""
    year = asked.get("year", "")
    if year.isascii() and year.isdigit() and int(year) in YEARS:
        return Period.year(int(year))
    try:
        return Period.between(asked.get("from", ""), asked.get("to", ""))
    except BadPeriod:
        return None


def annual_file(request, form=""):
    """``&format=``: the report in one of ``FORMATS``; for a period without records back to the page, which says so."""
    form = form or request.GET.get("format", "")
    if form not in FORMATS:
        raise Http404
    text, period = request.GET.get("subject") or None, _period(request.GET)
    try:
        if period is None:
            raise formats.NothingRecorded
        around = _letter(request.GET)
        written = formats.write(text, period, form, at=clock.now(), user=request.user, **around)
    except UnknownSubject as unknown:
        raise Http404 from unknown
    except formats.CannotWrite as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('reports:annual')}?{urlencode({'subject': text or ''})}")
    except formats.NothingRecorded:
        year = {"year": request.GET.get("year", ""), "subject": text or ""}
        return redirect(f"{reverse('reports:annual')}?{urlencode(year)}")
    kind = FORMATS[form].content_type
    return FileResponse(io.BytesIO(written.content), as_attachment=True, filename=written.title, content_type=kind)


def _letter(asked) -> dict:
    """Number and addressee as they were written; CannotWrite for what no letter holds."""
    form = LetterForm(asked)
    if form.faults:
        raise formats.CannotWrite(form.faults)
    return {name: text for name, text in form.cleaned_data.items() if text}


@require_POST
def annual_export(request):
    """The same made by the worker, for reports that take long."""
    form, period = request.POST.get("format", ""), _period(request.POST)
    if form not in FORMATS or period is None:
        raise Http404
    subject, _offered, _years = found(request, request.POST.get("subject", ""))
    first, last = period.keys
    try:
        around = _letter(request.POST)
    except formats.CannotWrite as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('reports:annual')}?{urlencode(_address(subject, period))}")
    params = {"subject": str(subject), "from": first, "to": last, "format": form, **around}
    job = exports.start("annual", params=params, by=request.user, at=clock.now())
    return redirect("reports:export", job.pk)
