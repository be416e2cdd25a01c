"""Workbooks out: tables that open well, print well and carry no surprise.

The one writer of .xlsx files. Text stays text whatever it begins with (= + - @), characters that a workbook cannot
hold are left out, numbers are numbers. Every sheet prints on A4, landscape, as wide as the page, with its header
rows on each page.
"""

import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32767
"""Characters that a cell can hold."""
WIDEST = 30
"""Column width, in characters of half width, from which text wraps."""
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


class Tenths(int):
    """A share in tenths of a percent; written as a percentage with one decimal."""


class Ident(int):
    """A number that is a name, not an amount: the key of a record, the place in a list."""


class Marked(NamedTuple):
    """A value with a mark: ``missed`` or ``left_out``."""

    value: object
    mark: str


class Head(NamedTuple):
    """The head of a column, under the head of its group where there is one; ``widest`` is where its text wraps."""

    label: str
    group: str = ""
    widest: int = WIDEST


@dataclass(frozen=True)
class Table:
    """One sheet that is one table: notes above it, heads, rows, and the row of sums."""

    name: str
    title: str
    heads: list
    rows: list
    notes: tuple = ()
    sums: list | None = None
    fixed: int = 0


def clean(text: str) -> str:
    """The text without what a workbook cannot hold; line breaks stay."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]


@lru_cache(maxsize=100_000)
def width_of(text: str) -> int:
    """How wide a line is, in characters of half width: a Chinese character takes two."""
    return max(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in part) for part in text.split("\n"))


class Workbook:
    """One workbook being written; ``bytes()`` ends it."""

    def __init__(self, *, title: str, author: str, at):
        self._file = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self._file,
            {
                "in_memory": True,
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
        """Write one value by its type; text is never taken for a formula, a number or a link."""
        if isinstance(value, Marked):
            value, mark = value
        if value is None:
            sheet.write_blank(row, column, None, self.style(style or "text", mark))
        elif isinstance(value, str):
            sheet.write_string(row, column, clean(value), self.style(style or "text", mark))
        elif isinstance(value, Tenths):
            sheet.write_number(row, column, value / 1000, self.style(style or "share", mark))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.style(style or "date", mark))
        else:
            basis = "ident" if isinstance(value, Ident) else "number"
            sheet.write_number(row, column, value, self.style(style or basis, mark))

    def table(self, table: Table):
        """Write a whole table on a sheet of its own; return the sheet."""
        sheet = self.sheet(table.name)
        widths = _widths(table)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        head = self._above(sheet, table, widths)
        for number, row in enumerate(table.rows, head + 1):
            self._row(sheet, number, row, widths)
        end = head + len(table.rows)
        if table.rows:
            sheet.autofilter(head, 0, end, len(table.heads) - 1)
        if table.sums:
            self._row(sheet, end + 1, table.sums, widths, "sum")
        sheet.freeze_panes(head + 1, table.fixed)
        sheet.repeat_rows(0, head)
        return sheet

    def bytes(self) -> bytes:
        """The finished workbook."""
        self.book.close()
        return self._file.getvalue()

    def _row(self, sheet, number, values, widths, mark=""):
        for column, value in enumerate(values):
            self.put(sheet, number, column, value, mark)
        sheet.set_row(number, 4 + 14 * _lines(values, widths))

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
        sheet.set_row(head, 10 + 14 * _lines(labels, widths))
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


def _widths(table) -> list[float]:
    """Columns as wide as what stands in them; heads wrap where they are longer, long text wraps too."""
    rows = [*table.rows, *([table.sums] if table.sums else [])]
    inside = [max((_width_of_value(row[n]) for row in rows), default=0) for n in range(len(table.heads))]
    widths = [
        min(max(width + 2, min(width_of(head.label), 6) + 1, _longest_word(head.label)) + 1, head.widest)
        for width, head in zip(inside, table.heads, strict=True)
    ]
    room = min(max(ROOMY / sum(widths), 1), 1.8)
    return [round(width * room, 1) for width in widths]


def _lines(values, widths) -> int:
    """How many lines the tallest cell of a row takes, when whole Chinese characters wrap."""
    return max(
        sum(-(-width_of(part) // (int(width - 0.5) // 2 * 2)) or 1 for part in value.split("\n"))
        if isinstance(value, str)
        else 1
        for value, width in zip(values, widths, strict=True)
    )


def _width_of_value(value) -> int:
    if isinstance(value, Marked):
        value = value.value
    if isinstance(value, str):
        return width_of(value)
    if isinstance(value, date):
        return 10
    return 5 if isinstance(value, Tenths) else len(f"{value or 0:,}")


def _longest_word(label) -> int:
    """No Latin word is torn apart; Chinese may break anywhere."""
    return max((len(word) for word in re.findall(r"[!-~]+", label)), default=0)
