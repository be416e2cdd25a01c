"""The desk of a liaison station: what is to be done there, its register, and taking down a matter."""

from uuid import uuid4

from django.db.models import Count, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from constituents import actions, desk_tasks, similar
from constituents.forms import PetitionForm
from constituents.found import why
from constituents.models import Petition
from liaison_stations.models import Reception, ReceptionDuty, Station
from office import clock, keyset
from office.roles import Role
from office.submissions import once

_CATEGORIES_OFFERED = 30
_LONGEST_SEARCH = 100
_LONGEST_TEXT = 4000
_OPEN = Q(status__in=Petition.OPEN)
_S = Petition.Status
OPEN, ALL = "open", "all"
PARTS = {
    "screen": (_("to be screened"), (_S.RECEIVED, _S.ADMITTED)),
    "away": (_("with offices and units"), (_S.ESCALATED, _S.ROUTED, _S.RETURNED)),
    "back": (_("on the way back"), (_S.REPLIED, _S.FED_BACK, _S.JUDGED)),
    "ended": (pgettext_lazy("matters", "ended"), (_S.CLOSED, _S.ANSWERED, _S.DECLINED)),
    "aside": (_("merged or void"), (_S.MERGED, _S.VOID)),
}
"""How the states are grouped for somebody who looks for a matter."""
_STATUSES = {
    OPEN: Petition.OPEN,
    ALL: tuple(_S),
    **{status.value: (status,) for status in _S},
    **{name: statuses for name, (_label, statuses) in PARTS.items()},
}


def desk(request):
    """What is to be done at one station, what came in today, and what is still open."""
    stations = stations_of(request.user)
    station = chosen_station(request, stations)
    if station is None:
        return _page(request, "choose_station", stations=stations)
    petitions = Petition.objects.visible_to(request.user).filter(station=station)
    today = clock.today()
    listed = _listed(request, petitions, today)
    context = {
        "station": station,
        "stations": stations,
        "today": today,
        "counts": _counts(request.user, petitions, today),
        **listed,
        **(_of_the_day(station, petitions, today) if listed["begins"] else {}),
    }
    return _page(request, "_desk_part" if request.htmx else "desk", **context)


def _listed(request, petitions, on) -> dict:
    """One page of the register as it was asked for; ``begins`` where nothing else was asked than the desk itself."""
    text = " ".join(request.GET.get("q", "").split())[:_LONGEST_SEARCH]
    shown, after = _shown(request.GET.get("status"), text), request.GET.get("after")
    page = _matters(petitions, request.user, text=text, shown=shown, on=on, after=after)
    return {
        "begins": not (text or after) and shown == OPEN,
        "text": text,
        "shown": shown,
        "parts": PARTS,
        "page": page,
        "rows": [(row, why(row, text) if text else []) for row in page],
    }


def _of_the_day(station, petitions, on) -> dict:
    """What is to be done, and who receives today."""
    return {
        "tasks": desk_tasks.tasks(petitions, on),
        "tasks_shown": desk_tasks.SHOWN,
        "receptions": receptions_on(station, on),
    }


def receptions_on(station, on) -> list[Reception]:
    """The receptions and appointments of a day, each with its turns and how many matters were registered there."""
    entered = Count("petitions", distinct=True)
    turns = Prefetch("duties", ReceptionDuty.objects.select_related("deputy").order_by("pk"))
    rows = station.receptions.filter(planned_on=on, cancelled=False).annotate(entered=entered)
    found = list(rows.prefetch_related(turns).order_by("starts_at", "pk"))
    for one in found:
        one.key = uuid4()
        for duty in one.duties.all():
            duty.key = uuid4()
    return found


def _counts(user, petitions, on) -> dict:
    """What came in today and what is open; for a station head the station's month so far beside it."""
    asked = {"today": Count("pk", filter=Q(received_on=on)), "open": Count("pk", filter=_OPEN)}
    first = clock.month_start(on)
    if not user.has_role(Role.STATION_HEAD):
        return petitions.aggregate(**asked)
    received = Q(received_on__gte=first)
    return {"month": first} | petitions.aggregate(
        **asked,
        received=Count("pk", filter=received),
        urgent=Count("pk", filter=received & Q(urgent=True)),
        paper=Count("pk", filter=received & Q(paper__isnull=False)),
        ended=Count("pk", filter=received & ~_OPEN),
        waiting=Count("pk", filter=_OPEN & Q(received_on__lt=first)),
    )


