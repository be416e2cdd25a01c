"""The three pages of figures over time as a template shows them: the chart, and its table with the same addresses."""

from collections.abc import Callable

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from reports import charts, trends
from reports.annual.columns import REPLIES
from reports.annual.screen import percent
from reports.annual.wording import for_everybody
from reports.trend_parts import (
    BLANK,
    Asked,
    Figure,
    Line,
    Panel,
    Table,
    beside,
    both_years,
    for_chart,
    in_year,
    number,
    part_of,
    tenths,
    tile,
    two_series,
)

SHOWN = 12
"""So many categories or units have a bar; the table has all of them."""


def contacts(asked: Asked, reports) -> dict:
    """Contacts and coverage by month and by town (D1-3①b)."""
    before, now = reports
    total = trends.contacts_of(now.rows, asked.months)
    was = trends.contacts_of(before.rows, asked.months)
    coverage = asked.page("reports:coverage", period=None)
    missed = asked.page("reports:coverage", period=None, only="missed")
    tiles = [
        tile(asked, _("Contacts"), number(total.contacts), asked.records("contacts"), number(was.contacts)),
        tile(asked, _("share of months met"), percent(total.rate), coverage, percent(was.rate)),
        tile(asked, _("months missed"), number(total.owed - total.met), missed, number(was.owed - was.met)),
        tile(asked, _("Contacts per deputy"), tenths(total.each), coverage, tenths(was.each)),
    ]
    return {"tiles": tiles, "panels": [*_months(asked, reports), *_towns(asked, reports)], "note": for_everybody(now)}


