"""The records that count for a duty: whose they are, of which day, and when they were written down."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import models
from django.db.models import Count, Exists, IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from constituents.models import Petition
from liaison_stations.models import Reception
from office import clock
from office.models import Rule
from visits.models import AreaFiling, GroupActivity, Meeting, Visit


@dataclass(frozen=True, eq=False)
class Source:
    """One kind of record that counts."""

    model: type[models.Model]
    subject: str
    day: str
    # The instant at which it was written down; a record without one counts from its day on.
    written: str = "logged_at"
    imported: str = "imported"
    kind: str = "kind"
    also: Q = Q()
    # Several of one day are one.
    once_a_day: bool = False

    def rows(self, first, last) -> QuerySet:
        """The records of a period; ``first`` and ``last`` are dates or ``OuterRef``."""
        span = {f"{self.day}__gte": first, f"{self.day}__lte": last}
        return self.model._default_manager.order_by().filter(self.also, **span)

    def written_by(self, day) -> Q:
        """What was on record by the end of a day (a date, or an ``OuterRef`` to one)."""
        if not self.written:
            return Q()
        if isinstance(day, date):
            until = {f"{self.written}__lt": clock.midnight_after(day)}
        else:
            until = {f"{self.written}__date__lte": day}
        return Q(**until) | Q(**{self.imported: True}) if self.imported else Q(**until)

    def counting(self, amounts) -> Q:
        """Which kinds of them a rule counts: those that it names, or all but those that it leaves out."""
        if not self.kind:
            return Q()
        only, none_of = amounts.get("counting"), amounts.get("not_counting")
        return (Q(**{f"{self.kind}__in": only}) if only else Q()) & (
            ~Q(**{f"{self.kind}__in": none_of}) if none_of else Q()
        )


VISITS = Source(Visit, "deputy", "happened_on")
# What a person did in the mandate after, or before, counts for what the year of a change of term asks of them once.
OF_THE_MANDATE_AFTER = replace(VISITS, subject="deputy__succeeds")
OF_THE_MANDATE_BEFORE = replace(VISITS, subject="deputy__continued_as")
ACTIVITIES = Source(GroupActivity, "group", "happened_on")
# Of the last day of the period that it is about, whenever it was filed.
FILINGS = Source(AreaFiling, "group", "last", written="filed_at", imported="", kind="", also=Q(filed_at__isnull=False))
MEETINGS = Source(Meeting, "jurisdiction", "happened_on", kind="", also=Q(kind=Meeting.Kind.GROUP_LEADERS))
RECEPTIONS = Source(Reception, "station", "held_on", written="", kind="", also=Q(cancelled=False))
# Where a deputy took in what a visitor brought, a deputy received the public, planned or not.
TAKEN_IN = Source(
    Petition,
    "station",
    "received_on",
    written="registered_at",
    kind="",
    also=Q(channel=Petition.Channel.WALK_IN, deputy__isnull=False),
    once_a_day=True,
)


def enough(rule: Rule, sources, whose, first, last, *, on: date, in_time=None) -> Q:
    """Whether the subject ``whose`` (an ``OuterRef``) has as many records in a period as the rule asks for.

    They have happened and are on record by ``on``; with ``in_time`` they were on record by that day, too.
    """
    found = [_found(source, rule, whose, first, last, on) for source in sources]
    if in_time:
        found = [rows.filter(source.written_by(in_time)) for rows, source in zip(found, sources, strict=True)]
    if rule.amounts["minimum"] == 1:
        return _any(found)
    counted = sum(_count(rows, source) for rows, source in zip(found, sources, strict=True))
    return Q(GreaterThanOrEqual(counted, rule.amounts["minimum"]))


def _found(source, rule, whose, first, last, on) -> QuerySet:
    rows = source.rows(first, min(last, on) if isinstance(last, date) else last)
    if not isinstance(last, date):
        rows = rows.filter(**{f"{source.day}__lte": on})
    return rows.filter(source.written_by(on), source.counting(rule.amounts), **{source.subject: whose})


def count_of(rows: QuerySet, by: str):
    """The number of ``rows`` of the outer row, 0 when there are none."""
    counted = rows.order_by().values(by).annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def _any(querysets) -> Q:
    """Any of them has a row: for one record a look is enough, and the database need not count."""
    found = Q()
    for rows in querysets:
        found |= Q(Exists(rows))
    return found


def _count(rows, source):
    counted = rows.values(source.subject).annotate(n=Count(source.day if source.once_a_day else "pk", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0, output_field=IntegerField())
