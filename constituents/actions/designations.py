"""Which deputy a contact household belongs to (D1-3①a): handed over to another, or ended."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from constituents.models import Designation
from office import audit, watermarks


class NotDesignated(Exception):
    """The household cannot be handed over or ended like this; the text says why."""


@transaction.atomic
def hand_over(household, *, by, at, on, deputy) -> Designation:
    """From the day ``on`` the household is that of ``deputy``; whoever had it has it until the day before.

    Raises ``NotDesignated``.
    """
    now = _now(household)
    if now and now.deputy_id == deputy.pk:
        raise NotDesignated(_("It is this deputy's household already."))
    if now:
        _close(now, on)
    made = Designation.objects.create(household=household, deputy=deputy, since=on)
    _written(household, made, by=by, at=at, on=on, action="household.handed_over", deputy=deputy.pk)
    return made


@transaction.atomic
def end(household, *, by, at, on) -> Designation:
    """The day ``on`` is the last on which the household belongs to its deputy; raises ``NotDesignated``."""
    now = _now(household)
    if now is None:
        raise NotDesignated(_("No deputy has this household now."))
    if now.since and now.since > on:
        raise NotDesignated(_("It was named on %s, which is later.") % now.since)
    now.until = on
    now.save(update_fields=["until"])
    _written(household, now, by=by, at=at, on=on, action="household.ended", deputy=now.deputy_id)
    return now


def _now(household) -> Designation | None:
    return household.designations.select_for_update().filter(until=None).first()


def _close(designation, on):
    """End it on the day before; one that began on that day or later never was one."""
    last = on - timedelta(days=1)
    if designation.since and designation.since > last:
        raise NotDesignated(_("It was named on %s: hand it over on a later day.") % designation.since)
    designation.until = last
    designation.save(update_fields=["until"])


def _written(household, designation, *, by, at, on, action, deputy):
    watermarks.rewind(watermarks.SWEEP, to=on)
    detail = {"designation": designation.pk, "deputy": deputy, "on": on.isoformat()}
    audit.record(by=by, at=at, action=action, subject=household, detail=detail)
