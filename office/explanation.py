"""Why a deadline is the day it is: what began it, which clause, which days were skipped, who gave more time."""

from dataclasses import dataclass
from datetime import date, timedelta

from office.clocks import CLOCKS, MOVED, SUBJECTS, Clock, deadline_of, extensions_of
from office.deadline_screen import Shown, shown
from office.deadlines import amount_in_words
from office.models import AuditEvent, Rule
from office.workdays import Calendar

DONE, LATE, RUNNING, OVERDUE = "done", "late", "running", "overdue"


@dataclass(frozen=True)
class Explained:
    """One deadline of one row as of a day; ``days`` and ``working_days`` are left, over, or how late it was done."""

    clock: Clock
    start: date
    due: date
    done: date | None
    # None where the office named the day by hand.
    rule: Rule | None
    by_rule: Shown | None
    # Each with how much it gives, in words, and how it was counted.
    extensions: list[tuple[object, str, Shown | None]]
    changes: list[AuditEvent]
    state: str
    days: int
    working_days: int

    @property
    def reckons_otherwise(self) -> date | None:
        """The day that would come out today, where it is not the one that was stamped."""
        parts = [part for *_extension, part in self.extensions] or [self.by_rule]
        return parts[-1].reckoning.due if self.rule and parts[-1].reckoning.due != self.due else None


def explain(kind: str, row, *, on: date) -> list[Explained]:
    """Each deadline that is stamped on a row."""
    calendar = Calendar.load()
    moves = AuditEvent.objects.filter(action=MOVED, subject_type=SUBJECTS[kind].model, subject_id=row.pk)
    moves = list(moves.select_related("user").order_by("pk"))
    return [
        _explained(clock, row, [move for move in moves if move.detail["field"] == clock.due], calendar, on)
        for clock in SUBJECTS[kind].clocks
        if _is_stamped(clock, row)
    ]


def _is_stamped(clock, row) -> bool:
    rule = getattr(row, clock.rule)
    return bool(getattr(row, clock.due)) and (CLOCKS.get(rule.measure) is clock if rule else clock.has(row))


def _explained(clock, row, changes, calendar, on) -> Explained:
    due, done, rule = (getattr(row, name) for name in (clock.due, clock.done, clock.rule))
    parts = [shown(part, calendar) for part in deadline_of(clock, row, rule, calendar)] if rule else []
    extensions = extensions_of(clock, row)
    words = [amount_in_words(one.amount, one.unit) for one in extensions]
    state, days, working_days = _standing(due, done, calendar, on)
    return Explained(
        clock=clock,
        start=getattr(row, clock.start),
        due=due,
        done=done,
        rule=rule,
        by_rule=parts[0] if parts else None,
        extensions=list(zip(extensions, words, parts[1:] or [None] * len(extensions), strict=True)),
        changes=changes,
        state=state,
        days=days,
        working_days=working_days,
    )


def _standing(due, done, calendar, on) -> tuple[str, int, int]:
    """Whether it is done, in time or late, or still runs; the days between, and the working days among them."""
    end = done or on
    over = end > due
    first, last = (due, end) if over else (end, due)
    state = (LATE if over else DONE) if done else (OVERDUE if over else RUNNING)
    return state, (last - first).days, calendar.working_days(first + timedelta(days=1), last)
