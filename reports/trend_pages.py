"""The three pages of figures over time as a template shows them: the chart, and its table with the same addresses."""

from collections.abc import Callable
from typing import NamedTuple

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
    names = [_("Month %(number)d") % {"number": n} for n in asked.months]
    parts = [[trends.contacts_of(report.rows, [n]) for n in asked.months] for report in reports]
    pages = [
        [in_year(asked, year).records("contacts", period=f"m{n}") for n in asked.months] for year in both_years(asked)
    ]
    coverage = [asked.page("reports:coverage", period=None, year=year) for year in both_years(asked)]
    lines = [
        Line(name, _month_figures(both, links, coverage))
        for name, both, links in zip(names, zip(*parts, strict=True), zip(*pages, strict=True), strict=True)
    ]
    table = beside(asked, Table(_month_heads(asked), lines, _month_sums(asked, reports)), 1, 3, 5)
    title, rate = _("Contacts by month"), _("Share of months met, by month")
    numbers = [[one.contacts or None for one in part] for part in parts]
    shares = [[for_chart(one.rate) for one in part] for part in parts]
    curves = two_series(asked, shares, [[page] * len(names) for page in coverage])
    return [
        Panel(title, charts.bars("by-month", title, names, two_series(asked, numbers, pages)), Table([], [])),
        Panel(
            rate,
            charts.curves("rate-by-month", rate, names, curves),
            table,
            _("Only who was in office all through a month and not exempt owes it; the coverage names who is left out."),
        ),
    ]


def _month_heads(asked) -> list[str]:
    return [
        _("Month"),
        *(_("Contacts %d") % year for year in both_years(asked)),
        *(_("met / owed %d") % year for year in both_years(asked)),
        *(_("Share %d") % year for year in both_years(asked)),
        _("not judged"),
    ]


def _month_figures(both, pages, coverage) -> list[Figure]:
    """Each figure of the year before and of the year asked for, and the pages of both behind it."""
    return [
        *(Figure(number(one.contacts), page) for one, page in zip(both, pages, strict=True)),
        *(Figure(part_of(one.met, one.owed), page) for one, page in zip(both, coverage, strict=True)),
        *(Figure(percent(one.rate), page) for one, page in zip(both, coverage, strict=True)),
        Figure(number(both[1].left_out), f"{coverage[1]}#left-out" if coverage[1] else ""),
    ]


def _month_sums(asked, reports) -> Line:
    both = [trends.contacts_of(report.rows, asked.months) for report in reports]
    pages = [in_year(asked, year).records("contacts") for year in both_years(asked)]
    return Line(_("Total"), _month_figures(both, pages, ("", "")))


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
    pairs = zip(towns, zip(*parts, strict=True), zip(*coverage, strict=True), strict=True)
    lines = [_town_line(asked, town, both, pages) for town, both, pages in pairs]
    heads = [
        _("Township"),
        _("number of deputies"),
        _("Contacts"),
        _("Contacts per deputy"),
        _("met / owed"),
        _("Share %d") % asked.year,
        _("Share %d") % (asked.year - 1),
    ]
    title, names = _("Share of months met, by township"), [name for _code, name in towns]
    shares = [[for_chart(one.rate) for one in part] for part in parts]
    chart = charts.rows("by-town", title, names, two_series(asked, shares, coverage), percent=True)
    return [Panel(title, chart, beside(asked, Table(heads, lines), 6))]


def _town_line(asked, town, both, coverage) -> Line:
    (code, name), (was, now) = town, both
    is_chosen = code in asked.codes
    figures = [
        Figure(number(now.deputies)),
        Figure(number(now.contacts), asked.records("contacts", town=code) if is_chosen else ""),
        Figure(tenths(now.each)),
        Figure(part_of(now.met, now.owed), coverage[1]),
        Figure(percent(now.rate), coverage[1]),
        Figure(percent(was.rate), coverage[0]),
    ]
    return Line(name, figures, asked.page("reports:trends", town=code) if is_chosen else "")


class Way(NamedTuple):
    """One way to set matters out: ``keys`` as (key, name), ``narrowed`` what an address is narrowed to by a key."""

    kind: str
    title: str
    head: str
    keys: list[tuple]
    key_of: Callable
    narrowed: Callable
    draw: Callable
    shown: int = SHOWN


def matters(asked: Asked, before, now) -> dict:
    """Matters by month, category and town, and how they were replied to and judged."""
    parts = [[one for one in groups if one.month in asked.months] for groups in (before, now)]
    ways = [_by_month(asked), _by_category(parts), *_by_town(asked, parts)]
    return {"tiles": _matter_tiles(asked, parts), "panels": [_matters_by(asked, parts, way) for way in ways]}


def _matter_tiles(asked, parts) -> list[dict]:
    was, now = (trends.sum_of(part) for part in parts)
    overdue, pleased = asked.records("matters", reply="overdue"), asked.records("matters", said="pleased")
    in_time = asked.records("matters", reply="in_time")
    return [
        tile(asked, _("Matters"), number(now.number), asked.records("matters"), number(was.number)),
        tile(asked, _("share in time"), percent(now.share_in_time), in_time, percent(was.share_in_time)),
        tile(asked, _("overdue, no reply"), number(now.overdue), overdue, number(was.overdue)),
        tile(
            asked, _("satisfied or fairly satisfied"), percent(now.share_pleased), pleased, percent(was.share_pleased)
        ),
    ]


def _by_month(asked) -> Way:
    keys = [(n, _("Month %(number)d") % {"number": n}) for n in asked.months]
    return Way(
        "month",
        _("Matters by month"),
        _("Month"),
        keys,
        lambda one: one.month,
        lambda n: {"period": f"m{n}"},
        charts.bars,
        shown=len(keys),
    )


