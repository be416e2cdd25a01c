"""How a deadline is counted: in calendar days, working days or months, with every day that was skipped and why."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.clock import add_months
from office.workdays import YEARS, Calendar

DAYS, WORKING_DAYS, MONTHS = "days", "working-days", "months"
MOST = {DAYS: 3660, WORKING_DAYS: 2500, MONTHS: 120}
"""Ten years: no deadline of the regulations is longer, and a slip of the finger is."""
UNIT_NAMES = [
    (WORKING_DAYS, gettext_lazy("working days")),
    (DAYS, gettext_lazy("days, every one counted")),
    (MONTHS, gettext_lazy("whole months")),
]


class Uncountable(Exception):
    """There is no such deadline; the text says why and what to enter instead."""


class Step(NamedTuple):
    """One day that was looked at (with months: one month), whether it counted, and why."""

    date: date
    counted: bool
    why: str


@dataclass
class Reckoning:
    """A deadline with the way it was found: so much from ``start``, by these steps."""

    start: date
    amount: int
    unit: str
    due: date
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """How much it is, in words."""
        return amount_in_words(self.amount, self.unit)


def reckon(start: date, amount: int, unit: str, *, calendar: Calendar) -> Reckoning:
    """The last day for something that began on ``start``; counting begins on the day after.

    ``unit`` is ``days`` (calendar days, each counts and nothing shifts), ``working-days`` (statutory holidays and
    weekends are skipped, working weekends count) or ``months`` (the same date, or the month's end). A negative
    amount counts backwards from the day before ``start``. Raises ``Uncountable``.
    """
    _check(start, amount, unit)
    count = {DAYS: _days, WORKING_DAYS: _working_days, MONTHS: _months}[unit]
    steps = list(count(start, amount, calendar))
    warnings = _warnings(steps, calendar) if unit == WORKING_DAYS else []
    return Reckoning(start, amount, unit, steps[-1].date if steps else start, steps, warnings)


def amount_in_words(amount: int, unit: str) -> str:
    """``5 working days``; what is counted backwards is so much before."""
    words = {DAYS: _("%d calendar days"), WORKING_DAYS: _("%d working days"), MONTHS: _("%d months")}
    told = words[unit] % abs(amount)
    return _("%s before") % told if amount < 0 else told


def _check(start, amount, unit):
    if unit not in MOST:
        raise Uncountable(_("“%(unit)s” is no unit: use %(units)s.") % {"unit": unit, "units": ", ".join(MOST)})
    if abs(amount) > MOST[unit]:
        raise Uncountable(_("%(n)d is too long: at most %(most)d here.") % {"n": abs(amount), "most": MOST[unit]})
    if start.year not in YEARS:
        words = {"first": YEARS[0], "last": YEARS[-1]}
        raise Uncountable(_("The day must lie between the years %(first)d and %(last)d.") % words)


def _days(start, amount, calendar):
    for n in range(1, abs(amount) + 1):
        day = start + timedelta(days=n if amount > 0 else -n)
        said = None if calendar.is_working(day) else calendar.reason(day)
        yield Step(day, True, _("calendar day, counts all the same (%s)") % said if said else _("calendar day"))


def _working_days(start, amount, calendar):
    toward = timedelta(days=1 if amount > 0 else -1)
    day, left = start, abs(amount)
    while left:
        day += toward
        counted = calendar.is_working(day)
        yield Step(day, counted, calendar.reason(day))
        left -= counted


def _months(start, amount, calendar):
    for n in range(1, abs(amount) + 1):
        day = add_months(start, n if amount > 0 else -n)
        words = {"n": n, "day": start.day}
        same = _("month %(n)d, same date")
        clamped = _("month %(n)d, which has no day %(day)d: its last day")
        yield Step(day, True, (same if day.day == start.day else clamped) % words)


def _warnings(steps, calendar) -> list[str]:
    text = _("The calendar of %d has not been entered: plain weekends were counted there, without holidays.")
    return [text % year for year in sorted({step.date.year for step in steps} - calendar.years)]
