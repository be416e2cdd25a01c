"""A deputy objects, may add once to a refusal, and withdraws; the office accepts, or not with the reason.

Accepting corrects nothing by itself, unless asked to: it writes down the contact that was missing, or waives the flag.
"""

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import Deputy
from office import audit, versions
from office.audiences import offices
from office.models import User
from office.notices import tell
from office.roles import STAFF, Role
from reports.actions import waive
from reports.models import Flag, Objection, ObjectionStep
from visits.actions import enter_visit, take_out

_S, _V = Objection.Status, ObjectionStep.Verb
_DEPUTY = frozenset({Role.DEPUTY})


class CannotObject(Exception):
    """This is not possible now; the text is for the person."""


@transaction.atomic
def raise_objection(*, by, at, deputy, text: str, about: str, file=None, **what) -> Objection:
    """Say what is wrong and what it should be; ``what`` are the columns that say what it is about.

    ``file`` is a cleaned file. Raises ``CannotObject`` where the same is open already.
    """
    deputy = Deputy.objects.visible_to(by, roles=_DEPUTY).select_related("district__jurisdiction").get(pk=deputy.pk)
    if deputy.user_id != by.pk:
        raise CannotObject(_("A deputy objects to their own records."))
    row = Objection(deputy=deputy, about=about, raised_at=at, **what)
    if file:
        row.file = ContentFile(file.content, name=file.stored_name())
        row.file_name, row.file_kind = file.name, file.kind
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise CannotObject(_("You have objected to this already; the office has not answered yet.")) from None
    return _said(row, _V.RAISED, text, by, at)


@transaction.atomic
def add(objection, *, by, at, text: str, seen=None) -> Objection:
    """Add something to a refusal, once: the office answers once more. Raises ``CannotObject``."""
    row = _claim(objection, by, seen, (_S.REFUSED,), _DEPUTY)
    if row.steps.filter(verb=_V.ADDED).exists():
        raise CannotObject(_("Something was added already. Please speak with the office."))
    try:
        with transaction.atomic():
            return _said(row, _V.ADDED, text, by, at, status=_S.AGAIN)
    except IntegrityError:
        raise CannotObject(_("The same is open already.")) from None


@transaction.atomic
def withdraw(objection, *, by, at, seen=None) -> Objection:
    """The deputy takes the objection back; raises ``CannotObject``."""
    return _said(_claim(objection, by, seen, Objection.OPEN, _DEPUTY), _V.WITHDRAWN, "", by, at, status=_S.WITHDRAWN)


@transaction.atomic
def accept(objection, *, by, at, on, text: str, seen=None, enter=None, waives=False, takes_out=False) -> Objection:
    """The deputy is right; ``text`` says what was corrected. Raises ``CannotObject``, and what those raise.

    ``enter`` is the missing contact, as ``visits.actions.enter_visit`` takes it; with ``waives`` the flag is waived,
    with ``takes_out`` the contact is taken off the record.
    """
    row = _claim(objection, by, seen, Objection.OPEN, STAFF)
    if enter:
        row.visit = enter_visit(by=by, deputy=row.deputy, at=at, **enter)
        row.save(update_fields=["visit"])
    if waives and row.flag_id:
        waive(Flag.objects.filter(pk=row.flag_id), by=by, at=at, on=on, reason=text[:200])
    if takes_out and row.kind == Objection.Kind.RECORD and row.visit_id:
        take_out(row.visit, by=by, at=at, reason=text)
        row.visit = None
    return _said(row, _V.ACCEPTED, text, by, at, status=_S.ACCEPTED)


@transaction.atomic
def refuse(objection, *, by, at, text: str, seen=None) -> Objection:
    """What is on record stays, for this reason; raises ``CannotObject``."""
    return _said(_claim(objection, by, seen, Objection.OPEN, STAFF), _V.REFUSED, text, by, at, status=_S.REFUSED)


@transaction.atomic
def reopen(objection, *, by, at, seen=None) -> Objection:
    """The office takes its answer back: the objection waits again. Raises ``CannotObject``."""
    row = _claim(objection, by, seen, (_S.ACCEPTED, _S.REFUSED), STAFF)
    before = _S.AGAIN if row.steps.filter(verb=_V.ADDED).exists() else _S.OPEN
    try:
        with transaction.atomic():
            return _said(row, _V.REOPENED, "", by, at, status=before)
    except IntegrityError:
        raise CannotObject(_("The record is gone, or there is a newer objection to it.")) from None


def _claim(objection, by, seen, sources, roles) -> Objection:
    """The row, locked, if it is in sight by one of these roles and in one of these states."""
    rows = Objection.objects.visible_to(by, roles=roles).select_related("deputy__district__jurisdiction")
    try:
        row = versions.lock(rows, objection.pk, seen)
    except versions.ChangedMeanwhile as changed:
        raise CannotObject(str(changed)) from changed
    if row.status not in sources:
        raise CannotObject(_("This is not possible now: %s.") % row.get_status_display())
    if (row.deputy.user_id == by.pk) != (roles == _DEPUTY):
        raise CannotObject(_("Nobody answers their own objection; somebody else in the office does."))
    return row


def _said(row, verb, text, by, at, status=None) -> Objection:
    """Write the step, the state, the trail and the notices."""
    if status:
        row.status = status
        row.changed("status")
    ObjectionStep.objects.create(objection=row, verb=verb, text=text, at=at, by=by)
    audit.record(by=by, at=at, action=f"objection.{verb}", subject=row)
    _tell(row, verb, text, at)
    return row


def _tell(row, verb, text, at):
    told = {"deputy": row.deputy, "about": row.about, "answer": text}
    if verb in (_V.RAISED, _V.ADDED):
        people = offices(row.deputy.district.jurisdiction).exclude(pk=row.deputy.user_id)
        sentence = _("%(deputy)s objects: %(about)s") % told
        page = reverse("admin:reports_objection_change", args=[row.pk])
    elif verb in (_V.ACCEPTED, _V.REFUSED):
        people = User.objects.filter(pk=row.deputy.user_id, is_active=True)
        accepted = _("Your objection is accepted: %(about)s. %(answer)s")
        sentence = (
            accepted if verb == _V.ACCEPTED else _("Your objection is not accepted: %(about)s. %(answer)s")
        ) % told
        page = reverse("reports:objection", args=[row.pk])
    else:
        return
    key, outside = f"objection.{verb}:{row.pk}:{row.version}", _("There is news about a record.")
    tell(people.distinct(), key=key, text=sentence[:500], outside=outside, link=page, at=at, kind="objection")
