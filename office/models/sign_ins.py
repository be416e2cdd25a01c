from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """One browser that somebody is signed in with, or a stranger's; without its row it ends at the next request."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField(_("signed in"))
    seen_at = models.DateTimeField(_("last seen"))
    idle_minutes = models.PositiveSmallIntegerField()
    ip = models.CharField(_("address"), max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls):
        from office.sessions import SessionStore

        return SessionStore

    @property
    def name(self) -> str:
        """What a page calls it by: who knows the key itself is signed in."""
        return salted_hmac("office.session", self.session_key, algorithm="sha256").hexdigest()[:20]

    def is_over(self, at) -> bool:
        """Whether it ended by itself: nobody did anything for too long, or it lasted a whole working day."""
        idle = timedelta(minutes=self.idle_minutes)
        return at >= self.seen_at + idle or at >= self.began_at + timedelta(seconds=settings.SESSION_COOKIE_AGE)


class PastPassword(models.Model):
    """A password that a person has or had, as its hash: when it was set, and that it is not taken again soon."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="past_passwords")
    hash = models.CharField(max_length=128)
    at = models.DateTimeField()


class RecoveryCode(models.Model):
    """One way in for a person whose second factor is lost; kept as a hash, good for one time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "hash"], name="one_recovery_code_of_a_kind")]
