"""The second factor: a six-digit code from an app on the person's phone, and recovery codes for when it is lost.

The codes are made from the time alone (TOTP): neither the phone nor the server needs a network for it.
"""

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from office import attempts, audit, qr, sessions
from office.models import RecoveryCode
from office.roles import ADMINISTRATORS, Role

CODES = 10
TRIES, WITHIN = 5, timedelta(minutes=30)
# Without the signs that look alike on paper.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(Exception):
    """This code does not hold: mistyped, too old, or used before."""


@dataclass
class TooManyCodes(Exception):
    """Too many wrong codes; nothing is looked at before ``until``."""

    until: datetime


def is_required(user) -> bool:
    """Whether this person must have one: see ``REQUIRE_SECOND_FACTOR``."""
    if settings.REQUIRE_SECOND_FACTOR == "administrators":
        return user.is_superuser or user.has_role(Role.COUNTY_OFFICE, *ADMINISTRATORS)
    return settings.REQUIRE_SECOND_FACTOR == "everybody"


def device_of(user) -> TOTPDevice | None:
    """The person's app, once it has proved itself."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def begin(user) -> TOTPDevice:
    """The key to be shown to an app; the same until the app has proved itself."""
    return TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})[0]


def picture(device) -> str:
    """The key as a QR code, drawn in the page."""
    return qr.picture(device.config_url)


def spelt(device) -> str:
    """The key in groups of four, for an app that cannot read the picture."""
    key = b32encode(device.bin_key).decode()
    return " ".join(key[n : n + 4] for n in range(0, len(key), 4))


@transaction.atomic
def confirm(*, user, code, at) -> list[str]:
    """The app shows the right code: from now on it is asked for. Returns the recovery codes, which nobody sees again.

    Raises ``WrongCode``.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not _fits(device, code):
        raise WrongCode
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    audit.record(by=user, at=at, action="user.second_factor_set", subject=user)
    return new_recovery_codes(user)


def new_recovery_codes(user) -> list[str]:
    """Ten fresh ones; those from before no longer hold."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["-".join("".join(secrets.choice(_SIGNS) for _n in range(5)) for _m in range(2)) for _k in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, hash=_hashed(user, code)) for code in codes)
    return codes


def check(*, user, code, at) -> None:
    """Let a code of the app or a recovery code pass, once. Raises ``WrongCode`` or ``TooManyCodes``.

    Call it outside a transaction: a try counts even if what follows fails.
    """
    if not attempts.admit("second_factor", str(user.pk), at=at, limit=TRIES, within=WITHIN):
        attempts.take_back("second_factor", str(user.pk), at=at)
        free = attempts.free_again("second_factor", str(user.pk), limit=TRIES, within=WITHIN)
        raise TooManyCodes(free or at + WITHIN)
    if not (_app_shows(user, code) or _is_recovery_code(user, code, at)):
        audit.record(by=None, at=at, action="sign_in.code_failed", subject=user)
        raise WrongCode
    attempts.forget_key("second_factor", str(user.pk))


@transaction.atomic
def _app_shows(user, code) -> bool:
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device is not None and _fits(device, code)


def _fits(device, code) -> bool:
    return device.verify_token("".join(code.split()))


def _is_recovery_code(user, code, at) -> bool:
    mine = RecoveryCode.objects.filter(user=user, used_at=None, hash=_hashed(user, code))
    used = mine.update(used_at=at)
    if used:
        audit.record(by=user, at=at, action="user.recovery_code_used", subject=user)
    return bool(used)


def _hashed(user, code) -> str:
    plain = "".join(code.lower().replace("-", "").split())
    return salted_hmac("office.recovery", f"{user.pk}:{plain}", algorithm="sha256").hexdigest()


@transaction.atomic
def reset(*, user, by, at) -> bool:
    """Take the second factor away, for a person whose phone is lost; every session ends. Whether there was one."""
    had = TOTPDevice.objects.filter(user=user, confirmed=True).exists()
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    attempts.forget_key("second_factor", str(user.pk))
    if had:
        audit.record(by=by, at=at, action="user.second_factor_reset", subject=user)
        sessions.end(user=user, by=by, at=at)
    return had
