"""The clocks that run: which day starts each, where its deadline is stamped, and what ends it.

``CLOCKS`` is the whole list, as data: the models stand in the apps above. A deadline is stamped once, with the rule
that set it, and holds whatever the rule says later; only a change of the calendar or of the start day moves it, and
every move is written down.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import audit
from office.deadlines import DAYS, MOST, WORKING_DAYS, Reckoning, reckon
from office.models import Jurisdiction, Rule
from office.rule_sets import STATION, WITH_USES, governed, governs, level_of_station
from office.workdays import Calendar

MOVED = "deadline.moved"
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Clock:
    """One kind of deadline: the columns of the row it is stamped on, and the rows that have it."""

    model: str
    start: str
    due: str
    rule: str
    done: str
    # Where the row lies and of which level it is: see rule_sets.governed.
    place: str
    level: str
    title: str
    began: str
    wanted: Q = Q()
    # What its rows have in their columns, where several clocks share those of the deadline.
    own: dict = field(default_factory=dict)
    # What ends it without its being done.
    over: Q = NOTHING
    # Counted backwards from the start day; known as soon as that day is planned.
    before: bool = False
    planned: bool = False
    extensions: str = ""

    @property
    def rows(self) -> QuerySet:
        return apps.get_model(self.model)._default_manager.order_by().filter(**self.own)

    def has(self, row) -> bool:
        """Whether a row of its model is one of its own."""
        return all(getattr(row, name) == value for name, value in self.own.items())

    def waiting(self, on: date) -> QuerySet:
        """Rows whose clock has started by a day and has no deadline yet."""
        started = {f"{self.start}__isnull": False} if self.planned else {f"{self.start}__lte": on}
        return self.rows.filter(self.wanted, **started, **{f"{self.due}__isnull": True}).exclude(self.over)

    def running(self) -> QuerySet:
        """Rows with a deadline that a rule set, and that are not done."""
        ruled = {f"{name}__isnull": False for name in (self.start, self.due, self.rule)}
        return self.rows.filter(**ruled, **{f"{self.done}__isnull": True}).exclude(self.over)

    def governed(self, rows: QuerySet, rule: Rule, on: date) -> QuerySet:
        return governed(rows, rule, on, place=self.place, level=self.level)

    def reckon(self, start: date, rule: Rule, calendar: Calendar) -> Reckoning:
        amount = -rule.amounts["days"] if self.before else rule.amounts["days"]
        return reckon(start, amount, unit_of(rule), calendar=calendar)


# The unit has given the matter back, or the office has taken it back.
_GONE = Q(returned_on__isnull=False) | Q(recalled_on__isnull=False)
_REFERRAL = {
    "model": "constituents.referral",
    "place": "place",
    "level": STATION,
    "over": _GONE,
}
_REPLY = {
    **_REFERRAL,
    "start": "routed_on",
    "due": "due_on",
    "rule": "due_rule",
    "done": "replied_on",
    "began": gettext_lazy("Routed on"),
    "extensions": "extensions",
    # Stamped when the referral is written: where there is none then, none is owed (constituents.deadlines).
    "wanted": NOTHING,
}
_PETITION = {
    "model": "constituents.petition",
    "start": "received_on",
    "due": "hand_over_due_on",
    "rule": "hand_over_rule",
    "done": "handed_over_on",
    "place": "station__jurisdiction",
    "began": gettext_lazy("Registered on"),
}
_RECEPTION = {
    "model": "liaison_stations.reception",
    "start": "planned_on",
    "place": "station__jurisdiction",
    "level": STATION,
    "began": gettext_lazy("Reception on"),
    # To an appointment (D5-二b) nobody is invited by a notice, and its matter stands in the register already.
    "wanted": Q(cancelled=False, kind="regular"),
    "planned": True,
}
# What came in from a workbook with its course decided is history: nobody hands it over any more.
_TO_HAND_OVER = ~Q(imported=True, course__gt="")

CLOCKS = {
    "unit_receipt": Clock(
        **_REFERRAL | {"over": _GONE | Q(replied_on__isnull=False)},
        start="routed_on",
        due="receipt_due_on",
        rule="receipt_rule",
        done="accepted_on",
        title=gettext_lazy("Receipt by the unit"),
        began=gettext_lazy("Routed on"),
        # An old register does not say when a unit took a matter.
        wanted=~Q(petition__imported=True),
    ),
    "reply_overdue": Clock(**_REPLY, own={"kind": "station", "round": 1}, title=gettext_lazy("Reply of the unit")),
    "letters_reply": Clock(
        **_REPLY, own={"kind": "letters", "round": 1}, title=gettext_lazy("Reply to a letters-and-visits matter")
    ),
    "suggestion_reply": Clock(
        **_REPLY, own={"kind": "suggestion", "round": 1}, title=gettext_lazy("Reply to a suggestion")
    ),
    "suggestion_reply_wide": Clock(
        **_REPLY, own={"kind": "wide", "round": 1}, title=gettext_lazy("Reply to a wide or difficult suggestion")
    ),
    "redo_reply": Clock(**_REPLY, own={"round": 2}, title=gettext_lazy("Reply after the second handling")),
    "feedback_overdue": Clock(
        **_REFERRAL,
        start="replied_on",
        due="feedback_due_on",
        rule="feedback_rule",
        done="fed_back_on",
        title=gettext_lazy("Feedback to the person"),
        began=gettext_lazy("Replied on"),
        # An old register has no day of feedback; whoever said how satisfied they were has had it.
        wanted=~Q(petition__imported=True, petition__satisfaction__gt=""),
        # To its deputy a suggestion is answered by the unit itself (L1-51).
        own={"suggestion": None},
    ),
    "hand_over": Clock(
        **_PETITION,
        level=STATION,
        title=gettext_lazy("Hand-over to the deputy"),
        wanted=Q(channel="walk_in") & _TO_HAND_OVER,
    ),
    "forward": Clock(
        **_PETITION,
        level="deputy__term__jurisdiction__level",
        title=gettext_lazy("Passing on by the deputy"),
        wanted=~Q(channel="walk_in") & _TO_HAND_OVER,
    ),
    "activity_report": Clock(
        model="visits.groupactivity",
        start="happened_on",
        due="report_due_on",
        rule="report_rule",
        done="reported_on",
        place="group__jurisdiction",
        level="group__term__jurisdiction__level",
        title=gettext_lazy("Written report of the group"),
        began=gettext_lazy("Activity on"),
    ),
    "reception_notice": Clock(
        **_RECEPTION,
        due="notice_due_on",
        rule="notice_rule",
        done="notice_posted_on",
        title=gettext_lazy("Notice of the reception"),
        before=True,
    ),
    "reception_record": Clock(
        **_RECEPTION,
        due="record_due_on",
        rule="record_rule",
        done="held_on",
        title=gettext_lazy("Record of the reception"),
    ),
}


STARTS = defaultdict(set)
"""The columns by model that start a clock: who writes one by hand moves a deadline."""
for _clock in CLOCKS.values():
    STARTS[_clock.model].add(_clock.start)


class Subject(NamedTuple):
    """A kind of row that has clocks, by its name in an address; what is read with it, and what it is called."""

    model: str
    related: tuple
    called: str
    # The page about it and the column with that page's key.
    page: tuple[str, str]

    @property
    def clocks(self) -> list[Clock]:
        return [clock for clock in CLOCKS.values() if clock.model == self.model]

    @property
    def rows(self) -> QuerySet:
        """The rows with all that their deadlines rest on."""
        rules = [f"{clock.rule}__clause__regulation" for clock in self.clocks]
        given = [f"{clock.extensions}__approved_by" for clock in self.clocks if clock.extensions]
        rows = apps.get_model(self.model)._default_manager
        return rows.select_related(*self.related, *rules).prefetch_related(*given)


SUBJECTS = {
    "referral": Subject(
        "constituents.referral",
        ("petition__station", "suggestion", "unit"),
        "{row}",
        ("constituents:referral", "pk"),
    ),
    "petition": Subject("constituents.petition", ("station",), "{row}", ("constituents:detail", "pk")),
    "reception": Subject(
        "liaison_stations.reception", ("station",), "{row}", ("admin:liaison_stations_reception_change", "pk")
    ),
    "activity": Subject("visits.groupactivity", ("group",), "{row}", ("admin:visits_groupactivity_change", "pk")),
}


def unit_of(rule: Rule) -> str:
    """The unit in which a rule counts; what names no unit of time is calendar days."""
    unit = rule.amounts.get("unit")
    return unit if unit in MOST else DAYS


# Stamping


@dataclass(frozen=True)
class Rulebook:
    """All that the deadlines of some clocks rest on, read once: three queries for one row as for a whole register.

    Who writes a row asks it for the deadline and writes that with the row; ``stamp`` is for rows that lie there.
    """

    rules: dict[str, list[Rule]]
    calendar: Calendar

    @classmethod
    def load(cls, *measures: str):
        rules = defaultdict(list)
        found = Rule.objects.sweepable(date.max, measures).select_related("clause", "rule_set")
        for rule in found.prefetch_related(WITH_USES):
            rules[rule.measure].append(rule)
        return cls(rules, Calendar.load())

    def deadline(
        self, measure: str, start: date, place: Jurisdiction, level: str = STATION
    ) -> tuple[date | None, Rule | None]:
        """The last day for what begins on a day at a place, and the rule that says so; as ``stamp`` finds them.

        ``level`` is that of the congress it belongs to, where it is no station's. (None, None) where no rule is in
        force and in use there on that day; of two rules the earlier deadline holds.
        """
        here = {"path": place.path, "level": level_of_station(place) if level == STATION else level}
        asked = [one for one in self.rules.get(measure, []) if one.holds_on(start) and governs(one, start, **here)]
        dues = [(CLOCKS[measure].reckon(start, rule, self.calendar).due, rule.pk, rule) for rule in asked]
        due_on, _pk, rule = min(dues, key=lambda one: one[:2], default=(None, None, None))
        return due_on, rule


@transaction.atomic(savepoint=False)
def stamp(measure: str, *, on: date, among=None) -> int:
    """Give each row whose clock has started its deadline and the rule that sets it; how many rows that were.

    The rule is the version in force on the start day whose set is used there on that day. Where two rules ask for the
    same, the earlier deadline holds: whoever meets it has met both. ``among`` limits it to some rows (primary keys).
    """
    clock = CLOCKS[measure]
    waiting = clock.waiting(on) if among is None else clock.waiting(on).filter(pk__in=among)
    if not waiting.exists():
        return 0
    rules = defaultdict(list)
    for rule in Rule.objects.sweepable(on, [measure]).select_related("rule_set").prefetch_related(WITH_USES):
        for start in clock.governed(waiting, rule, on).values_list(clock.start, flat=True).distinct():
            if rule.holds_on(start):
                rules[start].append(rule)
    calendar = Calendar.load() if rules else None
    return sum(_stamp_day(clock, waiting, start, rules[start], calendar) for start in sorted(rules))


def _stamp_day(clock, waiting, start, rules, calendar) -> int:
    began = waiting.filter(**{clock.start: start})
    dues = [(clock.reckon(start, rule, calendar).due, rule.pk, rule) for rule in rules]
    return sum(
        clock.governed(began, rule, start).update(**{clock.due: due, clock.rule: rule})
        for due, _pk, rule in sorted(dues, key=lambda one: one[:2])
    )


# Moving


class Moved(NamedTuple):
    """Running deadlines that a change has moved from one day to another: primary keys by measure."""

    measure: str
    keys: list[int]
    was: date
    now: date


@transaction.atomic
def recompute(*, by, at: datetime, why: str = "", among: dict | None = None) -> list[Moved]:
    """Move the running deadlines that count working days to where the calendar puts them now; what was moved.

    Each move is written into the trail of its row. ``among`` instead looks, whatever the unit, at some rows only: the
    primary keys by model, after their start day was corrected or more time was given.
    """
    calendar = Calendar.load()
    moved = []
    for measure, clock in CLOCKS.items():
        if among is None or clock.model in among:
            running = clock.running() if among is None else clock.running().filter(pk__in=among[clock.model])
            moved += _move(measure, clock, running, calendar, every_unit=among is not None)
    for one in moved:
        _record(one, by=by, at=at, why=why or _("the working-day calendar was changed"))
    return moved


def _record(one: Moved, *, by, at, why):
    clock = CLOCKS[one.measure]
    detail = {"field": clock.due, "was": one.was.isoformat(), "now": one.now.isoformat(), "why": why}
    audit.record_all(by=by, at=at, action=MOVED, model=clock.rows.model, keys=one.keys, detail=detail)


def _move(measure, clock, running, calendar, *, every_unit) -> list[Moved]:
    rules = {rule.pk: rule for rule in Rule.objects.filter(pk__in=running.values(clock.rule))}
    plain, moved = running, []
    if clock.extensions:
        extended = f"{clock.extensions}__isnull"
        moved = _move_extended(measure, clock, running.filter(**{extended: False}), rules, calendar, every_unit)
        plain = running.filter(**{extended: True})
    counting = [pk for pk, rule in rules.items() if every_unit or unit_of(rule) == WORKING_DAYS]
    plain = plain.filter(**{f"{clock.rule}__in": counting})
    for start, rule, was in plain.values_list(clock.start, clock.rule, clock.due).distinct():
        now = clock.reckon(start, rules[rule], calendar).due
        if now != was:
            rows = clock.rows.filter(pk__in=plain.filter(**{clock.start: start, clock.rule: rule, clock.due: was}))
            moved.append(Moved(measure, sorted(rows.values_list("pk", flat=True)), was, now))
            rows.update(**{clock.due: now})
    return moved


def _move_extended(measure, clock, extended, rules, calendar, every_unit) -> list[Moved]:
    """Deadlines that were extended are few, and each has its own way; by working days if any part counts them."""
    moved = []
    for row in extended.distinct().prefetch_related(clock.extensions):
        was, rule = getattr(row, clock.due), rules[getattr(row, f"{clock.rule}_id")]
        units = {unit_of(rule), *(one.unit for one in extensions_of(clock, row))}
        now = deadline_of(clock, row, rule, calendar)[-1].due
        if now != was and (every_unit or WORKING_DAYS in units):
            clock.rows.filter(pk=row.pk).update(**{clock.due: now})
            moved.append(Moved(measure, [row.pk], was, now))
    return moved


@transaction.atomic
def follow(model: str, keys, *, by, at: datetime, on: date, why: str = "") -> list[Moved]:
    """After somebody wrote rows by hand: what begins now is stamped, what began on another day moves with it."""
    for measure, clock in CLOCKS.items():
        if clock.model == model:
            stopped = clock.rows.filter(pk__in=keys, **{f"{clock.start}__isnull": True, f"{clock.due}__isnull": False})
            stopped.update(**{clock.due: None, clock.rule: None})
            stamp(measure, on=on, among=keys)
    return recompute(by=by, at=at, why=why or _("the day on which it began was corrected"), among={model: keys})


def extensions_of(clock: Clock, row) -> list:
    """The extensions of a row's deadline, the first first; their model is known to the app above."""
    return list(getattr(row, clock.extensions).all()) if clock.extensions else []


def deadline_of(clock: Clock, row, rule: Rule, calendar: Calendar) -> list[Reckoning]:
    """How a row's deadline comes about: by the rule from its start, then by each extension from the day before it."""
    parts = [clock.reckon(getattr(row, clock.start), rule, calendar)]
    for extension in extensions_of(clock, row):
        parts.append(reckon(parts[-1].due, extension.amount, extension.unit, calendar=calendar))
    return parts
