"""First passwords: made by the office, shown once, changed by the person."""

from django.db import transaction
from django.utils.crypto import get_random_string

from office import audit
from office.models import Assignment, Jurisdiction, User
from office.roles import ADMINISTRATORS, Role

# Without the signs that look alike on paper.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10


def roles_to_give(user) -> list[Role]:
    """The roles this person may give: an administrator's only where no other county is under the same roof."""
    everywhere = user.is_superuser or user.has_role(Role.SECURITY_ADMIN)
    if everywhere or Jurisdiction.objects.visible_to(user).count() == Jurisdiction.objects.count():
        return list(Role)
    return [role for role in Role if role not in ADMINISTRATORS]


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
    """A new person with one role that needs no place, and the first password.

    It is empty where somebody else gives out passwords: then the person cannot sign in before that has been done.
    """
    user = User(username=username, name=name)
    user.set_unusable_password()
    user.save()
    Assignment.objects.create(user=user, role=role)
    audit.record(by=by, at=at, action="user.added", subject=user, detail={"role": role})
    return user, new_password(user=user, by=by, at=at) if by.gives_sign_ins() else ""