def _months(asked, reports) -> list[Panel]:
    parts = [[trends.contacts_of(report.rows, [n]) for n in asked.months] for report in reports]
    names = [_("Month %(number)d") % {"number": n} for n in asked.months]
    pages = [
        [in_year(asked, year).records("contacts", period=f"m{n}") for n in asked.months] for year in both_years(asked)
    ]
    coverage = [[asked.page("reports:coverage", period=None, year=year)] * len(names) for year in both_years(asked)]
    title, rate = _("Contacts by month"), _("Share of months met, by month")
    lines = [
        Line(
            name,
            [
                Figure(number(was.contacts), pages[0][n]),
                Figure(number(now.contacts), pages[1][n]),
                Figure(part_of(was.met, was.owed), coverage[0][n]),
                Figure(part_of(now.met, now.owed), coverage[1][n]),
                Figure(percent(was.rate), coverage[0][n]),
                Figure(percent(now.rate), coverage[1][n]),
                Figure(number(now.left_out), f"{coverage[1][n]}#left-out"),
            ],
        )
        for n, (name, was, now) in enumerate(zip(names, *parts, strict=True))
    ]
    was, now = (trends.contacts_of(report.rows, asked.months) for report in reports)
    sums = Line(
        _("Total"),
        [
            Figure(number(was.contacts), in_year(asked, asked.year - 1).records("contacts")),
            Figure(number(now.contacts), asked.records("contacts")),
            Figure(part_of(was.met, was.owed)),
            Figure(part_of(now.met, now.owed)),
            Figure(percent(was.rate)),
            Figure(percent(now.rate)),
            Figure(number(now.left_out)),
        ],
    )
    heads = [
        _("Month"),
        *(_("Contacts %d") % year for year in both_years(asked)),
        *(_("met / owed %d") % year for year in both_years(asked)),
        *(_("Share %d") % year for year in both_years(asked)),
        _("not judged"),
    ]
    numbers = [[one.contacts or None for one in part] for part in parts]
    shares = [[for_chart(one.rate) for one in part] for part in parts]
    return [
        Panel(title, charts.bars("by-month", title, names, two_series(asked, numbers, pages)), Table([], [])),
        Panel(
            rate,
            charts.curves("rate-by-month", rate, names, two_series(asked, shares, coverage)),
            beside(asked, Table(heads, lines, sums), 1, 3, 5),
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
        for year in both_years(asked)
    ]
    lines = [
        Line(
            name,
            [
                Figure(number(one.deputies)),
                Figure(number(one.contacts), asked.records("contacts", town=code) if code in asked.codes else ""),
                Figure(tenths(one.each)),
                Figure(part_of(one.met, one.owed), coverage[1][n]),
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
    shares = [[for_chart(one.rate) for one in part] for part in parts]
    chart = charts.rows(
        "by-town", title, [name for _code, name in towns], two_series(asked, shares, coverage), percent=True
    )
    return [Panel(title, chart, beside(asked, Table(heads, lines), 6))]


def matters(asked: Asked, before, now) -> dict:
    """Matters by month, category and town, and how they were replied to and judged."""
    parts = [[one for one in groups if one.month in asked.months] for groups in (before, now)]
    was, total = (trends.sum_of(part) for part in parts)
    tiles = [
        tile(asked, _("Matters"), number(total.number), asked.records("matters"), number(was.number)),
        tile(
            asked,
            _("share in time"),
            percent(total.share_in_time),
            asked.records("matters", reply="in_time"),
            percent(was.share_in_time),
        ),
        tile(
            asked,
            _("overdue, no reply"),
            number(total.overdue),
            asked.records("matters", reply="overdue"),
            number(was.overdue),
        ),
        tile(
            asked,
            _("satisfied or fairly satisfied"),
            percent(total.share_pleased),
            asked.records("matters", said="pleased"),
            percent(was.share_pleased),
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
            "" if narrowed(key) is None else in_year(asked, year).records("matters", **narrowed(key))
            for key, _name in keys
        ]
        for year in both_years(asked)
    ]
    lines = [
        Line(name, _matter_figures(asked, was, one, pages[0][n], pages[1][n]))
        for n, ((_key, name), was, one) in enumerate(zip(keys, *sums, strict=True))
    ]
    heads = [
        head,
        *(str(year) for year in both_years(asked)),
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
        two_series(asked, numbers, [p[:shown] for p in pages]),
    )
    total = [trends.sum_of(part) for part in parts]
    foot = Line(
        _("Total"),
        _matter_figures(asked, *total, in_year(asked, asked.year - 1).records("matters"), asked.records("matters")),
    )
    return Panel(title, chart, beside(asked, Table(heads, lines, foot), 1))


def _matter_figures(asked, was, one, was_page, page) -> list[Figure]:
    def also(**more):
        return f"{page}&{urlencode(more)}" if page else ""

    return [
        Figure(number(was.number), was_page),
        Figure(number(one.number), page),
        Figure(part_of(one.in_time, one.due), also(reply="in_time")),
        Figure(percent(one.share_in_time)),
        Figure(number(one.overdue), also(reply="overdue"), bad=one.overdue > 0),
        Figure(part_of(one.pleased, one.said), also(said="pleased")),
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
                Figure(number(unit.number), asked.records("replies", unit=unit.pk)),
                *(
                    Figure(
                        number(unit.states[state]),
                        asked.records("replies", unit=unit.pk, reply=state),
                        state == "overdue" and unit.states[state] > 0,
                    )
                    for state in states
                ),
                Figure(percent(unit.share_in_time)),
                Figure(percent(was[unit.pk].share_in_time) if unit.pk in was else "–"),
                Figure(part_of(unit.pleased, unit.said)),
                Figure(percent(unit.share_pleased)),
            ],
        )
        for unit in now
    ]
    table = beside(asked, Table(heads, lines), 7)
    chart = charts.stacks("by-unit", title, [unit.name for unit in shown], drawn)
    return {"tiles": _unit_tiles(asked, before, now), "panels": [Panel(title, chart, table)]}


def _unit_tiles(asked, before, now) -> list[dict]:
    def total(rows, state=None):
        return sum(unit.states[state] if state else unit.number for unit in rows)

    def of_state(state):
        link = asked.records("replies", reply=state)
        name = str(dict(REPLIES.values())[state])
        return tile(asked, name, number(total(now, state)), link, number(total(before, state)))

    def share(rows):
        return percent(trends.tenths_of_a_percent(total(rows, "in_time"), sum(unit.due for unit in rows)))

    return [
        tile(asked, _("handed over"), number(total(now)), asked.records("replies"), number(total(before))),
        tile(asked, _("share in time"), share(now), asked.records("replies", reply="in_time"), share(before)),
        *(of_state(state) for state in ("late", "overdue")),
    ]
