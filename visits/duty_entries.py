"""What stands in a duty file and nowhere else: entered for many deputies, declared by one, confirmed or refused.

The office and the group's leader enter it for others (D8-五a); what a deputy declares stands in the file when one of
them has confirmed it (D8-五b). Nobody enters or confirms for themselves what counts at once.
"""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import Deputy
from office import audit, clock, files
from office.audiences import offices
from office.models import User
from office.notices import tell
from office.roles import STAFF, Role
from visits import handing_in
from visits.actions import absence_named, not_in_office
from visits.handing_in import CannotFile
from visits.models import DutyEntry, DutyFile

KEEPING = frozenset({Role.GROUP_LEADER}) | STAFF
"""Who enters, confirms and corrects the entries of others."""
TOLD = ("part", "kind", "session", "happened_on", "until", "title", "place", "role", "note")
_Status = DutyEntry.Status


@transaction.atomic
def enter(*, by, at, attendance: dict, cleaned=(), **told) -> list[DutyEntry]:
    """Enter one thing for many deputies at once; raises ``CannotFile`` and then enters nothing.

    ``attendance``: by the deputy's key whether they were there, and a note of their own. ``told`` are the columns of
    ``TOLD``, ``cleaned`` the files (``office.uploads``) that show it, kept once for all of them.
    """
    deputies = Deputy.objects.visible_to(by, roles=KEEPING).filter(pk__in=attendance)
    deputies = deputies.exclude(Q(user=by, user__isnull=False))
    _check(deputies, told["happened_on"], at)
    attended = told["kind"] in DutyEntry.ATTENDED
    rows = []
    for deputy in deputies:
        there, note = attendance[deputy.pk]
        own = {**told, "note": note or told["note"], "attendance": there if attended else ""}
        rows.append(DutyEntry(deputy=deputy, status=_Status.CONFIRMED, logged_at=at, logged_by=by, **own))
    if not rows:
        raise CannotFile(_("Nobody is chosen. Please mark the deputies whom it is about."))
    rows = _made(rows)
    _attach(rows, cleaned, by, at)
    audit.record_all(by=by, at=at, action="dutyentry.put_on_file", model=DutyEntry, keys=[row.pk for row in rows])
    return rows


@transaction.atomic
def declare(*, by, at, deputy, attendance, cleaned=(), **told) -> DutyEntry:
    """The deputy declares something of their own (D8-五b); group leader and office are told. Raises ``CannotFile``."""
    deputies = Deputy.objects.visible_to(by, roles={Role.DEPUTY}).filter(pk=deputy.pk, user=by)
    _check(deputies, told["happened_on"], at)
    row = DutyEntry(deputy=deputy, status=_Status.DECLARED, declared=True, logged_at=at, logged_by=by, **told)
    row.attendance = attendance if row.kind in DutyEntry.ATTENDED else ""
    [row] = _made([row])
    _attach([row], cleaned, by, at)
    audit.record(by=by, at=at, action="dutyentry.declared", subject=row)
    text = _("%(deputy)s has declared: %(entry)s. Please confirm it.") % {"deputy": deputy, "entry": row}
    leader = deputy.group.leader.user_id if deputy.group and deputy.group.leader else None
    keys = [leader, *offices(deputy.district.jurisdiction).values_list("pk", flat=True)]
    _tell([key for key in keys if key != by.pk], row, "declared", text, at)
    return row


@transaction.atomic
def confirm(entry, *, by, at, seen=None) -> DutyEntry:
    """What was declared is so: it stands in the file from now on. Raises ``CannotFile``."""
    row = _waiting(entry, by, seen)
    return _decide(row, _Status.CONFIRMED, _("Confirmed and on file: %s."), by, at)


@transaction.atomic
def refuse(entry, *, by, at, reason: str, seen=None) -> DutyEntry:
    """What was declared is not taken into the file, for this reason. Raises ``CannotFile``."""
    row = _waiting(entry, by, seen)
    if not reason.strip():
        raise CannotFile(_("Please tell the deputy why."), "reason")
    row.reason = reason
    return _decide(row, _Status.REFUSED, _("Not taken into the file: %s."), by, at)


