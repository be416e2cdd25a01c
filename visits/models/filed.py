"""What is written here and filed with a congress office, which receives it or returns it (D9-3, D1-3a)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.uploads import PICTURES
from office.versions import Versioned
from visits.models.columns import person, together


class Filing(models.TextChoices):
    """How it stands with the office."""

    DRAFT = "draft", _("not filed yet")
    RETURNED = "returned", _("returned for correction")
    FILED = "filed", _("filed, not received yet")
    RECEIVED = "received", _("received by the office")


class Filed(Versioned):
    """The day on which it was filed is that on which it counts as come; what is returned has not come."""

    Filing = Filing

    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("received by"),
    )
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True, editable=False)
    filed_by = person(_("filed by"))
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True, editable=False)
    returned_by = person(_("returned by"))
    returned_reason = models.CharField(_("why it was returned"), max_length=500, blank=True, db_default="")

    class Meta:
        abstract = True

    @property
    def filing(self) -> Filing:
        if self.received_by_id or (self.reported_on and not self.filed_at):
            return Filing.RECEIVED
        if self.filed_at:
            return Filing.FILED
        return Filing.RETURNED if self.returned_at else Filing.DRAFT


def filing_checks(of: str = "") -> list[models.CheckConstraint]:
    """No half-filed row; ``of`` stands at the end of the names, which are one of a kind in a database."""
    not_come = Q(filed_at__isnull=True, received_by__isnull=True)
    told = {
        "who_files_a_record_is_known": together("filed_at", "filed_by"),
        "a_record_is_returned_with_a_reason": together("returned_at", "returned_by", texts=["returned_reason"]),
        "what_is_filed_or_received_is_reported": Q(reported_on__isnull=False) | not_come,
        "what_is_returned_is_not_filed": Q(returned_at__isnull=True) | not_come,
    }
    return [models.CheckConstraint(name=f"{name}{of}", condition=condition) for name, condition in told.items()]


class KeptFile(models.Model):
    """One file that belongs to a record, cleaned by its content (``office.uploads``)."""

    MOST = 20

    name = models.CharField(_("file name"), max_length=100)
    kind = models.CharField(_("kind of file"), max_length=10)
    size = models.PositiveIntegerField(_("size in bytes"))
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self):
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES
