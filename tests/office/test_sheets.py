"""The writer of workbooks: what a cell may hold, and how wide it is."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
import python_calamine

from office.cells import LONGEST, kind_of, lines_of
from office.sheet_rows import RowWriter
from office.sheets import MEASURED, Head, Ident, Marked, Table, Tenths, Workbook, clean, width_of

AT = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)


def written(*rows, heads=None, title="题", **more):
    book = Workbook(title="甲&乙", author="办公室", at=AT)
    heads = heads or [Head(f"列{n}") for n in range(len(rows[0]))]
    book.table(Table("表", title, heads, [list(row) for row in rows], **more))
    return openpyxl.load_workbook(io.BytesIO(book.bytes()))["表"]


LOOKS_ELSE = ["=1+1", "+1", "-1", "@a", '=HYPERLINK("x")', "{=1}", "12", "http://a.example", "\t=1", "a<b>&c", " 甲 "]


@pytest.mark.parametrize("text", [*LOOKS_ELSE, "<r>甲</r>"])
def test_text_is_never_taken_for_anything_else(text):
    sheet = written([text], title=text)
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in (sheet["A3"], sheet["A1"])] == [
        (text, "s", None),
        (text.replace("<r>", "＜r>"), "s", None),
    ]


def test_text_that_looks_like_the_formats_own_signs_is_read_as_it_stands():
    book = Workbook(title="甲", author="乙", at=AT)
    book.table(Table("表", "题", [Head("列")], [["_x0041_"]]))
    read = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book.bytes()))
    assert read.get_sheet_by_index(0).to_python()[2] == ["_x0041_"]


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


EVERYTHING = [
    *["甲", "=1", " 前后 ", "a<b>&c\"d'", "_x0041_", "坏\x00\x1f字\ufffe", "一\r\n二", "\t", "", "长" * 40],
    *[None, 0, -12, 10**12, 1.5, True, Ident(7), Tenths(333), Tenths(1000), date(1900, 3, 1), date(2026, 11, 24)],
    *[
        Marked(3, "missed"),
        Marked("否", "missed"),
        Marked(None, "left_out"),
        Marked(Tenths(5), "left_out"),
    ],
]


@pytest.mark.parametrize("mark", ["", "sum"])
def test_a_row_is_what_the_library_would_have_written_cell_by_cell(mark):
    """The quick way and the library's own, each in a workbook of its own: the same XML."""

    def xml(write):
        book = Workbook(title="甲", author="乙", at=AT)
        for value in EVERYTHING:  # the formats get their numbers in the order of their first use
            book.style(kind_of(value.value if isinstance(value, Marked) else value), mark)._get_xf_index()
        sheet = book.sheet("表")
        book.put(sheet, 0, 0, "题", style="title")
        write(book, sheet)
        with zipfile.ZipFile(io.BytesIO(book.bytes())) as parts:
            return parts.read("xl/worksheets/sheet1.xml").decode()

    def quickly(book, sheet):
        rows = RowWriter(book, sheet, [10] * len(EVERYTHING), first=1)
        rows.row(EVERYTHING, mark)
        rows.row(EVERYTHING, mark)
        rows.end()

    def slowly(book, sheet):
        for row in (1, 2):
            for column, value in enumerate(EVERYTHING):
                book.put(sheet, row, column, value, mark)
            sheet.set_row(row, 4 + 14 * max(lines_of(v, 10) for v in EVERYTHING if isinstance(v, str)))

    assert xml(quickly).split("<c ") == xml(slowly).split("<c ")


def test_rows_that_come_one_by_one_are_read_once_and_written_whole(tmp_path):
    asked = []

    def rows():
        for n in range(MEASURED + 5):
            asked.append(n)
            yield [Ident(n), "字"]

    book = Workbook(title="甲", author="乙", at=AT, to=tmp_path / "x.xlsx")
    book.table(Table("表", "题", [Head("号"), Head("字")], rows()))
    book.save()
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["表"]
    assert [sheet.cell(n + 3, 1).value for n in range(MEASURED + 5)] == asked == list(range(MEASURED + 5))
    assert sheet.auto_filter.ref == f"A2:B{MEASURED + 7}"
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_workbook_that_breaks_off_leaves_no_file_behind(tmp_path):
    def rows():
        yield ["甲"]
        raise KeyError("the database is gone")

    with pytest.raises(KeyError), Workbook(title="甲", author="乙", at=AT, to=tmp_path / "x.xlsx") as book:
        book.table(Table("一", "题", [Head("号")], [["甲"]]))
        book.table(Table("二", "题", [Head("号")], rows()))
    assert list(tmp_path.iterdir()) == []
