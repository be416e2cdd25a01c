"""The annual report's figures: one row a deputy, and what belongs to no deputy, in a fixed number of queries.

Contacts are counted by the database, or read one by one where the list of them is asked for; everything else is read
row by row (``reports.annual.registers``). Which figures a record counts in stands in ``reports.annual.counting``, for
numbers and for lists alike: there is one way to count.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Case, Count, DateTimeField, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from constituents.models import Designation
from deputies.models import Deputy
from office import clock
from office.rule_sets import governs
from reports.annual import counting, once, registers
from reports.annual.columns import Tally, total
from reports.annual.frame import Frame, place_of
from reports.annual.months import Service, served
from reports.annual.period import Period, month_number
from reports.annual.registers import Asked
from reports.annual.whose import Owned, belongs, owned
from reports.duties.people import person_of
from reports.measures.sources import VISITS
from reports.snapshot import uncollected
from reports.subjects import Kind, Subject
from visits.models import Visit


@dataclass(frozen=True)
class Row:
    """One deputy's period: the figures by column key, and for each month why it is not judged (None: it is)."""

    deputy: Deputy
    figures: Tally
    months: tuple
    absences: tuple = ()

    @property
    def missed(self) -> list[int]:
        """The months that were owed and passed without a contact, by their place in the period."""
        return [n for n, _why in enumerate(self.months, 1) if self.figures[f"missed.{n}"]]

    @property
    def town(self) -> tuple[str, str]:
        """Code and name of the township that the deputy was elected in."""
        place = self.deputy.district.jurisdiction
        return place.code, place.name


@dataclass(frozen=True)
class Report:
    """One subject's period as it stood on ``on``.

    ``nobody`` holds the petitions without a receiving deputy, ``others`` those taken in by deputies who have no row
    here, both by the town (code, name) of the station; with them the totals are those of the register. ``own`` is
    what groups, stations and offices did themselves, by (kind, key).
    """

    subject: Subject
    period: Period
    on: date
    rows: list[Row]
    nobody: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)
    own: dict = field(default_factory=dict)
    rules: tuple = ()
    # Records whose words the report tells: typical cases and exemptions.
    told: tuple = ()
    # The duties that were in force on some day of the period for the deputies of the subject.
    rules_in_force: tuple = ()
    # The names of the towns that petitions come from, by their keys.
    towns: dict = field(default_factory=dict)

    @cached_property
    def total(self) -> Tally:
        return total([*(row.figures for row in self.rows), *self.nobody.values(), *self.others.values()])

    @cached_property
    def whole(self) -> Tally:
        """The total with what groups, stations and offices did themselves, and the deputies, and the rules."""
        more = Tally()
        for row in self.rows:
            more.put(row.deputy.pk, "deputies")
        for rule in self.rules_in_force:
            more.put(rule.pk, "rules")
        return total([self.total, *self.own.values(), more])

    @property
    def year(self) -> int:
        return self.period.first.year

    @property
    def ends_on(self) -> date:
        """The last day that the report knows: the period's, or while it runs that of the reading."""
        return min(self.period.last, self.on)

    def by_town(self) -> dict:
        """The figures by town (code, name), in the order of codes; they add up to the total."""
        parts = [(row.town, row.figures) for row in self.rows]
        parts += [*self.nobody.items(), *self.others.items()]
        towns = {}
        for town, figures in sorted(parts, key=lambda part: part[0]):
            towns.setdefault(town, []).append(figures)
        return {town: total(figures) for town, figures in towns.items()}


