"""The annual report as a page shows it: tiles, bars and the lines of its table, ready for the template."""

from collections import Counter, defaultdict
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.annual import columns
from reports.annual.columns import share_of, total
from reports.annual.left_out import left_out_of
from reports.annual.months import PERSONAL
from reports.annual.telling import percent
from reports.annual.wording import month_name, month_names, service_of

PLOT, GROUND, STEP, FULL = 112, 136, 30, 160
"""Height of a month's tallest bar, the line it stands on, a month's room; length of the longest bar of a course."""


class Tile(NamedTuple):
    """One figure that people look for first, what it is made of, and what is missing to the whole."""

    label: str
    figure: str
    made_of: str
    rest: str
    clause: str
    left_out: int = 0
    # Where the records of the number and of the rest are; a share opens those of its whole.
    link: str = ""
    rest_link: str = ""


class Bar(NamedTuple):
    """One bar of a chart: where it stands, how large it is, and what is written at it."""

    label: str
    number: int
    size: str
    place: int = 0
    top: str = ""
    missed: int = 0
    key: str = ""


class Cell(NamedTuple):
    """One figure of the table; ``of`` is the whole that it is a part of."""

    label: str
    figure: str
    of: str = ""
    is_bad: bool = False
    note: str = ""
    link: str = ""
    of_link: str = ""


class Ground(NamedTuple):
    """One ground on which months are not judged, and who they belong to."""

    label: str
    deputies: int
    months: int
    entries: list


class SortHead(NamedTuple):
    """A column's head, and the figure that a click on it sorts by."""

    label: str
    sort: str


def _nowhere(_key: str) -> str:
    return ""


def _of_nobody(_key: str, of: str = "") -> str:
    return ""


def tiles(report, link=_nowhere) -> list[Tile]:
    """The four figures; ``link`` gives the address of the records of a figure."""
    figures = report.total
    return [
        _contacts_tile(figures, len(report.rows))._replace(link=link("contacts")),
        _share_tile(
            _("share of months met"), figures, columns.MONTHS_MET, _("months missed"), "missed", "D1-3①b", link
        )._replace(left_out=sum(figures[f"not_owed.{why}"] for why in PERSONAL)),
        _share_tile(
            _("share of households seen"),
            figures,
            columns.HOUSEHOLDS_SEEN,
            _("households missed"),
            "unseen",
            "D1-3①a",
            link,
        ),
        _share_tile(
            _("share in time"), figures, columns.IN_TIME, _("overdue, no reply"), "reply.overdue", "D3-七", link
        ),
    ]


def _contacts_tile(figures, deputies) -> Tile:
    by = ngettext("by %(number)d deputy", "by %(number)d deputies", deputies) % {"number": deputies}
    return Tile(_("number of contacts"), f"{figures['contacts']:,}", by, "", "D1-3①b")


def _share_tile(label, figures, share, rest, rest_key, clause, link) -> Tile:
    made_of = f"{figures[share.part]:,} / {figures[share.whole]:,}"
    rest = f"{rest} {figures[rest_key]:,}"
    return Tile(
        label,
        percent(share_of(figures, share)),
        made_of,
        rest,
        clause,
        link=link(share.whole),
        rest_link=link(rest_key),
    )


def month_bars(figures: Counter, period=None) -> list[Bar]:
    """The contacts of each month of a year, or of a period; the tallest bar is as high as the plot."""
    sizes = _sizes(columns.month_columns(period), figures, PLOT)
    names = [month_name(day.month) for day in period.months] if period else [column.label for column, _size in sizes]
    return [
        Bar(
            names[n],
            figures[column.key],
            f"{size:.1f}",
            STEP * n,
            f"{GROUND - size:.1f}",
            figures[f"missed.{n + 1}"],
            f"month.{period.months[n]:%Y-%m}" if period else "",
        )
        for n, (column, size) in enumerate(sizes)
    ]


def outcome_bars(figures: Counter) -> list[tuple[str, list[Bar]]]:
    """Petitions by course and by reply; each group of bars adds up to the petitions taken in."""
    return [
        (_("Course taken"), _bars(columns.course_columns(), figures)),
        (_("Unit's reply (D3-七)"), _bars(columns.reply_columns(), figures)),
    ]


def _bars(shown, figures) -> list[Bar]:
    return [
        Bar(column.label, figures[column.key], f"{size:.1f}", key=column.key)
        for column, size in _sizes(shown, figures, FULL)
    ]


def _sizes(shown, figures, full):
    """Each column with the length of its bar; the longest is ``full``."""
    most = max(1, *(figures[column.key] for column in shown))
    return [(column, full * figures[column.key] / most) for column in shown]


def heads() -> list[SortHead]:
    return [
        SortHead(_("number of contacts"), "contacts"),
        SortHead(_("months met"), "met"),
        SortHead(_("months missed"), "missed"),
        SortHead(_("households seen"), "seen"),
        SortHead(_("households missed"), "unseen"),
        SortHead(_("number of petitions"), "petitions"),
        SortHead(_("replies in time"), "reply.in_time"),
        SortHead(_("overdue, no reply"), "reply.overdue"),
    ]


def cells(figures: Counter, missed=(), period=None, link=_nowhere) -> list[Cell]:
    """The figures of one line, in the order of ``heads()``."""
    wholes = {"met": "owed", "seen": "households", "reply.in_time": "due"}
    bad = {"missed", "unseen", "reply.overdue"}
    return [
        Cell(
            label=label,
            figure="–" if figures[wholes.get(key, key)] == 0 else f"{figures[key]:,}",
            of=f"{figures[wholes[key]]:,}" if key in wholes and figures[wholes[key]] else "",
            is_bad=key in bad and figures[key] > 0,
            note=month_names(missed, period) if key == "missed" else "",
            link=link(key),
            of_link=link(wholes[key]) if key in wholes else "",
        )
        for label, key in heads()
    ]


def lines(report, rows, link=_of_nobody) -> list[dict]:
    """One line a deputy; ``link`` gives the address of the records of a figure of a subject."""
    return [
        {
            "deputy": row.deputy,
            "town": row.town[1],
            "service": service_of(row.deputy, report) if row.deputy.has_ended or row.deputy.joined_on else "",
            "cells": cells(row.figures, row.missed, report.period, partial(link, of=f"deputy:{row.deputy.pk}")),
        }
        for row in rows
    ]


def left_out(report) -> list[Ground]:
    """Who is left out of the share of months met, by ground; the longest list last."""
    by_ground = defaultdict(list)
    for entry in left_out_of(report):
        by_ground[entry.why].append({"entry": entry, "months": month_names(entry.months, report.period)})
    grounds = [
        Ground(why, len(entries), sum(len(e["entry"].months) for e in entries), entries)
        for why, entries in by_ground.items()
    ]
    return sorted(grounds, key=lambda ground: ground.deputies)


def apart(report, link=_nowhere) -> list[dict]:
    """The lines below the deputies: petitions that belong to none of them."""
    nobody, others = _("no receiving deputy"), _("deputies not listed here")
    parts = [("nobody", nobody, report.nobody), ("others", others, report.others)]
    return [
        {"label": label, "cells": cells(total(towns.values()), link=_prefixed(who, link))}
        for who, label, towns in parts
        if towns
    ]


def _prefixed(who, link):
    return lambda key: link(f"{who}/{key}")
