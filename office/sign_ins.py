"""Signing in: who may, how often it may be tried, what is written down of it; and first passwords."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib import auth
from django.db import transaction
from django.utils.crypto import get_random_string
from django.views.decorators.debug import sensitive_variables

from office import attempts, audit, sessions
from office.models import Assignment, Jurisdiction, User
from office.roles import ADMINISTRATORS, Role

# Without the signs that look alike on paper; three groups of four can be read out and typed.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


# -- the password, and how often it may be tried


class WrongPassword(Exception):
    """This name and this password do not belong together, or nobody has this name, or they may not sign in."""


@dataclass
class Locked(Exception):
    """Tried too often: nothing is looked at before ``until``."""

    until: datetime


def _tiers(username, ip):
    """What is counted, and up to where: tries for a name from one address; for a name from anywhere, more of them, so
    that an outsider does not shut somebody out so easily; from one address for any name, more still, since a whole
    office may sit behind it."""
    limit, name = settings.SIGN_IN_TRIES, username.strip().casefold()
    return (
        (_kind_of(name), ip, limit),
        (_kind_of(name), "anywhere", 2 * limit),
        ("sign_in_address", ip, 20 * limit),
    )


def _kind_of(name) -> str:
    return "sign_in " + sha256(name.encode()).hexdigest()[:20]


def _within() -> timedelta:
    return timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)


@sensitive_variables("password")
def by_password(request, *, username, password, at) -> User:
    """The person with this name and password. Raises ``WrongPassword`` or ``Locked``; the same for a name that nobody
    has, and in the same time.

    Call it outside a transaction: a try counts whatever comes of it.
    """
    ip, tiers = attempts.client_ip(request), _tiers(username, attempts.client_ip(request))
    _admit(tiers, at)
    user = auth.authenticate(request, username=username, password=password)
    if user is None:
        _failed(username, tiers, ip, at)
        raise WrongPassword
    for kind, key, _limit in tiers[:2]:
        attempts.forget_key(kind, key)
    attempts.take_back(*tiers[2][:2], at=at)
    return user


def _admit(tiers, at):
    """Note a try in every tier; where one is full none of them counts, so that waiting helps."""
    full = [tier for tier in tiers if not attempts.admit(*tier[:2], at=at, limit=tier[2], within=_within())]
    if full:
        for kind, key, _limit in tiers:
            attempts.take_back(kind, key, at=at)
        raise Locked(_free_again(tiers, at) or at + _within())


def _free_again(tiers, at) -> datetime | None:
    found = [attempts.free_again(kind, key, limit=limit, within=_within()) for kind, key, limit in tiers]
    return max((until for until in found if until and until > at), default=None)


def _failed(username, tiers, ip, at):
    # A name that nobody has may be a password in the wrong field: it is written down nowhere.
    user = User.objects.filter(username=username).first() or User(pk=0)
    audit.record(by=None, at=at, action="sign_in.failed", subject=user, detail={"ip": ip})
    until = _free_again(tiers, at)
    if until:
        detail = {"ip": ip, "until": until.isoformat()}
        audit.record(by=None, at=at, action="sign_in.locked", subject=user, detail=detail)


def locked_until(user, *, at) -> datetime | None:
    """Until when this name is shut for everybody, or None."""
    return _free_again(_tiers(user.username, "")[1:2], at)


@transaction.atomic
def unlock(*, user, by, at) -> bool:
    """Forget the wrong tries for one name, from whatever address; whether there were any."""
    found = attempts.forget_kind(_kind_of(user.username.strip().casefold()))
    if found:
        audit.record(by=by, at=at, action="sign_in.unlocked", subject=user)
    return bool(found)


# -- in and out


def enter(request, user, *, at) -> None:
    """Sign a person in who has shown all that is asked of them; the oldest of too many sessions ends."""
    ip, agent = attempts.client_ip(request), request.headers.get("user-agent", "")
    auth.login(request, user)
    request.session.begin(user=user, ip=ip, agent=agent, at=at)
    request.session.save()
    sessions.keep_newest(user=user, own=request.session.session_key, at=at)
    detail = {"ip": ip, "device": sessions.device(agent)}
    audit.record(by=user, at=at, action="sign_in.succeeded", subject=user, detail=detail)


def stay(request) -> None:
    """Go on in this session under a password that has just been chosen; its key changes."""
    auth.update_session_auth_hash(request, request.user)


def leave(request, *, at) -> None:
    """Sign out whoever is signed in."""
    if request.user.is_authenticated:
        audit.record(by=request.user, at=at, action="sign_in.left", subject=request.user)
    auth.logout(request)


# -- sign-ins and passwords given out by the office


def roles_to_give(user) -> list[Role]:
    """The roles this person may give: an administrator's only where no other county is under the same roof."""
    everywhere = user.is_superuser or user.has_role(Role.SECURITY_ADMIN)
    if everywhere or Jurisdiction.objects.visible_to(user).count() == Jurisdiction.objects.count():
        return list(Role)
    return [role for role in Role if role not in ADMINISTRATORS]


@transaction.atomic
def new_password(*, user, by, at) -> str:
    """Give a person a password that nobody else knows; every session under the old one ends. It is kept nowhere, and
    the first thing asked of the person is another."""
    password = "-".join(get_random_string(4, _SIGNS) for _n in range(3))
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    sessions.end(user=user, by=by, at=at)
    audit.record(by=by, at=at, action="user.new_password", subject=user)
    return password


@transaction.atomic
def new_passwords(*, users, by, at) -> list[tuple[User, str]]:
    """``new_password`` for many people, all or none."""
    return [(user, new_password(user=user, by=by, at=at)) for user in users]


@transaction.atomic
@sensitive_variables("password")
def choose_password(*, user, password, at, session=None) -> None:
    """A person's own new password; every session but the one it is chosen in ends."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(by=user, at=at, action="user.password_changed", subject=user)
    sessions.end(user=user, by=user, at=at, but=session)


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
