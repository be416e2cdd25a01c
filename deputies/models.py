from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.models import Jurisdiction
from office.scoping import ScopedQuerySet


class Term(models.Model):
    """One term (届) of one congress."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("jurisdiction"))
    # Unknown when no roster's title has said it.
    ordinal = models.PositiveSmallIntegerField(_("ordinal"), null=True, blank=True)
    # Months before the ledger begins are not judged: the office has no record of them.
    records_since = models.DateField(_("records since"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = [models.F("ordinal").desc(nulls_last=True)]
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "ordinal"], name="one_term_of_a_number")]

    def __str__(self):
        return _("%(place)s term %(ordinal)s") % {"place": self.jurisdiction, "ordinal": self.ordinal or "–"}


class ElectoralDistrict(models.Model):
    """One electoral district (选区) of a term, electing one to three deputies."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="districts", verbose_name=_("term"))
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=60)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("township"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("electoral district")
        verbose_name_plural = _("electoral districts")
        ordering = ["term", "number", "name"]
        constraints = [models.UniqueConstraint(fields=["term", "name"], name="one_district_of_a_name")]

    def __str__(self):
        return self.name


class DeputyGroup(models.Model):
    """One deputy group (代表小组) with its leader."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="groups", verbose_name=_("term"))
    name = models.CharField(_("name"), max_length=60)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("jurisdiction"))
    leader = models.ForeignKey(
        "Deputy", models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("group leader")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy group")
        verbose_name_plural = _("deputy groups")
        ordering = ["term", "name"]
        constraints = [models.UniqueConstraint(fields=["term", "name"], name="one_group_of_a_name")]

    def __str__(self):
        return self.name


class DeputyQuerySet(ScopedQuerySet):
    def in_office(self, first, last):
        """Deputies in office on every day from ``first`` to ``last``: nobody owes a month that was not whole."""
        began = Q(joined_on__isnull=True) | Q(joined_on__lte=first)
        stays = Q(left_on__gt=last) | Q(left_on__isnull=True, end_reason="")
        return self.filter(began, stays)


class Deputy(models.Model):
    """One person's mandate in one term, with the days it began and ended."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="deputies", verbose_name=_("term"))
    district = models.ForeignKey(
        ElectoralDistrict, models.PROTECT, related_name="deputies", verbose_name=_("electoral district")
    )
    group = models.ForeignKey(
        DeputyGroup, models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("deputy group")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("sign-in")
    )
    name = models.CharField(_("full name"), max_length=50)
    sex = models.CharField(_("sex"), max_length=4, blank=True)
    nation = models.CharField(_("ethnic group"), max_length=20, blank=True)
    born = models.DateField(_("month of birth"), null=True, blank=True)
    party = models.CharField(_("political affiliation"), max_length=30, blank=True)
    education = models.CharField(_("education"), max_length=30, blank=True)
    job = models.CharField(_("work unit and post"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    joined_on = models.DateField(_("in office since"), null=True, blank=True)
    left_on = models.DateField(_("left office on"), null=True, blank=True)
    # Filled without left_on: the roster says that the mandate ended, but not when; then no month is owed.
    end_reason = models.CharField(_("why the mandate ended"), max_length=100, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["district__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="one_deputy_of_a_name_in_a_district"),
            models.CheckConstraint(
                name="deputy_leaves_after_joining",
                condition=Q(joined_on__isnull=True) | Q(left_on__isnull=True) | Q(left_on__gte=models.F("joined_on")),
                violation_error_message=_("The day of leaving lies before the day of joining."),
            ),
            models.CheckConstraint(
                name="an_end_has_a_reason",
                condition=Q(left_on__isnull=True) | ~Q(end_reason=""),
                violation_error_message=_("Say why the mandate ended."),
            ),
        ]
        indexes = [models.Index(fields=["name"], name="deputy_by_name")]

    def __str__(self):
        return self.name

    @property
    def has_ended(self) -> bool:
        return bool(self.end_reason)
