"""Who is told of what happens to a matter. Whom it complains about is never among them."""

from django.db.models import Q

from constituents.addresses import page_of, task_of
from constituents.models import Complaint
from constituents.moving import subject_of
from office.audiences import offices
from office.models import Notice, User
from office.notices import tell
from office.roles import Role

__all__ = ["deputy", "desk", "offices", "reached", "tell_of", "tell_unit", "unit"]


def unit(unit_pk):
    """Everybody who answers for a handling unit."""
    held = {"assignments__role": Role.HANDLING_UNIT, "assignments__unit": unit_pk}
    return User.objects.filter(**held, is_active=True)


def desk(station_pk):
    """The people at a station's desk."""
    return User.objects.filter(posts__station=station_pk, is_active=True)


def deputy(deputy_pk):
    """The deputy, where they can sign in."""
    return User.objects.filter(deputy__pk=deputy_pk, is_active=True)


def _together(audiences):
    reached = Q(pk__in=[])
    for audience in audiences:
        reached |= Q(pk__in=audience.order_by().values("pk"))
    return User.objects.filter(reached)


def tell_of(row, *audiences, verb, text, at, link="", urgent=False):
    """Tell these people of a step of a matter, a suggestion or an inspection, once each.

    ``text`` names the number, never the person: it also leaves the house. ``link`` is the page it leads to, as a rule
    that of the row.
    """
    users = _together(audiences)
    if subject_of(row) == "petition":
        users = users.exclude(_complained(row))
    key = _key(row, verb, row.version)
    tell(users, key=key, text=text, outside=text, link=link or page_of(row), at=at, kind=verb, urgent=urgent)


def tell_unit(matter, referral, *, verb, text, at):
    """Tell everybody of the unit that holds a referral; it leads to the unit's own page."""
    tell_of(matter, unit(referral.unit_id), verb=verb, text=text, at=at, link=task_of(referral))


def reached(petition, audience, *, verb) -> int:
    """How many of these people were told of this step of a matter, however often it was taken."""
    keys = [_key(petition, verb, version) for version in range(1, petition.version + 1)]
    told = Notice.objects.filter(user__in=audience.order_by().values("pk"), key__in=keys)
    return told.values("user").distinct().count()


def _key(row, verb, version) -> str:
    return f"{subject_of(row)}.{verb}:{row.pk}:{version}"


def _complained(petition) -> Q:
    about = Complaint.objects.filter(petition=petition)
    return Q(pk__in=about.exclude(person=None).values("person")) | Q(
        assignments__unit__in=about.exclude(unit=None).values("unit")
    )
