"""When the office is at work: on working days (office/workdays) between the hours that the environment names."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from office import clock
from office.workdays import Calendar

_LONGEST = 60
"""No calendar is without a working day for so many days."""


def hours() -> tuple[time, time]:
    """From when to when the office works (``NOTICE_HOURS``, as 8:30-17:30)."""
    opens, closes = (time(*map(int, part.split(":"))) for part in settings.NOTICE_HOURS.split("-"))
    return opens, closes


def next_morning(at: datetime) -> datetime:
    """The moment at which the office begins on the next working day after that of ``at``."""
    midnight = datetime.combine(clock.local_date(at) + timedelta(days=1), time(), timezone.get_current_timezone())
    return next_moment(midnight)


def next_moment(at: datetime, calendar: Calendar | None = None) -> datetime:
    """``at`` if the office is at work then, else the moment at which it next begins."""
    calendar, local = calendar or Calendar.load(), timezone.localtime(at)
    opens, closes = hours()
    if calendar.is_working(local.date()) and opens <= local.time() < closes:
        return at
    first = local.date() + timedelta(days=local.time() >= closes)
    days = (first + timedelta(days=n) for n in range(_LONGEST))
    day = next(day for day in days if calendar.is_working(day))
    return datetime.combine(day, opens, local.tzinfo)
