"""Who is told of what happens to a matter. Whom it complains about is never among them."""

from django.db.models import F, Q, Value

from constituents.models import Complaint
from office.models import Notice, User
from office.notices import tell
from office.roles import STAFF, Role


def offices(place, roles=STAFF):
    """The congress offices at and above a place: township and county (D3-六i)."""
    here = {"assignments__role__in": roles}
    above = Value(place.path)
    at = User.objects.annotate(whole=above).filter(**here, whole__startswith=F("assignments__jurisdiction__path"))
    return at.filter(is_active=True)


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


def tell_of(petition, *audiences, verb, text, link, at, urgent=False, outside=""):
    """Tell these people of a matter, once a step; ``text`` and ``outside`` name the number, never the person."""
    users = _together(audiences).exclude(_complained(petition))
    key = _key(petition, verb, petition.version)
    tell(users, key=key, text=text, link=link, at=at, kind=verb, urgent=urgent, outside=outside or text)


def reached(petition, audience, *, verb) -> int:
    """How many of these people were told of this step of a matter, however often it was taken."""
    keys = [_key(petition, verb, version) for version in range(1, petition.version + 1)]
    told = Notice.objects.filter(user__in=audience.order_by().values("pk"), key__in=keys)
    return told.values("user").distinct().count()


def _key(petition, verb, version) -> str:
    return f"petition.{verb}:{petition.pk}:{version}"


def tell_of_suggestion(suggestion, *audiences, verb, text, link, at):
    """Tell these people of a suggestion, once a step."""
    key = f"suggestion.{verb}:{suggestion.pk}:{suggestion.version}"
    tell(_together(audiences), key=key, text=text, outside=text, link=link, at=at, kind=verb)


def _complained(petition) -> Q:
    about = Complaint.objects.filter(petition=petition)
    return Q(pk__in=about.exclude(person=None).values("person")) | Q(
        assignments__unit__in=about.exclude(unit=None).values("unit")
    )
