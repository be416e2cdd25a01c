"""The annual report's figures: one row a deputy, counted by the database in a fixed number of queries."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, ExtractMonth
from django.utils.functional import cached_property

from constituents.models import Designation, Referral
from deputies.models import Deputy
from office import clock
from office.models import Rule
from reports.annual.columns import REPLIES, Reply, total
from reports.annual.months import Service, first_days, in_force, in_office, served, why_not_owed
from reports.measures import ReplyOverdue
from reports.subjects import Kind, Subject
from visits import rules
from visits.models import Visit

HOUSEHOLDS = "household_count"
# What was answered on the spot or declined waits for no unit, even where one had been asked before.
NO_REPLY_DUE = ReplyOverdue.NO_REPLY_DUE
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

    @property
    def missed(self) -> list[int]:
        """The months that were owed and passed without a contact."""
        return [n for n in range(1, 13) if self.figures[f"missed.{n}"]]

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
    """What holds for every row: the year, the day of the reading, the amounts of the rules in force."""

    year: int
    on: date
    months: list
    households: dict | None

    @property
    def first(self):
        return date(self.year, 1, 1)

    @property
    def last(self):
        return date(self.year, 12, 31)

    @property
    def ends_on(self):
        return min(self.last, self.on)


def read(subject: Subject, year: int, *, on: date, user=None) -> Report:
    """Count a subject's year as it stands on ``on``: four queries, to be made inside ``report_tx()``."""
    frame = _frame(year, on)
    deputies = list(_deputies(subject, user, frame))
    counted = {deputy.pk: Counter() for deputy in deputies}
    _count_contacts(counted, subject, user, frame)
    nobody, others = _count_petitions(counted, subject, user, frame)
    rows = [
        _row(deputy, counted[deputy.pk], frame)
        for deputy in deputies
        if subject.kind == Kind.DEPUTY or _belongs(deputy, counted[deputy.pk], frame)
    ]
    return Report(subject, year, on, rows, nobody, others)


def _frame(year, on) -> _Frame:
    ends_on = min(date(year, 12, 31), on)
    held = {measure: [] for measure in TEXT}
    for rule in Rule.objects.sweepable(ends_on, TEXT):
        held[rule.measure].append(rule)
    held = {measure: held[measure] or TEXT[measure] for measure in TEXT}
    months = [(day, in_force(held[rules.MEASURE], clock.month_end(day))) for day in first_days(year)]
    return _Frame(year, on, months, in_force(held[HOUSEHOLDS], ends_on))


def _deputies(subject, user, frame):
    """The subject's deputies, each with the number of households named in the year, of those seen, and of those held.

    A household is seen when a contact with it happened in the year.
    """
    named = Designation.objects.filter(deputy=OuterRef("pk"))
    of_the_year = named.within(frame.first, frame.last)
    visits = Visit.objects.between(frame.first, frame.last).filter(household=OuterRef("household"))
    return (
        subject.deputies(user)
        .select_related("district__jurisdiction", "group", "term")
        .annotate(
            households=_number_of_households(of_the_year),
            seen=_number_of_households(of_the_year.filter(Exists(visits))),
            held=_number_of_households(named.on(frame.ends_on)),
        )
        .order_by("district__jurisdiction__code", "district__number", "district__name", "pk")
    )


