from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from constituents.models import Household, Petition
from deputies.models import Deputy
from office.scoping import ScopedQuerySet


class VisitQuerySet(ScopedQuerySet):
    def known(self, on):
        """Contacts that had happened by a day and were on record then; a workbook does not say when it was written."""
        on_record = Q(imported=True) | Q(logged_at__date__lte=on)
        return self.filter(on_record, happened_on__lte=on)

    def between(self, first, last):
        """Contacts that happened from ``first`` to ``last``, both included."""
        return self.filter(happened_on__gte=first, happened_on__lte=last)


class Visit(models.Model):
    """One contact of one deputy with voters, of whatever kind."""

    class Kind(models.TextChoices):
        HOME = "home", _("visit at home")
        VISIT = "visit", _("visit")
        PHONE = "phone", _("phone call")
        MET = "met", _("met elsewhere")
        ONLINE = "online", _("online")
        FORUM = "forum", _("forum")
        INSPECTION = "inspection", _("inspection")
        SURVEY = "survey", _("survey")
        REPORT = "report", _("report to voters")
        RECEPTION = "reception", _("reception")
        GROUP = "group", _("group activity")
        OTHER = "other", _("other")

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="visits", verbose_name=_("deputy"))
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("contact household"),
    )
    happened_on = models.DateField(_("date"))
    kind = models.CharField(_("way"), max_length=10, choices=Kind)
    # As it stands in the office's ledger; for a contact logged here, empty.
    kind_words = models.CharField(_("way in the ledger's words"), max_length=30, blank=True)
    met = models.CharField(_("who was met"), max_length=80, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    content = models.TextField(_("what was heard"), max_length=4000, blank=True)
    matter_raised = models.BooleanField(_("a matter was raised"), default=False)
    petition = models.ForeignKey(
        Petition, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("petition")
    )
    logged_at = models.DateTimeField(_("logged at"))
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("logged by"))
    imported = models.BooleanField(_("from a workbook"), default=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="somebody_was_met",
                condition=Q(household__isnull=False) | ~Q(met=""),
                violation_error_message=_("Say who was met."),
            ),
        ]
        indexes = [
            models.Index(fields=["deputy", "happened_on"], name="visit_by_deputy"),
            models.Index(fields=["household", "happened_on"], name="visit_by_household"),
        ]

    def __str__(self):
        return f"{self.happened_on:%Y-%m-%d} {self.deputy}"
