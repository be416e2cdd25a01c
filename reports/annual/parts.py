"""The one object from which page, docx, xlsx, pdf and json of a duty report come, so that they cannot disagree.

Every figure knows the records that it counts. The fingerprint is drawn over figures and records alone: whoever counts
the same records again gets the same, whatever the words, the order or the hour.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as of
from datetime import date
from functools import partial
from typing import NamedTuple

from django.utils.functional import cached_property

from office.sheets import Table, Tenths
from reports.annual import cells, figures
from reports.annual.columns import tenths_of_a_percent
from reports.annual.period import Period
from reports.subjects import Kind, Subject

ADDED = "added"
VERSION = 2
"""The form in which documents are kept; in the first one, which says no version, places stood under their names."""


class Figure(NamedTuple):
    """One figure: what is counted or shared, under which clause, and the keys of the records behind it.

    ``value`` is the number of ``ids``. With ``adds`` it is what these records say added up (votes, people); with
    ``part`` and ``whole`` it is a share in tenths of a percent of the two figures of these keys. ``before`` is the
    same figure of the period it is compared with; None where nothing is on record.
    """

    key: str
    label: str
    value: int | Tenths | None
    clause: str
    records: str
    ids: tuple = ()
    before: int | Tenths | None = None
    adds: bool = False
    part: str = ""
    whole: str = ""

    @property
    def is_share(self) -> bool:
        return bool(self.whole)

    @property
    def place(self) -> str:
        """The name of the place, of a figure of the digest by place (``place:12/category.道路``)."""
        return self.label.partition("：")[0]

    @property
    def difference(self) -> int | None:
        """How much more it is than before, of a share in tenths of a percentage point."""
        return None if self.value is None or self.before is None else self.value - self.before

    def as_json(self) -> dict:
        """What an export holds of it."""
        kept = {"key": self.key, "label": self.label, "value": self.value, "clause": self.clause}
        kept |= {"records": self.records, "ids": list(self.ids), "before": self.before}
        if self.is_share:
            kept |= {"unit": "tenths of a percent", "part": self.part, "whole": self.whole}
        return kept | ({ADDED: True} if self.adds else {})

    @classmethod
    def from_json(cls, kept: dict) -> "Figure":
        number = Tenths if kept.get("whole") else int
        values = {name: None if kept[name] is None else number(kept[name]) for name in ("value", "before")}
        words = {name: kept.get(name, "") for name in ("key", "label", "clause", "records", "part", "whole")}
        return cls(**words, **values, ids=tuple(kept["ids"]), adds=kept.get(ADDED, False))


class Series(NamedTuple):
    """One row of a chart: its values, and the keys of the figures that they are."""

    name: str
    values: list
    keys: list


@dataclass(frozen=True)
class Chart:
    """What is drawn where people would rather look: ``bars`` that stand, ``rows`` that lie, or ``stacks``."""

    kind: str
    title: str
    labels: list[str]
    series: list[Series]


@dataclass(frozen=True)
class Section:
    """One part of the report: its clauses, what it says in sentences, its figures, its tables, its chart."""

    key: str
    title: str
    clauses: tuple[str, ...]
    sentences: list[str]
    figures: list[Figure]
    make_tables: Callable[[], list[Table]] = list
    chart: Chart | None = None
    make_rows: Callable[[], list[Figure]] = list

    @cached_property
    def rows(self) -> list[Figure]:
        """The figures of the lines of its tables, ``deputy:17/contacts``."""
        return self.make_rows()

    @cached_property
    def tables(self) -> list[Table]:
        return self.make_tables()


@dataclass(frozen=True)
class Document:
    """The duty report of one subject and period, as it stood on ``on``.

    ``sections`` are made when they are first asked for, the fingerprint needs figures only.
    """

    subject: Subject
    period: Period
    on: date
    title: str
    sections: list[Section]
    # What it was counted from; None for one that was read back from a file.
    report: figures.Report | None = of(default=None, repr=False, compare=False)
    version: int = VERSION

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def last(self) -> date:
        return self.period.last

    def figures(self) -> Iterator[Figure]:
        """Every figure, the lines of the tables included; each key is there once."""
        for section in self.sections:
            yield from section.figures
            yield from section.rows

    def figure(self, key: str) -> Figure | None:
        """The figure of a key; the lines of the tables are made for a key of theirs alone."""
        return (self._by_key if "/" in key else self._of_sections).get(key)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    @cached_property
    def _of_sections(self) -> dict:
        return {figure.key: figure for section in self.sections for figure in section.figures}

    @cached_property
    def _by_key(self) -> dict:
        return {figure.key: figure for figure in self.figures()}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over subject, period and each figure's key, value, kind of records and their keys.

        A figure that counts nothing adds nothing: whether it is shown at all may depend on another period.
        """
        counting = (figure for figure in self.figures() if figure.ids or figure.value)
        told = [[figure.key, figure.value, figure.records, list(figure.ids)] for figure in counting]
        drawn = [str(self.subject), self.first.isoformat(), self.last.isoformat(), sorted(told, key=lambda one: one[0])]
        text = json.dumps(drawn, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> dict:
        """Everything, in a form that a file can keep and ``from_json`` reads back."""
        return {
            "version": self.version,
            "subject": str(self.subject),
            "name": self.subject.name,
            "path": self.subject.path,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "on": self.on.isoformat(),
            "title": self.title,
            "fingerprint": self.fingerprint,
            "figures": [figure.as_json() for figure in self.figures()],
            "sections": [_section(section) for section in self.sections],
        }

    @classmethod
    def from_json(cls, kept: dict) -> "Document":
        """The document that ``as_json`` gave, with its figures, tables and charts; its fingerprint is drawn anew."""
        kind, _colon, key = kept["subject"].partition(":")
        subject = Subject(Kind(kind), key, kept["name"], kept["path"])
        known = {one["key"]: Figure.from_json(one) for one in kept["figures"]}
        period = Period(date.fromisoformat(kept["from"]), date.fromisoformat(kept["to"]))
        sections = [_section_from(one, known) for one in kept["sections"]]
        told = (date.fromisoformat(kept["on"]), kept["title"], sections)
        return cls(subject, period, *told, version=kept.get("version", 1))

    def as_version_1(self) -> "Document":
        """The same under the keys of version 1, to be compared with what was kept in it."""
        sections = [replace(section, make_rows=partial(_under_names, section)) for section in self.sections]
        return replace(self, sections=sections, version=1)


def _under_names(section: Section) -> list[Figure]:
    return [one._replace(key=_under_name(one)) for one in section.rows]


def _under_name(figure: Figure) -> str:
    is_of_place = figure.key.startswith("place:")
    return f"place:{figure.place}/{figure.key.partition('/')[2]}" if is_of_place else figure.key


def _section(section: Section) -> dict:
    chart = section.chart
    return {
        "key": section.key,
        "title": section.title,
        "clauses": list(section.clauses),
        "sentences": section.sentences,
        "figures": [figure.key for figure in section.figures],
        "rows": [figure.key for figure in section.rows],
        "tables": [cells.table_to_json(table) for table in section.tables],
        "chart": chart
        and {
            "kind": chart.kind,
            "title": chart.title,
            "labels": chart.labels,
            "series": [one._asdict() for one in chart.series],
        },
    }


def _section_from(kept: dict, known: dict) -> Section:
    drawn, tables = kept["chart"], [cells.table_from_json(table) for table in kept["tables"]]
    chart = drawn and Chart(drawn["kind"], drawn["title"], drawn["labels"], [Series(**s) for s in drawn["series"]])
    return Section(
        kept["key"],
        kept["title"],
        tuple(kept["clauses"]),
        kept["sentences"],
        [known[key] for key in kept["figures"]],
        lambda: tables,
        chart,
        lambda: [known[key] for key in kept["rows"]],
    )


def share(part: Figure, whole: Figure, key: str, label: str, clause: str) -> Figure:
    """The share of two figures, rounded once, with that of the period before."""
    now = tenths_of_a_percent(part.value, whole.value)
    was = None if part.before is None else tenths_of_a_percent(part.before, whole.before)
    values = {"value": None if now is None else Tenths(now), "before": None if was is None else Tenths(was)}
    return Figure(key, label, **values, clause=clause, records=part.records, part=part.key, whole=whole.key)
