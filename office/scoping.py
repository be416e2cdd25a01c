"""The one scope function: which rows a person may see.

``PATHS`` is the whole rule, one entry a model: for each line of sight (see ``roles.Line``) the look-up from that
model to the place's path, the person, the group's leader, the station's staff or the unit; several look-ups where a
row may belong to one of several things. A line that is missing sees nothing.
"""

from django.db import models
from django.db.models import Q

from office.roles import LINE, Line, Role

PATHS = {
    "office.jurisdiction": {Line.PLACE: "path"},
    "office.unit": {Line.PLACE: "jurisdiction__path", Line.UNIT: "pk"},
    "deputies.term": {Line.PLACE: "jurisdiction__path"},
    "deputies.electoraldistrict": {Line.PLACE: "jurisdiction__path", Line.PERSON: "deputies__user"},
    "deputies.termchange": {Line.PLACE: "term__jurisdiction__path"},
    "deputies.deputygroup": {
        Line.PLACE: "jurisdiction__path",
        Line.PERSON: "deputies__user",
        Line.GROUP: "leader__user",
    },
    "deputies.deputy": {
        Line.PLACE: "district__jurisdiction__path",
        Line.PERSON: "user",
        Line.GROUP: "group__leader__user",
        Line.STATION: "stations__posts__user",
    },
    "deputies.absence": {
        Line.PLACE: "deputy__district__jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: "deputy__group__leader__user",
    },
    "deputies.congresssession": {
        Line.PLACE: "term__jurisdiction__path",
        Line.PERSON: "term__deputies__user",
        Line.GROUP: "term__deputies__user",
    },
    "liaison_stations.station": {
        Line.PLACE: "jurisdiction__path",
        Line.PERSON: "deputies__user",
        Line.STATION: "posts__user",
    },
    "liaison_stations.stationpost": {
        Line.PLACE: "station__jurisdiction__path",
        Line.PERSON: "station__deputies__user",
        Line.STATION: "station__posts__user",
    },
    "liaison_stations.recurrence": {
        Line.PLACE: "station__jurisdiction__path",
        Line.PERSON: "station__deputies__user",
        Line.STATION: "station__posts__user",
    },
    # A deputy sees the rota of the own stations: with whom else would they swap a turn.
    "liaison_stations.reception": {
        Line.PLACE: "station__jurisdiction__path",
        Line.PERSON: ("duties__deputy__user", "station__deputies__user"),
        Line.STATION: "station__posts__user",
    },
    "liaison_stations.receptionduty": {
        Line.PLACE: "reception__station__jurisdiction__path",
        Line.PERSON: ("deputy__user", "reception__station__deputies__user"),
        Line.STATION: "reception__station__posts__user",
    },
    "liaison_stations.turnrequest": {
        Line.PLACE: "reception__station__jurisdiction__path",
        Line.PERSON: ("deputy__user", "to_deputy__user"),
        Line.STATION: "reception__station__posts__user",
    },
    "constituents.household": {
        Line.PLACE: "jurisdiction__path",
        Line.PERSON: "designations__deputy__user",
        Line.GROUP: "designations__deputy__group__leader__user",
    },
    "constituents.designation": {
        Line.PLACE: "household__jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: "deputy__group__leader__user",
    },
    "constituents.liaisonvoter": {
        Line.PLACE: "deputy__district__jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: "deputy__group__leader__user",
    },
    "constituents.petition": {
        Line.PLACE: "station__jurisdiction__path",
        Line.PERSON: ("deputy__user", "followed_up_by__user"),
        Line.STATION: "station__posts__user",
        Line.UNIT: "referrals__holder",
    },
    "constituents.referral": {
        Line.PLACE: "place__path",
        Line.PERSON: (
            "petition__deputy__user",
            "petition__followed_up_by__user",
            "suggestion__deputy__user",
            "suggestion__followed_up_by__user",
        ),
        Line.STATION: "petition__station__posts__user",
        Line.UNIT: "holder",
    },
    "constituents.paperbatch": {Line.PLACE: "station__jurisdiction__path", Line.STATION: "station__posts__user"},
    "constituents.unitlink": {Line.PLACE: "referral__place__path"},
    "constituents.extension": {
        Line.PLACE: "referral__place__path",
        Line.STATION: "referral__petition__station__posts__user",
        Line.UNIT: "referral__holder",
    },
    "constituents.attachment": {
        Line.PLACE: "petition__station__jurisdiction__path",
        Line.PERSON: ("petition__deputy__user", "petition__followed_up_by__user"),
        Line.STATION: "petition__station__posts__user",
        Line.UNIT: ("released_in__holder", "reply_to__holder"),
    },
    "constituents.suggestion": {
        Line.PLACE: "jurisdiction__path",
        Line.PERSON: ("deputy__user", "followed_up_by__user", "signatures__deputy__user"),
        Line.UNIT: "referrals__holder",
    },
    "constituents.engagement": {
        Line.PLACE: "deputy__district__jurisdiction__path",
        Line.PERSON: "deputy__user",
    },
    "visits.groupactivity": {
        Line.PLACE: "group__jurisdiction__path",
        Line.PERSON: "visits__deputy__user",
        Line.GROUP: "group__leader__user",
    },
    "visits.activityfile": {
        Line.PLACE: "activity__group__jurisdiction__path",
        Line.PERSON: "activity__visits__deputy__user",
        Line.GROUP: "activity__group__leader__user",
    },
    "visits.areafiling": {Line.PLACE: "group__jurisdiction__path", Line.GROUP: "group__leader__user"},
    "visits.areafile": {Line.PLACE: "filing__group__jurisdiction__path", Line.GROUP: "filing__group__leader__user"},
    "visits.voterreport": {
        Line.PLACE: "deputy__district__jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: "deputy__group__leader__user",
    },
    "visits.reportfile": {
        Line.PLACE: "report__deputy__district__jurisdiction__path",
        Line.PERSON: "report__deputy__user",
        Line.GROUP: "report__deputy__group__leader__user",
    },
    "visits.reportexemption": {
        Line.PLACE: "deputy__district__jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: "deputy__group__leader__user",
    },
    "visits.review": {
        Line.PLACE: "deputy__district__jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: "deputy__group__leader__user",
    },
    "visits.dutyentry": {
        Line.PLACE: "deputy__district__jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: "deputy__group__leader__user",
    },
    "visits.dutyfile": {
        Line.PLACE: "entry__deputy__district__jurisdiction__path",
        Line.PERSON: "entry__deputy__user",
        Line.GROUP: "entry__deputy__group__leader__user",
    },
    "visits.meeting": {Line.PLACE: "jurisdiction__path"},
    "visits.consultation": {
        Line.PLACE: "jurisdiction__path",
        Line.PERSON: "asked__user",
        Line.GROUP: "asked__group__leader__user",
    },
    "visits.visit": {
        Line.PLACE: "deputy__district__jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: "deputy__group__leader__user",
    },
    "visits.visitphoto": {
        Line.PLACE: "visit__deputy__district__jurisdiction__path",
        Line.PERSON: "visit__deputy__user",
        Line.GROUP: "visit__deputy__group__leader__user",
    },
    "reports.flag": {
        Line.PLACE: "jurisdiction__path",
        Line.PERSON: (
            "deputy__user",
            "petition__deputy__user",
            "petition__followed_up_by__user",
            "reception__duties__deputy__user",
        ),
        Line.GROUP: ("deputy__group__leader__user", "group__leader__user", "activity__group__leader__user"),
        Line.STATION: (
            "station__posts__user",
            "reception__station__posts__user",
            "petition__station__posts__user",
            "referral__petition__station__posts__user",
        ),
        Line.UNIT: "referral__holder",
    },
    "reports.hintanswer": {Line.PLACE: "jurisdiction__path"},
    "reports.commendation": {
        Line.PLACE: "jurisdiction__path",
        Line.PERSON: "deputy__user",
        Line.GROUP: ("deputy__group__leader__user", "group__leader__user"),
    },
    "reports.typicalcase": {
        Line.PLACE: "jurisdiction__path",
        Line.PERSON: ("petition__deputy__user", "visit__deputy__user"),
        Line.GROUP: ("visit__deputy__group__leader__user", "activity__group__leader__user"),
    },
    "reports.reporttemplate": {Line.PLACE: "jurisdiction__path"},
    # A closed year is the county's own; who reads a report of it was found in sight of the report's subject.
    "reports.closedyear": {Line.PLACE: "jurisdiction__path"},
    "reports.frozenreport": {Line.PLACE: "closed__jurisdiction__path"},
    "reports.objection": {Line.PLACE: "deputy__district__jurisdiction__path", Line.PERSON: "deputy__user"},
}

COMPLAINTS = {
    "constituents.petition": ("complaints",),
    "constituents.referral": ("petition__complaints",),
    "constituents.extension": ("referral__petition__complaints",),
    "constituents.unitlink": ("referral__petition__complaints",),
    "constituents.paperbatch": ("petitions__complaints",),
    "constituents.attachment": ("petition__complaints",),
    "reports.flag": ("petition__complaints", "referral__petition__complaints"),
    "reports.typicalcase": ("petition__complaints",),
}
"""Look-ups to the units and officials whom a row complains about: they never see it, along whatever line."""


class ScopedQuerySet(models.QuerySet):
    """The base of every queryset whose rows belong to somebody."""

    def visible_to(self, user, *, along=frozenset(Line), roles=frozenset(Role)):
        """The rows that ``user`` may see; nothing for a stranger. A superuser (set-up only) sees all.

        ``along`` narrows it to some lines of sight: a duty file is read by office, deputy and group, not by a desk.
        ``roles`` narrows it to some roles: in the admin site a clerk who is a deputy too, or a leader who may read
        more than they may write, is a clerk and nothing else.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(_scope(self.model, user, along, roles))


def _scope(model, user, along, roles) -> Q:
    paths = PATHS[model._meta.label_lower]
    scope = Q(pk__in=[])
    for assignment in user.standing():
        line = LINE.get(assignment.role)
        if line in paths and line in along and assignment.role in roles:
            scope |= _along(line, paths[line], model, user, assignment)
    return scope & ~_complained(model, user)


def _complained(model, user) -> Q:
    """The rows that complain about this person or the unit they answer for."""
    units = [one.unit_id for one in user.standing() if one.unit_id]
    found = Q(pk__in=[])
    for lookup in COMPLAINTS.get(model._meta.label_lower, ()):
        about = Q(**{f"{lookup}__person": user.pk}) | Q(**{f"{lookup}__unit__in": units})
        found |= Q(pk__in=model._base_manager.filter(about).values("pk"))
    return found


def lookups(path) -> tuple:
    """The look-ups of one line of the table, one or several."""
    return (path,) if isinstance(path, str) else path


def _along(line, path, model, user, assignment) -> Q:
    if line == Line.PLACE:
        return Q(**{f"{path}__startswith": assignment.jurisdiction.path})
    subject = assignment.unit_id if line == Line.UNIT else user.pk
    found = Q()
    for lookup in lookups(path):
        # A sub-query, because these look-ups may cross many-to-many tables and must not double a row.
        found |= Q(pk__in=model._base_manager.filter(**{lookup: subject}).values("pk"))
    return found
