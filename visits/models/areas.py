from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deputies.models import DeputyGroup
from office.scoping import ScopedQuerySet
from visits.models.columns import person, together
from visits.models.filed import Filed, KeptFile, filing_checks


class AreaFiling(Filed):
    """What the convener of an area writes up of its contacts in a period, filed with the township congress (D1-3a).

    The convener is the leader of the deputy group. The figures are those of the records as they stood on the day of
    the filing, and stay.
    """

    group = models.ForeignKey(DeputyGroup, models.PROTECT, related_name="filings", verbose_name=_("deputy group"))
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    title = models.CharField(_("title"), max_length=120)
    content = models.TextField(_("written material"), max_length=8000)
    # Pairs of a key and a number; see visits.areas.FIGURES.
    figures = models.JSONField(_("figures as filed"), default=dict, blank=True, editable=False)
    written_at = models.DateTimeField(_("written at"), editable=False)
    written_by = person(_("written by"))
    received_on = models.DateField(_("received on"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("filing of an area")
        verbose_name_plural = _("filings of areas")
        ordering = ["-last", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "first", "last"], name="one_filing_of_an_area_a_period"),
            models.CheckConstraint(name="a_filing_ends_after_it_begins", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(
                name="a_filing_comes_after_its_period",
                condition=Q(reported_on__isnull=True) | Q(reported_on__gte=F("last")),
            ),
            models.CheckConstraint(
                name="who_receives_a_filing_is_known", condition=together("received_on", "received_by")
            ),
            models.CheckConstraint(
                name="only_a_filed_filing_is_received",
                condition=Q(received_by__isnull=True) | Q(filed_at__isnull=False),
            ),
            *filing_checks("_of_an_area"),
        ]

    def __str__(self):
        return self.title


class AreaFile(KeptFile):
    """One file that goes with the filing of an area: an annex, a photo, a signed sheet."""

    filing = models.ForeignKey(AreaFiling, models.CASCADE, related_name="files", verbose_name=_("filing of an area"))
    file = models.FileField(_("file"), upload_to="areas/", max_length=120)

    objects = ScopedQuerySet.as_manager()

    class Meta(KeptFile.Meta):
        verbose_name = _("file of a filing")
        verbose_name_plural = _("files of filings")
