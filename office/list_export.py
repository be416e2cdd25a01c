"""A list of the admin site as a workbook: the same rows, columns and order as on the screen."""

from collections.abc import Callable
from datetime import date, datetime
from numbers import Number
from pathlib import Path

from django.conf import settings
from django.contrib.admin.utils import display_for_value, label_for_field, lookup_field
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from office import clock
from office.sheets import Head, Ident, Table, Workbook

MOST = 5000
"""So many rows are written while one waits."""


CHUNK = 2000
"""So many rows of a longer list are read at a time."""


class TooMany(Exception):
    """The list is longer than a workbook that is made while one waits."""


def workbook(model_admin, request, *, at: datetime) -> tuple[str, bytes, int]:
    """The list that the request asks for, as (title, content, number of rows); raises ``TooMany``.

    Raises ``django.contrib.admin.options.IncorrectLookupParameters`` for an address that asks for what there is not.
    """
    listed = model_admin.get_changelist_instance(request)
    rows = list(listed.queryset[: MOST + 1])
    if len(rows) > MOST:
        raise TooMany
    title = _title(model_admin, at)
    book = Workbook(title=title, author=settings.OFFICE_NAME, at=at)
    book.table(_table(model_admin, listed, title, rows, len(rows)))
    return title, book.bytes(), len(rows)


def write(model_admin, request, *, at: datetime, to: Path, seen: Callable[[int, int], None]) -> str:
    """The same of a list of any length, written to the file ``to``, the rows as they are read; returns the title.

    ``seen(done, all)`` is called as it goes on; what it raises stops the writing.
    """
    listed = model_admin.get_changelist_instance(request)
    number, title = listed.queryset.count(), _title(model_admin, at)

    def rows():
        for done, row in enumerate(listed.queryset.iterator(chunk_size=CHUNK)):
            if done % CHUNK == 0:
                seen(done, number)
            yield row

    with Workbook(title=title, author=settings.OFFICE_NAME, at=at, to=to) as book:
        book.table(_table(model_admin, listed, title, rows(), number))
        book.save()
    return title


def _title(model_admin, at) -> str:
    return f"{capfirst(model_admin.opts.verbose_name_plural)} {clock.local_date(at).isoformat()}"


def _table(model_admin, listed, title, rows, number) -> Table:
    names = [name for name in listed.list_display if name != "action_checkbox"]
    heads = [Head(_("No.")), *(Head(capfirst(str(label_for_field(n, model_admin.model, model_admin)))) for n in names)]
    lines = ([Ident(n), *(_cell(model_admin, name, row) for name in names)] for n, row in enumerate(rows, 1))
    told = _("%(number)d rows") % {"number": number}
    return Table(_("List"), title, heads, lines, (told,), fixed=2)


def _cell(model_admin, name, row):
    """What stands in one column of one row, by its kind; what is drawn as a label by its words."""
    field, _attribute, value = lookup_field(name, row, model_admin)
    if field is not None and getattr(field, "flatchoices", None):
        value = dict(field.flatchoices).get(value, value)
    if isinstance(value, tuple):
        value = value[-1]  # of a label its words
    return "；".join(map(str, value)) if isinstance(value, list) else _plain(value)


def _plain(value):
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return display_for_value(value, "")
    if isinstance(value, Number | date):
        return value
    return _drawn(strip_tags(value)) if isinstance(value, SafeString) else str(value)


def _drawn(words):
    """What a column draws, in words; a day that is a link there is a day here."""
    try:
        return date.fromisoformat(words) if words[4:5] == "-" else words
    except ValueError:
        return words
