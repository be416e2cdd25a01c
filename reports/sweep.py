"""The sweep: makes the flags right as of a day. It may run twice, ten times at once, or after days of silence.

For each rule it clears what has lost its ground, raises what is missing in one INSERT … SELECT that ignores what is
there, and turns amber into red where the due day has passed. The unique keys of ``Flag`` are what makes it exact.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import DateField, F, Min, Value

from deputies.models import Term
from office import watermarks
from office.models import Rule
from reports.measures import MEASURES, Finding
from reports.models import Flag

JOB = "sweep"


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
    # The lock keeps sweeps that run at once from waiting on each other crosswise; exactness does not rest on it.
    for rule in Rule.objects.sweepable(on, MEASURES).select_related("clause").select_for_update(of=("self",)):
        counts = results.setdefault(rule.clause.key, Counts())
        _judge(rule, on, counts)
    for key, counts in results.items():
        counts.unchanged = Flag.objects.open().filter(rule_key=key).count() - counts.raised
    return results


def _judge(rule, on, counts):
    measure = MEASURES[rule.measure]
    for why, flags in measure.cleared(rule, Flag.objects.open().filter(rule=rule), on):
        counts.cleared += _update(flags, cleared_on=on, cleared_why=why)
    overdue = Flag.objects.open().filter(rule=rule, severity=Rule.Severity.AMBER, due_on__lt=on)
    if rule.severity == Rule.Severity.RED:
        counts.raised += overdue.update(severity=Rule.Severity.RED)
    for finding in measure.owed(rule, on):
        counts.raised += _insert(finding, rule, on)


def _update(flags, **values) -> int:
    """Update by primary key: the queryset may carry annotations, which an UPDATE statement cannot."""
    return Flag.objects.filter(pk__in=flags.values("pk")).update(**values)


def _insert(finding: Finding, rule: Rule, on: date) -> int:
    """One statement for all subjects; a flag that is already there stays as it is. Returns how many are new."""
    columns = {
        f"{finding.subject}_id": F("pk"),
        "jurisdiction_id": F(finding.place),
        "rule_id": Value(rule.pk),
        "rule_key": Value(rule.clause.key),
        "period": Value(finding.period),
        "severity": Value(finding.severity),
        "due_on": finding.due_on if isinstance(finding.due_on, F) else Value(finding.due_on, DateField()),
        "raised_on": Value(on, DateField()),
        "cleared_why": Value(""),
    }
    select = finding.subjects.order_by().annotate(**{f"c_{name}": value for name, value in columns.items()})
    sql, params = select.values_list(*(f"c_{name}" for name in columns)).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {Flag._meta.db_table} ({', '.join(columns)}) {sql} ON CONFLICT DO NOTHING", params)
        return cursor.rowcount


def run_due(*, until: date) -> int:
    """Sweep every night that has not been swept, and ``until`` once more; how many sweeps that were.

    Each night is one transaction under the watermark's lock. With the clock set back there is nothing to do.
    """
    done = 0
    while night := _sweep_next(until):
        done += 1
        if night == until:
            break
    return done


@transaction.atomic
def _sweep_next(until) -> date | None:
    """Sweep the night after the watermark, at most ``until``; which one that was, if there was one to sweep."""
    mark = watermarks.held(JOB, since=_first_night(until) - timedelta(days=1))
    if mark.done_through > until:
        return None
    night = min(mark.done_through + timedelta(days=1), until)
    sweep(on=night)
    watermarks.advance(JOB, to=night)
    return night


def _first_night(until) -> date:
    since = Term.objects.aggregate(first=Min("records_since"))["first"]
    return min(since, until) if since else until
