"""What several commands have in common: arguments, and a database that is ready."""

from contextlib import contextmanager
from datetime import date

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _


def day(text: str) -> date:
    """The date that a person typed, or one clear line about how to type it."""
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(_("“%s” is not a date; write it like 2026-03-01.") % text) from problem


@contextmanager
def tables():
    """One clear line instead of a trace where the database is not there, or has no tables yet."""
    try:
        yield
    except (OperationalError, ProgrammingError) as problem:
        text = _("The database is not ready (%s). Build its tables first: manage.py migrate")
        raise CommandError(text % str(problem).strip().split("\n")[0]) from problem
