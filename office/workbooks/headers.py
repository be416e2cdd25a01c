"""Recognising a sheet: which kind it is and which column means what, by title and headers, never by position."""

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from office.normalise import fold, halved, numeral, text, word, year_in
from office.workbooks.files import Sheet

_LOOK_AT = 30
_LONGEST_HEADER = 30
_BRACKETS = re.compile(r"[(\[【〔{][^)\]】〕}]*[)\]】〕}]")
_SIGNS = re.compile(r"[^\w\u3400-\u9fff]|_")
_SEQUENCE = re.compile(r"序号?|序列号?|顺序号?|编号|行号|号数?|no|num|id")
_COUNTY = re.compile(
    r"^(?:(?:19|20)\d\d年?度?|关于|附件\d*:?)*"
    r"(?!全[县市区旗]|本[县市区旗]|我[县市区旗]|各[县市区旗])([\u3400-\u9fff]{1,14}?(?:县|市|(?<![选社辖园片城])区|旗))"
    r"(?=第|人大|人民|代表|联络|联系|定点|接访|各|选民|群众|\d|[\u3400-\u9fff]{1,8}?(?:镇|乡|街道))"
)
# 湖北省十堰市清源县 is 清源县.
_ABOVE = re.compile(
    "^.+?(?:省|自治区|地区|自治州|盟|市)(?=.+[县市区旗]$)(?:.+?(?:地区|自治州|盟|市)(?=.+[县市区旗]$))?"
)
_TOWN = re.compile(r"^([\u3400-\u9fff]{1,8}?(?:民族乡|镇|乡|街道))(?!一级|级)")
_TERM = re.compile(r"第([0-9一二三四五六七八九十百]+)届")
_REPORTING = re.compile(r"填报|报送|制表|填表|编制|上报|日期|时间|单位:")
_UNIT = re.compile(r"^(?:填报|报送|制表|填表|编制|上报)?(?:单位|部门|机关)(?:名称|\(盖?章\)|\(公章\))*:?")


@dataclass(frozen=True)
class Column:
    """One meaning a column may have: its plain name, and the headers (regular expressions, best first) offices use.

    ``required``: the sheet is not read without the column, a row not without the cell. ``carried``: offices write it
    once for several rows; ``within``: columns whose change ends that. ``beside``: of several columns with this header,
    the one that follows the column named here. ``person``: a column of people, after which their columns follow.
    """

    key: str
    name: str
    headers: tuple[str, ...] = ()
    required: bool = False
    carried: bool = False
    within: tuple[str, ...] = ()
    beside: str = ""
    person: bool = False


@dataclass(frozen=True, eq=False)
class Layout:
    """One kind of workbook: the words of its title and the columns it may have. Each is one object, known by itself."""

    kind: str
    title: str
    columns: tuple[Column, ...]

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(column.key for column in self.columns if column.required)

    def meanings(self, header: str) -> list[tuple[int, str]]:
        """Every column that this header may stand for, with a rank: 0 fits best."""
        return _meanings(self, header)


@lru_cache(maxsize=20_000)
def _meanings(layout: Layout, header: str) -> list[tuple[int, str]]:
    return [
        (rank, column.key)
        for column in layout.columns
        for rank, pattern in enumerate((column.name, *column.headers))
        if re.fullmatch(pattern, header)
    ]


@dataclass(frozen=True)
class Heading:
    """What stands above the header: the title and what it says about county, township, term and year."""

    lines: tuple[str, ...] = ()
    sheet: str = ""

    @cached_property
    def title(self) -> str:
        return "\n".join(self.lines)

    @cached_property
    def county(self) -> str:
        return self._place[0]

    @cached_property
    def town(self) -> str:
        """The township that the whole sheet is about, from its title, else from the sheet's name."""
        found = _TOWN.match(fold(self.sheet))
        return self._place[1] or (found[1] if found and found[1] == fold(self.sheet) else "")

    @cached_property
    def _place(self) -> tuple[str, str]:
        for line in self.lines:
            bare = _UNIT.sub("", fold(line))
            if county := _COUNTY.match(bare):
                town = _TOWN.match(bare[county.end() :])
                return _ABOVE.sub("", county[1]), town[1] if town else ""
        return "", ""

    @cached_property
    def term(self) -> int | None:
        found = _TERM.search(halved(word(self.title)))
        return numeral(found[1]) if found else None

    @cached_property
    def year(self) -> int | None:
        """The year that the title names."""
        return next(
            (year for line in self.lines if not _REPORTING.search(fold(line)) and (year := year_in(line))), None
        )

    @cached_property
    def reporting_year(self) -> int | None:
        """The year that the reporting line or the sheet's name names."""
        return next((year for line in (*self.lines, self.sheet) if (year := year_in(line))), None)


@dataclass(frozen=True)
class Header:
    """A header found on a sheet: rows ``first`` to ``last`` (from 0), and what each column means."""

    layout: Layout
    first: int
    last: int
    columns: dict[str, int] = field(hash=False)
    labels: dict[int, str] = field(hash=False)
    heading: Heading = field(default_factory=Heading)
    missing: tuple[str, ...] = ()
    score: int = 0

    @cached_property
    def extras(self) -> list[int]:
        """Columns with a header that means nothing here; numbering columns are not among them."""
        known = set(self.columns.values())
        return [i for i, label in self.labels.items() if i not in known and not is_sequence(label)]


