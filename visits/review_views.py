"""A record is confirmed or asked about by the group's leader, answered by its deputy, settled (D8-五a)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from constituents.verb_forms import VerbForm
from constituents.verb_pages import carry_out
from office import clock
from office.roles import Role
from visits import reviews
from visits.models import Review, Visit
from visits.record_forms import AnswerForm, AskForm, SettleForm


@require_POST
def confirm(request, pk):
    """The record is right (已核实)."""
    visit = _record(request, pk)
    try:
        reviews.confirm(visit, by=request.user, at=clock.now())
        messages.success(request, _("The record is confirmed."))
    except reviews.CannotReview as refused:
        messages.warning(request, str(refused))
    return redirect(_back(visit))


def ask(request, pk):
    """Ask the deputy about a record."""
    visit = _record(request, pk)
    form = AskForm(request.POST or None, row=Review(visit=visit, deputy=visit.deputy), user=request.user)
    if request.method == "POST" and form.is_valid():

        def act(at):
            return reviews.ask(visit, by=request.user, at=at, question=form.cleaned_data["question"])

        if address := _once(request, form, act):
            return redirect(address)
    return render(request, "visits/ask.html", {"form": form, "visit": visit, "back": _back(visit)})


def question(request, pk):
    """One question, its answer, and what can be done with it."""
    return render(request, "visits/question.html", _shown(request, _review(request, pk)))


@require_POST
def answer(request, pk):
    """The deputy answers; what was typed is kept when it is refused."""
    row = _review(request, pk)
    form = AnswerForm(request.POST, row=row, user=request.user)
    return _done(request, row, form, "answer_form", reviews.answer)


@require_POST
def settle(request, pk):
    """The question is settled."""
    row = _review(request, pk)
    form = SettleForm(request.POST, row=row, user=request.user)
    return _done(request, row, form, "settle_form", reviews.settle)


@require_POST
def take_back(request, pk):
    """A confirmation or a question is taken back."""
    row = _review(request, pk)
    form = VerbForm(request.POST, row=row, user=request.user)
    return _done(request, row, form, "back_form", reviews.take_back)


def _done(request, row, form, name, action):
    if form.is_valid():
        seen = form.cleaned_data["seen"]

        def act(at):
            return action(row, by=request.user, at=at, seen=seen, **form.told())

        try:
            address = _once(request, form, act)
        except Review.DoesNotExist as unseen:
            raise Http404 from unseen
        if address:
            return redirect(address)
        row = _review(request, row.pk)
        form.row = row
        form.open_anew()
    return render(request, "visits/question.html", {**_shown(request, row), name: form})


def _once(request, form, act) -> str:
    def done(at):
        return reverse("group:question", args=[act(at).pk])

    return carry_out(request, form, done, refusals=reviews.CannotReview, said=_("Saved."))


def _shown(request, row) -> dict:
    user, is_mine = request.user, row.deputy.user_id == request.user.pk
    looks = not is_mine and user.has_role(*reviews.LOOKING)
    history = Review.objects.visible_to(user).filter(deputy=row.deputy, visit=row.visit_id).exclude(pk=row.pk)
    return {
        "review": row,
        "is_mine": is_mine,
        "history": list(history.select_related("made_by")) if row.visit_id else [],
        "back": _back(row.visit) if row.visit else reverse("reports:deputy_records", args=[row.deputy_id]),
        "answer_form": AnswerForm(row=row, user=user) if is_mine and row.status == Review.Status.ASKED else None,
        "settle_form": SettleForm(row=row, user=user) if looks and row.is_open else None,
        "back_form": VerbForm(row=row, user=user) if looks and row.status in _UNDONE else None,
    }


_UNDONE = (Review.Status.CONFIRMED, Review.Status.ASKED)


def _record(request, pk) -> Visit:
    """A record that this person may confirm or ask about; their own is none."""
    rows = Visit.objects.visible_to(request.user, roles=reviews.LOOKING).select_related("deputy", "household")
    return get_object_or_404(rows, pk=pk)


def _review(request, pk) -> Review:
    rows = Review.objects.visible_to(request.user, roles=reviews.LOOKING | {Role.DEPUTY})
    about = ("deputy", "visit__household", "visit__deputy", "made_by", "answered_by", "ended_by")
    return get_object_or_404(rows.select_related(*about), pk=pk)


def _back(visit) -> str:
    """The deputy's records of that month, at the record."""
    page, month = reverse("reports:deputy_records", args=[visit.deputy_id]), clock.month_key(visit.happened_on)
    return f"{page}?month={month}#record-{visit.pk}"
