"""Job 1b, a whole night with all rules, rule by rule, so that a slow statement is seen; and the night after."""

from datetime import timedelta

from django.db import OperationalError, connection

from benchmarks.contest import empty, seconds
from benchmarks.second_night import second_night
from benchmarks.sizes import NIGHT
from office.models import Rule
from reports.measures import MEASURES
from reports.sweep import sweep

TOMORROW = NIGHT + timedelta(days=1)


def run(size, rounds=None) -> dict:
    keys = Rule.objects.sweepable(NIGHT, MEASURES).values_list("clause__key", "measure")
    with connection.cursor() as cursor:
        empty(cursor)
        rows = {key: {"measure": measure, **_judged(key, NIGHT)} for key, measure in dict(keys).items()}
        cursor.execute("ANALYZE reports_flag")
        for key, row in rows.items():
            row["second"] = _judged(key, TOMORROW)["seconds"]
    return {"rules": rows, "whole": _whole()}


def _judged(key, night) -> dict:
    """One rule on a night. A statement that the project's own time limit ends has no time."""
    counts = {}
    try:
        took = seconds(lambda: counts.update(sweep(on=night, only=[key])))
    except OperationalError:
        return {"seconds": None, "raised": None}
    return {"seconds": took, "raised": counts[key].raised}


def _whole() -> dict:
    """All rules in their one transaction, tonight and tomorrow."""
    first = []
    try:
        again = second_night(
            lambda: sweep(on=TOMORROW), None, first=lambda: first.append(seconds(lambda: sweep(on=NIGHT)))
        )
    except OperationalError:
        return {"first": None, "second": None, "second_writes": 0}
    return {"first": first[0], **again}
