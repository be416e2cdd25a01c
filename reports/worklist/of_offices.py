"""What a congress office has to do: route, urge, answer wishes for more time, keep the suggestions, receive reports."""

from datetime import timedelta

from django.db.models import Case, Exists, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models import Engagement, ExtensionRequest, Petition, Referral, Suggestion, Urging
from constituents.moves import COUNTY, OFFICE, TOWN
from liaison_stations.models import Reception, Recurrence, Station, TurnRequest
from office.models.places import Level
from office.roles import Role
from office.workdays import NEXT_YEAR_FROM
from reports.worklist.source import NUMBER, OF_MATTER, OF_SUGGESTION, Source
from visits.models import GroupActivity

PATIENCE = timedelta(days=7)
"""So long after a unit was urged it is not asked to be urged again."""
_P, _S = Petition.Status, Suggestion.Status
_PETITIONS = {"number": NUMBER, "about": "situation"}
_REFERRALS = {"number": OF_MATTER, "about": Coalesce("petition__situation", "suggestion__title")}


def _levels(user, level) -> Q:
    """What belongs to the offices of a person, by the look-up of its level: a county's desk and a township's."""
    return Q(**{f"{level}__in": [name for name, role in _DESKS.items() if user.has_role(role)]})


_DESKS = {Level.COUNTY: Role.COUNTY_OFFICE, Level.TOWN: Role.TOWN_OFFICE}


def _petitions(roles, level, *states):
    def rows(user, on):
        return Petition.objects.visible_to(user, roles=roles).filter(level=level, status__in=states)

    return rows


def _urgent(user, on):
    return Petition.objects.visible_to(user, roles=OFFICE).filter(urgent=True, status__in=Petition.OPEN)


def _referrals(user):
    return Referral.objects.visible_to(user, roles=OFFICE)


def _asking(user, on):
    asked = ExtensionRequest.objects.filter(referral=OuterRef("pk"), state=ExtensionRequest.State.ASKED)
    own = _levels(user, "petition__level") | _levels(user, "suggestion__jurisdiction__level")
    return _referrals(user).filter(Referral.IN_HAND, own, Exists(asked))


def _to_urge(user, on):
    """Replies that are overdue, unless the unit was urged a short while ago."""
    lately = Urging.objects.filter(referral=OuterRef("pk"), on__gt=on - PATIENCE)
    return _referrals(user).overdue(on).filter(~Exists(lately), replied_on=None)


def _suggestions(status):
    def rows(user, on):
        seen = Suggestion.objects.visible_to(user, roles=OFFICE).filter(status=status)
        return seen.filter(_levels(user, "jurisdiction__level"))

    return rows


def _engagements(user, on):
    asked = Engagement.objects.visible_to(user, roles=OFFICE).filter(status=Engagement.Status.ASKED)
    return asked.filter(_levels(user, "deputy__term__jurisdiction__level"))


def _leave(user, on):
    asked = TurnRequest.objects.visible_to(user, roles=OFFICE).filter(
        kind=TurnRequest.Kind.LEAVE, state=TurnRequest.State.ASKED
    )
    return asked.filter(duty__isnull=False, reception__planned_on__gte=on, reception__cancelled=False)


def _reports(user, on):
    """What a rule awaits and has not come, and what a group has filed and nobody has received."""
    awaited, filed = Q(reported_on=None, report_due_on__isnull=False), Q(filed_at__isnull=False, received_by=None)
    return GroupActivity.objects.visible_to(user, roles=COUNTY).filter(awaited | filed)


def _without_rota(user, on):
    """From November on: stations whose receptions of the next year are not generated yet."""
    stations = Station.objects.visible_to(user, roles=OFFICE)
    if on.month < NEXT_YEAR_FROM:
        return stations.none()
    planned = Reception.objects.filter(station=OuterRef("pk"), planned_on__year=on.year + 1)
    rules = Recurrence.objects.filter(Q(until=None) | Q(until__year__gt=on.year), station=OuterRef("pk"))
    return stations.filter(Exists(rules), ~Exists(planned))


_ROUTED = {"link": "constituents:move", "verb": "route", "button": pgettext_lazy("worklist", "Route"), **_PETITIONS}
_MOVED = {"number": OF_SUGGESTION, "about": "title", "link": "constituents:suggestion_move", "clause": "L1-51"}

