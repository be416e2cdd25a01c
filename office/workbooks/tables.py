"""Reading a recognised sheet row by row: merged and carried-down cells, footers, duplicates, and what is named."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from office.normalise import NotUnderstood, fold, halved, is_blank, is_ditto, is_none, text, word, year_in
from office.workbooks.files import Sheet, Unreadable, Workbook, WorkbookRefused
from office.workbooks.headers import Header, Layout, is_sequence, recognise
from office.workbooks.problems import Problem, Source

_FOOTER = re.compile(
    r"(?:合计|总计|小计|共计|累计|总数|统计人|填表|制表|审核|复核|审批|填报|负责人|单位负责|主管|经办|录入|打印|校对|分管"
    r"|(?:备注|说明|注|附注|附|联系人|联系电话|日期|制表日期)\d?[::]|注\d|共\d+[人名户个条件次]|以上|第\d+页)"
)
# No person, station or district is called so, whatever else the row holds.
_SUM = re.compile(
    r"(?:合计|总计|小计|共计|累计|总数)[::]?\d*[人名户个条件次]?|(?:填表|制表|审核|复核|填报|经办)人?[::].*"
)
_SECTION_NOTE = re.compile(r"\(.*\)$|[0-9一二三四五六七八九十]+[名人户]$|^[(]?[一二三四五六七八九十0-9]+[)]?[、.]")
_TITLE_WORDS = re.compile(r"花名册|登记表|汇总表|一览表|台账|名册|名单|统计表|情况表")


@dataclass
class Table:
    """One recognised sheet."""

    sheet: Sheet
    header: Header
    # The year that another sheet of the workbook names.
    other_year: int | None = None
    _years: dict = field(default_factory=dict, repr=False)

    @property
    def layout(self):
        return self.header.layout

    @property
    def heading(self):
        return self.header.heading

    @cached_property
    def labels(self) -> dict[str, str]:
        """The header of each known column, as it stands on the sheet."""
        return {key: self.header.labels[index] for key, index in self.header.columns.items()}

    def year_of(self, key: str) -> int | None:
        """The year in which the dates without a year in a column lie; None when that is not certain.

        A title is believed. A reporting line may be of the year after: it is believed when no date in the column has a
        year, or some are of that same year.
        """
        if key not in self._years:
            self._years[key] = self.heading.year or self._year_by_reporting_line(key)
        return self._years[key]

    def _year_by_reporting_line(self, key: str) -> int | None:
        year = self.heading.reporting_year or self.other_year
        written = {found for cell in self._column(key) if (found := _year_of(cell))}
        return year if not written or year in written else None

    def _column(self, key: str) -> list:
        index = self.header.columns.get(key)
        rows = self.sheet.rows[self.header.last + 1 :]
        return [] if index is None else [row[index] for row in rows if index < len(row)]

    def problem(self, key: str, code: str, reason: str) -> Problem:
        """A problem of the sheet as a whole, named at its header."""
        label = self.labels.get(key, key or _("whole sheet"))
        return Problem(self.sheet.file, self.sheet.name, self.header.last + 1, label, reason, code)

    def rows(self) -> Iterator["Row"]:
        """Every row that holds data; blank rows, footers, repeated headers and section lines are passed over."""
        cells = _filled(self.sheet, self.header.last + 1)
        carried = self._carried(cells)
        above: dict[int, object] = {}
        section = ""
        across = {top for top, left, bottom, right in self.sheet.merged if right - left >= 2}
        for index, row in cells:
            line = self._line_of_its_own(row, index in across)
            if line is not None:
                section, above = line or section, {}
            elif not self._is_skipped(row):
                self._carry(row, above, carried)
                yield Row(self, index + 1, row, section)

    def _carry(self, row: list, above: dict[int, object], carried: dict[int, list[int]]):
        """Write into blank cells what stands once for several rows, and into 〃 what stands above it."""
        enders = {i for within in carried.values() for i in within}
        changed = {i for i in enders if _is_own(row[i]) and i in above and fold(above[i]) != fold(row[i])}
        for i, cell in enumerate(row):
            if is_ditto(cell) or (is_blank(cell) and i in carried and not changed & set(carried[i])):
                row[i] = above.get(i, Unreadable(text(cell)) if is_ditto(cell) else cell)
        above.update(enumerate(row))

    def _carried(self, cells) -> dict[int, list[int]]:
        """The columns that the office wrote once for several rows here, with those whose change ends that.

        A column is written once when a third of it is blank, and it seldom repeats the value above it: in a column
        that is filled in every row, a blank cell is a missing one.
        """
        columns = self.header.columns
        merged = {left for top, left, bottom, _r in self.sheet.merged if top > self.header.last and bottom > top}
        return {
            index: [columns[key] for key in column.within if key in columns]
            for key, index in columns.items()
            if (column := self.layout.by_key[key]).carried and index not in merged and _is_written_once(cells, index)
        }

    def _line_of_its_own(self, row: list, merged: bool) -> str | None:
        """The text of a section line (城关镇 across the table), "" for a footer or a repeated title; None for a row."""
        filled = [i for i, cell in enumerate(row) if not is_blank(cell)]
        if not filled:
            return None
        first = halved(word(row[filled[0]]))
        whole = {self.header.columns[key] for key in self.layout.required} <= set(filled)
        if _SUM.fullmatch(first) or (_FOOTER.match(first) and not whole):
            return ""
        if len(filled) == 1 and not whole and (merged or self._stands_across(filled[0], first)):
            return _SECTION_NOTE.sub("", _SECTION_NOTE.sub("", first))
        return None

    def _stands_across(self, index: int, written: str) -> bool:
        """A lone text that is not in a column of the row's own facts."""
        required = {self.header.columns[key] for key in self.layout.required}
        if _TITLE_WORDS.search(written):
            return True
        return not written.isdigit() and index not in required and index == min(self.header.labels)

    def _is_skipped(self, row: list) -> bool:
        """Blank rows, rows with only a running number, the header once more, the row of column numbers."""
        cells = {i: text(cell) for i, cell in enumerate(row) if not is_blank(cell)}
        told = {i: cell for i, cell in cells.items() if not is_sequence(self.header.labels.get(i, ""))}
        if not told:
            return True
        labels = [fold(self.header.labels.get(i, "")) for i in told]
        same = sum(
            bool(label) and label.endswith(fold(cell)) for label, cell in zip(labels, told.values(), strict=True)
        )
        numbers = [cell for cell in cells.values() if cell.isdigit()]
        counted = (
            len(cells) > 3 and numbers == [str(n + int(numbers[0])) for n in range(len(cells))] if numbers else False
        )
        return same * 2 > len(told) or counted