@dataclass(frozen=True)
class Reading:
    """What was read of a subject for some periods, from which its report and those of its parts are put together."""

    asked: Asked
    frames: list[Frame]
    deputies: list[Deputy]
    # (deputy, month by ``month_number``, way, key or number, late, on record by the day)
    contacts: list[tuple]
    owned: list[Owned]
    # The period whose contacts were read one by one.
    listed: Period | None = None

    @cached_property
    def contacts_of(self) -> dict:
        found = defaultdict(list)
        for contact in self.contacts:
            found[contact[0]].append(contact)
        return found

    @cached_property
    def owned_by(self) -> dict:
        """What belongs to one deputy alone."""
        found = defaultdict(list)
        for one in self.owned:
            found[one.deputy].append(one)
        return found

    def of_person(self, deputy: Deputy) -> list[tuple]:
        """The contacts of a deputy, and those that the same person had in the mandate before and after."""
        mandates = (deputy.pk, deputy.succeeds_id, deputy.next_mandate)
        return [contact for pk in mandates if pk for contact in self.contacts_of.get(pk, ())]

    def report(self, frame: Frame) -> Report:
        """The report of the whole subject."""
        return self.part(self.asked.subject, frame, self.deputies, self.owned)

    def of_deputy(self, deputy: Deputy, frame: Frame) -> Report:
        subject = Subject(Kind.DEPUTY, str(deputy.pk), deputy.name)
        return self.part(subject, frame, [deputy], self.owned_by.get(deputy.pk, []))

    def of_part(self, subject: Subject, frame: Frame, deputies: list[Deputy]) -> Report:
        """The report of a group, station or town that lies in the subject."""
        keys = {deputy.pk for deputy in deputies}
        return self.part(subject, frame, deputies, [one for one in self.owned if belongs(one, subject, keys)])

    @uncollected()
    def part(self, subject, frame, deputies, records: Iterable[Owned]) -> Report:
        tallies = {deputy.pk: Tally() for deputy in deputies}
        is_listed = frame.period == self.listed
        for deputy in deputies:
            counting.contacts(tallies[deputy.pk], self.contacts_of.get(deputy.pk, ()), deputy, frame, is_listed)
        apart = counting.Apart(tallies)
        beside = counting.records(apart, records, frame)
        if frame.once:
            for deputy in deputies:
                self._once(tallies[deputy.pk], deputy, frame, beside)
        rows = _rows(deputies, tallies, beside, subject, frame)
        told = tuple(one.record for one in records if one.record.source in ("case", "exemption"))
        held = frame.duties_for(deputies, subject.path)
        apart_from = (apart.nobody, apart.others, apart.own)
        return Report(subject, frame.period, frame.on, rows, *apart_from, tuple(frame.rules), told, held, apart.towns)

    def _once(self, tally, deputy, frame, beside):
        pk = deputy.pk
        who = person_of(deputy, beside.absences(pk), beside.exempt.get(pk, {}), {})
        own = self.contacts_of.get(pk, [])
        once.count(tally, who, frame, own, self.of_person(deputy), beside.heard.get(pk, {}))


def read(subject: Subject, period: Period | int, *, on: date, user=None) -> Report:
    """Count a subject's period (a year by its number) as it stands on ``on``; to be made inside ``report_tx()``."""
    return read_years(subject, [period], on=on, user=user)[0]


def read_years(subject: Subject, periods: list[Period | int], *, on: date, user=None) -> list[Report]:
    """The same for several periods, a report each, in as many queries as for one: five."""
    reading = gather(subject, periods, on=on, user=user)
    return [reading.report(frame) for frame in reading.frames]


def read_contacts(subject: Subject, periods: list[Period | int], *, on: date, user=None) -> list[Report]:
    """The contacts of each month alone, a report a period: five queries for all, to be made inside ``report_tx()``.

    Contacts are not told by way; a way that does not count under a rule is not counted in its months met.
    """
    reading = gather(subject, periods, on=on, user=user, only=["visit", "absence"], by_way=False)
    return [reading.report(frame) for frame in reading.frames]


def gather(subject: Subject, periods, *, on: date, user=None, only=(), listed=None, ruled=True, by_way=True) -> Reading:
    """Read all that reports of these periods need: five queries, and one more for a period that is ``listed``.

    Of that one contacts are read one by one, for their keys. ``only`` names what is read: ``visit`` for contacts,
    else the sources of ``registers``; without ``ruled`` no rules are read, where none decides what is asked for;
    without ``by_way`` contacts are told apart by way only where a rule does.
    """
    asked = Asked(subject, [_period(period) for period in periods], on, user)
    with uncollected():
        return _gathered(asked, only, listed, ruled, by_way)


def _gathered(asked, only, listed, ruled, by_way) -> Reading:
    frames = Frame.of(asked.periods, asked.on, ruled)
    deputies = list(_deputies(asked.subject, asked.user))
    if not only or set(only) & once.READ:
        asked = replace(asked, days=_days_before(frames, deputies), others=_others(deputies))
    by_way = by_way or any(frame.tells_ways for frame in frames)
    contacts = _contacts(asked, listed, by_way) if not only or "visit" in only else []
    registered = [name for name in only if name in registers.SOURCES]
    found = registers.read(asked, registered) if registered or not only else []
    if not only or set(only) & once.READ:
        frames = [once.framed(frame, found) for frame in frames]
    return Reading(asked, frames, deputies, contacts, owned(found), listed)


