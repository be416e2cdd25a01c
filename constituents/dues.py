"""What is due next for a matter: handed over, accepted, replied to, brought back; by when, and by which clause."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import pgettext_lazy

from constituents.models import Petition, Referral


class Due(NamedTuple):
    """One deadline that runs; ``days`` is what is left, below nothing what it is over."""

    label: str
    on: date
    # None where the office named the day by hand.
    rule: object
    days: int
    paused: bool = False

    @property
    def overdue(self) -> bool:
        return self.days < 0 and not self.paused

    @property
    def day(self) -> str:
        """The day as it is written: month and day say enough in the year in which it is looked at."""
        this_year = (self.on - timedelta(days=self.days)).year == self.on.year
        return f"{self.on:%m-%d}" if this_year else self.on.isoformat()


RULES = ("hand_over_rule__clause",)
REFERRAL_RULES = ("due_rule__clause", "receipt_rule__clause", "feedback_rule__clause")
"""What a row must have been read with."""
COLUMNS = (
    "status",
    "channel",
    "deputy_id",
    "handed_over_on",
    "hand_over_due_on",
    "hand_over_rule__clause__key",
)
REFERRAL_COLUMNS = (
    *("returned_on", "recalled_on", "replied_on", "accepted_on", "paused_on", "fed_back_on"),
    *("receipt_due_on", "due_on", "feedback_due_on"),
    *(f"{rule}__key" for rule in REFERRAL_RULES),
)
"""All that is asked of it here."""


def dues(petition, referrals, on: date) -> list[Due]:
    """The deadlines that run, the earliest first; ``referrals`` are the matter's, read with their rules."""
    if petition.status not in Petition.OPEN:
        return []
    found = [*_of_petition(petition, on)]
    for referral in referrals:
        found += _of_referral(referral, on)
    return sorted(found, key=lambda one: one.on)


def _of_petition(petition, on):
    if petition.hand_over_due_on and petition.handed_over_on is None and petition.deputy_id:
        walked_in = petition.channel == Petition.Channel.WALK_IN
        label = pgettext_lazy("due", "hand over") if walked_in else pgettext_lazy("due", "pass on")
        yield _due(label, petition.hand_over_due_on, petition.hand_over_rule, on)


def _of_referral(referral, on):
    if referral.is_in_hand:
        if referral.receipt_due_on and referral.accepted_on is None:
            yield _due(pgettext_lazy("due", "accept"), referral.receipt_due_on, referral.receipt_rule, on)
        if referral.due_on:
            paused = referral.paused_on is not None
            yield _due(pgettext_lazy("due", "reply"), referral.due_on, referral.due_rule, on, paused)
    elif referral.feedback_due_on and referral.fed_back_on is None and referral.replied_on:
        yield _due(pgettext_lazy("due", "bring back"), referral.feedback_due_on, referral.feedback_rule, on)


def _due(label, due, rule, on, paused=False) -> Due:
    return Due(label, due, rule, (due - on).days, paused)


def overdue(on: date) -> Q:
    """The open matters of which something is overdue: the reply, the way back to the person, the hand-over."""
    late = Referral.objects.filter(Referral.IN_HAND, petition__isnull=False, due_on__lt=on, paused_on=None)
    untold = Referral.objects.filter(
        ~Referral.GONE, petition__isnull=False, replied_on__isnull=False, fed_back_on=None, feedback_due_on__lt=on
    )
    kept = Q(hand_over_due_on__lt=on, handed_over_on=None, deputy__isnull=False)
    found = kept
    for rows in (late, untold):
        found |= Q(pk__in=rows.order_by().values("petition"))
    return Q(status__in=Petition.OPEN) & found
