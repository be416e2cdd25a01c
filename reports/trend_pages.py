"""The three pages of figures over time as a template shows them: the chart, and its table with the same addresses."""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from reports import charts, trends
from reports.annual.columns import REPLIES
from reports.annual.screen import percent
from reports.annual.wording import for_everybody
from reports.subjects import Kind

SHOWN = 12
"""So many categories or units have a bar; the table has all of them."""
BLANK = "–"
"""Stands for a category that was left empty, in an address too."""


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


def contacts(asked: Asked, reports) -> dict:
    """Contacts and coverage by month and by town (D1-3①b)."""
    before, now = reports
    total = trends.contacts_of(now.rows, asked.months)
    was = trends.contacts_of(before.rows, asked.months)
    coverage = asked.page("reports:coverage", period=None)
    missed = asked.page("reports:coverage", period=None, only="missed")
    tiles = [
        _tile(_("Contacts"), _number(total.contacts), asked.records("contacts"), _was(asked, _number(was.contacts))),
        _tile(_("share of months met"), percent(total.rate), coverage, _was(asked, percent(was.rate))),
        _tile(_("months missed"), _number(total.owed - total.met), missed, _was(asked, _number(was.owed - was.met))),
        _tile(_("Contacts per deputy"), _tenths(total.each), coverage, _was(asked, _tenths(was.each))),
    ]
    return {"tiles": tiles, "panels": [*_months(asked, reports), *_towns(asked, reports)], "note": for_everybody(now)}


def _months(asked, reports) -> list[Panel]:
    parts = [[trends.contacts_of(report.rows, [n]) for n in asked.months] for report in reports]
    names = [_("Month %(number)d") % {"number": n} for n in asked.months]
    pages = [
        [_asked_of(asked, year).records("contacts", period=f"m{n}") for n in asked.months] for year in _both(asked)
    ]
    coverage = [[asked.page("reports:coverage", period=None, year=year)] * len(names) for year in _both(asked)]
    title, rate = _("Contacts by month"), _("Share of months met, by month")
    lines = [
        Line(
            name,
            [
                Figure(_number(was.contacts), pages[0][n]),
                Figure(_number(now.contacts), pages[1][n]),
                Figure(_of(was.met, was.owed), coverage[0][n]),
                Figure(_of(now.met, now.owed), coverage[1][n]),
                Figure(percent(was.rate), coverage[0][n]),
                Figure(percent(now.rate), coverage[1][n]),
                Figure(_number(now.left_out), f"{coverage[1][n]}#left-out"),
            ],
        )
        for n, (name, was, now) in enumerate(zip(names, *parts, strict=True))
    ]
    was, now = (trends.contacts_of(report.rows, asked.months) for report in reports)
    sums = Line(
        _("Total"),
        [
            Figure(_number(was.contacts), _asked_of(asked, asked.year - 1).records("contacts")),
            Figure(_number(now.contacts), asked.records("contacts")),
            Figure(_of(was.met, was.owed)),
            Figure(_of(now.met, now.owed)),
            Figure(percent(was.rate)),
            Figure(percent(now.rate)),
            Figure(_number(now.left_out)),
        ],
    )
    heads = [
        _("Month"),
        *(_("Contacts %d") % year for year in _both(asked)),
        *(_("met / owed %d") % year for year in _both(asked)),
        *(_("Share %d") % year for year in _both(asked)),
        _("not judged"),
    ]
    numbers = [[one.contacts or None for one in part] for part in parts]
    shares = [[_whole(one.rate) for one in part] for part in parts]
    return [
        Panel(title, charts.bars("by-month", title, names, _two(asked, numbers, pages)), Table([], [])),
        Panel(
            rate,
            charts.curves("rate-by-month", rate, names, _two(asked, shares, coverage)),
            _beside(asked, Table(heads, lines, sums), 1, 3, 5),
            _("Only who was in office all through a month and not exempt owes it; the coverage names who is left out."),
        ),
    ]


