from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models import Petition, Referral
from deputies.models import Deputy, DeputyGroup
from liaison_stations.models import Reception, Station
from office.models import Jurisdiction, Rule
from office.scoping import ScopedQuerySet
from office.versions import Versioned
from reports.commendations.models import Commendation  # noqa: F401 (a model of this app, in a module of its own)
from reports.narrative.models import ReportTemplate, TypicalCase  # noqa: F401 (as above)
from visits.models import GroupActivity, Visit

SUBJECTS = ("deputy", "group", "station", "reception", "petition", "referral", "activity", "office")
"""The flag's foreign keys: what a finding can be about."""


def _one_of(names) -> Q:
    """Exactly one of these columns is filled."""
    alone = Q()
    for name in names:
        alone |= Q(**{f"{other}__isnull": other != name for other in names})
    return alone


def _about(model, label, related_name="flags"):
    """One kind of subject. Its unique key begins with it, so it needs no index of its own."""
    return models.ForeignKey(
        model, models.CASCADE, null=True, blank=True, related_name=related_name, db_index=False, verbose_name=label
    )


class FlagQuerySet(ScopedQuerySet):
    def open(self):
        return self.filter(cleared_on__isnull=True)


class Flag(models.Model):
    """One finding: this rule, this subject, this period; raised once, cleared with the reason, never deleted.

    It stands in this app, above all facts, so that each kind of subject is a real foreign key.
    """

    class Why(models.TextChoices):
        SATISFIED = "satisfied", _("satisfied")
        LATE = "late", _("satisfied late")
        GONE = "gone", _("no longer applies")
        WAIVED = "waived", _("waived")

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="flags", db_index=False, verbose_name=_("rule"))
    rule_key = models.CharField(_("clause"), max_length=20)
    # Exactly one of these is what the flag is about.
    deputy = _about(Deputy, _("deputy"))
    group = _about(DeputyGroup, _("deputy group"))
    station = _about(Station, _("liaison station"))
    reception = _about(Reception, _("reception"))
    petition = _about(Petition, _("petition"))
    referral = _about(Referral, _("referral"))
    activity = _about(GroupActivity, _("group activity"))
    office = _about(Jurisdiction, _("congress office"), related_name="office_flags")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("township"))
    period = models.CharField(_("period"), max_length=10, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Rule.Severity)
    # The first day of the period; a clock's is the day it began to run.
    starts_on = models.DateField(_("since"))
    due_on = models.DateField(_("due on"))
    raised_on = models.DateField(_("raised on"))
    cleared_on = models.DateField(_("cleared on"), null=True, blank=True)
    cleared_why = models.CharField(_("why cleared"), max_length=10, choices=Why, blank=True, db_default="")
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("waived by"),
    )
    waived_reason = models.CharField(_("why waived"), max_length=200, blank=True, db_default="")
    urged_on = models.DateField(_("last urged on"), null=True, blank=True)
    urged_times = models.PositiveSmallIntegerField(_("times urged"), default=0, db_default=0)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["due_on", "id"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=[subject, "rule_key", "period"],
                    condition=Q(**{f"{subject}__isnull": False}),
                    name=f"one_flag_a_{subject}",
                )
                for subject in SUBJECTS
            ),
            models.CheckConstraint(name="a_flag_has_one_subject", condition=_one_of(SUBJECTS)),
            models.CheckConstraint(
                name="a_waiver_has_person_and_reason",
                condition=Q(waived_by__isnull=True, waived_reason="")
                | (Q(waived_by__isnull=False, cleared_why="waived") & ~Q(waived_reason="")),
            ),
            models.CheckConstraint(
                name="a_cleared_flag_says_why",
                condition=Q(cleared_on__isnull=True, cleared_why="")
                | (Q(cleared_on__isnull=False) & ~Q(cleared_why="")),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="flag_open_by_due", condition=Q(cleared_on__isnull=True)),
            models.Index(fields=["rule_key", "period"], name="flag_by_rule"),
        ]

    def __str__(self):
        return f"{self.rule_key} {self.period}"

    @property
    def about(self) -> tuple[str, int]:
        """What the flag is about: the name of the foreign key that is filled, and its value."""
        return next((name, pk) for name in SUBJECTS if (pk := getattr(self, f"{name}_id")) is not None)