def _days_before(frames: list[Frame], deputies: list[Deputy]) -> int:
    """So many days before a session a rule asks one of the deputies for something; none where no rule does."""
    places = {tuple(place_of(deputy).items()) for deputy in deputies}
    rules = [(frame.ends_on, rule) for frame in frames for rule in frame.rules if rule.period == "session"]
    asking = [rule for on, rule in rules if any(governs(rule, on, **dict(place)) for place in places)]
    return max((rule.amounts["days"] for rule in asking), default=0)


def _others(deputies: list[Deputy]) -> tuple:
    """The mandates before and after of the same people that are not among the deputies."""
    mandates = {pk for deputy in deputies for pk in (deputy.succeeds_id, deputy.next_mandate) if pk}
    return tuple(mandates - {deputy.pk for deputy in deputies})


def _contacts(asked: Asked, listed: Period | None, by_way: bool) -> list[tuple]:
    counted = replace(asked, periods=[period for period in asked.periods if period != listed])
    contacts = list(_counted(counted, by_way)) if counted.periods else []
    return contacts + list(_listed(replace(asked, periods=[listed]))) if listed else contacts


def _period(period) -> Period:
    return Period.year(period) if isinstance(period, int) else period


def _deputies(subject, user):
    """The subject's deputies in the order of a report."""
    beside = ("district__jurisdiction", "group", "term__jurisdiction", "succeeds")
    ordered = subject.deputies(user).select_related(*beside).annotate(next_mandate=F("continued_as"))
    return ordered.order_by("district__jurisdiction__code", "district__number", "district__name", "pk")


def _visits(asked: Asked, by_way: bool):
    whose = Q(deputy__in=asked.subject.deputies(asked.user))
    whose = whose | Q(deputy__in=asked.others) if asked.others else whose
    of_these = Visit.objects.filter(asked.falls("happened_on"), whose)
    month = _of_month(asked, month_number, IntegerField())
    way = F("kind") if by_way else Value("")
    over = _of_month(asked, lambda day: clock.midnight_after(clock.month_end(day)), DateTimeField())
    return of_these.order_by().alias(over=over).values_list("deputy_id", month, way)


def _of_month(asked: Asked, value, field) -> Case:
    """What ``value`` gives for the first day of a contact's month: a constant, not reckoned row by row."""
    days = sorted({day for period in asked.periods for day in period.months}, reverse=True)
    return Case(*(When(happened_on__gte=day, then=Value(value(day), field)) for day in days), output_field=field)


_LATE = Q(imported=False, logged_at__gte=F("over"))


def _known(asked: Asked) -> Q:
    """What had happened and was on record by the day."""
    return VISITS.written_by(asked.on) & Q(happened_on__lte=asked.on)


def _counted(asked: Asked, by_way: bool):
    """How many contacts of a deputy, month and way there are, how many were written down late, how many are known."""
    late, known = (Count("pk", filter=condition) for condition in (_LATE, _known(asked)))
    return _visits(asked, by_way).annotate(n=Count("pk"), late=late, known=known)


def _listed(asked: Asked):
    """The same one by one: the key in the place of the number."""
    return _visits(asked, True).annotate(n=F("pk"), late=_one(_LATE), known=_one(_known(asked)))


def _one(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def household_numbers(first: date, last: date, ends_on: date) -> dict:
    """Columns of a query on deputies: households named in a period, seen in it, and held on a day (D1-3①a).

    A household is seen when a contact with it happened in the period.
    """
    named = Designation.objects.filter(deputy=OuterRef("pk"))
    of_the_period = named.within(first, last)
    visits = Visit.objects.between(first, last).filter(household=OuterRef("household"))
    return {
        "households": _number_of_households(of_the_period),
        "seen": _number_of_households(of_the_period.filter(Exists(visits))),
        "held": _number_of_households(named.on(ends_on)),
    }


def _number_of_households(designations):
    counted = designations.order_by().values("deputy").annotate(n=Count("household", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)


def _rows(deputies, tallies, beside, subject, frame) -> list[Row]:
    """A row for everybody who may have served in the period, and for whoever has a record in it all the same."""
    return [
        _row(deputy, tallies[deputy.pk], beside.absences(deputy.pk), frame)
        for deputy in deputies
        if subject.kind == Kind.DEPUTY
        or any(tallies[deputy.pk].values())
        or served(_service(deputy), frame.first, frame.last)
    ]


def _service(deputy, absences=()) -> Service:
    return Service(deputy.joined_on, deputy.left_on, deputy.end_reason, deputy.term.records_since, absences)


def _row(deputy, tally, absences, frame) -> Row:
    service = _service(deputy, absences)
    months = frame.not_owed(deputy, service)
    counting.months(tally, deputy, months, frame.months(deputy))
    counting.standing(tally, deputy, service, frame)
    return Row(deputy, tally, months, absences)
