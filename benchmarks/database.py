"""A database of its own for each size: made with the project's migrations and regulations, kept for the next time."""

import hashlib
import time

from django.core.management import call_command
from django.db import connection

from benchmarks.loading import files, load, statement
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
        create(database_of(name))
    call_command("migrate", verbosity=0)
    call_command("load_regulations", verbosity=0)
    call_command("load_tables", verbosity=0)
    if took is None:
        began = time.perf_counter()
        load(SIZES[name])
        took = time.perf_counter() - began
        write_on(database_of(name), f"{_mark(name)} {took:.1f}")
    return took


def prepare_demo():
    """The demo county as it stands today, always anew."""
    create(database_of(DEMO))
    call_command("migrate", verbosity=0)
    demo.load(at=clock.now())


def create(database):
    """An empty database on the server, under the settings of all that are measured; one of that name is removed."""
    drop(database)
    _on_server(f"CREATE DATABASE {database}")
    _on_server(f"ALTER DATABASE {database} SET work_mem = '{WORK_MEM}'")


def drop(database):
    connection.close()
    _on_server(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def _mark(name) -> str:
    """What the data were made from: a change of it loads them anew."""
    size = SIZES[name]
    made_from = "".join([repr(size), *map(statement, files(size))])
    return hashlib.sha256(made_from.encode()).hexdigest()


def _loaded_in(name) -> float | None:
    """The seconds that the load of the data as they are made now once took; None when there are no such data."""
    mark, _space, took = read_from(database_of(name)).partition(" ")
    return float(took) if mark == _mark(name) else None


def write_on(database, note):
    """Leave a note on a database: what its rows were made from."""
    _on_server(f"COMMENT ON DATABASE {database} IS '{note}'")


def read_from(database) -> str:
    """The note that was left on a database; empty without one, or without the database."""
    sql = "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s"
    found = _on_server(sql, database)
    return found[0][0] if found else ""


def _on_server(sql, *params) -> list:
    """Run one statement in the server's own database, outside any transaction."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []
