"""What will be frozen with a year, and what still waits in it; nothing of it stands in the way."""

from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import Deputy, DeputyGroup
from liaison_stations.models import Station
from office.models import Jurisdiction
from office.models.places import Level
from reports.models import Flag, Objection
from visits.models import GroupActivity


class Counted(NamedTuple):
    """So many of a kind, and the list of them where there is one."""

    number: int
    words: str
    link: str = ""


def before_closing(place: Jurisdiction, year: int, *, user) -> tuple[list[Counted], list[Counted]]:
    """The reports that will be frozen, by kind, and what still waits; one query."""
    kinds, waiting = _kinds(place), _waiting(place, year, user)
    rows = [*kinds.values(), *(rows for rows, _page in waiting.values())]
    numbers = Jurisdiction.objects.filter(pk=place.pk).values_list(*map(_number, rows)).get()
    links = [reverse(page) for _rows, page in waiting.values()]
    open_ones = map(Counted, numbers[len(kinds) :], waiting, links)
    will_be = [Counted(1, _("Whole county")), *map(Counted, numbers, kinds)]
    return will_be, [one for one in open_ones if one.number]


def _kinds(place) -> dict[str, QuerySet]:
    return {
        _("Townships"): Jurisdiction.objects.filter(level=Level.TOWN, path__startswith=place.path),
        _("Deputy groups"): DeputyGroup.objects.filter(jurisdiction__path__startswith=place.path),
        _("Liaison stations"): Station.objects.filter(jurisdiction__path__startswith=place.path),
        _("Deputies"): Deputy.objects.filter(district__jurisdiction__path__startswith=place.path),
    }


def _waiting(place, year, user) -> dict[str, tuple[QuerySet, str]]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    objections = Objection.objects.visible_to(user).open()
    activities = GroupActivity.objects.visible_to(user).filter(happened_on__range=(first, last))
    flags = Flag.objects.visible_to(user).open().filter(starts_on__range=(first, last))
    not_received = Q(reported_on=None) | Q(filed_at__isnull=False, received_by=None)
    return {
        _("Objections of deputies that are not answered"): (
            objections.filter(deputy__district__jurisdiction__path__startswith=place.path),
            "admin:reports_objection_changelist",
        ),
        _("Group activities without a received report"): (
            activities.filter(not_received, group__jurisdiction__path__startswith=place.path),
            "admin:visits_groupactivity_changelist",
        ),
        _("Open flags of the year"): (
            flags.filter(jurisdiction__path__startswith=place.path),
            "admin:reports_flag_changelist",
        ),
    }


def _number(rows):
    """How many rows there are, as a sub-query."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)
