"""Who is told of what happens at a place: the congress offices at it and above it."""

from django.db.models import F, Value

from office.models import User
from office.roles import STAFF


def offices(place, roles=STAFF):
    """Who works in the congress offices at and above a place: township and county (D3-六i)."""
    above = Value(place.path)
    here = {"assignments__role__in": roles, "whole__startswith": F("assignments__jurisdiction__path")}
    return User.objects.annotate(whole=above).filter(**here, is_active=True)
