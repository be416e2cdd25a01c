"""Job 11, deputies by months as the annual report and the heat map read them, against one statement and many."""

from datetime import date
from statistics import median

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from benchmarks.contest import PROGRAM, Outcome, Unequal, alternate, seconds
from benchmarks.loading import statement
from benchmarks.sizes import NIGHT
from office.models import Jurisdiction
from reports.annual.figures import read_contacts
from reports.snapshot import report_tx
from reports.subjects import Kind, Subject
from visits.models import Visit

DEFAULT_ROUNDS = {"county": 9, "province": 3}


def whole_report() -> list:
    """The reports of the whole area with all their rows, as the heat map reads them."""
    top = Jurisdiction.objects.get(parent=None)
    whole = Subject(Kind.COUNTY, top.code, top.name, top.path)
    with report_tx():
        (report,) = read_contacts(whole, [NIGHT.year], on=NIGHT)
    return [(row.deputy.pk, *(row.figures[f"month.{n}"] for n in range(1, 13))) for row in report.rows]


def by_sql() -> list:
    year = {"first": date(NIGHT.year, 1, 1), "last": date(NIGHT.year, 12, 31)}
    with connection.cursor() as cursor:
        cursor.execute(statement("annual_contacts"), year)
        return [tuple(map(int, row)) for row in cursor.fetchall()]


ASKED = 1500
"""So many deputies are asked for one by one; the time is that of all of them in proportion."""


def one_by_one(deputies: list[int]) -> list:
    """The same as it is written without thinking: a query for each deputy."""
    contacts = Visit.objects.filter(happened_on__year=NIGHT.year).order_by()
    months = contacts.values_list("happened_on__month").annotate(n=Count("id"))
    told = [(pk, dict(months.filter(deputy=pk))) for pk in deputies]
    return [(pk, *(by_month.get(n, 0) for n in range(1, 13))) for pk, by_month in told]


def run(size, rounds=None) -> dict:
    mine = []
    with CaptureQueriesContext(connection) as seen:
        of_all = seconds(lambda: mine.extend(sorted(whole_report())))
    theirs = by_sql()
    if mine != theirs:
        raise Unequal(f"annual figures: {len(set(mine) ^ set(theirs))} rows differ")
    asked = [row[0] for row in mine[:ASKED]]
    if one_by_one(asked) != mine[:ASKED]:
        raise Unequal("annual figures: deputies asked one by one have others")
    (counting,) = (q["sql"] for q in seen if ' FROM "visits_visit" ' in q["sql"])
    turns = {PROGRAM: lambda: _fetched(counting), "group, then pivot": by_sql}
    outcome = Outcome(len(mine), alternate(turns, rounds or DEFAULT_ROUNDS[size.name]))
    each = median(seconds(lambda: one_by_one(asked)) for _ in range(3)) * len(mine) / len(asked)
    told = {"deputies": len(mine), "median": outcome.median(PROGRAM), "one_by_one": each}
    return {**told, **outcome.summary(), "whole": of_all}


def _fetched(sql):
    """The report's own statement, which counts by kind as well and what was written down late; its rows as they are."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()
