"""The records behind the figures: each list is what one group of counts was counted from (evidence).

Of a closed year they are the records that were frozen, found by their keys as they stand now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from constituents.models import Designation, Petition, Referral
from reports.annual.columns import Reply
from reports.annual.figures import Report
from reports.annual.parts import Document
from reports.annual.replies import petitions_of, replied, reply_state
from visits.models import Visit

CHUNK = 5000
"""So many records are read at a time."""

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


class Gone(NamedTuple):
    """In the place of a record that was frozen and is there no more: its key."""

    key: int


class Contacts(NamedTuple):
    """Contacts by their keys, read as they are listed, as a query set would."""

    keys: tuple

    def iterator(self, chunk_size: int) -> Iterator:
        return _by_key(self.keys, lambda keys: ((visit.pk, visit) for visit in _contacts(pk__in=keys)), chunk_size)


@dataclass(frozen=True)
class Records:
    """All lists of one report, read in the same snapshot as its figures."""

    households: list
    petitions: list
    visits: QuerySet | Contacts


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
    """The lists of a report, to be made and written inside the ``report_tx()`` of its figures; six queries in all."""
    return Records(
        households=list(households(report, user)),
        petitions=list(_petitions(report, user)),
        visits=_visits(report, user),
    )


def of_closed(made: Document, *, on: date) -> Records:
    """The records that a closed year counts, as they stand on ``on``, and ``Gone`` for each that is there no more."""
    days, keys = (made.first, made.last), {name: _keys(made, name) for name in ("households", "petitions", "contacts")}

    def homes(some):
        return ((one.designation.pk, one) for one in _homes(Designation.objects.filter(pk__in=some), *days))

    def matters(some):
        return (
            (one.petition.pk, one) for one in _with_referrals(replied(Petition.objects, on).filter(pk__in=some), on)
        )

    return Records(
        households=list(_by_key(keys["households"], homes)),
        petitions=list(_by_key(keys["petitions"], matters)),
        visits=Contacts(keys["contacts"]),
    )


def _keys(made, name) -> tuple:
    figure = made.figure(name)
    return figure.ids if figure else ()


def _by_key(keys, read: Callable, size=CHUNK) -> Iterator:
    """What ``read`` finds for the keys, ``size`` at a time, each lot followed by what is gone of it."""
    for start in range(0, len(keys), size):
        some = keys[start : start + size]
        found = dict(read(some))
        yield from found.values()
        yield from (Gone(key) for key in some if key not in found)


def _days(report) -> tuple[date, date]:
    return report.period.first, report.period.last


def _deputies(report, user):
    return report.subject.deputies(user).order_by()


def households(report: Report, user=None) -> Iterator[HouseholdRecord]:
    """Each household of the year with its contacts in it; one query."""
    designations = Designation.objects.within(*_days(report)).filter(deputy__in=_deputies(report, user))
    # A household named twice by the same deputy within the year is one household: the latest naming stands for it.
    homes = _homes(designations, *_days(report))
    yield from {(one.designation.deputy_id, one.designation.household_id): one for one in homes}.values()


def _homes(designations, first, last) -> Iterator[HouseholdRecord]:
    """Each designation with the contacts of its household from ``first`` to ``last``."""
    visits = Visit.objects.between(first, last).filter(household=OuterRef("household")).order_by()
    own = visits.filter(deputy=OuterRef("deputy"))
    rows = (
        designations.select_related("household__jurisdiction", "deputy__district")
        .annotate(contacts=_number(visits), own_contacts=_number(own), last_on=_last_day(visits))
        .order_by("deputy__district__jurisdiction__code", "deputy__district__number", "deputy_id", "household_id", "pk")
    )
    return (HouseholdRecord(row, row.contacts, row.own_contacts, row.last_on) for row in rows)


def _number(visits):
    return Coalesce(Subquery(visits.values("household").annotate(n=Count("pk")).values("n")), 0)


def _last_day(visits):
    return Subquery(visits.values("household").annotate(day=Max("happened_on")).values("day"))


def _petitions(report, user) -> Iterator[PetitionRecord]:
    counted = petitions_of(report.subject, on=report.on, user=user).filter(received_on__range=_days(report))
    return _with_referrals(counted, report.on)


def _with_referrals(counted, on) -> Iterator[PetitionRecord]:
    """Petitions with the state of their reply, each with its referrals; two queries."""
    referrals = defaultdict(list)
    of_these = Referral.objects.filter(petition__in=counted.values("pk")).select_related("unit")
    for referral in of_these.annotate(state=reply_state(on)).order_by("pk"):
        referrals[referral.petition_id].append(referral)
    petitions = counted.select_related("station__jurisdiction", "deputy").defer("situation", "request", "phone")
    for petition in petitions.order_by("station__number", "year", "seq"):
        yield PetitionRecord(petition, referrals[petition.pk], on)


def _visits(report, user):
    return _contacts(happened_on__range=_days(report), deputy__in=_deputies(report, user))


def _contacts(**which):
    return Visit.objects.filter(**which).order_by("happened_on", "pk").values_list(*VISIT, named=True)
