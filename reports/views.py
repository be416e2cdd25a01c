"""The annual report on the screen, and its way out as a workbook."""

import io
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from office import clock
from reports import annual_xlsx as workbook
from reports.annual import figures, screen
from reports.annual.wording import for_everybody, period_of, title_of
from reports.forms import AnnualForm
from reports.snapshot import report_tx
from reports.subjects import Kind, UnknownSubject, find

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def annual(request):
    """``?year=&subject=``: the sums first, then the deputies, sorted by ``sort`` and paged."""
    with report_tx():
        subject, offered, years = _found(request)
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


def _found(request):
    """The subject asked for with all that may be chosen; what is not in this user's sight is 404."""
    text = request.GET.get("subject") or None
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
        "sums": screen.cells(report.total),
        "is_one": report.subject.kind == Kind.DEPUTY,
        "for_everybody": for_everybody(report),
    }


def _sort(request) -> str:
    """The figure to sort by, the highest first; without one the rows stand by town and district."""
    sort = request.GET.get("sort", "")
    return sort if sort in {head.sort for head in screen.heads()} else ""
