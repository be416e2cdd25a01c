"""The roles as data: who they are, and along which line each sees records.

``scoping.PATHS`` says for each model where that line runs; ``policy.toml`` says which addresses a role may open.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COUNTY_OFFICE = "county_office", _("county congress office")
    TOWN_OFFICE = "town_office", _("township congress office")
    STATION_OFFICER = "station_officer", _("liaison officer")
    STATION_HEAD = "station_head", _("station head")
    DEPUTY = "deputy", _("deputy")
    GROUP_LEADER = "group_leader", _("group leader")
    HANDLING_UNIT = "handling_unit", _("handling unit")
    LEADER = "leader", _("leader (read-only)")
    SYSTEM_ADMIN = "system_admin", _("system administrator")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    AUDIT_ADMIN = "audit_admin", _("audit administrator")


class Line(models.TextChoices):
    """Along what a role sees: a piece of land, a person, a group, a station or a unit."""

    PLACE = "place"
    PERSON = "person"
    GROUP = "group"
    STATION = "station"
    UNIT = "unit"


LINE = {
    Role.COUNTY_OFFICE: Line.PLACE,
    Role.TOWN_OFFICE: Line.PLACE,
    Role.LEADER: Line.PLACE,
    Role.STATION_OFFICER: Line.STATION,
    Role.STATION_HEAD: Line.STATION,
    Role.DEPUTY: Line.PERSON,
    Role.GROUP_LEADER: Line.GROUP,
    Role.HANDLING_UNIT: Line.UNIT,
}

STAFF = frozenset({Role.COUNTY_OFFICE, Role.TOWN_OFFICE})
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""Who keeps the system and not the office: the set-up, the people and their roles, the trail; each one of the three.

They have no line of sight: no matter, no household, no contact is theirs to see. Whoever is one of them is nothing
else (see ``may_be_together`` and ``User.standing``). A small office does without: as long as there is no security
administrator the county office gives out roles and passwords itself (``User.gives_sign_ins``); from then on it does
not, since whoever writes the records should not also say who may.
"""


def may_be_together(roles) -> bool:
    """Whether one person may hold all of these roles."""
    return not (set(roles) & ADMINISTRATORS) or len(set(roles)) == 1
