"""Closing a year: its reports are read in one moment, frozen whole, and recounted at any time as of the same day.

A recount must not differ because time went on. It asks for the day of the closing again, so a reply, a verdict or an
absence of a later day counts neither then nor now; where a row was moved on since, its steps say how it stood (see
``reports.annual.as_of``). What does differ is what somebody wrote down, corrected or took out since.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from office import audit
from office.models import Jurisdiction
from office.models.places import Level
from office.roles import Role
from reports.annual.columns import Tally
from reports.annual.document import Document, Figure, parts_of, read, read_each
from reports.annual.figures import Report
from reports.annual.period import Period
from reports.annual.reread import inside
from reports.models import ClosedYear, FrozenReport
from reports.snapshot import report_tx
from reports.subjects import Kind, Subject, find

LONGEST_REASON = ClosedYear._meta.get_field("reopened_reason").max_length
_AT_ONCE = 200
_CLERK = frozenset({Role.COUNTY_OFFICE})


class CannotClose(Exception):
    """The year cannot be closed, recounted or opened again; the text says why."""


class Damaged(CannotClose):
    """What was frozen is no longer what it was: it cannot be read, or its figures have another fingerprint."""


class Closed(NamedTuple):
    """The closing that stands, and whether it was made just now; ``False`` for a year that was closed before."""

    year: ClosedYear
    is_new: bool


class Difference(NamedTuple):
    """One figure that a recount finds otherwise: what was frozen, what it would be now, which records went and came.

    ``None`` for a value where the figure, or its whole subject, is not there.
    """

    subject: str
    name: str
    key: str
    label: str
    was: int | None
    now: int | None
    gone: tuple
    new: tuple
    records: str

    def as_json(self) -> dict:
        return {**self._asdict(), "gone": list(self.gone), "new": list(self.new)}


class Recount(NamedTuple):
    """What today's records say of a closed year: the fingerprint they would have, and every difference."""

    fingerprint: str
    differences: list[Difference]


@dataclass(frozen=True)
class FrozenDocument(Document):
    """A document as it was frozen, with the closing it belongs to."""

    closed: ClosedYear | None = None


def _silent(done: int, total: int, doing: str):
    """Nobody watches."""


def _nothing(closed: ClosedYear):
    """Nothing goes with the closing."""


# -- closing


def close(county, year: int, *, by, at, on: date, progress: Callable = _silent, also: Callable = _nothing) -> Closed:
    """Freeze the year of a county (``county:CODE``), counted as of ``on``.

    A year that stands closed stays as it is, also where two close it at once. ``also(closed)`` is done with a new
    closing or not at all. ``progress`` and ``also`` may raise: the year stays open then. CannotClose for a year that
    is not over or without records; UnknownSubject for no such county.
    """
    place = _place(county, by)
    if on <= date(year, 12, 31):
        raise CannotClose(_("%(year)d is not over yet.") % {"year": year})
    standing = standing_of(place, year)
    if standing:
        return Closed(standing, False)
    _refuse_without_records(place, year)
    reports = take_all(place, year, freeze, on=on, progress=progress)
    try:
        return Closed(_write(place, year, reports, by=by, at=at, on=on, also=also), True)
    except IntegrityError:
        standing = standing_of(place, year)
        if standing is None:
            raise
        return Closed(standing, False)


def _refuse_without_records(place, year):
    """Only at the closing: a recount of a year whose records are all gone says just that, line by line."""
    _subject, _offered, years = find(f"county:{place.code}")
    if year not in years:
        raise CannotClose(_("The office has no records of %(year)d.") % {"year": year})


def take_all(place: Jurisdiction, year: int, take: Callable, *, on: date, progress: Callable = _silent) -> list:
    """What ``take`` makes of each report of a county and of everybody in it, all of one moment.

    One after another, so that only what is taken is kept.
    """
    with report_tx():
        subject, _offered, _years = find(f"county:{place.code}")
        return list(_watched(map(take, _documents(subject, year, on)), subject.deputies().count(), progress))


def _documents(subject, year, on) -> Iterator[Document]:
    return chain([read(subject, year, on=on)], read_each(subject, year, on=on, parts=parts_of(subject)))


