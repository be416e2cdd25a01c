from django.db import models
from django.utils.translation import gettext_lazy as _


class Regulation(models.Model):
    """One regulation text, whole."""

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        SUPERSEDED = "superseded", _("superseded")
        DESCRIPTIVE = "descriptive", _("descriptive")

    key = models.CharField(_("key"), max_length=8, unique=True)
    title = models.CharField(_("title"), max_length=120)
    level = models.CharField(_("level"), max_length=20)
    status = models.CharField(_("status"), max_length=12, choices=Status)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("superseded by"))
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("regulation")
        verbose_name_plural = _("regulations")
        ordering = ["key"]

    def __str__(self):
        return f"《{self.title}》"


class Clause(models.Model):
    """One checkable sentence of a regulation, under its citation key (D1-3①b)."""

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="clauses", verbose_name=_("regulation"))
    key = models.CharField(_("citation key"), max_length=20, unique=True)
    place = models.CharField(_("place in the text"), max_length=60, blank=True)
    quote = models.TextField(_("quote"))
    duty = models.CharField(_("duty"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["regulation__key", "position"]

    def __str__(self):
        return self.key


class RuleQuerySet(models.QuerySet):
    def sweepable(self, on, measures):
        """The rules of these measures that have begun by ``on``, except those of a text that is not in force.

        A version that has ended stays among them: the flags it raised are still cleared by it.
        """
        in_force = {"clause__regulation__status": Regulation.Status.IN_FORCE}
        return self.filter(measure__in=list(measures), effective_from__lte=on, **in_force)


class Rule(models.Model):
    """One dated reading of a clause that the system evaluates: the measure, its amounts, from when to when."""

    class Severity(models.TextChoices):
        AMBER = "amber", _("amber")
        RED = "red", _("red")

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="rules", verbose_name=_("clause"))
    name = models.CharField(_("name"), max_length=80)
    measure = models.CharField(_("measure"), max_length=40)
    period = models.CharField(_("period"), max_length=12, blank=True)
    amounts = models.JSONField(_("amounts"), default=dict)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    effective_from = models.DateField(_("effective from"))
    effective_to = models.DateField(_("effective to"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    edited = models.BooleanField(_("edited by the office"), default=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["clause__regulation__key", "clause__position", "effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["clause", "measure", "effective_from"], name="one_version_a_day"),
            models.CheckConstraint(
                name="rule_ends_after_it_begins",
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=models.F("effective_from")),
            ),
        ]

    def __str__(self):
        return f"{self.clause} {self.name}"

    def holds_on(self, day) -> bool:
        """Whether this version is the one in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
