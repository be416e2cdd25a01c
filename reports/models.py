from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from constituents.models import Petition, Referral
from deputies.models import Deputy, DeputyGroup
from liaison_stations.models import Reception, Station
from office.models import Jurisdiction, Rule
from office.scoping import ScopedQuerySet
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
