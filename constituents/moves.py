"""The one table of moves: from which state, by which verb, to which state, by whom, on what ground.

Nothing of the chain moves otherwise. A deputy records, explains, passes on and brings back; what is ``handling`` (to
hold, to reply to, to close a task) is refused to everybody who is a deputy, whatever else they are (D3-六j, D5-四a).
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from constituents.models import LINK, Engagement, Guest, Petition, Suggestion
from office.roles import Role

VISITOR = "visitor"
"""The person whose matter it is, on the public page."""
STAYS = ""
NEW = ""

DEPUTY, UNIT = frozenset({Role.DEPUTY}), frozenset({Role.HANDLING_UNIT, LINK})
DESK = frozenset({Role.STATION_OFFICER, Role.STATION_HEAD})
TOWN, COUNTY = frozenset({Role.TOWN_OFFICE}), frozenset({Role.COUNTY_OFFICE})
OFFICE = TOWN | COUNTY
KEEPERS = DESK | OFFICE


class Move(NamedTuple):
    """One line: in these states these roles may do this; ``target`` is empty where the state stays as it is."""

    subject: str
    verb: str
    sources: tuple
    target: str
    roles: frozenset
    rule: str
    handling: bool = False

    @property
    def name(self) -> str:
        return NAMES[self.verb]


_P, _S, _E = Petition.Status, Suggestion.Status, Engagement.Status
_OPEN = Petition.OPEN
_UNDECIDED = (_P.RECEIVED, _P.ADMITTED)
_TO_JUDGE = (_P.FED_BACK,)
_S_HELD = (_S.ROUTED, _S.REPLIED, _S.JUDGED)


def _petition(verb, sources, target, roles, rule, **more):
    return Move("petition", verb, tuple(sources), target, frozenset(roles), rule, **more)


def _suggestion(verb, sources, target, roles, rule, **more):
    return Move("suggestion", verb, tuple(sources), target, frozenset(roles), rule, **more)


def _engagement(verb, sources, target, roles, rule, **more):
    return Move("engagement", verb, tuple(sources), target, frozenset(roles), rule, **more)


MOVES = (
    # Intake
    _petition("register", (NEW,), _P.RECEIVED, KEEPERS | DEPUTY, "D5-三a"),
    _petition("correct", _OPEN, STAYS, KEEPERS, "D5-三a"),
    _petition("attach", _OPEN, STAYS, KEEPERS | DEPUTY, "D3-六h"),
    _petition("merge", _UNDECIDED, _P.MERGED, KEEPERS, "D5-三b"),
    _petition("void", (_P.RECEIVED,), _P.VOID, KEEPERS, "D5-三a"),
    _petition("hand_over", _OPEN, STAYS, DESK, "D3-六h"),
    _petition("forward", _OPEN, STAYS, DEPUTY, "D1-3①e"),
    _petition("alarm", _OPEN, STAYS, KEEPERS | DEPUTY, "D3-六i"),
    _petition("name_complained", _OPEN, STAYS, KEEPERS, "D3-五a"),
    _petition("release", _OPEN, STAYS, COUNTY, "D3-五a"),
    # Screening
    _petition("admit", (_P.RECEIVED,), _P.ADMITTED, KEEPERS, "D3-五a"),
    _petition("decline", _UNDECIDED, _P.DECLINED, KEEPERS, "D3-五b"),
    _petition("answer", _UNDECIDED, _P.ANSWERED, KEEPERS, "D3-六a"),
    _petition("explain", _OPEN, STAYS, DEPUTY | DESK, "D5-四a"),
    # Routing, by level and remit
    _petition("escalate", (_P.ADMITTED, _P.RETURNED), _P.ESCALATED, TOWN, "D3-六c"),
    _petition("route", (_P.ADMITTED, _P.RETURNED), _P.ROUTED, TOWN, "D3-六b"),
    _petition("route", (_P.ADMITTED, _P.RETURNED, _P.ESCALATED), _P.ROUTED, COUNTY, "D3-六c"),
    _petition("add_unit", (_P.ROUTED,), STAYS, OFFICE, "D5-三c"),
    _petition("recall", (_P.ROUTED,), _P.RETURNED, OFFICE, "D3-六c"),
    _petition("drop_unit", (_P.ROUTED,), STAYS, OFFICE, "D5-三c"),
    # The unit
    _petition("accept", (_P.ROUTED,), STAYS, UNIT, "D3-七", handling=True),
    _petition("return", (_P.ROUTED,), _P.RETURNED, UNIT, "L2-23", handling=True),
    _petition("return_part", (_P.ROUTED,), STAYS, UNIT, "L2-23", handling=True),
    _petition("ask_time", (_P.ROUTED,), STAYS, UNIT, "L2-34", handling=True),
    _petition("extend", (_P.ROUTED,), STAYS, OFFICE, "L2-34"),
    _petition("refuse_time", (_P.ROUTED,), STAYS, OFFICE, "L2-34"),
    _petition("pause", (_P.ROUTED,), STAYS, OFFICE, "D3-七"),
    _petition("resume", (_P.ROUTED,), STAYS, OFFICE, "D3-七"),
    _petition("urge", (_P.ROUTED,), STAYS, OFFICE, "D3-七"),
    _petition("reply", (_P.ROUTED,), _P.REPLIED, UNIT | KEEPERS, "D3-七", handling=True),
    _petition("opinion", (_P.ROUTED, _P.REPLIED), STAYS, UNIT | KEEPERS, "D3-七", handling=True),
    _petition("give_link", (_P.ROUTED,), STAYS, OFFICE, "D5-三c"),
    _petition("end_link", _OPEN, STAYS, OFFICE, "D5-三c"),
    # Back to the person
    _petition("feed_back", (_P.REPLIED,), _P.FED_BACK, KEEPERS | DEPUTY, "D3-六f"),
    _petition("judge", _TO_JUDGE, _P.JUDGED, KEEPERS | DEPUTY | {VISITOR}, "D7-四4"),
    _petition("redo", _TO_JUDGE, _P.ROUTED, KEEPERS | DEPUTY | {VISITOR}, "D7-四4"),
    _petition("close", (_P.FED_BACK, _P.JUDGED), _P.CLOSED, KEEPERS, "D3-七", handling=True),
    _petition(
        "reopen",
        (_P.CLOSED, _P.ANSWERED, _P.DECLINED, _P.MERGED, _P.VOID),
        _P.ADMITTED,
        OFFICE | {Role.STATION_HEAD},
        "D7-四4",
        handling=True,
    ),
    # Suggestions: the deputy writes, the office keeps the register, the unit answers
    _suggestion("write", (NEW,), _S.DRAFT, DEPUTY, "D9-2二b"),
    _suggestion("rewrite", (_S.DRAFT,), STAYS, DEPUTY, "D9-2二b"),
    _suggestion("sign", (_S.DRAFT, _S.SUBMITTED), STAYS, DEPUTY, "D7-三3"),
    _suggestion("submit", (_S.DRAFT,), _S.SUBMITTED, DEPUTY, "D9-2二b"),
    _suggestion("withdraw", (_S.DRAFT, _S.SUBMITTED), _S.WITHDRAWN, DEPUTY, "D9-2二b"),
    _suggestion("send_back", (_S.SUBMITTED,), _S.DRAFT, OFFICE, "L1-51"),
    _suggestion("file", (_S.SUBMITTED,), _S.FILED, OFFICE, "L1-51"),
    _suggestion("route", (_S.FILED,), _S.ROUTED, OFFICE, "L1-51"),
    _suggestion("add_unit", (_S.ROUTED,), STAYS, OFFICE, "L1-51"),
    _suggestion("recall", (_S.ROUTED,), _S.FILED, OFFICE, "L1-51"),
    _suggestion("drop_unit", (_S.ROUTED,), STAYS, OFFICE, "L1-51"),
    _suggestion("accept", (_S.ROUTED,), STAYS, UNIT, "L1-51", handling=True),
    _suggestion("return", (_S.ROUTED,), _S.FILED, UNIT, "L1-51", handling=True),
    _suggestion("return_part", (_S.ROUTED,), STAYS, UNIT, "L1-51", handling=True),
    _suggestion("ask_time", (_S.ROUTED,), STAYS, UNIT, "L1-51", handling=True),
    _suggestion("extend", (_S.ROUTED,), STAYS, OFFICE, "L1-51"),
    _suggestion("refuse_time", (_S.ROUTED,), STAYS, OFFICE, "L1-51"),
    _suggestion("pause", (_S.ROUTED,), STAYS, OFFICE, "L1-51"),
    _suggestion("resume", (_S.ROUTED,), STAYS, OFFICE, "L1-51"),
    _suggestion("urge", (_S.ROUTED,), STAYS, OFFICE, "L1-51"),
    _suggestion("reply", (_S.ROUTED,), _S.REPLIED, UNIT | OFFICE, "L1-51", handling=True),
    _suggestion("opinion", (_S.ROUTED, _S.REPLIED), STAYS, UNIT | OFFICE, "L1-51", handling=True),
    _suggestion("give_link", (_S.ROUTED,), STAYS, OFFICE, "L1-51"),
    _suggestion("end_link", _S_HELD, STAYS, OFFICE, "L1-51"),
    _suggestion("judge", (_S.REPLIED,), _S.JUDGED, DEPUTY, "D7-四4"),
    _suggestion("redo", (_S.REPLIED,), _S.ROUTED, DEPUTY, "D7-四4"),
    _suggestion("close", (_S.REPLIED, _S.JUDGED), _S.CLOSED, OFFICE, "L1-51", handling=True),
    # Inspections, surveys and talks because of a matter
    _engagement("ask", (NEW,), _E.ASKED, DEPUTY, "D3-六d"),
    _engagement("agree", (_E.ASKED,), _E.AGREED, OFFICE, "D3-六d"),
    _engagement("refuse", (_E.ASKED,), _E.REFUSED, OFFICE, "D3-六d"),
    _engagement("delegate", (_E.ASKED, _E.AGREED), STAYS, DEPUTY, "D3-六g"),
    _engagement("hold", (_E.AGREED,), _E.HELD, DEPUTY | OFFICE, "D3-六d"),
    _engagement("withdraw", (_E.ASKED, _E.AGREED), _E.WITHDRAWN, DEPUTY, "D3-六d"),
)

NAMES = {
    "register": _("register"),
    "correct": _("correct"),
    "attach": _("add a file"),
    "merge": _("merge into another matter"),
    "void": _("declare void"),
    "hand_over": _("hand over to the deputy"),
    "forward": _("pass on"),
    "alarm": _("report as urgent"),
    "name_complained": _("say whom it complains about"),
    "release": _("release the person to the unit"),
    "admit": _("admit"),
    "decline": _("decline with guidance"),
    "answer": _("answer on the spot"),
    "explain": _("explain"),
    "escalate": _("report to the county"),
    "route": _("route"),
    "add_unit": _("add an assisting unit"),
    "recall": _("take back from the lead unit"),
    "drop_unit": _("take back from an assisting unit"),
    "accept": _("accept"),
    "return": _("return"),
    "return_part": _("return an assisting part"),
    "ask_time": _("ask for more time"),
    "extend": _("give more time"),
    "refuse_time": _("refuse more time"),
    "pause": _("stop the clock"),
    "resume": _("let the clock run again"),
    "urge": _("urge"),
    "reply": _("reply"),
    "opinion": _("give an assisting opinion"),
    "give_link": _("make a link for the unit"),
    "end_link": _("end the unit's link"),
    "feed_back": _("bring the outcome back"),
    "judge": _("judge"),
    "redo": _("send back for a second handling"),
    "close": _("close"),
    "reopen": _("reopen"),
    "write": _("write up"),
    "rewrite": _("rewrite"),
    "sign": _("sign jointly"),
    "submit": _("submit"),
    "withdraw": _("withdraw"),
    "send_back": _("send back to the deputy"),
    "file": _("put on file"),
    "ask": _("ask for it"),
    "agree": _("agree"),
    "refuse": _("refuse"),
    "delegate": _("send the liaison officer"),
    "hold": _("write down what came of it"),
}
"""What each verb is called on a button."""


_STEPS = {
    "register": _("registered"),
    "import": _("taken over from the office's earlier register"),
    "suggested": _("became part of a deputy's suggestion"),
    "pass_on": _("passed on at a change of term"),
}


def step_name(verb: str) -> str:
    """What a step is called on the timeline; a verb without a name stands for itself."""
    return _STEPS.get(verb) or NAMES.get(verb, verb)


def of(subject: str, verb: str) -> list[Move]:
    """The lines of one verb."""
    return [move for move in MOVES if move.subject == subject and move.verb == verb]


def roles_for(user, moves) -> frozenset:
    """The roles by which ``user`` may do this, whatever they are otherwise.

    None is the person whose matter it is, a ``Guest`` whoever holds a unit's link.
    """
    if user is None:
        return frozenset({VISITOR}) & _roles(moves)
    if isinstance(user, Guest):
        return frozenset({LINK}) & _roles(moves)
    barred = user.has_role(Role.DEPUTY)
    return _roles(move for move in moves if not (barred and move.handling))


def _roles(moves) -> frozenset:
    return frozenset().union(*(move.roles for move in moves))


def offered(subject: str, row, user) -> dict[str, Move]:
    """What ``user`` may do with a row as it stands, by the verb, as far as roles and state say; one line a verb.

    The row must be in the user's sight; whose desk it lies on and the like is said by the action itself.
    """
    found = {}
    for move in MOVES:
        fits = move.subject == subject and row.status in move.sources
        if fits and roles_for(user, [move]) and (user.is_superuser or user.has_role(*move.roles)):
            found[move.verb] = move
    return found
