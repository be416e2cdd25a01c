from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deputies.models import Deputy
from office import masking
from office.models import Jurisdiction
from office.scoping import ScopedQuerySet


class Household(models.Model):
    """One contact household (定点联系户)."""

    head = models.CharField(_("head of household"), max_length=50)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("township"))
    address = models.CharField(_("address"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    people = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    kind = models.CharField(_("kind of household"), max_length=30, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact household")
        verbose_name_plural = _("contact households")
        ordering = ["jurisdiction", "id"]
        indexes = [models.Index(fields=["head"], name="household_by_head")]

    def __str__(self):
        return masking.name(self.head)


class DatedQuerySet(ScopedQuerySet):
    def on(self, day):
        """What holds on a day; without a first day it holds until it ends."""
        return self.filter(Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day))

    def within(self, first, last):
        """What holds on some day of a period."""
        return self.filter(Q(since__isnull=True) | Q(since__lte=last), Q(until__isnull=True) | Q(until__gte=first))


class Designation(models.Model):
    """One household named by one deputy (D1-3①a), from a day to a day."""

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="designations", verbose_name=_("deputy"))
    household = models.ForeignKey(
        Household, models.CASCADE, related_name="designations", verbose_name=_("contact household")
    )
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("designation")
        verbose_name_plural = _("designations")
        ordering = ["deputy", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(until__isnull=True),
                name="one_deputy_at_a_time",
                violation_error_message=_("This household is already a contact household of a deputy."),
            ),
            models.CheckConstraint(
                name="designation_ends_after_it_begins",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self):
        return f"{self.deputy} – {self.household}"


class LiaisonVoter(models.Model):
    """One voter whom a deputy named as liaison voter (选民联络员, D8-三), from a day to a day."""

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="liaison_voters", verbose_name=_("deputy"))
    name = models.CharField(_("full name"), max_length=50)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=150, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("liaison voter")
        verbose_name_plural = _("liaison voters")
        ordering = ["deputy", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["deputy", "name", "phone"], condition=Q(until__isnull=True), name="a_liaison_voter_once"
            ),
            models.CheckConstraint(
                name="liaison_voter_ends_after_beginning",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=models.F("since")),
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self):
        return masking.name(self.name)
