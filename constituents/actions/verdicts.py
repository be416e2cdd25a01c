"""The outcome comes back to the person (D3-六f, D5-四b), and the person says whether they are satisfied."""

from django.db import transaction
from django.utils.translation import gettext as _

from constituents import audiences
from constituents.actions import following
from constituents.actions.intake import complained_units
from constituents.actions.letting_go import let_assisting_go
from constituents.actions.routing import hand, tell_units
from constituents.models import Feedback, Petition, Referral
from constituents.models.petitions import Satisfaction
from constituents.moving import CannotMove, claim, step


@transaction.atomic
def feed_back(petition, *, by, at, on, way, told, reaction="", attitude="", result="", seen=None) -> Petition:
    """Bring the outcome back to the person: when, by which way, in which words, and how they took it (D3-六f).

    With a verdict said at once it is judged in the same transaction, as a step of its own.
    """
    petition = claim(petition, "feed_back", by=by, seen=seen)
    if not told:
        raise CannotMove(_("Please write down what the person was told."), "told")
    Feedback.objects.create(petition=petition, told_on=on, told_by=by, way=way, told=told, reaction=reaction)
    petition.referrals.filter(replied_on__isnull=False, fed_back_on=None).update(fed_back_on=on)
    let_assisting_go(petition, on=on)
    step(petition, "feed_back", by=by, at=at, note=told)
    if result:
        return judge(petition, by=by, at=at, on=on, attitude=attitude, result=result)
    return petition


@transaction.atomic
def judge(petition, *, by, at, on, result, attitude="", words="", seen=None) -> Petition:
    """Write down the person's verdict on the attitude and on the result (D7-四4); ``by`` None: their own, unaided.

    Who is dissatisfied for the first time has the matter sent back to the unit once, with a new clock beside the
    first. A second time it stays with the office, which explains (D8-四4); so does what complains about that unit.
    """
    petition = claim(petition, "judge", "redo", by=by, seen=seen)
    if result not in Satisfaction.values or attitude not in ("", *Satisfaction.values):
        raise CannotMove(_("Please say whether the person is satisfied."), "result")
    _write_verdict(petition, by=by, at=at, result=result, attitude=attitude or result, words=words)
    verdict = {"satisfaction": result, "attitude": attitude or result}
    lead = lead_to_ask_again(petition)
    unhappy = result == Satisfaction.DISSATISFIED and lead
    if unhappy and not complained_units(petition).filter(pk=lead.unit_id).exists():
        return _send_back(petition, lead, verdict, by=by, at=at, on=on, words=words)
    return step(petition, "judge", by=by, at=at, note=words, **verdict)


def _write_verdict(petition, *, by, at, result, attitude, words):
    last = petition.feedbacks.order_by("-pk").first()
    last.result, last.attitude, last.judged_at, last.judged_by = result, attitude, at, by
    last.reaction = "\n".join(part for part in (last.reaction, words) if part)[:2000]
    last.save()


def _send_back(petition, lead, verdict, *, by, at, on, words) -> Petition:
    again = hand_again(petition, lead, by=by, on=on)
    step(petition, "redo", by=by, at=at, note=words, referral=again, **verdict)
    tell_units(petition, at=at)
    text = _("%s: the person is dissatisfied; the unit handles it once more.") % petition.number
    audiences.tell_of(petition, audiences.offices(lead.place), verb="redo", text=text, at=at)
    return petition


def lead_to_ask_again(matter) -> Referral | None:
    """The referral of the unit that replied, as long as it was not asked a second time."""
    if matter.referrals.filter(round=2).exists():
        return None
    return matter.referrals.filter(part=Referral.Part.LEAD, replied_on__isnull=False).order_by("-pk").first()


def hand_again(matter, lead, *, by, on) -> Referral:
    """Hand a matter to its lead unit a second time: a new referral with a clock of its own; the first stays."""
    return hand(
        matter,
        [lead.unit],
        by=by,
        on=on,
        brief=lead.brief,
        kind=lead.kind,
        mode=lead.mode,
        person=lead.person,
        round=2,
    )


@transaction.atomic
def close(petition, *, by, at, note="", seen=None) -> Petition:
    """Close a matter; what was not judged, or judged as dissatisfying, is closed with an explanation (D8-四4)."""
    petition = claim(petition, "close", by=by, seen=seen)
    satisfied = petition.status == Petition.Status.JUDGED and petition.satisfaction != Satisfaction.DISSATISFIED
    if not satisfied and not note:
        raise CannotMove(_("Please explain why it is closed without the person being satisfied (D8-四4)."), "note")
    return step(petition, "close", by=by, at=at, note=note)


@transaction.atomic
def reopen(petition, *, by, at, reason, seen=None) -> Petition:
    """Take up again what had come to its end, with the reason."""
    petition = claim(petition, "reopen", by=by, seen=seen)
    if not reason:
        raise CannotMove(_("Please say why it is taken up again."), "reason")
    columns = {"merged_into": None, "decline_reason": None, "answer": "", "letter_number": ""}
    columns |= following.again(petition)
    return step(petition, "reopen", by=by, at=at, note=reason, **columns)
