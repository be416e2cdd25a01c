"""Making the archive of a year: folder by folder in one moment of the database, then the index over all of it."""

import json
from pathlib import Path

from django.db.models import Count, QuerySet, TextField, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from deputies.models import Term
from office import audit, clock
from office.models import Jurisdiction
from office.roles import STAFF
from reports.annual import formats
from reports.annual.period import Period
from reports.archive import names
from reports.archive.folders import ANNUAL, CLOSED, FOLDERS, Making
from reports.archive.index import Index
from reports.archive.scope import PLACES, Scope
from reports.archive.writer import Writer
from reports.exports import Refused
from reports.models import ClosedYear
from reports.snapshot import report_tx
from reports.subjects import Subject, UnknownSubject, find

TERM = "term-"
"""In the place of a year: the archive of the term with this key."""


def may(user, params) -> bool:
    """Whether this person works in the office whose archive it is, or in one above it."""
    try:
        subject, _offered, _years = find(params["subject"], user=user)
    except UnknownSubject:
        return False
    return is_office_of(user, subject)


def is_office_of(user, subject: Subject) -> bool:
    """The same for a subject that was found in their sight."""
    if subject.kind not in PLACES or not subject.path:
        return False
    works = [one.jurisdiction.path for one in user.standing() if one.role in STAFF and one.jurisdiction_id]
    return user.is_superuser or any(subject.path.startswith(path) for path in works)


def make(params, *, by, at, folder: Path, progress) -> tuple[str, Path]:
    """The archive ``{"subject": …, "year": …}`` as one zip; nothing of it is left when it is not finished.

    ``year`` is a year, or ``term-`` with the key of a term.
    """
    scope = scope_of(params, by, clock.local_date(at))
    title = title_of(scope)
    path = folder / "archive.zip"
    with Writer(path, timezone.localtime(at)) as writer:
        making = Making(scope, writer, folder, at, lambda doing: None, foot=_foot(at))
        _annual(making)
        with report_tx():
            counter = _Counter(progress, expected(scope))
            making.step = counter.step
            for one in FOLDERS:
                one.write(making, names.safe(str(one)))
            _closing(making)
            unfiled = [*_unfiled(scope.activities()), *_unfiled(scope.filings())]
        Index(making, title, unfiled).write()
    place = Jurisdiction.objects.get(path=scope.subject.path)
    detail = {"of": scope.name, "files": len(writer.entries)}
    audit.record(by=by, at=at, action="archive.made", subject=place, detail=detail)
    return names.safe(title, ".zip"), path


def scope_of(params, user, on) -> Scope:
    """Whose archive and of which year; Refused where there is none such for this person."""
    try:
        subject, _offered, _years = find(params["subject"], user=user)
    except UnknownSubject as unknown:
        raise Refused(str(unknown)) from unknown
    if not is_office_of(user, subject):
        raise Refused(_("An archive is made by the office whose it is."))
    asked = str(params["year"])
    if not asked.startswith(TERM):
        return Scope(subject, int(asked), user, on)
    term = terms_of(subject).filter(pk=asked.removeprefix(TERM)).first()
    if term is None:
        raise Refused(_("There is no such term."))
    return Scope(subject, None, user, on, term)


def terms_of(subject):
    """The terms of its congress, of which there are archives as well."""
    return Term.objects.filter(jurisdiction__path=subject.path).select_related("jurisdiction")


def title_of(scope) -> str:
    if scope.term:
        return _("%(term)s archive") % {"term": scope.term}
    return _("%(place)s archive of %(year)d") % {"place": scope.subject.name, "year": scope.year}


def counts(scope) -> dict[str, int]:
    """How many records of each kind belong to it; one question to the database."""
    arms = [_counted(label, rows(scope)) for folder in FOLDERS for label, rows in folder.rows.items()]
    return dict(arms[0].union(*arms[1:], all=True))


def expected(scope) -> int:
    """About how many files it will have, for the bar."""
    return sum(n for label, n in counts(scope).items() if label not in _IN_TABLES) + len(FOLDERS)


_IN_TABLES = {
    "visits.visit",
    "visits.dutyentry",
    "constituents.petition",
    "constituents.engagement",
    "liaison_stations.reception",
    "reports.commendation",
}
"""Kinds that stand in one table for all of them."""


def _counted(label, rows) -> QuerySet:
    named = rows.order_by().annotate(archive_kind=Value(label, TextField())).values("archive_kind")
    return named.annotate(archive_n=Count("pk")).values_list("archive_kind", "archive_n")


class _Counter:
    def __init__(self, progress, total):
        self.progress, self.total, self.done = progress, max(total, 1), 0

    def step(self, doing):
        self.done = min(self.done + 1, self.total)
        self.progress(self.done, self.total, str(doing)[:60])


def _foot(at) -> str:
    return _("From the records of the system on %s.") % f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _annual(making):
    """The annual report of each year in every format that there is, all counted as of the same instant."""
    for year in making.scope.years:
        try:
            _annual_of(making, year)
        except formats.NothingRecorded as nothing:
            making.errors.append(str(nothing))


def _annual_of(making, year):
    scope, folder = making.scope, names.safe(f"01_{ANNUAL}")
    for ending in formats.FORMATS:
        written = formats.write(str(scope.subject), Period.year(year), ending, at=making.at, user=scope.user)
        title = written.title.removesuffix(f".{ending}")
        making.writer.put(folder, names.safe(title, f".{ending}"), written.content, what=str(ANNUAL))


def _closing(making):
    """Where the year was closed: by whom, as of which day, and the fingerprint that a recount must give."""
    scope = making.scope
    for one in ClosedYear.objects.standing().filter(year__in=scope.years).select_related("jurisdiction", "closed_by"):
        if scope.subject.path.startswith(one.jurisdiction.path):
            told = {
                "county": str(one.jurisdiction),
                "year": one.year,
                "counted_as_of": one.on.isoformat(),
                "fingerprint": one.fingerprint,
                "closed_at": one.closed_at.isoformat(),
                "closed_by": str(one.closed_by or ""),
            }
            folder, content = names.safe(f"11_{CLOSED}"), json.dumps(told, ensure_ascii=False, indent=1).encode()
            about = {"what": str(CLOSED), "records": {"reports.closedyear": [one.pk]}}
            making.writer.put(folder, names.safe(str(one.year), ".json"), content, **about)


def _unfiled(rows) -> list[str]:
    return [
        f"{one}（{one.filing.label}）" for one in rows.filter(reported_on=None).select_related("group").order_by("pk")
    ]
