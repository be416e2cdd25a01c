"""The workbook of problems: what was not understood in an import, cell by cell, to be worked off in Excel."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from office.sheets import Head, Table, Workbook
from office.workbooks import Problem


def write(problems: list[Problem], path: Path, *, at):
    """Write one row a problem: file, sheet, row, column, what stands there, why and what to do."""
    title = _("What was not understood in the import")
    book = Workbook(title=title, author=settings.OFFICE_NAME, at=at)
    labels = (_("file"), _("sheet"), _("row"), _("column"), _("what stands there"))
    heads = [*map(Head, labels), Head(_("why, and what to do"), widest=70)]
    rows = [[p.file, p.sheet, str(p.row or ""), p.column, p.value, p.reason] for p in problems]
    book.table(Table(name=_("problems"), title=title, heads=heads, rows=rows))
    path.write_bytes(book.bytes())
