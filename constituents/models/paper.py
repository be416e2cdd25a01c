from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from liaison_stations.models import Station
from office.scoping import ScopedQuerySet


class PaperBatch(models.Model):
    """One time that matters were typed in from paper at a station (N5), with the scan of the sheets if there is one."""

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="paper_batches", verbose_name=_("liaison station")
    )
    entered_at = models.DateTimeField(_("typed in at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("typed in by")
    )
    # The scan holds several people's forms: only who keeps the register opens it.
    scan = models.FileField(_("scan"), upload_to="paper/", max_length=120, blank=True)
    name = models.CharField(_("file name"), max_length=100, blank=True)
    kind = models.CharField(_("kind of file"), max_length=80, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("matters from paper")
        verbose_name_plural = _("matters from paper")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.station} {self.entered_at:%Y-%m-%d}"
