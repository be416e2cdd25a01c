"""Papers of one matter: the receipt that the visitor takes home, and the 接访登记表."""

from django.conf import settings
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from constituents import audiences, receipts, similar
from constituents.models import Petition
from liaison_stations.models import Station
from office import clock, papers, qr
from office.roles import Role

# The steps by which a matter is taken up or not, and those in which somebody says how it is to be handled.
_SCREENED = ("decline", "answer", "admit")
_PROPOSED = ("escalate", "explain")


def receipt(request, pk):
    """What the visitor takes home: the number, the code, and how to see what became of it (D5-三a)."""
    petition = _petition(request.user, pk)
    code, place = _code_of(petition), petition.station.jurisdiction
    context = {
        "petition": petition,
        "contacts": petition.station.posts.exclude(phone="").order_by("kind", "id"),
        "people": petition.representatives.all(),
        "told": petition.urgent and audiences.reached(petition, audiences.offices(place), verb="alarm"),
        "named": "、".join(map(str, similar.hints(petition.station, situation=petition.situation).units)),
        "code": code and receipts.printed(code),
        "address": request.build_absolute_uri(reverse("constituents:public")),
        "qr": code and _qr(request, code),
    }
    papers.printed(petition, paper="receipt", by=request.user, at=clock.now())
    return _page(request, "receipt", **context)


def _code_of(petition) -> str:
    """The code of a matter; nothing for one that was given none when it came in."""
    if not petition.code_hash:
        return ""
    return receipts.code_of(petition.station.number, petition.year, petition.seq)


def _qr(request, code) -> str:
    """The public page with this code, as a picture that a telephone reads."""
    address = f"{request.build_absolute_uri(reverse('constituents:public'))}?c={code}"
    return qr.picture(address)


def reception_form(request, pk):
    """The 《人大代表接访登记表》 of one matter, filled in as far as it is known (D5-三a)."""
    petition = _petition(request.user, pk)
    referrals = list(petition.referrals.filter(recalled_on=None).select_related("unit", "result"))
    steps = {step.verb: step for step in petition.events.filter(verb__in=_SCREENED + _PROPOSED)}
    context = {
        "petition": petition,
        "people": petition.representatives.all(),
        "referrals": referrals,
        "replies": [one for one in referrals if one.replied_on],
        "told": petition.feedbacks.last(),
        "opened": next((steps[verb] for verb in _SCREENED if verb in steps), None),
        "proposed": next((steps[verb] for verb in _PROPOSED if verb in steps), None),
    }
    papers.printed(petition, paper="form", by=request.user, at=clock.now())
    return _page(request, "form", **context)


def blank_form(request):
    """The same form empty, for a station without a computer (N5)."""
    stations = Station.objects.visible_to(request.user).filter(posts__user=request.user).distinct()[:2]
    return _page(request, "form", station=stations[0] if len(stations) == 1 else None)


def _page(request, name, **context):
    context["at_desk"] = request.user.has_role(Role.STATION_OFFICER, Role.STATION_HEAD)
    return render(request, f"constituents/{name}.html", {**context, "office_name": settings.OFFICE_NAME})


def _petition(user, pk):
    read = ("station__jurisdiction", "deputy", "registered_by", "decline_reason", "merged_into__station")
    return get_object_or_404(Petition.objects.visible_to(user).select_related(*read), pk=pk)