def _towns(asked, reports) -> list[Panel]:
    before, now = (trends.by_town(report.rows) for report in reports)
    towns = sorted({*before, *now})
    if len(towns) < 2:
        return []
    parts = [[trends.contacts_of(part.get(town, []), asked.months) for town in towns] for part in (before, now)]
    coverage = [
        [asked.page("reports:coverage", period=None, year=year, **asked.town_of(code)) for code, _name in towns]
        for year in _both(asked)
    ]
    lines = [
        Line(
            name,
            [
                Figure(_number(one.deputies)),
                Figure(_number(one.contacts), asked.records("contacts", town=code) if code in asked.codes else ""),
                Figure(_tenths(one.each)),
                Figure(_of(one.met, one.owed), coverage[1][n]),
                Figure(percent(one.rate), coverage[1][n]),
                Figure(percent(was.rate), coverage[0][n]),
            ],
            asked.page("reports:trends", town=code) if code in asked.codes else "",
        )
        for n, ((code, name), was, one) in enumerate(zip(towns, *parts, strict=True))
    ]
    heads = [
        _("Township"),
        _("number of deputies"),
        _("Contacts"),
        _("Contacts per deputy"),
        _("met / owed"),
        _("Share %d") % asked.year,
        _("Share %d") % (asked.year - 1),
    ]
    title = _("Share of months met, by township")
    shares = [[_whole(one.rate) for one in part] for part in parts]
    chart = charts.rows("by-town", title, [name for _code, name in towns], _two(asked, shares, coverage), percent=True)
    return [Panel(title, chart, _beside(asked, Table(heads, lines), 6))]


def matters(asked: Asked, before, now) -> dict:
    """Matters by month, category and town, and how they were replied to and judged."""
    parts = [[one for one in groups if one.month in asked.months] for groups in (before, now)]
    was, total = (trends.sum_of(part) for part in parts)
    tiles = [
        _tile(_("Matters"), _number(total.number), asked.records("matters"), _was(asked, _number(was.number))),
        _tile(
            _("share in time"),
            percent(total.share_in_time),
            asked.records("matters", reply="in_time"),
            _was(asked, percent(was.share_in_time)),
        ),
        _tile(
            _("overdue, no reply"),
            _number(total.overdue),
            asked.records("matters", reply="overdue"),
            _was(asked, _number(was.overdue)),
        ),
        _tile(
            _("satisfied or fairly satisfied"),
            percent(total.share_pleased),
            asked.records("matters", said="pleased"),
            _was(asked, percent(was.share_pleased)),
        ),
    ]
    return {
        "tiles": tiles,
        "panels": [
            _matters_by(
                asked,
                parts,
                "month",
                _("Matters by month"),
                _("Month"),
                [(n, _("Month %(number)d") % {"number": n}) for n in asked.months],
                lambda one: one.month,
                lambda n: {"period": f"m{n}"},
                charts.bars,
            ),
            _matters_by(
                asked,
                parts,
                "category",
                _("Matters by category"),
                _("Category"),
                _most_first(parts, lambda one: one.category or BLANK),
                lambda one: one.category or BLANK,
                lambda name: {"category": name},
                charts.rows,
            ),
            *_matters_by_town(asked, parts),
        ],
    }


def _matters_by_town(asked, parts) -> list[Panel]:
    towns = sorted({(one.code, one.town) for part in parts for one in part})
    if len(towns) < 2:
        return []
    return [
        _matters_by(
            asked,
            parts,
            "town",
            _("Matters by township"),
            _("Township"),
            towns,
            lambda one: one.code,
            lambda code: {"town": code} if code in asked.codes else None,
            charts.rows,
        )
    ]


def _most_first(parts, key) -> list[tuple]:
    counted = {name: sum(one.n for one in rows) for name, rows in trends.grouped([*parts[0], *parts[1]], key).items()}
    return [(name, name) for name in sorted(counted, key=lambda name: (-counted[name], name))]


def _matters_by(asked, parts, kind, title, head, keys, key_of, narrowed: Callable, draw) -> Panel:
    """One way to set matters out: ``keys`` as (key, name), ``narrowed`` what an address is narrowed to by a key."""
    before, now = (trends.grouped(part, key_of) for part in parts)
    sums = [[trends.sum_of(part.get(key, [])) for key, _name in keys] for part in (before, now)]
    pages = [
        [
            "" if narrowed(key) is None else _asked_of(asked, year).records("matters", **narrowed(key))
            for key, _name in keys
        ]
        for year in _both(asked)
    ]
    lines = [
        Line(name, _matter_figures(asked, was, one, pages[0][n], pages[1][n]))
        for n, ((_key, name), was, one) in enumerate(zip(keys, *sums, strict=True))
    ]
    heads = [
        head,
        *(str(year) for year in _both(asked)),
        _("in time / due"),
        _("share in time"),
        _("overdue"),
        _("satisfied / said"),
        _("Satisfaction"),
    ]
    shown = len(keys) if kind == "month" else SHOWN
    numbers = [[one.number or None for one in part][:shown] for part in sums]
    chart = draw(
        f"matters-by-{kind}",
        title,
        [name for _key, name in keys][:shown],
        _two(asked, numbers, [p[:shown] for p in pages]),
    )
    total = [trends.sum_of(part) for part in parts]
    foot = Line(
        _("Total"),
        _matter_figures(asked, *total, _asked_of(asked, asked.year - 1).records("matters"), asked.records("matters")),
    )
    return Panel(title, chart, _beside(asked, Table(heads, lines, foot), 1))


