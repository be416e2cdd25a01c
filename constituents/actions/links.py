"""A light link for a unit without an account (N14): given for one referral, ended at any time."""

from datetime import timedelta
from secrets import token_urlsafe

from django.db import transaction
from django.utils.translation import gettext as _

from constituents.actions.routing import claim_referral
from constituents.models import Referral, UnitLink
from constituents.models.links import hash_of
from constituents.moving import CannotMove, claim, step
from office.versions import lock

LONGEST = 366
"""Days for which a link is given at most."""
_BYTES = 32


@transaction.atomic
def give_link(referral, *, by, at, on, until, seen=None) -> tuple[UnitLink, str]:
    """Make the link of a referral, good until a day; the second part is its secret, which is kept nowhere.

    A new link ends the one before: of each referral one is good at most.
    """
    matter, referral = claim_referral(referral, "give_link", by=by, seen=seen)
    if not on <= until <= on + timedelta(days=LONGEST):
        raise CannotMove(_("A link is good from today on, for a year at most."), "until")
    referral.links.filter(ended_at=None).update(ended_at=at, ended_by=by)
    token = token_urlsafe(_BYTES)
    link = UnitLink.objects.create(referral=referral, token_hash=hash_of(token), until=until, made_at=at, made_by=by)
    note = _("%(unit)s, until %(day)s") % {"unit": referral.unit, "day": until}
    step(matter, "give_link", by=by, at=at, note=note, referral=referral, detail={"link": link.pk})
    return link, token


@transaction.atomic
def end_link(referral: Referral, *, by, at, seen=None) -> UnitLink:
    """End the link of a referral at once: from now on it opens nothing."""
    matter = claim(referral.matter, "end_link", by=by, seen=seen)
    try:
        link = lock(UnitLink.objects.visible_to(by), referral.links.get(ended_at=None).pk)
    except UnitLink.DoesNotExist:
        raise CannotMove(_("This unit has no link that could be ended.")) from None
    link.ended_at, link.ended_by = at, by
    link.save(update_fields=["ended_at", "ended_by"])
    step(matter, "end_link", by=by, at=at, note=str(referral.unit), referral=referral, detail={"link": link.pk})
    return link
