"""Whom a rule asks: deputies, groups, stations and offices that owe a period, wherever the rule's set is in use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, When

from deputies.models import Absence, CongressSession, Deputy, DeputyGroup, Term
from liaison_stations.models import Station
from office import clock
from office.models import Jurisdiction, Rule
from office.rule_sets import STATION, governed
from visits.models import ReportExemption

REPORT_TO_VOTERS = "annual_report_to_voters"
"""The measure from which a deputy may be exempt for a year."""


@dataclass(frozen=True)
class Subjects:
    """One kind of subject: the flag's foreign key, where a row lies, of which level it is, and who owes a period."""

    name: str
    place: str
    level: str
    owing: Callable[[Rule, date, date], QuerySet]

    def asked(self, rule: Rule, first: date, last: date) -> QuerySet:
        """Those who owe what the rule asks from ``first`` to ``last``; its set must be in use there on the last day."""
        return governed(self.owing(rule, first, last), rule, last, place=self.place, level=self.level)


def _deputies(rule, first, last) -> QuerySet:
    """Whole in office and not away, in a time that the office has records of; of a year so many months are enough.

    Who is away for a while still has households and liaison voters: what stands is asked of all in office.
    """
    if rule.period == "standing":
        return Deputy.objects.in_office(first, last).filter(term__records_since__lte=last)
    if "full_months" in rule.amounts:
        serving = _serving_for(rule.amounts["full_months"], first, last)
        return serving.filter(~Exists(_exempt(first))) if rule.measure == REPORT_TO_VOTERS else serving
    owing = Deputy.objects.owing(first, last).filter(term__records_since__lte=last)
    if rule.period != "session":
        return owing
    opening = CongressSession.objects.filter(term=OuterRef("term"), opens_on=last + timedelta(days=1))
    return owing.filter(Exists(opening))


def _exempt(first: date) -> QuerySet:
    """Exemptions of the year that begins with a day, with their reason and approver (D1-4)."""
    return ReportExemption.objects.filter(deputy=OuterRef("pk"), year=first.year)


def _serving_for(months: int, first: date, last: date) -> QuerySet:
    """Deputies with at least so many full months in office within the year; most served all of it."""
    full = sum(
        Case(When(_served(day, clock.month_end(day)), then=1), default=0) for day in clock.first_days(first.year)
    )
    whole = _served(first, last) & Q(term__records_since__lte=first)
    return Deputy.objects.alias(full=full).filter(whole | Q(full__gte=months)).exclude(_owed_before(months, first))


def _owed_before(months: int, first: date) -> Q:
    """Elected again within a year that the mandate before owes already: nobody owes a year twice."""
    if months >= 12:
        return Q(pk__in=[])
    all_along = Q(succeeds__joined_on__isnull=True) | Q(succeeds__joined_on__lte=first)
    enough = Q(succeeds__left_on__gte=first.replace(month=months + 1))
    return Q(all_along, enough, succeeds__isnull=False, joined_on__gt=first)


def _served(first: date, last: date) -> Q:
    """Whole in office in a period that the office has records of, and not away."""
    away = Absence.objects.within(first, last).filter(deputy=OuterRef("pk"))
    return Deputy.in_office_all_of(first, last) & Q(term__records_since__lte=last) & ~Q(Exists(away))


def _groups(_rule, first, last) -> QuerySet:
    """Groups with a deputy in office at the end, of a term that runs all through the period."""
    members = Deputy.objects.in_office(last, last).filter(group=OuterRef("pk"))
    whole = Q(term__began_on__isnull=True) | Q(term__began_on__lte=first)
    return DeputyGroup.objects.filter(whole, Exists(members), term__records_since__lte=last)


def _stations(_rule, _first, last) -> QuerySet:
    """Stations where the congress of the place, or of one above it, keeps records."""
    return Station.objects.filter(Exists(terms_above(OuterRef("jurisdiction__path")).filter(records_since__lte=last)))


def terms_above(path) -> QuerySet:
    """The terms of the congress of a place (the ``OuterRef`` of its path) and of those above it, with their records."""
    place = ExpressionWrapper(path, output_field=CharField())
    kept = Term.objects.order_by().annotate(place=place).filter(place__startswith=F("jurisdiction__path"))
    return kept.filter(records_since__isnull=False)


def _offices(_rule, _first, last) -> QuerySet:
    """Places with a congress of their own."""
    return Jurisdiction.objects.filter(
        Exists(Term.objects.filter(jurisdiction=OuterRef("pk"), records_since__lte=last))
    )


DEPUTIES = Subjects("deputy", "district__jurisdiction", "term__jurisdiction__level", _deputies)
GROUPS = Subjects("group", "jurisdiction", "term__jurisdiction__level", _groups)
STATIONS = Subjects("station", "jurisdiction", STATION, _stations)
OFFICES = Subjects("office", "pk", "level", _offices)
