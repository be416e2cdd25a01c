"""Measures of deadlines: a row on which a due day is stamped is done by that day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from constituents.models import Petition, Suggestion
from liaison_stations.models import ReceptionDuty
from office.clocks import CLOCKS, Clock
from office.models import Rule
from reports.measures.finding import Finding
from reports.measures.spans import Night
from reports.models import Flag

# A matter that came to its end is neither replied to nor handed on.
NO_REPLY_DUE = (
    Petition.Status.DECLINED,
    Petition.Status.ANSWERED,
    Petition.Status.CLOSED,
    Petition.Status.MERGED,
    Petition.Status.VOID,
)


@dataclass(frozen=True)
class Deadline:
    """Every row of a clock is done by the day stamped on it; flagged from the day after, or amber before it."""

    measure: str
    subject: str
    # Rows for which nothing is asked any more as long as they are not done.
    ended: Q = Q(pk__in=[])
    # What must hold besides the day on which it was done.
    complete: Q = Q()

    @property
    def clock(self) -> Clock:
        return CLOCKS[self.measure]

    def owed(self, rule: Rule, night: Night) -> Iterator[Finding]:
        """The rows that are overdue, and those that fall due within ``amber_days``."""
        clock, due, on = self.clock, self.clock.due, night.on
        waiting = self.ruled(rule, on).filter(self.undone(on)).exclude(self.ended)
        named = {"subject": self.subject, "place": clock.place, "period": ""}
        days = {"starts_on": F(clock.start), "due_on": F(due)}
        yield Finding(waiting.filter(**{f"{due}__lt": on}), **named, **days, severity=rule.severity)
        if "amber_days" in rule.amounts:
            soon = waiting.filter(**{f"{due}__range": (on, _amber_until(rule, on))})
            yield Finding(soon, **named, **days, severity=Rule.Severity.AMBER)

    def cleared(self, rule: Rule, flags: QuerySet, night: Night) -> Iterator[tuple[str, QuerySet]]:
        """Open flags that have lost their ground, by the reason."""
        clock, on = self.clock, night.on
        in_time = Q(**{f"{clock.done}__lte": F(clock.due)})
        rows, done = clock.rows.filter(pk=OuterRef(self.subject)), self.done(on)
        yield Flag.Why.SATISFIED, flags.filter(Exists(rows.filter(done, in_time)))
        yield Flag.Why.LATE, flags.filter(Exists(rows.filter(done)))
        asked = rows.filter(self._asked(rule, on)).exclude(self.ended)
        overdue, soon = Q(**{f"{clock.due}__lt": on}), Q(**{f"{clock.due}__lte": _amber_until(rule, on)})
        yield Flag.Why.GONE, flags.filter(~Exists(asked.filter(soon)))
        if "amber_days" in rule.amounts:
            # More time was given to what was overdue: it is amber again, or nothing for now.
            yield Flag.Why.GONE, flags.filter(~Exists(asked.filter(overdue)), severity=Rule.Severity.RED)

    def moved(self, flags: QuerySet) -> tuple[QuerySet, dict]:
        """Open flags whose deadline has moved, with what to write into them."""
        row = self.clock.rows.filter(pk=OuterRef(self.subject))
        due = F(f"{self.subject}__{self.clock.due}")
        return flags.exclude(due_on=due), {"due_on": Subquery(row.values(self.clock.due))}

    def ruled(self, rule: Rule, on: date) -> QuerySet:
        """The rows whose due day this rule has set; a day set by hand goes by the rule in force."""
        return self.clock.rows.filter(self._asked(rule, on), **{f"{self.clock.due}__isnull": False})

    def done(self, on: date) -> Q:
        """Done by a day."""
        return Q(**{f"{self.clock.done}__lte": on}) & self.complete

    def undone(self, on: date) -> Q:
        """Not done by a day; said in so many words, so that the index of what is not done yet serves."""
        waits = Q(**{f"{self.clock.done}__isnull": True}) | Q(**{f"{self.clock.done}__gt": on})
        return waits | ~self.complete if self.complete else waits

    def _asked(self, rule, on) -> Q:
        set_by = Q(**{self.clock.rule: rule})
        return set_by | Q(**{f"{self.clock.rule}__isnull": True}) if rule.holds_on(on) else set_by


def _amber_until(rule, on) -> date:
    """The last due day that is flagged on a day; without amber days that is yesterday."""
    return on + timedelta(days=rule.amounts.get("amber_days", -1))


_UNCONFIRMED = ReceptionDuty.objects.filter(reception=OuterRef("pk"), confirmed_on__isnull=True)
_ENTRIES = Petition.objects.filter(station=OuterRef("station"), received_on=OuterRef("held_on"))
_WRITTEN_DOWN = Q(nobody_came=True) | Q(Exists(_ENTRIES))

_NO_FEEDBACK_DUE = (Petition.Status.DECLINED, Petition.Status.MERGED, Petition.Status.VOID)
_SUGGESTION_ENDED = (Suggestion.Status.CLOSED, Suggestion.Status.WITHDRAWN)
# A unit whose clock is stopped, or that has the matter no longer, owes nothing for now.
_NOT_OWED = (
    Q(paused_on__isnull=False) | Q(petition__status__in=NO_REPLY_DUE) | Q(suggestion__status__in=_SUGGESTION_ENDED)
)

DEADLINES = (
    *(
        Deadline(measure, "referral", ended=CLOCKS[measure].over | _NOT_OWED)
        for measure in (
            "unit_receipt",
            "reply_overdue",
            "letters_reply",
            "suggestion_reply",
            "suggestion_reply_wide",
            "redo_reply",
        )
    ),
    Deadline("feedback_overdue", "referral", ended=Q(petition__status__in=_NO_FEEDBACK_DUE)),
    Deadline("hand_over", "petition", ended=Q(status__in=NO_REPLY_DUE)),
    Deadline("forward", "petition", ended=Q(status__in=NO_REPLY_DUE)),
    Deadline("activity_report", "activity"),
    Deadline("reception_notice", "reception", ended=Q(cancelled=True), complete=~Q(Exists(_UNCONFIRMED))),
    Deadline("reception_record", "reception", ended=Q(cancelled=True), complete=_WRITTEN_DOWN),
)
"""One of each clock in ``office.clocks``."""
