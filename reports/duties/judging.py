"""Whom a rule asks in which period, and how one duty stands, from the records: pure functions.

The page of the duties and the duty report both ask here, so that they cannot disagree.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from office.models import Rule
from office.regulations.measures import MEASURES
from office.regulations.wording import kinds_of
from office.rule_sets import governs
from reports.annual.months import counts
from reports.duties.duty import OWED, Duty, State
from reports.duties.people import Person
from reports.duties.records import Record
from reports.measures.spans import Span, spans
from reports.measures.subjects import REPORT_TO_VOTERS

Sessions = Collection[tuple[int, date]]
"""Congress sessions before which something may be asked: the key of the term, and the opening."""


def periods(rules: Iterable[Rule], first: date, last: date, sessions: Sessions) -> list[tuple[Rule, Span]]:
    """Each period that shares a day with ``first`` to ``last``, with the rule that holds on its last day."""
    openings = {opens_on for _term, opens_on in sessions}
    found = [(rule, span) for rule in rules for span in spans(rule, first, last, openings)]
    return [(rule, span) for rule, span in found if rule.holds_on(span.last)]


def is_asked(rule: Rule, who: Person, span: Span, sessions: Sessions) -> bool:
    """Whether a rule governs somebody on the last day; before a session it is one of their own congress."""
    is_own = rule.period != "session" or (who.term, span.last + timedelta(days=1)) in sessions
    return is_own and governs(rule, span.last, path=who.path, level=who.level)


def of_period(rule, who: Person, span: Span, records: list[tuple[Record, bool]], on: date) -> Duty:
    """The duty of one period; ``records`` are the subject's of all time, each with whether several a day are one."""
    known = [(one, daily) for one, daily in records if _is_known(one, span, on)]
    counted = [(one, daily) for one, daily in known if counts(one.kind, rule.amounts)]
    done = _number(counted)
    in_time = _number([(one, daily) for one, daily in counted if not one.written_on or one.written_on <= span.last])
    state, excluded = stands(rule, who, span, done, in_time, on)
    why = excluded or "；".join(_remarks(rule, known, done, state))
    named = (who.kind, who.pk, who.name, span.key, span.first, span.last)
    return Duty(rule, *named, rule.amounts["minimum"], done, state, why)


def stands(rule: Rule, who: Person, span: Span, done: int, in_time: int, on: date) -> tuple[State, str]:
    """How a period stands on a day with so many records, and where nothing is owed, why.

    ``in_time`` of the records were written down before it was over.
    """
    excluded = why_not(rule, who, span)
    return (State.EXCLUDED, excluded) if excluded else owed(rule, who, span, done, in_time, on)


def owed(rule: Rule, who: Person, span: Span, done: int, in_time: int, on: date) -> tuple[State, str]:
    """The same of somebody whom nothing takes out of account; who is exempt from the report to voters in a year does
    not owe it (D1-4).
    """
    state = _state(rule, span, done, in_time, on)
    exempt = who.exempt.get(span.first.year) if rule.measure == REPORT_TO_VOTERS and state in OWED else None
    return (State.WAIVED, _("%(reason)s, approved by %(who)s") % exempt) if exempt else (state, "")


def of_standing(rule, who: Person, number: int, on: date) -> Duty:
    """The duty of what must stand on a day."""
    lowest, highest = rule.amounts["minimum"], rule.amounts.get("maximum", number)
    why = who.why_not_stands(on)
    state = State.EXCLUDED if why else State.MET if lowest <= number <= highest else State.MISSED
    if state == State.MISSED and number > highest:
        why = _("%(n)d more than the %(most)d allowed") % {"n": number - highest, "most": highest}
    return Duty(rule, who.kind, who.pk, who.name, on.isoformat(), on, on, lowest, number, state, why)


def _is_known(record, span, on) -> bool:
    """It lies in the period, has happened, and is on record."""
    return span.first <= record.day <= min(span.last, on) and (not record.written_on or record.written_on <= on)


def _number(records) -> int:
    each, daily = [one for one, of_day in records if not of_day], {one.day for one, of_day in records if of_day}
    return len(each) + len(daily)


def why_not(rule: Rule, who: Person, span: Span) -> str:
    """Why nothing is asked; of a year so many full months in office are enough."""
    needed = rule.amounts.get("full_months")
    if not needed:
        return who.why_not(span.first, span.last)
    if who.owed_before(span.first.year, needed):
        return _("owed in the mandate before, in the same year")
    full = who.full_months(span.first.year)
    words = {"n": full, "needed": needed}
    return _("%(n)d full months in office, asked after %(needed)d") % words if full < needed else ""


def _state(rule, span, done, in_time, on) -> State:
    if in_time >= rule.amounts["minimum"]:
        return State.MET
    if done >= rule.amounts["minimum"]:
        return State.LATE
    if span.last < on:
        return State.MISSED
    return State.DUE if span.amber_from <= on else State.OPEN


def _remarks(rule, known, done, state) -> Iterator[str]:
    """What a reader asks about the number: what did not count, what came late, what was more than asked."""
    labels = kinds_of(MEASURES[rule.measure])
    left_out = Counter(one.kind for one, _daily in known if not counts(one.kind, rule.amounts))
    if left_out:
        told = "、".join(f"{labels.get(kind, kind)} {n}" for kind, n in sorted(left_out.items()))
        yield _("does not count for this rule: %(what)s") % {"what": told}
    if state == State.LATE:
        yield _("written down after the period was over")
    most = rule.amounts.get("maximum")
    if most and done > most:
        yield _("more than the %(most)d that the text speaks of") % {"most": most}
