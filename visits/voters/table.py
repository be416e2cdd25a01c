"""What can be done with a report to voters, by whom and when: one table."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.roles import STAFF, Role
from visits.models import VoterReport

DEPUTY = frozenset({Role.DEPUTY})
_S = VoterReport.Status


class Verb(NamedTuple):
    """One step: in which states, and the state after it; without one the state stays."""

    key: str
    name: str
    rule: str
    sources: tuple
    now: str
    roles: frozenset


VERBS = {
    verb.key: verb
    for verb in (
        Verb("hold", pgettext_lazy("verb", "Enter as held"), "D1-4", (_S.PLANNED,), _S.HELD, STAFF),
        Verb("tally", pgettext_lazy("verb", "Enter the tally"), "D6-b", (_S.HELD, _S.TALLIED), _S.TALLIED, STAFF),
        # The deputy gets the result in writing before it goes to the file.
        Verb("give", pgettext_lazy("verb", "Give the result to the deputy"), "D6-b", (_S.TALLIED,), _S.RETURNED, STAFF),
        Verb("file", pgettext_lazy("verb", "Put on file"), "D1-3b", (_S.RETURNED,), _S.FILED, STAFF),
        Verb("publish", pgettext_lazy("verb", "Publish the result"), "L1-58", (_S.FILED,), _S.PUBLISHED, STAFF),
        Verb("move", pgettext_lazy("verb", "Change day or place"), "D1-4", (_S.PLANNED,), "", STAFF | DEPUTY),
        Verb("cancel", pgettext_lazy("verb", "Cancel it"), "D1-4", (_S.PLANNED,), _S.CANCELLED, STAFF | DEPUTY),
        Verb("take_back", pgettext_lazy("verb", "Take the last step back"), "", VoterReport.HELD, "", STAFF),
    )
}
"""In the order in which they are taken; what takes something back stands last."""

WRITING = (_S.PLANNED, _S.HELD, _S.TALLIED)
"""As long as the result is not with the deputy, the text is written on."""
BACK = {
    _S.PUBLISHED: (_S.FILED, ("published",)),
    _S.FILED: (_S.RETURNED, ("filed",)),
    _S.RETURNED: (_S.TALLIED, ("returned",)),
    _S.TALLIED: (_S.HELD, ("tallied",)),
    _S.HELD: (_S.PLANNED, ("held",)),
}
"""The state before each, and the steps that are undone."""
DEEDS = {
    "report_planned": _("planned for a meeting with voters"),
    "report_held": _("reported to the voters"),
    "put_off": _("put off"),
    "text_written": _("text written"),
    "tallied": _("tallied"),
    "result_given": _("result given to the deputy"),
    "put_on_file": _("put on file"),
    "published": _("published"),
    "stepped_back": _("last step taken back"),
}
"""How the trail is read."""


def offered(report, user) -> list[Verb]:
    """What this person's roles may do with a report as it stands; whether it is theirs, ``visible_to`` says."""
    return [verb for verb in VERBS.values() if report.status in verb.sources and user.has_role(*verb.roles)]
