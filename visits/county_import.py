"""A county comes in from its own workbooks: recognised by meaning, read, and written one workbook at a time.

``run`` is the one entry, for the command, the upload page and the demo. A workbook is one transaction: a crash or a
cancelled import leaves nothing of it. Running it again changes nothing.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents import imports as constituents
from constituents import workbooks as registers
from deputies import imports as deputies
from deputies import roster
from deputies.models import Term
from liaison_stations import imports as stations
from liaison_stations import workbook as station_list
from office import audit, places
from office.clock import add_months
from office.imports import Batch
from office.models import Jurisdiction
from office.workbooks import Problem, Table, WorkbookRefused, find_tables, open_workbook, read
from visits import imports as visits
from visits import ledger

NAMES = {
    "deputies": gettext_lazy("deputies"),
    "districts": gettext_lazy("electoral districts"),
    "households": gettext_lazy("contact households"),
    "stations": gettext_lazy("liaison stations"),
    "visits": gettext_lazy("contacts"),
    "petitions": gettext_lazy("petitions"),
}
KINDS = tuple(NAMES)

# The order in which they are written: each refers to those before it.
_ORDER = {
    roster.LAYOUT: roster.read_row,
    station_list.LAYOUT: station_list.read_row,
    registers.HOUSEHOLDS: registers.read_household,
    ledger.LAYOUT: ledger.read_row,
    registers.PETITIONS: registers.read_petition,
}
_LAYOUTS = tuple(_ORDER)
_TALLY = {
    roster.LAYOUT.kind: "deputies",
    station_list.LAYOUT.kind: "stations",
    registers.HOUSEHOLDS.kind: "households",
    ledger.LAYOUT.kind: "visits",
    registers.PETITIONS.kind: "petitions",
}

_DAYS = {ledger.LAYOUT: ("date", "date"), registers.PETITIONS: ("received", "received_on")}
"""Of records that belong to a day: its column, and where a row has it."""


@dataclass
class _Book:
    """One workbook with its recognised sheets."""

    name: str
    tables: list[Table]

    @property
    def turn(self) -> int:
        return min(_LAYOUTS.index(table.layout) for table in self.tables)

    @property
    def size(self) -> int:
        return sum(len(table.sheet.rows) for table in self.tables)


class _Pace:
    """How far the import is, in rows."""

    def __init__(self, books, progress):
        self.total = sum(book.size for book in books)
        self.done = 0
        self.what = ""
        self.progress = progress or (lambda done, total, what: None)

    def begin(self, book: _Book, done: int):
        self.what, self.done = book.name, done
        self.tick(0)

    def tick(self, rows: int):
        self.done = min(self.done + rows, self.total)
        self.progress(self.done, self.total, self.what)


def run(
    paths: Sequence[Path],
    *,
    by,
    at,
    check: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
    shift_months: int = 0,
    counties: Set[str] | None = None,
) -> Batch:
    """Import the workbooks of one county; the result says what became of the rows and names what was not understood.

    ``check`` writes nothing. ``progress(done, total, what)`` is called as it goes on (rows; ``what`` is the workbook),
    also inside the workbook's transaction: what it raises stops the import, and nothing of the workbook in hand stays.
    ``shift_months`` moves every date but births, for the demo. ``counties`` names those that may be written; None
    means any. Raises ``WorkbookRefused`` when no file can be read at all; one that cannot be read beside others is
    named.
    """
    batch = Batch(by=by, at=at, counties=counties)
    books = _open(batch, paths)
    pace = _Pace(books, progress)
    batch.tick = pace.tick
    if not check:
        _write(batch, books, pace, shift_months)
        return batch
    with transaction.atomic():
        _write(batch, books, pace, shift_months)
        transaction.set_rollback(True)
    return batch


def _open(batch, paths) -> list[_Book]:
    books, refusals = [], []
    for path in paths:
        try:
            tables, problems = find_tables(open_workbook(path), _LAYOUTS)
        except WorkbookRefused as refusal:
            refusals.append(refusal)
            batch.problems.append(Problem(path.name, "", 0, _("whole file"), str(refusal), refusal.code))
        else:
            batch.problems += problems
            tables.sort(key=lambda table: _LAYOUTS.index(table.layout))
            books.append(_Book(path.name, tables))
    if refusals and not books:
        raise refusals[0]
    return sorted(books, key=lambda book: book.turn)


def _write(batch, books, pace, shift_months):
    done = 0
    for book in books:
        pace.begin(book, done)
        with transaction.atomic():
            _write_book(batch, book, shift_months)
        done += book.size
    pace.begin(_Book("", []), done)


def _write_book(batch, book, shift_months):
    """Read and write the sheets of one workbook: all rows of one kind and county together."""
    before = {kind: replace(batch.tallies[kind]) for kind in KINDS}
    seen, rows, named = {}, {}, {}
    for table in book.tables:
        county = _county(batch, table)
        reading = read(table, _ORDER[table.layout], seen)
        batch.problems += reading.problems
        batch.tallies[_TALLY[table.layout.kind]].rejected += reading.left_out
        if county and not _is_another_term(batch, table, county, named):
            key = (table.layout, county.pk)
            rows.setdefault(key, (county, table.heading.term, []))[2].extend(_shifted(reading.rows, shift_months))
        else:
            batch.tallies[_TALLY[table.layout.kind]].rejected += len(reading.rows)
    for (layout, _pk), (county, term, clean) in rows.items():
        _write_rows(batch, layout, county, term, clean)
    _log(batch, book, before, {county.pk: county for county, *_rest in rows.values()})


def _county(batch, table) -> Jurisdiction | None:
    """The county that the title names, else the only one there may be; a second county comes in with its roster."""
    known = set(Jurisdiction.objects.filter(level="county").values_list("name", flat=True))
    allowed = known if batch.counties is None else batch.counties
    name = table.heading.county or (next(iter(allowed)) if len(allowed) == 1 else "")
    if not name:
        reason = _("The title does not say which county this is; write it there, e.g. 清源县….")
    elif batch.counties is not None and name not in batch.counties:
        reason = _("The title names %s, whose records are not kept by your office; correct the title.") % name
    elif name in known or not known or table.layout is roster.LAYOUT:
        return places.county_named(name)
    else:
        reason = _(
            "The title names %s, of which no roster has come in; correct the title, or import that roster first."
        )
        reason %= name
    batch.problems.append(table.problem("", "no_county", reason))
    return None


def _is_another_term(batch, table, county, named) -> bool:
    """Whether the title names another term than the one that runs: nothing of the sheet is written, and it is named.

    Nobody closes a term of this county before the workbook in hand is written. ``named`` keeps which number the titles
    gave to a term that has none on record yet.
    """
    wanted = table.heading.term
    terms = {term.ordinal: term for term in deputies.lock_terms(county)}
    running = next((term.ordinal for term in terms.values() if not term.is_closed), None)
    if not wanted or wanted == (running or named.setdefault(county.pk, wanted)):
        return False
    code, reason = _why_not_written(terms.get(wanted), wanted, running or named[county.pk])
    batch.problems.append(table.problem("", code, reason))
    return True


def _why_not_written(term, wanted, running) -> tuple[str, str]:
    if term:
        reason = _(
            "The title names term %(n)d, which ended on %(day)s and is closed: nothing of this sheet was written. "
            "If another term is meant, correct the title."
        )
        return "closed_term", reason % {"n": wanted, "day": term.ended_on}
    reason = _(
        "The title names term %(n)d, but term %(now)d runs: nothing of this sheet was written. The next term is opened "
        "under “Change of term” in the admin site, which takes its roster; if the running term is meant, correct the "
        "title."
    )
    return "other_term", reason % {"n": wanted, "now": running}


def _of_this_term(batch, layout, term, rows) -> list:
    """Contacts and petitions of before the term's first day belong to the closed one; a household passes on to it."""
    before = Term.objects.filter(successor=term).first()
    if before is None or term.began_on is None:
        return rows
    if layout is registers.HOUSEHOLDS:
        return [replace(row, since=row.since and max(row.since, term.began_on)) for row in rows]
    if layout not in _DAYS:
        return rows
    key, day = _DAYS[layout]
    reason = _("Term %(n)s ended on %(day)s and is closed; this day lies in it. The row was left out.")
    reason %= {"n": before.ordinal or "–", "day": before.ended_on}
    early = [row for row in rows if getattr(row, day) < term.began_on]
    for row in early:
        batch.reject(_TALLY[layout.kind], row.source, key, "closed_term", reason, getattr(row, day))
    return [row for row in rows if getattr(row, day) >= term.began_on]


