"""One moment of the database for everything that a report reads (reliability: totals equal the sum of their parts)."""

import gc
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def report_tx():
    """Every query inside sees the same moment, whatever others write meanwhile; nothing may be written in it.

    PostgreSQL needs REPEATABLE READ for that: in its default each statement sees a moment of its own.
    On SQLite one transaction is enough.
    """
    inside_a_test = connection.in_atomic_block  # durable refuses every other surrounding transaction
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql" and not inside_a_test:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def uncollected():
    """Read many rows without the collector of circular garbage going through all of them again and again.

    A report's rows hold no circles and are all kept: half of the time of a county's report went into that search.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
