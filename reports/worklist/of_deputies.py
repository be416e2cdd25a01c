"""What a deputy has to do besides the contacts: pass on, bring back, receive, sign, judge."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models import Engagement, Petition, Referral, Signature, Suggestion
from constituents.moves import DEPUTY, DESK
from deputies.models import Deputy
from liaison_stations.models import Reception, ReceptionDuty, TurnRequest
from reports.worklist.source import NUMBER, OF_PETITION, OF_SUGGESTION, Source
from visits.models import Consultation, Visit

AHEAD = timedelta(days=31)
"""So far ahead a turn is asked to be confirmed; a year's rota is no worklist."""
STATION = ("reception__station__name",)
_S = Suggestion.Status


def _to_forward(user, on):
    own = Petition.objects.visible_to(user, roles=DEPUTY).filter(status__in=Petition.OPEN)
    own = own.filter(_followed_by(user), hand_over_due_on__isnull=False, handed_over_on=None)
    return own.exclude(channel=Petition.Channel.WALK_IN)


def _followed_by(user) -> Q:
    """What nobody else follows up since a change of term."""
    return Q(followed_up_by__user=user) | Q(followed_up_by=None, deputy__user=user)


def _to_bring_back(user, on):
    """Each outcome once: by the reply of the lead."""
    read = Referral.objects.visible_to(user, roles=DEPUTY | DESK).filter(petition__status=Petition.Status.REPLIED)
    return read.filter(~Referral.GONE, part=Referral.Part.LEAD, replied_on__isnull=False, fed_back_on=None)


def _turns(user, on):
    open_ = ReceptionDuty.objects.visible_to(user, roles=DEPUTY).filter(deputy__user=user)
    return open_.filter(reception__cancelled=False, reception__held_on=None)


def _to_confirm(user, on):
    regular = _turns(user, on).filter(confirmed_on=None, reception__kind=Reception.Kind.REGULAR)
    return regular.filter(reception__planned_on__range=(on, on + AHEAD))


def _to_receive(user, on):
    return _turns(user, on).filter(reception__planned_on=on, came=False).exclude(confirmed_on=None)


def _to_answer(user, on):
    asked = TurnRequest.objects.visible_to(user, roles=DEPUTY).filter(state=TurnRequest.State.ASKED)
    return asked.filter(
        to_deputy__user=user, duty__isnull=False, reception__planned_on__gte=on, reception__cancelled=False
    )


def _to_sign(user, on):
    asked = Signature.objects.filter(suggestion=OuterRef("pk"), deputy__user=user, signed_at=None)
    return Suggestion.objects.visible_to(user, roles=DEPUTY).filter(Exists(asked), status__in=(_S.DRAFT, _S.SUBMITTED))


def _own(status):
    def rows(user, on):
        return Suggestion.objects.visible_to(user, roles=DEPUTY).filter(_followed_by(user), status=status)

    return rows


def _to_hold(user, on):
    agreed = Engagement.objects.visible_to(user, roles=DEPUTY).filter(status=Engagement.Status.AGREED)
    return agreed.filter(deputy__user=user)


_SUGGESTIONS = {"number": OF_SUGGESTION, "about": "title", "link": "constituents:suggestion_move"}


def _to_hear(user, on):
    """Topics on which the person asks and has heard nobody yet (D8-四3)."""
    asked = Consultation.objects.filter(asked__in=Deputy.objects.visible_to(user, roles=DEPUTY).filter(user=user))
    own = Visit.objects.filter(consultation=OuterRef("pk"), deputy__user=user)
    return asked.filter(~Exists(own), until__gte=on)


SOURCES = (
    Source(
        "hear_opinions",
        DEPUTY,
        _to_hear,
        text=_("Hear the public on a topic of the congress office"),
        clause="D8-四3",
        due="until",
        link="consultations:one",
        button=pgettext_lazy("worklist", "To the topic"),
        about="topic",
        listed_at=("consultations:list", ""),
    ),
    Source(
        "forward",
        DEPUTY,
        _to_forward,
        text=_("Pass on what the person raised"),
        clause="D1-3①e",
        rule="hand_over_rule",
        due="hand_over_due_on",
        link="constituents:move",
        verb="forward",
        button=pgettext_lazy("worklist", "Pass on"),
        number=NUMBER,
        about="situation",
        listed_at=("constituents:list", "?part=mine"),
    ),
    Source(
        "feed_back",
        DEPUTY | DESK,
        _to_bring_back,
        text=_("Bring the outcome back to the person"),
        clause="D3-六f",
        rule="feedback_rule",
        due="feedback_due_on",
        link="constituents:move",
        key="petition",
        verb="feed_back",
        button=pgettext_lazy("worklist", "Bring back"),
        number=OF_PETITION,
        about="petition__situation",
        listed_at=("constituents:list", "?part=replied"),
    ),
    Source(
        "receive",
        DEPUTY,
        _to_receive,
        text=_("Receive the public today, and sign in"),
        clause="D3-三",
        due="reception__planned_on",
        link="stations:reception",
        key="reception",
        button=pgettext_lazy("worklist", "To the reception"),
        number=STATION,
    ),
    Source(
        "confirm",
        DEPUTY,
        _to_confirm,
        text=_("Confirm that you come to the reception"),
        clause="D5-二a",
        rule="reception__notice_rule",
        due="reception__notice_due_on",
        link="stations:reception",
        key="reception",
        button=pgettext_lazy("worklist", "Confirm"),
        number=STATION,
        about="reception__planned_on",
        listed_at=("stations:calendar", ""),
    ),
    Source(
        "answer_turn",
        DEPUTY,
        _to_answer,
        text=_("Answer another deputy's question about a turn"),
        clause="D5-一a",
        due="reception__planned_on",
        link="stations:reception",
        key="reception",
        button=pgettext_lazy("worklist", "Answer"),
        number=STATION,
        about="deputy__name",
        listed_at=("stations:calendar", ""),
    ),
    Source(
        "judge_suggestion",
        DEPUTY,
        _own(_S.REPLIED),
        text=_("Judge the reply to your suggestion"),
        clause="L1-51",
        verb="judge",
        button=pgettext_lazy("worklist", "Judge"),
        listed_at=("constituents:suggestions", "?part=replied"),
        **_SUGGESTIONS,
    ),
    Source(
        "sign",
        DEPUTY,
        _to_sign,
        text=_("Sign a suggestion jointly, or leave it"),
        clause="D9-2二b",
        verb="sign",
        button=pgettext_lazy("worklist", "Read and sign"),
        listed_at=("constituents:suggestions", "?part=to_sign"),
        **_SUGGESTIONS,
    ),
    Source(
        "finish",
        DEPUTY,
        _own(_S.DRAFT),
        text=_("Finish the draft of a suggestion and submit it"),
        clause="D9-2二b",
        button=pgettext_lazy("worklist", "Go on writing"),
        listed_at=("constituents:suggestions", "?part=open"),
        **{**_SUGGESTIONS, "link": "constituents:suggestion"},
    ),
    Source(
        "hold",
        DEPUTY,
        _to_hold,
        text=_("Hold what was agreed, and write down what came of it"),
        clause="D3-六d",
        due="planned_on",
        link="constituents:engagement",
        button=pgettext_lazy("worklist", "To the appointment"),
        number=("place",),
        about="about",
        listed_at=("constituents:engagements", "?part=open"),
    ),
)