def register(request):
    """Take down one matter while the visitor sits opposite (D5-三a); the receipt follows."""
    station = chosen_station(request, stations_of(request.user))
    if station is None:
        return redirect("constituents:desk")
    at = clock.now()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    into = similar.comparable(request.user, station, clock.local_date(at))
    asked = request.GET.get("reception")
    form = PetitionForm(*sent, station=station, on=clock.local_date(at), into=into, reception=asked)
    earlier = None
    if sent and form.is_valid():
        address, earlier = _save(request.user, form, station=station, at=at)
        if address and earlier is None:
            return redirect(address)
    if earlier or "key" in form.errors:
        form.renew_key()
    if form.errors:
        form.focus_first_error()
    categories = _categories_in_use(request.user)
    return _page(request, "register", form=form, station=station, earlier=earlier, categories=categories)


@require_POST
def suggest(request):
    """What may be the same as the matter being typed, and what its words hint at; the words stand in no address."""
    station = chosen_station(request, stations_of(request.user))
    if station is None:
        raise Http404
    typed = {name: request.POST.get(name, "")[:_LONGEST_TEXT] for name in ("phone", "situation")}
    context = {
        "found": similar.find(request.user, station, on=clock.today(), **typed),
        "hints": similar.hints(station, situation=typed["situation"]),
    }
    return render(request, "constituents/_similar.html", context)


def _page(request, name, **context):
    context["at_desk"] = request.user.has_role(Role.STATION_OFFICER, Role.STATION_HEAD)
    return render(request, f"constituents/{name}.html", context)


def stations_of(user):
    """The stations where this person has a post; to see a station is not enough to keep its register."""
    return list(Station.objects.visible_to(user).filter(posts__user=user).select_related("jurisdiction").distinct())


def chosen_station(request, stations):
    """The station asked for, the only one, or the one used last; None when the person must choose."""
    asked = request.GET.get("station")
    wanted = asked or str(request.session.get("station"))
    station = next((s for s in stations if str(s.pk) == wanted), None)
    if asked and station is None:
        raise Http404
    if asked and request.session.get("station") != station.pk:
        request.session["station"] = station.pk
    return stations[0] if len(stations) == 1 else station


def _shown(asked, text):
    """Which part of the register is listed: a search goes through all of it, otherwise today's and open matters."""
    if asked in _STATUSES:
        return asked
    return ALL if text else OPEN


def _matters(petitions, user, *, text, shown, on, after):
    """One page of a part of the register; a search reads the nearest matters before it asks an index."""
    open_or_new = Q(status__in=Petition.OPEN) | Q(received_on=on)
    part = open_or_new if shown == OPEN else Q(status__in=_STATUSES[shown])
    rows = petitions.filter(part).select_related("station", "deputy")
    if not text:
        return keyset.page(rows, after=after)

    return keyset.search_page(rows, lambda some, by_index: some.matching(text, user, by_index=by_index), after=after)


def _categories_in_use(user):
    """The categories that this person's registers already have, the most frequent first."""
    named = Petition.objects.visible_to(user).exclude(category="").order_by()
    counted = named.values("category").annotate(n=Count("pk")).order_by("-n", "category")
    return [row["category"] for row in counted[:_CATEGORIES_OFFERED]]


def _save(user, form, *, station, at):
    """Register what stands in the form; the receipt's address, and the earlier petition if this form had made another.

    Somebody who goes back, writes the next visitor into the old form and saves must not be shown the first receipt.
    """
    made = []

    def act():
        made.append(_register(user, form, station=station, at=at))
        return reverse("constituents:receipt", args=[made[0].pk])

    try:
        address = once(user=user, key=form.cleaned_data["key"], at=at, act=act)
    except actions.CannotMove as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None, None
    if made:
        return address, None
    earlier = _petition(user, resolve(address).kwargs["pk"])
    same = earlier.station_id == station.pk and form.repeats(earlier)
    return address, None if same else earlier


def _register(user, form, *, station, at):
    """The new matter, and where it is known to be the same as another, merged into that one at once (D5-三b)."""
    petition = actions.register(by=user, at=at, on=clock.local_date(at), station=station, **form.matter())
    other = form.cleaned_data["merge_into"]
    return actions.merge(petition, into=other, by=user, at=at) if other else petition


def _petition(user, pk):
    rows = Petition.objects.visible_to(user).select_related("station", "deputy", "registered_by")
    return get_object_or_404(rows, pk=pk)
