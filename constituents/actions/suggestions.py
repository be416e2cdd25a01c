"""Suggestions (D9-2二b, L1-51): the deputy writes, others sign, the office files and routes, the deputy judges."""

from django.db import transaction
from django.utils.translation import gettext as _

from constituents import audiences, rules
from constituents.actions.letting_go import let_assisting_go
from constituents.actions.routing import check_units, hand, tell_units
from constituents.actions.verdicts import hand_again, lead_to_ask_again
from constituents.models import Petition, PetitionEvent, Referral, Signature, Suggestion
from constituents.models.petitions import Satisfaction
from constituents.moving import CannotMove, NotTheirs, begin, claim, may_register, step
from deputies.models import Deputy
from office import audit, numbering

_WRITTEN = ("title", "grounds", "proposal", "wide")


@transaction.atomic
def write(*, by, at, on, deputy, title, grounds, proposal, wide=False, sources=(), signers=()) -> Suggestion:
    """Write up a suggestion, from one or several matters or none; it is a draft until it is submitted.

    A visitor's words that were merely pasted are refused: a deputy writes it up (L1-51).
    """
    may_register(by, "suggestion", "write")
    if deputy.user_id != by.pk:
        raise NotTheirs(_("A suggestion is written by the deputy themselves."))
    if not Deputy.objects.in_office(on, on).filter(pk=deputy.pk).held():
        raise NotTheirs(_("On this day you were not in office, or the mandate has ended since."))
    _check_written(grounds, proposal, sources)
    suggestion = Suggestion.objects.create(
        deputy=deputy,
        jurisdiction=deputy.term.jurisdiction,
        title=title,
        grounds=grounds,
        proposal=proposal,
        wide=wide,
        written_on=on,
    )
    _link(suggestion, sources, signers, by)
    return begin(suggestion, "write", by=by, at=at)


def _check_written(grounds, proposal, sources):
    for source in sources:
        if rules.is_pasted(f"{grounds}\n{proposal}", f"{source.situation}\n{source.request}"):
            words = _(
                "This is what the visitor of %s said. A suggestion is not a letter passed on: please write it up."
            )
            raise CannotMove(words % source.number, "grounds")


def _link(suggestion, sources, signers, by):
    suggestion.sources.set(Petition.objects.visible_to(by).filter(pk__in=[one.pk for one in sources]))
    wanted = {one.pk for one in signers} - {suggestion.deputy_id}
    suggestion.signatures.exclude(deputy__in=wanted).filter(signed_at=None).delete()
    known = set(suggestion.signatures.values_list("deputy", flat=True))
    Signature.objects.bulk_create(Signature(suggestion=suggestion, deputy_id=pk) for pk in sorted(wanted - known))


@transaction.atomic
def rewrite(suggestion, *, by, at, sources=(), signers=(), seen=None, **told) -> Suggestion:
    """Change a draft. Who has signed signed other words: a changed text asks for the signatures anew."""
    suggestion = _claim_own(suggestion, "rewrite", by=by, seen=seen)
    _check_written(told["grounds"], told["proposal"], sources)
    changed = {name: told[name] for name in _WRITTEN if name in told and told[name] != getattr(suggestion, name)}
    if {"title", "grounds", "proposal"} & changed.keys():
        suggestion.signatures.update(signed_at=None)
    _link(suggestion, sources, signers, by)
    return step(suggestion, "rewrite", by=by, at=at, **changed)


def _claim_own(suggestion, *verbs, by, seen=None):
    """The suggestion, locked for its own deputy; who only signed it does not move it."""
    suggestion = claim(suggestion, *verbs, by=by, seen=seen)
    if not suggestion.is_followed_by(by) and not by.is_superuser:
        raise NotTheirs(_("Only the deputy who wrote the suggestion does this."))
    return suggestion


@transaction.atomic
def sign(suggestion, *, by, at, seen=None) -> Suggestion:
    """A deputy who was asked signs jointly."""
    suggestion = claim(suggestion, "sign", by=by, seen=seen)
    asked = suggestion.signatures.filter(deputy__user=by, signed_at=None)
    if not asked.update(signed_at=at):
        raise CannotMove(_("You were not asked to sign this, or have signed it."))
    return step(suggestion, "sign", by=by, at=at)


@transaction.atomic
def submit(suggestion, *, by, at, on, note="", seen=None) -> Suggestion:
    """Hand a suggestion in to the congress office; who was asked to sign and did not is left out.

    Its matters for which nothing else was decided yet take their course as a suggestion.
    """
    suggestion = _claim_own(suggestion, "submit", by=by, seen=seen)
    suggestion.signatures.filter(signed_at=None).delete()
    step(suggestion, "submit", by=by, at=at, note=note, submitted_on=on)
    _set_course(suggestion, by=by, at=at)
    text = _("%s was submitted as a suggestion.") % suggestion.title
    offices = audiences.offices(suggestion.jurisdiction)
    audiences.tell_of(suggestion, offices, verb="submit", text=text, at=at)
    return suggestion


