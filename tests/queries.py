"""Counting what a page asks of the database."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

BOUNDS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET TRANSACTION")
"""The beginning and the end of a transaction ask for nothing."""


@contextmanager
def asked():
    """A list that afterwards holds the statements made inside."""
    statements = []
    with CaptureQueriesContext(connection) as seen:
        yield statements
    statements += [query["sql"] for query in seen if not query["sql"].startswith(BOUNDS)]