def is_sequence(label: str) -> bool:
    return bool(_SEQUENCE.fullmatch(_SIGNS.sub("", fold(label))))


def recognise(sheet: Sheet, layouts: tuple[Layout, ...]) -> Header | None:
    """The header of a sheet and its kind; None when no row looks like a header of any kind.

    A header without all required columns is returned with those it misses in ``missing``.
    """
    cells = _spread(sheet)
    found = []
    for first in range(len(cells)):
        heading = _heading(sheet, cells, first)
        for rows in (1, 2):
            if first + rows <= len(cells):
                labels, forms = _labels(cells[first : first + rows])
                found += [_header(layout, labels, forms, first, rows, heading) for layout in layouts]
    whole = [header for header in found if not header.missing and len(header.columns) >= 2]
    partial = [header for header in found if header.missing and len(header.columns) >= 3 and header.score >= 5]
    best = max(whole or partial, key=lambda header: (header.score, header.first - header.last), default=None)
    return best and _to_its_end(best, sheet)


def _spread(sheet: Sheet) -> list[list[str]]:
    """The first rows as text, with merged cells written into every cell they cover."""
    cells = [[text(cell) for cell in row] for row in sheet.rows[:_LOOK_AT]]
    for top, left, bottom, right in sheet.merged:
        if top < len(cells) and left < len(cells[top]):
            for row in range(top, min(bottom, len(cells) - 1) + 1):
                for column in range(left, min(right, len(cells[row]) - 1) + 1):
                    cells[row][column] = cells[top][left]
    return cells


def _heading(sheet: Sheet, cells, first: int) -> Heading:
    lines = (" ".join(dict.fromkeys(filter(None, row))) for row in cells[:first])
    return Heading(tuple(line for line in lines if line), sheet.name)


def _labels(rows: list[list[str]]) -> tuple[dict[int, str], dict[int, list[str]]]:
    """How each column is called if these rows are the header, and how that may be read."""
    labels, forms = {}, {}
    for index in range(max(map(len, rows))):
        parts = [row[index] for row in rows if index < len(row)]
        if any(len(part) > _LONGEST_HEADER for part in parts):
            continue
        label, ways = _ways(*parts)
        if label:
            labels[index], forms[index] = label, ways
    return labels, forms


def _header(layout: Layout, labels, forms, first: int, rows: int, heading: Heading) -> Header:
    columns = _assign(layout, labels, forms)
    missing = tuple(sorted(layout.required - set(columns)))
    title = 3 if re.search(layout.title, fold(heading.title)) else 0
    return Header(layout, first, first + rows - 1, columns, labels, heading, missing, len(columns) + title)


def _ways(upper: str, lower: str = "") -> tuple[str, list[str]]:
    """How a header of one or two rows may be read, best first, and how it is called when it is named."""
    upper, lower = word(upper), word(lower)
    if not lower or lower == upper or not upper:
        return upper or lower, _forms(upper or lower)
    return f"{upper}{lower}", [*_forms(upper + lower), *_forms(lower)]


@lru_cache(maxsize=20_000)
def _forms(label: str) -> list[str]:
    folded = fold(label)
    return list(dict.fromkeys(filter(None, (_SIGNS.sub("", folded), _SIGNS.sub("", _BRACKETS.sub("", folded))))))


def _assign(layout: Layout, labels: dict[int, str], forms: dict[int, list[str]]) -> dict[str, int]:
    """Give each meaning its best column; each column has one meaning."""
    fits = []
    for index, ways in forms.items():
        for turn, form in enumerate(ways):
            for rank, key in layout.meanings(form):
                fits.append((turn * 10 + rank, index, key))
    columns: dict[str, int] = {}
    for _rank, index, key in sorted(fits):
        if key not in columns and index not in columns.values():
            columns[key] = index
    return _beside(layout, labels, columns)


def _beside(layout: Layout, labels: dict[int, str], columns: dict[str, int]) -> dict[str, int]:
    """Where two columns have the same header (联系电话), each belongs to the person it follows."""
    people = {columns[c.key]: c.key for c in layout.columns if c.person and c.key in columns}
    for column in layout.columns:
        if column.beside and column.key in columns:
            alike = [i for i, label in labels.items() if label == labels[columns[column.key]]]
            right = [i for i in alike if _last_person(people, i) == column.beside]
            if len(alike) > 1 and right:
                columns[column.key] = right[0]
    return columns


def _last_person(people: dict[int, str], index: int) -> str:
    before = [i for i in people if i < index]
    return people[max(before)] if before else ""


def _to_its_end(header: Header, sheet: Sheet) -> Header:
    """Header cells may be merged further down than the rows that were recognised."""
    used = set(header.labels)
    ends = [b for t, l, b, _r in sheet.merged if header.first <= t <= header.last and l in used]
    last = max([header.last, *ends])
    return Header(
        header.layout, header.first, last, header.columns, header.labels, header.heading, header.missing, header.score
    )
