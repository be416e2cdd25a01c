"""Whom duties are asked of, with all that decides which rules govern them and what takes a period out of account."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from django.db.models import Exists, F, Min, OuterRef, Subquery
from django.utils.translation import gettext as _

from deputies.models import Deputy
from office import clock
from office.rule_sets import level_of_station
from reports.annual.months import NotOwed, Service, in_office, touching, why_not_served
from reports.measures import standing
from reports.measures.sources import count_of
from reports.measures.subjects import terms_above
from reports.subjects import Subject


class Away(NamedTuple):
    """Days on which a deputy owes nothing, why, and who approved it."""

    kind: str
    since: date
    until: date | None
    reason: str
    approved_by: str


@dataclass(frozen=True)
class Person:
    """One deputy, group, station or office, with the path and level by which rule sets govern it."""

    kind: str
    pk: int
    name: str
    path: str
    level: str
    service: Service
    # How many it has of what must stand, by measure.
    numbers: dict = field(default_factory=dict)
    # A deputy's exemptions from the report to voters (D1-4): by year the reason and who approved it.
    exempt: dict = field(default_factory=dict)
    # A deputy's term, whose sessions count.
    term: int | None = None
    # Of a deputy elected again, the first and the last day of the mandate before.
    before: tuple[date | None, date] | None = None
    # A group's deputies: it is asked as long as one of them is in office.
    members: tuple[Service, ...] | None = None
    # Its term was followed by another.
    is_closed: bool = False

    def why_not(self, first: date, last: date) -> str:
        """What takes a period out of account, in words; empty when it is asked."""
        why = why_not_served(self.service, first, last)
        if why is None and self._has_nobody(last):
            return _("no deputy of the group was in office")
        return self._told(why, first, last) if why else ""

    def is_asked(self, first: date, last: date) -> bool:
        """The same without the words."""
        return why_not_served(self.service, first, last) is None and not self._has_nobody(last)

    def _has_nobody(self, on: date) -> bool:
        """Whether it is a group without a deputy in office."""
        return self.members is not None and not any(in_office(one, on) for one in self.members)

    def _told(self, why: NotOwed, first, last) -> str:
        """In words; an absence with its reason and who approved it."""
        away = [one for one in touching(self.service.absences, first, last) if one.kind == why]
        grounds = [
            _("%(reason)s, approved by %(who)s") % {"reason": one.reason, "who": one.approved_by} for one in away
        ]
        told = {"why": why.label, "grounds": "；".join(grounds)}
        return _("%(why)s: %(grounds)s") % told if grounds else str(why.label)

    def why_not_stands(self, on: date) -> str:
        """The same of what must stand on a day: whoever is away still has households."""
        why = why_not_served(self.service._replace(absences=()), on, on)
        return str(why.label) if why else ""

    def owed_before(self, year: int, months: int) -> bool:
        """Whether the mandate before owes the year already: nobody owes it twice."""
        first = date(year, 1, 1)
        if not self.before or months >= 12 or not self.service.joined_on or self.service.joined_on <= first:
            return False
        joined_on, left_on = self.before
        return (joined_on is None or joined_on <= first) and left_on >= date(year, months + 1, 1)

    def full_months(self, year: int) -> int:
        """How many months of a year are whole in office; most people serve all of it."""
        first, since = date(year, 1, 1), self.service.records_since
        if self.members is None and since and since <= first and self.is_asked(first, date(year, 12, 31)):
            return 12
        return sum(self.is_asked(day, clock.month_end(day)) for day in clock.first_days(year))


_EXEMPTION = ("year", "reason", "approved_by")


def deputies(subject: Subject, user, on: date) -> list[Person]:
    """The subject's deputies with absences, exemptions, and their households and voters on a day; one query."""
    whose = OuterRef("pk")
    rows = subject.deputies(user).select_related("district__jurisdiction", "term__jurisdiction", "succeeds")
    counted = rows.annotate(
        n_households=count_of(*standing.households(whose, on)),
        n_voters=count_of(*standing.liaison_voters(whose, on)),
        # One row for each absence and exemption; a deputy without any has one row.
        **{f"away_{name}": F(f"absences__{name}") for name in Away._fields},
        **{f"exempt_{name}": F(f"report_exemptions__{name}") for name in _EXEMPTION},
    )
    place = ("district__jurisdiction__code", "district__number", "district__name", "pk", "away_since")
    return [_deputy(list(same)) for _pk, same in groupby(counted.order_by(*place), key=attrgetter("pk"))]