class HintAnswerQuerySet(ScopedQuerySet):
    def standing(self):
        """Not taken back."""
        return self.filter(withdrawn_at__isnull=True)


class HintAnswer(models.Model):
    """The answer to one question about records, for the contacts it then rested on; it may be taken back.

    The question itself is no row: ``reports.hints.questions`` reads it from the contacts.
    """

    class Kind(models.TextChoices):
        MANY = "many", _("many written down at once")
        SAME = "same", _("the same text")
        PHOTO = "photo", _("the same photo")
        BEFORE = "before", _("before the household was named")
        NEVER = "never", _("household was never named")

    class Finding(models.TextChoices):
        PAPER = "paper", _("copied from paper")
        RIGHT = "right", _("it was so")
        CORRECTED = "corrected", _("record corrected")
        OTHER = "other", _("other, see the note")

    kind = models.CharField(_("question"), max_length=10, choices=Kind)
    visits = models.ManyToManyField(Visit, related_name="hint_answers", verbose_name=_("contacts"))
    # The town of the deputies who were asked about; of several towns, the place that holds them all.
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name=_("jurisdiction"))
    finding = models.CharField(_("answer"), max_length=10, choices=Finding)
    note = models.CharField(_("note"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    objects = HintAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("records to ask about")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="another_answer_is_explained",
                condition=~Q(finding="other") | ~Q(note=""),
                violation_error_message=_("Say in a few words what was found."),
            ),
            models.CheckConstraint(
                name="an_answer_is_taken_back_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.get_finding_display()}"


class ObjectionQuerySet(ScopedQuerySet):
    def open(self):
        """Those that wait for the office."""
        return self.filter(status__in=Objection.OPEN)


class Objection(Versioned):
    """A deputy says that something on record about them is not right, and the office answers (D8-五b).

    What it is about: a contact, a duty of a period, a figure of a year, or a contact that is missing. It changes
    nothing by itself: the office corrects the record in the ways there are.
    """

    class Kind(models.TextChoices):
        RECORD = "record", pgettext_lazy("objection", "a contact on record")
        DUTY = "duty", pgettext_lazy("objection", "a duty that is said to be missing")
        FIGURE = "figure", pgettext_lazy("objection", "a figure of the year")
        MISSING = "missing", pgettext_lazy("objection", "a contact that is missing")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("objection", "waits for the office")
        AGAIN = "again", pgettext_lazy("objection", "waits for the office again")
        ACCEPTED = "accepted", pgettext_lazy("objection", "accepted")
        REFUSED = "refused", pgettext_lazy("objection", "not accepted")
        WITHDRAWN = "withdrawn", pgettext_lazy("objection", "withdrawn")

    OPEN = (Status.OPEN, Status.AGAIN)

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="objections", verbose_name=_("deputy"))
    kind = models.CharField(_("what it is about"), max_length=8, choices=Kind)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.OPEN)
    # What it is about, in words that stay whatever becomes of the row.
    about = models.CharField(_("record"), max_length=200)
    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="objections", verbose_name=_("contact")
    )
    flag = models.ForeignKey(
        Flag, models.SET_NULL, null=True, blank=True, related_name="objections", verbose_name=_("flag")
    )
    # The clause of a duty, or the key of a figure, and its period.
    key = models.CharField(_("clause"), max_length=30, blank=True)
    period = models.CharField(_("period"), max_length=10, blank=True)
    # Of a contact that is missing: when, with whom, how.
    happened_on = models.DateField(_("date"), null=True, blank=True)
    met = models.CharField(_("who was met"), max_length=80, blank=True)
    way = models.CharField(_("way"), max_length=10, choices=Visit.Kind, blank=True)
    raised_at = models.DateTimeField(_("time"))
    file = models.FileField(_("file"), upload_to="objections/", max_length=120, blank=True)
    file_name = models.CharField(_("file name"), max_length=100, blank=True)
    file_kind = models.CharField(_("kind of file"), max_length=10, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("objection", "objection")
        verbose_name_plural = pgettext_lazy("objection", "objections of deputies")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(kind="record", status__in=("open", "again")),
                name="one_open_objection_to_a_record",
            ),
            models.UniqueConstraint(
                fields=["deputy", "kind", "key", "period"],
                condition=Q(kind__in=("duty", "figure"), status__in=("open", "again")),
                name="one_open_objection_to_a_duty_or_figure",
            ),
            models.CheckConstraint(
                name="an_objection_says_what_it_is_about",
                condition=Q(kind="record", key="", happened_on__isnull=True)
                | (Q(kind__in=("duty", "figure"), happened_on__isnull=True) & ~Q(key=""))
                | (Q(kind="missing", key="", happened_on__isnull=False) & ~Q(met="") & ~Q(way="")),
            ),
            models.CheckConstraint(
                name="a_file_of_an_objection_is_whole",
                condition=Q(file="", file_name="", file_kind="") | (~Q(file="") & ~Q(file_name="") & ~Q(file_kind="")),
            ),
        ]
        indexes = [
            models.Index(fields=["deputy"], condition=Q(status__in=("open", "again")), name="open_objection_by_deputy")
        ]

    def __str__(self):
        return self.about

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class ObjectionStep(models.Model):
    """One thing said about an objection: by the deputy, who may add once, or by the office, which answers."""

    class Verb(models.TextChoices):
        RAISED = "raised", pgettext_lazy("objection", "objected")
        ADDED = "added", pgettext_lazy("objection", "added")
        ACCEPTED = "accepted", pgettext_lazy("objection", "accepted")
        REFUSED = "refused", pgettext_lazy("objection", "not accepted")
        WITHDRAWN = "withdrawn", pgettext_lazy("objection", "withdrawn")
        REOPENED = "reopened", pgettext_lazy("objection", "answer taken back")

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=10, choices=Verb)
    text = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("objection", "step of an objection")
        verbose_name_plural = pgettext_lazy("objection", "steps of objections")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["objection", "verb"], condition=Q(verb__in=("raised", "added")), name="said_once_and_added_once"
            ),
            models.CheckConstraint(
                name="what_is_said_has_words",
                condition=Q(verb__in=("withdrawn", "reopened")) | ~Q(text=""),
            ),
        ]

    def __str__(self):
        return self.get_verb_display()


