from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from deputies.models import Deputy
from office.models import Jurisdiction
from office.scoping import ScopedQuerySet


class Station(models.Model):
    """One liaison station (人大代表联络站) with the deputies who receive the public there."""

    name = models.CharField(_("name"), max_length=80)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("township"))
    # The number in front of the station's register numbers, given once and kept.
    number = models.PositiveSmallIntegerField(_("station number"))
    address = models.CharField(_("address"), max_length=120, blank=True)
    head = models.ForeignKey(
        Deputy, models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name=_("station head")
    )
    # A head who is no deputy of this congress stands here by name.
    head_name = models.CharField(_("station head's name"), max_length=50, blank=True)
    reception_hours = models.CharField(_("reception hours"), max_length=120, blank=True)
    deputies = models.ManyToManyField(Deputy, related_name="stations", blank=True, verbose_name=_("deputies"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("liaison station")
        verbose_name_plural = _("liaison stations")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "name"], name="one_station_of_a_name"),
            models.UniqueConstraint(fields=["number"], name="one_station_of_a_number"),
        ]

    def __str__(self):
        return self.name


class StationPost(models.Model):
    """One person who works at a station: a liaison officer, or the one who follows matters up (D5-一b)."""

    class Kind(models.TextChoices):
        OFFICER = "officer", _("liaison officer")
        TRACKER = "tracker", _("tracker")

    station = models.ForeignKey(Station, models.CASCADE, related_name="posts", verbose_name=_("liaison station"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OFFICER)
    name = models.CharField(_("full name"), max_length=50)
    job = models.CharField(_("post"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("sign-in"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("station post")
        verbose_name_plural = _("station posts")
        constraints = [
            models.UniqueConstraint(fields=["station", "kind", "name"], name="one_post_of_a_name_at_a_station")
        ]

    def __str__(self):
        return self.name
