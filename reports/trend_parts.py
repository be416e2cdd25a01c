"""What the pages of figures over time are made of: what was asked for, tables whose figures open, two years beside."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from reports import charts, trends
from reports.subjects import Kind

BLANK = "–"
"""Stands for what is empty, in an address too."""


class Asked(NamedTuple):
    """What a page was asked for: year, period, the place, and the places that may be chosen.

    ``alone``: the year before is not on record, so nothing is set beside it.
    """

    year: int
    period: str
    subject: object
    towns: list
    alone: bool = False

    @property
    def months(self) -> range:
        return trends.months_of(self.period)

    @property
    def codes(self) -> set[str]:
        return {town.key for town in self.towns}

    def page(self, name, **more) -> str:
        """An address for the same year, period and place; what is None is left out of it."""
        own = {"town": self.subject.key} if self.subject.kind == Kind.TOWN else {}
        told = {"year": self.year, "period": self.period, **own, **more}
        return f"{reverse(name)}?{urlencode({key: value for key, value in told.items() if value is not None})}"

    def records(self, what, **more) -> str:
        return self.page("reports:records", what=what, **more)

    def town_of(self, code) -> dict:
        """The part of an address that narrows it to a town; a place that is no township cannot be chosen."""
        return {"town": code} if code in self.codes else {}


class Figure(NamedTuple):
    """One figure of a table, and the page with what it was counted from."""

    text: str
    link: str = ""
    bad: bool = False

    @property
    def opens(self) -> str:
        """The address, where there is anything to be seen at it."""
        return "" if self.text in ("0", BLANK) else self.link


class Line(NamedTuple):
    """A row of a table; ``link`` narrows the page to what the row is about."""

    name: str
    figures: list
    link: str = ""


class Table(NamedTuple):
    """The lines under their heads, and the line of sums."""

    heads: list
    lines: list
    sums: Line | None = None

    def without(self, *columns):
        """The same without some columns, by their place; the name of a line stands at 0."""

        def less(line):
            return line._replace(figures=[one for n, one in enumerate(line.figures, 1) if n not in columns])

        heads = [head for n, head in enumerate(self.heads) if n not in columns]
        return Table(heads, [less(line) for line in self.lines], self.sums and less(self.sums))


class Panel(NamedTuple):
    """A chart with its table."""

    title: str
    chart: str
    table: Table
    note: str = ""


def both_years(asked) -> tuple[int, int]:
    """The year before and the year asked for."""
    return asked.year - 1, asked.year


def beside(asked, table, *columns) -> Table:
    """The table without the columns of the year before where that is not on record."""
    return table.without(*columns) if asked.alone else table


def in_year(asked, year) -> Asked:
    """The same of another year."""
    return asked._replace(year=year)


def two_series(asked, values, links) -> list[charts.Series]:
    """The year before and the year asked for as two series."""
    looks = (charts.BEFORE, charts.NOW)
    drawn = zip(both_years(asked), values, looks, links, strict=True)
    series = [charts.Series(str(year), row, look, pages) for year, row, look, pages in drawn]
    return series[1:] if asked.alone else series


def tile(asked, label, figure, link, was) -> dict:
    """One of the figures above the charts, the page behind it, and that of the year before where it is on record."""
    before = "" if asked.alone else _("the year before: %s") % was
    return {"label": label, "figure": figure, "link": link, "was": before}


def number(n) -> str:
    """A count as it is written."""
    return f"{n:,}"


def tenths(n) -> str:
    """Tenths as a number with one decimal."""
    return "–" if n is None else f"{n // 10}.{n % 10}"


def part_of(part, whole) -> str:
    """Part and whole; a dash of nothing."""
    return f"{part:,} / {whole:,}" if whole else "–"


def for_chart(share):
    """Tenths of a percent as a percentage for a chart."""
    return None if share is None else share / 10
