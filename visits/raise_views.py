"""From a contact to a matter: registered at a station and passed on, in one go."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents.actions import CannotMove
from deputies.models import Deputy
from liaison_stations.models import Station
from office import clock, submissions
from visits import actions, rules
from visits.models import Visit
from visits.raise_forms import RaiseForm


def raise_matter(request, pk):
    """Register what was raised at one of the deputy's own contacts (D1-3①e); it is passed on with the same press."""
    today = clock.today()
    visit = _own_visit(request.user, pk, today)
    if request.method == "GET" and visit.petition_id:
        return redirect("constituents:detail", visit.petition_id)
    if not (visit.petition_id or rules.may_raise(visit, on=today)):
        raise Http404
    sent = request.POST if request.method == "POST" else None
    stations = _stations(visit.deputy)
    form = RaiseForm(sent, stations=stations, initial=_preset(visit))
    if sent is not None and form.is_valid() and (page := _raise_once(request.user, visit, form)):
        messages.success(request, _("Registered, and passed on."))
        if form.cleaned_data["urgent"]:
            messages.warning(request, _("Please telephone the offices too: a message may not be read for hours."))
        return redirect(page)
    return render(request, "visits/raise.html", {"form": form, "visit": visit, "stations": stations})


def _own_visit(user, pk, today):
    """One contact of the person's own mandate, which holds today."""
    serves = Deputy.objects.in_office(today, today).filter(pk=OuterRef("deputy"), user=user)
    own = Visit.objects.visible_to(user).filter(Exists(serves))
    return get_object_or_404(own.select_related("household", "deputy__district"), pk=pk)


def _stations(deputy):
    """The deputy's own stations; who belongs to none chooses among those of their district's township."""
    own = Station.objects.filter(deputies=deputy)
    return own if own.exists() else Station.objects.filter(jurisdiction=deputy.district.jurisdiction_id)


def _preset(visit) -> dict:
    """What the contact already says; the last line names the matter where the deputy wrote one."""
    home, mark = visit.household, _("The matter: %s") % ""
    before, _mark, matter = visit.content.rpartition(f"\n{mark}")
    given = {"situation": before or matter, "request": matter if before else ""}
    if home is None:
        return {**given, "visitor": visit.met[:50], "address": visit.place}
    return {**given, "visitor": home.head, "phone": home.phone, "address": home.address}


def _raise_once(user, visit, form):
    """The address of the page that confirms it; None where it was refused."""
    at = clock.now()

    def act():
        actions.raise_matter(visit, by=user, at=at, on=clock.local_date(at), **form.matter())
        return f"{reverse('visits:my_month')}?saved={visit.pk}"

    try:
        return submissions.once(user=user, key=form.cleaned_data["key"], at=at, act=act)
    except (actions.CannotRaise, CannotMove) as refused:
        form.add_error(None, str(refused))
        return None
