"""Papers of one matter: the receipt that the visitor takes home, and the 接访登记表."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from constituents import audiences, matter_papers, similar
from constituents.models import Petition
from liaison_stations.models import Station
from office import clock, papers, qr
from office.roles import Role


def receipt(request, pk):
    """What the visitor takes home: the number, the code, and how to see what became of it (D5-三a)."""
    petition = _petition(request.user, pk)
    address = request.build_absolute_uri(reverse("constituents:public"))
    code, place = matter_papers.code_of(petition), petition.station.jurisdiction
    context = {
        "petition": petition,
        "told": petition.urgent and audiences.reached(petition, audiences.offices(place), verb="alarm"),
        "named": "、".join(map(str, similar.hints(petition.station, situation=petition.situation).units)),
        "qr": code and qr.picture(f"{address}?c={code}"),
    }
    papers.printed(petition, paper="receipt", by=request.user, at=clock.now())
    return _page(request, "receipt", matter_papers.receipt(petition, address=address), **context)


def reception_form(request, pk):
    """The 《人大代表接访登记表》 of one matter, filled in as far as it is known (D5-三a)."""
    petition = _petition(request.user, pk)
    papers.printed(petition, paper="form", by=request.user, at=clock.now())
    return _page(request, "form", matter_papers.register_form(petition), petition=petition)


def blank_form(request):
    """The same form empty, for a station without a computer (N5)."""
    stations = Station.objects.visible_to(request.user).filter(posts__user=request.user).distinct()[:2]
    station = stations[0] if len(stations) == 1 else None
    return _page(request, "form", matter_papers.register_form(station=station), station=station)


def _page(request, name, paper, **context):
    context["at_desk"] = request.user.has_role(Role.STATION_OFFICER, Role.STATION_HEAD)
    return render(request, f"constituents/{name}.html", {**context, "paper": paper.data})


def _petition(user, pk):
    read = ("station__jurisdiction", "deputy", "registered_by", "decline_reason", "merged_into__station")
    return get_object_or_404(Petition.objects.visible_to(user).select_related(*read), pk=pk)
