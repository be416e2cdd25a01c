"""The rota of a year as it would be: read in a constant number of queries, nothing written."""

import copy
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, time

from django.db.models import Q
from django.utils.translation import gettext as _

from deputies.models import Absence
from deputies.models import Deputy as Mandate
from liaison_stations import rota
from liaison_stations.models import Reception, ReceptionDuty, Recurrence, Station
from office import statutory
from office.workdays import YEARS, Calendar

NEW, THERE, PAST = "new", "there", "past"
"""A session to be written; one that stands already, perhaps changed by hand; one whose day is over."""
_WHOLE_DAY = (time.min, time.max)


class NoYear(Exception):
    """A rota cannot be made for this year; the text says which years can."""


@dataclass
class Planned:
    """One session of the plan: its state, and the names of those whose turn it is."""

    session: rota.Session
    station: Station
    state: str
    deputies: list[str]
    # What stands in its place already, perhaps on another day or with other deputies than the rule gives.
    reception: Reception | None = None

    @property
    def day(self) -> date:
        return self.reception.planned_on if self.reception else self.session.date

    @property
    def hours(self) -> str:
        at = self.reception or self.session
        return rota.hours(at.starts_at, at.ends_at)

    @property
    def moved_from(self) -> date | None:
        return self.reception.moved_from if self.reception else self.session.moved_from

    @property
    def moved_why(self) -> str:
        return self.reception.moved_why if self.reception else self.session.why

    @property
    def is_short(self) -> bool:
        return len(self.deputies) < self.session.each


@dataclass
class Share:
    """How the turns of a year fall at one station: the deputies of the station with the turns of each."""

    station: Station
    turns: list[tuple[str, int]]

    @property
    def fewest(self) -> int:
        return min((n for _name, n in self.turns), default=0)

    @property
    def most(self) -> int:
        return max((n for _name, n in self.turns), default=0)


@dataclass
class Plan:
    """All sessions of a year at some stations in order of time, the turns of each deputy, and what is odd about it."""

    year: int
    sessions: list[Planned]
    shares: list[Share]
    warnings: list[str] = field(default_factory=list)

    @property
    def new(self) -> list[Planned]:
        return [one for one in self.sessions if one.state == NEW]

    @property
    def kept(self) -> int:
        return sum(one.state == THERE for one in self.sessions)

    @property
    def past(self) -> int:
        return sum(one.state == PAST for one in self.sessions)


def of_year(year: int, stations, *, on: date) -> Plan:
    """The rota of ``year`` at some stations (a list of rows) as of the day ``on`` (D3-三, D5-二a); raises ``NoYear``.

    Receptions that stand already are kept as they are and count as turns. Days before ``on`` are shown as the rules
    give them, but are not to be written.
    """
    if year not in YEARS:
        raise NoYear(_("The year must lie between %(first)d and %(last)d.") % {"first": YEARS[0], "last": YEARS[-1]})
    calendar = Calendar.load()
    there = _Standing(year, stations)
    sessions = rota.merged(_sessions(year, there.recurrences, statutory.completed(calendar, year)))
    planned = [_planned(one, there, on) for one in sessions]
    past = copy.deepcopy(there.deputies)
    for state, deputies in ((NEW, there.deputies), (PAST, past)):
        rota.give_turns([one.session for one in planned if one.state == state], deputies)
    for one in planned:
        one.deputies += [there.names[pk] for pk in one.session.deputies]
    return Plan(year, planned, _shares(stations, there), _warnings(year, calendar, stations, there, planned))


class _Standing:
    """What stands already: the rules, the deputies with their absences and turns, the receptions of the year."""

    def __init__(self, year, stations):
        self.stations = {station.pk: station for station in stations}
        self.recurrences = list(Recurrence.objects.filter(station__in=self.stations).order_by("station", "pk"))
        self.deputies, self.names = _deputies(year, self.stations)
        self._receptions(year)

    def _receptions(self, year):
        rows = Reception.objects.filter(station__in=self.stations, kind=Reception.Kind.REGULAR).filter(
            Q(planned_on__range=(date(year, 1, 1), date(year + 1, 1, 31))) | Q(rule_date__year=year)
        )
        self.by_rule, self.by_day = {}, defaultdict(list)
        for row in rows.prefetch_related("duties__deputy").order_by("pk"):
            self.by_day[row.station_id, row.planned_on].append(row)
            if row.recurrence_id:
                self.by_rule[row.recurrence_id, row.rule_date] = row

    def reception_of(self, session):
        """The reception that stands in the place of a session: of its rule and day, or at its time."""
        by_rule = self.by_rule.get((session.recurrence, session.rule_date))
        at_its_time = (row for row in self.by_day[session.station, session.date] if rota.overlap(session, row))
        return by_rule or next(at_its_time, None)


