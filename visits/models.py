from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from constituents.models import Household, Petition
from deputies.models import Deputy, DeputyGroup
from office.facts import FactQuerySet
from office.models import Jurisdiction, Rule
from office.scoping import ScopedQuerySet


class GroupActivity(models.Model):
    """One activity of one deputy group (D9-1a), which the group reports in writing afterwards (D9-3).

    Each deputy who took part has a contact of the kind "group activity" that belongs to it.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", _("visit to voters")
        FORUM = "forum", _("forum")
        INSPECTION = "inspection", _("inspection")
        SURVEY = "survey", _("survey")
        TRAINING = "training", _("training")
        OTHER = "other", _("other")

    group = models.ForeignKey(DeputyGroup, models.PROTECT, related_name="activities", verbose_name=_("deputy group"))
    happened_on = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.VISIT)
    place = models.CharField(_("place"), max_length=150, blank=True)
    content = models.TextField(_("what was done and heard"), max_length=4000)
    logged_at = models.DateTimeField(_("logged at"))
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("logged by"))
    imported = models.BooleanField(_("from a workbook"), default=False)
    report_due_on = models.DateField(_("report due on"), null=True, blank=True, editable=False)
    report_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("received by"),
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("group activity")
        verbose_name_plural = _("group activities")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "happened_on", "kind"], name="one_activity_of_a_kind_a_day"),
            models.CheckConstraint(
                name="report_comes_after_the_activity",
                condition=Q(reported_on__isnull=True) | Q(reported_on__gte=models.F("happened_on")),
                violation_error_message=_("The report lies before the activity."),
            ),
        ]
        indexes = [models.Index(fields=["group", "happened_on"], name="activity_by_group")]

    def __str__(self):
        return f"{self.happened_on:%Y-%m-%d} {self.group}"


class Meeting(models.Model):
    """One meeting that a congress office called: of the group leaders (D9-5), or another."""

    class Kind(models.TextChoices):
        GROUP_LEADERS = "group_leaders", _("meeting of the group leaders")
        OTHER = "other", _("other")

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="meetings", verbose_name=_("congress office")
    )
    happened_on = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.GROUP_LEADERS)
    place = models.CharField(_("place"), max_length=150, blank=True)
    content = models.TextField(_("what was discussed"), max_length=4000, blank=True)
    logged_at = models.DateTimeField(_("logged at"), editable=False)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, verbose_name=_("logged by")
    )
    imported = models.BooleanField(_("from a workbook"), default=False, editable=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "happened_on", "kind"], name="one_meeting_of_a_kind_a_day")
        ]

    def __str__(self):
        return f"{self.happened_on:%Y-%m-%d} {self.get_kind_display()}"


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
