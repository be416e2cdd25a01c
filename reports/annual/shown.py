"""The sections of a document as a page shows them: each figure, last year's beside it, the way to its records."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from reports import charts
from reports.annual.document import ALL
from reports.annual.parts import Chart, Document, Figure, Section
from reports.annual.telling import number, percent
from reports.subjects import Subject

FEW = 12
"""So many figures of one head stand open."""
_FOLDED = ("status",)
"""Heads whose figures are opened by whoever wants them."""
_DRAWN = {"petitions", "digest"}
"""The sections that have a chart; contacts by month stand above all sections."""
CHART_WIDTH = 380
_TOLD = {"asked": 4, "reports": 4, "cases": 3}
"""Tables told on the page, with so many of their columns: what only a file needs is left out."""
_ACROSS = 6
"""So many categories stand across in the digest by place; the files have all of them."""
_IN_CHART = ("month.", "owed.", "missed.20", "missed.19")
_BAD = {"missed", "unseen", "below", "above", "voters.below", "contact_month.missed", "reply.overdue"}
_BAD |= {"returns.missed", "before_session.missed", "reporting.missed"}
_BAD |= {"handed.overdue", "handed.untold", "answers.overdue", "activities.unfiled", "sessions.not_held", "missing"}


class Shown(NamedTuple):
    """One figure in words: what it is, how many, how many before, how many more, and where its records are."""

    label: str
    figure: str
    before: str
    change: str
    clause: str
    link: str
    is_bad: bool


class Group(NamedTuple):
    """Figures under one head; ``clause`` where all of them have the same, ``more`` are those behind the first."""

    key: str
    title: str
    clause: str
    figures: list[Shown]
    more: list[Shown]
    is_folded: bool = False


class Told(NamedTuple):
    """A cell of a table: what it says, and for a figure the way to its records and what it is called on a phone."""

    text: object
    link: str = ""
    label: str = ""


class Words(NamedTuple):
    """A table: the rules, the cases, the places; ``more`` are the lines behind the first."""

    name: str
    heads: list[str]
    rows: list[list[Told]]
    more: list[list[Told]]


class Part(NamedTuple):
    """One section on the page: its main figures, then those under heads of their own."""

    key: str
    title: str
    clauses: tuple
    sentences: list[str]
    main: Group | None
    groups: list[Group]
    chart: SafeString | str
    tables: list[Words]
    # Whether any figure has one of the year before beside it.
    compares: bool


def links_of(subject: Subject, period) -> Callable[[str, str], str]:
    """How a figure's key becomes the address of its records; ``of`` is another subject than the report's."""
    first, last = period.keys
    page = reverse("reports:figure")

    def link(key: str, of: str = "") -> str:
        return f"{page}?{urlencode({'subject': of or subject, 'from': first, 'to': last, 'key': key})}"

    return link


def parts(document: Document, link: Callable[[str], str]) -> list[Part]:
    """The sections with what is in them; a figure that is nothing now and was nothing before is left out."""
    return [_part(section, link) for section in document.sections if section.key != "left_out"]


def _part(section: Section, link) -> Part:
    figures = [figure for figure in section.figures if _is_told(figure)]
    by_head = {}
    for figure in figures:
        by_head.setdefault(_head_of(figure), []).append(figure)
    groups = [_group(head, those, link) for head, those in by_head.items()]
    return Part(
        section.key,
        section.title,
        section.clauses,
        section.sentences,
        next((group for group in groups if not group.key), None),
        [group for group in groups if group.key],
        _chart(section, link) if section.key in _DRAWN else "",
        list(_tables(section, link)),
        any(figure.before for figure in figures),
    )


def _group(head: str, figures: list[Figure], link) -> Group:
    clauses = {figure.clause for figure in figures}
    lines = [_shown(figure, link) for figure in figures]
    shown = FEW if len(lines) > FEW + 2 else len(lines)
    only = clauses.pop() if len(clauses) == 1 else ""
    return Group(head, str(HEADS[head]), only, lines[:shown], lines[shown:], head in _FOLDED)


HEADS = {
    "": "",
    "kind": pgettext_lazy("figures", "Ways of contact"),
    "voters": pgettext_lazy("figures", "Liaison voters"),
    "channel": pgettext_lazy("figures", "Channels"),
    "course": pgettext_lazy("figures", "What was done"),
    "status": pgettext_lazy("figures", "Where they stand"),
    "declined": pgettext_lazy("figures", "Reasons for declining"),
    "reply": pgettext_lazy("figures", "Replies"),
    "opinion": pgettext_lazy("figures", "Satisfaction"),
    "result": pgettext_lazy("figures", "Results"),
    "told": pgettext_lazy("figures", "Told to the person"),
    "entries": pgettext_lazy("figures", "Meetings, training and others"),
    "activity": pgettext_lazy("figures", "Kinds of activity"),
    "filed": pgettext_lazy("figures", "Reports in writing"),
    "meetings": pgettext_lazy("figures", "Meetings"),
    "ballots": pgettext_lazy("figures", "Votes"),
}
"""The heads under which the figures of a section stand; the main ones stand under none."""
_BY_NAME = {"due": "reply", "satisfaction": "opinion", "attitude": "opinion", "answers": "reply"}
_BY_END = {
    "satisfaction": "opinion",
    "attitude": "opinion",
    "class": "result",
    "solved": "result",
    "told": "told",
    "untold": "told",
    "filed": "filed",
    "filed_late": "filed",
    "unfiled": "filed",
    "satisfied": "ballots",
    "fairly": "ballots",
    "dissatisfied": "ballots",
}


def _head_of(figure: Figure) -> str:
    """Under which head a figure stands, by its key: ``handed.class.a`` under the results."""
    name, _dot, rest = figure.key.removeprefix("share.").partition(".")
    second = rest.partition(".")[0]
    if name == "activities" and rest and second not in _BY_END:
        return "activity"
    if second in _BY_END and name not in ("satisfaction", "attitude"):
        return _BY_END[second]
    name = _BY_NAME.get(name, name)
    return name if name in HEADS else ""


def _tables(section: Section, link) -> Iterator[Words]:
    columns = _TOLD.get(section.key)
    for table in section.tables if columns else ():
        yield _words(table.name, table.heads[:columns], [list(map(Told, row[:columns])) for row in table.rows])
    if section.key == "digest" and section.rows:
        yield _places(section, link)


def _places(section: Section, link) -> Words:
    """The digest by place (D5-三b): how many petitions of each category, each number with its records."""
    [table], of_place = section.tables, {}
    for figure in section.rows:
        place, _slash, about = figure.key.rpartition("/")
        of_place.setdefault(place, {})[about] = figure
    across = [figure for figure in section.figures if figure.value][:_ACROSS]
    rows = [_place(place, cells, across, link) for place, cells in of_place.items()]
    return _words(table.name, [*table.heads[1:3], *across], rows)


def _place(place, cells, across, link) -> list[Told]:
    whole = sum(figure.value for figure in cells.values())
    numbers = [
        Told(cells[one.key].value, link(cells[one.key].key), str(one.label)) if one.key in cells else Told(None)
        for one in across
    ]
    name = next(iter(cells.values())).place
    return [Told(name), Told(whole, link(f"{place}/{ALL}"), str(_("Total"))), *numbers]


def _words(name: str, heads, rows: list[list[Told]]) -> Words:
    shown = FEW if len(rows) > FEW + 2 else len(rows)
    return Words(name, [str(head.label) for head in heads], rows[:shown], rows[shown:])


def _is_told(figure: Figure) -> bool:
    return bool(figure.value or figure.before) and not figure.key.startswith(_IN_CHART)


def _shown(figure: Figure, link) -> Shown:
    say = percent if figure.is_share else number
    before = "" if figure.before is None else say(figure.before)
    change = _change(figure)
    opens = link(figure.whole if figure.is_share else figure.key)
    is_bad = bool(figure.value) and (figure.key in _BAD or figure.key.startswith("missing."))
    return Shown(figure.label, say(figure.value), before, change, figure.clause, opens, is_bad)


def _change(figure: Figure) -> str:
    """How much more or less than before, with its sign; of shares in percentage points."""
    more = figure.difference
    if not more:
        return ""
    sign = "+" if more > 0 else "−"
    if figure.is_share:
        return _("%(number)s percentage points") % {"number": f"{sign}{abs(more) / 10:.1f}"}
    return f"{sign}{abs(more):,}"


def _chart(section: Section, link) -> SafeString | str:
    chart: Chart | None = section.chart
    if chart is None or not any(any(one.values) for one in chart.series):
        return ""
    series = [charts.Series(s.name, s.values, charts.NOW, [link(key) for key in s.keys]) for s in chart.series]
    return {"bars": charts.bars, "rows": charts.rows, "stacks": charts.stacks}[chart.kind](
        f"annual-{section.key}", chart.title, chart.labels, series, width=CHART_WIDTH
    )
