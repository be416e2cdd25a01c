"""A convener writes up the contacts of the area and files it; the township congress receives or returns it (D1-3a)."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deputies.models import DeputyGroup
from office import audit, clock, watermarks
from office.audiences import offices
from office.models import Rule, User
from office.notices import tell
from office.roles import STAFF, Role
from visits import handing_in
from visits.areas import figures
from visits.handing_in import CannotFile
from visits.models import AreaFiling

CONVENING = frozenset({Role.GROUP_LEADER})
RECEIVING = STAFF
HOW_OFTEN = "area_filing"
"""The measure of the rule by which a county says how often an area files."""
WRITTEN = ("first", "last", "title", "content")
DEEDS = {
    "filed_with_town": gettext_lazy("filed with the township congress"),
    "material_received": gettext_lazy("material received"),
}
"""How the trail is read."""


def next_period(on) -> tuple:
    """First and last day of what is to be written up: as often as the county has said, else the quarter before."""
    rule = Rule.objects.holding(on, HOW_OFTEN)
    return figures.period_before(on, rule and rule.amounts.get("every_months") or figures.QUARTER)


@transaction.atomic
def write(filing, *, by, at, group, seen=None, **told) -> AreaFiling:
    """Write the material of a period, or correct it until it is received; ``told`` are the columns of ``WRITTEN``.

    Raises ``CannotFile``.
    """
    row = _locked(filing, by, seen) if filing else _new(group, by)
    handing_in.refuse_received(row)
    changed = [name for name in WRITTEN if name in told and told[name] != getattr(row, name)]
    for name in changed:
        setattr(row, name, told[name])
    if row.last < row.first:
        raise CannotFile(_("The last day lies before the first."), "last")
    if row.reported_on and row.last > row.reported_on:
        raise CannotFile(_("It is filed already; the period cannot end after the day of the filing."), "last")
    if row.reported_on:
        row.figures = figures.read(row.group, row.first, row.last)
        _judge_again(row)
    row.written_at, row.written_by = at, by
    _saved(row, [*changed, "figures", "written_at", "written_by"])
    _record(row, "changed" if filing else "added", by, at, {"fields": changed})
    return row


def _new(group, by) -> AreaFiling:
    return AreaFiling(group=DeputyGroup.objects.visible_to(by, roles=CONVENING).get(pk=group.pk))


def _saved(row, columns):
    try:
        with transaction.atomic():
            row.changed(*columns) if row.pk else row.save()
    except IntegrityError:
        raise CannotFile(_("The material of this area for this period is on record already."), "last") from None


@transaction.atomic
def file_material(filing, *, by, at, seen=None) -> AreaFiling:
    """File it with the township congress (备案); its figures are kept as they stand now. Raises ``CannotFile``."""
    row = _locked(filing, by, seen)
    if row.last > clock.local_date(at):
        raise CannotFile(_("The period is not over yet."), "last")
    columns = handing_in.file(row, by=by, at=at)
    row.figures = figures.read(row.group, row.first, row.last)
    _changed(row, "filed_with_town", by, at, *columns, "figures")
    text = _("%(group)s has filed “%(title)s”.") % {"group": row.group, "title": row.title}
    _tell(_receivers(row), row, "filed", text, at)
    return row


@transaction.atomic
def unfile(filing, *, by, at, seen=None) -> AreaFiling:
    """Take it back before it is received; raises ``CannotFile``."""
    row = _locked(filing, by, seen)
    row.figures, columns = {}, handing_in.unfile(row)
    _changed(row, "unfiled", by, at, *columns, "figures")
    _judge_again(row)
    return row


@transaction.atomic
def receive(filing, *, by, at, seen=None) -> AreaFiling:
    """The township congress receives what is filed; raises ``CannotFile``."""
    row = _locked(filing, by, seen, roles=RECEIVING)
    if row.filing != row.Filing.FILED:
        raise CannotFile(_("Only what is filed and not received yet is received."))
    row.received_by, row.received_on = by, clock.local_date(at)
    _changed(row, "material_received", by, at, "received_by", "received_on")
    _tell(_writers(row), row, "received", _("“%s” was received.") % row.title, at)
    return row


@transaction.atomic
def take_receipt_back(filing, *, by, at, seen=None) -> AreaFiling:
    """It is not received after all, and stays filed; raises ``CannotFile``."""
    row = _locked(filing, by, seen, roles=RECEIVING)
    if row.filing != row.Filing.RECEIVED:
        raise CannotFile(_("This was not received yet."))
    row.received_by, row.received_on = None, None
    _changed(row, "not_received", by, at, "received_by", "received_on")
    return row


@transaction.atomic
def send_back(filing, *, by, at, reason, seen=None) -> AreaFiling:
    """The township congress returns it for correction; raises ``CannotFile``."""
    row = _locked(filing, by, seen, roles=RECEIVING)
    writers = list(_writers(row))
    columns = handing_in.send_back(row, by=by, at=at, reason=reason)
    row.figures = {}
    _changed(row, "returned", by, at, *columns, "figures", detail={"reason": reason})
    _judge_again(row)
    told = {"title": row.title, "reason": reason}
    _tell(writers, row, "returned", _("“%(title)s” is returned: %(reason)s") % told, at)
    return row


@transaction.atomic
def add_files(filing, files, *, by, at) -> None:
    """Add cleaned files before it is received; raises ``CannotFile``."""
    row = _locked(filing, by, None)
    _changed(row, "file_added", by, at, detail={"files": handing_in.add_files(row, files, by=by, at=at)})


@transaction.atomic
def remove_file(file, *, by, at) -> None:
    """Take a file out before it is received; raises ``CannotFile``."""
    row = _locked(file.filing, by, None)
    _changed(row, "file_removed", by, at, detail={"files": handing_in.remove_file(row, file)})


def _locked(filing, by, seen, roles=CONVENING) -> AreaFiling:
    rows = AreaFiling.objects.visible_to(by, roles=roles).select_related("group__jurisdiction", "group__leader")
    return handing_in.locked(rows, filing.pk, seen)


def _changed(row, action, by, at, *columns, detail=None):
    row.changed(*columns)
    _record(row, action, by, at, detail)


def _record(row, action, by, at, detail=None):
    audit.record(by=by, at=at, action=f"areafiling.{action}", subject=row, detail=detail)


def _judge_again(row):
    """What is not filed any more may have ended the flag of a period long past."""
    watermarks.rewind(watermarks.SWEEP, to=row.last)


def _receivers(row):
    """The township office; the county office where nobody sits there."""
    town = offices(row.group.jurisdiction, roles={Role.TOWN_OFFICE})
    return town if town.exists() else offices(row.group.jurisdiction, roles={Role.COUNTY_OFFICE})


def _writers(row):
    leader = row.group.leader.user_id if row.group.leader else None
    return User.objects.filter(pk__in=[key for key in (row.filed_by_id, leader) if key], is_active=True)


def _tell(people, row, verb, text, at):
    key, outside = f"area.{verb}:{row.pk}:{row.version}", _("There is news about a record.")
    page = reverse("areas:filing", args=[row.pk])
    tell(people, key=key, text=text[:500], outside=outside, link=page, at=at, kind="areas")