def _write_rows(batch, layout, county, ordinal, rows):
    term = deputies.term_of(county, ordinal)
    rows = _of_this_term(batch, layout, term, rows)
    if layout is roster.LAYOUT:
        deputies.write_roster(batch, county, term, rows)
        return
    known = deputies.Deputies(term)
    if layout is station_list.LAYOUT:
        stations.write_stations(batch, county, known, rows)
    elif layout is registers.HOUSEHOLDS:
        constituents.write_households(batch, county, known, rows)
    elif layout is registers.PETITIONS:
        constituents.write_petitions(batch, county, known, rows)
    else:
        visits.write_ledger(batch, term, known, rows)


def _shifted(rows, months) -> list:
    return [_shift(row, months) for row in rows] if months else rows


def _shift(row, months):
    """A row with every date moved by whole months; births stay."""
    moved = {
        f.name: add_months(value, months)
        for f in fields(row)
        if f.name != "born" and isinstance(value := getattr(row, f.name), date)
    }
    return replace(row, **moved)


def _log(batch, book, before, counties):
    """A workbook that changed something leaves a line in the trail of each county it is about: one, as a rule."""
    told = {}
    for kind in KINDS:
        now, then = batch.tallies[kind], before[kind]
        created, updated = now.created - then.created, now.updated - then.updated
        if created or updated:
            told[kind] = {"created": created, "updated": updated}
    for county in counties.values() if told else ():
        detail = {"file": book.name, **told}
        audit.record(by=batch.by, at=batch.at, action="import.written", subject=county, detail=detail)
