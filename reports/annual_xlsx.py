"""The annual report as a workbook: what people read first, then the tables, then the evidence behind each figure.

All of it comes from the one document, as page, Word and PDF do.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from office.models import Clause
from office.sheets import Head, Table, Tenths, Workbook
from reports.annual.document import Document
from reports.annual.word import RECORDS
from reports.annual.wording import counting, notes, period_of

KEY_FIGURES = (
    "deputies",
    "contacts",
    "owed",
    "met",
    "missed",
    "share.met",
    "households",
    "seen",
    "share.seen",
    "petitions",
    "due",
    "reply.in_time",
    "reply.overdue",
    "share.reply.in_time",
)
WIDTH = len(KEY_FIGURES)
FULL = 900
"""Characters of keys in one cell: some ten lines, which a page can hold."""
CHART_ROWS = 21
"""So many rows of its usual height a chart covers."""


def workbook(document: Document, *, at: datetime, behind: Iterable[Table] = (), state: str = "") -> bytes:
    """The whole workbook as it is sent; see ``write``."""
    book = Workbook(title=document.title, author=settings.OFFICE_NAME, at=at)
    _fill(book, document, at, behind, state)
    return book.bytes()


def write(document: Document, to: Path, *, at: datetime, behind: Iterable[Table] = (), state: str = ""):
    """The whole workbook as a file.

    ``at`` is when it is made, ``state`` says whether the year is closed, by whom and when; ``behind`` are the lists of
    records, whose rows are written as they are read. To be called inside the ``report_tx()`` of the document.
    """
    with Workbook(title=document.title, author=settings.OFFICE_NAME, at=at, to=to) as book:
        _fill(book, document, at, behind, state)
        book.save()


def _fill(book, document, at, behind, state):
    _overview(book, document, at, state)
    book.table(_explanation(document, at, state))
    book.table(_all_figures(document))
    for section in document.sections:
        for table in section.tables:
            book.table(table)
    book.table(_evidence(document))
    for table in behind:
        book.table(table)


# -- the overview


def _overview(book, document, at, state):
    sheet = book.sheet(_("Report overview"))
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 200, 10.5)
    made = _("made %(at)s by %(office)s") % {"at": _moment(at), "office": settings.OFFICE_NAME}
    under = "　".join(text for text in (period_of(document), made, state) if text)
    for row, (height, text, style) in enumerate([(42, document.title, "cover"), (20, under, "under_cover")]):
        sheet.set_row(row, height)
        sheet.merge_range(row, 0, row, WIDTH - 1, "", book.style(style))
        book.put(sheet, row, 0, text, style=style)
    shown = [figure for figure in map(document.figure, KEY_FIGURES) if figure]
    _line(book, sheet, 3, [figure.label for figure in shown], 32, "head")
    sheet.set_row(4, 34)
    for column, figure in enumerate(shown):
        style = "big_share" if figure.is_share else "big"
        book.put(sheet, 4, column, figure.value, style=style)
    blocks = list(_blocks(document))
    top = 6
    for block in blocks:
        block.write(book, sheet, top)
        top += len(block.lines) + 2
    for number, block in enumerate(blocks):
        block.draw(book, sheet, top + number // 2 * CHART_ROWS, number % 2)


def _line(book, sheet, row, values, height, style=""):
    sheet.set_row(row, height)
    for column, value in enumerate(values):
        book.put(sheet, row, column, value, style=style)


class _Block:
    """The cells that one chart is drawn from: a row of labels, a row a series, below it what belongs to it."""

    def __init__(self, chart, lines=()):
        self.chart = chart
        self.lines = [*((series.name, series.values) for series in chart.series), *lines]

    def write(self, book, sheet, top):
        self.top = top
        _line(book, sheet, top, [self.chart.title, *self.chart.labels, _("Total")], 32, "head")
        for row, (name, values) in enumerate(self.lines, top + 1):
            _line(book, sheet, row, [name, *values], 20)
            book.put(sheet, row, len(values) + 1, sum(values), "sum")

    def draw(self, book, sheet, row, column):
        """A native chart over the cells; Excel draws it anew when a figure is changed."""
        lying = self.chart.kind == "rows"
        more = {"subtype": "stacked"} if self.chart.kind == "stacks" else {}
        chart = book.book.add_chart({"type": "bar" if lying else "column", **more})
        for number, series in enumerate(self.chart.series):
            chart.add_series(self._series(sheet, number, series))
        chart.set_title({"name": self.chart.title, "name_font": {"size": 12}, "overlay": False})
        chart.set_legend({"none": True} if len(self.chart.series) == 1 else {"position": "bottom"})
        grid = {"major_gridlines": {"visible": True, "line": {"color": "#E3E6EA"}}, "line": {"none": True}}
        chart.set_y_axis({"reverse": True, "line": {"none": True}, "num_font": {"size": 9}} if lying else grid)
        if lying:
            chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_chartarea({"border": {"color": "#DDE1E6"}})
        chart.set_size({"width": 588, "height": 20 * (CHART_ROWS - 1)})
        sheet.insert_chart(row, 7 * column, chart, {"x_offset": 6, "y_offset": 6})

    def _series(self, sheet, number, series) -> dict:
        row, last = self.top + 1 + number, len(self.chart.labels)
        return {
            "name": series.name,
            "categories": [sheet.name, self.top, 1, self.top, last],
            "values": [sheet.name, row, 1, row, last],
            # What stands in the cells, for programs that draw before they count.
            "categories_data": self.chart.labels,
            "values_data": series.values,
            "fill": {"color": ("#A61B1B", "#C9877F", "#6B7580")[number % 3]},
            "gap": 60,
            "data_labels": {"value": True, "font": {"size": 9}, "num_format": "#,##0;;"},
        }


def _blocks(document) -> Iterator[_Block]:
    """The charts of all sections; under the months of the contacts who owed one and who had none."""
    for section in document.sections:
        if section.chart:
            yield _Block(section.chart, _owed(document) if section.key == "contacts" else ())


def _owed(document):
    months = [f"{day:%Y-%m}" for day in document.period.months]
    for name, label in (("owed", _("deputies owing a contact")), ("missed", _("deputies without one"))):
        yield label, [document.figure(f"{name}.{month}").value for month in months]


# -- the tables that belong to every report


def _explanation(document, at, state) -> Table:
    facts = [
        (_("Subject"), document.subject.name),
        (_("Period"), period_of(document)),
        (_("Made"), f"{_moment(at)}　{settings.OFFICE_NAME}"),
        (_("State"), state or _("Not closed: the figures follow the records.")),
        (_("Fingerprint"), document.fingerprint),
        (_("What it is drawn over"), _("Subject, period, and of every figure key, value and the keys of its records.")),
    ]
    said = [(section.title, "\n".join(section.sentences)) for section in document.sections if section.sentences]
    parts = [(_("Report"), facts), (_("In words"), said), (_("Clause"), _clauses(document))]
    parts.append((_("How it is counted"), counting()))
    rows = [[None if n else part, *line] for part, lines in parts for n, line in enumerate(lines)]
    heads = [Head(_("Part")), Head(_("Entry")), Head(_("Text"), widest=100)]
    return Table(_("Explanation"), document.title, heads, rows)


def _clauses(document) -> list[tuple[str, str]]:
    """Every clause that the report names, in its own words, in the order in which they come."""
    named = [clause for section in document.sections for clause in section.clauses]
    named += [key for section in document.sections for one in section.figures for key in one.clause.split("、")]
    known = {c.key: c for c in Clause.objects.filter(key__in=set(named)).select_related("regulation")}
    return [(key, _quoted(known.get(key))) for key in dict.fromkeys(named)]


def _quoted(clause) -> str:
    if clause is None:
        return _("The text is not loaded in this system.")
    return _("%(text)s: “%(quote)s”") % {"text": clause.regulation, "quote": clause.quote}


def _all_figures(document) -> Table:
    """Every figure of the sections beside that of the period before."""
    heads = [_("Section"), _("Figure"), _("Value"), _("A year earlier"), _("Difference"), _("Clause"), _("Key")]
    rows = [
        [section.title, figure.label, figure.value, figure.before, _difference(figure), figure.clause, figure.key]
        for section in document.sections
        for figure in section.figures
    ]
    name = _("All figures")
    heads = [Head(label, widest=40) for label in heads]
    return Table(name, f"{document.title}　{name}", heads, rows, notes(document), fixed=2)


def _difference(figure):
    """More or fewer than before; of shares in tenths of a point, written as a share."""
    difference = figure.difference
    return Tenths(difference) if figure.is_share and difference is not None else difference


def _evidence(document) -> Table:
    """Every figure, those of the tables' lines included, with the keys of the records behind it (N2)."""
    heads = [_("Key"), _("Figure"), _("Clause"), _("Value"), _("Kind of records"), _("number of records"), _("Part")]
    name = _("Evidence of figures")
    note = _("Behind each figure the keys of its records; where they are many, in several rows.")
    rows = (line for figure in document.figures() for line in _behind(figure))
    heads = [Head(label, widest=40) for label in heads] + [Head(_("Record keys"), widest=100)]
    return Table(name, f"{document.title}　{name}", heads, rows, notes(document, note), fixed=2)


def _behind(figure) -> Iterator[list]:
    told = [figure.key, figure.label, figure.clause, figure.value]
    kind = f"{figure.part} / {figure.whole}" if figure.is_share else str(RECORDS.get(figure.records, figure.records))
    for part, keys in zip(count(1), _in_cells(figure.ids), strict=False):
        yield [*told, kind, len(figure.ids), part, keys or None]


def _in_cells(ids) -> Iterator[str]:
    """The keys with commas between them, in pieces that can be read in a cell; one empty piece where there are none."""
    piece, length = [], 0
    for key in map(str, ids):
        if length + len(key) > FULL:
            yield ",".join(piece)
            piece, length = [], 0
        piece.append(key)
        length += len(key) + 1
    yield ",".join(piece)


def _moment(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
