"""What a matter waits for, whose turn it is, and what whoever looks at it does next."""

from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from constituents import moves
from constituents.models import ExtensionRequest, Petition, Referral
from constituents.moves import COUNTY, DEPUTY, DESK, KEEPERS, OFFICE, TOWN, Move
from office.roles import Role

_S, _L = Petition.Status, Petition.Level
NOBODY = frozenset()


class Line(NamedTuple):
    """In this state (and at this level's desk) these roles do the first of these that is open to them.

    ``turn``: the roles whose turn it is; for the others the matter is in good hands, though they may do it too.
    """

    status: str
    roles: frozenset
    verbs: tuple
    turn: frozenset = NOBODY
    level: str = ""


NEXT = (
    Line(_S.RECEIVED, KEEPERS, ("admit", "answer", "decline"), turn=DESK | TOWN),
    Line(_S.RECEIVED, DEPUTY, ("forward", "explain")),
    Line(_S.ADMITTED, TOWN, ("route", "escalate"), turn=TOWN, level=_L.TOWN),
    Line(_S.ADMITTED, COUNTY, ("route",), level=_L.TOWN),
    Line(_S.ADMITTED, COUNTY, ("route",), turn=COUNTY, level=_L.COUNTY),
    Line(_S.ADMITTED, DESK, ("hand_over",)),
    Line(_S.ADMITTED, DEPUTY, ("forward", "explain")),
    Line(_S.ESCALATED, COUNTY, ("route",), turn=COUNTY),
    Line(_S.RETURNED, TOWN, ("route", "escalate"), turn=TOWN, level=_L.TOWN),
    Line(_S.RETURNED, COUNTY, ("route",), level=_L.TOWN),
    Line(_S.RETURNED, COUNTY, ("route",), turn=COUNTY, level=_L.COUNTY),
    Line(_S.REPLIED, KEEPERS | DEPUTY, ("feed_back",), turn=DESK | DEPUTY),
    Line(_S.FED_BACK, KEEPERS | DEPUTY, ("judge",), turn=DESK | DEPUTY),
    Line(_S.JUDGED, KEEPERS, ("close",), turn=DESK | TOWN),
)

WAITS = {
    _S.RECEIVED: _("It waits to be admitted, answered on the spot or declined."),
    _S.ADMITTED: _("It is admitted and waits to be routed to a unit by the congress office."),
    _S.ESCALATED: _("It lies with the county office, which routes it or passes it upward."),
    _S.ROUTED: _("It lies with the unit, whose reply is awaited."),
    _S.RETURNED: _("The unit has no longer got it: the congress office routes it anew."),
    _S.REPLIED: _("The unit has replied; the outcome is to be brought back to the person."),
    _S.FED_BACK: _("The person knows the outcome; what they say of it is to be written down."),
    _S.JUDGED: _("The person has judged; what remains is to close it."),
    _S.CLOSED: _("It is closed."),
    _S.ANSWERED: _("It was answered on the spot."),
    _S.DECLINED: _("It was declined, with guidance."),
    _S.MERGED: _("It goes on under another number."),
    _S.VOID: _("It was registered by mistake; the number stays taken."),
}
"""What each state means for somebody who has nothing to do in it."""

_HANDLING = ("admit", "answer", "decline", "explain", "route", "escalate", "add_unit", "feed_back", "judge", "close")
_COMPLETING = ("correct", "attach", "hand_over", "forward", "alarm", "name_complained", "release")
GROUPS = ((_("Handling"), _HANDLING), (_("Completing"), _COMPLETING), (_("Other"), ("merge", "void", "reopen")))
"""The verbs of a matter's own page, in the order in which they are shown."""


class Step(NamedTuple):
    """What to do: the line of the table, and the referral it is about where it is about one."""

    move: Move
    referral: Referral | None = None


def open_to(petition, user) -> dict[str, Move]:
    """What ``moves.offered`` says, without what the matter's level, deputy or earlier hand-over rules out."""
    offered = moves.offered("petition", petition, user)
    county = user.is_superuser or user.has_role(Role.COUNTY_OFFICE)
    barred = set()
    if petition.level == Petition.Level.COUNTY and not county:
        barred |= {"route", "escalate"}
    if petition.deputy_id is None:
        barred.add("hand_over")
    if petition.released:
        barred.add("release")
    return {verb: move for verb, move in offered.items() if verb not in barred}


def next_of(petition, referrals, user, on) -> Step | None:
    """The one thing that this person does next with a matter as it stands; None where it is others' turn."""
    offered = open_to(petition, user)
    if petition.status == Petition.Status.ROUTED:
        return _of_referrals(referrals, offered, on)
    settled = {"hand_over", "forward"} if petition.handed_over_on or not petition.deputy_id else set()
    for line in NEXT:
        if line.status == petition.status and line.level in ("", petition.level) and _has(user, line.roles):
            verb = next((verb for verb in line.verbs if verb in offered and verb not in settled), None)
            if verb:
                return Step(offered[verb])
    return None


def _has(user, roles) -> bool:
    return user.is_superuser or user.has_role(*roles)


def _of_referrals(referrals, offered, on) -> Step | None:
    """While a unit has it: a wish for more time is answered first, then who is late is urged."""
    held = [one for one in referrals if one.is_in_hand]
    asking = next((one for one in held if one.asking), None)
    late = next((one for one in held if one.due_on and one.due_on < on and not one.paused_on), None)
    if asking and "extend" in offered:
        return Step(offered["extend"], asking)
    return Step(offered["urge"], late) if late and "urge" in offered else None


def others(petition, user, step) -> list[tuple]:
    """The other moves open to this person: the name of each group, and its moves."""
    offered = open_to(petition, user)
    taken = step.move.verb if step and step.referral is None else ""
    groups = [(name, [offered[verb] for verb in verbs if verb in offered and verb != taken]) for name, verbs in GROUPS]
    return [(name, group) for name, group in groups if group]


def turn_of(user) -> Q:
    """The matters in which it is this person's turn, whatever else they may do elsewhere."""
    found = Q(pk__in=[])
    for line in NEXT:
        if user.is_superuser or user.has_role(*line.turn):
            found |= Q(status=line.status, level=line.level) if line.level else Q(status=line.status)
    return found | _passing_on(user) | _asking(user)


def _passing_on(user) -> Q:
    """The desk hands over what has a deputy (D3-六h); the deputy passes on what they heard (D1-3①e)."""
    found = Q(pk__in=[])
    if user.has_role(*DESK):
        found |= Petition.TO_HAND_OVER
    if user.has_role(Role.DEPUTY):
        heard = ~Q(channel=Petition.Channel.WALK_IN)
        found |= heard & Q(
            status__in=Petition.OPEN, hand_over_due_on__isnull=False, handed_over_on=None, deputy__isnull=False
        )
    return found


def _asking(user) -> Q:
    """Units that wait for an answer to their wish for more time (L2-34)."""
    if not _has(user, OFFICE):
        return Q(pk__in=[])
    asked = Referral.objects.filter(
        Referral.IN_HAND, requests__state=ExtensionRequest.State.ASKED, petition__isnull=False
    )
    waiting = Q(status=Petition.Status.ROUTED, pk__in=asked.order_by().values("petition"))
    county = user.is_superuser or user.has_role(Role.COUNTY_OFFICE)
    return waiting & Q(level=Petition.Level.COUNTY) if county else waiting & Q(level=Petition.Level.TOWN)
