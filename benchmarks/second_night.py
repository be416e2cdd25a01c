"""The night after, when nothing new has happened: it writes nothing, which the server itself counts."""

from collections.abc import Callable

from django.db import connection

from benchmarks.contest import empty, seconds


def second_night(program: Callable, by_sql: Callable | None, *, first: Callable) -> dict:
    """Seconds of the program and of the SQL in a database where ``first`` has run, and the rows that were written."""
    with connection.cursor() as cursor:
        empty(cursor)
        first()
        cursor.execute("ANALYZE reports_flag")
        before = written(cursor)
        took = seconds(program)
        rows = written(cursor) - before
    again = {"second": took, "second_writes": rows}
    return again | ({"second_sql": seconds(by_sql)} if by_sql else {})


def written(cursor) -> int:
    """Rows inserted, updated or deleted in the project's tables since the server counts."""
    cursor.execute("SELECT pg_stat_force_next_flush()")
    cursor.execute(
        "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables WHERE schemaname = 'public'"
    )
    return cursor.fetchone()[0]
