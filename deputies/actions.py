"""What the office does about deputies."""

from django.db import transaction
from django.utils.translation import gettext as _

from deputies.models import Deputy
from office import audit, sign_ins
from office.models import User
from office.roles import Role


class HasSignIn(Exception):
    """This deputy can sign in already."""


@transaction.atomic
def make_sign_in(*, deputy, by, at) -> tuple[User, str]:
    """Let a deputy sign in: a user with the role of a deputy, and the first password. Raises ``HasSignIn``.

    The sign-in name is the deputy's telephone number, which nobody has to learn, unless it is missing or taken.
    """
    deputy = Deputy.objects.select_for_update(of=("self",)).get(pk=deputy.pk)
    if deputy.user_id:
        raise HasSignIn(_("This deputy has a sign-in already."))
    user, password = sign_ins.make(username=_username(deputy), name=deputy.name, role=Role.DEPUTY, by=by, at=at)
    deputy.user = user
    deputy.save(update_fields=["user"])
    audit.record(by=by, at=at, action="deputy.sign_in_made", subject=deputy, detail={"user": user.pk})
    return user, password


@transaction.atomic
def make_sign_ins(*, deputies, by, at) -> list[tuple[User, str]]:
    """``make_sign_in`` for many; who has got one meanwhile is left out."""
    made = []
    for deputy in deputies:
        try:
            made.append(make_sign_in(deputy=deputy, by=by, at=at))
        except HasSignIn:
            continue
    return made


def _username(deputy) -> str:
    if deputy.phone.isdecimal() and not User.objects.filter(username=deputy.phone).exists():
        return deputy.phone
    return f"d{deputy.pk}"
