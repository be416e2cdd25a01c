"""A contact is written down, or taken back: each in one transaction, with its line in the trail."""

from django.db import transaction
from django.utils.translation import gettext as _

from constituents.models import Designation
from deputies.models import Deputy
from office import audit, clock
from visits import rules
from visits.models import Visit


class CannotLog(Exception):
    """This contact may not be written down. The text is for the person; ``field`` is the input it is about."""

    field = None


class DayOutOfReach(CannotLog):
    field = "on"


class NotInOffice(CannotLog):
    field = "on"


class NotTheirHousehold(CannotLog):
    field = "on"


class NobodyMet(CannotLog):
    field = "met"


class TooLong(CannotLog):
    field = "content"


class CannotWithdraw(Exception):
    """This contact stays: it is not of today, not this person's, or a matter came of it."""


@transaction.atomic
def log_visit(*, by, deputy, at, on, kind, household=None, met="", place="", content="", matter_raised=False) -> Visit:
    """Write down one contact that ``deputy`` had on the day ``on`` (D1-3①b); raises a ``CannotLog``.

    ``at`` is the instant of writing. ``household`` must have been the deputy's own on that day (D1-3①a); without
    one, ``met`` says who was met.
    """
    _check_day(deputy, on, today=clock.local_date(at))
    _check_met(deputy, on, household, met)
    if len(content) > rules.CONTENT_LIMIT:
        raise TooLong(_("This text is too long: at most %d characters.") % rules.CONTENT_LIMIT)
    visit = Visit.objects.create(
        deputy=deputy,
        household=household,
        happened_on=on,
        kind=kind,
        met=met,
        place=place,
        content=content,
        matter_raised=matter_raised,
        logged_at=at,
        logged_by=by,
    )
    audit.record(by=by, at=at, action="visit.logged", subject=visit, detail=_gist(visit))
    return visit


@transaction.atomic
def withdraw_visit(visit_pk, *, by, at) -> None:
    """Take back a contact on the day it was logged; raises ``Visit.DoesNotExist`` or ``CannotWithdraw``."""
    visit = Visit.objects.visible_to(by).select_for_update(of=("self",)).get(pk=visit_pk)
    if not rules.may_withdraw(visit, by=by, on=clock.local_date(at)):
        raise CannotWithdraw(_("A contact can be withdrawn only on the day it was logged, by whoever logged it."))
    audit.record(by=by, at=at, action="visit.withdrawn", subject=visit, detail=_gist(visit))
    visit.delete()


def _check_day(deputy, on, today):
    if on > today:
        raise DayOutOfReach(_("This day has not come yet."))
    if on < rules.oldest_day(today):
        raise DayOutOfReach(_("This day is more than a year ago. Please ask the congress office to enter it."))
    # From that day to this one: who has left office writes nothing any more, not even about earlier days.
    if not Deputy.objects.in_office(on, today).filter(pk=deputy.pk).exists():
        raise NotInOffice(_("On this day you were not in office, or the mandate has ended since."))


def _check_met(deputy, on, household, met):
    if household is None:
        if not met:
            raise NobodyMet(_("Say who was met."))
    elif not Designation.objects.on(on).filter(deputy=deputy, household=household).exists():
        raise NotTheirHousehold(_("On this day %s was not one of your contact households.") % household)


def _gist(visit) -> dict:
    """What the trail keeps of a contact: who, when and how, not what was heard."""
    return {
        "deputy": visit.deputy_id,
        "household": visit.household_id,
        "happened_on": visit.happened_on.isoformat(),
        "kind": visit.kind,
    }
