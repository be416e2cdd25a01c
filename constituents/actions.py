"""What is done to petitions: each verb is one transaction, with its step and its line in the audit trail."""

from django.db import transaction

from constituents.models import Petition, PetitionEvent
from office import audit, numbering


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
    audit.record(by=by, at=at, action="petition.register", subject=petition, detail={"number": petition.number})
    return petition
