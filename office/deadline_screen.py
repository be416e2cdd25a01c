"""A deadline as it is shown: what was skipped and what counted though it looks free, and the months on the wall."""

import calendar as wall
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from office.clock import add_months, month_start
from office.deadlines import MONTHS, WORKING_DAYS, Reckoning
from office.workdays import Calendar

MONTHS_SHOWN = 13
"""A longer time is told in words alone."""


WEEKDAYS = [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")]


class Span(NamedTuple):
    """Days in a row that are worth a word for the same reason."""

    first: date
    last: date
    counted: bool
    why: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Cell(NamedTuple):
    """One day on the wall: its kind (start, counted, skipped, due, plain) and, where it counts, the how manieth."""

    day: date
    kind: str
    n: int
    why: str
    # A holiday, or a weekend that is worked: these two have a word of their own.
    special: str


class Month(NamedTuple):
    first: date
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class Shown:
    """A reckoning with all that a page says of it."""

    reckoning: Reckoning
    spans: list[Span]
    weekends: int
    months: list[Month]


def shown(reckoning: Reckoning, calendar: Calendar) -> Shown:
    return Shown(reckoning, spans(reckoning, calendar), weekends(reckoning, calendar), months(reckoning, calendar))


def spans(reckoning: Reckoning, calendar: Calendar) -> list[Span]:
    """Each skipped holiday and each counted working weekend, in the order of the days."""
    found = []
    steps = reckoning.steps if reckoning.unit == WORKING_DAYS else []
    for step in sorted(step for step in steps if _special(step.date, calendar)):
        if found and found[-1][1:] == (step.date - timedelta(days=1), step.counted, step.why):
            found[-1] = found[-1]._replace(last=step.date)
        else:
            found.append(Span(step.date, step.date, step.counted, step.why))
    return found


def weekends(reckoning: Reckoning, calendar: Calendar) -> int:
    """How many plain Saturdays and Sundays were skipped."""
    return sum(not step.counted and not _special(step.date, calendar) for step in reckoning.steps)


def _special(day, calendar) -> str:
    """``free`` for a holiday, ``worked`` for a weekend that is worked, nothing for every other day."""
    said = calendar.days.get(day)
    if said is None or said.working and day.weekday() < wall.SATURDAY:
        return ""
    return "worked" if said.working else "free"


def months(reckoning: Reckoning, calendar: Calendar) -> list[Month]:
    """The months from the start to the deadline, week by week from Monday.

    None for whole months, of which no day is counted, and where it would be a book.
    """
    first, last = sorted([month_start(reckoning.start), month_start(reckoning.due)])
    if reckoning.unit == MONTHS or add_months(first, MONTHS_SHOWN) <= last:
        return []
    cells = _cells(reckoning, calendar)
    pages, month = [], first
    while month <= last:
        weeks = wall.Calendar().monthdatescalendar(month.year, month.month)
        pages.append(Month(month, [[_cell(day, month, cells, calendar) for day in week] for week in weeks]))
        month = add_months(month, 1)
    return pages


def _cells(reckoning, calendar) -> dict[date, Cell]:
    cells, n = {}, 0
    for step in reckoning.steps:
        n += step.counted
        kind = "counted" if step.counted else "skipped"
        cells[step.date] = Cell(step.date, kind, n if step.counted else 0, step.why, _special(step.date, calendar))
    cells[reckoning.start] = Cell(reckoning.start, "start", 0, "", _special(reckoning.start, calendar))
    if reckoning.steps:
        cells[reckoning.due] = cells[reckoning.due]._replace(kind="due")
    return cells


def _cell(day, month, cells, calendar) -> Cell | None:
    """The day's place on a month's page; empty for the days of its neighbours."""
    if day.month != month.month:
        return None
    return cells.get(day) or Cell(day, "plain", 0, "", _special(day, calendar))
