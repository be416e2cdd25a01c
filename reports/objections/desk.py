"""The office's desk for objections, in the admin site: what was said, what it is about, the answer."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents.verb_forms import VerbForm
from constituents.verb_pages import carry_out
from office import clock
from reports.about import page_of
from reports.models import Objection
from reports.objections import actions
from reports.objections.forms import AcceptForm, EnterForm, RefuseForm
from visits.actions import CannotLog, CannotWithdraw

_REFUSALS = (actions.CannotObject, CannotLog, CannotWithdraw)
_ANSWERED = (Objection.Status.ACCEPTED, Objection.Status.REFUSED)


def show(request, model_admin, object_id):
    """One objection, the record it is about, and the forms of the answer."""
    return _page(request, model_admin, model_admin.found(request, object_id))


def accept(request, model_admin, object_id):
    """The deputy is right, and this was corrected."""
    row = model_admin.found(request, object_id)
    return _answer(request, model_admin, row, "accept_form", _accepting(row), _accept)


def refuse(request, model_admin, object_id):
    """The record stays as it is, for this reason."""
    row = model_admin.found(request, object_id)
    return _answer(request, model_admin, row, "refuse_form", RefuseForm, _with(actions.refuse))


def reopen(request, model_admin, object_id):
    """The answer is taken back."""
    row = model_admin.found(request, object_id)
    return _answer(request, model_admin, row, "reopen_form", VerbForm, _with(actions.reopen))


def _accept(row, by, at, seen, told):
    actions.accept(row, by=by, at=at, on=clock.local_date(at), seen=seen, **told)


def _with(action):
    return lambda row, by, at, seen, told: action(row, by=by, at=at, seen=seen, **told)


def _accepting(row):
    return EnterForm if row.kind == Objection.Kind.MISSING else AcceptForm


def _answer(request, model_admin, row, name, form_class, act):
    page = reverse("admin:reports_objection_change", args=[row.pk])
    if request.method != "POST":
        return redirect(page)
    form = form_class(request.POST, row=row, user=request.user)

    def done(at):
        act(row, request.user, at, form.cleaned_data["seen"], form.told())
        return page

    if form.is_valid():
        if carry_out(request, form, done, refusals=_REFUSALS, said=_("Saved. The deputy is told.")):
            return redirect(page)
        row = model_admin.found(request, row.pk)
        form.row = row
        form.open_anew()
    return _page(request, model_admin, row, {name: form})


def _page(request, model_admin, row, bound=None):
    is_own = row.deputy.user_id == request.user.pk
    given = {"row": row, "user": request.user}
    answers = row.is_open and not is_own
    context = {
        "title": _("Objection: %s") % row,
        "opts": model_admin.opts,
        "objection": row,
        "is_own": is_own,
        "steps": list(row.steps.select_related("by")),
        "record": page_of(row.visit) if row.visit else "",
        "flag": page_of(row.flag) if row.flag else "",
        "accept_form": _accepting(row)(**given) if answers else None,
        "refuse_form": RefuseForm(**given) if answers else None,
        "reopen_form": VerbForm(**given) if row.status in _ANSWERED and not is_own else None,
        **(bound or {}),
    }
    return model_admin.page(request, "admin/objections/objection.html", context)
