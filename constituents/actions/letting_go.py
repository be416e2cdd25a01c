"""How a unit loses what it holds."""

from constituents.models import Referral
from constituents.moving import step


def let_go(matter, referral, *, by, at, on, note):
    """Take a locked referral from its unit; with the lead the matter goes back to where it is routed from."""
    referral.recalled_on = on
    referral.changed("recalled_on")
    leads = referral.part == Referral.Part.LEAD
    return step(matter, "recall" if leads else "drop_unit", by=by, at=at, note=note, referral=referral)
