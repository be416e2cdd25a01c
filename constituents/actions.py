"""What is done to petitions: each verb is one transaction, with its step and its line in the audit trail."""

from django.db import transaction
from django.utils.translation import gettext as _

from constituents.models import Extension, Petition, PetitionEvent, Referral
from office import audit, clocks, numbering
from office.deadlines import amount_in_words, reckon
from office.workdays import Calendar


class NotExtended(Exception):
    """The reply cannot be given more time; the text says why."""


@transaction.atomic
def register(
    *,
    by,
    at,
    on,
    station,
    visitor,
    situation,
    request,
    visitor_count=1,
    phone="",
    address="",
    channel=Petition.Channel.WALK_IN,
    category="",
    deputy=None,
    urgent=False,
) -> Petition:
    """Enter one matter in the station's register under the next number of the year of ``on`` (D5-三a).

    ``situation`` and ``request`` are the visitor's own words: what happened, and what is asked for. A matter that
    cannot be entered takes no number: the register has no gaps.
    """
    [seq] = numbering.take("petition", year=on.year, owner=station.pk)
    petition = Petition.objects.create(
        station=station,
        year=on.year,
        seq=seq,
        received_on=on,
        registered_at=at,
        registered_by=by,
        visitor=visitor,
        visitor_count=visitor_count,
        phone=phone,
        address=address,
        channel=channel,
        category=category,
        deputy=deputy,
        situation=situation,
        request=request,
        urgent=urgent,
    )
    PetitionEvent.objects.create(petition=petition, verb="register", at=at, by=by)
    # To the deputy who was not there (D3-六h), or by the deputy who heard it (D1-3①e).
    clock = "hand_over" if channel == Petition.Channel.WALK_IN else "forward"
    clocks.stamp(clock, on=on, among=[petition.pk])
    audit.record(by=by, at=at, action="petition.register", subject=petition, detail={"number": petition.number})
    return petition


@transaction.atomic
def extend(referral: Referral, *, by, at, on, amount: int, unit: str, reason: str) -> Extension:
    """Give a unit more time for its reply, counted from the day on which it was due so far (D3-七).

    Raises ``NotExtended``, or ``office.deadlines.Uncountable`` for an amount that is none.
    """
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if referral.replied_on:
        raise NotExtended(_("The reply has come already: there is nothing to extend."))
    if not referral.due_on:
        raise NotExtended(_("No reply is due here: enter the day by which it is due first."))
    was = referral.due_on
    due = reckon(was, amount, unit, calendar=Calendar.load()).due
    extension = Extension.objects.create(
        referral=referral, amount=amount, unit=unit, reason=reason, approved_by=by, approved_on=on
    )
    referral.due_on = due
    referral.save(update_fields=["due_on"])
    detail = {"fields": {"due_on": [was.isoformat(), due.isoformat()]}, "extended": amount_in_words(amount, unit)}
    audit.record(by=by, at=at, action="referral.extended", subject=referral, detail=detail)
    return extension
