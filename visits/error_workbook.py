"""The workbook of problems: what was not understood in an import, cell by cell, to be worked off in Excel."""

from pathlib import Path

import xlsxwriter
from django.utils.translation import gettext as _

from office.workbooks import Problem

_WIDTHS = (28, 16, 8, 18, 30, 70)


def write(problems: list[Problem], path: Path):
    """Write one row a problem: file, sheet, row, column, what stands there, why and what to do. All cells are text."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("problems"))
        head = book.add_format({"bold": True, "bg_color": "#F1F3F5", "border": 1})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        headers = (_("file"), _("sheet"), _("row"), _("column"), _("what stands there"), _("why, and what to do"))
        sheet.write_row(0, 0, headers, head)
        for n, p in enumerate(problems, 1):
            sheet.write_row(n, 0, (p.file, p.sheet, p.row or "", p.column, p.value[:1000], p.reason), cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(problems), 1), len(_WIDTHS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
