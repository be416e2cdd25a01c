from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from constituents.models import Petition, Referral
from deputies.models import Deputy, DeputyGroup
from liaison_stations.models import Reception, Station
from office.models import Jurisdiction, Rule
from office.scoping import ScopedQuerySet
from visits.models import GroupActivity

SUBJECTS = ("deputy", "group", "station", "reception", "petition", "referral", "activity", "office")
"""The flag's foreign keys: what a finding can be about."""


def _one_of(names) -> Q:
    """Exactly one of these columns is filled."""
    alone = Q()
    for name in names:
        alone |= Q(**{f"{other}__isnull": other != name for other in names})
    return alone


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

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="flags", verbose_name=_("rule"))
    rule_key = models.CharField(_("clause"), max_length=20)
    # Exactly one of these is what the flag is about.
    deputy = models.ForeignKey(
        Deputy, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("deputy")
    )
    group = models.ForeignKey(
        DeputyGroup, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("deputy group")
    )
    station = models.ForeignKey(
        Station, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("liaison station")
    )
    reception = models.ForeignKey(
        Reception, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("reception")
    )
    petition = models.ForeignKey(
        Petition, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("petition")
    )
    referral = models.ForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("referral")
    )
    activity = models.ForeignKey(
        GroupActivity, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("group activity")
    )
    office = models.ForeignKey(
        Jurisdiction,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="office_flags",
        verbose_name=_("congress office"),
    )
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("township"))
    period = models.CharField(_("period"), max_length=10, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Rule.Severity)
    # The first day of the period; a clock's is the day it began to run.
    starts_on = models.DateField(_("since"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    raised_on = models.DateField(_("raised on"))
    cleared_on = models.DateField(_("cleared on"), null=True, blank=True)
    cleared_why = models.CharField(_("why cleared"), max_length=10, choices=Why, blank=True)

    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("waived by")
    )
    waived_reason = models.CharField(_("why waived"), max_length=200, blank=True)
    urged_on = models.DateField(_("last urged on"), null=True, blank=True)
    urged_times = models.PositiveSmallIntegerField(_("times urged"), default=0)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["due_on", "id"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["rule_key", subject, "period"],
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
        indexes = [models.Index(fields=["due_on"], name="flag_open_by_due", condition=Q(cleared_on__isnull=True))]

    def __str__(self):
        return f"{self.rule_key} {self.period}"

    @property
    def about(self) -> tuple[str, int]:
        """What the flag is about: the name of the foreign key that is filled, and its value."""
        return next((name, pk) for name in SUBJECTS if (pk := getattr(self, f"{name}_id")) is not None)
