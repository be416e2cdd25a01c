"""A deputy's duty file on the screen, on paper and as PDF; and the list of those in sight."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from deputies.models import Deputy, DeputyGroup
from office import clock, pdf, typed
from office.models import Clause
from office.papers import printed
from office.roles import Role
from reports.duty_file import basics, links, paper, reading
from reports.snapshot import report_tx
from reports.subjects import DUTY_FILE
from visits.duty_entries import KEEPING

SHOWN = 60
_READING = KEEPING | {Role.LEADER}


def files(request):
    """``?group=&q=&page=``: whose duty files this person may read."""
    groups = list(DeputyGroup.objects.visible_to(request.user, roles=_READING).order_by("name", "pk"))
    asked, name = request.GET.get("group", ""), request.GET.get("q", "").strip()[:50].replace("\x00", "")
    rows = Deputy.objects.visible_to(request.user, along=DUTY_FILE, roles=_READING).filter(end_reason="")
    rows = rows.filter(group=typed.key(asked)) if asked else rows
    rows = rows.filter(name__contains=name) if name else rows
    waiting = Count("duty_entries", filter=Q(duty_entries__status="declared"))
    rows = rows.annotate(n_waiting=waiting).select_related("district__jurisdiction", "group")
    rows = rows.order_by("district__jurisdiction__code", "district__number", "pk")
    context = {
        "page": Paginator(rows, SHOWN).get_page(request.GET.get("page")),
        "groups": groups,
        "asked": asked,
        "q": name,
    }
    return render(request, "reports/duty_files.html", context)


def mine(request):
    """The own file, by the way that needs no number."""
    deputy = Deputy.objects.visible_to(request.user, roles={Role.DEPUTY}).present().filter(user=request.user).first()
    if deputy is None:
        return render(request, "visits/no_mandate.html")
    return show(request, deputy.pk)


def show(request, pk):
    """``?year=2026`` or ``?year=term``: the eight parts, each line with its record and clause, and the summary."""
    file, on = _read(request, pk)
    deputy, link = file.deputy, links.opener(file.deputy, request.user)
    parts = [
        (part, title, clauses, [(line, link(line)) for line in lines]) for part, title, clauses, lines in file.parts()
    ]
    keys = {key for _part, _title, clauses, _lines in parts for key in clauses}
    context = {
        "deputy": deputy,
        "basics": basics.of(deputy, request.user),
        "parts": parts,
        "spans": [name for name, _first, _last in file.spans()],
        "summary": file.summary(),
        "is_mine": deputy.user_id == request.user.pk,
        "keeps": request.user.has_role(*KEEPING),
        "chosen": _chosen(request),
        "file": file,
        "years": range(on.year, on.year - 6, -1),
        "clauses": Clause.objects.filter(key__in=keys).select_related("regulation"),
        "on": on,
    }
    return render(request, "reports/duty_file.html", context)


def as_pdf(request, pk):
    """The same on A4, as PDF; it stands in the trail that it was made."""
    file, on = _read(request, pk)
    try:
        content = pdf.render("duty_file", paper.data(file, user=request.user, on=on))
    except pdf.PaperRefused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('reports:duty_file', args=[pk])}?year={_chosen(request)}")
    printed(file.deputy, paper="duty_file", by=request.user, at=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    attached = content_disposition_header(as_attachment=True, filename=f"{paper.title(file)}.pdf")
    response.headers["Content-Disposition"] = attached
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _read(request, pk):
    """The file of one deputy in sight, for the time that is asked for, and the day on which it was read."""
    on = clock.today()
    seen = Deputy.objects.visible_to(request.user, along=DUTY_FILE)
    deputy = get_object_or_404(seen.select_related("term"), pk=pk)
    first, last = _span(_chosen(request), deputy, on)
    with report_tx():
        found = reading.read(seen.filter(pk=pk), first, last)
    if not found:
        raise Http404
    return found[0], on


def _chosen(request) -> str:
    return request.GET.get("year") or str(clock.today().year)


def _span(chosen, deputy, on):
    """A year of the last six, or the whole term as far as there are records of it."""
    if chosen == "term":
        begun = [day for day in (deputy.joined_on, deputy.term.records_since) if day]
        first = max(min(begun, default=date(on.year - 5, 1, 1)), date(on.year - 5, 1, 1))
        return first, max(first, on)
    year = typed.number(chosen)
    if not on.year - 5 <= year <= on.year:
        raise Http404
    return date(year, 1, 1), date(year, 12, 31)
