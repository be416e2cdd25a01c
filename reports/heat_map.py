"""Coverage by month (D1-3①b) as a page shows it: deputies by months, the sums under them, and the course of the rate.

Everything is counted by the annual report; here it is only set out.
"""

from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import clock
from reports.annual import columns
from reports.annual.columns import share_of, tenths_of_a_percent
from reports.annual.months import PERSONAL, NotOwed
from reports.annual.screen import percent
from reports.annual.wording import service_of

MARKS = {
    "met": ("✓", gettext_lazy("met")),
    "met_late": ("△", gettext_lazy("met late")),
    "missed": ("✗", gettext_lazy("missed")),
    "running": ("…", gettext_lazy("running")),
    "not_owed": ("–", gettext_lazy("not owed")),
}
"""Each state of a month with its sign, so that nobody needs the colours to tell them apart."""

WIDTH, LEFT, TOP, PLOT = 1060, 48, 26, 130
"""The chart of the rate: how wide it is, its margins, the height of 100%."""


class Cell(NamedTuple):
    """One deputy's month: its state, its sign, the contacts in it, what it says in words, its records."""

    state: str
    sign: str
    contacts: int
    words: str
    link: str


class Sum(NamedTuple):
    """One month of all deputies: met of owed, the rate, and how many of them are left out of it."""

    number: int
    met: int
    owed: int
    rate: str
    late: int
    left_out: int


class Point(NamedTuple):
    """One month of the chart: where it stands, what is written at it, and whether it begins a year."""

    x: str
    y: str
    month: int
    year: int
    rate: str
    words: str


def bands(report, rows, record_link) -> list[dict]:
    """The rows under a head for each town and group; ``record_link`` gives the address of a deputy's month."""
    return [
        {"town": town, "group": group, "lines": [_line(report, row, record_link) for row in members]}
        for (_code, town, group), members in groupby(rows, key=place_of)
    ]


def place_of(row) -> tuple[str, str, str]:
    """Town and group of a row, by which the rows stand."""
    return *row.town, row.deputy.group.name if row.deputy.group else ""


def _line(report, row, record_link) -> dict:
    service = service_of(row.deputy, report) if row.deputy.has_ended or row.deputy.joined_on else ""
    return {
        "deputy": row.deputy,
        "service": service,
        "met": row.figures["met"],
        "owed": row.figures["owed"],
        "cells": [_cell(report, row, n, record_link) for n in range(1, 13)],
    }


def _cell(report, row, n, record_link) -> Cell:
    contacts, why = row.figures[f"month.{n}"], row.months[n - 1]
    first = date(report.year, n, 1)
    if why == NotOwed.RUNNING and first > report.on:
        return Cell("ahead", "", contacts, "", "")
    state = _state(row, n, why)
    sign, name = MARKS[state]
    words = _("%(month)s: %(state)s, contacts: %(n)d") % {
        "month": clock.month_key(first),
        "state": why.label if state == "not_owed" else name,
        "n": contacts,
    }
    return Cell(state, str(sign), contacts, words, record_link(row.deputy, first))


def _state(row, n, why) -> str:
    if why:
        return "running" if why == NotOwed.RUNNING else "not_owed"
    return next(state for state in ("missed", "met_late", "met") if row.figures[f"{state}.{n}"])


def sums(report) -> list[Sum]:
    """The row under the table: of every month what its deputies owed and met, and who is left out."""
    figures = report.total
    return [_sum(report, figures, n) for n in range(1, 13)]


def _sum(report, figures, n) -> Sum:
    met, owed = figures[f"met.{n}"], figures[f"owed.{n}"]
    left_out = sum(row.months[n - 1] in PERSONAL for row in report.rows)
    return Sum(n, met, owed, percent(tenths_of_a_percent(met, owed)), figures[f"met_late.{n}"], left_out)


def year_sum(report) -> dict:
    """The whole year: months met of months owed, and the months that are left out."""
    figures = report.total
    return {
        "met": figures["met"],
        "owed": figures["owed"],
        "late": figures["met_late"],
        "rate": percent(share_of(figures, columns.MONTHS_MET)),
        "left_out": sum(figures[f"not_owed.{why}"] for why in PERSONAL),
    }


def trend(reports) -> dict | None:
    """The rate of every month that is judged, in the year and the year before it; None when none is."""
    months = [(report.year, month) for report in reports for month in sums(report)]
    judged = [place for place, (_year, month) in enumerate(months) if month.owed]
    if not judged:
        return None
    months = months[judged[0] : judged[-1] + 1]
    step = (WIDTH - LEFT) / max(len(months), 12)
    points = [_point(step, place, *month) if month[1].owed else None for place, month in enumerate(months)]
    lines = [list(run) for drawn, run in groupby(points, key=bool) if drawn]
    return {
        "points": [point for point in points if point],
        "lines": [" ".join(f"{point.x},{point.y}" for point in line) for line in lines],
        "width": WIDTH,
        "height": TOP + PLOT + 40,
        "foot": TOP + PLOT,
        "left": LEFT,
        "grid": [(TOP + PLOT * (100 - share) / 100, f"{share}%") for share in (0, 50, 100)],
    }


def _point(step, place, year, month) -> Point:
    x, y = LEFT + step * (place + 0.5), TOP + PLOT * (1 - month.met / month.owed)
    words = f"{year}-{month.number:02}: {month.met} / {month.owed} = {month.rate}"
    begins_year = year if month.number == 1 or place == 0 else 0
    return Point(f"{x:.1f}", f"{y:.1f}", month.number, begins_year, month.rate, words)