def _number_of_households(designations):
    counted = designations.order_by().values("deputy").annotate(n=Count("household", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)


def _count_contacts(counted, subject, user, frame):
    """Contacts by deputy, month and way, grouped by the database and pivoted here."""
    groups = (
        Visit.objects.between(frame.first, frame.last)
        .filter(deputy__in=subject.deputies(user))
        .order_by()
        .values_list("deputy_id", ExtractMonth("happened_on"), "kind")
        .annotate(n=Count("pk"))
    )
    for deputy, month, kind, n in groups:
        counted[deputy].update({"contacts": n, f"month.{month}": n, f"kind.{kind}": n})


def reply_state(on: date) -> Case:
    """How one referral stands on ``on`` (see ``Reply``), as a column of a query on referrals (D3-七)."""
    replied = Q(replied_on__lte=on)
    return Case(
        When(~replied | Q(replied_on__isnull=True), petition__status__in=NO_REPLY_DUE, then=Value(Reply.NONE)),
        When(replied, due_on__isnull=True, then=Value(Reply.UNDATED)),
        When(replied, replied_on__gt=F("due_on"), then=Value(Reply.LATE)),
        When(replied, then=Value(Reply.IN_TIME)),
        When(due_on__lt=on, then=Value(Reply.OVERDUE)),
        default=Value(Reply.OPEN),
        output_field=IntegerField(),
    )


def petitions_of_the_year(subject, year: int, *, on: date, user=None):
    """The petitions that a report counts, each with the state of its reply: the worst of its referrals."""
    referrals = Referral.objects.filter(petition=OuterRef("pk")).order_by().values("petition")
    worst = Subquery(referrals.annotate(worst=Max(reply_state(on))).values("worst"))
    received = subject.petitions(user).filter(received_on__range=(date(year, 1, 1), date(year, 12, 31)))
    return received.annotate(reply=Coalesce(worst, Value(Reply.NONE)))


def _count_petitions(counted, subject, user, frame) -> tuple[dict, dict]:
    """Petitions by receiving deputy and outcome; those of nobody and of other deputies by the station's town."""
    town = ("station__jurisdiction__code", "station__jurisdiction__name")
    groups = (
        petitions_of_the_year(subject, frame.year, on=frame.on, user=user)
        .order_by()
        .values_list("deputy_id", *town, "course", "status", "reply", "satisfaction")
        .annotate(n=Count("pk"))
    )
    nobody, others = {}, {}
    for deputy, code, name, *outcome, n in groups:
        apart = nobody if deputy is None else others
        figures = counted[deputy] if deputy in counted else apart.setdefault((code, name), Counter())
        figures.update(_outcome(*outcome, n))
    return nobody, others


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


def _service(deputy) -> Service:
    return Service(deputy.joined_on, deputy.left_on, deputy.end_reason, deputy.term.records_since)


def _belongs(deputy, counted, frame) -> bool:
    """A row for everybody who may have served in the year, and for whoever has a record in it all the same."""
    return bool(counted or deputy.households) or served(_service(deputy), frame.first, frame.last)


def _row(deputy, counted, frame) -> Row:
    months = tuple(why_not_owed(_service(deputy), day, on=frame.on, amounts=held) for day, held in frame.months)
    counted.update(_judged(counted, months, frame))
    counted.update(_households(deputy, frame))
    return Row(deputy, counted, months)


def _judged(counted, months, frame) -> Counter:
    """D1-3①b: each month is owed and met, owed and missed, or left out for a reason; together they are twelve."""
    judged = Counter()
    for n, (why, (_day, amounts)) in enumerate(zip(months, frame.months, strict=True), 1):
        if why:
            judged[f"not_owed.{why}"] += 1
            continue
        outcome = "met" if counted[f"month.{n}"] >= amounts.get("minimum", rules.CONTACTS_A_MONTH) else "missed"
        judged.update({"owed": 1, f"owed.{n}": 1, outcome: 1, f"{outcome}.{n}": 1})
    return judged


def _households(deputy, frame) -> dict:
    """D1-3①a: households of the year, seen and missed; and whether the number held at the end is within the rule."""
    allowed = frame.households or {}
    serves = in_office(_service(deputy), frame.ends_on)
    return {
        "households": deputy.households,
        "seen": deputy.seen,
        "unseen": deputy.households - deputy.seen,
        "held": deputy.held,
        "below": int(serves and deputy.held < allowed.get("minimum", 0)),
        "above": int(serves and deputy.held > allowed.get("maximum", deputy.held)),
    }
