"""The office reminds those whose turn it is to bring an outcome back to the person (D3-六f)."""

from django.db import transaction
from django.utils.translation import gettext as _

from constituents import audiences
from constituents.models import Petition
from constituents.moves import OFFICE
from constituents.moving import CannotMove, NotTheirs, WrongState
from office import audit, clock
from office.models import AuditEvent

REMINDED = "petition.reminded"


@transaction.atomic
def remind(petition, *, by, at) -> Petition:
    """Tell the desk and the deputy once more that the unit has replied; once a day. Raises ``CannotMove``."""
    mine = Petition.objects.visible_to(by, roles=OFFICE).select_for_update(of=("self",)).select_related("station")
    petition = mine.filter(pk=petition.pk).first()
    if petition is None:
        raise NotTheirs(_("This is not among the matters of your office."))
    if petition.status != Petition.Status.REPLIED:
        raise WrongState(_("It does not wait to be brought back."))
    if _reminded_on(petition, clock.local_date(at)):
        raise CannotMove(_("They were reminded today already."))
    audit.record(by=by, at=at, action=REMINDED, subject=petition)
    text = _("%s: please bring the outcome back to the person (D3-六f).") % petition.number
    told = [audiences.desk(petition.station_id), audiences.deputy(petition.follower_id)]
    audiences.tell_of(petition, *told, verb=f"remind-{clock.local_date(at)}", text=text, at=at)
    return petition


def _reminded_on(petition, day) -> bool:
    rows = AuditEvent.objects.filter(subject_type="constituents.petition", subject_id=petition.pk, action=REMINDED)
    last = rows.order_by("-pk").first()
    return last is not None and clock.local_date(last.at) == day
