"""Documents in the layout of GB/T 9704-2012, made with python-docx: for templates, not for filling in.

A4, text block 156 × 225 mm of 22 lines with 28 characters, the fonts that the standard names (an office's own
computers have them; they are not free and are not in the file), page numbers between dashes on the outer edge. What
a person may want to change later stands in named styles.
"""

import copy
import io
from collections.abc import Sequence

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from office.word.drawing import CELL, HEAD, TEXT_WIDTH, TWIPS_A_MM

TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
"""Margins in millimetres (5.2.1)."""
LINE_PITCH = 579
"""Twentieths of a point from line to line: 22 of them are 225 mm."""
LINE = Pt(LINE_PITCH / 20)
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = 22, 16, 14, 10.5
"""二号, 三号, 四号, 五号, in points."""
SONG_TITLE, FANG_SONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
RED = RGBColor(0xFF, 0, 0)
_EMU_A_TWIP = 635
_TIGHT = -5
"""Twentieths of a point between two characters, so that 28 of 16 points stand in 156 mm."""
_THUMBNAIL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"

BODY, TITLE, LEVEL_1, LEVEL_2, LEVEL_3 = "Normal", "Title", "Heading 1", "Heading 2", "Heading 3"
OFFICE, NUMBER, FLUSH, SIGNATURE, DAY = "发文机关标志", "发文字号", "主送机关", "发文机关署名", "成文日期"
ANNEXED, SIGNED_OFF = "附件说明", "发文字号和签发人"
NOTE, PICTURE, TABLE_TITLE, ANNEX, COLOPHON = "说明", "图", "表题", "附件", "版记"


