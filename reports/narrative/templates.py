"""The office's own templates: a version is uploaded and checked, looked at with figures, then used; or not any more."""

from functools import lru_cache

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from deputies.models import Deputy, DeputyGroup
from liaison_stations.models import Station
from office import audit, numbering, uploads
from office.models import Jurisdiction
from office.roles import STAFF
from office.word import placeholders
from office.word.fill import BrokenTemplate, Template
from reports.narrative import built_in
from reports.narrative.models import ReportTemplate

_PLACES = {
    "deputy": (Deputy, "district__jurisdiction__path"),
    "group": (DeputyGroup, "jurisdiction__path"),
    "station": (Station, "jurisdiction__path"),
}


class CannotUse(Exception):
    """This template cannot be used; the message says why."""


def check(content: bytes, kind: str) -> Template:
    """The template, ready to be filled in. Raises ``BrokenTemplate`` with what is wrong and where."""
    return Template(content, built_in.schema(kind))


@transaction.atomic
def upload(cleaned: uploads.Cleaned, *, kind: str, jurisdiction, note: str, by, at) -> ReportTemplate:
    """Keep a new version, not used yet. Raises ``BrokenTemplate``; nothing is kept then."""
    check(cleaned.content, kind)
    [number] = numbering.take(f"template.{kind}", year=0, owner=jurisdiction.pk)
    row = ReportTemplate(kind=kind, jurisdiction=jurisdiction, number=number, note=note, uploaded_at=at)
    row.uploaded_by, row.file_name = by, cleaned.name
    row.file = ContentFile(cleaned.content, name=cleaned.stored_name())
    row.save()
    audit.record(by=by, at=at, action="reporttemplate.added", subject=row, detail={"kind": kind, "version": number})
    return row


@transaction.atomic
def use(template, *, by, at) -> None:
    """Write the reports of its place by this version from now on; the one before is kept beside it.

    Raises ``CannotUse`` where its file is gone or does not stand the check of today.
    """
    rows = ReportTemplate.objects.visible_to(by, roles=STAFF).select_for_update(of=("self",), no_key=True)
    same = rows.filter(kind=template.kind, jurisdiction=template.jurisdiction_id).order_by("pk")
    list(same)  # all of them locked, in one order
    row = same.get(pk=template.pk)
    try:
        check(content_of(row), row.kind)
    except BrokenTemplate as broken:
        raise CannotUse(str(broken)) from broken
    same.filter(active=True).update(active=False)
    same.filter(pk=row.pk).update(active=True)
    audit.record(by=by, at=at, action="reporttemplate.put_in_use", subject=row)


@transaction.atomic
def stop(template, *, by, at) -> None:
    """Write the reports by the built-in template, or that of the place above, again."""
    rows = ReportTemplate.objects.visible_to(by, roles=STAFF).filter(pk=template.pk, active=True)
    if rows.update(active=False):
        audit.record(by=by, at=at, action="reporttemplate.put_aside", subject=template)


def content_of(row) -> bytes:
    """The file of a version. Raises ``CannotUse`` where it is gone."""
    try:
        with default_storage.open(row.file.name) as file:
            return file.read()
    except OSError:
        raise CannotUse(_("The file of this template is gone. Please upload it again.")) from None


def example_of(kind: str) -> dict:
    """Figures made up to look at a template with."""
    return placeholders.example(built_in.schema(kind))


def in_use(kind: str, path: str) -> Template:
    """The template by which the reports of a place are written: its own, that of a place above it, or the built-in.

    Raises ``CannotUse`` where the office's own cannot be read any more.
    """
    above = [path[: n + 1] for n, sign in enumerate(path) if sign == "/"]
    rows = ReportTemplate.objects.filter(kind=kind, active=True, jurisdiction__path__in=above)
    row = rows.order_by("-jurisdiction__path").first()
    return built_in.template(kind) if row is None else _compiled(row.kind, row.file.name, row.pk)


@lru_cache(maxsize=32)
def _compiled(kind, _name, pk) -> Template:
    try:
        return check(content_of(ReportTemplate.objects.get(pk=pk)), kind)
    except BrokenTemplate as broken:
        raise CannotUse(str(broken)) from broken


def place_of(subject) -> str:
    """The path of the place that a subject of a report lies in; empty for one that is no row."""
    if subject.path:
        return subject.path
    if subject.kind not in _PLACES or not subject.key.isdigit():
        return Jurisdiction.objects.filter(parent=None).values_list("path", flat=True).first() or ""
    model, column = _PLACES[subject.kind]
    return model.objects.filter(pk=subject.key).values_list(column, flat=True).first() or ""
