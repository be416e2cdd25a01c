from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deputies.models import Deputy
from office.models import Jurisdiction, Rule
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


class Reception(models.Model):
    """One time at which deputies receive the public at a station: planned, announced, held."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="receptions", verbose_name=_("liaison station"))
    planned_on = models.DateField(_("date"))
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    deputies = models.ManyToManyField(
        Deputy, through="ReceptionDuty", related_name="receptions", verbose_name=_("deputies")
    )
    # Three days before: deputies confirmed, notice posted (D5-二a). The next working day: entries or a note (D5-三a).
    notice_due_on = models.DateField(_("notice due on"), null=True, blank=True, editable=False)
    notice_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    notice_posted_on = models.DateField(_("notice posted on"), null=True, blank=True)
    record_due_on = models.DateField(_("record due on"), null=True, blank=True, editable=False)
    record_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    held_on = models.DateField(_("held on"), null=True, blank=True)
    nobody_came = models.BooleanField(_("nobody came"), default=False)
    cancelled = models.BooleanField(_("cancelled"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reception")
        verbose_name_plural = _("receptions")
        ordering = ["-planned_on", "station"]
        constraints = [
            models.UniqueConstraint(fields=["station", "planned_on", "starts_at"], name="one_reception_at_a_time"),
            models.CheckConstraint(
                name="reception_ends_after_it_begins",
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]
        indexes = [models.Index(fields=["station", "held_on"], name="reception_by_station")]

    def __str__(self):
        return f"{self.planned_on:%Y-%m-%d} {self.station}"


class ReceptionDuty(models.Model):
    """One deputy's turn at one reception."""

    reception = models.ForeignKey(Reception, models.CASCADE, related_name="duties", verbose_name=_("reception"))
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="reception_duties", verbose_name=_("deputy"))
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    came = models.BooleanField(_("signed in"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn at a reception")
        verbose_name_plural = _("turns at receptions")
        ordering = ["reception", "id"]
        constraints = [models.UniqueConstraint(fields=["reception", "deputy"], name="one_turn_a_deputy")]

    def __str__(self):
        return str(self.deputy)
