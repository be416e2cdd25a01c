from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A notice belongs to the person it was written to, whatever anybody's role."""
        return self.filter(user_id=user.pk)

    def unread(self):
        return self.filter(read_at=None)


class Notice(models.Model):
    """One thing that one person is told, in the inbox of the system itself; the same key tells it once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=150)
    kind = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500)
    # The path of the page where it is dealt with.
    link = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_notice_a_key")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_of_a_user"),
            models.Index(fields=["user", "-id"], condition=Q(read_at=None), name="unread_notices"),
        ]

    def __str__(self):
        return self.text


class Outbox(models.Model):
    """One message that leaves the house, written in the transaction of the deed; see ``office.outbox``."""

    TRIES = 10
    """After so many the message stays as failed, until a person has it sent again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        WEBHOOK = "webhook", _("group message")

    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(pgettext_lazy("outgoing notice", "channel"), max_length=20, choices=Channel)
    # None: the channel leads to a room, not to a person. The address is read when it is sent.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("outgoing notice", "recipient"),
    )
    payload = models.JSONField(pgettext_lazy("outgoing notice", "message"))
    created_at = models.DateTimeField(_("written"))
    done_at = models.DateTimeField(_("sent"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("next try"))
    error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("outgoing notice")
        verbose_name_plural = _("notices sent out")
        ordering = ["-id"]
        indexes = [models.Index(fields=["next_at"], condition=Q(done_at=None), name="outbox_waiting")]

    def __str__(self):
        return f"{self.get_channel_display()} {self.pk}"

    @property
    def state(self) -> State:
        if self.done_at:
            return self.State.SENT
        return self.State.WAITING if self.tries < self.TRIES else self.State.FAILED
