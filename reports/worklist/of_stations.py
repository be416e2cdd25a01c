"""What the desk of a liaison station has to do: screen, hand over, judge, close, announce and record receptions."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models import Petition
from constituents.moves import DESK, TOWN
from liaison_stations.models import Reception
from reports.measures import MEASURES
from reports.worklist.of_deputies import AHEAD
from reports.worklist.source import NUMBER, Source

_P = Petition.Status
_PETITIONS = {"number": NUMBER, "about": "situation"}
_RECEPTIONS = {
    "roles": DESK,
    "link": "stations:reception",
    "number": ("station__name",),
    "about": "planned_on",
    "listed_at": ("stations:calendar", ""),
}


def _standing(roles, *states):
    def rows(user, on):
        return Petition.objects.visible_to(user, roles=roles).filter(status__in=states)

    return rows


def _to_hand_over(user, on):
    return Petition.objects.visible_to(user, roles=DESK).filter(Petition.TO_HAND_OVER)


def _receptions(user, on):
    return Reception.objects.visible_to(user, roles=DESK).filter(cancelled=False)


def _regular(user, on):
    return _receptions(user, on).filter(kind=Reception.Kind.REGULAR)


def _to_announce(user, on):
    return _regular(user, on).filter(notice_posted_on=None, held_on=None, planned_on__range=(on, on + AHEAD))


def _to_open(user, on):
    return _receptions(user, on).filter(planned_on=on, held_on=None)


def _to_record(user, on):
    past = _regular(user, on).filter(planned_on__lt=on, record_due_on__isnull=False)
    return past.filter(MEASURES["reception_record"].undone(on))


SOURCES = (
    Source(
        "open_reception",
        rows=_to_open,
        text=_("Reception today: have the deputies sign in"),
        clause="D3-三",
        due="planned_on",
        button=pgettext_lazy("worklist", "To the reception"),
        **_RECEPTIONS,
    ),
    Source(
        "announce",
        rows=_to_announce,
        text=_("Post the notice of the reception"),
        clause="D5-二a",
        rule="notice_rule",
        due="notice_due_on",
        button=pgettext_lazy("worklist", "Post the notice"),
        **_RECEPTIONS,
    ),
    Source(
        "record",
        rows=_to_record,
        text=_("Record the reception: who came, or that nobody did"),
        clause="D5-三a",
        rule="record_rule",
        due="record_due_on",
        button=pgettext_lazy("worklist", "Record"),
        **_RECEPTIONS,
    ),
    Source(
        "hand_over",
        DESK,
        _to_hand_over,
        text=_("Hand the papers over to the deputy"),
        clause="D3-六h",
        rule="hand_over_rule",
        due="hand_over_due_on",
        link="constituents:move",
        verb="hand_over",
        button=pgettext_lazy("worklist", "Hand over"),
        listed_at=("constituents:list", "?part=mine"),
        **_PETITIONS,
    ),
    Source(
        "screen",
        DESK | TOWN,
        _standing(DESK | TOWN, _P.RECEIVED),
        text=_("Take the matter up, answer it on the spot, or decline it with guidance"),
        clause="D3-五a",
        link="constituents:detail",
        button=pgettext_lazy("worklist", "Decide"),
        listed_at=("constituents:list", "?part=received"),
        **_PETITIONS,
    ),
    Source(
        "judge",
        DESK,
        _standing(DESK, _P.FED_BACK),
        text=_("Ask the person whether they are satisfied"),
        clause="D5-四b",
        link="constituents:move",
        verb="judge",
        button=pgettext_lazy("worklist", "Write down"),
        listed_at=("constituents:list", "?part=fed_back"),
        **_PETITIONS,
    ),
    Source(
        "close",
        DESK | TOWN,
        _standing(DESK | TOWN, _P.JUDGED),
        text=_("Close the matter"),
        clause="D3-七",
        link="constituents:move",
        verb="close",
        button=pgettext_lazy("worklist", "Close"),
        listed_at=("constituents:list", "?part=judged"),
        **_PETITIONS,
    ),
)
