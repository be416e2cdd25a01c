"""The annual report's figures: one row a deputy, counted by the database in a fixed number of queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, DateField, Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, TruncMonth
from django.utils.functional import cached_property

from constituents.models import Designation, Referral
from deputies.models import Absence, Deputy
from office import clock
from office.models import Rule
from office.rule_sets import WITH_USES, governs
from reports.annual.columns import REPLIES, Reply, total
from reports.annual.months import Service, in_force, in_office, served, why_not_owed
from reports.measures.clocks import NO_REPLY_DUE
from reports.subjects import Kind, Subject
from visits import rules
from visits.models import Visit

HOUSEHOLDS = "household_count"
# The texts' own numbers (D1-3①b, D1-3①a); they hold until the office has loaded its dated rules.
TEXT = {
    rules.MEASURE: [Rule(effective_from=date.min, amounts={"minimum": rules.CONTACTS_A_MONTH})],
    HOUSEHOLDS: [Rule(effective_from=date.min, amounts={"minimum": 2, "maximum": 3})],
}


@dataclass(frozen=True)
class Row:
    """One deputy's year: the figures by column key, and for each month why it is not judged (None: it is)."""

    deputy: Deputy
    figures: Counter
    months: tuple
    absences: tuple = ()

    @property
    def missed(self) -> list[int]:
        """The months that were owed and passed without a contact."""
        return [n for n, _why in enumerate(self.months, 1) if self.figures[f"missed.{n}"]]

    @property
    def town(self) -> tuple[str, str]:
        """Code and name of the township that the deputy was elected in."""
        place = self.deputy.district.jurisdiction
        return place.code, place.name


@dataclass(frozen=True)
class Report:
    """One subject's year as it stood on ``on``.

    ``nobody`` holds the petitions without a receiving deputy, ``others`` those taken in by deputies who have no row
    here, both by the town (code, name) of the station; with them the totals are those of the register.
    """

    subject: Subject
    year: int
    on: date
    rows: list[Row]
    nobody: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)

    @cached_property
    def total(self) -> Counter:
        return total([*(row.figures for row in self.rows), *self.nobody.values(), *self.others.values()])

    @property
    def ends_on(self) -> date:
        """The last day that the report knows: the year's, or in the running year that of the reading."""
        return min(date(self.year, 12, 31), self.on)

    def by_town(self) -> dict:
        """The figures by town (code, name), in the order of codes; they add up to the total."""
        parts = [(row.town, row.figures) for row in self.rows]
        parts += [*self.nobody.items(), *self.others.items()]
        towns = {}
        for town, figures in sorted(parts, key=lambda part: part[0]):
            towns.setdefault(town, []).append(figures)
        return {town: total(figures) for town, figures in towns.items()}


@dataclass(frozen=True)
class _Frame:
    """What holds for every row: the year, the day of the reading, the rules and where their sets are in use."""

    year: int
    on: date
    rules: list

    @property
    def first(self):
        return date(self.year, 1, 1)

    @property
    def last(self):
        return date(self.year, 12, 31)

    @property
    def ends_on(self):
        return min(self.last, self.on)

    @cached_property
    def _months(self):
        return {}

    def months(self, deputy) -> list:
        """The first day of each month with the amounts that govern the deputy's contacts in it (None: no rule does)."""
        place = _place(deputy)
        key = tuple(place.values())
        if key not in self._months:
            days = [(day, clock.month_end(day)) for day in clock.first_days(self.year)]
            self._months[key] = [(day, self._amounts(rules.MEASURE, place, last)) for day, last in days]
        return self._months[key]

    def households(self, deputy) -> dict | None:
        """The amounts that govern the number of the deputy's households at the end."""
        return self._amounts(HOUSEHOLDS, _place(deputy), self.ends_on)

    def _amounts(self, measure, place, on):
        begun = [rule for rule in self.rules if rule.measure == measure and rule.effective_from <= self.ends_on]
        return in_force([rule for rule in begun if governs(rule, on, **place)] if begun else TEXT[measure], on)


def _place(deputy) -> dict[str, str]:
    """What decides which sets of rules govern a deputy: the path of the district, the level of the congress."""
    return {"path": deputy.district.jurisdiction.path, "level": deputy.term.jurisdiction.level}


def read(subject: Subject, year: int, *, on: date, user=None) -> Report:
    """Count a subject's year as it stands on ``on``: six queries, to be made inside ``report_tx()``."""
    return read_years(subject, [year], on=on, user=user)[0]


