"""All that is held about one person, in one file: a workbook to read, the same as JSON, and the files themselves.

Nothing of other persons: who wrote a record, who received it and who else came stay out.
"""

import io
import json
import zipfile
from datetime import date, datetime

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from constituents.models import Attachment, Designation, Representative
from liaison_stations.models import ReceptionDuty
from office import admin_trail, audit, personal_data
from office.models import AuditEvent
from office.sheets import Head, Table, Workbook
from reports.persons.records import ROOTS, hanging_on
from visits.models import Visit, VisitPhoto

_NAMED = ("office.jurisdiction", "office.unit", "liaison_stations.station", "deputies.electoraldistrict")
"""What may be named of what a record points to: places and offices, no persons."""
_SECRET = {"password", "code_hash", "token", "token_hash", "key", "version", "hash", "session_data"}


def sections(person) -> list[tuple[str, list[dict]]]:
    """What is held, by kind of record: each row by the names of its fields."""
    found: dict[str, list[dict]] = {}
    for row in person.records:
        _add(found, row, own=True)
        for _label, rows in hanging_on(row):
            for one in rows:
                _add(found, one)
        for title, told in _besides(row):
            found.setdefault(str(title), []).append(told)
    for line in _trail(person):
        found.setdefault(_("Who looked at it and changed it"), []).append(line)
    return list(found.items())


def _add(found, row, *, own=False):
    title = capfirst(str(row._meta.verbose_name))
    found.setdefault(title, []).append(_told(row, own))


def _told(row, own) -> dict:
    """One row in words, without other persons: of fields about somebody in an office only the person's own."""
    entry, root = personal_data.entry_of(row), ROOTS.get(row._meta.label_lower)
    told = {_("Number"): row.pk}
    for field in row._meta.concrete_fields:
        kind = entry.fields.get(field.name, "")
        mine = own and root and field.name == root.name
        if (
            field.name in _SECRET
            or field.generated
            or field.primary_key
            or (kind == "work" and not mine and row._meta.app_label != "office")
        ):
            continue
        if isinstance(field, ForeignKey) and field.related_model._meta.label_lower not in _NAMED:
            continue
        value = _plain(row, field)
        if value not in (None, "", {}, []):
            told[capfirst(str(field.verbose_name))] = value
    return told


def _plain(row, field):
    if isinstance(field, ForeignKey):
        return str(getattr(row, field.name) or "")
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    value = getattr(row, field.attname)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | str) or value is None else str(value)


def _besides(row):
    """What a record's person did, without the words of those with whom they did it."""
    label = row._meta.label_lower
    if isinstance(row, Representative):
        matter = row.petition
        yield (
            _("Matters in which the person came along"),
            {
                _("Number"): matter.number,
                _("received on"): matter.received_on.isoformat(),
                _("status"): matter.get_status_display(),
            },
        )
    if label == "deputies.deputy":
        for visit in Visit.objects.filter(deputy=row).order_by("pk"):
            yield _("Contacts of the deputy"), {_("date"): str(visit.happened_on), _("way"): visit.get_kind_display()}
        for duty in ReceptionDuty.objects.filter(deputy=row).select_related("reception__station").order_by("pk"):
            yield _("Receptions of the deputy"), {_("reception"): str(duty.reception)}
    if label == "constituents.household":
        for named in Designation.objects.filter(household=row).order_by("pk"):
            yield _("Designations"), {_("since"): str(named.since or "–"), _("until"): str(named.until or "–")}


def _trail(person):
    """When the records were shown, printed or changed; who did it is another person."""
    for row in person.records:
        events = AuditEvent.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk).order_by("pk")
        for event in events:
            at = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M")
            yield {
                _("time"): at,
                _("about"): str(row._meta.verbose_name),
                _("action"): str(admin_trail.deed(event.action)),
            }


def files_of(person) -> list[tuple[str, str]]:
    """The files of the person's own matters and the photos of visits to them: a name for each, and where it is kept."""
    matters, homes = (
        [row.pk for row in person.records if row._meta.label_lower == label]
        for label in ("constituents.petition", "constituents.household")
    )
    attached = Attachment.objects.filter(petition__in=matters).order_by("pk")
    shown = VisitPhoto.objects.filter(visit__household__in=homes).order_by("pk")
    return [(f"{one.pk}-{one.name.replace('/', '_')}", one.file.name) for one in attached] + [
        (f"{one.visit_id}-{one.pk}.{one.kind}", one.file.name) for one in shown
    ]


def workbook(person, *, at) -> bytes:
    """One sheet for each kind of record."""
    title = _("All that is held about one person")
    book = Workbook(title=title, author=settings.OFFICE_NAME, at=at)
    for name, rows in sections(person):
        heads = list(dict.fromkeys(key for row in rows for key in row))
        lines = [[row.get(head) for head in heads] for row in rows]
        told = (_("%(number)d rows") % {"number": len(rows)},)
        book.table(Table(name[:28], f"{title}：{name}", [Head(head) for head in heads], lines, told, fixed=1))
    return book.bytes()


def package(person, *, at) -> bytes:
    """The workbook, the same as JSON, and the files, in one zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("个人信息.xlsx", workbook(person, at=at))
        parts.writestr("data.json", json.dumps(dict(sections(person)), ensure_ascii=False, indent=1))
        for name, path in files_of(person):
            if default_storage.exists(path):
                with default_storage.open(path) as content:
                    parts.writestr(f"files/{name}", content.read())
    return out.getvalue()


def hand_out(person, *, by, at, name="", reason="") -> bytes:
    """The file for the person, on record: a workbook alone where ``name`` asks for one (.xlsx), else the whole."""
    content = workbook(person, at=at) if name.endswith(".xlsx") else package(person, at=at)
    for row in person.records:
        audit.record(by=by, at=at, action="personal.given", subject=row, detail={"reason": reason} if reason else {})
    return content