class Paper:
    """One document being built; ``bytes()`` ends it."""

    def __init__(self, *, title: str, author: str):
        self.document = Document()
        self.document.core_properties.title = title
        self.document.core_properties.author = author
        self.document.core_properties.comments = ""
        _drop_thumbnail(self.document)
        _styles(self.document)
        _page(self.document.sections[0])
        _numbers(self.document)
        self.document.settings.element.find(qn("w:zoom")).set(qn("w:percent"), "100")

    def add(self, text: str, style: str = BODY, *, keep: bool = False):
        """A paragraph in one of the styles of this module; with ``keep`` its end stands on the page of what follows.

        So no signature stands on a page of its own (7.3.5.4).
        """
        paragraph = self.document.add_paragraph(text, style=self.document.styles[style])
        if keep:
            paragraph.paragraph_format.keep_with_next = True
        return paragraph

    def at_foot(self, text: str):
        """A line of the 版记, which hangs at the foot of the text block."""
        foot = {"w": TEXT_WIDTH, "wrap": "around", "vAnchor": "margin", "hAnchor": "margin", "xAlign": "left"}
        paragraph = self.add(text, COLOPHON)
        paragraph._p.pPr.find(qn("w:pStyle")).addnext(_element("w:framePr", **foot, yAlign="bottom"))

    def in_kai(self, paragraph, text: str):
        """More of a line, in 楷体: the name of whom signed it off (7.2.6)."""
        run = paragraph.add_run(text)
        run.font.name = KAI
        run._r.rPr.rFonts.set(qn("w:eastAsia"), KAI)

    def when(self, condition: str):
        """What follows, up to ``end``, stands only where ``condition`` holds."""
        self.add(f"{{%p if {condition} %}}")

    def end(self):
        self.add("{%p endif %}")

    def each(self, one: str, of: str):
        """What follows, up to ``end_each``, stands once for each ``one`` of the list ``of``."""
        self.add(f"{{%p for {one} in {of} %}}")

    def end_each(self):
        self.add("{%p endfor %}")

    def turn(self, *, lying: bool = False):
        """End a page here; what stood before it, from the last turn on, is upright or ``lying`` (A4 in either way)."""
        paragraph = self.add("", NOTE)
        section = copy.deepcopy(self.document.sections[-1]._sectPr)
        if lying:
            _lay(section)
        paragraph._p.get_or_add_pPr().append(section)

    def plain_table(self, rows: Sequence[Sequence[str]], widths: Sequence[int]):
        """A table of pairs, in which every second column names what stands beside it."""
        table = self._new_table(widths)
        for row in rows:
            for n, cell in enumerate(self._row(table, row, widths, CELL)):
                cell.paragraphs[0].style = self.document.styles[CELL if n % 2 else HEAD]
        return table

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]):
        """A ruled table; a row of one cell is a word to the filling (``{%tr … %}``). Widths are parts of the whole.

        What stands in a narrow column is a figure or a mark, and is centred.
        """
        table = self._new_table(widths)
        self._row(table, heads, widths, HEAD)
        _repeat(table.rows[0])
        for row in rows:
            self._row(table, [*row, *[""] * (len(heads) - len(row))], widths, CELL)
        return table

    def _new_table(self, widths):
        table = self.document.add_table(rows=0, cols=len(widths))
        table.style = self.document.styles["Table Grid"]
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for column, width in zip(table.columns, _twips(widths), strict=True):
            column.width = width * _EMU_A_TWIP
        return table

    def _row(self, table, texts, widths, style):
        added = table.add_row()
        added._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        cells = added.cells
        for cell, text, width in zip(cells, texts, _twips(widths), strict=True):
            cell.width = width * _EMU_A_TWIP
            cell.paragraphs[0].style = self.document.styles[style]
            cell.paragraphs[0].add_run(text)
            if style == CELL and width * len(widths) < TEXT_WIDTH:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        return cells

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def _twips(widths) -> list[int]:
    return [TEXT_WIDTH * width // sum(widths) for width in widths]


def _lay(section):
    """The page turned by a quarter: what was its top is its left."""
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    size.set(qn("w:w"), str(round(297 * TWIPS_A_MM)))
    size.set(qn("w:h"), str(round(210 * TWIPS_A_MM)))
    size.set(qn("w:orient"), "landscape")
    for side, amount in (("top", LEFT), ("bottom", RIGHT), ("left", BOTTOM), ("right", TOP)):
        margins.set(qn(f"w:{side}"), str(round(amount * TWIPS_A_MM)))
    for name, amount in (("header", 10), ("footer", 12)):
        margins.set(qn(f"w:{name}"), str(round(amount * TWIPS_A_MM)))


def _drop_thumbnail(document):
    """The picture of an empty page that the library brings along."""
    rels = document.part.package.rels
    for key in [key for key, rel in rels.items() if rel.reltype == _THUMBNAIL]:
        del rels[key]


def _page(section):
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(15), Mm(BOTTOM - 7 - 6)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(_element("w:docGrid", type="lines", linePitch=LINE_PITCH))


def _numbers(document):
    """四号半角宋体, a dash on each side, on the outer edge, one character in (7.5)."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        paragraph.alignment = side
        edge = "right_indent" if side == WD_ALIGN_PARAGRAPH.RIGHT else "left_indent"
        setattr(paragraph.paragraph_format, edge, Pt(SIZE_4))
        paragraph.add_run("— ")
        _field(paragraph, "PAGE")
        paragraph.add_run(" —")


def _field(paragraph, code):
    for kind in ("begin", code, "separate", "1", "end"):
        run = paragraph.add_run()
        if kind == code:
            told = _element("w:instrText")
            told.text = f" {code} "
            told.set(qn("xml:space"), "preserve")
            run._r.append(told)
        elif kind == "1":
            run.text = kind
        else:
            run._r.append(_element("w:fldChar", fldCharType=kind))


def _styles(document):
    body = _style(document, BODY, FANG_SONG, SIZE_3, first=2, justified=True, tight=_TIGHT)
    body.font.color.rgb = None
    _style(document, TITLE, SONG_TITLE, SIZE_2, centred=True, line=Pt(34), before=10, after=10)
    _style(document, LEVEL_1, HEI, SIZE_3, first=2, keep=True)
    _style(document, LEVEL_2, KAI, SIZE_3, first=2, keep=True)
    _style(document, LEVEL_3, FANG_SONG, SIZE_3, first=2, keep=True)
    # With the ten points that lie above the signs of such a line, 35 mm below the edge of the text block (7.2.4).
    _style(document, OFFICE, SONG_TITLE, 29, centred=True, colour=RED, line=Pt(44), before=89)
    for name, sides in ((NUMBER, {"centred": True}), (SIGNED_OFF, {})):
        number = _style(document, name, FANG_SONG, SIZE_3, before=LINE_PITCH / 10, after=LINE_PITCH / 20, **sides)
        _ruled(number, bottom=(12, "FF0000", 11))
    number.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    _style(document, FLUSH, FANG_SONG, SIZE_3)
    _style(document, ANNEXED, FANG_SONG, SIZE_3, first=2, before=LINE_PITCH / 20, keep=True)
    _style(document, SIGNATURE, FANG_SONG, SIZE_3, right=2, to_the_right=True, before=LINE_PITCH / 10, keep=True)
    _style(document, DAY, FANG_SONG, SIZE_3, right=4, to_the_right=True)
    _style(document, NOTE, FANG_SONG, SIZE_4, line=Pt(22))
    _style(document, PICTURE, FANG_SONG, SIZE_3, centred=True, line=None)
    _style(document, TABLE_TITLE, HEI, SIZE_4, centred=True, line=Pt(24), before=6, keep=True)
    annex = _style(document, ANNEX, HEI, SIZE_3, keep=True)
    annex.paragraph_format.page_break_before = True
    _colophon(_style(document, COLOPHON, FANG_SONG, SIZE_4, line=Pt(24)))
    for name, font, more in ((HEAD, HEI, {"centred": True, "keep": True}), (CELL, SONG, {})):
        cell = _style(document, name, font, SIZE_5, line=Pt(15), **more)
        cell.element.pPr.find(qn("w:spacing")).addprevious(_element("w:snapToGrid", val=0))
    _style(document, "Footer", SONG, SIZE_4, line=Pt(20))


def _style(document, name, font, size, **more):
    known = [style.name for style in document.styles]
    style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != BODY:
        style.base_style = document.styles[BODY]
        style.next_paragraph_style = document.styles[BODY]
    style.hidden, style.quick_style = False, True
    _lettering(style, font, size, more.get("colour"), more.get("tight", 0))
    _lines(style, size, **more)
    return style


def _lettering(style, font, size, colour, tight):
    properties = style.element.get_or_add_rPr()
    for old in list(properties):
        properties.remove(old)
    style.font.name, style.font.size = font, Pt(size)
    fonts = properties.find(qn("w:rFonts"))
    for face in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{face}"), font)
    fonts.set(qn("w:hint"), "eastAsia")
    style.font.bold = style.font.italic = False
    style.font.color.rgb = colour or RGBColor(0, 0, 0)
    size_of = properties.find(qn("w:sz"))
    size_of.addprevious(_element("w:spacing", val=tight))
    size_of.addprevious(_element("w:kern", val=0))
    size_of.addnext(_element("w:szCs", val=round(2 * size)))
    properties.append(_element("w:lang", val="zh-CN", eastAsia="zh-CN"))


def _lines(style, size, *, first=0, left=0, right=0, before=0, after=0, line=LINE, keep=False, **how):
    properties = style.element.get_or_add_pPr()
    for old in list(properties):
        properties.remove(old)
    lines = style.paragraph_format
    lines.keep_with_next, lines.widow_control = keep, False
    lines.space_before, lines.space_after = Pt(before), Pt(after)
    if line is None:
        lines.line_spacing = 1.0
    else:
        lines.line_spacing_rule, lines.line_spacing = WD_LINE_SPACING.EXACTLY, line
    lines.first_line_indent, lines.left_indent, lines.right_indent = Pt(first * size), Pt(left * size), Pt(right * size)
    indent = properties.find(qn("w:ind"))
    indent.set(qn("w:firstLineChars"), str(100 * first))
    sides = (("to_the_right", WD_ALIGN_PARAGRAPH.RIGHT), ("justified", WD_ALIGN_PARAGRAPH.JUSTIFY))
    chosen = [side for name, side in sides if how.get(name)]
    lines.alignment = WD_ALIGN_PARAGRAPH.CENTER if how.get("centred") else (chosen or [WD_ALIGN_PARAGRAPH.LEFT])[0]


def _colophon(style):
    """At the foot of the last page, between lines as wide as the text block, the day at its right edge (7.4)."""
    _ruled(style, top=(8, "000000", 1), bottom=(8, "000000", 1), between=(6, "000000", 1))
    style.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)


_BEFORE_BORDERS = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr")


def _ruled(style, **sides):
    """Lines around a paragraph: eighths of a point, colour, points away."""
    borders = _element("w:pBdr")
    for side in ("top", "left", "bottom", "right", "between"):
        if side in sides:
            size, colour, space = sides[side]
            borders.append(_element(f"w:{side}", val="single", sz=size, space=space, color=colour))
    properties = style.element.get_or_add_pPr()
    before = [one for one in properties if one.tag.rpartition("}")[2] in _BEFORE_BORDERS]
    properties.insert(len(before), borders)


def _repeat(row):
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:tblHeader"))


def _element(name, **attributes):
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made
