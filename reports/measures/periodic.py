"""Measures that ask for so many records in each period: a month, a year, the contact month, before a session."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from deputies.models import Absence, Deputy
from office.models import Rule
from reports.measures.finding import Finding
from reports.measures.sources import Source, enough
from reports.measures.spans import Night, judged
from reports.measures.subjects import DEPUTIES, Subjects
from reports.models import Flag


@dataclass(frozen=True)
class Periodic:
    """Every subject, at least ``minimum`` records of these sources in each period of the rule."""

    subjects: Subjects
    sources: tuple[Source, ...]

    def owed(self, rule: Rule, night: Night) -> Iterator[Finding]:
        """Who lacks records: in the period that ended last, and in the one that runs out soon."""
        for span, severity in judged(rule, night):
            if rule.holds_on(span.last):
                done = self._enough(rule, OuterRef("pk"), span.first, span.last, night.on)
                lacking = self.subjects.asked(rule, span.first, span.last).filter(~done)
                named = (self.subjects.name, self.subjects.place)
                yield Finding(lacking, *named, span.key, span.first, span.last, severity)

    def cleared(self, rule: Rule, flags: QuerySet, night: Night) -> Iterator[tuple[str, QuerySet]]:
        """Open flags that have lost their ground, by the reason."""
        for span, _severity in judged(rule, night):
            yield Flag.Why.GONE, self._not_asked(rule, span, flags.filter(period=span.key))
        if self.subjects is DEPUTIES and "full_months" not in rule.amounts:
            yield Flag.Why.GONE, _not_served(flags)
        whose, first, last = OuterRef(self.subjects.name), OuterRef("starts_on"), OuterRef("due_on")
        yield Flag.Why.SATISFIED, flags.filter(self._enough(rule, whose, first, last, night.on, in_time=last))
        yield Flag.Why.LATE, flags.filter(self._enough(rule, whose, first, last, night.on))

    def _enough(self, rule, whose, first, last, on, in_time=None):
        return enough(rule, self.sources, whose, first, last, on=on, in_time=in_time)

    def _not_asked(self, rule, span, flags) -> QuerySet:
        """Flags of a period in which the rule, or its set, or the subject's time in office has come to an end."""
        if not rule.holds_on(span.last):
            return flags
        asked = self.subjects.asked(rule, span.first, span.last).filter(pk=OuterRef(self.subjects.name))
        return flags.filter(~Exists(asked))


def _not_served(flags) -> QuerySet:
    """Flags of any age whose deputy turns out not to have been whole in office, or to have been away."""
    first, last = OuterRef("starts_on"), OuterRef("due_on")
    served = Deputy.objects.in_office(first, last).filter(pk=OuterRef("deputy"))
    away = Absence.objects.within(first, last).filter(deputy=OuterRef("deputy"))
    return flags.exclude(Exists(served) & ~Exists(away))
