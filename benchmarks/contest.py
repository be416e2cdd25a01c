"""Program against hand-written SQL: equal flags first, then by turns, each from the same state."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from django.db import connection, transaction

from benchmarks.loading import statement

COLUMNS = "rule_id, rule_key, {subject}_id, jurisdiction_id, period, severity, starts_on, due_on, raised_on"
PROGRAM = "program"


class Unequal(Exception):
    """The program and the SQL do not write the same flags: the times mean nothing."""


def by_hand(selects: dict[str, str], subject, figures) -> dict[str, Callable]:
    """The ways in which somebody who knows PostgreSQL would write these flags, from each of several queries (files).

    INSERT … SELECT is never parallel in PostgreSQL; CREATE TABLE … AS is.
    """
    ways = {}
    for label, name in selects.items():
        in_one, apart = _inserts(statement(name), COLUMNS.format(subject=subject))
        ways[label] = partial(_execute, in_one, figures)
        ways[f"{label}, temporary table"] = partial(_execute, apart, figures)
    return ways


def _inserts(select, columns) -> tuple[str, str]:
    in_one = f"INSERT INTO reports_flag ({columns}) {select} ON CONFLICT DO NOTHING"
    found = f"CREATE TEMP TABLE found ({columns}) ON COMMIT DROP AS {select}"
    apart = f"{found}; INSERT INTO reports_flag ({columns}) TABLE found ON CONFLICT DO NOTHING"
    return in_one, apart


@transaction.atomic
def _execute(sql, figures):
    with connection.cursor() as cursor:
        cursor.execute(sql, figures)


def check_equal(program: Callable, hands: dict[str, Callable]) -> int:
    """How many flags each of them writes; raises ``Unequal`` where one differs in any column."""
    with connection.cursor() as cursor:
        empty(cursor)
        program()
        cursor.execute("DROP TABLE IF EXISTS expected")
        cursor.execute(f"CREATE TEMP TABLE expected AS {_FLAGS}")
        for name, write in hands.items():
            empty(cursor)
            write()
            cursor.execute(
                f"SELECT (SELECT count(*) FROM ({_FLAGS} EXCEPT ALL TABLE expected) x),"
                f" (SELECT count(*) FROM (TABLE expected EXCEPT ALL {_FLAGS}) x), (SELECT count(*) FROM expected)"
            )
            more, fewer, written = cursor.fetchone()
            if more or fewer or not written:
                raise Unequal(f"{name}: of {written} flags {fewer} are missing, and {more} are not the program's")
    return written


_FLAGS = """SELECT rule_id, rule_key, deputy_id, group_id, station_id, reception_id, petition_id, referral_id,
 activity_id, office_id, jurisdiction_id, period, severity, starts_on, due_on, raised_on, cleared_on, cleared_why,
 waived_by_id, waived_reason, urged_on, urged_times FROM reports_flag"""


def empty(cursor):
    """No flags at all: the state in which every round begins."""
    cursor.execute("TRUNCATE reports_flag CASCADE")


@dataclass
class Outcome:
    """What one contest showed; times in seconds, by who worked, round by round."""

    flags: int
    times: dict[str, list[float]]

    def median(self, name) -> float:
        return median(self.times[name])

    @property
    def best(self) -> str:
        """The way by hand that was the fastest."""
        return min((name for name in self.times if name != PROGRAM), key=self.median)

    @property
    def ratio(self) -> float:
        """The program's time to that of the best SQL, the median of the rounds."""
        pairs = zip(self.times[PROGRAM], self.times[self.best], strict=True)
        return median(mine / theirs for mine, theirs in pairs)

    def summary(self) -> dict:
        sql = {"best": self.best, "sql": self.median(self.best), "ratio": self.ratio}
        return {"rows": self.flags, "rounds": len(self.times[PROGRAM]), **sql}


def contest(program: Callable, hands: dict[str, Callable], *, rounds: int) -> Outcome:
    """Who writes the same flags faster, each from no flags at all."""
    written = check_equal(program, hands)
    with connection.cursor() as cursor:
        return Outcome(written, alternate({PROGRAM: program, **hands}, rounds, before=lambda: empty(cursor)))


def alternate(turns: dict[str, Callable], rounds: int, before: Callable = lambda: None) -> dict[str, list[float]]:
    """The seconds of each, by turns; the order of a round is reversed in the next."""
    times = {name: [] for name in turns}
    order = list(turns)
    for _ in range(rounds):
        for name in order:
            before()
            times[name].append(seconds(turns[name]))
        order.reverse()
    return times


def seconds(work: Callable) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
