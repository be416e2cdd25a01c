"""What is to be done at a station's desk: handed over, brought back, judged, closed; what is overdue comes first."""

from datetime import date
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce, Least

from constituents import moves
from constituents.models import Petition, Referral
from constituents.moves import Move

SHOWN = 15
"""Tasks on the page of a desk; who has more has a list of their own."""
_FAR = date.max
_S = Petition.Status
_VERBS = {_S.REPLIED: "feed_back", _S.FED_BACK: "judge", _S.JUDGED: "close"}
_UNTOLD = Q(replied_on__isnull=False, fed_back_on=None, feedback_due_on__isnull=False)


class Task(NamedTuple):
    """One thing to do with one matter; without a day it is due as soon as one comes to it."""

    move: Move
    petition: Petition
    due: date | None
    # The rule that set the day, if one did.
    rule: object
    overdue: bool

    @property
    def clause(self) -> str:
        return str(self.rule.clause) if self.rule else self.move.rule


def tasks(petitions, on: date) -> list[Task]:
    """The tasks among ``petitions`` (a register as somebody sees it), the most urgent first; one more than is shown."""
    untold = Referral.objects.filter(_UNTOLD).order_by("feedback_due_on").select_related("feedback_rule__clause")
    rows = (
        petitions.filter(Petition.TO_HAND_OVER | Q(status__in=_VERBS))
        .annotate(
            to_hand_over=ExpressionWrapper(Petition.TO_HAND_OVER, BooleanField()),
            first_due=Least(_hand_over_due(), _feedback_due()),
        )
        .order_by("first_due", "received_on", "id")
        .select_related("station", "hand_over_rule__clause")
        .prefetch_related(Prefetch("referrals", untold, to_attr="untold"))
    )
    found = [task for petition in rows[: SHOWN + 1] for task in _tasks_of(petition, on)]
    return sorted(found, key=lambda task: (task.due or _FAR, task.petition.received_on))[: SHOWN + 1]


def _hand_over_due():
    return Coalesce(Case(When(Petition.TO_HAND_OVER, then=F("hand_over_due_on"))), _FAR)


def _feedback_due():
    untold = Referral.objects.filter(_UNTOLD, petition=OuterRef("pk")).order_by().values("petition")
    return Coalesce(Subquery(untold.annotate(first=Min(F("feedback_due_on"))).values("first")), _FAR)


def _tasks_of(petition, on):
    if petition.to_hand_over:
        yield _task("hand_over", petition, petition.hand_over_due_on, petition.hand_over_rule, on)
    verb = _VERBS.get(petition.status)
    if verb:
        first = petition.untold[0] if verb == "feed_back" and petition.untold else None
        yield _task(verb, petition, first and first.feedback_due_on, first and first.feedback_rule, on)


def _task(verb, petition, due, rule, on) -> Task:
    [move, *_others] = moves.of("petition", verb)
    return Task(move, petition, due, rule, due is not None and due < on)
