"""Arguments that several commands take."""

from datetime import date

from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def day(text: str) -> date:
    """The date that a person typed, or one clear line about how to type it."""
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(_("“%s” is not a date; write it like 2026-03-01.") % text) from problem
