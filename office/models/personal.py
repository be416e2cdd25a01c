from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionPeriod(models.Model):
    """How long the office keeps one kind of personal data, where it differs from the catalogue."""

    key = models.CharField(_("kind of data"), max_length=20, unique=True)
    months = models.PositiveSmallIntegerField(_("kept for months"), validators=[MinValueValidator(1)])
    note = models.CharField(_("basis"), max_length=200)

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering = ["key"]

    def __str__(self):
        return self.key


class Hold(models.Model):
    """One record that must not be erased, because the law on archives or a case asks for it."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("record to be kept")
        verbose_name_plural = _("records to be kept")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="a_record_is_held_once")]

    def __str__(self):
        return f"{self.subject_type} {self.subject_id}"


class Erasure(models.Model):
    """The record that personal data of one row were erased: when, why, and by whom; never what stood there."""

    class Why(models.TextChoices):
        DUE = "due", _("retention period over")
        REQUEST = "request", _("the person asked for it")

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField(_("time"))
    # Empty where the system did it, because the time was over.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    why = models.CharField(_("why"), max_length=10, choices=Why)
    note = models.CharField(_("reason"), max_length=200, blank=True)
    files = models.PositiveSmallIntegerField(_("files deleted"), default=0)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures of personal data")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="a_record_is_erased_once")]

    def __str__(self):
        return f"{self.subject_type} {self.subject_id}"
