"""What the office does with flags: it reminds of them, waives them for a reason, and takes a waiver back."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from office import audit
from office.roles import STAFF
from reports.models import Flag

LONGEST_REASON = Flag._meta.get_field("waived_reason").max_length

_AT_ONCE = 10_000  # a statement takes only so many keys


class NoReason(Exception):
    """A waiver stands on a reason that can be read later."""


class Done(NamedTuple):
    """How many flags a verb changed, and how many of those it was given it left as they were."""

    changed: int
    left_alone: int


@transaction.atomic
def urge(flags, *, by, at, on) -> Done:
    """Remind of open flags (催办): the day and the number of reminders are kept; twice on one day counts once."""
    fresh = Flag.objects.open().filter(Q(urged_on__isnull=True) | Q(urged_on__lt=on))
    return _change(flags, fresh, "flag.urged", by, at, urged_on=on, urged_times=F("urged_times") + 1)


@transaction.atomic
def waive(flags, *, by, at, on, reason: str) -> Done:
    """Waive open flags: nothing more is asked, and who said so and why stays with each. NoReason without one."""
    reason = reason.strip()
    if not reason:
        raise NoReason(_("Say why nothing more is asked here."))
    if len(reason) > LONGEST_REASON:
        raise NoReason(_("The reason has at most %(most)d characters.") % {"most": LONGEST_REASON})
    waived = {"cleared_on": on, "cleared_why": Flag.Why.WAIVED, "waived_by": by, "waived_reason": reason}
    return _change(flags, Flag.objects.open(), "flag.waived", by, at, **waived)


@transaction.atomic
def unwaive(flags, *, by, at) -> Done:
    """Take waivers back: the flags are open again as if they had never been waived; the trail keeps both."""
    waived = Flag.objects.filter(cleared_why=Flag.Why.WAIVED)
    opened = {"cleared_on": None, "cleared_why": "", "waived_by": None, "waived_reason": ""}
    return _change(flags, waived, "flag.unwaived", by, at, **opened)


def _change(flags, changeable, action, by, at, **values) -> Done:
    """Change those of ``flags`` that lie in the person's own scope and are ``changeable``; a line of trail for each."""
    asked = flags.order_by().values("pk")
    rows = changeable.filter(pk__in=Flag.objects.visible_to(by, roles=STAFF).filter(pk__in=asked).values("pk"))
    keys = list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    given = flags.count()
    for start in range(0, len(keys), _AT_ONCE):
        Flag.objects.filter(pk__in=keys[start : start + _AT_ONCE]).update(**values)
    detail = {"reason": values["waived_reason"]} if values.get("waived_reason") else {}
    audit.record_all(by=by, at=at, action=action, model=Flag, keys=keys, detail=detail)
    return Done(len(keys), given - len(keys))