def _deputy(rows: list[Deputy]) -> Person:
    """From the rows of one deputy, which differ in the absence and the exemption."""
    row, away = rows[0], dict.fromkeys(Away(*(getattr(one, f"away_{name}") for name in Away._fields)) for one in rows)
    absences = tuple(one for one in away if one.since)
    exempt = {one.exempt_year: {"reason": one.exempt_reason, "who": one.exempt_approved_by} for one in rows}
    return person_of(row, absences, exempt, {"household_count": row.n_households, "liaison_voters": row.n_voters})


def person_of(row: Deputy, absences: tuple, exempt: dict, numbers: dict) -> Person:
    """A deputy as duties are asked of them; ``row`` with its district's and term's places and the mandate before."""
    before = row.succeeds
    return Person(
        "deputy",
        row.pk,
        row.name,
        row.district.jurisdiction.path,
        row.term.jurisdiction.level,
        Service(row.joined_on, row.left_on, row.end_reason, row.term.records_since, absences),
        numbers,
        exempt,
        row.term_id,
        (before.joined_on, before.left_on) if before and before.left_on else None,
    )


_SERVICE = ("joined_on", "left_on", "end_reason", "term__records_since")


def groups(subject: Subject, user, _on: date) -> list[Person]:
    """The subject's groups, with the service of their deputies; one query."""
    own = ("pk", "name", "jurisdiction__path", "term__jurisdiction__level", "term__successor")
    own += ("term__records_since", "term__began_on")
    members = ("deputies__pk", *(f"deputies__{column}" for column in _SERVICE))
    rows = subject.groups(user).order_by("jurisdiction__code", "pk").values_list(*own, *members)
    return [_group(list(same)) for _pk, same in groupby(rows, key=itemgetter(0))]


def _group(rows: list[tuple]) -> Person:
    """From the rows of one group, one for each of its deputies; a group without any has one row."""
    *named, successor, since, began_on, _pk = rows[0][:8]
    members = tuple(Service(*row[8:]) for row in rows if row[7])
    return Person("group", *named, Service(began_on, None, "", since), members=members, is_closed=bool(successor))


def stations(subject: Subject, user, on: date) -> list[Person]:
    """The subject's stations, with their trackers and whether the right person heads them; one query."""
    since = terms_above(OuterRef("jurisdiction__path")).values("records_since").order_by("records_since")
    rows = (
        subject.stations(user)
        .select_related("jurisdiction")
        .annotate(
            since=Subquery(since[:1]),
            n_trackers=count_of(*standing.trackers(OuterRef("pk"), on)),
            is_headed=Exists(standing.right_heads(None, OuterRef("pk"), on)),
        )
    )
    return [
        Person(
            "station",
            row.pk,
            row.name,
            row.jurisdiction.path,
            level_of_station(row.jurisdiction),
            Service(None, None, "", row.since),
            {"station_tracker": row.n_trackers, "station_head": int(row.is_headed)},
        )
        for row in rows.order_by("jurisdiction__code", "number", "pk")
    ]


def offices(subject: Subject, user, _on: date) -> list[Person]:
    """The congress offices of the subject's places; one query."""
    rows = subject.offices(user).annotate(since=Min("term__records_since")).order_by("code")
    return [Person("office", row.pk, row.name, row.path, row.level, Service(None, None, "", row.since)) for row in rows]


LOADED = {"deputy": deputies, "group": groups, "station": stations, "office": offices}
"""How each kind is read."""
