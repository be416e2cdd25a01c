"""Figures over time: months, towns, categories and units of one year beside the year before.

Contacts are those of the annual report; matters and replies are the rows that it counts, set out otherwise. So a sum
here is the sum there (tests hold them together), and each figure has the records that make it up on a page of its own.
"""

from collections import Counter, defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import ExtractMonth
from django.utils.translation import gettext_lazy as _

from constituents.models import Referral
from constituents.models.petitions import Satisfaction
from office import clock
from reports.annual.columns import REPLIES, Reply, tenths_of_a_percent
from reports.annual.months import PERSONAL
from reports.annual.replies import petitions_of_the_year, reply_state

PERIODS = {
    "year": (_("whole year"), 1, 12),
    "h1": (_("first half-year"), 1, 6),
    "h2": (_("second half-year"), 7, 12),
    "q1": (_("first quarter"), 1, 3),
    "q2": (_("second quarter"), 4, 6),
    "q3": (_("third quarter"), 7, 9),
    "q4": (_("fourth quarter"), 10, 12),
}
PLEASED = (Satisfaction.SATISFIED, Satisfaction.FAIRLY)


def months_of(period: str) -> range:
    """The months of a part of the year, or the one that ``m1`` to ``m12`` names."""
    _name, first, last = PERIODS.get(period) or ("", int(period[1:]), int(period[1:]))
    return range(first, last + 1)


def days_of(year: int, months: range) -> tuple[date, date]:
    """The first and the last day of these months."""
    return date(year, months[0], 1), clock.month_end(date(year, months[-1], 1))


class Contacts(NamedTuple):
    """The contacts of some months and some deputies: how many, months met of months owed, months not judged (N13)."""

    contacts: int
    met: int
    owed: int
    left_out: int
    deputies: int

    @property
    def rate(self) -> int | None:
        """Months met of months owed, in tenths of a percent."""
        return tenths_of_a_percent(self.met, self.owed)

    @property
    def each(self) -> int | None:
        """Contacts for each deputy, in tenths."""
        return (20 * self.contacts + self.deputies) // (2 * self.deputies) if self.deputies else None


def contacts_of(rows, months) -> Contacts:
    """What rows of the annual report add up to in these months."""
    told = Counter()
    for row in rows:
        for n in months:
            told["contacts"] += row.figures[f"month.{n}"]
            told["met"] += row.figures[f"met.{n}"]
            told["owed"] += row.figures[f"owed.{n}"]
            told["left_out"] += row.months[n - 1] in PERSONAL
    return Contacts(told["contacts"], told["met"], told["owed"], told["left_out"], len(rows))


def by_town(rows) -> dict:
    """The rows of a report by town (code, name), in the order of codes."""
    towns = defaultdict(list)
    for row in rows:
        towns[row.town].append(row)
    return dict(sorted(towns.items()))


class Matters(NamedTuple):
    """Some matters: how many, replies due and in time, overdue, how many people judged and were content."""

    number: int
    due: int
    in_time: int
    overdue: int
    said: int
    pleased: int

    @property
    def share_in_time(self) -> int | None:
        return tenths_of_a_percent(self.in_time, self.due)

    @property
    def share_pleased(self) -> int | None:
        return tenths_of_a_percent(self.pleased, self.said)


class Group(NamedTuple):
    """Matters of one month, category, town, state of the reply and verdict, counted by the database."""

    month: int
    category: str
    code: str
    town: str
    reply: int
    satisfaction: str
    n: int


def matters(subject, year: int, *, on: date, user) -> list[Group]:
    """The matters that the annual report of a year counts, by all that they are set out by; one query."""
    own = Q(deputy__in=subject.deputies(user).order_by().values("pk"))
    town = {
        f"town_{column}": Case(
            When(own, then=F(f"deputy__district__jurisdiction__{column}")),
            default=F(f"station__jurisdiction__{column}"),
        )
        for column in ("code", "name")
    }
    rows = petitions_of_the_year(subject, year, on=on, user=user).order_by().annotate(**town)
    named = ("category", "town_code", "town_name", "reply", "satisfaction")
    return [Group(*row) for row in rows.values_list(ExtractMonth("received_on"), *named).annotate(n=Count("pk"))]


def sum_of(groups) -> Matters:
    groups = list(groups)

    def count(fits):
        return sum(one.n for one in groups if fits(one))

    return Matters(
        count(lambda one: True),
        count(lambda one: one.reply in (Reply.IN_TIME, Reply.LATE, Reply.OVERDUE)),
        count(lambda one: one.reply == Reply.IN_TIME),
        count(lambda one: one.reply == Reply.OVERDUE),
        count(lambda one: bool(one.satisfaction)),
        count(lambda one: one.satisfaction in PLEASED),
    )


def grouped(groups, key) -> dict:
    """The groups by what ``key`` says of each."""
    found = defaultdict(list)
    for one in groups:
        found[key(one)].append(one)
    return dict(found)


class AtUnit(NamedTuple):
    """What one unit was handed of the matters of some months, and how it replied."""

    pk: int
    name: str
    number: int
    states: dict
    said: int
    pleased: int

    @property
    def due(self) -> int:
        return sum(self.states[name] for name in ("in_time", "late", "overdue"))

    @property
    def share_in_time(self) -> int | None:
        return tenths_of_a_percent(self.states["in_time"], self.due)

    @property
    def share_pleased(self) -> int | None:
        return tenths_of_a_percent(self.pleased, self.said)


def referrals_of(subject, year: int, months: range, *, on: date, user):
    """Each handing-over of a matter received in these months, with the state of its reply."""
    received = petitions_of_the_year(subject, year, on=on, user=user).filter(received_on__range=days_of(year, months))
    rows = Referral.objects.filter(petition__in=received.order_by().values("pk"))
    return rows.annotate(state=reply_state(on))


def units(subject, year: int, months: range, *, on: date, user) -> list[AtUnit]:
    """The units, those with the most replies overdue first, then those with the most matters; one query."""
    lead = Q(part=Referral.Part.LEAD)
    rows = referrals_of(subject, year, months, on=on, user=user).order_by().values("unit_id", "unit__name")
    counted = rows.annotate(
        number=Count("pk"),
        **{f"is_{name}": Count("pk", filter=Q(state=state)) for state, (name, _label) in REPLIES.items()},
        said=Count("petition", filter=lead & ~Q(petition__satisfaction=""), distinct=True),
        pleased=Count("petition", filter=lead & Q(petition__satisfaction__in=PLEASED), distinct=True),
    )
    found = [
        AtUnit(
            row["unit_id"],
            row["unit__name"],
            row["number"],
            {name: row[f"is_{name}"] for name, _label in REPLIES.values()},
            row["said"],
            row["pleased"],
        )
        for row in counted
    ]
    return sorted(found, key=lambda unit: (-unit.states["overdue"], -unit.number, unit.name))
