"""Workbooks as offices keep them: opened safely, their sheets recognised by title and headers, read row by row.

What a sheet's columns mean lives with the app that owns the facts, as a ``Layout``; what cannot be read becomes a
``Problem`` that names file, sheet, row, column and what to do.
"""

from office.workbooks.files import MAX_ROWS, Sheet, Workbook, WorkbookRefused, open_workbook
from office.workbooks.headers import Column, Heading, Layout
from office.workbooks.problems import Problem, Source
from office.workbooks.tables import Reading, Row, Table, find_tables, read

__all__ = [
    "MAX_ROWS",
    "Column",
    "Heading",
    "Layout",
    "Problem",
    "Reading",
    "Row",
    "Sheet",
    "Source",
    "Table",
    "Workbook",
    "WorkbookRefused",
    "find_tables",
    "open_workbook",
    "read",
]
