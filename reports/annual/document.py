"""Reading the duty report of a subject, and of all parts of one, as the one object that everything is made from."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from reports.annual import figures
from reports.annual.lines import records_of
from reports.annual.parts import Chart, Document, Figure, Section, Series
from reports.annual.period import Period
from reports.annual.sections import document_of
from reports.subjects import Kind, Subject

__all__ = ["Chart", "Document", "Figure", "Found", "Section", "Series", "parts_of", "read", "read_each"]


def read(subject: Subject, period: Period | int, *, on: date, user=None) -> Document:
    """The document of a subject's period (a year by its number) as it stands on ``on``.

    Six queries, to be made inside ``report_tx()``. It is compared with the same months of the year before.
    """
    period = Period.year(period) if isinstance(period, int) else period
    reading = figures.gather(subject, [period.before, period], on=on, user=user, listed=period)
    before, now = (reading.report(frame) for frame in reading.frames)
    return document_of(now, before)


class Found(NamedTuple):
    """One figure, and what was read on the way to it: the clauses of the rules, and the deputies, by key."""

    figure: Figure | None
    clauses: dict
    deputies: dict


def figure(subject: Subject, period: Period, key: str, *, on: date, user=None) -> Figure | None:
    """One figure with its records, as the document has it; None where there is none of this key."""
    return find_figure(subject, period, key, on=on, user=user).figure


def find_figure(subject: Subject, period: Period, key: str, *, on: date, user=None) -> Found:
    """The same with what was read on the way; five queries, fewer where no rule decides.

    Of a line that is a sum of lines, ``nobody/petitions`` gives all of ``nobody:CODE/petitions``.
    """
    name = key.rpartition("/")[2]
    only, kind = _needed(name), records_of(name)
    ruled = not only or kind == "deputy" or bool({"absence", "flag", "rule"} & set(only))
    listed = period if kind == "visit" else None
    reading = figures.gather(subject, [period], on=on, user=user, only=only, listed=listed, ruled=ruled)
    report = reading.report(reading.frames[0])
    clauses = {rule.clause.key: rule.clause for rule in report.rules}
    return Found(figure_of(document_of(report), key), clauses, {one.pk: one for one in reading.deputies})


def _needed(name: str) -> tuple:
    """What has to be read for a figure; everything where it is not named."""
    first = name.partition(".")[0]
    return NEEDED.get(name) or NEEDED.get(first) or (NEEDED.get(records_of(name), ()) if first != "not_owed" else ())


def figure_of(made: Document, key: str) -> Figure | None:
    """A figure of a document, also one that is the sum of lines (``nobody/petitions``, ``place:12/all``)."""
    who, _slash, name = key.rpartition("/")
    if name == ALL and (parts := [one for one in made.figures() if one.key.startswith(f"{who}/")]):
        ids = tuple(sorted(pk for one in parts for pk in one.ids))
        return parts[0]._replace(key=key, label=parts[0].place, value=len(ids), ids=ids)
    if who in ("nobody", "others") and made.figure(name):
        section = next(one for one in made.sections if any(figure.key == name for figure in one.figures))
        parts = [one for one in section.rows if one.key.startswith(f"{who}:") and _ends(one, name)]
        ids = tuple(sorted(pk for one in parts for pk in one.ids))
        return made.figure(name)._replace(key=key, value=len(ids), ids=ids)
    return made.figure(key)


def _ends(one: Figure, name: str) -> bool:
    return one.key.rpartition("/")[2] == name


ALL = "all"
"""Of a place: whatever its petitions are about."""
NEEDED = {
    "all": ("petition",),
    "before_session": ("absence", "session", "heard"),
    **dict.fromkeys(("returns", "reporting", "contact_month"), ("visit", "absence", "exemption")),
    **dict.fromkeys(("below", "above"), ("household",)),
    "voters.below": ("voter",),
    "opinions": ("opinion",),
    "rule": ("rule",),
    "visit": ("visit",),
    "deputy_month": ("visit", "absence"),
    "designation": ("household",),
    "liaison_voter": ("voter",),
    "petition": ("petition",),
    "referral": ("petition", "referral", "suggestion", "answer"),
    "suggestion": ("suggestion",),
    "reception": ("reception",),
    "reception_duty": ("turn",),
    "activity": ("activity",),
    "meeting": ("meeting",),
    "engagement": ("engagement",),
    "voter_report": ("voter_report",),
    "exemption": ("exemption",),
    "duty_entry": ("entry",),
    "case": ("case",),
    "flag": ("flag",),
}
"""What has to be read for a figure, by its key, the first part of it, or the kind of its records."""


def read_each(
    subject: Subject, period: Period | int, *, on: date, user=None, parts: Callable | None = None
) -> Iterator[Document]:
    """The documents of all deputies of a subject, each as ``read`` gives it, from one reading of six queries.

    ``parts`` may name further subjects that lie in it (groups, stations, townships) with their deputies:
    ``parts(deputies)`` gives ``(subject, deputies)``; see ``parts_of``.
    """
    period = Period.year(period) if isinstance(period, int) else period
    reading = figures.gather(subject, [period.before, period], on=on, user=user, listed=period)
    for deputy in reading.deputies:
        before, now = (reading.of_deputy(deputy, frame) for frame in reading.frames)
        yield document_of(now, before)
    for part, deputies in parts(reading.deputies) if parts else ():
        before, now = (reading.of_part(part, frame, deputies) for frame in reading.frames)
        yield document_of(now, before)


def parts_of(subject: Subject, user=None) -> Callable:
    """For ``read_each``: the groups, stations and townships of a subject; three queries."""

    def parts(deputies):
        yield from _groups(subject, user, deputies)
        yield from _stations(subject, user, deputies)
        yield from _towns(subject, user, deputies)

    return parts


def _groups(subject, user, deputies):
    for group in subject.groups(user).order_by("pk"):
        yield Subject(Kind.GROUP, str(group.pk), group.name), [d for d in deputies if d.group_id == group.pk]


def _stations(subject, user, deputies):
    by_key, at = {deputy.pk: deputy for deputy in deputies}, {}
    stations = subject.stations(user).order_by("pk")
    for station, deputy in stations.filter(deputies__in=list(by_key)).values_list("pk", "deputies"):
        at.setdefault(station, set()).add(deputy)
    for station in stations:
        theirs = at.get(station.pk, ())
        yield Subject(Kind.STATION, str(station.pk), station.name), [d for d in deputies if d.pk in theirs]


def _towns(subject, user, deputies):
    for town in subject.towns(user).order_by("code"):
        here = [d for d in deputies if d.district.jurisdiction.path.startswith(town.path)]
        yield Subject(Kind.TOWN, town.code, town.name, town.path), here
