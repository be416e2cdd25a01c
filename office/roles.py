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