def _is_own(cell) -> bool:
    return not is_blank(cell) and not is_ditto(cell)


def _year_of(cell) -> int | None:
    if isinstance(cell, date):
        return cell.year
    return year_in(cell) if isinstance(cell, str) else None


def _is_written_once(cells, index: int) -> bool:
    blank = repeated = rows = 0
    last = None
    for _n, row in cells:
        if all(map(is_blank, row)):
            continue
        rows += 1
        if is_blank(row[index]):
            blank += 1
        else:
            repeated += fold(row[index]) == last
            last = fold(row[index])
    return blank * 2 >= repeated and blank * 3 >= rows


def _filled(sheet: Sheet, first: int) -> list[tuple[int, list]]:
    """The rows from ``first`` on, with cells that are merged downwards written into each row they cover.

    A row with nothing of its own stays blank, even where a merged cell runs through it.
    """
    width = max((len(row) for row in sheet.rows), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in sheet.rows[first:]]
    filled = [not all(map(is_blank, row)) for row in rows]
    for top, left, bottom, _right in sheet.merged:
        for n in range(top - first + 1, min(bottom, len(sheet.rows) - 1) - first + 1):
            if top >= first and filled[n] and is_blank(rows[n][left]):
                rows[n][left] = rows[top - first][left]
    return list(enumerate(rows, first))


