"""The unit's reply and its clock (D3-七): answered, urged, given more time, stopped."""

from django.db import transaction
from django.utils.translation import gettext as _

from constituents import audiences
from constituents.actions.intake import keep_with_reply
from constituents.actions.routing import claim_referral
from constituents.models import LINK, Extension, ExtensionRequest, Referral, Urging
from constituents.moving import CannotMove, signature, step, subject_of
from office import audit, clocks, numbering, watermarks
from office.clocks import Rulebook
from office.deadlines import amount_in_words, reckon
from office.roles import Role
from office.workdays import Calendar

LONGEST_EXTENSION = 30
"""Days by which a letters-and-visits matter can be extended in all (L2-34)."""


class NotExtended(CannotMove):
    """The reply cannot be given more time; the text says why."""


@transaction.atomic
def reply(referral, *, by, at, on, text, result=None, files=(), seen=None) -> Referral:
    """Write down a unit's reply, or the opinion of one that assists; typed in by a desk it is marked as on paper.

    The lead's reply brings the matter to where it is brought back to the person, and starts that clock (D3-六f). What
    a unit sends after the night has been judged counts from that day: a reply is never both in time and overdue.
    """
    by_unit = by is not None and by.has_role(Role.HANDLING_UNIT, LINK)
    on = max(on, watermarks.judged_through(watermarks.SWEEP) or on) if by_unit else on
    leads = referral.part == Referral.Part.LEAD
    verb = "reply" if leads else "opinion"
    matter, referral = claim_referral(referral, verb, by=by, seen=seen)
    _check_reply(leads, text, result)
    referral.replied_on, referral.reply, referral.result = on, text, result
    referral.accepted_on = referral.accepted_on or on
    referral.on_paper, referral.paused_on = not by_unit, None
    feedback = _feedback_due(matter, referral, on) if leads and subject_of(matter) == "petition" else {}
    for name, value in feedback.items():
        setattr(referral, name, value)
    referral.changed("replied_on", "reply", "result", "accepted_on", "on_paper", "paused_on", *feedback)
    keep_with_reply(referral, files, by=by, at=at)
    step(matter, verb, by=by, at=at, note=_gist(referral), referral=referral)
    if leads:
        _tell_of_reply(matter, referral, at)
    return referral


def _feedback_due(petition, referral, on) -> dict:
    """By when it is brought back to the person; whoever said how satisfied they are in an old register has had it."""
    if petition.imported and petition.satisfaction:
        return {}
    due_on, rule = Rulebook.load("feedback_overdue").deadline("feedback_overdue", on, referral.place)
    return {"feedback_due_on": due_on, "feedback_rule": rule}


def _check_reply(leads, text, result):
    if not text:
        raise CannotMove(_("Please write down the reply."), "text")
    if leads and result is None:
        raise CannotMove(_("Please say which class of result it is."), "result")


def _gist(referral) -> str:
    return f"{referral.unit}：{referral.result or ''} {referral.reply}".strip()[:500]


def _tell_of_reply(matter, referral, at):
    words = {"unit": referral.unit, "number": matter.number}
    told = [audiences.deputy(matter.follower_id), audiences.offices(referral.place)]
    if subject_of(matter) == "petition":
        told.append(audiences.desk(matter.station_id))
    text = _("%(unit)s has replied to %(number)s; it is to be brought back to the person (D3-六f).") % words
    audiences.tell_of(matter, *told, verb="reply", text=text, at=at)


@transaction.atomic
def ask_time(referral, *, by, at, on, amount: int, unit: str, reason: str, seen=None) -> ExtensionRequest:
    """A unit asks for more time; the office grants or refuses it (L2-34).

    Raises ``NotExtended`` for what can never be granted, or ``office.deadlines.Uncountable``.
    """
    matter, referral = claim_referral(referral, "ask_time", by=by, seen=seen)
    _check_extendable(referral)
    _check_length(referral, reckon(referral.due_on, amount, unit, calendar=Calendar.load()).due)
    if referral.requests.filter(state=ExtensionRequest.State.ASKED).exists():
        raise NotExtended(_("Your unit has asked already; the office has not answered yet."))
    asked = ExtensionRequest.objects.create(
        referral=referral, amount=amount, unit=unit, reason=reason, asked_by=signature(by)[0], asked_on=on
    )
    step(matter, "ask_time", by=by, at=at, note=f"{amount_in_words(amount, unit)}：{reason}", referral=referral)
    text = _("%(unit)s asks for more time for %(number)s.") % {"unit": referral.unit, "number": matter.number}
    audiences.tell_of(matter, audiences.offices(referral.place), verb="ask_time", text=text, at=at)
    return asked


def _check_extendable(referral):
    if referral.replied_on:
        raise NotExtended(_("The reply has come already: there is nothing to extend."))
    if not referral.due_on:
        raise NotExtended(_("No reply is due here: enter the day by which it is due first."))


