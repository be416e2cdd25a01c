"""The draft of a change of term: what it says, read from the plan and written into it; nothing else is touched."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from deputies import roster
from deputies.roster import RosterRow
from office import places
from office.models import Jurisdiction
from office.normalise import DistrictName
from office.workbooks import Problem, find_tables, open_workbook, read
from office.workbooks.problems import Source

SHOWN = 50
"""So many rows of a long list stand on one page."""
_DAYS = ("born", "joined_on", "left_on")


@dataclass(frozen=True)
class Seat:
    """One mandate of the new roster; its key is the district's name and the deputy's, which are unique together."""

    row: RosterRow

    @property
    def key(self) -> str:
        return f"{self.row.district.name}|{self.row.name}"

    @property
    def district(self) -> str:
        return self.row.district.name

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def label(self) -> str:
        return f"{self.row.name}（{self.row.district.name}）"


class NotUnderstood(Exception):
    """What was typed or sent cannot be taken; the text says why."""


def seats(plan: dict) -> list[Seat]:
    """The mandates of the new roster, in its order."""
    return [Seat(_row(told)) for told in plan.get("roster", ())]


def first_day(plan: dict) -> date | None:
    return date.fromisoformat(plan["first_day"]) if plan.get("first_day") else None


def _row(told: dict) -> RosterRow:
    values = {**told, "district": DistrictName(**told["district"]), "source": Source(**told["source"])}
    return RosterRow(**values | {name: date.fromisoformat(told[name]) for name in _DAYS if told[name]})


def _told(row: RosterRow) -> dict:
    told = asdict(replace(row, source=replace(row.source, labels={})))
    told["source"].pop("labels")
    return told | {name: told[name].isoformat() for name in _DAYS if told[name]}


def read_roster(content: bytes, name: str, towns: dict, ordinal: int) -> tuple[list[dict], list[Problem]]:
    """The rows of a roster's workbook for the plan, and what was not understood.

    ``towns`` are the known townships by name: a name written short is that of the one it fits. Raises
    ``WorkbookRefused``, or ``NotUnderstood`` where a title names another term than the one to come.
    """
    tables, problems = find_tables(open_workbook(content, name), (roster.LAYOUT,))
    _check_terms(tables, ordinal)
    rows, seen = [], {}
    for table in tables:
        reading = read(table, roster.read_row, seen)
        problems, rows = problems + reading.problems, rows + reading.rows
    return _once_each(rows, problems, towns), problems


def _check_terms(tables, ordinal):
    other = [(table.sheet.name, n) for table in tables if (n := table.heading.term) not in (None, ordinal)]
    if other:
        told = {"sheet": other[0][0], "other": other[0][1], "n": ordinal}
        reason = _("Sheet %(sheet)s is the roster of term %(other)d by its title; that of term %(n)d is needed here.")
        raise NotUnderstood(reason % told)


def _once_each(rows, problems, towns) -> list[dict]:
    """A second row of one name in one district is named and left out."""
    kept = {}
    for row in rows:
        seat = Seat(row)
        if seat.key in kept:
            reason = _("%s stands in this district already; the row was left out.") % row.name
            problems.append(row.source.problem("name", "twice", reason, row.name))
        else:
            kept[seat.key] = replace(row, town=_same_town(row.town, towns))
    return [_told(row) for row in kept.values()]


def _same_town(written: str, towns) -> str:
    alike = [town for town in towns if places.is_town(town, written)] if written else []
    return alike[0] if len(alike) == 1 else written


def read_districts(text: str, congress: Jurisdiction, towns: dict[str, Jurisdiction]) -> list[dict]:
    """The districts typed or pasted: one a line, number, name and township, divided by tabs, commas or spaces.

    Raises ``NotUnderstood``, naming the line.
    """
    found, names = [], set()
    for n, line in enumerate(filter(None, (one.strip() for one in text.splitlines())), 1):
        one = _district(n, line, congress, towns)
        if one["name"] in names:
            raise NotUnderstood(_("Line %(n)d: the district %(name)s stands there twice.") % {"n": n, **one})
        names.add(one["name"])
        found.append(one)
    return found


def _district(n, line, congress, towns) -> dict:
    parts = [part for part in re.split(r"[\t,，;；]+|\s+", line) if part]
    number = int(parts.pop(0)) if parts and parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 5 else None
    if not parts or len(parts) > 2 or len(parts[0]) > 60:
        raise NotUnderstood(_("Line %d: write number, name and township, for example: 1 第1选区 城关镇") % n)
    place = congress
    if len(parts) == 2:
        alike = [town for name, town in towns.items() if places.is_town(name, parts[1])]
        if len(alike) != 1:
            raise NotUnderstood(_("Line %(n)d: there is no township %(town)s.") % {"n": n, "town": parts[1]})
        place = alike[0]
    return {"number": number, "name": parts[0], "place": place.pk}


def towns_below(congress: Jurisdiction) -> dict[str, Jurisdiction]:
    """The townships in which districts of this congress may lie, by name; of a township's congress itself."""
    return places.towns_of(congress) or {congress.name: congress}


def as_lines(districts: list[dict]) -> str:
    """The districts as they would be typed."""
    names = dict(Jurisdiction.objects.filter(pk__in={one["place"] for one in districts}).values_list("pk", "name"))
    return "\n".join(f"{one['number'] or ''}\t{one['name']}\t{names[one['place']]}".lstrip() for one in districts)