def _by_category(parts) -> Way:
    def category_of(one):
        return one.category or BLANK

    return Way(
        "category",
        _("Matters by category"),
        _("Category"),
        _most_first(parts, category_of),
        category_of,
        lambda name: {"category": name},
        charts.rows,
    )


def _by_town(asked, parts) -> list[Way]:
    towns = sorted({(one.code, one.town) for part in parts for one in part})
    way = Way(
        "town",
        _("Matters by township"),
        _("Township"),
        towns,
        lambda one: one.code,
        lambda code: asked.town_of(code) or None,
        charts.rows,
    )
    return [way] if len(towns) > 1 else []


def _most_first(parts, key) -> list[tuple]:
    counted = {name: sum(one.n for one in rows) for name, rows in trends.grouped([*parts[0], *parts[1]], key).items()}
    return [(name, name) for name in sorted(counted, key=lambda name: (-counted[name], name))]


def _matters_by(asked, parts, way: Way) -> Panel:
    names = [name for _key, name in way.keys]
    sums = [[trends.sum_of(groups.get(key, [])) for key, _name in way.keys] for groups in _grouped(parts, way)]
    pages = [
        [_page_of(in_year(asked, year), way.narrowed(key)) for key, _name in way.keys] for year in both_years(asked)
    ]
    figures = [_matter_figures(*told) for told in zip(*sums, *pages, strict=True)]
    lines = [Line(name, told) for name, told in zip(names, figures, strict=True)]
    whole = [in_year(asked, year).records("matters") for year in both_years(asked)]
    foot = Line(_("Total"), _matter_figures(*(trends.sum_of(part) for part in parts), *whole))
    numbers = [[one.number or None for one in part][: way.shown] for part in sums]
    series = two_series(asked, numbers, [part[: way.shown] for part in pages])
    chart = way.draw(f"matters-by-{way.kind}", way.title, names[: way.shown], series)
    return Panel(way.title, chart, beside(asked, Table(_matter_heads(asked, way.head), lines, foot), 1))


def _grouped(parts, way) -> list[dict]:
    return [trends.grouped(part, way.key_of) for part in parts]


def _page_of(asked, narrowed: dict | None) -> str:
    """The matters of a line; nothing where its place cannot be chosen."""
    return "" if narrowed is None else asked.records("matters", **narrowed)


def _matter_heads(asked, first) -> list[str]:
    return [
        first,
        *(str(year) for year in both_years(asked)),
        _("in time / due"),
        _("share in time"),
        _("overdue"),
        _("satisfied / said"),
        _("Satisfaction"),
    ]


def _matter_figures(was, one, was_page, page) -> list[Figure]:
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


STATES = ("in_time", "late", "overdue", "open")
"""How a reply stands, in the order of the chart and the table."""


def units(asked: Asked, before, now) -> dict:
    """How the units replied: in time, late, not yet (D3-七), and what people said of it."""
    was, title = {unit.pk: unit for unit in before}, _("Replies by unit")
    table = Table(_unit_heads(asked), [_unit_line(asked, was.get(unit.pk), unit) for unit in now])
    panel = Panel(title, _unit_chart(asked, title, now[:SHOWN]), beside(asked, table, 7))
    return {"tiles": _unit_tiles(asked, before, now), "panels": [panel]}


def _state_names() -> dict[str, str]:
    return {name: str(label) for name, label in REPLIES.values()}


def _unit_chart(asked, title, shown) -> str:
    names, looks = _state_names(), (charts.GOOD, charts.SLOW, charts.BAD, charts.OPEN)
    series = [
        charts.Series(
            names[state],
            [unit.states[state] or None for unit in shown],
            look,
            [asked.records("replies", unit=unit.pk, reply=state) for unit in shown],
        )
        for state, look in zip(STATES, looks, strict=True)
    ]
    return charts.stacks("by-unit", title, [unit.name for unit in shown], series)


def _unit_heads(asked) -> list[str]:
    return [
        _("Unit"),
        _("handed over"),
        *(_state_names()[state] for state in STATES),
        _("Share %d") % asked.year,
        _("Share %d") % (asked.year - 1),
        _("satisfied / said"),
        _("Satisfaction"),
    ]


def _unit_line(asked, was, unit) -> Line:
    states = [
        Figure(number(n), asked.records("replies", unit=unit.pk, reply=state), state == "overdue" and n > 0)
        for state, n in ((state, unit.states[state]) for state in STATES)
    ]
    figures = [
        Figure(number(unit.number), asked.records("replies", unit=unit.pk)),
        *states,
        Figure(percent(unit.share_in_time)),
        Figure(percent(was.share_in_time) if was else "–"),
        Figure(part_of(unit.pleased, unit.said)),
        Figure(percent(unit.share_pleased)),
    ]
    return Line(unit.name, figures)


def _unit_tiles(asked, before, now) -> list[dict]:
    def total(rows, state=None):
        return sum(unit.states[state] if state else unit.number for unit in rows)

    def of_state(state):
        link = asked.records("replies", reply=state)
        return tile(asked, _state_names()[state], number(total(now, state)), link, number(total(before, state)))

    def share(rows):
        return percent(trends.tenths_of_a_percent(total(rows, "in_time"), sum(unit.due for unit in rows)))

    return [
        tile(asked, _("handed over"), number(total(now)), asked.records("replies"), number(total(before))),
        tile(asked, _("share in time"), share(now), asked.records("replies", reply="in_time"), share(before)),
        *(of_state(state) for state in ("late", "overdue")),
    ]