class Row:
    """One row of a table, read cell by cell; what is not understood is named, and may leave the row out."""

    def __init__(self, table: Table, number: int, cells: list, section: str):
        self.table = table
        self.number = number
        self.cells = cells
        self.section = section
        self.problems: list[Problem] = []
        self.left_out = False
        self._unread: list[str] = []

    @cached_property
    def source(self) -> Source:
        sheet = self.table.sheet
        return Source(sheet.file, sheet.name, self.number, self.table.labels)

    def raw(self, key: str):
        """What stands in the column that ``key`` stands for; None when the sheet has no such column."""
        index = self.table.header.columns.get(key)
        return None if index is None else self.cells[index]

    def get(self, key: str, reader: Callable, default=None, **options):
        """The cell read by ``reader``; ``default`` when it is blank, says "none" or is not understood (then named)."""
        value = self.raw(key)
        if is_none(value):
            return default
        try:
            return self._read(value, reader, options)
        except NotUnderstood as problem:
            self.name(key, problem.code, str(problem))
            self._unread.append(text(value))
            return default if problem.kept is None else problem.kept

    def need(self, key: str, reader: Callable, **options):
        """The cell read by ``reader``; when it is blank or not understood the row is left out and the cell named."""
        value = self.raw(key)
        if is_none(value):
            return self.leave_out(key, "missing", _("The cell is empty, but the row needs it; the row was left out."))
        try:
            return self._read(value, reader, options)
        except NotUnderstood as problem:
            return self.leave_out(key, problem.code, _("%(reason)s The row was left out.") % {"reason": problem})

    def _read(self, value, reader, options):
        if isinstance(value, Unreadable):
            raise NotUnderstood(
                "no_value", _("The cell shows an error, or a formula without a result; write the value.")
            )
        return reader(value, **options)

    def name(self, key: str, code: str, reason: str):
        """Name a cell; an empty key names the whole row."""
        value = self.raw(key) if key else None
        self.problems.append(self.source.problem(key, code, reason, "" if value is None else text(value)))

    def leave_out(self, key: str, code: str, reason: str):
        """Name a cell and leave the row out."""
        self.name(key, code, reason)
        self.left_out = True

    def identity(self) -> tuple:
        """What beside the understood values makes the row itself: cells of unknown columns and cells not read."""
        labels = self.table.header.labels
        extras = [
            (fold(labels[i]), fold(self.cells[i])) for i in self.table.header.extras if not is_blank(self.cells[i])
        ]
        return (*extras, *self._unread)


@dataclass
class Reading:
    """What came out of one sheet: the clean rows in their order, what is named, how many rows were left out."""

    rows: list = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0


def read(table: Table, to_row: Callable[[Row], object], seen: dict) -> Reading:
    """Read every row of a table.

    ``seen`` holds the rows of the workbook so far: a second, wholly equal one is named and counted once.
    """
    reading = Reading()
    for row in table.rows():
        clean = to_row(row)
        if row.left_out:
            reading.left_out += 1
            reading.problems += row.problems
            continue
        first = seen.setdefault((clean, row.identity()), row.source)
        if first is not row.source:
            reading.problems.append(_duplicate(row, first))
            continue
        reading.problems += row.problems
        reading.rows.append(clean)
    return reading


def _duplicate(row: Row, first: Source) -> Problem:
    if first.sheet == row.source.sheet:
        reason = _("Exactly the same as row %(row)d; counted once. Delete one of the two.") % {"row": first.row}
    else:
        reason = _("Exactly the same as %(where)s; counted once. Delete one of the two.") % {"where": first.words}
    return row.source.problem("", "duplicate", reason)


def find_tables(workbook: Workbook, layouts: tuple[Layout, ...]) -> tuple[list[Table], list[Problem]]:
    """The sheets of a workbook that are of a known kind, and what is to be said about the others.

    Raises ``WorkbookRefused`` when no sheet has a known header.
    """
    tables, problems = [], []
    for sheet in workbook.sheets:
        header = None if sheet.is_empty else recognise(sheet, layouts)
        if header and not header.missing and not sheet.hidden:
            tables.append(Table(sheet, header))
        elif not sheet.is_empty:
            problems += _unread(sheet, header)
    if not tables:
        raise WorkbookRefused("no_header", _why_unread(problems))
    year = next((t.heading.reporting_year for t in tables if t.heading.reporting_year), None)
    return [replace(table, other_year=year) for table in tables], problems


def _unread(sheet: Sheet, header: Header | None) -> list[Problem]:
    """Why a sheet was not read; a hidden sheet without a table is not worth a word."""
    if header and header.missing:
        names = "、".join(header.layout.by_key[key].name for key in header.missing)
        reason = _("The sheet has no column for %(names)s, so it was not read; add the column.") % {"names": names}
        code, row = "missing_columns", header.last + 1
    elif header:
        reason = _("The sheet is hidden and was not read; show it in Excel if it is to be read.")
        code, row = "hidden_sheet", header.last + 1
    elif not sheet.hidden:
        reason = _("No known table header was found on this sheet, so it was not read.")
        code, row = "no_header", 1
    else:
        return []
    return [Problem(sheet.file, sheet.name, row, _("whole sheet"), reason, code)]


def _why_unread(problems: list[Problem]) -> str:
    if problems and problems[0].code != "no_header":
        return f"{problems[0].sheet}: {problems[0].reason}"
    return _(
        "No sheet has a known table header. A roster has columns such as 姓名 and 选区; households 代表姓名 and "
        "户主姓名; stations 联络站名称; a ledger 日期, 代表 and 联系对象; a petition register 登记日期, 来访人 "
        "and 联络站."
    )
