"""A change of term (换届): the draft is kept step by step, carried out at once, and taken back as a whole."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deputies.models import Term, TermChange
from office import audit, watermarks
from office.versions import lock
from visits.terms import carrying, holding, proposal, undoing

State = TermChange.State
STEPS = {
    "begin": gettext_lazy("Next term"),
    "districts": gettext_lazy("Districts"),
    "roster": gettext_lazy("Roster"),
    "again": gettext_lazy("Elected again"),
    "pass_on": gettext_lazy("What is passed on"),
    "confirm": gettext_lazy("Confirm"),
}
"""The steps of a change, in their order."""


class NotChanged(Exception):
    """The change cannot be carried out, or not be taken back; the text says why."""


class Moved(NotChanged):
    """What would be written is no longer what was shown."""


@transaction.atomic
def begin(term, *, by, at, plan) -> TermChange:
    """Begin the draft of the change that ends ``term``; raises ``NotChanged`` where there is one already."""
    term = Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    if term.is_closed:
        raise NotChanged(_("This term has been followed by another already."))
    if TermChange.objects.filter(term=term, state=State.DRAFT).exists():
        raise NotChanged(_("A change of this term is in preparation already."))
    change = TermChange.objects.create(term=term, plan=plan, begun_at=at, begun_by=by)
    audit.record(by=by, at=at, action="term.change_begun", subject=term, detail={"change": change.pk})
    return change


@transaction.atomic
def keep(change, *, by, at, seen, **said) -> TermChange:
    """Write what one step said into the draft; ``seen`` is the version with which its page was opened.

    Raises ``ChangedMeanwhile`` when somebody else wrote into it, ``NotChanged`` when it is no draft any more.
    """
    change = _draft(change, seen)
    change.plan = {**change.plan, **said}
    change.changed("plan")
    detail = {"change": change.pk, "parts": sorted(said)}
    audit.record(by=by, at=at, action="term.change_prepared", subject=change.term, detail=detail)
    return change


@transaction.atomic
def drop(change, *, by, at, seen) -> TermChange:
    """Give the draft up; nothing of it was written, and the roster it held is forgotten."""
    change = _draft(change, seen)
    change.state, change.plan = State.DROPPED, {}
    change.changed("state", "plan")
    audit.record(by=by, at=at, action="term.change_dropped", subject=change.term, detail={"change": change.pk})
    return change


def _draft(change, seen) -> TermChange:
    change = lock(TermChange.objects.select_related("term__jurisdiction"), change.pk, seen)
    if change.state != State.DRAFT:
        raise NotChanged(_("This change is no longer in preparation: it stands at “%s”.") % change.get_state_display())
    return change


@transaction.atomic
def carry_out(change, *, by, at, on, seen, fingerprint) -> TermChange:
    """Close the term and open the next, all in this one transaction.

    ``fingerprint`` is that of the proposal which the person confirmed: where something has changed since, nothing is
    written and ``Moved`` is raised. Raises ``NotChanged``, or ``ChangedMeanwhile`` for who comes second.
    """
    change = _draft(change, seen)
    holding.hold(change.term, first=proposal.first_day(change.plan))
    found = proposal.read(change)
    _check(found, change, on)
    if found.fingerprint != fingerprint:
        raise Moved(_("Something has changed since this page was opened. Please look at it once more, then confirm."))
    try:
        change.written = carrying.carry(found, change, by=by, at=at)
    except carrying.Unwritable as refused:
        raise NotChanged(str(refused)) from refused
    change.state, change.done_at, change.done_by = State.DONE, at, by
    change.changed("state", "written", "done_at", "done_by")
    watermarks.rewind(watermarks.SWEEP, to=found.first)
    told = {"change": change.pk, "new": change.written["term"], **change.written["numbers"]}
    audit.record(by=by, at=at, action="term.changed", subject=change.term, detail=told)
    return change


def _check(found, change, on):
    if found.faults:
        raise NotChanged(_("The change is not ready: %s.") % "、".join(str(STEPS[step]) for step in found.faults))
    if found.first > on:
        raise NotChanged(_("The new term begins on %s; until then the old one runs.") % found.first)
    began_later = [one.name for one in found.old if one.joined_on and one.joined_on >= found.first]
    if began_later:
        reason = _("%s took office on or after the first day of the new term; correct the days first.")
        raise NotChanged(reason % "、".join(began_later[:5]))
    if change.term.began_on and change.term.began_on >= found.first:
        raise NotChanged(_("The new term begins before the old one."))


@transaction.atomic
def undo(change, *, by, at, seen) -> TermChange:
    """Take the change back as a whole, as long as nothing was written into the new term; raises ``NotChanged``."""
    change = lock(TermChange.objects.select_related("term__successor"), change.pk, seen)
    if change.state != State.DONE:
        raise NotChanged(_("This change is not carried out."))
    holding.hold(change.term.successor, first=None)
    if used := undoing.used_since(change):
        raise NotChanged(_("The new term has been written into: %s. It can no longer be taken back.") % "、".join(used))
    undoing.take_back(change)
    change.state, change.undone_at, change.undone_by = State.UNDONE, at, by
    change.changed("state", "undone_at", "undone_by")
    watermarks.rewind(watermarks.SWEEP, to=proposal.first_day(change.plan))
    audit.record(by=by, at=at, action="term.change_undone", subject=change.term, detail={"change": change.pk})
    return change
