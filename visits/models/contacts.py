from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from constituents.models import Household, Petition
from deputies.models import Deputy
from office.facts import FactQuerySet
from office.scoping import ScopedQuerySet
from visits.models.activities import GroupActivity
from visits.models.consultations import Consultation


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

    # No index of their own: those below begin with them, and a narrower one would draw the planner to the rows.
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="visits", db_index=False, verbose_name=_("deputy"))
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        db_index=False,
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
    activity = models.ForeignKey(
        GroupActivity,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("group activity"),
    )
    # What was heard is an opinion on a topic on which deputies ask (D8-四3).
    consultation = models.ForeignKey(
        Consultation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name=_("consultation"),
    )
    logged_at = models.DateTimeField(_("logged at"))
    # By the phone's own clock, for a contact that waited on a phone; nothing is judged by it (see rules.is_late).
    written_at = models.DateTimeField(_("written on the phone at"), null=True, blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("logged by"))
    imported = models.BooleanField(_("from a workbook"), default=False)

    objects = FactQuerySet.as_manager()

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
            models.UniqueConstraint(
                fields=["activity", "deputy"], condition=Q(activity__isnull=False), name="one_part_in_an_activity"
            ),
            models.CheckConstraint(
                name="written_before_it_arrived",
                condition=Q(written_at__isnull=True) | Q(written_at__lte=F("logged_at")),
            ),
        ]
        indexes = [
            # All that a duty asks of a contact: it is answered from the index alone.
            models.Index(fields=["deputy", "happened_on", "kind", "logged_at", "imported"], name="visit_by_deputy"),
            models.Index(fields=["household", "happened_on"], name="visit_by_household"),
        ]

    def __str__(self):
        return f"{self.happened_on:%Y-%m-%d} {self.deputy}"


class VisitPhoto(models.Model):
    """One photo of one contact, drawn anew before it was kept (``office.uploads``)."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos", verbose_name=_("contact"))
    kind = models.CharField(_("kind of file"), max_length=4)
    file = models.FileField(_("file"), upload_to="visits/", max_length=120)
    thumbnail = models.FileField(_("small picture"), upload_to="visits/", max_length=120)
    # SHA-256 of what was sent: the same photo with two contacts is worth a question.
    digest = models.CharField(_("fingerprint"), max_length=64, db_index=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["id"]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"
