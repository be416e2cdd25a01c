"""Workbooks out: tables that open well, print well and carry no surprise.

The one writer of .xlsx files. Text stays text whatever it begins with (= + - @), characters that a workbook cannot
hold are left out, numbers are numbers. Every sheet prints on A4, landscape, as wide as the page, with its header
rows on each page. Rows go to the disk as they come, so a sheet may be as long as sheets can be.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _

from office.cells import Ident, Marked, Tenths, clean, kind_of, lines_of, width_of, width_of_value
from office.sheet_rows import RowWriter

__all__ = ["Head", "Ident", "Marked", "Table", "Tenths", "Workbook", "clean", "width_of"]

WIDEST = 30
"""Column width, in characters of half width, from which text wraps."""
MEASURED = 1000
"""So many rows say how wide the columns are."""
ROOMY = 140
"""Narrower tables get wider columns, so that on paper they do not look lost."""

INK, LINE, HEAD, SUM, RED, RED_INK, GREY, GREY_INK = (
    "#1D2329",
    "#BFC5CC",
    "#F1F3F5",
    "#FBF6EA",
    "#FBE3E1",
    "#A61B1B",
    "#ECEEF0",
    "#6B7580",
)
STYLES = {
    "title": {"bold": True, "font_size": 16, "valign": "vcenter"},
    "cover": {"bold": True, "font_size": 22, "align": "center", "valign": "vcenter"},
    "under_cover": {"font_color": GREY_INK, "align": "center", "valign": "vcenter"},
    "note": {"font_color": GREY_INK, "valign": "vcenter"},
    "head": {"bold": True, "bg_color": HEAD, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True},
    "text": {"border": 1, "valign": "vcenter", "text_wrap": True},
    "number": {"border": 1, "valign": "vcenter", "align": "right", "num_format": '#,##0;-#,##0;"–"'},
    "ident": {"border": 1, "valign": "vcenter", "align": "right", "num_format": "0"},
    "share": {"border": 1, "valign": "vcenter", "align": "right", "num_format": "0.0%"},
    "date": {"border": 1, "valign": "vcenter", "align": "center", "num_format": "yyyy-mm-dd"},
    "big": {"border": 1, "bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "num_format": "#,##0"},
    "big_share": {
        "border": 1,
        "bold": True,
        "font_size": 16,
        "align": "center",
        "valign": "vcenter",
        "num_format": "0.0%",
    },
}
MARKS = {
    "": {},
    "sum": {"bold": True, "bg_color": SUM, "top": 2},
    "missed": {"bg_color": RED, "font_color": RED_INK, "bold": True, "num_format": "#,##0"},
    "left_out": {"bg_color": GREY, "font_color": GREY_INK},
}


class Head(NamedTuple):
    """The head of a column, under the head of its group where there is one; ``widest`` is where its text wraps."""

    label: str
    group: str = ""
    widest: int = WIDEST


@dataclass(frozen=True)
class Table:
    """One sheet that is one table: notes above it, heads, rows, and the row of sums.

    ``rows`` may come one after the other, straight from the database; they are read once.
    """

    name: str
    title: str
    heads: list
    rows: Iterable
    notes: tuple = ()
    sums: list | None = None
    fixed: int = 0


class Workbook:
    """One workbook being written: to ``bytes()``, or to the file ``to`` until ``save()``. Rows stand in their order.

    As a context it lets go of its files when what is written in it breaks off.
    """

    def __init__(self, *, title: str, author: str, at, to: Path | None = None):
        self._file = io.BytesIO() if to is None else None
        self.book = xlsxwriter.Workbook(
            self._file or str(to),
            {
                "constant_memory": True,
                "tmpdir": to and str(to.parent),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": "宋体", "font_size": 10.5, "font_color": INK},
            },
        )
        self.title = title
        self.book.set_properties({"title": clean(title), "author": clean(author), "created": at.replace(tzinfo=None)})
        self._formats = {}

    def style(self, name: str, mark: str = ""):
        """The format of a kind of cell, made once."""
        if (name, mark) not in self._formats:
            basis = {"font_name": "宋体", "font_size": 10.5, "font_color": INK, "border_color": LINE}
            self._formats[name, mark] = self.book.add_format(basis | STYLES[name] | MARKS[mark])
        return self._formats[name, mark]

    def sheet(self, name: str):
        """An empty sheet, set up for printing."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.center_horizontally()
        sheet.set_header("&L&9" + clean(self.title).replace("&", "&&") + "&R&9&A")
        sheet.set_footer("&C&9" + _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"})
        sheet.hide_gridlines(2)
        return sheet

    def put(self, sheet, row: int, column: int, value, mark: str = "", style: str = ""):
        """Write one value by its type, no row above the last; text is never taken for a formula, a number or a link."""
        if isinstance(value, Marked):
            value, mark = value
        form = self.style(style or kind_of(value), mark)
        if value is None:
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, str):
            sheet.write_string(row, column, _plain(clean(value)), form)
        elif isinstance(value, Tenths):
            sheet.write_number(row, column, value / 1000, form)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, form)
        else:
            sheet.write_number(row, column, value, form)

    def table(self, table: Table):
        """Write a whole table on a sheet of its own; return the sheet."""
        rows = iter(table.rows)
        measured = list(islice(rows, MEASURED))
        widths = _widths(table, measured)
        sheet = self.sheet(table.name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        head = self._above(sheet, table, widths)
        written = RowWriter(self, sheet, widths, first=head + 1)
        for row in chain(measured, rows):
            written.row(row)
        if written.next > head + 1:
            sheet.autofilter(head, 0, written.next - 1, len(table.heads) - 1)
        if table.sums:
            written.row(table.sums, "sum")
        written.end()
        sheet.freeze_panes(head + 1, table.fixed)
        sheet.repeat_rows(0, head)
        return sheet

    def bytes(self) -> bytes:
        """The finished workbook."""
        self.book.close()
        return self._file.getvalue()

    def save(self):
        """Finish the workbook at its place on the disk."""
        self.book.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        for sheet in self.book.worksheets() if error else ():
            sheet._opt_close()
            Path(sheet.row_data_filename).unlink(missing_ok=True)

    def _above(self, sheet, table, widths) -> int:
        """Title, notes and heads; returns the row of the heads."""
        sheet.set_row(0, 30)
        self.put(sheet, 0, 0, table.title, style="title")
        for number, note in enumerate(table.notes, 1):
            self.put(sheet, number, 0, note, style="note")
            sheet.set_row(number, 18)
        head = 1 + len(table.notes)
        if any(column.group for column in table.heads):
            self._groups(sheet, head, table.heads)
            sheet.set_row(head, 20)
            head += 1
        labels = [column.label for column in table.heads]
        for column, label in enumerate(labels):
            self.put(sheet, head, column, label, style="head")
        sheet.set_row(head, 10 + 14 * max(map(lines_of, labels, widths)))
        return head

    def _groups(self, sheet, row, heads):
        first = 0
        for column in range(1, len(heads) + 1):
            if column < len(heads) and heads[column].group == heads[first].group:
                continue
            if column - first > 1 and heads[first].group:
                sheet.merge_range(row, first, row, column - 1, heads[first].group, self.style("head"))
            else:
                for blank in range(first, column):
                    self.put(sheet, row, blank, heads[first].group, style="head")
            first = column


def _plain(text) -> str:
    """The text as it may be handed to the library, which takes what begins so for one that has its own marks inside."""
    return "＜" + text[1:] if text.startswith("<r>") else text


def _widths(table, rows) -> list[float]:
    """Columns as wide as what stands in them; heads wrap where they are longer, long text wraps too."""
    rows = [*rows, *([table.sums] if table.sums else [])]
    inside = [max((width_of_value(row[n]) for row in rows), default=0) for n in range(len(table.heads))]
    widths = [
        min(max(width + 2, min(width_of(head.label), 6) + 1, _longest_word(head.label)) + 1, head.widest)
        for width, head in zip(inside, table.heads, strict=True)
    ]
    room = min(max(ROOMY / sum(widths), 1), 1.8)
    return [round(width * room, 1) for width in widths]


def _longest_word(label) -> int:
    """No Latin word is torn apart; Chinese may break anywhere."""
    return max((len(word) for word in re.findall(r"[!-~]+", label)), default=0)
