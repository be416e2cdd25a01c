"""Finding the record that a paper is filled from, in the sight of whoever asks."""

from django.db.models import QuerySet

from constituents import letters
from constituents.models import Household, Petition, Referral, Urging
from deputies.models import Deputy
from liaison_stations.models import Reception, Station
from office.scoping import ScopedQuerySet
from visits.models import GroupActivity, Visit

_REFERRAL = tuple(f"referral__{name}" for name in letters.READ)
_READ = {
    "petition": (Petition, ("station__jurisdiction__parent", "deputy", "registered_by", "decline_reason")),
    "referral": (Referral, letters.READ),
    "station": (Station, ("jurisdiction",)),
    "reception": (Reception, ("station__jurisdiction",)),
    "deputy": (Deputy, ("district", "term__jurisdiction")),
    "household": (Household, ("jurisdiction",)),
    "visit": (Visit, ("deputy__district", "household", "petition__station")),
    "activity": (GroupActivity, ("group__leader", "logged_by")),
}
KINDS = (*_READ, "urging")


def find(kind: str, pk: int, *, user=None):
    """The record, or None where there is none in the sight of ``user``; without a user everything is in sight."""
    return rows(kind, user).filter(pk=pk).first() if 0 < pk < 2**63 else None


def rows(kind: str, user=None) -> QuerySet:
    """The records of a kind, read with what their papers show."""
    if kind == "urging":
        held = _seen(Referral.objects.all(), user).order_by().values("pk")
        return Urging.objects.filter(referral__in=held).select_related("by", *_REFERRAL)
    model, read = _READ[kind]
    return _seen(model.objects.all(), user).select_related(*read)


def _seen(found: ScopedQuerySet, user) -> QuerySet:
    return found.visible_to(user) if user else found


def numbered(kind: str, text: str, *, user) -> list:
    """The petitions, or the latest referral of each, that carry a register number; at most two, as one is wanted."""
    petitions = Petition.objects.numbered(text)
    if kind == "petition":
        return list(rows(kind, user).filter(pk__in=petitions)[:2])
    held = rows("referral", user).filter(petition__in=petitions, recalled_on=None)
    return list(held.order_by("-pk")[:1])


def named(text: str, *, user) -> list[Deputy]:
    """The deputies of a name, at most two."""
    return list(rows("deputy", user).filter(name=text.strip())[:2])
