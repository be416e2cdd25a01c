"""The rows of a table, written straight into the file of their sheet: many times faster than cell by cell.

XlsxWriter, which writes all the rest of a workbook, keeps the rows of a sheet in a file of their own until the end.
What is put there has to be what it would have put there itself; a test compares the two.
"""

import re
from datetime import date
from types import NoneType

from xlsxwriter.utility import xl_col_to_name

from office.cells import LONGEST, Ident, Marked, Tenths, clean, lines_of

_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\\s|\\s\\Z")
_LOOKS_ESCAPED = re.compile("(_x[0-9A-Fa-f]{4}_)")
TALLEST = 409
"""Points: a row cannot be higher."""
_DAY_ZERO = date(1899, 12, 30).toordinal()


class RowWriter:
    """Writes one row after the other, from the row ``first`` on; ``next`` is the row that comes next."""

    def __init__(self, workbook, sheet, widths, *, first: int):
        sheet._write_single_row(first)  # what the library still holds of the rows above
        self.sheet, self.next = sheet, first
        self._write = sheet.row_data_fh.write
        self._starts = [f'<c r="{xl_col_to_name(n)}' for n in range(len(widths))]
        self._fits = [(int(width - 0.5) // 2, width) for width in widths]
        self._marks = _Marks(workbook)

    def row(self, values, mark: str = ""):
        """Write a row of values by their types; it is as high as its tallest cell."""
        number, cells, lines = self.next + 1, self._marks[mark], 1
        told = []
        for start, value, (fits, width) in zip(self._starts, values, self._fits, strict=True):
            told.append(f'{start}{number}"{cells[type(value)](value)}')
            if type(value) is str and (len(value) > fits or "\n" in value):
                lines = max(lines, lines_of(value, width))
        self._write(f'<row r="{number}" ht="{min(4 + 14 * lines, TALLEST)}" customHeight="1">{"".join(told)}</row>')
        self.next = number

    def end(self):
        """Leave the sheet as the library would have left it."""
        self.sheet.dim_rowmax = max(self.sheet.dim_rowmax, self.next - 1)
        self.sheet.dim_colmax = max(self.sheet.dim_colmax, len(self._starts) - 1)
        self.sheet.previous_row = self.next


class _Marks(dict):
    """By mark, how the values of each type are written with it."""

    def __init__(self, workbook):
        self.workbook = workbook

    def __missing__(self, mark):
        self[mark] = _Cells(self, mark)
        return self[mark]


class _Cells(dict):
    """By type, a function that writes a value of it: all of the cell that comes after its address."""

    def __init__(self, marks, mark):
        self._marks, self._mark = marks, mark

    def __missing__(self, kind):
        self[kind] = self._marked if kind is Marked else self._writer(kind)
        return self[kind]

    def _marked(self, marked):
        return self._marks[marked.mark][type(marked.value)](marked.value)

    def _writer(self, kind):
        name, writer = next(told for basis, *told in _BY_TYPE if issubclass(kind, basis))
        return writer(f' s="{self._marks.workbook.style(name, self._mark)._get_xf_index()}"')


def _blank(style):
    return lambda value: f"{style}/>"


def _text(style):
    start = f'{style} t="inlineStr"><is><t>'

    def write(value):
        if _SPECIAL.search(value) or len(value) > LONGEST:
            return _special(style, clean(value))
        return f"{start}{value}</t></is></c>"

    return write


def _special(style, text) -> str:
    """What would be read as something else, written so that it is read as it stands."""
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    text = _LOOKS_ESCAPED.sub(r"_x005F\1", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    return f'{style} t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _share(style):
    return lambda value: f"{style}><v>{value / 1000:.16G}</v></c>"


def _whole(style):
    return lambda value: f"{style}><v>{value:d}</v></c>"


def _number(style):
    return lambda value: f"{style}><v>{value:.16G}</v></c>"


def _day(style):
    return lambda value: f"{style}><v>{value.toordinal() - _DAY_ZERO}</v></c>"


_BY_TYPE = (
    (NoneType, "text", _blank),
    (str, "text", _text),
    (Tenths, "share", _share),
    (Ident, "ident", _whole),
    (int, "number", _whole),
    (date, "date", _day),
    (object, "number", _number),
)
"""The first that fits a type says its style and how it is written."""
