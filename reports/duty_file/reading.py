"""The duty files of deputies: basics, eight parts, the annex of contacts, and the summary by quarter or year."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deputies.models import Deputy
from reports.duty_file import sources, words
from reports.duty_file.sources import CONTACTS
from visits.models import DutyPart

PARTS = (*DutyPart.values, CONTACTS)
TITLES = {**dict(DutyPart.choices), CONTACTS: pgettext_lazy("duty file", "contacts with voters")}
CLAUSES = {
    DutyPart.BASICS: ("D8-五a",),
    DutyPart.MEETINGS: ("D8-五a", "D8-五b"),
    DutyPart.SURVEYS: ("D1-2②", "D1-3②", "D3-六d", "D8-四3"),
    DutyPart.TRAINING: ("D6-c", "D7-四3"),
    DutyPart.GROUP: ("D9-1a", "D9-3"),
    DutyPart.SUGGESTIONS: ("D9-2二b",),
    DutyPart.REPORTS: ("D1-4", "D6-b"),
    DutyPart.COMMENDATIONS: ("D9-6",),
    CONTACTS: ("D1-3①b", "D3-三"),
}
"""What each part rests on."""
_NOT_THERE = ("leave", "absent")


@dataclass(frozen=True)
class Line:
    """One line of a duty file: one record of the system, by its kind and key, and the clause that it goes to."""

    part: str
    source: str
    pk: int
    on: date
    until: date | None
    kind: str
    what: str
    place: str
    result: str
    state: str
    note: str
    clause: str

    @property
    def counts(self) -> bool:
        """Whether the deputy was there; leave and absence stand in the file and are counted nowhere."""
        return self.source != "absence" and self.state not in _NOT_THERE

    @property
    def state_words(self) -> str:
        """Present, on leave, absent, or how far a report to voters is; empty where nothing is said."""
        return str(words.STATES.get(self.state, ""))

    @property
    def record(self) -> str:
        """The record behind it, such as ``visit:17``."""
        return f"{words.RECORDS[self.source][0]}:{self.pk}"

    @property
    def record_words(self) -> str:
        """The same in words, for people."""
        return words.record(self.source, self.pk)


@dataclass(frozen=True)
class DutyFile:
    """One deputy's file for some time; ``lines`` in the order of time."""

    deputy: Deputy
    first: date
    last: date
    lines: list[Line] = field(default_factory=list)

    def parts(self) -> list[tuple[str, str, tuple, list[Line]]]:
        """The eight parts and the annex, each with its title, its clauses and its lines."""
        by_part = {part: [] for part in PARTS}
        for line in self.lines:
            by_part[line.part].append(line)
        return [(part, str(TITLES[part]), CLAUSES[part], by_part[part]) for part in PARTS]

    def spans(self) -> list[tuple[str, date, date]]:
        """The columns of the summary: the quarters of a year, or the years of a longer time."""
        if self.first.year == self.last.year:
            year = self.first.year
            names = (_("1st quarter"), _("2nd quarter"), _("3rd quarter"), _("4th quarter"))
            return [
                (str(name), date(year, 3 * n + 1, 1), date(year, 3 * n + 3, 31 if n in (0, 3) else 30))
                for n, name in enumerate(names)
            ]
        years = range(self.first.year, self.last.year + 1)
        return [(str(year), date(year, 1, 1), date(year, 12, 31)) for year in years]

    def summary(self) -> list[tuple[str, str, list[int], int]]:
        """For each part but the first how much was done in each span, and in all."""
        spans, rows = self.spans(), []
        for part, title, _clauses, lines in self.parts()[1:]:
            days = [line.on for line in lines if line.counts]
            numbers = [sum(first <= day <= last for day in days) for _name, first, last in spans]
            rows.append((part, title, numbers, sum(numbers)))
        return rows


def read(deputies: QuerySet, first: date, last: date) -> list[DutyFile]:
    """The files of ``deputies`` from ``first`` to ``last``, both included: two questions, however many they are.

    Whoever may see a deputy may read the whole file; narrow ``deputies`` to those in sight before.
    """
    about = ("district__jurisdiction", "district__term", "group", "term__jurisdiction")
    found = {one.pk: DutyFile(one, first, last) for one in deputies.select_related(*about)}
    one, *more = sources.arms(deputies, first, last)
    for deputy, *told in one.union(*more, all=True):
        if deputy in found:
            found[deputy].lines.append(_line(*told))
    for file in found.values():
        file.lines.sort(key=lambda line: (line.on, line.source, line.pk))
    return list(found.values())


def _line(part, source, pk, on, until, what, kind, place, result, state, note) -> Line:
    said = words.of(source, kind, what=what, place=place, result=result, state=state, note=note)
    return Line(part, source, pk, on, until, state=state, clause=words.clause(source, kind), **said)
