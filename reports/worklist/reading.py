"""Reading a worklist: every source in one query, whatever the number of lines."""

from datetime import date
from typing import NamedTuple

from django.urls import reverse

from constituents.models import Petition, Suggestion
from deputies.models import Deputy
from office.clocks import CLOCKS
from office.models import Clause, Regulation
from office.roles import Role
from reports.worklist import contacts, of_deputies, of_groups, of_offices, of_stations, of_units, of_voters
from reports.worklist.item import Item, Section, sections
from reports.worklist.office import WORKING_DAYS_OF, Office
from reports.worklist.source import CLAUSE, MANDATE, NUMBER, Source, clause_arm, mandate_arm

SOURCES: tuple[Source, ...] = (
    *of_deputies.SOURCES,
    *of_groups.SOURCES,
    *of_stations.SOURCES,
    *of_units.SOURCES,
    *of_offices.SOURCES,
    *of_voters.SOURCES,
)
"""All there is to do, in the order in which it stands where it is due on the same day."""


class Row(NamedTuple):
    """One row of the union."""

    source: int
    part: int
    key: int
    due: date | None
    number: str
    about: str
    says: str
    clause: str


def read(user, on: date, office: Office | None = None) -> list[Section]:
    """What ``user`` has to do as of the day ``on``, by all roles they have; what is overdue stands first.

    ``office`` is what a congress office's own figures add to it.
    """
    if not has_one(user):
        return []
    rows = _rows(user, on)
    clauses = _Clauses({row.clause: _clause(row) for row in rows if row.source == CLAUSE})
    mandates = {row.key for row in rows if row.source == MANDATE}
    items = [_item(row, clauses) for row in rows if row.source >= 0]
    of_the_office = office.items(clauses) if office else []
    return sections([*contacts.items(user, on, mandates, clauses), *items, *of_the_office])


def has_one(user) -> bool:
    """Whether somebody has things to do here at all; a leader who only reads has figures instead."""
    return user.has_role(*(role for source in SOURCES for role in source.roles), Role.GROUP_LEADER)


def _rows(user, on) -> list[Row]:
    arms = [source.arm(n, user, on) for n, source in enumerate(SOURCES) if user.has_role(*source.roles)]
    mandates = Deputy.objects.of_running_terms().filter(user=user)
    found = clause_arm(_clauses()).union(mandate_arm(mandates), *arms, all=True)
    return sorted((Row(*row) for row in found), key=_order)


def _order(row):
    return row.part, row.due or date.max, row.source, row.key


def _clauses():
    """Those that a source names, and those of whatever rule sets a deadline."""
    named = {source.clause for source in SOURCES} | {contacts.KEEPS_COUNT, WORKING_DAYS_OF}
    set_days = Clause.objects.filter(rules__measure__in=list(CLOCKS)).order_by().values("pk")
    return Clause.objects.filter(key__in=named) | Clause.objects.filter(pk__in=set_days)


class _Clauses(dict):
    """Clauses by their key; one whose text was not loaded still stands by its key."""

    def __missing__(self, key):
        return Clause(key=key, regulation=Regulation(title=""))


def _clause(row) -> Clause:
    return Clause(key=row.clause, place=row.number, quote=row.about, regulation=Regulation(title=row.says))


def _item(row: Row, clauses) -> Item:
    source = SOURCES[row.source]
    address, query = source.listed_at
    return Item(
        due=row.due,
        text=str(source.texts.get(row.says, source.text)),
        about=" · ".join(part for part in (_called(source, row.number), row.about) if part),
        clause=clauses[row.clause],
        link=reverse(source.link, args=[row.key, source.verb] if source.verb else [row.key] if source.key else []),
        button=str(source.button),
        part=row.part,
        listed_at=f"{reverse(address)}{query}" if address else "",
        kind=str(source.text),
    )


def _called(source, name) -> str:
    """A petition or a suggestion by its register number, anything else by its name."""
    if not source.number or source.number[-1] not in ("seq", "petition__seq", "suggestion__seq"):
        return name
    parts = [int(part) for part in name.split("|") if part]
    if len(parts) == len(NUMBER):
        return Petition.number_of(*parts)
    return Suggestion(year=parts[0], seq=parts[1]).number if parts else ""
