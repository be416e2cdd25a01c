"""Measures of what must hold every day: so many households, five liaison voters, a tracker, who heads a station."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from constituents.models import Designation, LiaisonVoter
from liaison_stations.models import Station, StationPost
from office.models import Rule
from reports.measures.finding import Finding
from reports.measures.sources import count_of
from reports.measures.spans import Night
from reports.measures.subjects import Subjects
from reports.models import Flag


@dataclass(frozen=True)
class Standing:
    """Every subject has from ``minimum`` to ``maximum`` of something.

    The period of a flag is the day it was found, so that it can be found again after it was put right.
    """

    subjects: Subjects
    number: Callable
    """The expression for how many the subject ``whose`` (an ``OuterRef``) has on a day."""

    def owed(self, rule: Rule, night: Night) -> Iterator[Finding]:
        """Who has too few or too many, and is not flagged for it yet."""
        on = night.on
        if not rule.holds_on(on):
            return
        subject = self.subjects.name
        stood = Q(cleared_on__isnull=True) | Q(raised_on__lte=on, cleared_on__gt=on) | Q(cleared_why=Flag.Why.WAIVED)
        flagged = Flag.objects.filter(stood, rule_key=rule.clause.key, **{subject: OuterRef("pk")})
        counted = self.subjects.asked(rule, on, on).alias(n=self.number(OuterRef("pk"), on))
        wrong = counted.exclude(n__range=within(rule)).filter(~Exists(flagged))
        yield Finding(wrong, subject, self.subjects.place, on.isoformat(), on, on, rule.severity)

    def cleared(self, rule: Rule, flags: QuerySet, night: Night) -> Iterator[tuple[str, QuerySet]]:
        """Open flags that have lost their ground, by the reason."""
        on = night.on
        asked = self.subjects.asked(rule, on, on).filter(pk=OuterRef(self.subjects.name))
        yield Flag.Why.GONE, flags.filter(~Exists(asked)) if rule.holds_on(on) else flags
        counted = flags.alias(n=self.number(OuterRef(self.subjects.name), on))
        yield Flag.Why.SATISFIED, counted.filter(n__range=within(rule))


def within(rule: Rule) -> tuple[int, int]:
    """From how many to how many are right; without a maximum there are never too many."""
    return rule.amounts["minimum"], rule.amounts.get("maximum", 2**31 - 1)


def households(whose, on):
    """Contact households of a deputy on a day (D1-3①a)."""
    return count_of(Designation.objects.on(on).filter(deputy=whose), "deputy")


def liaison_voters(whose, on):
    """Liaison voters of a deputy on a day (D8-三)."""
    return count_of(LiaisonVoter.objects.on(on).filter(deputy=whose), "deputy")


def trackers(whose, _on):
    """People at a station who follow matters up (D5-一b)."""
    return count_of(StationPost.objects.filter(station=whose, kind=StationPost.Kind.TRACKER), "station")


def right_heads(whose, _on):
    """0 for a station whose head is a deputy whose group is led by somebody else, otherwise 1 (D3-二a: 一般)."""
    led = Station.objects.filter(pk=whose, head__group__leader__isnull=False)
    return Case(When(Exists(led.exclude(head=F("head__group__leader"))), then=Value(0)), default=Value(1))
