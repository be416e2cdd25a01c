from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deputies.models import Deputy, DeputyGroup
from office.facts import FactQuerySet
from office.models import Jurisdiction, Rule
from office.scoping import ScopedQuerySet
from visits.models.filed import Filed, KeptFile, filing_checks


class GroupActivity(Filed):
    """One activity of one deputy group (D9-1a), which the group reports in writing afterwards (D9-3).

    Each deputy who took part has a contact of the kind "group activity" that belongs to it. The day of the report is
    that on which the paper came, or on which the leader filed the record here; the office then receives or returns it.
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
    topic = models.CharField(_("topic"), max_length=120, blank=True, db_default="")
    place = models.CharField(_("place"), max_length=150, blank=True)
    content = models.TextField(_("what was done and heard"), max_length=4000)
    logged_at = models.DateTimeField(_("logged at"))
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("logged by"))
    imported = models.BooleanField(_("from a workbook"), default=False)
    report_due_on = models.DateField(_("report due on"), null=True, blank=True, editable=False)
    report_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
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
            *filing_checks(),
        ]
        indexes = [models.Index(fields=["group", "happened_on"], name="activity_by_group")]

    def __str__(self):
        return f"{self.happened_on:%Y-%m-%d} {self.group}"


class ActivityAbsence(models.Model):
    """One deputy of the group who was not at an activity; who was has a contact."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("on leave")
        ABSENT = "absent", _("absent")

    activity = models.ForeignKey(GroupActivity, models.CASCADE, related_name="absences", db_index=False)
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="missed_activities", verbose_name=_("deputy"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    reason = models.CharField(_("reason"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("deputy not present")
        verbose_name_plural = _("deputies not present")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["activity", "deputy"], name="absent_once_from_an_activity")]

    def __str__(self):
        return f"{self.deputy} {self.get_kind_display()}"


class ActivityFile(KeptFile):
    """One file that belongs to the record of a group activity: minutes, a signed sheet, a photo."""

    activity = models.ForeignKey(GroupActivity, models.CASCADE, related_name="files", verbose_name=_("group activity"))
    file = models.FileField(_("file"), upload_to="activities/", max_length=120)

    objects = ScopedQuerySet.as_manager()

    class Meta(KeptFile.Meta):
        verbose_name = _("file of a group activity")
        verbose_name_plural = _("files of group activities")


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
