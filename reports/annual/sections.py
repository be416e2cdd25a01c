"""The sections of a duty report: its figures with their records, what is said of them, what is drawn."""

from collections.abc import Iterable
from functools import lru_cache, partial
from itertools import chain

from django.utils.translation import get_language

from reports.annual import telling
from reports.annual.figures import Report
from reports.annual.lines import PARTS, Line, Part, records_of
from reports.annual.parts import Chart, Document, Figure, Section, Series, share
from reports.annual.tables import name_of, places_of
from reports.annual.wording import title_of


def document_of(report: Report, before: Report | None = None) -> Document:
    """The document of a report; ``before`` is that of the period it is compared with."""
    known = before if before is not None and _has_records(before) else None
    shown = [_section(part, report, known) for part in PARTS]
    return Document(report.subject, report.period, report.on, title_of(report), [s for s in shown if s], report)


def _has_records(report) -> bool:
    return bool(report.whole["contacts"] or report.whole["petitions"])


def _section(part: Part, report, before) -> Section | None:
    lines = _set_down(part.key, report.period, tuple(part.opened(report)), get_language())
    if not part.always and not any(_counts(line, report, before) for line in lines):
        return None
    counted = {line.key: _figure(line, report, before) for line in lines if not line.whole}
    found = [counted[line.key] if not line.whole else _share(line, counted) for line in lines]
    made = {figure.key: figure for figure in found}
    said = telling.SENTENCES[part.key](report, made) if part.key in telling.SENTENCES else []
    tables_of, rows_of = partial(part.tables, report), partial(_rows, part, report, lines)
    return Section(part.key, str(part.title), part.clauses, said, found, tables_of, _chart(part, lines, made), rows_of)


@lru_cache(maxsize=4096)
def _set_down(key, period, opened, language) -> tuple[Line, ...]:
    """The lines of a section in the words of a language: looked up once for all documents that have them alike."""
    part = next(part for part in PARTS if part.key == key)
    return tuple(
        line._replace(
            label=str(line.label),
            clause=line.clause or part.clauses[0],
            name=_outside(line.key, period),
            records=records_of(line.key),
        )
        for line in part.lines(period, opened)
    )


def _counts(line: Line, report, before) -> bool:
    return bool(report.whole[line.key] or (before and before.whole[line.key]))


def _figure(line: Line, report, before) -> Figure:
    kept = before and before.whole[line.key]
    ids = tuple(sorted(report.whole.ids.get(line.key, ())))
    return Figure(line.name, line.label, report.whole[line.key], line.clause, line.records, ids, kept, line.adds)


def _outside(key, period) -> str:
    """A figure's key as others read it: a month by its name, ``month.2026-04``."""
    name, _dot, place = key.partition(".")
    if name in ("month", "owed", "missed") and place.isdigit():
        return f"{name}.{period.months[int(place) - 1]:%Y-%m}"
    return key


def _share(line: Line, counted) -> Figure:
    return share(counted[line.key], counted[line.whole], f"share.{line.key}", line.label, line.clause)


def _chart(part: Part, lines, made) -> Chart | None:
    asked = part.chart
    if asked is None:
        return None
    drawn = [line for line in lines if line.key.startswith(asked.start) and not line.whole][: asked.most]
    keys = [line.name for line in drawn]
    series = [Series(str(asked.name), [made[key].value for key in keys], keys)]
    return Chart(asked.kind, str(asked.title), [line.label for line in drawn], series)


# -- the lines of the tables


def _rows(part: Part, report, lines: Iterable[Line]) -> list[Figure]:
    """The same figures of each deputy, and of the lines apart; a report of one deputy has no other line."""
    if part.key == "digest":
        return list(_of_places(report, {line.key: line for line in lines}))
    if report.subject.kind == "deputy" or part.key not in _IN_ROWS:
        return []
    kept = {line.key: line for line in lines if line.key.partition(".")[0] in _IN_ROWS[part.key] and not line.whole}
    parts = [(f"deputy:{row.deputy.pk}", row.figures) for row in report.rows]
    for name, towns in (("nobody", report.nobody), ("others", report.others)):
        parts += [(f"{name}:{code}", tally) for (code, _town), tally in sorted(towns.items())]
    return list(chain.from_iterable(_row(who, tally, kept) for who, tally in parts))


def _of_places(report, lines) -> Iterable[Figure]:
    """The cells of the digest by place: ``place:12/category.道路``, ``place:12.和平村/…`` (D5-三b)."""
    for place, told in places_of(report).items():
        for about, key in told.items():
            line, ids = lines[about], tuple(sorted(report.whole.ids[key]))
            label = f"{name_of(place, report)}：{line.label}"
            yield Figure(f"place:{place}/{about}", label, report.whole[key], line.clause, line.records, ids)


_IN_ROWS = {
    "contacts": ("contacts", "owed", "met", "met_late", "missed", "kind", "month"),
    "households": ("households", "seen", "unseen", "held", "below", "above"),
    "petitions": ("petitions", "course", "status", "reply", "due", "satisfaction"),
}
"""Which figures stand in the lines of tables, by the first part of their keys."""


def _row(who, tally, kept) -> Iterable[Figure]:
    for key, line in kept.items():
        if tally[key]:
            ids = tuple(sorted(tally.ids.get(key, ())))
            yield Figure(f"{who}/{line.name}", line.label, tally[key], line.clause, line.records, ids)
