"""Workbooks are opened safely and refused in one clear sentence; sheets are recognised by what they say."""

import io
import zipfile

import openpyxl
import pytest

from office.normalise import person, phones, word
from office.workbooks import (
    Column,
    Layout,
    WorkbookRefused,
    find_tables,
    open_workbook,
    read,
)

LAYOUT = Layout(
    "people",
    "名单",
    (
        Column("name", "姓名", ("代表姓名",), required=True, person=True),
        Column("town", "乡镇", ("所属乡镇",), required=True, carried=True),
        Column("phone", "电话", ("联系电话", "手机号码?")),
    ),
)


def workbook(*sheets, hidden=()):
    """The bytes of a workbook whose sheets hold these rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for n, (rows, *merged) in enumerate(sheets):
        sheet = book.create_sheet(f"S{n}")
        sheet.sheet_state = "hidden" if n in hidden else "visible"
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def to_row(row):
    name, town = row.need("name", person), row.need("town", word)
    return None if row.left_out else (name, town, row.get("phone", phones, ""))


def rows_of(content):
    tables, problems = find_tables(open_workbook(content, "a.xlsx"), (LAYOUT,))
    seen, rows = {}, []
    for table in tables:
        reading = read(table, to_row, seen)
        rows += reading.rows
        problems += reading.problems
    return rows, [(p.sheet, p.row, p.column, p.code) for p in problems]


def refusal(content, layouts=(LAYOUT,)):
    with pytest.raises(WorkbookRefused) as refused:
        find_tables(open_workbook(content, "a.xlsx"), layouts)
    return refused.value.code


HEAD = ["序号", "姓名", "所属乡镇", "联系电话"]
ZHANG = [1, "张三", "东镇", "13800000001"]


def test_the_header_is_found_below_any_lines_and_in_any_order():
    rows = [
        ["名单"],
        [],
        ["填报单位：某某"],
        ["手机\n号码", "所属 乡镇", "无关", "代表\n姓名"],
        ["13800000001", "东镇", "x", "张三"],
    ]
    assert rows_of(workbook((rows,))) == ([("张三", "东镇", "13800000001")], [])


def test_a_header_of_two_rows_with_merged_cells_is_one_header():
    rows = [
        ["序号", "代表", None, "所属乡镇"],
        [None, "姓名", "联系电话", None],
        [1, "张三", "13800000001", "东镇"],
    ]
    assert rows_of(workbook((rows, "B1:C1", "A1:A2", "D1:D2"))) == ([("张三", "东镇", "13800000001")], [])


def test_merged_and_carried_and_ditto_cells_say_what_stands_above():
    merged = [HEAD, ZHANG, [2, "李四", None, None], [3, "王五", "西镇", None]]
    people = [("张三", "东镇", "13800000001"), ("李四", "东镇", ""), ("王五", "西镇", "")]
    assert rows_of(workbook((merged, "C2:C3"))) == (people, [])
    assert rows_of(workbook((merged,))) == (people, [])
    ditto = [HEAD, ZHANG, [2, "李四", "〃", None], [3, "王五", "西镇", None]]
    assert rows_of(workbook((ditto,))) == (people, [])


def test_a_blank_cell_in_a_column_that_is_always_filled_is_missing():
    rows = [HEAD, *[[n, f"张{c}", "东镇", None] for n, c in enumerate("一二三四五", 1)], [6, "李四", None, None]]
    people, named = rows_of(workbook((rows,)))
    assert (len(people), named) == (5, [("S0", 7, "所属乡镇", "missing")])


def test_one_missing_cell_is_not_taken_for_a_column_that_is_written_once():
    rows = [HEAD, *[[n, f"张{c}", f"{c}镇", None] for n, c in enumerate("甲乙丙丁", 1)], [5, "李四", None, None]]
    people, named = rows_of(workbook((rows,)))
    assert (len(people), named) == (4, [("S0", 6, "所属乡镇", "missing")])


def test_blank_rows_footers_numbered_empty_rows_and_repeated_headers_are_no_data():
    rows = [
        HEAD,
        ZHANG,
        [],
        [2],
        HEAD,
        [3, "李四", "西镇", None],
        ["合计", "2人"],
        ["填表人：", None, "审核人："],
        ["备注：无"],
    ]
    assert rows_of(workbook((rows,))) == ([("张三", "东镇", "13800000001"), ("李四", "西镇", "")], [])


def test_a_pasted_duplicate_is_named_and_counted_once():
    rows = [HEAD, ZHANG, [2, "李四", "西镇", None], [3, "张 三", "东镇", 13800000001]]
    people, named = rows_of(workbook((rows,)))
    assert len(people) == 2
    assert [(sheet, row, code) for sheet, row, _column, code in named] == [("S0", 4, "duplicate")]


def test_rows_that_differ_in_an_unknown_column_are_no_duplicates():
    rows = [[*HEAD, "证号"], [*ZHANG, "A1"], [*ZHANG, "A2"]]
    assert rows_of(workbook((rows,))) == ([("张三", "东镇", "13800000001")] * 2, [])


def test_a_bad_cell_is_named_and_left_blank_and_the_row_stays():
    assert rows_of(workbook(([HEAD, [1, "张三", "东镇", "138"]],))) == (
        [("张三", "东镇", "")],
        [("S0", 2, "联系电话", "not_a_phone")],
    )


def test_an_error_and_a_formula_without_a_result_are_not_taken_for_blank():
    book = openpyxl.Workbook()
    for row in (HEAD, ZHANG, ZHANG, ZHANG):
        book.active.append(row)
    book.active["D2"].value, book.active["D2"].data_type = "#N/A", "e"
    book.active["D3"] = "=VLOOKUP(1,A:B,2)"
    file = io.BytesIO()
    book.save(file)
    people, named = rows_of(file.getvalue())
    assert [phone for *_rest, phone in people] == ["", "", "13800000001"]
    assert named == [("Sheet", 2, "联系电话", "no_value"), ("Sheet", 3, "联系电话", "no_value")]


def test_hidden_sheets_are_not_read_but_named_when_they_hold_a_table():
    assert rows_of(workbook(([HEAD, ZHANG],), ([["填表说明"]],), hidden=(1,)))[1] == []
    named = rows_of(workbook(([HEAD, ZHANG],), ([HEAD, ZHANG],), hidden=(1,)))[1]
    assert [(sheet, code) for sheet, _row, _column, code in named] == [("S1", "hidden_sheet")]


def test_a_visible_sheet_without_a_known_header_is_named():
    named = rows_of(workbook(([HEAD, ZHANG],), ([["别的", "东西"]],)))[1]
    assert [(sheet, code) for sheet, _row, _column, code in named] == [("S1", "no_header")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_workbook"),
        (b"name,town\n", "not_a_workbook"),
        (b"<html><table>", "not_a_workbook"),
        (b"%PDF-1.7", "not_a_workbook"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (workbook(([],)), "empty"),
        (workbook(([["别的", "东西"], [1, 2]],)), "no_header"),
        (workbook(([["序号", "代表姓名", "联系电话"], [1, "张三", "138"]],)), "no_header"),
    ],
)
def test_what_is_no_readable_workbook_is_refused_with_one_reason(content, code):
    assert refusal(content) == code


def test_a_zip_file_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "hello")
    assert refusal(file.getvalue()) == "not_a_workbook"


def test_a_workbook_that_unpacks_into_hundreds_of_megabytes_is_refused_unopened():
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as xml,
    ):
        for _n in range(210):
            xml.write(bytes(2**20))
    assert len(file.getvalue()) < 2**20
    assert refusal(file.getvalue()) == "too_large"


def test_two_cells_at_opposite_corners_do_not_fill_the_memory():
    book = openpyxl.Workbook()
    book.active["A1"] = "姓名"
    book.active["XFD40000"] = "x"
    file = io.BytesIO()
    book.save(file)
    assert refusal(file.getvalue()) == "too_large"


def test_more_rows_than_an_office_can_have_are_refused():
    book = openpyxl.Workbook()
    book.active["A1"] = "姓名"
    book.active["A50001"] = "x"
    file = io.BytesIO()
    book.save(file)
    assert refusal(file.getvalue()) == "too_many_rows"
