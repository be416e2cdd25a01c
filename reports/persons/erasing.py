"""Taking a person out of the records: the row stays with its days, kinds and numbers, so that no figure changes.

The same for the person who asks and for the time that is over. What must stay is refused with the reason.
"""

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from constituents.models import Designation, Petition
from office import audit, personal_data
from office.models import Erasure, Hold
from reports.persons.records import hanging_on

GONE = "（已删除）"
"""What stands where something must stand."""
_MUST_STAND = {"petition.request", "petition.answer", "referral.return_reason", "complaint.name", "turnrequest.reason"}
"""Fields that may be empty, but not where they say something: other fields rest on them."""


_GO_WHOLE = {
    "liaison_stations.feedtoken",
    "office.notice",
    "office.pastpassword",
    "office.recoverycode",
    "office.savedfilter",
    "office.session",
}
"""Rows that are nothing beside what they say of the person."""


_FILES = {"constituents.attachment": ("file",), "visits.visitphoto": ("file", "thumbnail")}
"""Rows that are files; they go whole, with what they hold."""


class Kept(Exception):
    """The record must stay as it is; the text says why."""


def why_kept(row) -> str:
    """Why a record cannot be erased now; empty for one that can."""
    label = row._meta.label_lower
    if Hold.objects.filter(subject_type=label, subject_id=row.pk).exists():
        return _("The office keeps it: archive or case.")
    if Erasure.objects.filter(subject_type=label, subject_id=row.pk).exists():
        return _("It is erased already.")
    return _STANDS.get(label, lambda _row: "")(row)


def _petition(row):
    return _("The matter is still being handled.") if row.status in Petition.OPEN else ""


def _household(row):
    named = Designation.objects.filter(household=row, until=None).exists()
    return _("It is a contact household now: please end the designation first.") if named else ""


def _voter(row):
    return _("The person is a liaison voter now: please enter the last day first.") if row.until is None else ""


def _deputy(row):
    return "" if row.has_ended else _("The deputy is in office.")


def _user(row):
    return _("The person can still sign in: please close the sign-in first.") if row.is_active else ""


def _public(_row):
    return _("It is published as part of the office's duty; whoever leaves is taken off the page of the station.")


def _part(_row):
    return _("It belongs to a matter and goes with it.")


_STANDS = {
    "constituents.petition": _petition,
    "constituents.representative": lambda row: _petition(row.petition),
    "constituents.household": _household,
    "constituents.liaisonvoter": _voter,
    "constituents.complaint": _part,
    "constituents.referral": _part,
    "deputies.deputy": _deputy,
    "office.user": _user,
    "liaison_stations.stationpost": _public,
    "liaison_stations.station": _public,
    "liaison_stations.reception": _public,
}


@transaction.atomic
def erase(row, *, why, by, at, note="") -> Erasure:
    """Erase what is personal in one record and in what hangs on it; raises ``Kept``.

    The files go after the transaction: one that is taken back has deleted none.
    """
    if reason := why_kept(row):
        raise Kept(reason)
    files = []
    _clear(row, files)
    for _label, rows in hanging_on(row):
        for one in rows:
            _clear(one, files)
    if row._meta.label_lower == "constituents.petition":
        for one in [*row.representatives.all(), *row.complaints.all()]:
            _clear(one, files)
        _scan(row, files)
    told = {"subject_type": row._meta.label_lower, "subject_id": row.pk, "why": why, "note": note}
    record = Erasure.objects.create(**told, by=by, at=at, files=len(files))
    audit.record(by=by, at=at, action="personal.erased", subject=row, detail={"why": why, "files": len(files)})
    transaction.on_commit(lambda: [default_storage.delete(name) for name in files])
    return record


def _clear(row, files):
    """Empty the personal fields of one row; a file goes with its row."""
    label = row._meta.label_lower
    if label in _FILES:
        files += [getattr(row, name).name for name in _FILES[label]]
        row.delete()
        return
    if label in _GO_WHOLE:
        row.delete()
        return
    files += [getattr(row, name).name for name in _kept_files(row)]
    new = {name: value for name, value in _cleared(row, label) if getattr(row, name) != value}
    if new:
        type(row)._base_manager.filter(pk=row.pk).update(**new)


def _kept_files(row) -> list[str]:
    """The fields of a row that stays in which a file is."""
    kinds = personal_data.entry_of(row).fields.items()
    return [name for name, kind in kinds if kind == "file" and getattr(row, name)]


def _scan(petition, files):
    """The sheet that was typed in goes with the last of the matters on it."""
    done = Erasure.objects.filter(subject_type="constituents.petition").values("subject_id")
    left = Petition.objects.filter(paper=petition.paper_id).exclude(pk=petition.pk).exclude(pk__in=done)
    if petition.paper_id and not left.exists():
        _clear(petition.paper, files)


def _cleared(row, label):
    """Each field that is to be emptied, with what stands there then."""
    if label == "office.user":
        yield from (("username", f"gone-{row.pk}"), ("name", GONE), ("password", "!"), ("phone", ""), ("email", ""))
        return
    for name, kind in personal_data.entry_of(row).fields.items():
        field = row._meta.get_field(name)
        if kind == "public" or getattr(field, "generated", False) or not getattr(row, name):
            continue
        yield name, _in_place_of(field, kind, label)


def _in_place_of(field, kind, label):
    if field.null:
        return None
    must_stand = f"{label.split('.')[1]}.{field.name}" in _MUST_STAND
    return GONE if kind in ("name", "work") or must_stand or not field.blank else ""


def erasable(rows) -> list[tuple]:
    """Each record with why it must stay; empty where it can be erased."""
    return [(row, why_kept(row)) for row in rows]


def not_erased(label) -> Q:
    """The rows of a model that have not been erased and are not held, as a condition on them."""
    done = Erasure.objects.filter(subject_type=label).values("subject_id")
    held = Hold.objects.filter(subject_type=label).values("subject_id")
    return ~Q(pk__in=done) & ~Q(pk__in=held)
