"""How one duty stands, from the records: pure functions."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from office.regulations.measures import MEASURES
from office.regulations.wording import kinds_of
from reports.duties.duty import Duty, State
from reports.duties.people import Person
from reports.duties.records import Record
from reports.measures.spans import Span


def of_period(rule, who: Person, span: Span, records: list[tuple[Record, bool]], on: date) -> Duty:
    """The duty of one period; ``records`` are the subject's of all time, each with whether several a day are one."""
    known = [(one, daily) for one, daily in records if _is_known(one, span, on)]
    counted = [(one, daily) for one, daily in known if counts(rule, one.kind)]
    done = _number(counted)
    in_time = _number([(one, daily) for one, daily in counted if not one.written_on or one.written_on <= span.last])
    why_not = _why_not(rule, who, span)
    state = State.EXCLUDED if why_not else _state(rule, span, done, in_time, on)
    why = why_not or "；".join(_remarks(rule, known, done, state))
    named = (who.kind, who.pk, who.name, span.key, span.first, span.last)
    return Duty(rule, *named, rule.amounts["minimum"], done, state, why)


def of_standing(rule, who: Person, number: int, on: date) -> Duty:
    """The duty of what must stand on a day."""
    lowest, highest = rule.amounts["minimum"], rule.amounts.get("maximum", number)
    why = who.why_not_stands(on)
    state = State.EXCLUDED if why else State.MET if lowest <= number <= highest else State.MISSED
    if state == State.MISSED and number > highest:
        why = _("%(n)d more than the %(most)d allowed") % {"n": number - highest, "most": highest}
    return Duty(rule, who.kind, who.pk, who.name, on.isoformat(), on, on, lowest, number, state, why)


def counts(rule, kind: str) -> bool:
    """Whether a rule counts records of this kind: those that it names, or all but those that it leaves out."""
    return kind in rule.amounts.get("counting", (kind,)) and kind not in rule.amounts.get("not_counting", ())


def _is_known(record, span, on) -> bool:
    """It lies in the period, has happened, and is on record."""
    return span.first <= record.day <= min(span.last, on) and (not record.written_on or record.written_on <= on)


def _number(records) -> int:
    each, daily = [one for one, of_day in records if not of_day], {one.day for one, of_day in records if of_day}
    return len(each) + len(daily)


def _why_not(rule, who, span) -> str:
    """Why nothing is asked; of a year so many full months in office are enough."""
    needed = rule.amounts.get("full_months")
    if not needed:
        return who.why_not(span.first, span.last)
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
    left_out = Counter(one.kind for one, _daily in known if not counts(rule, one.kind))
    if left_out:
        told = "、".join(f"{labels.get(kind, kind)} {n}" for kind, n in sorted(left_out.items()))
        yield _("does not count for this rule: %(what)s") % {"what": told}
    if state == State.LATE:
        yield _("written down after the period was over")
    most = rule.amounts.get("maximum")
    if most and done > most:
        yield _("more than the %(most)d that the text speaks of") % {"most": most}
