"""Duties as pages show them: what is missing first, then what is done, and what is not asked and why."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from office import clock
from office.models import Rule
from reports.duties import wording
from reports.duties.duty import OWED, Duty, State
from reports.duties.reading import duties
from reports.subjects import Subject

OF_A_DEPUTY = (
    "monthly_contact",
    "individual_return",
    "annual_report_to_voters",
    "contact_month",
    "pre_session_contact",
    "household_count",
    "liaison_voters",
    "forward",
    "feedback_overdue",
    "reception_notice",
)
"""The measures that a deputy answers for; a visit at home is a figure and never owed (D1-3①c)."""
OF_A_GROUP = ("group_visit", "activity_report", "area_filing")
"""The measures that a group answers for."""
DONE, NOT_ASKED = (State.MET, State.LATE), (State.EXCLUDED, State.WAIVED)
AHEAD = timedelta(days=92)
"""So far ahead a running deadline may fall due."""


class Item(NamedTuple):
    """One duty that is still owed, in words."""

    duty: Duty
    sentence: str
    days: str
    remark: str
    step: wording.Step


class Card(NamedTuple):
    """What one rule still asks for; all of it is overdue, or none."""

    rule: Rule
    mood: State
    counting: str
    items: list[Item]

    @property
    def may_be_late(self) -> bool:
        """Whether something can still be written down that stays marked as late."""
        return any(item.duty.state == State.MISSED and item.step.address for item in self.items)


class Line(NamedTuple):
    """What one rule says of several periods at once."""

    rule: Rule
    state: State
    periods: str
    why: str


@dataclass(frozen=True)
class Sheet:
    """All that one subject owes, has done and is not asked."""

    missed: list[Card]
    ahead: list[Card]
    done: list[Line]
    not_asked: list[Line]

    @property
    def n_missed(self) -> int:
        return sum(len(card.items) for card in self.missed)

    @property
    def n_ahead(self) -> int:
        return sum(len(card.items) for card in self.ahead)


def read(subject: Subject, measures: Collection[str], *, on: date, user, known=None) -> list[Duty]:
    """The duties of this year up to today, in January those of December too, and every deadline that is not met."""
    since = min(on.replace(month=1, day=1), clock.add_months(clock.month_start(on), -1))
    first, last = since.replace(year=since.year - 1), max(date(on.year, 12, 31), on + AHEAD)
    found = duties(first, last, on=on, subject=subject, user=user, measures=measures, known=known)
    return [duty for duty in found if _is_shown(duty, since, on)]


def _is_shown(duty, since, on) -> bool:
    if duty.rule.kind == Rule.Kind.CLOCK:
        return duty.state in OWED or duty.last >= since
    return duty.first <= on and duty.last >= since


def sheet(found: list[Duty], on: date) -> Sheet:
    """Overdue first, the longest on top; then by the days that are left."""
    missing = sorted((duty for duty in found if duty.state in OWED), key=lambda duty: duty.last)
    return Sheet(
        missed=_cards([duty for duty in missing if duty.state == State.MISSED], on),
        ahead=_cards([duty for duty in missing if duty.state != State.MISSED], on),
        done=_lines([replace(duty, why="") for duty in found if duty.state in DONE], on, wording.done),
        not_asked=_lines([duty for duty in found if duty.state in NOT_ASKED], on, wording.periods),
    )


def together(found: Iterable[Duty], *also: str) -> list[list[Duty]]:
    """Those of one rule, whichever its version, that agree in some more: the rules in the order in which they come."""
    alike = defaultdict(list)
    for duty in found:
        alike[duty.rule.clause.key, *(getattr(duty, name) for name in also)].append(duty)
    return list(alike.values())


def _cards(missing, on) -> list[Card]:
    return [_card(same, on) for same in together(missing)]


def _card(same: list[Duty], on) -> Card:
    items = [_item(duty, on) for duty in same]
    mood = State.DUE if any(duty.state == State.DUE for duty in same) else same[0].state
    return Card(same[0].rule, mood, "" if any(item.remark for item in items) else wording.counting(same[0].rule), items)


def _item(duty, on) -> Item:
    told = wording.sentence(duty, on), wording.days(duty, on), wording.remark(duty), wording.next_step(duty, on)
    return Item(duty, *told)


def _lines(found, on, told) -> list[Line]:
    alike = [same for rule in together(found) for same in together(rule, "state", "why")]
    return [Line(same[0].rule, same[0].state, told(same, on), same[0].why) for same in alike]
