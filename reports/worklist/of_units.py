"""What a handling unit has to do: take what was handed to it, or give it back, and reply in time."""

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models import ExtensionRequest, Referral, Urging
from constituents.moves import UNIT
from reports.worklist.source import OF_MATTER, Source

_TASKS = {"number": OF_MATTER, "about": "brief", "listed_at": ("constituents:tasks", "")}
_UNTAKEN = Q(accepted_on=None, receipt_due_on__isnull=False)


def _held(user):
    return Referral.objects.visible_to(user, roles=UNIT).filter(Referral.IN_HAND)


def _to_accept(user, on):
    return _held(user).filter(_UNTAKEN)


def _to_reply(user, on):
    """What the unit has taken, and what it has not taken but owes a reply to by now."""
    return _held(user).filter(~_UNTAKEN | Q(due_on__lt=on), paused_on=None)


def _answered(state):
    return Exists(ExtensionRequest.objects.filter(referral=OuterRef("pk"), state=state))


_HOW = Case(
    When(Exists(Urging.objects.filter(referral=OuterRef("pk"))), then=Value("urged")),
    When(_answered(ExtensionRequest.State.REFUSED), then=Value("refused")),
    When(Q(round=2), then=Value("again")),
    When(_answered(ExtensionRequest.State.GRANTED), then=Value("granted")),
    default=Value(""),
)

SOURCES = (
    Source(
        "accept",
        UNIT,
        _to_accept,
        text=_("Accept the matter, or return it with the reason"),
        clause="L2-23",
        rule="receipt_rule",
        due="receipt_due_on",
        link="constituents:task",
        button=pgettext_lazy("worklist", "Accept or return"),
        **_TASKS,
    ),
    Source(
        "reply",
        UNIT,
        _to_reply,
        text=_("Handle the matter, and reply in writing"),
        clause="D3-七",
        rule="due_rule",
        due="due_on",
        link="constituents:task_move",
        verb="reply",
        button=pgettext_lazy("worklist", "Reply"),
        says=_HOW,
        texts={
            "urged": _("The office urges you: reply in writing"),
            "refused": _("More time was refused: reply by the day that was set"),
            "granted": _("More time was given: reply by the new day"),
            "again": _("Handle the matter a second time, and reply in writing"),
        },
        **_TASKS,
    ),
)
