"""First passwords: made by the office, shown once, changed by the person."""

from django.db import transaction
from django.utils.crypto import get_random_string

from office import audit
from office.models import Assignment, User

# Without the signs that look alike on paper.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10


@transaction.atomic
def new_password(*, user, by, at) -> str:
    """Give a person a password that nobody else knows; every session under the old one ends. It is kept nowhere."""
    password = get_random_string(_LENGTH, _SIGNS)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by=by, at=at, action="user.new_password", subject=user)
    return password


@transaction.atomic
def make(*, username, name, role, by, at) -> tuple[User, str]:
    """A new person with one role that needs no place, and the first password."""
    user = User.objects.create(username=username, name=name)
    Assignment.objects.create(user=user, role=role)
    audit.record(by=by, at=at, action="user.added", subject=user, detail={"role": role})
    return user, new_password(user=user, by=by, at=at)
