"""The working-day calendar: statutory holidays and working weekends (调休), from dated files or from the office.

The files below ``data/calendar`` hold one notice of the State Council each. A fault refuses all of them, with file,
line and reason; a day that the office entered or changed stays as it is.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.clock import days_between
from office.dated_files import FileRefused, Place, check_unique, entries_of, entry_of, merge, opened
from office.models import CalendarDay

DIRECTORY = Path(__file__).parent / "data" / "calendar"
YEARS = range(2000, 2101)
LONGEST_HOLIDAY = 15
FEWEST_HOLIDAYS = 11
"""A year with fewer free days than the law names has not been entered yet."""
NEXT_YEAR_FROM = 11
"""The State Council's notice for the next year comes in November; from then on its absence is pointed out."""

_SATURDAY, _SUNDAY = 5, 6
_WEEKEND = {_SATURDAY: gettext_lazy("Saturday, weekend"), _SUNDAY: gettext_lazy("Sunday, weekend")}


class Day(NamedTuple):
    """What is said of a day that is not what its weekday says."""

    working: bool
    name: str


@dataclass(frozen=True)
class Calendar:
    """Every day that is not what its weekday says, and the years for which they have been entered."""

    days: dict[date, Day]
    years: frozenset[int]

    @classmethod
    def load(cls) -> "Calendar":
        """The office's calendar, in one query; where it has none yet, the calendar of the files."""
        rows = CalendarDay.objects.order_by().values_list("day", "working", "name")
        days = {day: Day(working, name) for day, working, name in rows}
        return cls.of(days) if days else cls.from_files()

    @classmethod
    def from_files(cls, directory: Path = DIRECTORY) -> "Calendar":
        return cls.of({day: Day(working, name) for day, working, name, _note in _told(read(directory))})

    @classmethod
    def of(cls, days: dict[date, Day]) -> "Calendar":
        free = Counter(day.year for day, said in days.items() if not said.working)
        return cls(days, frozenset(year for year, n in free.items() if n >= FEWEST_HOLIDAYS))

    def is_working(self, day: date) -> bool:
        said = self.days.get(day)
        return said.working if said else day.weekday() < _SATURDAY

    def reason(self, day: date) -> str:
        """Why a day is worked or not, in words: 工作日, 周六, 春节假期, 调休上班（春节）."""
        said = self.days.get(day)
        if said and not said.working:
            return _("%s holiday") % said.name
        if said and day.weekday() >= _SATURDAY:
            return _("working weekend (%s)") % said.name
        return str(_WEEKEND.get(day.weekday(), _("working day")))

    def working_days(self, first: date, last: date) -> int:
        """How many working days lie from ``first`` to ``last``, both included."""
        return sum(map(self.is_working, days_between(first, last)))

    def missing(self, on: date) -> list[int]:
        """The years that the office should enter now: this one, and from November on the next."""
        wanted = [on.year, on.year + 1] if on.month >= NEXT_YEAR_FROM else [on.year]
        return [year for year in wanted if year not in self.years]


# Reading


@dataclass(frozen=True)
class HolidayEntry:
    """One ``[[holiday]]`` of a file: its free days from first to last, and the weekend days worked in exchange."""

    at: Place
    name: str
    first: date
    last: date
    working: list = ()


@dataclass(frozen=True)
class YearEntry:
    """One file: the notice for one year."""

    at: Place
    year: int
    notice: str
    number: str
    source: str = ""
    holidays: tuple = ()


def read(directory: Path = DIRECTORY) -> list[YearEntry]:
    """Every file of the folder, checked by itself and against the others; raises ``FileRefused``."""
    entries = [read_file(file) for file in sorted(Path(directory).glob("*.toml"))]
    if not entries:
        raise FileRefused(str(directory), 1, _("there is no calendar file here"))
    check_unique((entry.year, entry.at, "year") for entry in entries)
    return entries


def read_file(file: Path) -> YearEntry:
    """One file by itself; raises ``FileRefused``."""
    top, table = opened(file)
    holidays = entries_of(HolidayEntry, top, "holiday", table.pop("holiday", []))
    entry = entry_of(YearEntry, top, table, holidays=holidays)
    if entry.year not in YEARS:
        top.refuse(_("“year” lies between %(first)d and %(last)d") % {"first": YEARS[0], "last": YEARS[-1]}, "year")
    for holiday in holidays:
        _check_holiday(entry.year, holiday)
    check_unique((day.isoformat(), h.at, "first") for h in holidays for day in days_between(h.first, h.last))
    check_unique((day.isoformat(), h.at, "working") for h in holidays for day in h.working)
    _check_worked_days_are_not_free(holidays)
    return entry


def _check_holiday(year: int, holiday: HolidayEntry):
    at, longest = holiday.at, timedelta(days=LONGEST_HOLIDAY - 1)
    if not timedelta(0) <= holiday.last - holiday.first <= longest:
        at.refuse(_("a holiday lasts from 1 to %d days") % LONGEST_HOLIDAY, "last")
    for name in ("first", "last"):
        if getattr(holiday, name).year != year:
            at.refuse(_("this day does not lie in %d") % year, name)
    for day in holiday.working:
        if type(day) is not date or day.year != year:
            at.refuse(_("“working” holds days of %d, such as %d-02-14") % (year, year), "working")
        if day.weekday() < _SATURDAY:
            at.refuse(_("%s is no weekend: it is worked anyway") % day.isoformat(), "working")


def _check_worked_days_are_not_free(holidays):
    free = {day for h in holidays for day in days_between(h.first, h.last)}
    for holiday in holidays:
        for day in holiday.working:
            if day in free:
                holiday.at.refuse(_("%s is given as a holiday too") % day.isoformat(), "working")


def _told(entries):
    """The days that the files name: the day, whether it is worked, the holiday, the notice's number."""
    for entry in entries:
        for holiday in entry.holidays:
            for day in days_between(holiday.first, holiday.last):
                yield day, False, holiday.name, entry.number
            for day in holiday.working:
                yield day, True, holiday.name, entry.number


# Loading


@transaction.atomic
def load(directory: Path = DIRECTORY) -> dict:
    """Bring the calendar to what the files say, whole or not at all; a second time changes nothing.

    Returns how many days were created, updated, unchanged, removed (a file names them no more), and ``kept``: those
    of the office.
    """
    entries = read(directory)
    existing = {row.day: row for row in CalendarDay.objects.all()}
    kept = {day for day, row in existing.items() if row.edited}
    wanted = {
        day: {"day": day, "working": working, "name": name, "note": number}
        for day, working, name, number in _told(entries)
        if day not in kept
    }
    years = {entry.year for entry in entries}
    gone = [row.pk for day, row in existing.items() if day.year in years and day not in wanted and not row.edited]
    removed, _by_model = CalendarDay.objects.filter(pk__in=gone).delete()
    return {**merge(CalendarDay, wanted, existing), "removed": removed, "kept": len(kept)}
