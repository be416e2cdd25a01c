from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One line of the trail: who did what to which row, and when."""

    at = models.DateTimeField(_("time"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("user"))
    action = models.CharField(_("action"), max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    detail = models.JSONField(_("detail"), default=dict)
    # The signature of the line; see ``office.audit``.
    mac = models.CharField(max_length=64, blank=True, db_default="", editable=False)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"], name="audit_by_subject")]

    def __str__(self):
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class AuditSeal(models.Model):
    """A digest over some lines of the trail in their order, and over the seal before: see ``office.audit``."""

    at = models.DateTimeField()
    # The lines behind ``after_id`` up to ``last_id``.
    after_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    # The highest line there was at this moment: the next seal goes so far.
    seen_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    # The digest of the seal before, empty for the first: of two that seal at once, one is too late.
    before = models.CharField(max_length=64, blank=True, unique=True)
    digest = models.CharField(max_length=64)
    # Lines that bore no valid signature when they were sealed.
    bad = models.JSONField(default=list)


class Counter(models.Model):
    """The last number given in one register of one year; see ``office.numbering``."""

    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    owner = models.BigIntegerField()
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year", "owner"], name="one_counter_a_register")]


class Submission(models.Model):
    """One form as it was opened: sent twice, it still makes one row, and both senders see the same page."""

    key = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    result = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_result_a_form")]


class Watermark(models.Model):
    """Up to which local date a scheduled job has been done; a missed night is seen here."""

    job = models.CharField(max_length=40, unique=True)
    done_through = models.DateField()
    # Where it was set back to: what ended since then is looked at again when the job has caught up.
    again_from = models.DateField(null=True)


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A job and what came out of it belong to the person who started it, whatever their role."""
        return self.filter(user_id=user.pk)


class Job(models.Model):
    """One piece of long work that a person started: its state, how far it is, what came out."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("waiting for confirmation")
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("kind"), max_length=30)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("started by"))
    created_at = models.DateTimeField(_("started"))
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    cancel_asked = models.BooleanField(default=False)
    folder = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    message = models.TextField(_("message"), blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.kind} {self.pk}"
