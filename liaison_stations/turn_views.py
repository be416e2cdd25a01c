"""The verbs of the rota: each is one address and one POST. What is refused comes back with all that was written."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from liaison_stations import actions, forms, pages
from liaison_stations.models import Reception, ReceptionDuty, TurnRequest
from office import clock, submissions


@require_POST
def confirm(request, pk):
    """The deputy will come."""
    return _turn(request, pk, forms.KeyedForm, actions.confirm_turn, _("Thank you: you are expected."))


@require_POST
def sign_in(request, pk):
    """The deputy is there."""
    return _turn(request, pk, forms.KeyedForm, actions.sign_in, _("Signed in."))


@require_POST
def leave(request, pk):
    """A deputy asks to be excused."""
    said = _("Your leave was asked for. The congress office decides.")
    return _turn(request, pk, forms.LeaveForm, actions.ask_leave, said)


@require_POST
def substitute(request, pk):
    """A deputy asks another to come instead."""
    duty = _duty(request, pk)
    form = pages.substitute_form(duty, request.POST)
    said = _("The other deputy was asked. Until they agree, it is still your turn.")
    return _act(request, duty.reception, form, actions.ask_substitute, pk, said)


@require_POST
def swap(request, pk):
    """A deputy offers a turn for another."""
    duty = _duty(request, pk)
    form = pages.swap_form(duty, clock.today(), request.POST)
    said = _("The other deputy was asked. Until they agree, it is still your turn.")
    return _act(request, duty.reception, form, actions.ask_swap, pk, said)


@require_POST
def answer(request, pk):
    """Yes or no to a question about a turn."""
    row = _question(request, pk)
    form = pages.answer_form(row, row.reception, request.POST)
    return _act(request, row.reception, form, actions.answer_request, pk, _("Your answer is entered."))


@require_POST
def withdraw(request, pk):
    """Whoever asked takes the question back."""
    row = _question(request, pk)

    def verb(pk, *, by, at, on):
        return actions.withdraw_request(pk, by=by, at=at)

    return _act(request, row.reception, forms.KeyedForm(request.POST), verb, pk, _("Your question is taken back."))


@require_POST
def post_notice(request, pk):
    """The notice hangs at the station."""
    return _reception(request, pk, forms.NoticeForm, actions.post_notice, _("The notice is entered as posted."))


@require_POST
def hold(request, pk):
    """The reception took place."""
    return _reception(request, pk, forms.HeldForm, actions.hold, _("The reception is entered as held."))


@require_POST
def cancel(request, pk):
    """The reception will not take place."""
    return _reception(request, pk, forms.CancelForm, actions.cancel, _("The reception is cancelled."))


def _turn(request, pk, form, verb, said):
    return _act(request, _duty(request, pk).reception, form(request.POST), verb, pk, said)


def _reception(request, pk, form, verb, said):
    row = get_object_or_404(Reception.objects.visible_to(request.user).select_related("station"), pk=pk)
    return _act(request, row, form(request.POST), verb, pk, said)


def _duty(request, pk):
    rows = ReceptionDuty.objects.visible_to(request.user).select_related("reception__station", "deputy")
    return get_object_or_404(rows, pk=pk)


def _question(request, pk):
    rows = TurnRequest.objects.visible_to(request.user).select_related("reception__station")
    return get_object_or_404(rows, pk=pk)


def _page_after(request, reception) -> str:
    """The reception's own page; the station's desk where it was done there."""
    if request.POST.get("at") == "desk":
        return f"{reverse('constituents:desk')}?station={reception.station_id}"
    return reverse("stations:reception", args=[reception.pk])


def _act(request, reception, form, verb, pk, said):
    """Run the verb once for a valid form and go back where it was done; else show it with the form as it was sent."""
    at = clock.now()
    page = _page_after(request, reception)

    def act():
        verb(pk, by=request.user, at=at, on=clock.local_date(at), **form.said())
        messages.success(request, said)
        return page

    if form.is_valid():
        try:
            return redirect(submissions.once(user=request.user, key=form.cleaned_data["key"], at=at, act=act))
        except actions.RotaRefused as refused:
            form.add_error(None, str(refused))
        except ObjectDoesNotExist as gone:
            raise Http404 from gone
    form.renew_key()
    reception = Reception.objects.select_related("station").get(pk=reception.pk)
    context = pages.about(reception, request.user, on=clock.local_date(at), sent=form)
    return render(request, "liaison_stations/reception.html", context)
