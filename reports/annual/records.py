"""The records behind the figures: each list is what one group of counts was counted from (evidence)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from constituents.models import Designation, Petition, Referral
from office.models import Clause
from reports.annual.columns import CLAUSES, Reply
from reports.annual.figures import Report, petitions_of_the_year, reply_state
from visits.models import Visit

# A year has tens of thousands of contacts: rows without objects around them.
VISIT = (
    "pk",
    "happened_on",
    "kind",
    "deputy_id",
    "deputy__name",
    "deputy__district__name",
    "household_id",
    "household__head",
)


@dataclass(frozen=True)
class Records:
    """All lists of one report, read in the same snapshot as its figures."""

    clauses: dict
    households: list
    petitions: list
    visits: list


@dataclass(frozen=True)
class HouseholdRecord:
    """One household of one deputy: when it was named, and the contacts with it in the year."""

    designation: Designation
    contacts: int
    own_contacts: int
    last_on: date | None

    @property
    def is_seen(self) -> bool:
        return self.contacts > 0


@dataclass(frozen=True)
class PetitionRecord:
    """One petition with all its referrals, and the one that decides how its reply stands."""

    petition: Petition
    referrals: list
    on: date

    @property
    def deciding(self) -> Referral | None:
        """The referral in the worst state, the earliest due among equals."""
        return max(self.referrals, key=lambda r: (r.state, -r.due_on.toordinal() if r.due_on else 0), default=None)

    @property
    def days_overdue(self) -> int | None:
        """Calendar days from the due day to the reply, or to the day of the reading; None when in time."""
        if self.petition.reply not in (Reply.LATE, Reply.OVERDUE):
            return None
        ended = self.deciding.replied_on if self.petition.reply == Reply.LATE else self.on
        return (ended - self.deciding.due_on).days


def read(report: Report, *, user=None) -> Records:
    """The lists of a report: five queries, to be made inside the ``report_tx()`` of its figures."""
    return Records(
        clauses={c.key: c for c in Clause.objects.filter(key__in=CLAUSES).select_related("regulation")},
        households=list(households(report, user)),
        petitions=list(_petitions(report, user)),
        visits=list(_visits(report, user)),
    )


def _days(report) -> tuple[date, date]:
    return date(report.year, 1, 1), date(report.year, 12, 31)


def _deputies(report, user):
    return report.subject.deputies(user).order_by()


def households(report: Report, user=None) -> Iterator[HouseholdRecord]:
    """Each household of the year with its contacts in it; one query."""
    first, last = _days(report)
    visits = Visit.objects.between(first, last).filter(household=OuterRef("household")).order_by()
    own = visits.filter(deputy=OuterRef("deputy"))
    designations = (
        Designation.objects.within(first, last)
        .filter(deputy__in=_deputies(report, user))
        .select_related("household__jurisdiction", "deputy__district")
        .annotate(contacts=_number(visits), own_contacts=_number(own), last_on=_last_day(visits))
        .order_by("deputy__district__jurisdiction__code", "deputy__district__number", "deputy_id", "household_id", "pk")
    )
    # A household named twice by the same deputy within the year is one household: the latest naming stands for it.
    latest = {(d.deputy_id, d.household_id): d for d in designations}
    for d in latest.values():
        yield HouseholdRecord(d, d.contacts, d.own_contacts, d.last_on)


def _number(visits):
    return Coalesce(Subquery(visits.values("household").annotate(n=Count("pk")).values("n")), 0)


def _last_day(visits):
    return Subquery(visits.values("household").annotate(day=Max("happened_on")).values("day"))


def _petitions(report, user) -> Iterator[PetitionRecord]:
    counted = petitions_of_the_year(report.subject, report.year, on=report.on, user=user)
    referrals = defaultdict(list)
    of_these = Referral.objects.filter(petition__in=counted.values("pk")).select_related("unit")
    for referral in of_these.annotate(state=reply_state(report.on)).order_by("pk"):
        referrals[referral.petition_id].append(referral)
    petitions = counted.select_related("station__jurisdiction", "deputy").defer("situation", "request", "phone")
    for petition in petitions.order_by("station__number", "year", "seq"):
        yield PetitionRecord(petition, referrals[petition.pk], report.on)


def _visits(report, user):
    first, last = _days(report)
    return (
        Visit.objects.between(first, last)
        .filter(deputy__in=_deputies(report, user))
        .order_by("happened_on", "pk")
        .values_list(*VISIT, named=True)
    )
