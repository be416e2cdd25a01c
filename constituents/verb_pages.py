"""The page of one verb: what is asked for, the deed, and what is said when it could not be done.

Nothing that was typed is lost: a form that is refused, or that somebody else was faster than, comes back as it was.
"""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from constituents import moves
from constituents.moving import CannotMove, NotTheirs, not_now, refusal, subject_of
from constituents.verb_forms import VerbForm
from office import clock
from office.deadlines import Uncountable
from office.submissions import once
from office.versions import ChangedMeanwhile


def perform(
    request, row, verb, form_class, act, *, back, template="constituents/verb.html", context=None, steps=None, **given
):
    """Show the form of ``verb`` about ``row``, or do it: ``act(at=, seen=, **told)`` returns the address to show then.

    ``back`` is the page to which one returns. ``given`` goes to the form, ``context`` to the page. ``steps`` are the
    events that this person may be shown when somebody else was faster; without it, all of the row's.
    """
    move = _move_or_refuse(request, row, verb)
    if move is None:
        messages.warning(request, not_now(row, verb))
        return redirect(back)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = form_class(*sent, row=row, user=request.user, **given)
    newer = None
    if request.method == "POST" and form.is_valid():
        try:
            address = _do(request.user, form, act)
        except ChangedMeanwhile as changed:
            newer = _since(changed.row, form, steps)
        except (CannotMove, Uncountable) as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("Done: %s.") % move.name)
            return redirect(address)
    shown = {"row": row, "move": move, "form": form, "back": back, "newer": newer, **(context or {})}
    return render(request, template, shown)


def _move_or_refuse(request, row, verb):
    """The line of the table by which this person may do it; None where only the state stands against it.

    A form that was sent twice finds its first result, whatever the state is by then.
    """
    lines = moves.of(subject_of(row), verb)
    roles = moves.roles_for(request.user, lines)
    if not lines or not (request.user.is_superuser or request.user.has_role(*roles)):
        raise PermissionDenied(refusal(request.user, subject_of(row), verb) if lines else "")
    standing = [move for move in lines if row.status in move.sources]
    return next(iter(standing), lines[0] if request.method == "POST" else None)


def _do(user, form, act) -> str:
    at = clock.now()
    told, seen = form.told(), form.cleaned_data["seen"]
    try:
        return once(user=user, key=form.cleaned_data["key"], at=at, act=lambda: act(at=at, seen=seen, **told))
    except NotTheirs as refused:
        raise CannotMove(str(refused)) from refused


def carry_out(request, form, act, *, refusals, said) -> str:
    """Do ``act(at)`` once, however often the valid ``form`` is sent; the address of the page to show then.

    Empty where one of ``refusals`` was raised: the form then says why.
    """
    at = clock.now()
    try:
        address = once(user=request.user, key=form.cleaned_data["key"], at=at, act=lambda: act(at))
    except refusals as refused:
        refuse(form, refused)
        return ""
    messages.success(request, said)
    return address


def press(request, row, act, *, page, refusals, said):
    """One button beside ``row``: ``act(row, by=, at=, seen=)``, once; then its ``page``, with what came of it."""
    form = VerbForm(request.POST, row=row, user=request.user)
    if not form.is_valid():
        messages.error(request, _("The form was not sent whole. Please save once more."))
        return redirect(page)

    def do(at):
        act(row, by=request.user, at=at, seen=form.cleaned_data["seen"])
        return page

    try:
        carry_out(request, form, do, refusals=refusals, said=said)
    except ObjectDoesNotExist as unseen:
        raise Http404 from unseen
    for error in form.non_field_errors():
        messages.error(request, error)
    return redirect(page)


def refuse(form, refused):
    """Say in the form why it was not done, at the field it is about where there is one."""
    field = getattr(refused, "field", None)
    form.add_error(field if field in form.fields else None, str(refused))


def _since(row, form, steps) -> list:
    """The steps that were made after the form was opened, the last first; the form is opened anew beside them."""
    form.row = row
    shown = row.events.all() if steps is None else steps
    last = list(shown.select_related("by").order_by("-id")[: max(1, row.version - form.cleaned_data["seen"])])
    form.open_anew()
    return [(moves.step_name(step.verb), step) for step in last]
