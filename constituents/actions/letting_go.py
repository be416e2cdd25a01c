"""How a unit loses what it holds."""

from constituents.models import Referral
from constituents.moving import step


def let_go(matter, referral, *, by, at, on, note):
    """Take a locked referral from its unit; with the lead the matter goes back to where it is routed from."""
    referral.recalled_on = on
    referral.changed("recalled_on")
    leads = referral.part == Referral.Part.LEAD
    if leads:
        let_assisting_go(matter, on=on)
    return step(matter, "recall" if leads else "drop_unit", by=by, at=at, note=note, referral=referral)


def let_assisting_go(matter, *, on):
    """Whoever assists a lead that has gone, or that has answered to the end, assists nobody any more."""
    for other in matter.referrals.filter(Referral.IN_HAND, part=Referral.Part.ASSISTING):
        other.recalled_on = on
        other.changed("recalled_on")
