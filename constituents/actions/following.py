"""Which deputy follows a matter up: asked while it is written, for a term may be changing at the same time."""

from django.utils.translation import gettext as _

from constituents.moving import CannotMove
from deputies.models import Deputy


def received(deputy, on) -> dict:
    """The columns of a matter that ``deputy`` received on a day; until the transaction ends their mandate stays.

    Whose mandate has ended since goes on with it in the one that followed. Raises ``CannotMove`` for somebody who
    was not in office on that day.
    """
    if deputy is None:
        return {"deputy": None, "followed_up_by": None}
    present = _present(deputy)
    if present is None and not Deputy.objects.in_office(on, on).filter(pk=deputy.pk).exists():
        told = {"day": on.isoformat(), "names": deputy}
        raise CannotMove(_("Not in office on %(day)s: %(names)s.") % told, "deputy")
    return {"deputy": deputy, "followed_up_by": present if present != deputy else None}


def again(petition) -> dict:
    """The column of who follows a matter up that is taken up again: who was elected again, in the present mandate."""
    follower = petition.followed_up_by or petition.deputy
    present = _present(follower) if follower else None
    return {"followed_up_by": present} if present and present != follower else {}


def _present(deputy) -> Deputy | None:
    """The mandate in which a deputy is in office now, held; None for who was not elected again."""
    [deputy] = Deputy.objects.filter(pk=deputy.pk).held()
    while deputy and deputy.has_ended:
        deputy = Deputy.objects.filter(succeeds=deputy).first()
    return deputy
