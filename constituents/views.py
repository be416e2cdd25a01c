"""The desk of a liaison station: today's matters, the register, the receipt, the printed form."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse

from constituents import actions, moves
from constituents.forms import PetitionForm
from constituents.models import Petition
from liaison_stations.models import Station
from office import clock
from office.roles import Role
from office.submissions import once

_PER_PAGE = 20
_CATEGORIES_OFFERED = 30
_LONGEST_SEARCH = 100
_OPEN = Q(status__in=Petition.OPEN)


def desk(request):
    """What came in today and what is still open at one station."""
    stations = _stations(request.user)
    station = _chosen(request, stations)
    if station is None:
        return _page(request, "choose_station", stations=stations)
    petitions = Petition.objects.visible_to(request.user).filter(station=station)
    today = clock.today()
    text = " ".join(request.GET.get("q", "").split())[:_LONGEST_SEARCH]
    shown = _shown(request.GET.get("status"), text)
    found = _narrowed(petitions, text=text, shown=shown, on=today).select_related("station", "deputy")
    context = {
        "station": station,
        "stations": stations,
        "today": today,
        "counts": petitions.aggregate(today=Count("pk", filter=Q(received_on=today)), open=Count("pk", filter=_OPEN)),
        "text": text,
        "shown": shown,
        "statuses": Petition.Status.choices,
        "page": Paginator(found, _PER_PAGE).get_page(request.GET.get("page")),
    }
    return _page(request, "desk", **context)


def register(request):
    """Take down one matter while the visitor sits opposite (D5-三a); the receipt follows."""
    station = _chosen(request, _stations(request.user))
    if station is None:
        return redirect("constituents:desk")
    at = clock.now()
    sent = request.POST if request.method == "POST" else None
    form = PetitionForm(sent, station=station, on=clock.local_date(at))
    earlier = None
    if sent is not None and form.is_valid():
        address, earlier = _save(request.user, form, station=station, at=at)
        if earlier is None:
            return redirect(address)
    if earlier or "key" in form.errors:
        form.renew_key()
    if form.errors:
        form.focus_first_error()
    categories = _categories_in_use(request.user)
    return _page(request, "register", form=form, station=station, earlier=earlier, categories=categories)


def detail(request, pk):
    """One matter with all that happened to it."""
    petition = _petition(request.user, pk)
    steps = [(moves.step_name(e.verb), e) for e in petition.events.select_related("by")]
    referrals = petition.referrals.select_related("unit", "due_rule__clause")
    return _page(request, "detail", petition=petition, steps=steps, referrals=referrals)


def receipt(request, pk):
    """What the visitor takes home."""
    petition = _petition(request.user, pk)
    contacts = petition.station.posts.exclude(phone="").order_by("kind", "id")
    return _page(request, "receipt", petition=petition, contacts=contacts, office_name=settings.OFFICE_NAME)


def reception_form(request, pk):
    """The 《人大代表接访登记表》 of one matter, filled in as far as it is known (D5-三a)."""
    petition = _petition(request.user, pk)
    referrals = petition.referrals.select_related("unit")
    return _page(request, "form", petition=petition, referrals=referrals, office_name=settings.OFFICE_NAME)


def _page(request, name, **context):
    context["at_desk"] = request.user.has_role(Role.STATION_OFFICER, Role.STATION_HEAD)
    return render(request, f"constituents/{name}.html", context)


def _stations(user):
    """The stations where this person has a post; to see a station is not enough to keep its register."""
    return list(Station.objects.visible_to(user).filter(posts__user=user).distinct())


def _chosen(request, stations):
    """The station asked for, the only one, or the one used last; None when the person must choose."""
    asked = request.GET.get("station")
    wanted = asked or str(request.session.get("station"))
    station = next((s for s in stations if str(s.pk) == wanted), None)
    if asked and station is None:
        raise Http404
    if asked and request.session.get("station") != station.pk:
        request.session["station"] = station.pk
    return stations[0] if len(stations) == 1 else station


def _shown(status, text):
    """Which part of the register is listed: a search goes through all of it, otherwise today's and open matters."""
    if status in ("open", "all", *Petition.Status.values):
        return status
    return "all" if text else "open"


def _narrowed(petitions, *, text, shown, on):
    if text:
        petitions = petitions.matching(text)
    if shown == "open":
        return petitions.filter(_OPEN | Q(received_on=on))
    return petitions if shown == "all" else petitions.filter(status=shown)


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
        on = clock.local_date(at)
        made.append(actions.register(by=user, at=at, on=on, station=station, **form.matter()))
        return reverse("constituents:receipt", args=[made[0].pk])

    address = once(user=user, key=form.cleaned_data["key"], at=at, act=act)
    if made:
        return address, None
    earlier = _petition(user, resolve(address).kwargs["pk"])
    same = earlier.station_id == station.pk and form.repeats(earlier)
    return address, None if same else earlier


def _petition(user, pk):
    rows = Petition.objects.visible_to(user).select_related("station", "deputy", "registered_by")
    return get_object_or_404(rows, pk=pk)
