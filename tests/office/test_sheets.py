"""The writer of workbooks: what a cell may hold, and how wide it is."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from office.sheets import LONGEST, Head, Ident, Marked, Table, Tenths, Workbook, clean, width_of

AT = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)


def written(*rows, heads=None, **more):
    book = Workbook(title="甲&乙", author="办公室", at=AT)
    heads = heads or [Head(f"列{n}") for n in range(len(rows[0]))]
    book.table(Table("表", "题", heads, [list(row) for row in rows], **more))
    return openpyxl.load_workbook(io.BytesIO(book.bytes()))["表"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", '=HYPERLINK("x")', "{=1}", "12", "http://a.example", "\t=1"]
)
def test_text_is_never_taken_for_anything_else(text):
    cell = written([text])["A3"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_characters_that_a_workbook_cannot_hold_are_left_out():
    assert clean("甲\x00\x08\x0b乙\x1f\x7f\ud800丙\ufffe丁\r\n戊") == "甲乙丙丁\n戊"
    assert len(clean("长" * 40_000)) == LONGEST


def test_numbers_dates_and_shares_are_numbers_with_a_format():
    cells = written([1234, Ident(1234), Tenths(955), date(2026, 3, 1), None])[3]
    assert [cell.value for cell in cells] == [1234, 1234, 0.955, datetime(2026, 3, 1), None]
    assert [cell.number_format for cell in cells[:4]] == ['#,##0;-#,##0;"–"', "0", "0.0%", "yyyy-mm-dd"]


def test_a_mark_colours_the_cell_and_leaves_its_value():
    sheet = written([Marked(0, "missed"), 0])
    assert [sheet["A3"].value, sheet["B3"].value] == [0, 0]
    assert [sheet["A3"].fill.fgColor.rgb, sheet["B3"].fill.fill_type] == ["FFFBE3E1", None]


def test_a_chinese_character_is_two_wide():
    assert [width_of("代表"), width_of("ab"), width_of("（甲）"), width_of("甲\n甲乙")] == [4, 2, 6, 4]


def test_the_row_of_sums_stands_below_the_filter():
    sheet = written(["甲", 1], ["乙", 2], sums=["合计", 3])
    assert (sheet.auto_filter.ref, sheet["B5"].value) == ("A2:B4", 3)


def test_heads_stand_under_the_head_of_their_group():
    heads = [Head("名"), Head("一", "组"), Head("二", "组"), Head("三")]
    sheet = written(["甲", 1, 2, 3], heads=heads)
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["B2:C2"]
    assert [cell.value for cell in sheet[3]] == ["名", "一", "二", "三"]


def test_the_title_is_on_every_page_even_with_an_ampersand():
    assert written(["甲"]).oddHeader.left.text == "甲&&乙"
