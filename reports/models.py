from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from constituents.models import Referral
from deputies.models import Deputy
from office.models import Jurisdiction, Rule
from office.scoping import ScopedQuerySet


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

    rule = models.ForeignKey(Rule, models.PROTECT, verbose_name=_("rule"))
    rule_key = models.CharField(_("clause"), max_length=20)
    deputy = models.ForeignKey(
        Deputy, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("deputy")
    )
    referral = models.ForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name=_("referral")
    )
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("township"))
    period = models.CharField(_("period"), max_length=10, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Rule.Severity)
    due_on = models.DateField(_("due on"))
    raised_on = models.DateField(_("raised on"))
    cleared_on = models.DateField(_("cleared on"), null=True, blank=True)
    cleared_why = models.CharField(_("why cleared"), max_length=10, choices=Why, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_key", "deputy", "period"], condition=Q(deputy__isnull=False), name="one_flag_a_deputy"
            ),
            models.UniqueConstraint(
                fields=["rule_key", "referral", "period"],
                condition=Q(referral__isnull=False),
                name="one_flag_a_referral",
            ),
            models.CheckConstraint(
                name="a_flag_has_one_subject",
                condition=Q(deputy__isnull=False, referral__isnull=True)
                | Q(deputy__isnull=True, referral__isnull=False),
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
