"""What can be exported in the background; each kind stands beside what it exports."""

from django.utils.translation import gettext_lazy as _

from office.admin_site import may
from office.roles import STAFF, Role
from reports import annual_export, closing_export, contacts_export, lists_export
from reports.archive import making as archive
from reports.exports import KINDS, Kind
from reports.narrative import exporting
from reports.subjects import is_in_sight

REPORT_READERS = {Role.COUNTY_OFFICE, Role.TOWN_OFFICE, Role.LEADER, Role.GROUP_LEADER, Role.DEPUTY}


def _in_sight_of(roles):
    """Who holds one of these roles and sees the subject may have it."""
    return lambda user, params: may(user, roles) and is_in_sight(params["subject"], user)


KINDS.update(
    {
        "annual": Kind(_("Annual duty report"), annual_export.make, _in_sight_of(REPORT_READERS)),
        "contacts": Kind(_("All contacts of a period"), contacts_export.make, _in_sight_of(STAFF)),
        "archive": Kind(_("Annual archive"), archive.make, archive.may, unmasked=True),
        "deputy_reports": Kind(_("Annual duty reports of deputies"), exporting.reports, _in_sight_of(STAFF)),
        "notices": Kind(_("Notices of deputies for publication"), exporting.notices, _in_sight_of(STAFF)),
        "closing": Kind(_("Closing of a year"), closing_export.make, closing_export.may_close),
        "list": Kind(_("A list"), lists_export.make, lists_export.may),
    }
)
