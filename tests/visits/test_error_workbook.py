"""What was not understood leaves as a workbook that names each cell, and text in it stays text."""

from datetime import UTC, datetime

import openpyxl

from office.workbooks import Problem
from visits import error_workbook


def test_each_problem_is_a_row_and_a_formula_stays_text(tmp_path):
    path = tmp_path / "problems.xlsx"
    problem = Problem("台账.xlsx", "Sheet1", 5, "日期", "没有这一天", "impossible_day", "=1+1")
    error_workbook.write([problem], path, at=datetime(2026, 3, 1, tzinfo=UTC))
    cells = list(openpyxl.load_workbook(path).active.iter_rows(min_row=3))[0]
    assert [cell.value for cell in cells] == ["台账.xlsx", "Sheet1", "5", "日期", "=1+1", "没有这一天"]
    assert {cell.data_type for cell in cells} == {"s"}