@transaction.atomic
def extend(referral, *, by, at, on, amount: int, unit: str, reason: str, seen=None) -> Extension:
    """Give a unit more time for its reply, counted from the day on which it was due so far (D3-七, L2-34).

    Raises ``NotExtended``, or ``office.deadlines.Uncountable`` for an amount that is none.
    """
    _check_extendable(referral)
    matter, referral = claim_referral(referral, "extend", by=by, seen=seen)
    _check_extendable(referral)
    was = referral.due_on
    due = reckon(was, amount, unit, calendar=Calendar.load()).due
    _check_length(referral, due)
    extension = _more_time(referral, due, by=by, on=on, amount=amount, unit=unit, reason=reason)
    referral.requests.filter(state=ExtensionRequest.State.ASKED).update(state=ExtensionRequest.State.GRANTED)
    step(matter, "extend", by=by, at=at, note=f"{amount_in_words(amount, unit)}：{reason}", referral=referral)
    _record_extension(referral, was, amount, unit, by=by, at=at)
    text = _("%s: the reply has been given more time.") % matter.number
    audiences.tell_unit(matter, referral, verb="extend", text=text, at=at)
    return extension


def _more_time(referral, due, *, by, on, amount, unit, reason) -> Extension:
    given = Extension.objects.create(
        referral=referral, amount=amount, unit=unit, reason=reason, approved_by=by, approved_on=on
    )
    referral.due_on = due
    referral.changed("due_on")
    return given


def _check_length(referral, due):
    """A letters-and-visits matter is extended by thirty days at most, all its extensions together (L2-34)."""
    if referral.kind != Referral.Kind.LETTERS or referral.due_rule is None:
        return
    clock = clocks.CLOCKS["letters_reply"]
    first = clock.reckon(referral.routed_on, referral.due_rule, Calendar.load()).due
    if (due - first).days > LONGEST_EXTENSION:
        raise NotExtended(_("A letters-and-visits matter can be extended by 30 days at most (L2-34)."), "amount")


def _record_extension(referral, was, amount, unit, *, by, at):
    detail = {
        "fields": {"due_on": [was.isoformat(), referral.due_on.isoformat()]},
        "extended": amount_in_words(amount, unit),
    }
    audit.record(by=by, at=at, action="referral.extended", subject=referral, detail=detail)


@transaction.atomic
def refuse_time(referral, *, by, at, answer: str, seen=None) -> ExtensionRequest:
    """Refuse a unit's wish for more time, with the reason."""
    matter, referral = claim_referral(referral, "refuse_time", by=by, seen=seen)
    asked = referral.requests.filter(state=ExtensionRequest.State.ASKED).first()
    if asked is None:
        raise CannotMove(_("The unit has not asked for more time."))
    asked.state, asked.answer = ExtensionRequest.State.REFUSED, answer
    asked.save(update_fields=["state", "answer"])
    step(matter, "refuse_time", by=by, at=at, note=answer, referral=referral)
    text = _("%s: no more time was given for the reply.") % matter.number
    audiences.tell_unit(matter, referral, verb="refuse_time", text=text, at=at)
    return asked


@transaction.atomic
def pause(referral, *, by, at, on, reason, seen=None) -> Referral:
    """Stop the clock of a reply, for what the unit cannot help (D3-七); nothing is overdue meanwhile."""
    matter, referral = claim_referral(referral, "pause", by=by, seen=seen)
    if referral.paused_on:
        raise CannotMove(_("The clock is stopped already."))
    referral.paused_on = on
    referral.changed("paused_on")
    step(matter, "pause", by=by, at=at, note=reason, referral=referral)
    return referral


@transaction.atomic
def resume(referral, *, by, at, on, seen=None) -> Referral:
    """Let the clock run again: the reply is due as many days later as the clock stood still."""
    matter, referral = claim_referral(referral, "resume", by=by, seen=seen)
    if not referral.paused_on:
        raise CannotMove(_("The clock is running."))
    days, since = (on - referral.paused_on).days, referral.paused_on
    referral.paused_on = None
    referral.changed("paused_on")
    if days and referral.due_on:
        due = reckon(referral.due_on, days, Extension.Unit.DAYS, calendar=Calendar.load()).due
        reason = _("the clock was stopped from %s") % since
        _more_time(referral, due, by=by, on=on, amount=days, unit=Extension.Unit.DAYS, reason=reason)
    step(matter, "resume", by=by, at=at, referral=referral)
    return referral


@transaction.atomic
def urge(referral, *, by, at, on, words="", seen=None) -> Urging:
    """Urge a unit to reply (催办); the letter can be printed, and each urging is counted (D3-七)."""
    matter, referral = claim_referral(referral, "urge", by=by, seen=seen)
    [number] = numbering.letters(matter.office_place, year=on.year)
    urging = Urging.objects.create(referral=referral, on=on, by=by, words=words, letter_number=number)
    step(
        matter,
        "urge",
        by=by,
        at=at,
        note=f"{referral.unit}：{words}" if words else str(referral.unit),
        referral=referral,
    )
    text = _("%s: the congress office urges your unit to reply.") % matter.number
    audiences.tell_unit(matter, referral, verb="urge", text=text, at=at)
    return urging