def _set_course(suggestion, *, by, at):
    undecided = suggestion.sources.filter(course="", status__in=Petition.OPEN).order_by("pk")
    for petition in undecided.select_for_update(of=("self",), no_key=True):
        petition.course = Petition.Course.SUGGESTION
        petition.changed("course")
        stays = {"was": petition.status, "now": petition.status}
        PetitionEvent.objects.create(petition=petition, verb="suggested", at=at, by=by, note=suggestion.title, **stays)
        audit.record(by=by, at=at, action="petition.suggested", subject=petition, detail={"suggestion": suggestion.pk})


@transaction.atomic
def withdraw(suggestion, *, by, at, reason="", seen=None) -> Suggestion:
    """The deputy takes a suggestion back before it is on file."""
    return step(_claim_own(suggestion, "withdraw", by=by, seen=seen), "withdraw", by=by, at=at, note=reason)


@transaction.atomic
def send_back(suggestion, *, by, at, reason, seen=None) -> Suggestion:
    """The office gives a suggestion back to be rewritten, and explains why it is none as it stands."""
    suggestion = claim(suggestion, "send_back", by=by, seen=seen)
    if not reason:
        raise CannotMove(_("Please explain what is to be changed."), "reason")
    step(suggestion, "send_back", by=by, at=at, note=reason, submitted_on=None)
    text = _("“%s” was sent back to you to be rewritten.") % suggestion.title
    audiences.tell_of(suggestion, audiences.deputy(suggestion.follower_id), verb="send_back", text=text, at=at)
    return suggestion


@transaction.atomic
def file(suggestion, *, by, at, on, wide=None, seen=None) -> Suggestion:
    """Put a suggestion on file under the next number of the year."""
    suggestion = claim(suggestion, "file", by=by, seen=seen)
    year, seq = suggestion.year, suggestion.seq
    if seq is None:
        year = on.year
        [seq] = numbering.take("suggestion", year=year, owner=suggestion.jurisdiction_id)
    difficult = suggestion.wide if wide is None else wide
    return step(suggestion, "file", by=by, at=at, year=year, seq=seq, wide=difficult)


@transaction.atomic
def route_suggestion(suggestion, *, by, at, on, unit, assisting=(), person="", seen=None) -> Referral:
    """Hand a suggestion to its lead unit and to those that assist: three months, or six where it is wide (L1-51)."""
    suggestion = claim(suggestion, "route", by=by, seen=seen)
    kind = Referral.Kind.WIDE if suggestion.wide else Referral.Kind.SUGGESTION
    brief = f"{suggestion.title}\n\n{suggestion.grounds}\n\n{suggestion.proposal}"[:4000]
    mode = Referral.Mode.SUGGESTION
    units = [unit, *assisting]
    check_units(units, by)
    lead = hand(suggestion, units, by=by, on=on, brief=brief, kind=kind, mode=mode, person=person)
    step(suggestion, "route", by=by, at=at, note="、".join(str(one) for one in units), referral=lead)
    tell_units(suggestion, at=at)
    return lead


@transaction.atomic
def judge_suggestion(suggestion, *, by, at, on, result, attitude="", words="", seen=None) -> Suggestion:
    """The deputy judges the reply; dissatisfied for the first time, the unit handles it once more (D7-四4)."""
    suggestion = _claim_own(suggestion, "judge", "redo", by=by, seen=seen)
    if result not in Satisfaction.values or attitude not in ("", *Satisfaction.values):
        raise CannotMove(_("Please say whether you are satisfied."), "result")
    verdict = {"satisfaction": result, "attitude": attitude or result}
    let_assisting_go(suggestion, on=on)
    lead = lead_to_ask_again(suggestion)
    if result != Satisfaction.DISSATISFIED or lead is None:
        return step(suggestion, "judge", by=by, at=at, note=words, **verdict)
    again = hand_again(suggestion, lead, by=by, on=on)
    step(suggestion, "redo", by=by, at=at, note=words, referral=again, **verdict)
    tell_units(suggestion, at=at)
    return suggestion


@transaction.atomic
def close_suggestion(suggestion, *, by, at, note="", seen=None) -> Suggestion:
    """Close a suggestion; what was not judged, or judged as dissatisfying, with an explanation."""
    suggestion = claim(suggestion, "close", by=by, seen=seen)
    judged = suggestion.status == Suggestion.Status.JUDGED
    if not note and not (judged and suggestion.satisfaction != Satisfaction.DISSATISFIED):
        raise CannotMove(_("Please explain why it is closed without the deputy being satisfied."), "note")
    step(suggestion, "close", by=by, at=at, note=note)
    text = _("%s is closed.") % suggestion.number
    audiences.tell_of(suggestion, audiences.deputy(suggestion.follower_id), verb="close", text=text, at=at)
    return suggestion