def read_years(subject: Subject, years: list[int], *, on: date, user=None) -> list[Report]:
    """The same for years that follow one another, a report a year, in as many queries as for one."""
    frames = _frames(years, on)
    deputies = list(_with_households(_deputies(subject, user), frames))
    counted = _contacts(deputies, subject, user, frames)
    apart = _count_petitions(counted, subject, user, frames)
    away = _absences(subject, user, frames)
    for frame in frames:
        for deputy in deputies:
            counted[frame.year][deputy.pk].update(_households(deputy, frame))
    return [
        Report(subject, frame.year, on, _rows(deputies, counted[frame.year], away, subject, frame), *apart[frame.year])
        for frame in frames
    ]


def read_contacts(subject: Subject, years: list[int], *, on: date, user=None) -> list[Report]:
    """The contacts alone, a report a year: five queries for all years, to be made inside ``report_tx()``."""
    frames = _frames(years, on)
    deputies = list(_deputies(subject, user))
    counted, away = _contacts(deputies, subject, user, frames), _absences(subject, user, frames)
    return [
        Report(subject, frame.year, on, _rows(deputies, counted[frame.year], away, subject, frame)) for frame in frames
    ]


def _frames(years, on) -> list[_Frame]:
    begun = Rule.objects.sweepable(min(date(years[-1], 12, 31), on), TEXT)
    known = list(begun.select_related("rule_set").prefetch_related(WITH_USES))
    return [_Frame(year, on, known) for year in years]


def _deputies(subject, user):
    """The subject's deputies in the order of a report."""
    ordered = subject.deputies(user).select_related("district__jurisdiction", "group", "term__jurisdiction")
    return ordered.order_by("district__jurisdiction__code", "district__number", "district__name", "pk")


def _with_households(deputies, frames):
    """The deputies with the number of households named in each year, of those seen, and of those held at its end."""
    for frame in frames:
        days = household_numbers(frame.first, frame.last, frame.ends_on)
        deputies = deputies.annotate(**{f"{name}_{frame.year}": number for name, number in days.items()})
    return deputies


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


def _contacts(deputies, subject, user, frames) -> dict:
    """By year and deputy the contacts of each month and way, and how many were written down late."""
    counted = {frame.year: {deputy.pk: Counter() for deputy in deputies} for frame in frames}
    asked = {frame.year: {deputy.pk: frame.months(deputy) for deputy in deputies} for frame in frames}
    groups = (
        Visit.objects.between(frames[0].first, frames[-1].last)
        .filter(deputy__in=subject.deputies(user))
        .order_by()
        .alias(logged=TruncMonth("logged_at", output_field=DateField()), happened=TruncMonth("happened_on"))
        .values_list("deputy_id", ExtractYear("happened_on"), ExtractMonth("happened_on"), "kind")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(imported=False, logged__gt=F("happened"))))
    )
    for pk, year, month, kind, n, late in groups:
        figures, (_first, amounts) = counted[year][pk], asked[year][pk][month - 1]
        figures["contacts"] += n
        figures[f"month.{month}"] += n
        figures[f"kind.{kind}"] += n
        if _counts(kind, amounts or {}):
            figures[f"counting.{month}"] += n
            figures[f"late.{month}"] += late
    return counted


def _counts(kind, amounts) -> bool:
    """Whether a way of contact counts under a rule: one that it names, or none that it leaves out."""
    return kind in amounts.get("counting", (kind,)) and kind not in amounts.get("not_counting", ())


def reply_state(on: date) -> Case:
    """How one referral stands on ``on`` (see ``Reply``), as a column of a query on referrals (D3-七)."""
    replied = Q(replied_on__lte=on)
    return Case(
        When(Referral.GONE, then=Value(Reply.NONE)),
        When(~replied | Q(replied_on__isnull=True), petition__status__in=NO_REPLY_DUE, then=Value(Reply.NONE)),
        When(replied, due_on__isnull=True, then=Value(Reply.UNDATED)),
        When(replied, replied_on__gt=F("due_on"), then=Value(Reply.LATE)),
        When(replied, then=Value(Reply.IN_TIME)),
        When(due_on__lt=on, paused_on__isnull=True, then=Value(Reply.OVERDUE)),
        default=Value(Reply.OPEN),
        output_field=IntegerField(),
    )


def petitions_of_the_year(subject, year: int, *, on: date, user=None):
    """The petitions that a report counts, each with the state of its reply: the worst of its referrals."""
    return _petitions(subject, date(year, 1, 1), date(year, 12, 31), on, user)


