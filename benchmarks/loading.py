"""Made-up places and people at any size, made by the server itself in the project's own tables."""

from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

from benchmarks.sizes import Size

SQL = Path(__file__).parent / "sql"
TOLD = ("told", "petitions")


def statement(name) -> str:
    return (SQL / f"{name}.sql").read_text("utf-8")


def files(size: Size) -> tuple:
    """The names of the files that make a size's rows."""
    return ("places", "matters", "contacts", "contact_month", *(TOLD if size.told else ()))


def fill(cursor, size: Size):
    """All rows of a size, into a database that has its tables and its regulations and is otherwise empty."""
    figures = size.figures()
    cursor.execute(statement("places"), figures)
    cursor.execute(statement("matters"), figures)
    if size.told:
        for name in TOLD:
            cursor.execute(statement(name), figures)
    for month in size.months():
        cursor.execute(statement("contacts"), month)
    if size.every:
        cursor.execute(statement("contact_month"), figures)
    for advance in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
        cursor.execute(advance)


def load(size: Size):
    """The same as fast as it goes; afterwards the planner knows the tables and every page is marked as visible."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0; SET synchronous_commit = off")
        cursor.execute("SET work_mem = '512MB'; SET maintenance_work_mem = '1GB'")
        with _bare_tables(cursor):
            fill(cursor, size)
        cursor.execute("VACUUM (FREEZE, ANALYZE)")
        cursor.execute("CHECKPOINT")
    connection.close()


@contextmanager
def _bare_tables(cursor):
    """Without foreign keys and secondary indexes inside; made anew, and so checked, at the end."""
    cursor.execute(_FOREIGN_KEYS)
    keys = cursor.fetchall()
    cursor.execute(_INDEXES)
    indexes = cursor.fetchall()
    for table, name, _definition in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    cursor.execute("ANALYZE")
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f') ORDER BY 1
"""
