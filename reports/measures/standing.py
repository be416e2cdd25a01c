"""Measures of what must hold every day: so many households, five liaison voters, a tracker, who heads a station."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from constituents.models import Designation, LiaisonVoter
from liaison_stations.models import Station, StationPost
from office.models import Rule
from reports.measures.finding import Finding
from reports.measures.spans import Night
from reports.measures.subjects import Subjects
from reports.models import Flag


@dataclass(frozen=True)
class Standing:
    """Every subject has from ``minimum`` to ``maximum`` of something.

    The period of a flag is the day it was found, so that it can be found again after it was put right. A flag that
    was waived speaks for all days, until somebody takes the waiver back.
    """

    subjects: Subjects
    # (rule, whose, on): a row for the subject ``whose`` (an ``OuterRef``) that has as many as it should.
    right: Callable

    def owed(self, rule: Rule, night: Night) -> Iterator[Finding]:
        """Who has too few or too many, and is not flagged for it yet."""
        on = night.on
        if not rule.holds_on(on):
            return
        subject = self.subjects.name
        stood = Q(cleared_on__isnull=True) | Q(raised_on__lte=on, cleared_on__gt=on) | Q(cleared_why=Flag.Why.WAIVED)
        flagged = Flag.objects.filter(stood, rule_key=rule.clause.key, **{subject: OuterRef("pk")})
        wrong = self.subjects.asked(rule, on, on).filter(~Exists(self.right(rule, OuterRef("pk"), on)))
        yield Finding(
            wrong.filter(~Exists(flagged)), subject, self.subjects.place, on.isoformat(), on, on, rule.severity
        )

    def cleared(self, rule: Rule, flags: QuerySet, night: Night) -> Iterator[tuple[str, QuerySet]]:
        """Open flags that have lost their ground, by the reason."""
        on, whose = night.on, OuterRef(self.subjects.name)
        asked = self.subjects.asked(rule, on, on).filter(pk=whose)
        yield Flag.Why.GONE, flags.filter(~Exists(asked)) if rule.holds_on(on) else flags
        yield Flag.Why.SATISFIED, flags.filter(Exists(self.right(rule, whose, on)))


def within(rule: Rule) -> tuple[int, int]:
    """From how many to how many are right; without a maximum there are never too many."""
    return rule.amounts["minimum"], rule.amounts.get("maximum", 2**31 - 1)


def of_number(held: Callable) -> Callable:
    """What is right when ``held`` (of a subject, on a day) are so many; they are counted once for each subject."""

    def right(rule, whose, on):
        rows, by = held(whose, on)
        return rows.order_by().values(by).annotate(n=Count("pk")).filter(n__range=within(rule))

    return right


def households(whose, on):
    """Contact households of a deputy on a day (D1-3①a)."""
    return Designation.objects.on(on).filter(deputy=whose), "deputy"


def liaison_voters(whose, on):
    """Liaison voters of a deputy on a day (D8-三)."""
    return LiaisonVoter.objects.on(on).filter(deputy=whose), "deputy"


def trackers(whose, _on):
    """People at a station who follow matters up (D5-一b)."""
    return StationPost.objects.filter(station=whose, kind=StationPost.Kind.TRACKER), "station"


def right_heads(_rule, whose, _on):
    """The station, unless its head is a deputy whose group is led by somebody else (D3-二a: 一般)."""
    led_by_another = Q(head__group__leader__isnull=False) & ~Q(head=F("head__group__leader"))
    return Station.objects.filter(pk=whose).exclude(led_by_another)