def _petitions(subject, first, last, on, user):
    referrals = Referral.objects.filter(petition=OuterRef("pk")).order_by().values("petition")
    worst = Subquery(referrals.annotate(worst=Max(reply_state(on))).values("worst"))
    received = subject.petitions(user).filter(received_on__range=(first, last))
    return received.annotate(reply=Coalesce(worst, Value(Reply.NONE)))


def _count_petitions(counted, subject, user, frames) -> dict:
    """Petitions by receiving deputy and outcome; for each year those of nobody and of others by the station's town."""
    town = ("station__jurisdiction__code", "station__jurisdiction__name")
    groups = (
        _petitions(subject, frames[0].first, frames[-1].last, frames[0].on, user)
        .order_by()
        .values_list(ExtractYear("received_on"), "deputy_id", *town, "course", "status", "reply", "satisfaction")
        .annotate(n=Count("pk"))
    )
    apart = {frame.year: ({}, {}) for frame in frames}
    for year, deputy, code, name, *outcome, n in groups:
        nobody, others = apart[year]
        elsewhere, mine = nobody if deputy is None else others, counted[year]
        figures = mine[deputy] if deputy in mine else elsewhere.setdefault((code, name), Counter())
        figures.update(_outcome(*outcome, n))
    return apart


def _outcome(course, status, reply, satisfaction, n) -> dict:
    due = n if reply in (Reply.IN_TIME, Reply.LATE, Reply.OVERDUE) else 0
    return {
        "petitions": n,
        f"course.{course or 'none'}": n,
        f"status.{status}": n,
        f"reply.{REPLIES[reply][0]}": n,
        f"satisfaction.{satisfaction or 'none'}": n,
        "due": due,
    }


def _absences(subject, user, frames) -> dict:
    """The absences of the whole time by deputy."""
    away = defaultdict(tuple)
    absences = Absence.objects.within(frames[0].first, frames[-1].last).filter(deputy__in=subject.deputies(user))
    for absence in absences.order_by("since", "pk"):
        away[absence.deputy_id] += (absence,)
    return away


def _rows(deputies, counted, away, subject, frame) -> list[Row]:
    """A row for everybody who may have served in the year, and for whoever has a record in it all the same."""
    return [
        _row(deputy, counted[deputy.pk], away[deputy.pk], frame)
        for deputy in deputies
        if subject.kind == Kind.DEPUTY
        or any(counted[deputy.pk].values())
        or served(_service(deputy), frame.first, frame.last)
    ]


def _service(deputy, absences=()) -> Service:
    return Service(deputy.joined_on, deputy.left_on, deputy.end_reason, deputy.term.records_since, absences)


def _row(deputy, counted, absences, frame) -> Row:
    service = _service(deputy, absences)
    held = frame.months(deputy)
    months = tuple(why_not_owed(service, day, on=frame.on, amounts=amounts) for day, amounts in held)
    _judge(counted, months, held)
    return Row(deputy, counted, months, absences)


def _judge(counted, months, held):
    """D1-3①b: each month is owed and met, owed and missed, or left out for a reason.

    A month is met late when the contacts that were on record by its end would not have been enough.
    """
    for n, (why, (_day, amounts)) in enumerate(zip(months, held, strict=True), 1):
        if why:
            counted[f"not_owed.{why}"] += 1
            continue
        minimum = amounts.get("minimum", rules.CONTACTS_A_MONTH)
        outcome = "met" if counted[f"counting.{n}"] >= minimum else "missed"
        judged = ["owed", f"owed.{n}", outcome, f"{outcome}.{n}"]
        if outcome == "met" and counted[f"counting.{n}"] - counted[f"late.{n}"] < minimum:
            judged += ["met_late", f"met_late.{n}"]
        for key in judged:
            counted[key] += 1


def _households(deputy, frame) -> dict:
    """D1-3①a: households of the year, seen and missed; and whether the number held at the end is within the rule."""
    allowed = frame.households(deputy) or {}
    serves = in_office(_service(deputy), frame.ends_on)
    named, seen, held = (getattr(deputy, f"{name}_{frame.year}") for name in ("households", "seen", "held"))
    return {
        "households": named,
        "seen": seen,
        "unseen": named - seen,
        "held": held,
        "below": int(serves and held < allowed.get("minimum", 0)),
        "above": int(serves and held > allowed.get("maximum", held)),
    }
