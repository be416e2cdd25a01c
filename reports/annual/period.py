"""The period of a report: whole months, from one to those of a whole term; a year is the usual case."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from office import clock

LONGEST = 72
"""Months that a report may span: a term of five years, and what it runs over."""


class BadPeriod(ValueError):
    """What was written names no period of whole months; the message says why."""


@dataclass(frozen=True)
class Period:
    """Whole months, from the first day of one to the last day of another."""

    first: date
    last: date

    @classmethod
    def year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def between(cls, first: str, last: str) -> "Period":
        """``2026-04`` to ``2026-06``; BadPeriod where that names no months, or too many of them."""
        period = cls(_month(first), clock.month_end(_month(last)))
        if period.last < period.first:
            raise BadPeriod(_("The last month lies before the first."))
        if len(period.months) > LONGEST:
            raise BadPeriod(_("A report spans %(most)d months at most.") % {"most": LONGEST})
        return period

    @cached_property
    def months(self) -> list[date]:
        """The first day of each month."""
        return [clock.add_months(self.first, n) for n in range(self.number_of(self.last))]

    @property
    def names(self) -> list[str]:
        """The months by name; of a period that is not one year, each with its year."""
        if self.is_year:
            return [_("Month %(number)d") % {"number": day.month} for day in self.months]
        return [formats.date_format(day, "YEAR_MONTH_FORMAT") for day in self.months]

    @property
    def is_year(self) -> bool:
        return self == Period.year(self.first.year)

    @property
    def years(self) -> list[int]:
        """The calendar years that lie in it whole: what is asked once a year is judged for these."""
        return [y for y in range(self.first.year, self.last.year + 1) if self.has(Period.year(y))]

    @property
    def keys(self) -> tuple[str, str]:
        """Its first and its last month, as an address carries them: ``2026-04``, ``2026-06``."""
        return clock.month_key(self.first), clock.month_key(self.last)

    def has(self, other: "Period") -> bool:
        return self.first <= other.first and other.last <= self.last

    def number_of(self, day: date) -> int:
        """The place of a day's month in the period, from 1; outside of it less or more."""
        return month_number(day) - month_number(self.first) + 1

    @property
    def before(self) -> "Period":
        """The same months a year earlier (of more than a year, as many months before): what it is compared with."""
        back = -12 * -(-len(self.months) // 12)
        return Period(clock.add_months(self.first, back), clock.month_end(clock.add_months(self.last, back)))

    def __str__(self):
        if self.is_year:
            return str(self.first.year)
        return "—".join(dict.fromkeys(self.keys))


def month_number(day: date) -> int:
    """A day's month as a number: months that follow one another have numbers that do."""
    return day.year * 12 + day.month


def _month(text: str) -> date:
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text or "")
    if not found or int(found[1]) not in range(1949, 2101):
        raise BadPeriod(_("“%(text)s” is not a month; write it like 2026-04.") % {"text": text})
    return date(int(found[1]), int(found[2]), 1)