SOURCES = (
    Source(
        "urgent",
        OFFICE,
        _urgent,
        text=_("Urgent: see to it at once, and stay with it"),
        clause="D3-六i",
        daily=True,
        link="constituents:detail",
        button=pgettext_lazy("worklist", "To the matter"),
        listed_at=("constituents:list", "?urgent=on"),
        **_PETITIONS,
    ),
    Source(
        "urge",
        OFFICE,
        _to_urge,
        text=_("Urge the unit to reply"),
        clause="D3-七",
        rule="due_rule",
        due="due_on",
        link="constituents:referral_move",
        verb="urge",
        button=pgettext_lazy("worklist", "Urge"),
        listed_at=("constituents:list", "?part=overdue"),
        **_REFERRALS,
    ),
    Source(
        "answer_time",
        OFFICE,
        _asking,
        text=_("Answer the unit's wish for more time"),
        clause="L2-34",
        due="due_on",
        link="constituents:referral_move",
        verb="extend",
        button=pgettext_lazy("worklist", "Answer"),
        listed_at=("constituents:list", "?part=mine"),
        **_REFERRALS,
    ),
    Source(
        "leave",
        OFFICE,
        _leave,
        text=_("Decide on a deputy's leave from a reception"),
        clause="D5-一a",
        due="reception__planned_on",
        link="stations:reception",
        key="reception",
        button=pgettext_lazy("worklist", "Decide"),
        number=("deputy__name",),
        about="reception__station__name",
        listed_at=("stations:calendar", ""),
    ),
    Source(
        "receive_report",
        COUNTY,
        _reports,
        text=_("Receive the group's written report of its activity"),
        says=Case(When(filed_at__isnull=False, then=Value("filed")), default=Value(""), output_field=TextField()),
        texts={"filed": _("Receive the record that a group has filed, or return it")},
        clause="D9-3",
        rule="report_rule",
        due="report_due_on",
        link="admin:visits_groupactivity_change",
        button=pgettext_lazy("worklist", "Receive"),
        number=("group__name",),
        about="happened_on",
        listed_at=("admin:visits_groupactivity_changelist", ""),
    ),
    Source(
        "route_town",
        TOWN,
        _petitions(TOWN, Petition.Level.TOWN, _P.ADMITTED, _P.RETURNED),
        text=_("Route the matter to a unit, or report it to the county"),
        clause="D3-六b",
        listed_at=("constituents:list", "?part=mine"),
        **_ROUTED,
    ),
    Source(
        "route_county",
        COUNTY,
        _petitions(COUNTY, Petition.Level.COUNTY, _P.ADMITTED, _P.RETURNED, _P.ESCALATED),
        text=_("Route what was reported to the county"),
        clause="D3-六c",
        listed_at=("constituents:list", "?part=mine"),
        **_ROUTED,
    ),
    Source(
        "file",
        OFFICE,
        _suggestions(_S.SUBMITTED),
        text=_("Put the deputy's suggestion on file"),
        verb="file",
        button=pgettext_lazy("worklist", "Put on file"),
        listed_at=("constituents:suggestions", "?part=submitted"),
        **_MOVED,
    ),
    Source(
        "route_suggestion",
        OFFICE,
        _suggestions(_S.FILED),
        text=_("Route the deputy's suggestion to a unit"),
        verb="route",
        button=pgettext_lazy("worklist", "Route"),
        listed_at=("constituents:suggestions", "?part=filed"),
        **_MOVED,
    ),
    Source(
        "answer_engagement",
        OFFICE,
        _engagements,
        text=_("Answer a deputy's request for an inspection or survey"),
        clause="D3-六d",
        link="constituents:engagement",
        button=pgettext_lazy("worklist", "Answer"),
        number=("deputy__name",),
        about="place",
        listed_at=("constituents:engagements", "?part=open"),
    ),
    Source(
        "rota",
        OFFICE,
        _without_rota,
        text=_("Generate next year's rota of receptions"),
        clause="D5-一a",
        link="admin:liaison_stations_reception_rota",
        key="",
        button=pgettext_lazy("worklist", "Generate"),
        number=("name",),
        once=True,
    ),
)