class ClosedYearQuerySet(ScopedQuerySet):
    def standing(self):
        """Closed and not opened again."""
        return self.filter(reopened_at__isnull=True)


class ClosedYear(models.Model):
    """One year of one county that was closed: since then its figures are those of its frozen reports.

    At most one stands for a county and a year; one that was opened again stays as history, with the reason.
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name=_("County"))
    year = models.PositiveSmallIntegerField(_("year"))
    # The day as of which it is counted, at the closing and at every recount.
    on = models.DateField(_("counted as of"))
    # Over the fingerprints of all its reports.
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    closed_at = models.DateTimeField(_("closed at"))
    # Empty where a command did it.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    reopened_at = models.DateTimeField(_("opened again at"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened again by"),
    )
    reopened_reason = models.CharField(_("why it was opened again"), max_length=300, blank=True)

    objects = ClosedYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed year")
        verbose_name_plural = _("closed years")
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year"], condition=Q(reopened_at__isnull=True), name="a_year_is_closed_once"
            ),
            models.CheckConstraint(
                name="a_year_is_opened_again_for_a_reason",
                condition=Q(reopened_at__isnull=True, reopened_by__isnull=True, reopened_reason="")
                | (Q(reopened_at__isnull=False) & ~Q(reopened_reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.jurisdiction} {self.year}"

    @property
    def is_standing(self) -> bool:
        return self.reopened_at is None


class FrozenReport(models.Model):
    """The annual duty report of one subject as it was when its year was closed: all of it, not only its figures."""

    closed = models.ForeignKey(ClosedYear, models.CASCADE, related_name="reports", verbose_name=_("closed year"))
    # ``county:CODE``, ``deputy:17``, as ``reports.subjects`` writes it.
    subject = models.CharField(_("subject"), max_length=30)
    name = models.CharField(_("name"), max_length=150)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    content = models.BinaryField(editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen report")
        verbose_name_plural = _("frozen reports")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["closed", "subject"], name="a_subject_is_frozen_once"),
        ]
        indexes = [models.Index(fields=["subject"], name="frozen_by_subject")]

    def __str__(self):
        return f"{self.subject} {self.name}"