def _planned(session, there, on) -> Planned:
    reception = there.reception_of(session)
    state = THERE if reception else PAST if session.date < on else NEW
    deputies = [duty.deputy.name for duty in reception.duties.all()] if reception else []
    return Planned(session, there.stations[session.station], state, deputies, reception)


def _shares(stations, there) -> list[Share]:
    return [
        Share(station, [(there.names[one.pk], one.turns) for one in there.deputies[station.pk]])
        for station in stations
        if there.deputies[station.pk]
    ]


def _sessions(year, recurrences, calendar):
    """What the rules give for a year, each moved off the days off."""
    for rule in recurrences:
        named = rota.dates(
            rule.rule, since=rule.since, until=rule.until, first=date(year, 1, 1), last=date(year, 12, 31)
        )
        for day in named:
            moved = rota.shifted(day, calendar, rule.shift)
            yield rota.Session(
                station=rule.station_id,
                date=moved.date,
                starts_at=rule.starts_at,
                ends_at=rule.ends_at,
                each=rule.deputies_each,
                recurrence=rule.pk,
                rule_date=day,
                moved_from=moved.moved_from,
                why=moved.why,
            )


def _deputies(year, stations):
    """The deputies of each station with what they do in the year, and their names; four queries."""
    links = list(
        Station.deputies.through.objects.filter(station__in=stations)
        .order_by("station", "deputy")
        .values_list("station_id", "deputy_id")
    )
    rows = list(Mandate.objects.filter(pk__in={pk for _station, pk in links}).order_by("pk"))
    people = {
        row.pk: rota.Deputy(row.pk, joined_on=row.joined_on, left_on=row.left_on, ended=row.has_ended) for row in rows
    }
    for pk, since, until in (
        Absence.objects.within(date(year, 1, 1), date(year + 1, 1, 31))
        .filter(deputy__in=people)
        .values_list("deputy", "since", "until")
    ):
        people[pk].away.append((since, until))
    _add_turns(year, people)
    of_station = defaultdict(list)
    for station, pk in links:
        of_station[station].append(people[pk])
    return of_station, {row.pk: row.name for row in rows}


def _add_turns(year, people):
    """The turns that stand: those of the year are counted, those of the year before say when the last one was."""
    turns = ReceptionDuty.objects.filter(
        deputy__in=people,
        reception__cancelled=False,
        reception__planned_on__range=(date(year - 1, 1, 1), date(year + 1, 1, 31)),
    )
    told = ("deputy", "reception__planned_on", "reception__starts_at", "reception__ends_at", "reception__kind")
    for pk, day, starts_at, ends_at, kind in turns.order_by("pk").values_list(*told):
        one = people[pk]
        one.engaged.append((day, *((starts_at, ends_at) if starts_at and ends_at else _WHOLE_DAY)))
        if kind == Reception.Kind.REGULAR:
            one.turns += day.year == year
            one.last = max(one.last, day)


def _warnings(year, calendar, stations, there, planned) -> list[str]:
    found = []
    if year not in calendar.years:
        text = _(
            "The calendar of %d has not been entered: statutory holidays and plain weekends were taken instead. "
            "Check the dates once the State Council's notice is out."
        )
        found.append(text % year)
    ruled = {rule.station_id for rule in there.recurrences}
    found += [_("%s has no recurrence: no reception is planned there.") % s for s in stations if s.pk not in ruled]
    found += [
        _("%s has a recurrence but no deputies.") % s for s in stations if s.pk in ruled and not there.deputies[s.pk]
    ]
    short = Counter(
        one.station for one in planned if one.state == NEW and one.is_short and there.deputies[one.station.pk]
    )
    text = _("%(station)s: on %(n)d days fewer deputies are available than the rule asks for.")
    return found + [text % {"station": station, "n": n} for station, n in short.items()]
