"""The duties of a group's deputies as a page shows them: one row a deputy, and how many of how many are done."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from office.models import Rule
from reports.duties import wording
from reports.duties.duty import OWED, Duty, State
from reports.duties.screen import DONE, NOT_ASKED, together

URGENT = (State.MISSED, State.DUE)
"""The states of what is missing now; what is merely open still has its time."""


class Chip(NamedTuple):
    """What one rule misses of one deputy: its short name, the periods, and the day by which it is due."""

    rule: Rule
    mood: State
    periods: str
    days: str


class Row(NamedTuple):
    """One deputy with what is missing, overdue first."""

    pk: int
    name: str
    chips: list[Chip]
    # How many duties are overdue, and how many are due soon.
    urgent: tuple[int, ...]
    # Why something is not asked at present, where that is so.
    note: str

    @property
    def is_missing(self) -> bool:
        return any(self.urgent)


class Tally(NamedTuple):
    """How many of those whom a rule asks have done it in the running period, and who is not asked and why."""

    rule: Rule
    when: str
    done: int
    asked: int
    # Each reason with the names.
    left_out: list[tuple[str, str]]


def rows(found: list[Duty], on: date) -> list[Row]:
    """Who has most that is overdue comes first, then who has most that is due soon; otherwise by district."""
    missing = defaultdict(list)
    for duty in sorted((duty for duty in found if duty.state in OWED), key=lambda duty: duty.last):
        missing[_whose(duty)].append(duty)
    listed = [_row(pk, own, missing[pk], on) for pk, own in _by_deputy(found).items()]
    return sorted(listed, key=lambda row: [-n for n in row.urgent])


def _row(pk, own, missing, on) -> Row:
    urgent = tuple(sum(duty.state == mood for duty in missing) for mood in URGENT)
    out = (duty.why for duty in own if duty.state == State.EXCLUDED and _runs(duty, on))
    return Row(pk, own[0].name, _chips(missing, on), urgent, "；".join(dict.fromkeys(out)))


def _by_deputy(found) -> dict[int, list[Duty]]:
    """The duties of each deputy that are no deadlines."""
    deputies = defaultdict(list)
    for duty in found:
        if duty.kind == "deputy":
            deputies[duty.pk].append(duty)
    return deputies


def _runs(duty, on) -> bool:
    return duty.first <= on <= duty.last


def _whose(duty) -> int | None:
    return duty.pk if duty.kind == "deputy" else duty.whose


def _chips(missing, on) -> list[Chip]:
    chips = [
        Chip(same[0].rule, same[0].state, _periods(same, on), wording.days(same[0], on))
        for same in together(missing, "state")
    ]
    return sorted(chips, key=lambda chip: OWED.index(chip.mood))


def _periods(same, on) -> str:
    """The months that are missing; the name of a yearly rule says enough."""
    return wording.periods(same, on) if same[0].rule.period in ("month", "contact_month") else ""


def tallies(found: list[Duty], on: date) -> list[Tally]:
    """Every rule that asks something of each deputy in a period of today."""
    running = [duty for duty in found if duty.kind == "deputy" and _runs(duty, on)]
    return [_tally(same, on) for same in together(running)]


def _tally(same: list[Duty], on) -> Tally:
    left_out = defaultdict(list)
    for duty in same:
        if duty.state in NOT_ASKED:
            left_out[duty.why].append(duty.name)
    done, out = sum(duty.state in DONE for duty in same), sum(map(len, left_out.values()))
    named = [(why, "、".join(names)) for why, names in left_out.items()]
    return Tally(same[0].rule, wording.when(same[0], on), done, len(same) - out, named)