def _watched(taken, total, progress):
    for number, one in enumerate(taken):
        if number % 25 == 0:
            progress(min(number, total), total, _("counting"))
        yield one


def freeze(document: Document) -> FrozenReport:
    """The row that keeps a report, not yet of any closing."""
    kept = json.dumps(document.as_json(), ensure_ascii=False, separators=(",", ":"))
    told = {"subject": str(document.subject), "name": document.subject.name}
    return FrozenReport(**told, fingerprint=document.fingerprint, content=zlib.compress(kept.encode()))


@transaction.atomic
def _write(place, year, reports, *, by, at, on, also: Callable = _nothing) -> ClosedYear:
    told = {"year": year, "on": on, "closed_at": at, "closed_by": by}
    drawn = fingerprint_of((report.subject, report.fingerprint) for report in reports)
    closed = ClosedYear.objects.create(jurisdiction=place, fingerprint=drawn, **told)
    for report in reports:
        report.closed = closed
    FrozenReport.objects.bulk_create(reports, batch_size=_AT_ONCE)
    detail = {"year": year, "on": on.isoformat(), "fingerprint": drawn, "reports": len(reports)}
    audit.record(by=by, at=at, action="year.year_closed", subject=closed, detail=detail)
    also(closed)
    return closed


def fingerprint_of(reports: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the subject and fingerprint of every report of a year, in whatever order they come."""
    lines = sorted(f"{subject} {fingerprint}" for subject, fingerprint in reports)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _place(county, by) -> Jurisdiction:
    """The county, if it is this person's to close; a command may close every one."""
    subject, _offered, _years = find(county, user=by)
    rows = Jurisdiction.objects.filter(level=Level.COUNTY)
    mine = rows if by is None else rows.visible_to(by, roles=_CLERK)
    place = mine.filter(code=subject.key).first()
    if place is None:
        raise CannotClose(_("Only the county's office closes its years."))
    return place


def standing_of(place: Jurisdiction, year: int) -> ClosedYear | None:
    """The closing that stands."""
    rows = ClosedYear.objects.standing().filter(jurisdiction=place, year=year)
    return rows.select_related("jurisdiction").first()


# -- opening again


@transaction.atomic
def reopen(closed: ClosedYear, *, by, at, reason: str) -> ClosedYear:
    """Open a closed year again: its reports are counted from the records once more, what was frozen stays as history.

    CannotClose without a reason, or when it does not stand closed.
    """
    reason = reason.strip()
    if not reason:
        raise CannotClose(_("Say why the year is opened again."))
    if len(reason) > LONGEST_REASON:
        raise CannotClose(_("The reason has at most %(most)d characters.") % {"most": LONGEST_REASON})
    row = _theirs(by).select_for_update(of=("self",), no_key=True).filter(pk=closed.pk).first()
    if row is None:
        raise CannotClose(_("This year is not closed."))
    row.reopened_at, row.reopened_by, row.reopened_reason = at, by, reason
    row.save(update_fields=["reopened_at", "reopened_by", "reopened_reason"])
    detail = {"year": row.year, "reason": reason}
    audit.record(by=by, at=at, action="year.year_reopened", subject=row, detail=detail)
    return row


def _theirs(by):
    rows = ClosedYear.objects.standing().select_related("jurisdiction")
    return rows if by is None else rows.visible_to(by, roles=_CLERK)


# -- reading what was frozen


def frozen(subject: Subject, period: Period) -> FrozenDocument | None:
    """The report of a closed year, for whoever shows or exports it; None for months and for an open year. One query.

    The subject must have been found in the sight of whoever asks. Damaged where it is not what was frozen.
    """
    if not period.is_year:
        return None
    row = _standing([str(subject)], period.first.year).first()
    return row and replace(_thawed(row), closed=row.closed)


def frozen_each(subjects: Iterable[str], year: int) -> Iterator[FrozenDocument] | None:
    """The frozen reports of those of ``subjects`` that have one, in the order of the closing; None in an open year.

    Read by one query, packed (a few kB each), and thawed one by one: Damaged comes out of the iterator.
    """
    rows = list(_standing(subjects, year).order_by("pk"))
    return (replace(_thawed(row), closed=row.closed) for row in rows) if rows else None


def as_frozen(*reports: Report) -> list[Report]:
    """Counted years, each deputy's figures as they were frozen where a year is closed; one query for all of them.

    None for a year that runs. Whoever had no report yet when a year was closed has nothing in it. Damaged where one
    is not what was frozen.
    """
    over = [report for report in reports if report.period.last < report.on]
    deputies = {f"{Kind.DEPUTY}:{row.deputy.pk}" for report in over for row in report.rows}
    rows = _standing(deputies, *(report.year for report in over)) if deputies else ()
    kept = {(row.closed.year, row.subject): row for row in rows}
    closed = {year for year, _subject in kept}
    return [_with_frozen_rows(report, kept) if report.year in closed else report for report in reports]


def _with_frozen_rows(report, kept) -> Report:
    rows = []
    for row in report.rows:
        found = kept.get((report.year, f"{Kind.DEPUTY}:{row.deputy.pk}"))
        rows.append(replace(row, figures=_tally(_thawed(found)) if found else Tally()))
    return replace(report, rows=rows)


def _tally(document: FrozenDocument) -> Tally:
    """The figures under the keys by which they are counted: a month by its place."""
    return Tally({inside(figure.key, document.period): figure.value for figure in document.figures()})


def _standing(subjects, *years):
    rows = FrozenReport.objects.filter(subject__in=list(subjects), closed__year__in=years, closed__reopened_at=None)
    return rows.select_related("closed__jurisdiction", "closed__closed_by")


def _thawed(row: FrozenReport) -> FrozenDocument:
    """The document of a row, its fingerprint drawn anew from the figures it holds."""
    damaged = _("What was frozen of %(name)s was changed or damaged; restore it from a backup.") % {"name": row.name}
    try:
        document = FrozenDocument.from_json(json.loads(zlib.decompress(row.content)))
    except (zlib.error, ValueError, KeyError, TypeError) as broken:
        raise Damaged(damaged) from broken
    if document.fingerprint != row.fingerprint:
        raise Damaged(damaged)
    return document


# -- recounting


def recount(closed: ClosedYear, *, progress: Callable = _silent) -> Recount:
    """Count the year again from today's records, as of the day of its closing, and compare every figure.

    Damaged where what was frozen is no longer what it was: there is nothing to compare with.
    """
    rows = {row.subject: row for row in closed.reports.order_by("id")}
    counted = take_all(
        closed.jurisdiction, closed.year, lambda one: _against(rows, one), on=closed.on, progress=progress
    )
    found = [line for _subject, _fingerprint, lines in counted for line in lines]
    lost = set(rows) - {subject for subject, _fingerprint, _lines in counted}
    found += [line for name in rows if name in lost for line in _between(_thawed(rows[name]), None)]
    return Recount(fingerprint_of(one[:2] for one in counted), found)


def _against(rows, document) -> tuple[str, str, list[Difference]]:
    """The subject, the fingerprint of today, and what is otherwise than it was frozen."""
    row = rows.get(str(document.subject))
    was = row and _thawed(row)
    if was and was.version == 1:
        document = document.as_version_1()
    same = was is not None and was.fingerprint == document.fingerprint
    lines = [] if same else _between(was, document)
    return str(document.subject), document.fingerprint, lines


def _between(was: Document | None, now: Document | None) -> list[Difference]:
    before, after = _figures(was), _figures(now)
    subject = (was or now).subject
    pairs = [(before.get(key), after.get(key)) for key in {**before, **after}]
    return [_difference(subject, *pair) for pair in pairs if _what_counts(pair[0]) != _what_counts(pair[1])]


def _figures(document) -> dict[str, Figure]:
    return {figure.key: figure for figure in document.figures()} if document else {}


def _what_counts(figure):
    return figure and (figure.value, figure.records, figure.ids)


def _difference(subject, was, now) -> Difference:
    named = was or now
    before, after = (set(figure.ids) if figure else set() for figure in (was, now))
    return Difference(
        subject=str(subject),
        name=subject.name,
        key=named.key,
        label=str(named.label),
        was=was and was.value,
        now=now and now.value,
        gone=tuple(sorted(before - after)),
        new=tuple(sorted(after - before)),
        records=named.records,
    )
