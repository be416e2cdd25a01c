"""How often something was tried, for pages that strangers may open. Counted in the database, so a restart forgets
nothing; kept under a hash, so that no table of addresses comes into being.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from office.models import Attempt

KEPT = timedelta(days=2)
"""How long a try is kept; no longer span can be asked for."""


def note(kind: str, key: str, at: datetime) -> None:
    """Write down one try of ``kind`` by or at ``key`` (an address, a code)."""
    Attempt.objects.create(kind=kind, key=_hashed(kind, key), at=at)


def too_many(kind: str, key: str, *, at: datetime, limit: int, within: timedelta) -> bool:
    """Whether ``limit`` tries or more were noted in the time ``within`` before ``at``."""
    return _noted(kind, key, at, within, limit) >= limit


def admit(kind: str, key: str, *, at: datetime, limit: int, within: timedelta) -> bool:
    """Note a try and say whether it is one of the first ``limit``: of many at once, no more than these pass.

    Asking first and noting then would let all of those in that ask at the same moment. Call it outside a transaction.
    """
    note(kind, key, at)
    return _noted(kind, key, at, within, limit + 1) <= limit


def take_back(kind: str, key: str, *, at: datetime) -> None:
    """Forget one try that was noted at this instant: it was none that counts."""
    mine = Attempt.objects.filter(kind=kind, key=_hashed(kind, key), at=at).order_by("-pk")
    Attempt.objects.filter(pk__in=mine.values_list("pk", flat=True)[:1]).delete()


def free_again(kind: str, key: str, *, limit: int, within: timedelta) -> datetime | None:
    """From when on ``admit`` lets one more pass, as far as is known now; None where fewer than ``limit`` were noted."""
    tries = Attempt.objects.filter(kind=kind, key=_hashed(kind, key)).order_by("-at")
    last = tries.values_list("at", flat=True)[limit - 1 : limit].first()
    return last and last + within


def forget_key(kind: str, key: str) -> None:
    """Forget every try of one key: whoever it was has shown that they may."""
    Attempt.objects.filter(kind=kind, key=_hashed(kind, key)).delete()


def forget_kind(kind: str) -> int:
    """Forget every try of one kind, whatever its key; how many there were."""
    return Attempt.objects.filter(kind=kind).delete()[0]


def _noted(kind, key, at, within, enough) -> int:
    """How many tries there were, counted up to ``enough``."""
    span = {"at__gt": at - within, "at__lte": at}
    return Attempt.objects.filter(kind=kind, key=_hashed(kind, key), **span)[:enough].count()


def forget(*, at: datetime) -> int:
    """Delete the tries that no question can reach any more."""
    return Attempt.objects.filter(at__lt=at - KEPT).delete()[0]


def _hashed(kind, key) -> str:
    return salted_hmac("office.attempts", f"{kind}:{key}", algorithm="sha256").hexdigest()


def client_ip(request) -> str:
    """The address of whoever asks. Behind ``TRUSTED_PROXIES`` proxies it is what the outermost of them wrote down.

    What stands further left in X-Forwarded-For was written by the asker and is worth nothing.
    """
    behind = settings.TRUSTED_PROXIES
    written = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return written[-behind] if 0 < behind <= len(written) else request.META["REMOTE_ADDR"]
