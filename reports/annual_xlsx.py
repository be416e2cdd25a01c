"""The annual report as a workbook: what people read first, then the tables, then the evidence behind each figure."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from office import clock
from office.sheets import Head, Table, Tenths, Workbook
from reports.annual import columns, figures, records
from reports.annual.figures import Report
from reports.annual.lists import lists
from reports.annual.records import Records
from reports.annual.tables import tables, value
from reports.annual.wording import counting, period_of, title_of
from reports.snapshot import report_tx
from reports.subjects import find

_KEY_FIGURES = (
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
    "share.in_time",
)


class NothingRecorded(Exception):
    """A year in which the office has neither a contact nor a petition on record."""


def make(text: str | None, year: int, *, at: datetime, user=None) -> tuple[str, bytes]:
    """The workbook of a subject's year as (title, content), counted as of ``at``.

    UnknownSubject when there is no such subject in sight, NothingRecorded for a year without records.
    """
    with report_tx():
        subject, _offered, years = find(text, user=user)
        if year not in years:
            raise NothingRecorded(_("The office has no records of %(year)d.") % {"year": year})
        report = figures.read(subject, year, on=clock.local_date(at), user=user)
        behind = records.read(report, user=user)
    return title_of(report), workbook(report, behind, at=at)


def workbook(report: Report, behind: Records, *, at: datetime) -> bytes:
    """The whole workbook; ``at`` is when it was made."""
    book = Workbook(title=title_of(report), author=settings.OFFICE_NAME, at=at)
    _overview(book, report, at)
    _explanation(book, report, behind, at)
    for table in [*tables(report), *lists(report, behind)]:
        book.table(table)
    return book.bytes()


def _overview(book, report, at):
    sheet = book.sheet(_("Report overview"))
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 13, 10.5)
    sheet.set_row(0, 42)
    sheet.merge_range(0, 0, 0, 13, "", book.style("cover"))
    book.put(sheet, 0, 0, title_of(report), style="cover")
    sheet.merge_range(1, 0, 1, 13, "", book.style("under_cover"))
    made = _("made %(at)s by %(office)s") % {"at": _moment(at), "office": settings.OFFICE_NAME}
    book.put(sheet, 1, 0, f"{period_of(report)}　{made}", style="under_cover")
    _key_figures(book, sheet, 3, report)
    _months_of_the_year(book, sheet, 6, report.total)
    _courses(book, sheet, 11, report.total)
    _charts(book, sheet, 14)


def _key_figures(book, sheet, top, report):
    shown = [(_("number of deputies"), len(report.rows))]
    known = {column.key: column for column in columns.duty_columns()}
    shown += [(known[key].label, value(known[key], report.total)) for key in _KEY_FIGURES]
    for place, (label, figure) in enumerate(shown):
        book.put(sheet, top, place, label, style="head")
        book.put(sheet, top + 1, place, figure, style="big_share" if isinstance(figure, Tenths) else "big")
    sheet.set_row(top, 32)
    sheet.set_row(top + 1, 34)


def _months_of_the_year(book, sheet, top, figures):
    book.put(sheet, top, 0, _("By month"), style="head")
    lines = [
        (_("number of contacts"), "month"),
        (_("deputies owing a contact"), "owed"),
        (_("deputies without one"), "missed"),
    ]
    for place, column in enumerate(columns.month_columns(), 1):
        book.put(sheet, top, place, column.label, style="head")
        for row, (_label, key) in enumerate(lines, top + 1):
            book.put(sheet, row, place, figures[f"{key}.{place}"])
    book.put(sheet, top, 13, _("Total"), style="head")
    for row, (label, key) in enumerate(lines, top + 1):
        sheet.set_row(row, 20)
        book.put(sheet, row, 0, label)
        book.put(sheet, row, 13, sum(figures[f"{key}.{n}"] for n in range(1, 13)), "sum")


def _courses(book, sheet, top, figures):
    book.put(sheet, top, 0, _("Petitions by course"), style="head")
    book.put(sheet, top + 1, 0, _("number of petitions"))
    shown = columns.course_columns()
    for place, column in enumerate(shown, 1):
        book.put(sheet, top, place, column.label, style="head")
        book.put(sheet, top + 1, place, figures[column.key])
    book.put(sheet, top, len(shown) + 1, _("Total"), style="head")
    book.put(sheet, top + 1, len(shown) + 1, sum(figures[column.key] for column in shown), "sum")
    sheet.set_row(top, 32)
    sheet.set_row(top + 1, 20)


def _charts(book, sheet, top):
    name = _("Report overview")
    months = _chart(book, "column", _("Contacts by month"), name, (6, 1, 12), 7)
    months.set_size({"width": 672, "height": 400})
    sheet.insert_chart(top, 0, months, {"x_offset": 0, "y_offset": 6})
    courses = _chart(book, "bar", _("Petitions by course"), name, (11, 1, len(columns.course_columns())), 12)
    courses.set_y_axis({"reverse": True, "line": {"none": True}, "num_font": {"size": 9}})
    courses.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    courses.set_size({"width": 460, "height": 400})
    sheet.insert_chart(top, 8, courses, {"x_offset": 8, "y_offset": 6})


def _chart(book, kind, title, sheet_name, heads, row):
    """A native chart over one row of the overview; Excel redraws it when a figure is changed."""
    top, first, last = heads
    chart = book.book.add_chart({"type": kind})
    chart.add_series(
        {
            "name": title,
            "categories": [sheet_name, top, first, top, last],
            "values": [sheet_name, row, first, row, last],
            "fill": {"color": "#A61B1B"},
            "gap": 60,
            "data_labels": {"value": True, "font": {"size": 9}, "num_format": "#,##0;;"},
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#E3E6EA"}}, "line": {"none": True}})
    chart.set_chartarea({"border": {"color": "#DDE1E6"}})
    return chart


def _explanation(book, report, behind, at):
    facts = [
        (_("Subject"), report.subject.name),
        (_("Year"), str(report.year)),
        (_("Period"), period_of(report)),
        (_("Made"), f"{_moment(at)}　{settings.OFFICE_NAME}"),
    ]
    clauses = [_clause(key, behind.clauses.get(key)) for key in columns.CLAUSES]
    parts = [(_("Report"), facts), (_("Clause"), clauses), (_("How it is counted"), counting())]
    rows = [[None if n else part, *line] for part, lines in parts for n, line in enumerate(lines)]
    heads = [Head(_("Part")), Head(_("Entry")), Head(_("Text"), widest=100)]
    book.table(Table(_("Explanation"), title_of(report), heads, rows))


def _clause(key, clause) -> tuple[str, str]:
    if clause is None:
        return key, _("The text is not loaded in this system.")
    return key, _("%(text)s: “%(quote)s”") % {"text": clause.regulation, "quote": clause.quote}


def _moment(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