@transaction.atomic
def correct(entry, *, by, at, seen=None, attendance="", **told) -> DutyEntry:
    """Correct an entry: office and leader those of others, the deputy what still waits. Raises ``CannotFile``."""
    row = _theirs(entry, by, seen)
    told["attendance"] = attendance if told["kind"] in DutyEntry.ATTENDED else ""
    before = {name: getattr(row, name) for name in told}
    changed = {name: value for name, value in told.items() if before[name] != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    if "happened_on" in changed:
        _check(Deputy.objects.visible_to(by).filter(pk=row.deputy_id), row.happened_on, at)
    try:
        with transaction.atomic():
            row.changed(*changed)
    except IntegrityError:
        raise CannotFile(_("This is on file already."), "title") from None
    fields = {name: [str(before[name] or ""), str(value or "")] for name, value in changed.items()}
    audit.record(by=by, at=at, action="dutyentry.changed", subject=row, detail={"fields": fields})
    return row


@transaction.atomic
def take_out(entry, *, by, at, reason="", seen=None) -> None:
    """Take an entry off the file, with a reason; the deputy takes back what still waits. Raises ``CannotFile``."""
    row = _theirs(entry, by, seen)
    if not row.is_waiting and not reason.strip():
        raise CannotFile(_("Say why it is taken out."), "reason")
    gist = {"deputy": row.deputy_id, "what": str(row), "kind": row.kind, "reason": reason}
    audit.record(by=by, at=at, action="dutyentry.taken_out", subject=row, detail=gist)
    paths = list(row.files.values_list("file", flat=True))
    row.delete()
    _let_go(paths)


@transaction.atomic
def add_files(entry, cleaned, *, by, at) -> None:
    """Add files that show an entry; raises ``CannotFile``."""
    row = _theirs(entry, by, None)
    if row.files.count() + len(cleaned) > DutyFile.MOST:
        raise CannotFile(_("An entry holds at most %d files.") % DutyFile.MOST)
    _attach([row], cleaned, by, at)
    names = [one.name for one in cleaned]
    audit.record(by=by, at=at, action="dutyentry.file_added", subject=row, detail={"files": names})


@transaction.atomic
def remove_file(file, *, by, at) -> None:
    """Take a file away from an entry; raises ``CannotFile``."""
    row = _theirs(file.entry, by, None)
    path, name = file.file.name, file.name
    file.delete()
    _let_go([path])
    audit.record(by=by, at=at, action="dutyentry.file_removed", subject=row, detail={"files": [name]})


def _check(deputies, day, at):
    if day > clock.local_date(at):
        raise CannotFile(_("This day has not come yet."), "happened_on")
    absent = not_in_office(deputies, day)
    if absent:
        raise CannotFile(absence_named(absent, day), "happened_on")


def _made(rows) -> list[DutyEntry]:
    try:
        with transaction.atomic():
            return DutyEntry.objects.bulk_create(rows)
    except IntegrityError:
        raise CannotFile(_on_file_already(rows), "title") from None


def _on_file_already(rows) -> str:
    one = rows[0]
    same = DutyEntry.objects.filter(happened_on=one.happened_on, title=one.title, part=one.part)
    same = same.exclude(status=_Status.REFUSED).filter(deputy__in=[row.deputy_id for row in rows])
    names = "、".join(same.values_list("deputy__name", flat=True))
    return _("This is on file already: %s.") % names if names else _("This is on file already.")


def _attach(rows, cleaned, by, at):
    """Each file is stored once, with a row for each entry that it shows."""
    for one in cleaned:
        path = files.keep(one, folder="duty")
        about = {"name": one.name, "kind": one.kind, "size": len(one.content), "added_at": at, "added_by": by}
        DutyFile.objects.bulk_create(DutyFile(entry=row, file=path, **about) for row in rows)


def _let_go(paths):
    """Delete the stored files that no other entry shows."""
    still = set(DutyFile.objects.filter(file__in=paths).values_list("file", flat=True))
    files.remove([path for path in paths if path not in still])


def _theirs(entry, by, seen) -> DutyEntry:
    """The entry, locked, if this person may change it: their own as long as it waits, those of others as a keeper."""
    row = _locked(entry, by, seen, KEEPING | {Role.DEPUTY})
    own = row.deputy.user_id == by.pk
    if own and not row.is_waiting:
        raise CannotFile(_("This is on file. Please object to it, or ask the congress office to correct it."))
    if not own and not (by.is_superuser or by.has_role(*KEEPING)):
        raise DutyEntry.DoesNotExist
    return row


def _waiting(entry, by, seen) -> DutyEntry:
    row = _locked(entry, by, seen, KEEPING)
    if row.deputy.user_id == by.pk:
        raise CannotFile(_("Nobody confirms or settles their own record; the office does."))
    if not row.is_waiting:
        raise CannotFile(_("This is not possible now: %s.") % row.get_status_display())
    return row


def _locked(entry, by, seen, roles) -> DutyEntry:
    rows = DutyEntry.objects.visible_to(by, roles=roles).select_related("deputy__district__jurisdiction")
    return handing_in.locked(rows, entry.pk, seen)


def _decide(row, status, text, by, at) -> DutyEntry:
    row.status, row.decided_at, row.decided_by = status, at, by
    row.changed("status", "decided_at", "decided_by", "reason")
    deed = "found_so" if status == _Status.CONFIRMED else "not_accepted"
    audit.record(by=by, at=at, action=f"dutyentry.{deed}", subject=row)
    _tell([row.deputy.user_id], row, status, text % row, at)
    return row


def _tell(keys, row, verb, text, at):
    people = User.objects.filter(pk__in=[key for key in keys if key], is_active=True)
    link, outside = reverse("duty:entry", args=[row.pk]), _("There is news about a record.")
    tell(people, key=f"dutyentry.{verb}:{row.pk}", text=text[:500], outside=outside, link=link, at=at, kind="duty")
