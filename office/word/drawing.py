"""Tables and pictures as Word's XML, written as text: two thousand rows take as long as a page of them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from markupsafe import escape
from PIL import Image

from office import pdf
from office.sheets import Head, Ident, Marked, Table, Tenths, clean, width_of

PNG = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
EMU_A_MM = 36_000
TWIPS_A_MM = 56.6929
"""Twentieths of a point."""
TEXT_WIDTH = round(156 * TWIPS_A_MM)
LANDSCAPE_WIDTH = round(225 * TWIPS_A_MM)
CELL, HEAD = "GridText", "GridHead"
"""The styles of a table's paragraphs; a template that has none shows them in its own body text."""
_NARROW = 4
_TWIPS_A_SIGN, _EDGES = 105, 120
"""Of a half sign of 五号, and of the blank on both sides of a cell."""
_AFTER = '</w:tbl><w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
"""A line of one point: two tables that touch are one to Word, and a cell that ends with a table is none."""
_PICTURE = (
    '</w:t></w:r><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
    '<wp:docPr id="{number}" name="{key}" descr="{alt}"/><wp:cNvGraphicFramePr><a:graphicFrameLocks '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="{number}" '
    'name="{key}.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{key}"/><a:stretch>'
    '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    '</wp:inline></w:drawing></w:r><w:r><w:t xml:space="preserve">'
)


@dataclass(frozen=True)
class Picture:
    """A PNG that stands in a line of text, ``width`` millimetres wide; ``alt`` says what is seen on it."""

    content: bytes
    alt: str
    width: float = 150

    @cached_property
    def key(self) -> str:
        return f"rIdP{sha256(self.content).hexdigest()[:12]}"

    @classmethod
    def of_svg(cls, svg: str, alt: str) -> "Picture":
        """A drawing as a picture, three hundred dots an inch."""
        return cls(pdf.picture(svg, width=cls.width), alt)

    def __html__(self) -> str:
        wide, high = _size_of(self.content)
        cx = round(self.width * EMU_A_MM)
        number = int(self.key[4:11], 16)
        return _PICTURE.format(cx=cx, cy=cx * high // wide, number=number, key=self.key, alt=escape(self.alt))

    __str__ = __html__


def _size_of(content) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size


@dataclass(frozen=True)
class Grid:
    """A table of a report: ruled, its heads on every page, columns as wide as their content asks."""

    table: Table
    width: int = TEXT_WIDTH

    def __html__(self) -> str:
        return "".join(self._pieces())

    __str__ = __html__

    def _pieces(self):
        table, rows = self.table, [[said(cell) for cell in row] for row in self.table.rows]
        widths = widths_of(table.heads, rows[:200], self.width)
        yield _opening(widths)
        yield from _heads(table.heads, widths)
        cells = [_cell(width) for width in widths]
        for row in rows:
            yield _row(row, cells)
        if table.sums:
            yield _row([said(cell) for cell in table.sums], cells)
        if not rows:
            yield _row(["–"] + [""] * (len(widths) - 1), cells)
        yield _AFTER


def _opening(widths) -> str:
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
    sides = "".join(f"<w:{side} {line}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}'
        '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" '
        f'w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )


def _heads(heads: Sequence[Head], widths):
    """One row of heads, or two where columns belong to a group."""
    if any(head.group for head in heads):
        yield f"{_HEAD_ROW}{''.join(_groups(heads, widths))}</w:tr>"
        texts = [("", "continue") if not head.group else (head.label, "") for head in heads]
    else:
        texts = [(head.label, "") for head in heads]
    cells = (_head(text, width, merge=merge) for (text, merge), width in zip(texts, widths, strict=True))
    yield f"{_HEAD_ROW}{''.join(cells)}</w:tr>"


_HEAD_ROW = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"


def _groups(heads, widths):
    at = 0
    while at < len(heads):
        group, end = heads[at].group, at + 1
        while group and end < len(heads) and heads[end].group == group:
            end += 1
        wide = sum(widths[at:end])
        yield _head(group, wide, span=end - at) if group else _head(heads[at].label, wide, merge="restart")
        at = end


def _head(text, width, *, span=1, merge="") -> str:
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{merged}<w:vAlign w:val="center"/></w:tcPr><w:p>'
        f'<w:pPr><w:pStyle w:val="{HEAD}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:tc>'
    )


def _cell(width) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle '
        f'w:val="{CELL}"/>'
    )


def _row(texts, cells) -> str:
    made = "".join(
        f'{cell}<w:jc w:val="{"center" if len(text) < 12 else "left"}"/></w:pPr><w:r><w:t xml:space="preserve">'
        f"{escape(text)}</w:t></w:r></w:p></w:tc>"
        for text, cell in zip(texts, cells, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{made}</w:tr>"


def said(value) -> str:
    """A value of a table as it is printed."""
    if type(value) is int:
        return str(value)
    if isinstance(value, Marked):
        value = value.value
    if value is None:
        return ""
    if isinstance(value, Tenths):
        return f"{int(value) / 10:.1f}%"
    if isinstance(value, Ident):
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else clean(str(value)).replace("\n", "；")


def widths_of(heads, rows, whole) -> list[int]:
    """How wide each column is, together the width of the table: as it asks; where that is too much, the widest less."""
    asked = [_asked(head, [row[at] for row in rows]) for at, head in enumerate(heads)]
    if sum(asked) <= whole:
        widths = [whole * one // sum(asked) for one in asked]
    else:
        most = _most(asked, whole)
        widths = [min(one, most) for one in asked]
    widths[-1] += whole - sum(widths)
    return widths


def _most(asked, whole) -> int:
    """So wide at most may a column be, if together they are to be as wide as the whole."""
    left, columns = whole, len(asked)
    for one in sorted(asked):
        if one * columns >= left:
            break
        left, columns = left - one, columns - 1
    return left // columns


def _asked(head, texts) -> int:
    """Twips that a column needs for its widest text of at most 24 signs, and for its head in two lines."""
    longest = max(map(width_of, texts), default=0)
    return _EDGES + _TWIPS_A_SIGN * max(_NARROW, min(longest, 48), min(width_of(head.label), 2 * _NARROW + 2))
