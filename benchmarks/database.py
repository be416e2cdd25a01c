"""A database of its own for each size: made with the project's migrations and regulations, kept for the next time."""

import hashlib
import time

from django.core.management import call_command
from django.db import connection

from benchmarks.loading import DATA, load, statement
from benchmarks.sizes import SIZES, database_of
from office import clock
from reports import demo

DEMO = "demo"
WORK_MEM = "64MB"
"""For program and hand-written SQL alike; PostgreSQL's own 4 MB is for hundreds of connections."""


def prepare(name, *, fresh=False) -> float:
    """Make a size's database ready, as it is or anew; the seconds that its load took when it was loaded.

    Runs in a process whose DATABASE_URL is that database.
    """
    took = None if fresh else _loaded_in(name)
    if took is None:
        _create(name)
    call_command("migrate", verbosity=0)
    call_command("load_regulations", verbosity=0)
    if took is None:
        began = time.perf_counter()
        load(SIZES[name])
        took = time.perf_counter() - began
        _on_server(f"COMMENT ON DATABASE {database_of(name)} IS '{_mark(name)} {took:.1f}'")
    return took


def prepare_demo():
    """The demo county as it stands today, always anew."""
    _create(DEMO)
    call_command("migrate", verbosity=0)
    demo.load(at=clock.now())


def _create(name):
    drop(name)
    _on_server(f"CREATE DATABASE {database_of(name)}")
    _on_server(f"ALTER DATABASE {database_of(name)} SET work_mem = '{WORK_MEM}'")


def drop(name):
    connection.close()
    _on_server(f"DROP DATABASE IF EXISTS {database_of(name)} WITH (FORCE)")


def _mark(name) -> str:
    """What the data were made from: a change of it loads them anew."""
    made_from = "".join([repr(SIZES[name]), *map(statement, DATA)])
    return hashlib.sha256(made_from.encode()).hexdigest()


def _loaded_in(name) -> float | None:
    """The seconds that the load of the data as they are made now once took; None when there are no such data."""
    sql = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    mark, _space, took = ((_on_server(sql, database_of(name)) or [("",)])[0][0] or "").partition(" ")
    return float(took) if mark == _mark(name) else None


def _on_server(sql, *params) -> list:
    """Run one statement in the server's own database, outside any transaction."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []
