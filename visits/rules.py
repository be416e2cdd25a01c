"""What a month asks of a deputy, and which contacts may still be written or taken back: pure functions."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from office import clock

MEASURE = "monthly_contact"
"""What asks for a contact every month (D1-3①b); the amounts of the rule in force win over the two defaults below."""
CONTACTS_A_MONTH = 1
AMBER_DAY = 20
"""The day of the month from which a month without a contact is urgent."""
DAYS_BACK = 366
"""How far back a contact may still be written down; one of a past month stays marked as late."""
MONTHS_BACK = 60
"""How far back a deputy can leaf: a term of five years."""
CONTENT_LIMIT = 4000
"""Characters of what was heard."""
PHOTOS = 6
"""Photos of one contact."""


class State(StrEnum):
    """How a deputy's month stands under D1-3①b."""

    DONE = "done"
    OPEN = "open"
    DUE = "due"
    MISSED = "missed"
    NOT_OWED = "not_owed"


def month_state(*, contacts, owed, last, today, minimum=CONTACTS_A_MONTH, amber_day=AMBER_DAY) -> State:
    """The state of the month that ends on ``last``, seen on ``today``; ``owed`` is false when it is not judged."""
    if contacts >= minimum:
        return State.DONE
    if not owed:
        return State.NOT_OWED
    if today > last:
        return State.MISSED
    return State.DUE if today.day >= amber_day else State.OPEN


def month_named(text: str, today: date) -> date | None:
    """The first day of the month written as ``2026-10``; none of the future and none too long ago."""
    try:
        year, month = (int(part) for part in text.split("-"))
        first = date(year, month, 1)
    except ValueError:
        return None
    return first if oldest_month(today) <= first <= today and text == clock.month_key(first) else None


def oldest_month(today: date) -> date:
    return clock.add_months(clock.month_start(today), -MONTHS_BACK)


def oldest_day(today: date) -> date:
    """The first day whose contacts may still be written down."""
    return today - timedelta(days=DAYS_BACK)


def is_late(happened_on: date, logged_on: date) -> bool:
    """A contact written down after its month was over stays marked as late.

    ``logged_on`` is the day on which it arrived here. What waited on a phone says too when it was written there, but
    a phone's clock can be set: that time is shown beside the mark, and the office judges.
    """
    return logged_on > clock.month_end(happened_on)


def believable(written_at: datetime | None, *, at: datetime) -> datetime | None:
    """When a phone says that a contact was written; None where that cannot be: not in this year, or yet to come."""
    if written_at is None or not at - timedelta(days=DAYS_BACK) <= written_at <= at:
        return None
    return written_at


def waited(visit) -> bool:
    """Whether a contact was written well before it arrived: it waited on a phone for a signal."""
    return visit.written_at is not None and visit.logged_at - visit.written_at >= timedelta(minutes=10)


def may_withdraw(visit, *, by, on: date) -> bool:
    """Whoever logged a contact here may take it back on the same day, as long as nothing came of it."""
    return (
        visit.logged_by_id == by.pk
        and not visit.imported
        and visit.petition_id is None
        and clock.local_date(visit.logged_at) == on
    )


def may_raise(visit, *, on: date) -> bool:
    """A matter of which nothing was registered yet may be registered as long as its contact could be written down."""
    return visit.petition_id is None and visit.happened_on >= oldest_day(on)
