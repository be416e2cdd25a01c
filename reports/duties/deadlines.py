"""Duties that run by a clock: a petition to be handed over, a reply, feedback, a report, a reception's notice."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import BigIntegerField, BooleanField, Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Left
from django.utils.translation import gettext as _

from constituents.models import Petition, Referral, Suggestion
from office.models import Rule
from reports.duties.duty import Duty, State
from reports.measures import MEASURES
from reports.measures.clocks import Deadline
from reports.subjects import Kind, Subject

_NUMBER = ("station__number", "year", "seq")
_NAMES = {
    "petition": _NUMBER,
    "referral": (*(f"petition__{part}" for part in _NUMBER), "suggestion__year", "suggestion__seq"),
    "reception": ("station__name",),
    "activity": ("group__name",),
}
_MATTERS = {
    "petition": "situation",
    "referral": Coalesce("petition__situation", "suggestion__title", output_field=TextField()),
    "activity": "content",
}
_DEPUTIES = {"petition": F("deputy"), "referral": Coalesce("petition__deputy", "suggestion__deputy")}
_FIRST_WORDS = 60


class Row(NamedTuple):
    """One row with a stamped deadline, of whichever clock."""

    measure: str
    pk: int
    start: date
    due: date
    done: date | None
    rule: int | None
    complete: bool
    ended: bool
    name: str
    about: str
    whose: int | None


def duties(rules, subject: Subject, user, first: date, last: date, on: date) -> list[Duty]:
    """The deadlines of these rules that fall due in a period, the earliest first; one query for all of them."""
    by_measure = defaultdict(list)
    for rule in rules:
        by_measure[rule.measure].append(rule)
    arms = [_arm(_asked_of(MEASURES[name], subject, on), subject, user, first, last) for name in by_measure]
    if not arms:
        return []
    rows = [Row(*row) for row in arms[0].union(*arms[1:], all=True)]
    judged = (_duty(row, _rule_of(row, by_measure[row.measure], on), on) for row in sorted(rows, key=_order))
    return [duty for duty in judged if duty]


def _order(row):
    return row.due, row.measure, row.pk


@dataclass(frozen=True)
class _Asked:
    """One clock as it is asked of a subject: the column of the day it was done, and the conditions beside it."""

    deadline: Deadline
    done: str
    complete: Q
    ended: Q
    # None where it concerns no deputy.
    whose: F | Coalesce | None = None


def _asked_of(deadline: Deadline, subject, on) -> _Asked:
    """A deputy, or a group, is asked for the own turns at a reception alone, as long as that is still to come."""
    if deadline.subject == "reception" and subject.kind in (Kind.DEPUTY, Kind.GROUP):
        over = deadline.ended | Q(planned_on__lt=on)
        return _Asked(deadline, "duties__confirmed_on", Q(), over, F("duties__deputy"))
    whose = _DEPUTIES.get(deadline.subject)
    return _Asked(deadline, deadline.clock.done, deadline.complete, deadline.ended, whose)


def _arm(asked: _Asked, subject, user, first, last) -> QuerySet:
    deadline, clock = asked.deadline, asked.deadline.clock
    rows = clock.rows.filter(_belongs(deadline, subject, user), **{f"{clock.due}__range": (first, last)})
    return rows.values_list(
        Value(deadline.measure),
        "pk",
        clock.start,
        clock.due,
        asked.done,
        clock.rule,
        _is(asked.complete),
        _is(asked.ended),
        _name(_NAMES[deadline.subject]),
        _first_words(_MATTERS.get(deadline.subject)),
        asked.whose or Cast(Value(None), BigIntegerField()),
    )


def _first_words(column):
    return Left(column, _FIRST_WORDS) if column else Value("", TextField())


def _is(condition: Q):
    """A condition as a column; an empty one always holds."""
    if not condition:
        return Value(True, BooleanField())
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _name(parts):
    texts = [text for part in parts for text in (Value("|"), Cast(part, CharField()))][1:]
    return Concat(*texts, output_field=CharField()) if len(texts) > 1 else Cast(F(parts[0]), CharField())


def _belongs(deadline, subject, user) -> Q:
    """Whose deadline it is: that of the petitions, the groups or the stations of the subject."""
    if deadline.subject == "activity":
        return Q(group__in=subject.groups(user).values("pk"))
    if deadline.subject == "reception":
        if subject.kind in (Kind.DEPUTY, Kind.GROUP):
            return Q(duties__deputy__in=subject.deputies(user).values("pk"))
        return Q(station__in=subject.stations(user).values("pk"))
    petitions = subject.petitions(user).order_by().values("pk")
    if deadline.subject == "petition":
        return Q(pk__in=petitions)
    return _of_matters(deadline.clock.own.get("kind"), Q(petition__in=petitions), _of_suggestions(subject, user))


def _of_suggestions(subject, user) -> Q:
    """The referrals of the suggestions of the subject's deputies; a station has none."""
    if subject.kind == Kind.STATION:
        return Q(pk__in=[])
    return Q(suggestion__deputy__in=subject.deputies(user).order_by().values("pk"))


def _of_matters(kind, of_petitions, of_suggestions) -> Q:
    """Both, where the clock does not say which of them it is about."""
    if kind in (Referral.Kind.SUGGESTION, Referral.Kind.WIDE):
        return of_suggestions
    return of_petitions if kind else of_petitions | of_suggestions


def _rule_of(row, rules, on) -> Rule | None:
    """The version that set the day; a day set by hand goes by the one in force."""
    if row.rule:
        return next((rule for rule in rules if rule.pk == row.rule), None)
    return next((rule for rule in rules if rule.holds_on(on)), None)


def _duty(row: Row, rule: Rule | None, on: date) -> Duty | None:
    if rule is None:
        return None
    kind, done = MEASURES[row.measure].subject, bool(row.done and row.done <= on and row.complete)
    state = _state(row, rule, done, on)
    why = _why(row, state)
    named = (kind, row.pk, _called(kind, row.name), "", row.start, row.due)
    return Duty(rule, *named, 1, int(done), state, why, row.about, row.whose)


def _state(row, rule, done, on) -> State:
    if done:
        return State.MET if row.done <= row.due else State.LATE
    if row.ended:
        return State.EXCLUDED
    if row.due < on:
        return State.MISSED
    return State.DUE if row.due <= on + timedelta(days=rule.amounts.get("amber_days", 0)) else State.OPEN


def _why(row, state) -> str:
    if state == State.EXCLUDED:
        return _("the matter has come to its end, or its clock is stopped")
    told = {"due": row.due.isoformat(), "done": row.done.isoformat() if row.done else ""}
    return _("due on %(due)s, done on %(done)s") % told if row.done else _("due on %(due)s") % told


def _called(kind, name) -> str:
    """A petition or a suggestion by its register number, anything else by the station or the group."""
    if kind not in ("petition", "referral"):
        return name
    parts = [int(part) for part in name.split("|") if part]
    return Petition.number_of(*parts) if len(parts) == len(_NUMBER) else Suggestion(year=parts[0], seq=parts[1]).number
