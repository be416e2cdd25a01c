"""The sweep: makes the flags right as of a day. It may run twice, ten times at once, or after days of silence.

It stamps what has begun to run, and then for each rule it clears what has lost its ground, raises what is missing in
one INSERT … SELECT that ignores what is there, and turns amber into red where the due day has passed. The unique keys
of ``Flag`` are what makes it exact. A replay of an earlier day leaves alone what happened to a flag since; a fact that
is taken back opens its flag again, unless somebody waived it.
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Case, Count, DateField, F, Min, OuterRef, Subquery, Value, When

from deputies.models import Term
from office import clock, clocks, watermarks
from office.models import Rule
from office.rule_sets import WITH_USES
from office.watermarks import SWEEP
from reports.measures import MEASURES, Finding
from reports.measures.clocks import Deadline
from reports.measures.spans import Night
from reports.models import Flag


@dataclass
class Counts:
    """What one sweep did for one rule; ``unchanged`` flags were open before and still are."""

    raised: int = 0
    cleared: int = 0
    unchanged: int = 0


@transaction.atomic
def sweep(*, on: date, only=(), again_from: date | None = None) -> dict[str, Counts]:
    """Make the flags right as of ``on`` (a local date); the counts by rule id, e.g. ``D1-3①b``.

    ``only`` limits it to some rule ids. Periods that ended long ago are looked at again from ``again_from`` on.
    """
    # A year that runs is judged by the version of its last day, which may not have begun yet.
    rules = Rule.objects.sweepable(clock.year_end(on), MEASURES).select_related("clause", "rule_set")
    rules = rules.prefetch_related(WITH_USES)
    rules = rules.filter(clause__key__in=only) if only else rules
    # The lock keeps sweeps that run at once from waiting on each other crosswise; exactness does not rest on it.
    held = list(rules.select_for_update(of=("self",), no_key=True))
    night = Night.of(on, held, again_from)
    for measure in sorted({rule.measure for rule in held} & clocks.CLOCKS.keys()):
        clocks.stamp(measure, on=on)
    results, flagged = {rule.clause.key: Counts() for rule in held}, set()
    for key, rule_pk, n in Flag.objects.open().order_by().values_list("rule_key", "rule").annotate(n=Count("pk")):
        results.get(key, Counts()).unchanged += n
        flagged.add(rule_pk)
    _clear_all([rule for rule in held if rule.pk in flagged], night, results)
    _raise_all(held, night, results)
    return results


def _clear_all(rules, night, results):
    known = Flag.objects.open().filter(raised_on__lte=night.on)
    for rule in rules:
        flags, counts = known.filter(rule=rule, rule_key=rule.clause.key), results[rule.clause.key]
        cleared, turned = _clear(rule, flags, night), _turn_red(rule, flags, night.on)
        counts.cleared += cleared
        counts.raised += turned
        counts.unchanged -= cleared + turned


def _raise_all(rules, night, results):
    findings = [(rule, finding) for rule in rules for finding in MEASURES[rule.measure].owed(rule, night)]
    closed = Flag.objects.filter(cleared_on__lte=night.on).exclude(cleared_why=Flag.Why.WAIVED)
    periods = {finding.period for _rule, finding in findings}
    known = set(closed.filter(period__in=periods).order_by().values_list("rule_key", "period").distinct())
    for rule, finding in findings:
        if (rule.clause.key, finding.period) in known:
            results[rule.clause.key].raised += _reopen(closed, finding, rule, night.on)
        results[rule.clause.key].raised += _insert(finding, rule, night.on)


def _clear(rule, known, night) -> int:
    measure = MEASURES[rule.measure]
    reasons = measure.cleared(rule, known, night)
    cleared = sum(_update(flags, cleared_on=night.on, cleared_why=why) for why, flags in reasons)
    if isinstance(measure, Deadline):
        moved, values = measure.moved(known)
        _update(moved, **values)
    return cleared


def _turn_red(rule, known, on) -> int:
    if rule.severity != Rule.Severity.RED:
        return 0
    return known.filter(severity=Rule.Severity.AMBER, due_on__lt=on).update(severity=Rule.Severity.RED)


def _update(flags, **values) -> int:
    """Update by primary key: the queryset may carry annotations, which an UPDATE statement cannot."""
    return Flag.objects.filter(pk__in=flags.values("pk")).update(**values)


def _reopen(closed, finding: Finding, rule: Rule, on: date) -> int:
    """Open again what was cleared, when the contact, the reply or the end of office that cleared it was taken back.

    What another version of the rule has let go on this very day goes on under this one, as old as it was.
    """
    subjects = finding.subjects.order_by()
    due = subjects.filter(pk=OuterRef(finding.subject)).annotate(c_due_on=_day(finding.due_on))
    of_it = {"rule_key": rule.clause.key, "period": finding.period, f"{finding.subject}__in": subjects.values("pk")}
    return closed.filter(**of_it).update(
        rule=rule,
        severity=finding.severity,
        due_on=Subquery(due.values("c_due_on")),
        raised_on=Case(When(cleared_on=on, then=F("raised_on")), default=Value(on, DateField())),
        cleared_on=None,
        cleared_why="",
    )


def _insert(finding: Finding, rule: Rule, on: date) -> int:
    """One statement for all subjects; a flag that is already there stays as it is. Returns how many are new."""
    columns = {
        f"{finding.subject}_id": F("pk"),
        "jurisdiction_id": F(finding.place),
        "rule_id": Value(rule.pk),
        "rule_key": Value(rule.clause.key),
        "period": Value(finding.period),
        "severity": Value(finding.severity),
        "starts_on": _day(finding.starts_on),
        "due_on": _day(finding.due_on),
        "raised_on": _day(on),
    }
    select = finding.subjects.order_by().annotate(**{f"c_{name}": value for name, value in columns.items()})
    sql, params = select.values_list(*(f"c_{name}" for name in columns)).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {Flag._meta.db_table} ({', '.join(columns)}) {sql} ON CONFLICT DO NOTHING", params)
        return cursor.rowcount


def _day(day: date | F):
    return day if isinstance(day, F) else Value(day, DateField())


def run_due(*, until: date, breath: float = 0) -> int:
    """Sweep every night that has not been swept, and ``until`` once more; how many sweeps that were.

    Each night is one transaction under the watermark's lock. With the clock set back there is nothing to do.
    ``breath`` seconds lie between two nights: SQLite lets one write at a time, and people are at work meanwhile.
    """
    done = 0
    while night := _sweep_next(until):
        done += 1
        if night == until:
            break
        time.sleep(breath)
    return done


@transaction.atomic
def _sweep_next(until) -> date | None:
    """Sweep the night after the watermark, at most ``until``; which one that was, if there was one to sweep."""
    mark = watermarks.held(SWEEP, since=lambda: _first_night(until) - timedelta(days=1))
    if mark.done_through > until:
        return None
    night = min(mark.done_through + timedelta(days=1), until)
    if night == until:
        sweep(on=night, again_from=mark.again_from)
        mark.again_from = None
    else:
        sweep(on=night)
    mark.done_through = night
    mark.save(update_fields=["done_through", "again_from"])
    return night


def _first_night(until) -> date:
    since = Term.objects.aggregate(first=Min("records_since"))["first"]
    return min(since, until) if since else until
