"""How a reply stands as of a day: what is left or over, and when it was due at first."""

from datetime import date
from typing import NamedTuple

from constituents.models import Referral
from office.clocks import CLOCKS
from office.deadlines import reckon
from office.workdays import Calendar

SOON = 3
"""Calendar days before the reply is due from which a list warns."""


class Standing(NamedTuple):
    """How one reply stands as of a day: the word for it, and the days left or over."""

    word: str
    days: int = 0


def standing(referral: Referral, on: date) -> Standing:
    """``replied``, ``gone``, ``free`` (no day is set), ``paused``, ``late``, ``soon`` or ``running``."""
    if referral.replied_on:
        return Standing("replied")
    if referral.is_gone:
        return Standing("gone")
    if referral.due_on is None:
        return Standing("free")
    days = (referral.due_on - on).days
    if referral.paused_on:
        return Standing("paused", days)
    return Standing("late", -days) if days < 0 else Standing("soon" if days <= SOON else "running", days)


def due_as_of(referral: Referral, on: date, calendar: Calendar) -> tuple[date | None, date | None]:
    """The day on which a reply was due at first, and the day on which it was due as things stood on ``on``.

    The extensions that were given by then count. A day that the office named by hand is both.
    """
    clock = referral.due_rule and CLOCKS.get(referral.due_rule.measure)
    if not clock:
        return referral.due_on, referral.due_on
    first = due = clock.reckon(referral.routed_on, referral.due_rule, calendar).due
    for one in referral.extensions.all():
        if one.approved_on <= on:
            due = reckon(due, one.amount, one.unit, calendar=calendar).due
    return first, due
