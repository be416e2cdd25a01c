"""How receptions come round, without any database: the days of a year, their shift, and fair turns.

A recurrence is a rule of RFC 5545 (``FREQ=MONTHLY;BYMONTHDAY=15``). Everything here gives the same answer every time.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from dateutil.rrule import rrulestr
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from office.workdays import Calendar

MONTHLY, ODD_15TH, WEEKLY, CUSTOM = "monthly", "odd_15th", "weekly", "custom"
NEXT_WORKING_DAY, NO_SHIFT = "next", "none"
MOST_A_YEAR = 366
LONGEST_HOLIDAY = 31
"""Days after which a next working day is given up: a calendar that long without one is wrong."""
NOTICE_DAYS = 3
"""How long before a reception its notice is posted where no rule says so."""
LONG_AWAY = 31
"""Days; whoever was away longer comes back level with the others instead of making up for all they missed."""

_DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ODD_MONTHS = "1,3,5,7,9,11"
_LAST_OF = 28
"""Days from here on do not come in every month: the month's last day stands in for them."""
_PARTS = {
    "WEEKLY": {"INTERVAL", "BYDAY", "WKST"},
    "MONTHLY": {"INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"},
    "YEARLY": {"INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"},
}
_LIST = re.compile(r"[-+0-9A-Z,]{1,60}")
_VALUES = {"INTERVAL": re.compile(r"[1-9][0-9]?")}
_PROBE_YEARS = 8
"""A rule with a day such as 29 February gives one at least this often."""


class NoRule(ValueError):
    """The text is no rule by which receptions can come round; it says what to write instead."""


def rule_of(kind: str, *, month_day: int | None = None, weekday: int | None = None, text: str = "") -> str:
    """The rule of a kind: the day of the month (1–31), the weekday (0 is Monday) or a text of one's own.

    Raises ``NoRule``.
    """
    if kind == ODD_15TH:
        return f"FREQ=MONTHLY;BYMONTH={_ODD_MONTHS};BYMONTHDAY=15"
    if kind == MONTHLY:
        return f"FREQ=MONTHLY;{_month_day(month_day)}"
    if kind == WEEKLY:
        if weekday not in range(7):
            raise NoRule(_("On which weekday? Please choose one."))
        return f"FREQ=WEEKLY;BYDAY={_DAY_CODES[weekday]}"
    return checked(text)


def _month_day(day) -> str:
    if day not in range(1, 32):
        raise NoRule(_("On which day of the month? Please enter a number from 1 to 31."))
    if day <= _LAST_OF:
        return f"BYMONTHDAY={day}"
    return f"BYMONTHDAY={','.join(map(str, range(_LAST_OF, day + 1)))};BYSETPOS=-1"


def checked(text: str) -> str:
    """A rule as it is stored; raises ``NoRule`` for what is none, asks for hours, or never comes."""
    rule = "".join(text.split()).upper().removeprefix("RRULE:").rstrip(";")
    head, *parts = [part.partition("=")[::2] for part in rule.split(";")]
    known = _PARTS.get(head[1]) if head[0] == "FREQ" else None
    if known is None:
        raise NoRule(_("A rule begins with FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY, e.g. FREQ=MONTHLY;BYDAY=2TU."))
    for n, (name, value) in enumerate(parts):
        again = name in dict(parts[:n])
        if again or name not in known or not _VALUES.get(name, _LIST).fullmatch(value):
            raise NoRule(_("“%s” is not understood here. Beginning, end and hours have fields of their own.") % name)
    _refuse_never(rule)
    return rule


def _refuse_never(rule):
    first = date(2024, 1, 1)
    try:
        found = dates(rule, since=first, first=first, last=date(first.year + _PROBE_YEARS, 12, 31))
    except (ValueError, TypeError, IndexError, KeyError, OverflowError) as problem:
        raise NoRule(_("This is no recurrence rule: %s") % rule) from problem
    if not found:
        raise NoRule(_("By this rule no reception ever comes: %s") % rule)


def dates(rule: str, *, since: date, first: date, last: date, until: date | None = None) -> list[date]:
    """The days that a rule names from ``first`` to ``last``, none before ``since`` or after ``until``."""
    first, last = max(first, since), min(last, until or last)
    if first > last:
        return []
    begin, end = datetime.combine(since, time()), datetime.combine(last, time())
    # UNTIL ends the search; without it a rule that gives no more days would be followed to the year 9999.
    found = (
        rrulestr(rule, dtstart=begin)
        .replace(until=end)
        .xafter(datetime.combine(first, time()), count=MOST_A_YEAR * (_PROBE_YEARS + 1), inc=True)
    )
    return [one.date() for one in found]


class Moved(NamedTuple):
    """The day on which a reception really is; where it was moved, from which day and why."""

    date: date
    moved_from: date | None = None
    why: str = ""


def shifted(day: date, calendar: Calendar, shift: str) -> Moved:
    """A day off gives way to the next working day (顺延); a working weekend is a working day."""
    if shift == NO_SHIFT or calendar.is_working(day):
        return Moved(day)
    for n in range(1, LONGEST_HOLIDAY):
        later = day + timedelta(days=n)
        if calendar.is_working(later):
            return Moved(later, day, why_off(day, calendar))
    return Moved(day)


