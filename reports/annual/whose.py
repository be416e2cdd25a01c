"""Whose each record is, so that the reports of all deputies, groups, stations and towns come from one reading."""

from typing import NamedTuple

from reports.annual.registers import Record
from reports.subjects import Kind, Subject


class Owned(NamedTuple):
    """One record and whose it is: the deputy's, the station's, the group's, the office's; and where it lies."""

    record: Record
    deputy: int | None = None
    station: int | None = None
    group: int | None = None
    office: int | None = None
    path: str = ""
    # It belongs to a matter of a register, and with it to whose the matter is.
    is_matter: bool = False


_OF_DEPUTY = (
    "suggestion",
    "household",
    "voter",
    "absence",
    "heard",
    "turn",
    "engagement",
    "voter_report",
    "exemption",
    "entry",
    "opinion",
)


def owned(records: list[Record]) -> list[Owned]:
    """Each record with whose it is; what was handed to a unit belongs to whose the petition or suggestion is."""
    matters = {one.pk: _petition(one) for one in records if one.source == "petition"}
    suggestions = {one.pk: one.told[0] for one in records if one.source == "suggestion"}
    found = list(matters.values())
    for one in records:
        if one.source in _OF_DEPUTY:
            found.append(Owned(one, deputy=one.told[0]))
        elif one.source == "referral" and one.told[0] in matters:
            found.append(matters[one.told[0]]._replace(record=one))
        elif one.source == "answer" and one.told[0] in suggestions:
            found.append(Owned(one, deputy=suggestions[one.told[0]]))
        elif one.source in _OTHER:
            found.append(_OTHER[one.source](one))
    return found


def _petition(one) -> Owned:
    deputy, station, _code, _name, path = one.told[:5]
    return Owned(one, deputy=deputy, station=station, path=path, is_matter=True)


def _reception(one) -> Owned:
    return Owned(one, station=one.told[0], path=one.told[1])


def _activity(one) -> Owned:
    return Owned(one, group=one.told[0], path=one.told[1])


def _meeting(one) -> Owned:
    return Owned(one, office=one.told[0], path=one.told[1])


def _flag(one) -> Owned:
    deputy, station, group, office, path, is_matter = one.told[:6]
    return Owned(one, deputy, station, group, office, path, bool(is_matter))


def _case(one) -> Owned:
    deputy, station, group, path, _year, _title, _text, is_matter = one.told
    return Owned(one, deputy, station, group, path=path, is_matter=bool(is_matter))


_OTHER = {"reception": _reception, "activity": _activity, "meeting": _meeting, "flag": _flag, "case": _case}


def belongs(one: Owned, subject: Subject, deputies: set[int]) -> bool:
    """Whether a record is counted in the report of a part (see ``Subject.petitions``)."""
    if one.is_matter and subject.kind == Kind.STATION:
        return one.station == int(subject.key)
    if one.deputy is not None:
        return one.deputy in deputies
    if subject.kind == Kind.TOWN:
        return one.path.startswith(subject.path)
    return {Kind.GROUP: one.group, Kind.STATION: one.station}.get(subject.kind) == int(subject.key)
