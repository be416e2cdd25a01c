from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models import Household, Petition
from deputies.models import Deputy, DeputyGroup
from office.facts import FactQuerySet
from office.models import Jurisdiction, Rule
from office.scoping import ScopedQuerySet
from office.uploads import PICTURES
from office.versions import Versioned


def _together(*names, texts=()) -> Q:
    """These columns, and these texts, are filled all or none of them."""
    none = Q(**{f"{name}__isnull": True for name in names}, **dict.fromkeys(texts, ""))
    every = Q(**{f"{name}__isnull": False for name in names})
    for text in texts:
        every &= ~Q(**{text: ""})
    return none | every


def _person(label):
    """Who did it; nobody looks for rows by it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
        verbose_name=label,
    )


class GroupActivity(Versioned):
    """One activity of one deputy group (D9-1a), which the group reports in writing afterwards (D9-3).

    Each deputy who took part has a contact of the kind "group activity" that belongs to it. The day of the report is
    that on which the paper came, or on which the leader filed the record here; the office then receives or returns it.
    """

    class Filing(models.TextChoices):
        """How the report stands with the office."""

        DRAFT = "draft", _("not filed yet")
        RETURNED = "returned", _("returned for correction")
        FILED = "filed", _("filed, not received yet")
        RECEIVED = "received", _("received by the office")

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
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("received by"),
    )
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True, editable=False)
    filed_by = _person(_("filed by"))
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True, editable=False)
    returned_by = _person(_("returned by"))
    returned_reason = models.CharField(_("why it was returned"), max_length=500, blank=True, db_default="")

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
            models.CheckConstraint(name="who_files_a_record_is_known", condition=_together("filed_at", "filed_by")),
            models.CheckConstraint(
                name="a_record_is_returned_with_a_reason",
                condition=_together("returned_at", "returned_by", texts=["returned_reason"]),
            ),
            models.CheckConstraint(
                name="what_is_filed_or_received_is_reported",
                condition=Q(reported_on__isnull=False) | Q(filed_at__isnull=True, received_by__isnull=True),
            ),
            models.CheckConstraint(
                name="what_is_returned_is_not_filed",
                condition=Q(returned_at__isnull=True) | Q(filed_at__isnull=True, received_by__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["group", "happened_on"], name="activity_by_group")]

    def __str__(self):
        return f"{self.happened_on:%Y-%m-%d} {self.group}"

    @property
    def filing(self) -> Filing:
        if self.received_by_id or (self.reported_on and not self.filed_at):
            return self.Filing.RECEIVED
        if self.filed_at:
            return self.Filing.FILED
        return self.Filing.RETURNED if self.returned_at else self.Filing.DRAFT


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


class ActivityFile(models.Model):
    """One file that belongs to the record of a group activity: minutes, a signed sheet, a photo."""

    MOST = 20

    activity = models.ForeignKey(GroupActivity, models.CASCADE, related_name="files", verbose_name=_("group activity"))
    name = models.CharField(_("file name"), max_length=100)
    file = models.FileField(_("file"), upload_to="activities/", max_length=120)
    kind = models.CharField(_("kind of file"), max_length=10)
    size = models.PositiveIntegerField(_("size in bytes"))
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a group activity")
        verbose_name_plural = _("files of group activities")
        ordering = ["id"]

    def __str__(self):
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES


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


class ReviewQuerySet(ScopedQuerySet):
    def standing(self):
        """What holds of a record now: it is confirmed, or a question about it is open."""
        return self.filter(status__in=Review.STANDING)

    def open(self):
        return self.filter(status__in=Review.OPEN)


class Review(Versioned):
    """What a group leader says of one record: it is confirmed, or there is a question for the deputy (D8-五a, D9-3).

    It changes no figure. A record has at most one that stands; those that ended stay as its history.
    """

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("review", "confirmed")
        ASKED = "asked", pgettext_lazy("review", "question asked")
        ANSWERED = "answered", pgettext_lazy("review", "answered, to be settled")
        SETTLED = "settled", pgettext_lazy("review", "settled")
        TAKEN_BACK = "taken_back", pgettext_lazy("review", "taken back")
        GONE = "gone", pgettext_lazy("review", "the record was withdrawn")

    OPEN = (Status.ASKED, Status.ANSWERED)
    STANDING = (Status.CONFIRMED, *OPEN)

    class Finding(models.TextChoices):
        RIGHT = "right", pgettext_lazy("review", "It was so")
        WRONG = "wrong", pgettext_lazy("review", "The record is wrong, please correct it")

    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="reviews", verbose_name=_("contact")
    )
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="reviews", verbose_name=_("deputy"))
    # The record in a few words, which stay when it is withdrawn.
    about = models.CharField(_("record"), max_length=200)
    status = models.CharField(_("state"), max_length=10, choices=Status)
    question = models.CharField(pgettext_lazy("review", "question"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("time"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    finding = models.CharField(_("what was found"), max_length=6, choices=Finding, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = _person(_("answered by"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = _person(_("ended by"))
    note = models.CharField(_("how it was settled"), max_length=300, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("review", "question about a record")
        verbose_name_plural = pgettext_lazy("review", "questions of the group leaders")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(status__in=("confirmed", "asked", "answered")),
                name="one_standing_review_a_record",
            ),
            models.CheckConstraint(
                name="a_question_is_put_in_words",
                condition=(Q(status="confirmed") & Q(question=""))
                | Q(status__in=("taken_back", "gone"))
                | (Q(status__in=("asked", "answered", "settled")) & ~Q(question="")),
            ),
            models.CheckConstraint(
                name="an_answer_to_a_question_is_whole",
                condition=_together("answered_at", "answered_by", texts=["answer", "finding"]),
            ),
            models.CheckConstraint(
                name="what_is_asked_is_not_answered",
                condition=(Q(status__in=("confirmed", "asked")) & Q(answered_at__isnull=True))
                | (Q(status="answered") & Q(answered_at__isnull=False))
                | Q(status__in=("settled", "taken_back", "gone")),
            ),
            models.CheckConstraint(
                name="a_review_that_ended_was_ended_by_somebody",
                condition=Q(status__in=("confirmed", "asked", "answered"), ended_at__isnull=True, ended_by__isnull=True)
                | Q(
                    status__in=("settled", "taken_back", "gone"),
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="a_standing_review_has_its_record",
                condition=Q(visit__isnull=False) | Q(status__in=("settled", "taken_back", "gone")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["deputy"], condition=Q(status__in=("asked", "answered")), name="open_question_by_deputy"
            )
        ]

    def __str__(self):
        return self.about

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN
