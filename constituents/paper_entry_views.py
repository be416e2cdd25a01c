"""The page on which a stack of paper forms is typed into the register, and what came of one stack (N5)."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from constituents import actions, paper_forms
from constituents.models import PaperBatch, Petition
from constituents.paper_forms import PaperRows, PaperSheet
from constituents.views import chosen_station, stations_of
from office import audit, clock, files
from office.submissions import earlier, once
from office.uploads import CONTENT_TYPES

_KIND_OF = {content_type: kind for kind, content_type in CONTENT_TYPES.items()}
_BATCHES_SHOWN = 5


def paper(request):
    """A sheet of rows: typed in or pasted, looked through, then saved all at once or not at all."""
    station = chosen_station(request, stations_of(request.user))
    if station is None:
        return redirect("constituents:desk")
    at = clock.now()
    on, asked = clock.local_date(at), request.POST.get("do")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    sheet, context = PaperSheet(*sent), {}
    if asked == "paste" or not sent:
        rows, context = _pasted(request.POST)
        rows = paper_forms.sheet_of(rows, station=station, on=on)
    else:
        rows = PaperRows(*sent, station=station, on=on)
        address = _address_after(request.user, sheet, rows, at=at) if asked != "check" else None
        if address:
            return redirect(address)
    return render(request, "constituents/paper.html", _context(request, station, sheet, rows, asked) | context)


def _pasted(data) -> tuple[list, dict]:
    """What stood in the sheet with what was pasted behind it, and what is to be said of that."""
    typed, pasted = paper_forms.rows_typed(data), paper_forms.rows_pasted(data.get("pasted", ""))
    rows = typed + pasted
    return rows[: paper_forms.MOST], {"pasted": len(pasted), "too_many": len(rows) - paper_forms.MOST}


def _context(request, station, sheet, rows, asked) -> dict:
    looked_at = request.method == "POST"
    return {
        "station": station,
        "sheet": sheet,
        "rows": rows,
        "columns": [PaperRows.form.base_fields[name].label for name in paper_forms.COLUMNS],
        "looked_at": looked_at,
        "good": looked_at and rows.is_valid() and sheet.is_valid(),
        "wrong": looked_at and sum(not form.is_valid() for form in rows.forms),
        "asked": asked,
        "files_were_chosen": bool(request.FILES),
        "deputies": rows.deputies,
        "categories": _categories(station),
        "most": paper_forms.MOST,
        "batches": PaperBatch.objects.visible_to(request.user).filter(station=station)[:_BATCHES_SHOWN],
    }


def _categories(station) -> list[str]:
    named = station.petitions.exclude(category="").order_by().values_list("category", flat=True)
    return list(named.distinct()[:30])


def _address_after(user, sheet, rows, *, at) -> str | None:
    """The page of the new batch, or of the first sending where the same was sent before; None where something is wrong.

    Other rows typed into a sheet that was saved already, after going back, are a new sheet.
    """
    right, before = sheet.is_valid() & rows.is_valid(), earlier(user=user, key=sheet["key"].value())
    if before and rows.all_known:
        return before
    if before:
        sheet.renew_key()
    return _saved(user, sheet, rows, at=at) if right else None


def _saved(user, sheet, rows, *, at) -> str:
    def act():
        told = [form.matter() for form in rows.filled]
        scan = next(iter(sheet.cleaned_data["scan"]), None)
        made = actions.register_from_paper(by=user, at=at, station=rows.station, rows=told, scan=scan)
        return reverse("constituents:paper_batch", args=[made.pk])

    return once(user=user, key=sheet.cleaned_data["key"], at=at, act=act)


def batch(request, pk):
    """What came of one stack: the numbers, in the order of the days."""
    one = _batch(request.user, pk)
    petitions = Petition.objects.visible_to(request.user).filter(paper=one).select_related("station", "deputy")
    context = {"batch": one, "petitions": petitions.order_by("year", "seq")}
    return render(request, "constituents/paper_batch.html", context)


def scan(request, pk):
    """The scan of all the sheets of one stack, to who keeps the register; each opening is written down."""
    one = _batch(request.user, pk)
    if not one.scan:
        raise Http404
    audit.record(by=request.user, at=clock.now(), action="paper.opened", subject=one)
    return files.download(one.scan.name, one.name, _KIND_OF[one.kind], inline="inline" in request.GET)


def _batch(user, pk):
    rows = PaperBatch.objects.visible_to(user).select_related("station", "entered_by")
    return get_object_or_404(rows, pk=pk)
