from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.models.places import Jurisdiction


class Regulation(models.Model):
    """One regulation text, whole."""

    class Kind(models.TextChoices):
        RULE_TEXT = "rule_text", _("rule text")
        DESCRIPTIVE = "descriptive", _("descriptive text")

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        SUPERSEDED = "superseded", _("superseded")
        DESCRIPTIVE = "descriptive", _("descriptive")

    key = models.CharField(_("key"), max_length=8, unique=True)
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.RULE_TEXT)
    level = models.CharField(_("level"), max_length=20)
    scope = models.CharField(_("scope"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("superseded by"))
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    effective_to = models.DateField(_("effective to"), null=True, blank=True)
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
    # Why no rule interprets it; a clause has either rules or this.
    text_only = models.CharField(_("why it stays text"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["regulation__key", "position"]

    def __str__(self):
        return self.key


class RuleSet(models.Model):
    """Rules that go together, since the texts contradict each other: county, town, street station or station."""

    key = models.CharField(_("key"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["id"]

    def __str__(self):
        return self.name


class Dated:
    """What is in force from a day to a day; without an end it lasts."""

    def holds_on(self, day) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    @property
    def span(self) -> str:
        """From when to when, in words."""
        words = {"first": self.effective_from.isoformat(), "last": self.effective_to and self.effective_to.isoformat()}
        return gettext("%(first)s to %(last)s") % words if self.effective_to else gettext("from %(first)s") % words


class RuleSetUse(Dated, models.Model):
    """One rule set applied to a level and an area, from a day to a day.

    The level is that of the congress whose deputies, groups and office owe the duties; a station's is that of the
    town or street where it lies. Without a level it is every level, without an area it is everywhere.
    """

    class Level(models.TextChoices):
        COUNTY = "county", _("county")
        TOWN = "town", _("township")
        STREET = "street", _("street")

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="uses", verbose_name=_("rule set"))
    level = models.CharField(_("level"), max_length=8, choices=Level, blank=True)
    area = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, verbose_name=_("area"))
    effective_from = models.DateField(_("effective from"))
    effective_to = models.DateField(_("effective to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("use of a rule set")
        verbose_name_plural = _("uses of rule sets")
        ordering = ["rule_set", "effective_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="use_ends_after_it_begins",
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=models.F("effective_from")),
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.rule_set} {self.effective_from}"

    def covers(self, *, path, level, on) -> bool:
        """Whether the set is in use for a congress (or a station's place) of this path and level on a day."""
        return (
            self.holds_on(on) and self.level in ("", level) and (self.area is None or path.startswith(self.area.path))
        )


class RuleQuerySet(models.QuerySet):
    def sweepable(self, on, measures):
        """The rules of these measures that have begun by ``on``, except those of a text that is not in force.

        A version that has ended stays among them: the flags it raised are still cleared by it.
        """
        in_force = {"clause__regulation__status": Regulation.Status.IN_FORCE}
        return self.filter(measure__in=list(measures), effective_from__lte=on, **in_force)

    def holding(self, on, measure):
        """The version of a measure's rule that is in force on a day, or None."""
        holds = models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=on)
        versions = self.sweepable(on, [measure]).filter(holds).select_related("clause__regulation")
        return versions.order_by("-effective_from").first()


class Rule(Dated, models.Model):
    """One dated reading of a clause that the system evaluates: the measure, its amounts, from when to when."""

    class Severity(models.TextChoices):
        AMBER = "amber", _("amber")
        RED = "red", _("red")

    class Kind(models.TextChoices):
        MEASURE = "measure", _("measure")
        CLOCK = "clock", _("deadline")
        WORKFLOW = "workflow", _("workflow step")
        FORM = "form", _("form or record")
        ACCESS = "access", _("access")

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="rules", verbose_name=_("clause"))
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="rules", verbose_name=_("rule set"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.MEASURE)
    name = models.CharField(_("name"), max_length=80)
    measure = models.CharField(_("measure"), max_length=40, blank=True)
    period = models.CharField(_("period"), max_length=16, blank=True)
    amounts = models.JSONField(_("amounts"), default=dict)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, blank=True)
    recipient = models.CharField(_("recipient"), max_length=60, blank=True)
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
            models.UniqueConstraint(
                fields=["clause", "measure", "rule_set", "effective_from"], name="one_version_a_day"
            ),
            models.CheckConstraint(
                name="rule_ends_after_it_begins",
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=models.F("effective_from")),
            ),
        ]

    def __str__(self):
        return f"{self.clause} {self.name}"
