"""Pages of the admin site about the rota: a year is generated, a recurrence set for many stations at once."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liaison_stations import actions, plan
from liaison_stations.forms import GenerateForm, ManyStationsForm
from liaison_stations.models import Station
from office import clock, submissions, typed
from office.admin_site import may
from office.roles import STAFF
from office.workdays import NEXT_YEAR_FROM

_LISTED = 400
"""Sessions of the preview that are listed one by one; the rest is counted."""


def _stations(request):
    if not may(request.user, STAFF):
        raise PermissionDenied
    return Station.objects.visible_to(request.user, roles=STAFF).order_by("number")


def generate(request, model_admin):
    """Which year and where; then what it would bring; then it is written, once however often it is sent."""
    stations = _stations(request)
    sent = request.POST if request.method == "POST" else request.GET if "year" in request.GET else None
    form = GenerateForm(sent, stations=stations, initial={"year": _year_proposed(clock.today())})
    context = {"title": _("Generate the rota of a year"), "form": form, "opts": model_admin.opts}
    if sent is not None and form.is_valid():
        if request.method == "POST":
            return redirect(_generate_once(request, form))
        context["plan"] = plan.of_year(form.cleaned_data["year"], list(form.chosen()), on=clock.today())
        context |= {"key": uuid4(), "listed": context["plan"].new[:_LISTED]}
        context["more"] = len(context["plan"].new) - len(context["listed"])
    return model_admin.page(request, "liaison_stations/generate.html", context)


def _year_proposed(today) -> int:
    return today.year + (today.month >= NEXT_YEAR_FROM)


def _generate_once(request, form) -> str:
    year, at = form.cleaned_data["year"], clock.now()
    address = f"{reverse('admin:liaison_stations_reception_changelist')}?planned_on__year={year}"

    def act():
        done = actions.generate(
            by=request.user, at=at, on=clock.local_date(at), year=year, stations=form.chosen().order_by()
        )
        text = ngettext(
            "%(made)d reception entered, %(kept)d kept.", "%(made)d receptions entered, %(kept)d kept.", done.made
        )
        messages.success(request, text % {"made": done.made, "kept": done.kept})
        return address

    return submissions.once(user=request.user, key=_key(request), at=at, act=act)


def _key(request) -> UUID:
    """The key of the preview; without one that can be read, each sending is one of its own."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def set_recurrence(request, model_admin):
    """One recurrence for the stations that were ticked in the list (``?station=``)."""
    stations = _stations(request)
    ticked = [pk for pk in request.GET.getlist("station") if typed.key(pk)]
    first_day = clock.month_start(clock.add_months(clock.today(), 1))
    initial = {"stations": ticked, "since": first_day, "month_day": 15}
    form = ManyStationsForm(request.POST or None, stations=stations, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["stations"])
        made = actions.set_recurrence(by=request.user, at=clock.now(), stations=chosen, **form.said())
        text = _("Set at %(made)d stations; at %(there)d it stood already.")
        messages.success(request, text % {"made": len(made), "there": len(chosen) - len(made)})
        return redirect("admin:liaison_stations_station_changelist")
    context = {"title": _("Set a recurrence for several stations"), "form": form, "opts": model_admin.opts}
    return model_admin.page(request, "liaison_stations/set_recurrence.html", context)