def why_off(day: date, calendar: Calendar) -> str:
    """The holiday that makes a day free, or else its weekday."""
    said = calendar.days.get(day)
    return said.name if said and not said.working else str(WEEKDAYS[day.weekday()])


# Words


def hours(starts_at: time | None, ends_at: time | None) -> str:
    """``9:00—11:00``; empty where a time is missing."""
    if not (starts_at and ends_at):
        return ""
    return "—".join(f"{at.hour}:{at.minute:02d}" for at in (starts_at, ends_at))


def in_words(kind: str, rule: str) -> str:
    """A recurrence as a person says it: every month on the 15th, every week on Monday."""
    if kind == ODD_15TH:
        return _("on the 15th of odd months")
    if kind == MONTHLY:
        return _("every month on day %d") % month_day_of(rule)
    if kind == WEEKLY:
        return _("every week on %s") % WEEKDAYS[weekday_of(rule)]
    return rule


def month_day_of(rule: str) -> int:
    """The day of the month in a monthly rule made here."""
    return int(re.search(r"BYMONTHDAY=([0-9,]+)", rule)[1].split(",")[-1])


def weekday_of(rule: str) -> int:
    """The weekday in a weekly rule made here; Monday is 0."""
    return _DAY_CODES.index(re.search(r"BYDAY=([A-Z]{2})", rule)[1])


# Sessions and turns


@dataclass
class Session:
    """One planned reception: where and when, how many deputies, and by which rule; then whose turn it is."""

    station: int
    date: date
    starts_at: time
    ends_at: time
    each: int
    recurrence: int
    rule_date: date
    moved_from: date | None = None
    why: str = ""
    deputies: list[int] = field(default_factory=list)

    @property
    def order(self):
        return self.date, self.starts_at, self.station, self.recurrence


@dataclass
class Deputy:
    """One deputy as the rota sees them: the days in office, the days away, and the turns they have."""

    pk: int
    joined_on: date | None = None
    left_on: date | None = None
    ended: bool = False
    away: list[tuple[date, date | None]] = field(default_factory=list)
    turns: int = 0
    # Turns that were had by the others during a long absence and need not be made up for.
    spared: int = 0
    last: date = date.min
    # What they do already: the day with the first and the last instant of it.
    engaged: list[tuple[date, time, time]] = field(default_factory=list)

    def is_free(self, on: date, starts_at: time, ends_at: time) -> bool:
        """In office, not away, and nowhere else at that time."""
        return self.serves(on) and not any(
            day == on and begins < ends_at and starts_at < ends for day, begins, ends in self.engaged
        )

    def serves(self, on: date) -> bool:
        """In office on a day, and neither suspended nor on leave."""
        began = self.joined_on is None or self.joined_on <= on
        stays = self.left_on > on if self.left_on else not self.ended
        return began and stays and not any(since <= on and (not until or on <= until) for since, until in self.away)

    @property
    def charge(self) -> int:
        """By what turns are given out: those of this year, with those that were spared."""
        return self.turns + self.spared

    def take(self, session: Session):
        session.deputies.append(self.pk)
        self.turns += 1
        self.last = session.date
        self.engaged.append((session.date, session.starts_at, session.ends_at))


def overlap(a, b) -> bool:
    """Whether two things with ``starts_at`` and ``ends_at`` on one day are at one time; without times, all day."""
    if None in (a.starts_at, a.ends_at, b.starts_at, b.ends_at):
        return True
    return a.starts_at < b.ends_at and b.starts_at < a.ends_at


def merged(sessions: Iterable[Session]) -> list[Session]:
    """In order of time; what was moved onto another session of its station becomes one with it."""
    kept = []
    by_day = {}
    # What stands on its own day comes first: it is the moved one that gives way.
    for session in sorted(sessions, key=lambda one: (one.moved_from is not None, one.rule_date, one.order)):
        there = by_day.setdefault((session.station, session.date), [])
        if not any(overlap(session, other) for other in there):
            there.append(session)
            kept.append(session)
    return sorted(kept, key=lambda one: one.order)


def give_turns(sessions: list[Session], deputies: dict[int, list[Deputy]]):
    """Let each session have its deputies, from those of its station (``deputies`` by station), by fair turns.

    The one with the fewest turns this year comes first, then the one whose last turn is longest ago, then the one
    entered first. Who is on leave that day is passed over and comes next; see ``LONG_AWAY`` for those who were away
    longer. Sessions are taken in order of time, so the outcome depends on nothing else.
    """
    missing = {}
    for session in sorted(sessions, key=lambda one: one.order):
        of_station = deputies.get(session.station, [])
        there = [one for one in of_station if one.serves(session.date)]
        _let_in(session, of_station, there, missing)
        free = [one for one in there if one.is_free(session.date, session.starts_at, session.ends_at)]
        for deputy in sorted(free, key=lambda one: (one.charge, one.last, one.pk))[: session.each]:
            deputy.take(session)


def _let_in(session, of_station, there, missing):
    """Whoever comes back after long, or comes new, starts level with the least charged of those who were there."""
    back = [one for one in there if one.pk in missing]
    present = [one for one in there if one.pk not in missing]
    for deputy in back:
        since = missing.pop(deputy.pk)
        if present and (session.date - since).days > LONG_AWAY:
            deputy.spared += max(0, min(one.charge for one in present) - deputy.charge)
    for deputy in of_station:
        if deputy not in there:
            missing.setdefault(deputy.pk, session.date)
