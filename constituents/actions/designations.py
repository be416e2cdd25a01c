"""Which deputy a contact household belongs to (D1-3①a): handed over to another, that taken back, or ended."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from constituents.models import Designation
from deputies.models import Deputy
from office import audit, clock, watermarks
from office.models import AuditEvent

HANDED_OVER = "household.handed_over"
UNDONE_WITHIN = timedelta(days=1)


class NotDesignated(Exception):
    """The household cannot be handed over, taken back or ended like this; the text says why."""


@transaction.atomic
def hand_over(household, *, by, at, on, deputy) -> Designation:
    """From the day ``on`` the household is that of ``deputy``; whoever had it has it until the day before.

    Raises ``NotDesignated``.
    """
    watermarks.rewind(watermarks.SWEEP, to=on)
    if not Deputy.objects.in_office(on, on).filter(pk=deputy.pk).held():
        raise NotDesignated(_("Not in office on %(day)s: %(names)s.") % {"names": deputy, "day": on.isoformat()})
    now = _now(household)
    if now and now.deputy_id == deputy.pk:
        raise NotDesignated(_("It is this deputy's household already."))
    if now:
        _close(now, on)
    made = Designation.objects.create(household=household, deputy=deputy, since=on)
    _written(household, made, by=by, at=at, on=on, action=HANDED_OVER, deputy=deputy.pk)
    return made


@transaction.atomic
def undo_hand_over(household, *, by, at) -> Designation | None:
    """As if it had not been handed over in the last ``UNDONE_WITHIN``: whoever had it before has it again, or nobody.

    The trail keeps both. Raises ``NotDesignated``, also where the new deputy has been there meanwhile.
    """
    watermarks.judged_through(watermarks.SWEEP)
    now = _now(household)
    if now is None or not _was_handed_over(now, since=at - UNDONE_WITHIN):
        raise NotDesignated(_("It was not handed over within the last day."))
    if household.visits.filter(deputy=now.deputy_id, happened_on__gte=now.since).exists():
        raise NotDesignated(_("The new deputy has logged a contact there: hand it over instead."))
    before = household.designations.filter(until=now.since - timedelta(days=1)).first()
    today = clock.local_date(at)
    if before and not Deputy.objects.in_office(today, today).filter(pk=before.deputy_id).held():
        raise NotDesignated(_("The mandate of %s has ended.") % before.deputy)
    watermarks.rewind(watermarks.SWEEP, to=now.since)
    told = {"deputy": before and before.deputy_id, "on": now.since, "action": "household.hand_over_undone"}
    _written(household, now, by=by, at=at, **told)
    now.delete()  # it never was one
    if before:
        before.until = None
        before.save(update_fields=["until"])
    return before


def _was_handed_over(designation, *, since) -> bool:
    of_it = AuditEvent.objects.filter(
        subject_type=designation.household._meta.label_lower, subject_id=designation.household_id, action=HANDED_OVER
    )
    return of_it.filter(at__gte=since, detail__designation=designation.pk).exists()


@transaction.atomic
def end(household, *, by, at, on) -> Designation:
    """The day ``on`` is the last on which the household belongs to its deputy; raises ``NotDesignated``."""
    watermarks.judged_through(watermarks.SWEEP)
    now = _now(household)
    if now is None:
        raise NotDesignated(_("No deputy has this household now."))
    if now.since and now.since > on:
        raise NotDesignated(_("It was named on %s, which is later.") % now.since)
    watermarks.rewind(watermarks.SWEEP, to=on)
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
    detail = {"designation": designation.pk, "deputy": deputy, "on": on.isoformat()}
    audit.record(by=by, at=at, action=action, subject=household, detail=detail)
