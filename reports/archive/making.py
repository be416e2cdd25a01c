"""Making the archive of a year: folder by folder in one moment of the database, then the index over all of it."""

import json
from pathlib import Path
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.db.models import Count, QuerySet, TextField, Value
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from deputies.models import Term
from office import audit, clock, pdf
from office.models import Jurisdiction
from office.roles import STAFF
from office.sheets import Head, Table, Workbook
from reports.annual import formats
from reports.annual.period import Period
from reports.annual.word import ranges
from reports.archive import names
from reports.archive.folders import ANNUAL, CLOSED, FOLDERS, Making
from reports.archive.scope import PLACES, Scope
from reports.archive.writer import Entry, Writer, sums
from reports.exports import Refused
from reports.models import ClosedYear
from reports.snapshot import report_tx
from reports.subjects import Subject, UnknownSubject, find

TERM = "term-"
"""In the place of a year: the archive of the term with this key."""
ON_PAPER = 1000
"""So many files stand in the index that is printed; the workbook and index.json have all of them."""


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
        _index(making, title, unfiled)
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


# -- the index


def _index(making, title, unfiled):
    """The index for people, for machines, and for ``sha256sum -c``."""
    writer, scope = making.writer, making.scope
    listed = list(writer.entries)
    missing = [one for one in listed if one.is_missing]
    path = making.aside / "index.xlsx"
    with Workbook(title=title, author=settings.OFFICE_NAME, at=making.at, to=path) as book:
        book.table(_listed(title, listed))
        book.table(_notes(title, [*making.errors, *unfiled], missing))
        book.save()
    name = _("Index")
    writer.move("", names.safe(f"00_{name}", ".xlsx"), path, what=name)
    try:
        sheet = pdf.render("archive_record", _on_paper(making, title, listed, missing, unfiled), tagged=False)
    except pdf.PaperRefused as refused:
        raise Refused(str(refused)) from refused
    writer.put("", names.safe(f"00_{name}", ".pdf"), sheet, what=name)
    page = render_to_string("reports/archive_index.html", {"title": title, "folders": _by_folder(listed)})
    writer.put("", names.safe(f"00_{name}", ".html"), page.encode(), what=name)
    told = {
        "title": title,
        "subject": str(scope.subject),
        "year": scope.year,
        "term": scope.term and scope.term.pk,
        "made_at": making.at.isoformat(),
        "made_by": str(scope.user),
        "entries": [_as_json(one) for one in writer.entries],
        "missing": [one.path for one in missing],
        "not_filed": unfiled,
        "notes": making.errors,
    }
    writer.put("", "index.json", json.dumps(told, ensure_ascii=False, indent=1).encode(), what=name)
    writer.put("", "SHA256SUMS", sums(writer.entries), what=name)


def _by_folder(entries) -> dict[str, list]:
    """The files with their addresses as seen from the index, by folder; what is missing has none."""
    found = {}
    for one in entries:
        folder, _slash, name = one.path.rpartition("/")
        found.setdefault(folder, []).append((name, "" if one.is_missing else quote(one.path), one))
    return found


def _as_json(entry: Entry) -> dict:
    return {
        "path": entry.path,
        "what": entry.what,
        "size": entry.size,
        "sha256": entry.sha256,
        "records": entry.records,
    }


def _told(records) -> str:
    return "；".join(f"{apps.get_model(label)._meta.verbose_name} {ranges(keys)}" for label, keys in records.items())


def _listed(title, entries) -> Table:
    heads = [_("Path"), _("what it is"), _("size in bytes"), _("Records"), "SHA-256"]
    rows = [
        [one.path, one.what if not one.is_missing else _("%s: MISSING on the disk") % one.what, one.size,
         _told(one.records)[:2000], one.sha256]
        for one in entries
    ]  # fmt: skip
    notes = (_("%d files") % len(entries), _("Check with: sha256sum -c SHA256SUMS"))
    widths = (70, 30, 30, 60, 70)
    shown = [Head(label, widest=most) for label, most in zip(heads, widths, strict=True)]
    return Table(_("Index"), title, shown, rows, notes, fixed=1)


def _notes(title, said, missing) -> Table:
    rows = [[_("missing on the disk"), one.path] for one in missing] + [
        [_("not filed, or a note"), one] for one in said
    ]
    return Table(_("What is missing"), title, [Head(_("kind")), Head(_("Record"), widest=90)], rows)


def _on_paper(making, title, entries, missing, unfiled) -> dict:
    folders = {}
    for one in entries:
        top = one.path.partition("/")[0]
        n, size = folders.get(top, (0, 0))
        folders[top] = (n + 1, size + one.size)
    rows = [[name, str(n), f"{size / 2**20:.1f}"] for name, (n, size) in folders.items()]
    listed = [[one.path, str(one.size), one.sha256[:16]] for one in entries[:ON_PAPER]]
    lost = [[one.path, one.what] for one in missing] + [[one, ""] for one in [*making.errors, *unfiled]]
    tables = [
        {"title": _("Folders"), "heads": [_("Folder"), _("files"), "MB"], "rows": rows},
        {"title": _("What is missing"), "heads": [_("Record"), _("kind")], "rows": lost},
        {
            "title": _("Files") if len(entries) <= ON_PAPER else _("The first %d files") % ON_PAPER,
            "heads": [_("Path"), _("size in bytes"), "SHA-256 (16)"],
            "rows": listed,
        },
    ]
    made = f"{timezone.localtime(making.at):%Y-%m-%d %H:%M}"
    pairs = [(_("made at"), made), (_("made by"), str(making.scope.user))]
    return {
        "title": title,
        "pairs": pairs,
        "texts": [],
        "tables": [one for one in tables if one["rows"]],
        "foot": _("Check with: sha256sum -c SHA256SUMS"),
    }
