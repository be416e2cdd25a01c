"""What each measure asks, as querysets: who owes something on a day, and which open flags have lost their ground.

A measure never loops over its subjects. ``owed`` yields one ``Finding`` for each period that is judged on the day;
``cleared`` yields one queryset of open flags for each reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncMonth

from constituents.models import Designation, Petition, Referral
from deputies.models import Deputy
from office.clock import add_months, month_end, month_key, month_start
from office.models import Rule
from reports.models import Flag
from visits.models import Visit


@dataclass(frozen=True)
class Finding:
    """One period of one rule on one day: these subjects have not done what was due."""

    subjects: QuerySet
    subject: str  # the flag's foreign key: "deputy" or "referral"
    place: str  # the look-up from the subject to its town
    period: str
    due_on: date | F
    severity: str


class MonthlyContact:
    """D1-3①b: every deputy, at least ``minimum`` contacts of whatever kind in each calendar month."""

    @staticmethod
    def owed(rule: Rule, on: date) -> Iterator[Finding]:
        """The month that ended last, in red; from ``amber_day`` on the running month too, in amber."""
        months = [(add_months(month_start(on), -1), rule.severity)]
        if on.day >= rule.amounts["amber_day"]:
            months.append((month_start(on), Rule.Severity.AMBER))
        for first, severity in months:
            last = month_end(first)
            if rule.holds_on(last):
                missing = _in_office_for(first, last).exclude(pk__in=_in_contact(rule, first, min(last, on), on))
                yield Finding(missing, "deputy", "district__jurisdiction", month_key(first), last, severity)

    @staticmethod
    def cleared(rule: Rule, flags: QuerySet, on: date) -> Iterator[tuple[str, QuerySet]]:
        seen = Visit.objects.known(on).filter(
            deputy=OuterRef("deputy"),
            happened_on__gte=OuterRef("first"),
            happened_on__lte=OuterRef("due_on"),
        )
        in_time = seen.filter(Q(imported=True) | Q(logged_at__date__lte=OuterRef("due_on")))
        enough = {"n__gte": rule.amounts["minimum"]}
        flags = flags.annotate(first=TruncMonth("due_on", output_field=DateField()))
        served = Deputy.objects.in_office(OuterRef("first"), OuterRef("due_on")).filter(pk=OuterRef("deputy"))
        yield Flag.Why.GONE, flags.filter(~Exists(served))
        yield Flag.Why.SATISFIED, flags.annotate(n=_count(in_time, "deputy")).filter(**enough)
        yield Flag.Why.LATE, flags.annotate(n=_count(seen, "deputy")).filter(**enough)


class HouseholdCount:
    """D1-3①a: every deputy has from ``minimum`` to ``maximum`` contact households; a standing duty.

    Its period is the day it was found, so that it can be found again after it was put right.
    """

    @staticmethod
    def owed(rule: Rule, on: date) -> Iterator[Finding]:
        if not rule.holds_on(on):
            return
        stood = Q(cleared_on__isnull=True) | Q(raised_on__lte=on, cleared_on__gt=on)
        already = Flag.objects.filter(stood, rule_key=rule.clause.key, deputy__isnull=False).values("deputy")
        wrong = (
            _in_office_for(on, on)
            .annotate(n=_households(on, "pk"))
            .exclude(n__range=(rule.amounts["minimum"], rule.amounts["maximum"]))
        )
        missing = wrong.exclude(pk__in=already)
        yield Finding(missing, "deputy", "district__jurisdiction", on.isoformat(), on, rule.severity)

    @staticmethod
    def cleared(rule: Rule, flags: QuerySet, on: date) -> Iterator[tuple[str, QuerySet]]:
        yield Flag.Why.GONE, flags.exclude(deputy__in=Deputy.objects.in_office(on, on))
        right = (rule.amounts["minimum"], rule.amounts["maximum"])
        yield Flag.Why.SATISFIED, flags.annotate(n=_households(on, "deputy")).filter(n__range=right)


class ReplyOverdue:
    """D3-七: every referral is answered by the day that was stamped on it when it was routed."""

    # Where a matter came to its end without a reply, none was due.
    NO_REPLY_DUE = (Petition.Status.DECLINED, Petition.Status.ANSWERED, Petition.Status.CLOSED)

    @classmethod
    def owed(cls, rule: Rule, on: date) -> Iterator[Finding]:
        if not rule.holds_on(on):
            return
        ended = Q(petition__status__in=cls.NO_REPLY_DUE, replied_on__isnull=True)
        overdue = Referral.objects.overdue(on).exclude(ended)
        yield Finding(overdue, "referral", "petition__station__jurisdiction", "", F("due_on"), rule.severity)

    @classmethod
    def cleared(cls, rule: Rule, flags: QuerySet, on: date) -> Iterator[tuple[str, QuerySet]]:
        replied = flags.filter(referral__replied_on__lte=on)
        yield Flag.Why.SATISFIED, replied.filter(referral__replied_on__lte=F("referral__due_on"))
        yield Flag.Why.LATE, replied.filter(referral__replied_on__gt=F("referral__due_on"))
        ended = Q(referral__petition__status__in=cls.NO_REPLY_DUE, referral__replied_on__isnull=True)
        due_later = Q(referral__due_on__isnull=True) | Q(referral__due_on__gte=on)
        yield Flag.Why.GONE, flags.filter(ended | due_later)


# The measures that raise flags, by the name a rule gives; the other rules are figures, forms or access.
MEASURES = {
    "monthly_contact": MonthlyContact,
    "household_count": HouseholdCount,
    "reply_overdue": ReplyOverdue,
}


def _in_office_for(first, last):
    """Deputies who owe the whole of a period that the office has records of."""
    return Deputy.objects.in_office(first, last).filter(term__records_since__lte=last)


def _in_contact(rule, first, last, on):
    """The deputies with enough contacts from ``first`` to ``last``, as far as they are known ``on`` a day."""
    made = Visit.objects.known(on).between(first, last).order_by().values("deputy")
    return made.annotate(n=Count("pk")).filter(n__gte=rule.amounts["minimum"]).values("deputy")


def _households(on, outer):
    return _count(Designation.objects.on(on).filter(deputy=OuterRef(outer)), "deputy")


def _count(rows, by):
    """The number of ``rows`` of the outer row, 0 when there are none."""
    counted = rows.order_by().values(by).annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
