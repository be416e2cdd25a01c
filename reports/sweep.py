"""The sweep: makes the flags right as of a day. It may run twice, ten times at once, or after days of silence.

For each rule it clears what has lost its ground, raises what is missing in one INSERT … SELECT that ignores what is
there, and turns amber into red where the due day has passed. The unique keys of ``Flag`` are what makes it exact.
A replay of an earlier day leaves alone what happened to a flag since; a fact that is taken back opens its flag again.
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import DateField, F, Min, OuterRef, Subquery, Value

from deputies.models import Term
from office import watermarks
from office.models import Rule
from office.watermarks import SWEEP
from reports.measures import MEASURES, Finding
from reports.models import Flag


@dataclass
class Counts:
    """What one sweep did for one rule; ``unchanged`` flags were open before and still are."""

    raised: int = 0
    cleared: int = 0
    unchanged: int = 0


@transaction.atomic
def sweep(*, on: date) -> dict[str, Counts]:
    """Make the flags right as of ``on`` (a local date); the counts by rule id, e.g. ``D1-3①b``."""
    results: dict[str, Counts] = {}
    rules = Rule.objects.sweepable(on, MEASURES).select_related("clause")
    # The lock keeps sweeps that run at once from waiting on each other crosswise; exactness does not rest on it.
    for rule in rules.select_for_update(of=("self",), no_key=True):
        counts = results.setdefault(rule.clause.key, Counts())
        _judge(rule, on, counts)
    for key, counts in results.items():
        counts.unchanged = Flag.objects.open().filter(rule_key=key).count() - counts.raised
    return results


def _judge(rule, on, counts):
    measure = MEASURES[rule.measure]
    known = Flag.objects.open().filter(rule=rule, raised_on__lte=on)
    for why, flags in measure.cleared(rule, known, on):
        counts.cleared += _update(flags, cleared_on=on, cleared_why=why)
    if rule.severity == Rule.Severity.RED:
        overdue = known.filter(severity=Rule.Severity.AMBER, due_on__lt=on)
        counts.raised += overdue.update(severity=Rule.Severity.RED)
    for finding in measure.owed(rule, on):
        counts.raised += _reopen(finding, rule, on) + _insert(finding, rule, on)


def _update(flags, **values) -> int:
    """Update by primary key: the queryset may carry annotations, which an UPDATE statement cannot."""
    return Flag.objects.filter(pk__in=flags.values("pk")).update(**values)


def _reopen(finding: Finding, rule: Rule, on: date) -> int:
    """Open again what was cleared, when the contact, the reply or the end of office that cleared it was taken back."""
    subject = {f"{finding.subject}__in": finding.subjects.order_by().values("pk")}
    closed = Flag.objects.filter(rule_key=rule.clause.key, period=finding.period, cleared_on__lte=on, **subject)
    due = finding.subjects.order_by().filter(pk=OuterRef(finding.subject)).annotate(c_due_on=_due_on(finding))
    return closed.update(
        rule=rule,
        severity=finding.severity,
        due_on=Subquery(due.values("c_due_on")),
        raised_on=on,
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
        "due_on": _due_on(finding),
        "raised_on": Value(on, DateField()),
        "cleared_why": Value(""),
    }
    select = finding.subjects.order_by().annotate(**{f"c_{name}": value for name, value in columns.items()})
    sql, params = select.values_list(*(f"c_{name}" for name in columns)).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {Flag._meta.db_table} ({', '.join(columns)}) {sql} ON CONFLICT DO NOTHING", params)
        return cursor.rowcount


def _due_on(finding):
    return finding.due_on if isinstance(finding.due_on, F) else Value(finding.due_on, DateField())


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
    sweep(on=night)
    mark.done_through = night
    mark.save(update_fields=["done_through"])
    return night


def _first_night(until) -> date:
    since = Term.objects.aggregate(first=Min("records_since"))["first"]
    return min(since, until) if since else until
