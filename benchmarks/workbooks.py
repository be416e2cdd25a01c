"""Job 10: tables as workbooks, from the database to the file, against the bare libraries writing the same cells."""

import os
import tempfile
from contextlib import closing
from itertools import chain
from pathlib import Path
from statistics import median

import python_calamine
import xlsxwriter
from django.db import connection, connections, transaction

from benchmarks.contest import PROGRAM, Outcome, Unequal, alternate
from benchmarks.loading import statement
from benchmarks.sizes import FIRST_MONTH, NIGHT
from office import clock, masking
from office.models import Jurisdiction
from office.sheets import Head, Ident, Table, Workbook
from reports import contacts_export
from reports.annual.wording import labels
from reports.subjects import Kind, Subject
from visits.models import Visit

try:
    import openpyxl  # only where the packages of the tests are there
except ImportError:
    openpyxl = None

XLSXWRITER, OPENPYXL = "XlsxWriter, constant_memory", "openpyxl, write_only"
YEAR = {"first": FIRST_MONTH, "last": NIGHT}
DEFAULT_ROUNDS = 5


def run(size, rounds=None) -> dict:
    """Both tables, equal cell for cell before they are timed; and the memory for ten times the longer one."""
    made = {name: _measured(table, rounds or DEFAULT_ROUNDS) for name, table in TABLES.items()}
    with tempfile.TemporaryDirectory() as folder:
        peak = _peak(_way(Contacts(10), _program, Path(folder) / "ten.xlsx"))
    return {"tables": made, "ten_times": peak}


def _measured(table, rounds) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        ways = {name: _way(table, write, out / f"{n}.xlsx") for n, (name, write) in enumerate(WRITERS.items())}
        number = _check_equal(ways, out)
        peaks = {name: _peak(way) for name, way in ways.items()}
        outcome = Outcome(number, alternate(ways, rounds))
    ways_by_hand = [name for name in ways if name != PROGRAM]
    return {
        "rows": number,
        "median": outcome.median(PROGRAM),
        "others": {name: (outcome.median(name), _times_faster(outcome, name)) for name in ways_by_hand},
        "peaks": peaks,
    }


def _times_faster(outcome, name) -> float:
    """How many times faster the program is than another, the median of the rounds."""
    pairs = zip(outcome.times[name], outcome.times[PROGRAM], strict=True)
    return median(theirs / mine for theirs, mine in pairs)


def _way(table, write, out):
    def work():
        with transaction.atomic():
            write(table, out)

    return work


def _check_equal(ways, out) -> int:
    """How many rows each writes; raises ``Unequal`` where a cell is another."""
    read = {}
    for n, (name, way) in enumerate(ways.items()):
        way()
        sheet = python_calamine.CalamineWorkbook.from_path(out / f"{n}.xlsx").get_sheet_by_index(0)
        read[name] = [_without_empty_end(row) for row in sheet.to_python()]
    mine = read[PROGRAM][2:]
    for name, rows in read.items():
        if name != PROGRAM and rows != mine:
            raise Unequal(f"{name}: {sum(a != b for a, b in zip(mine, rows, strict=False))} rows differ")
    return len(mine)


def _without_empty_end(row) -> list:
    """An empty cell with a border is there for the one library, and not for another."""
    while row and row[-1] == "":
        row.pop()
    return row


def _peak(way) -> float:
    """By how many megabytes the memory of a process of its own grows at most."""
    connections.close_all()
    reader, writer = os.pipe()
    if os.fork() == 0:
        Path("/proc/self/clear_refs").write_text("5")
        before = _kilobytes("VmRSS")
        way()
        os.write(writer, str((_kilobytes("VmHWM") - before) / 1024).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        grown = float(told.read())
    os.wait()
    return grown


def _kilobytes(name) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


# What is written


class Contacts:
    """The contacts of a year, ``times`` over: the program's own query, and the same in SQL."""

    columns = 8

    def __init__(self, times):
        self.times = times

    def mine(self):
        top = Jurisdiction.objects.get(parent=None)
        found = contacts_export.contacts(Subject(Kind.COUNTY, top.code, top.name, top.path), **YEAR)
        return chain.from_iterable(contacts_export.lines(found, lambda done: None) for _ in range(self.times))

    def bare(self):
        ways, masked = labels(Visit.Kind), {}
        for _ in range(self.times):
            for key, day, deputy, district, town, kind, head, place in _rows(statement("year_contacts")):
                if head not in masked:
                    masked[head] = masking.name(head or "") or None
                yield key, day, deputy, district, town, ways[kind], masked[head], place or None


class Months:
    """A row a deputy: who, and the contacts of twelve months."""

    columns = 16

    def mine(self):
        return ((Ident(key), *more) for key, *more in self.bare())

    def bare(self):
        return _rows(statement("deputies_by_months"))


def _rows(sql):
    """The rows of a statement as they come from the server."""
    connection.ensure_connection()
    with closing(connection.connection.cursor(name="bare")) as cursor:
        cursor.itersize = contacts_export.CHUNK
        cursor.execute(sql, YEAR)
        yield from cursor


TABLES = {"deputies × 16": Months(), "contacts × 8": Contacts(1)}

# Who writes it


def _program(table, out):
    heads = [Head(f"{n}") for n in range(table.columns)]
    with Workbook(title="bench", author="bench", at=clock.now(), to=out) as book:
        book.table(Table("bench", "bench", heads, table.mine()))
        book.save()


def _xlsxwriter(table, out):
    with xlsxwriter.Workbook(str(out), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table.bare()):
            sheet.write_row(number, 0, row)


def _openpyxl(table, out):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in table.bare():
        sheet.append(row)
    book.save(out)


WRITERS = {PROGRAM: _program, XLSXWRITER: _xlsxwriter, **({OPENPYXL: _openpyxl} if openpyxl else {})}