def _matter_figures(asked, was, one, was_page, page) -> list[Figure]:
    def also(**more):
        return f"{page}&{urlencode(more)}" if page else ""

    return [
        Figure(_number(was.number), was_page),
        Figure(_number(one.number), page),
        Figure(_of(one.in_time, one.due), also(reply="in_time")),
        Figure(percent(one.share_in_time)),
        Figure(_number(one.overdue), also(reply="overdue"), bad=one.overdue > 0),
        Figure(_of(one.pleased, one.said), also(said="pleased")),
        Figure(percent(one.share_pleased)),
    ]


def units(asked: Asked, before, now) -> dict:
    """How the units replied: in time, late, not yet (D3-七), and what people said of it."""
    was = {unit.pk: unit for unit in before}
    states = ("in_time", "late", "overdue", "open")
    names = {name: str(label) for name, label in REPLIES.values()}
    title = _("Replies by unit")
    shown = now[:SHOWN]
    looks = (charts.GOOD, charts.SLOW, charts.BAD, charts.OPEN)
    drawn = [
        charts.Series(
            names[state],
            [unit.states[state] or None for unit in shown],
            look,
            [asked.records("replies", unit=unit.pk, reply=state) for unit in shown],
        )
        for state, look in zip(states, looks, strict=True)
    ]
    heads = [
        _("Unit"),
        _("handed over"),
        *(names[state] for state in states),
        _("Share %d") % asked.year,
        _("Share %d") % (asked.year - 1),
        _("satisfied / said"),
        _("Satisfaction"),
    ]
    lines = [
        Line(
            unit.name,
            [
                Figure(_number(unit.number), asked.records("replies", unit=unit.pk)),
                *(
                    Figure(
                        _number(unit.states[state]),
                        asked.records("replies", unit=unit.pk, reply=state),
                        state == "overdue" and unit.states[state] > 0,
                    )
                    for state in states
                ),
                Figure(percent(unit.share_in_time)),
                Figure(percent(was[unit.pk].share_in_time) if unit.pk in was else "–"),
                Figure(_of(unit.pleased, unit.said)),
                Figure(percent(unit.share_pleased)),
            ],
        )
        for unit in now
    ]
    table = _beside(asked, Table(heads, lines), 7)
    chart = charts.stacks("by-unit", title, [unit.name for unit in shown], drawn)
    return {"tiles": _unit_tiles(asked, before, now), "panels": [Panel(title, chart, table)]}


def _unit_tiles(asked, before, now) -> list[dict]:
    def total(rows, state=None):
        return sum(unit.states[state] if state else unit.number for unit in rows)

    def share(rows):
        return percent(trends.tenths_of_a_percent(total(rows, "in_time"), sum(unit.due for unit in rows)))

    return [
        _tile(_("handed over"), _number(total(now)), asked.records("replies"), _was(asked, _number(total(before)))),
        _tile(_("share in time"), share(now), asked.records("replies", reply="in_time"), _was(asked, share(before))),
        _tile(
            str(dict(REPLIES.values())["late"]),
            _number(total(now, "late")),
            asked.records("replies", reply="late"),
            _was(asked, _number(total(before, "late"))),
        ),
        _tile(
            str(dict(REPLIES.values())["overdue"]),
            _number(total(now, "overdue")),
            asked.records("replies", reply="overdue"),
            _was(asked, _number(total(before, "overdue"))),
        ),
    ]


def _both(asked) -> tuple[int, int]:
    return asked.year - 1, asked.year


def _beside(asked, table, *columns) -> Table:
    """The table without the columns of the year before where that is not on record."""
    return table.without(*columns) if asked.alone else table


def _asked_of(asked, year) -> Asked:
    return asked._replace(year=year)


def _two(asked, values, links) -> list[charts.Series]:
    """The year before and the year asked for as two series."""
    looks = (charts.BEFORE, charts.NOW)
    drawn = zip(_both(asked), values, looks, links, strict=True)
    series = [charts.Series(str(year), row, look, pages) for year, row, look, pages in drawn]
    return series[1:] if asked.alone else series


def _tile(label, figure, link, was) -> dict:
    return {"label": label, "figure": figure, "link": link, "was": was}


def _was(asked, figure) -> str:
    return "" if asked.alone else _("the year before: %s") % figure


def _number(n) -> str:
    return f"{n:,}"


def _tenths(n) -> str:
    return "–" if n is None else f"{n // 10}.{n % 10}"


def _of(part, whole) -> str:
    return f"{part:,} / {whole:,}" if whole else "–"


def _whole(share):
    return None if share is None else share / 10
