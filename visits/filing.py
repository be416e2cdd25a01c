"""A group leader writes the record of an activity and files it with the county office (D9-3), which receives it.

The day of the filing is the day of the report: the deadline, its flag and the office's list go by that one day. What
the office returns has not come, and its clock runs on.
"""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import DeputyGroup
from office import audit, clock, clocks, watermarks
from office.audiences import offices
from office.models import User
from office.notices import tell
from office.roles import Role
from visits import handing_in
from visits.actions import CannotWithdraw, NotInOffice, set_participants
from visits.handing_in import CannotFile
from visits.models import ActivityAbsence, GroupActivity

LEADING = frozenset({Role.GROUP_LEADER})
RECEIVING = frozenset({Role.COUNTY_OFFICE})
WRITTEN = ("happened_on", "kind", "topic", "place", "content")
_MODEL = GroupActivity._meta.label_lower


@transaction.atomic
def write(activity, *, by, at, group, present, absent, seen=None, **told) -> GroupActivity:
    """Write the record of an activity, or correct it until the office has received it; raises ``CannotFile``.

    ``present`` are the deputies who took part (a queryset): each gets the contact. ``absent`` are pairs of kind and
    reason by the deputy's key. ``told`` are the columns of ``WRITTEN``.
    """
    watermarks.judged_through(watermarks.SWEEP)
    row = _locked(activity, by, seen) if activity else _new(group, by, at, told)
    handing_in.refuse_received(row)
    before = {name: getattr(row, name) for name in WRITTEN}
    changed = {name: value for name, value in told.items() if before[name] != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        _refuse_day_after_report(row)
        _save(row.changed, *changed)
    try:
        parts = set_participants(row, present, by=by, at=at)
    except (NotInOffice, CannotWithdraw) as refused:
        raise CannotFile(str(refused)) from refused
    _write_absences(row, absent)
    if changed or parts.added or parts.removed:
        watermarks.rewind(watermarks.SWEEP, to=min(before["happened_on"], row.happened_on))
    clocks.follow(_MODEL, [row.pk], by=by, at=at, on=clock.local_date(at))
    fields = {name: [str(before[name]), str(value)] for name, value in changed.items()}
    detail = {"fields": fields, "present": len(present), "absent": len(absent)}
    audit.record(by=by, at=at, action=f"groupactivity.{'changed' if activity else 'added'}", subject=row, detail=detail)
    return GroupActivity.objects.get(pk=row.pk)


def _new(group, by, at, told) -> GroupActivity:
    group = DeputyGroup.objects.visible_to(by, roles=LEADING).get(pk=group.pk)
    row = GroupActivity(group=group, logged_at=at, logged_by=by, **told)
    _save(row.save)
    return row


def _save(save, *columns):
    try:
        with transaction.atomic():
            save(*columns)
    except IntegrityError:
        text = _("An activity of this group, of this day and kind is on record already.")
        raise CannotFile(text, "happened_on") from None


def _refuse_day_after_report(row):
    if row.reported_on and row.happened_on > row.reported_on:
        raise CannotFile(_("The report lies before the activity."), "happened_on")


def _write_absences(row, absent):
    ActivityAbsence.objects.filter(activity=row).delete()
    ActivityAbsence.objects.bulk_create(
        ActivityAbsence(activity=row, deputy_id=key, kind=kind, reason=reason) for key, (kind, reason) in absent.items()
    )


@transaction.atomic
def file_record(activity, *, by, at, seen=None) -> GroupActivity:
    """File the record with the county office (报备): it is reported from this day on; raises ``CannotFile``."""
    row = _locked(activity, by, seen)
    if not row.visits.exists():
        raise CannotFile(_("Nobody is named as present. Please enter the attendance first."))
    _changed(row, "filed", by, at, *handing_in.file(row, by=by, at=at))
    _judge_again(row.reported_on)
    text = _("%(group)s has filed the record of its activity of %(day)s.") % _named(row)
    county = offices(row.group.jurisdiction, roles=RECEIVING)
    page = reverse("admin:visits_groupactivity_change", args=[row.pk])
    _tell(county, row, "filed", text, page, at)
    return row


@transaction.atomic
def unfile(activity, *, by, at, seen=None) -> GroupActivity:
    """Take the filing back before the office has received it; the report is awaited again. Raises ``CannotFile``."""
    row = _locked(activity, by, seen)
    day = row.reported_on
    _changed(row, "unfiled", by, at, *handing_in.unfile(row))
    _judge_again(day)
    return row


@transaction.atomic
def return_record(activity, *, by, at, reason, seen=None) -> GroupActivity:
    """The county office returns a filed record for correction: it counts as not reported, and its clock runs on."""
    row = _locked(activity, by, seen, roles=RECEIVING)
    day, filer = row.reported_on, row.filed_by_id
    _changed(
        row, "returned", by, at, *handing_in.send_back(row, by=by, at=at, reason=reason), detail={"reason": reason}
    )
    _judge_again(day)
    text = _("The office returns the record of %(day)s: %(reason)s") % {**_named(row), "reason": reason}
    leader = row.group.leader.user_id if row.group.leader else None
    people = User.objects.filter(pk__in=[key for key in (filer, leader) if key], is_active=True)
    _tell(people, row, "returned", text, reverse("group:activity", args=[row.pk]), at)
    return row


@transaction.atomic
def add_files(activity, files, *, by, at) -> None:
    """Add cleaned files to a record that the office has not received yet; raises ``CannotFile``."""
    row = _locked(activity, by, None)
    _changed(row, "file_added", by, at, detail={"files": handing_in.add_files(row, files, by=by, at=at)})


@transaction.atomic
def remove_file(file, *, by, at) -> None:
    """Take a file out of a record that the office has not received yet; raises ``CannotFile``."""
    row = _locked(file.activity, by, None)
    _changed(row, "file_removed", by, at, detail={"files": handing_in.remove_file(row, file)})


def _locked(activity, by, seen, roles=LEADING) -> GroupActivity:
    rows = GroupActivity.objects.visible_to(by, roles=roles).select_related("group__jurisdiction", "group__leader")
    return handing_in.locked(rows, activity.pk, seen)


def _changed(row, action, by, at, *columns, detail=None):
    row.changed(*columns)
    audit.record(by=by, at=at, action=f"groupactivity.{action}", subject=row, detail=detail)


def _judge_again(day):
    watermarks.rewind(watermarks.SWEEP, to=day)


def _named(row) -> dict:
    return {"group": row.group.name, "day": row.happened_on.isoformat()}


def _tell(people, row, verb, text, link, at):
    # A record may be filed and returned several times: each version is told once.
    key, outside = f"activity.{verb}:{row.pk}:{row.version}", _("There is news about a record.")
    tell(people, key=key, text=text[:500], outside=outside, link=link, at=at, kind="activity")
