"""Whom duties are asked of, with all that decides which rules govern them and what takes a period out of account."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, Min, OuterRef, Subquery
from django.utils.translation import gettext as _

from deputies.models import Absence, Deputy
from office import clock
from office.rule_sets import level_of_station
from reports.annual.months import Service, in_office, why_not_served
from reports.measures import standing
from reports.measures.subjects import terms_above
from reports.subjects import Subject


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
    # A deputy's term, whose sessions count.
    term: int | None = None
    # A group's deputies: it is asked as long as one of them is in office.
    members: tuple[Service, ...] | None = None

    def why_not(self, first: date, last: date) -> str:
        """What takes a period out of account, in words; empty when it is asked."""
        why = why_not_served(self.service, first, last)
        if why is None and self.members is not None and not any(in_office(one, last) for one in self.members):
            return _("no deputy of the group was in office")
        return str(why.label) if why else ""

    def why_not_stands(self, on: date) -> str:
        """The same of what must stand on a day: whoever is away still has households."""
        why = why_not_served(self.service._replace(absences=()), on, on)
        return str(why.label) if why else ""

    def full_months(self, year: int) -> int:
        """How many months of a year are whole in office."""
        return sum(not self.why_not(day, clock.month_end(day)) for day in clock.first_days(year))


def deputies(subject: Subject, user, on: date) -> list[Person]:
    """The subject's deputies, with their households and liaison voters on a day; one query, or two with absences."""
    whose = OuterRef("pk")
    rows = subject.deputies(user).select_related("district__jurisdiction", "term__jurisdiction")
    counted = rows.annotate(
        n_households=standing.households(whose, on),
        n_voters=standing.liaison_voters(whose, on),
        was_away=Exists(Absence.objects.filter(deputy=whose)),
    )
    found = list(counted.order_by("district__jurisdiction__code", "district__number", "district__name", "pk"))
    away = _absences([deputy.pk for deputy in found if deputy.was_away])
    return [_deputy(deputy, away[deputy.pk]) for deputy in found]


def _absences(keys) -> dict[int, list[Absence]]:
    found = defaultdict(list)
    for absence in Absence.objects.filter(deputy__in=keys).order_by("since") if keys else ():
        found[absence.deputy_id].append(absence)
    return found


def _deputy(row: Deputy, absences) -> Person:
    return Person(
        "deputy",
        row.pk,
        row.name,
        row.district.jurisdiction.path,
        row.term.jurisdiction.level,
        Service(row.joined_on, row.left_on, row.end_reason, row.term.records_since, tuple(absences)),
        {"household_count": row.n_households, "liaison_voters": row.n_voters},
        row.term_id,
    )


def groups(subject: Subject, user, _on: date) -> list[Person]:
    """The subject's groups; two queries."""
    members, own = defaultdict(list), subject.groups(user)
    columns = ("group", "joined_on", "left_on", "end_reason", "term__records_since")
    for group, *service in Deputy.objects.filter(group__in=own).values_list(*columns):
        members[group].append(Service(*service))
    rows = own.select_related("jurisdiction", "term__jurisdiction").order_by("jurisdiction__code", "pk")
    return [
        Person(
            "group",
            row.pk,
            row.name,
            row.jurisdiction.path,
            row.term.jurisdiction.level,
            Service(None, None, "", row.term.records_since),
            members=tuple(members[row.pk]),
        )
        for row in rows
    ]


def stations(subject: Subject, user, on: date) -> list[Person]:
    """The subject's stations, with their trackers and whether the right person heads them; one query."""
    since = terms_above(OuterRef("jurisdiction__path")).values("records_since").order_by("records_since")
    rows = (
        subject.stations(user)
        .select_related("jurisdiction")
        .annotate(
            since=Subquery(since[:1]),
            n_trackers=standing.trackers(OuterRef("pk"), on),
            n_heads=standing.right_heads(OuterRef("pk"), on),
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
            {"station_tracker": row.n_trackers, "station_head": row.n_heads},
        )
        for row in rows.order_by("jurisdiction__code", "number", "pk")
    ]


def offices(subject: Subject, user, _on: date) -> list[Person]:
    """The congress offices of the subject's places; one query."""
    rows = subject.offices(user).annotate(since=Min("term__records_since")).order_by("code")
    return [Person("office", row.pk, row.name, row.path, row.level, Service(None, None, "", row.since)) for row in rows]


LOADED = {"deputy": deputies, "group": groups, "station": stations, "office": offices}
"""How each kind is read."""
