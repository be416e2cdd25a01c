"""How far a matter is, in the words of the person whose matter it is: seven stages, and nothing of anybody else."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models import Petition
from office import clock

_S = Petition.Status


class Stage(NamedTuple):
    """One stage on the way; without a day it was not reached, or passed by."""

    name: str
    on: date | None


_WAY = (
    (pgettext_lazy("stage", "registered"), ("register",)),
    (pgettext_lazy("stage", "admitted"), ("admit",)),
    (_("handed to a unit"), ("route", "redo")),
    (_("replied to"), ("reply",)),
    (_("brought back"), ("feed_back",)),
    (_("judged"), ("judge",)),
    (pgettext_lazy("stage", "closed"), ("close",)),
)
_REACHED = {
    _S.RECEIVED: 0,
    _S.ADMITTED: 1,
    _S.ESCALATED: 1,
    _S.RETURNED: 1,
    _S.ROUTED: 2,
    _S.REPLIED: 3,
    _S.FED_BACK: 4,
    _S.JUDGED: 5,
    _S.CLOSED: 6,
}
_ENDS = {
    _S.DECLINED: (_("declined with guidance"), "decline"),
    _S.ANSWERED: (_("answered on the spot"), "answer"),
    _S.MERGED: (_("dealt with together with an earlier one"), "merge"),
    _S.VOID: (_("entered by mistake"), "void"),
}


def stages(petition) -> list[Stage]:
    """The stages of a matter with the day on which each was last reached; what ended elsewhere has only two."""
    days = {verb: clock.local_date(at) for verb, at in petition.events.order_by("id").values_list("verb", "at")}
    first = Stage(_WAY[0][0], petition.received_on)
    if petition.status in _ENDS:
        name, verb = _ENDS[petition.status]
        return [first, Stage(name, days.get(verb))]
    reached = _REACHED[petition.status]
    return [first] + [
        Stage(name, max((days[verb] for verb in verbs if verb in days), default=None) if n <= reached else None)
        for n, (name, verbs) in enumerate(_WAY[1:], 1)
    ]


_NOW = {
    _S.RECEIVED: _("Your matter is registered. The station is looking at it."),
    _S.ADMITTED: _("Your matter is taken up. It is being decided who deals with it."),
    _S.ESCALATED: _("Your matter was reported to the county. It is being decided who deals with it."),
    _S.RETURNED: _("It is being decided anew who deals with your matter."),
    _S.ROUTED: _("The unit that is responsible deals with your matter."),
    _S.REPLIED: _("The unit has replied. The station will tell you the outcome."),
    _S.FED_BACK: _("You were told the outcome. Please say whether you are satisfied."),
    _S.JUDGED: _("You have said how satisfied you are. Thank you."),
    _S.CLOSED: _("Your matter is closed."),
    _S.DECLINED: _("Your matter could not be taken up here. Below stands who is responsible."),
    _S.ANSWERED: _("Your matter was answered on the spot."),
    _S.MERGED: _("Your matter goes on together with an earlier one about the same. The station tells you the outcome."),
    _S.VOID: _("This was entered by mistake and is not dealt with. Please ask the station."),
}
_AGAIN = _("You were not satisfied. The unit deals with your matter once more.")


def now(petition) -> str:
    """One sentence that says how the matter stands."""
    again = petition.status == _S.ROUTED and petition.satisfaction == Petition.Satisfaction.DISSATISFIED
    return _AGAIN if again else _NOW[petition.status]
