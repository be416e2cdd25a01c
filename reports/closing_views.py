"""Closed years in the admin site: which are closed, closing one, what would be different now, opening one again."""

from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from office import clock, typed
from office.models import Jurisdiction
from office.models.places import Level
from office.word.drawing import said
from reports import closing, exports
from reports.annual.listed import LISTED
from reports.before_closing import before_closing
from reports.forms import YEARS
from reports.models import ClosedYear, FrozenReport
from reports.subjects import find

LIST = "admin:reports_closedyear_changelist"
PAGE = 100
AT_ONCE = 200
"""So many reports are frozen while one waits; more are long work with its progress."""
SHOWN = 500
"""So many differences stand on the page; the command lists them all."""
_PAGES = {
    "visit": "admin:visits_visit_change",
    "petition": "constituents:detail",
    "suggestion": "constituents:suggestion",
    "deputy": "admin:deputies_deputy_change",
}


class Line(NamedTuple):
    """A year of a county that has records: how it stands, and every time it was closed, the last one first."""

    place: Jurisdiction
    year: int
    is_over: bool
    standing: ClosedYear | None
    history: list


def board(request, model_admin):
    """The years on record, from the last one back."""
    on = clock.today()
    context = {"title": _("Closed years"), "opts": model_admin.opts, "lines": _lines(request, model_admin, on)}
    return model_admin.page(request, "admin/closing/board.html", context)


def close(request, model_admin):
    """Show what will be frozen and what still waits; then close the year."""
    place, year = _asked(request, model_admin)
    numbers, waiting = before_closing(place, year, user=request.user)
    standing = closing.standing_of(place, year)
    if request.method == "POST":
        at_once = standing or sum(one.number for one in numbers) <= AT_ONCE
        return redirect(*(_close_now if at_once else _close_by_worker)(request, place, year))
    context = {
        "title": _("Close %(place)s %(year)d") % {"place": place, "year": year},
        "opts": model_admin.opts,
        "place": place,
        "year": year,
        "on": clock.today(),
        "numbers": numbers,
        "waiting": waiting,
        "standing": standing,
    }
    return model_admin.page(request, "admin/closing/close.html", context)


def _close_by_worker(request, place, year) -> tuple:
    """The page that shows how far it is."""
    told = {"county": place.code, "year": year}
    return "reports:export", exports.start("closing", params=told, by=request.user, at=clock.now()).pk


def _close_now(request, place, year) -> tuple:
    """The page of the closed year, or the list with what refused it."""
    try:
        done = closing.close(f"county:{place.code}", year, by=request.user, at=clock.now(), on=clock.today())
    except closing.CannotClose as refused:
        messages.error(request, str(refused))
        return (LIST,)
    said = pgettext("year", "%s is closed.") if done.is_new else _("%s was closed already; nothing was changed.")
    messages.success(request, said % done.year)
    return "admin:reports_closedyear_change", done.year.pk


def show(request, model_admin, object_id):
    """One closed year: when and by whom, the fingerprints of its reports, and opening it again."""
    return _page(request, model_admin, model_admin.found(request, object_id))


def differences(request, model_admin, object_id):
    """What a recount of today finds otherwise than it was frozen."""
    return model_admin.page(request, "admin/closing/differences.html", _recounted(request, model_admin, object_id))


def on_paper(request, model_admin, object_id):
    """The same, to be printed."""
    return model_admin.page(request, "admin/closing/print.html", _recounted(request, model_admin, object_id))


def reopen(request, model_admin, object_id):
    """Open a closed year again, for a reason."""
    row = model_admin.found(request, object_id)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            closing.reopen(row, by=request.user, at=clock.now(), reason=reason)
        except closing.CannotClose as refused:
            return _page(request, model_admin, row, fault=str(refused), reason=reason)
        messages.success(request, _("%s is open again. What was frozen stays on record.") % row)
    return redirect("admin:reports_closedyear_change", row.pk)


def _page(request, model_admin, row, **more):
    reports = FrozenReport.objects.visible_to(request.user).filter(closed=row).defer("content").order_by("pk")
    context = {
        "title": str(row),
        "opts": model_admin.opts,
        "row": row,
        "page": Paginator(reports, PAGE).get_page(request.GET.get("page")),
        "others": ClosedYear.objects.visible_to(request.user)
        .filter(jurisdiction=row.jurisdiction, year=row.year)
        .exclude(pk=row.pk)
        .select_related("closed_by"),
        "longest": closing.LONGEST_REASON,
        **more,
    }
    return model_admin.page(request, "admin/closing/year.html", context)


def _lines(request, model_admin, on) -> list[Line]:
    rows = list(model_admin.rows(request).select_related("jurisdiction", "closed_by", "reopened_by"))
    counties = Jurisdiction.objects.visible_to(request.user, roles=model_admin.viewing).filter(level=Level.COUNTY)
    years = sorted((year for year in find("county", user=request.user)[2] if year in YEARS), reverse=True)
    return [_line(place, year, rows, on) for place in counties for year in years if year <= on.year]


def _line(place, year, rows, on) -> Line:
    own = [row for row in rows if row.jurisdiction_id == place.pk and row.year == year]
    return Line(place, year, year < on.year, next((row for row in own if row.is_standing), None), own)


def _asked(request, model_admin) -> tuple[Jurisdiction, int]:
    """The county and the year of the address, or of the form."""
    told = request.POST if request.method == "POST" else request.GET
    year = typed.number(told.get("year"))
    places = Jurisdiction.objects.visible_to(request.user, roles=model_admin.viewing)
    place = places.filter(level=Level.COUNTY, code=told.get("county", ""))
    if year not in YEARS or not place.exists():
        raise Http404
    return place.get(), year


def _recounted(request, model_admin, object_id) -> dict:
    row = model_admin.found(request, object_id)
    found, damaged = _differences_of(row)
    names = dict(row.reports.values_list("subject", "name")) if found else {}
    return {
        "damaged": damaged,
        "title": _("%s: what would be different now") % row,
        "opts": model_admin.opts,
        "row": row,
        "on": clock.today(),
        "total": len(found),
        "lines": [
            (_in_words(one, names), _links(one.records, one.gone), _links(one.records, one.new))
            for one in found[:SHOWN]
        ],
        "shown": SHOWN,
    }


def _differences_of(row) -> tuple[list, str]:
    """Every difference, or what cannot be compared."""
    try:
        return closing.recount(row).differences, ""
    except closing.Damaged as damaged:
        return [], str(damaged)


def _in_words(one, names) -> closing.Difference:
    """A difference as a person reads it: whose figure it is, both values, and what kind of records it counts."""
    whose = one.key.rpartition("/")[0]
    name = names.get(whose) or (whose.partition(":")[2] if not whose.startswith("place:") else "")
    kind = str(LISTED[one.records].model._meta.verbose_name) if one.records in LISTED else ""
    label = f"{name} · {one.label}" if name else one.label
    return one._replace(label=label, was=said(one.was) or "–", now=said(one.now) or "–", records=kind)


def _links(records, keys) -> list[tuple]:
    """The records of a line by key, with the page that each is kept on."""
    return [(key, _link(records, key)) for key in keys[:20]]


def _link(records, key) -> str:
    try:
        return reverse(_PAGES[records], args=[key]) if records in _PAGES else ""
    except NoReverseMatch:
        return ""
