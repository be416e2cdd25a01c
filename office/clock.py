"""The one place that reads the clock, and the arithmetic of months.

The office lives in Asia/Shanghai: a contact at 00:30 on the 1st belongs to the new month, whatever the server's zone.
Views, tasks and commands ask here and pass the answer on as ``on=`` (a local date) or ``at=`` (an instant).
"""

import calendar
from datetime import date, datetime, time, timedelta

from django.utils import timezone


def now() -> datetime:
    """This instant, with its time zone."""
    return timezone.now()


def today() -> date:
    """The date on the office's wall calendar."""
    return timezone.localdate()


def local_date(at: datetime) -> date:
    """The office's date at an instant."""
    return timezone.localdate(at)


def midnight_after(on: date) -> datetime:
    """The instant at which a day of the office is over."""
    return datetime.combine(on + timedelta(days=1), time(), timezone.get_current_timezone())


def month_start(on: date) -> date:
    return on.replace(day=1)


def month_end(on: date) -> date:
    """The last day of the month that ``on`` lies in."""
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def year_end(on: date) -> date:
    """The last day of the year that ``on`` lies in."""
    return date(on.year, 12, 31)


def add_months(on: date, months: int) -> date:
    """``on`` moved by whole months, clamped to the month's end (30 November + 3 months = 28 February)."""
    month = on.year * 12 + on.month - 1 + months
    year, month = divmod(month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last))


def first_days(year: int) -> list[date]:
    """The first day of each month of a year."""
    return [date(year, month, 1) for month in range(1, 13)]


def month_key(on: date) -> str:
    """``2026-10``: how a month is written as the period of a duty or a flag."""
    return f"{on:%Y-%m}"


def days_between(first: date, last: date):
    """Every date from ``first`` to ``last``, both included."""
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)
