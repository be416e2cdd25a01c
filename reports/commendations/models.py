from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deputies.models import CongressSession, Deputy, DeputyGroup
from office.models import Jurisdiction
from office.scoping import ScopedQuerySet
from office.versions import Versioned
from visits.models.columns import person, together


class CommendationQuerySet(ScopedQuerySet):
    def awarded(self):
        """Those that a duty file tells: what was proposed and not awarded is the office's own affair."""
        return self.filter(state=Commendation.State.AWARDED)

    def standing(self):
        """Chosen for the year and not declined."""
        return self.exclude(state=Commendation.State.DECLINED)


class Commendation(Versioned):
    """One deputy or one group chosen for commendation in one year, and what became of it (D9-6).

    ``evidence`` is what the candidates' page said when they were chosen: each criterion with its figure, the amount
    asked, the clause, and where the records behind it stand. It changes no more.
    """

    class Kind(models.TextChoices):
        DEPUTY = "deputy", pgettext_lazy("commendation", "outstanding deputy")
        GROUP = "group", pgettext_lazy("commendation", "outstanding deputy group")
        OTHER = "other", pgettext_lazy("commendation", "other")

    class State(models.TextChoices):
        CANDIDATE = "candidate", pgettext_lazy("commendation", "candidate")
        PROPOSED = "proposed", pgettext_lazy("commendation", "proposed")
        DECLINED = "declined", pgettext_lazy("commendation", "declined")
        AWARDED = "awarded", pgettext_lazy("commendation", "awarded")

    OPEN = (State.CANDIDATE, State.PROPOSED)

    deputy = models.ForeignKey(
        Deputy, models.PROTECT, null=True, blank=True, related_name="commendations", verbose_name=_("deputy")
    )
    group = models.ForeignKey(
        DeputyGroup, models.PROTECT, null=True, blank=True, related_name="commendations", verbose_name=_("deputy group")
    )
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("jurisdiction"))
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.CANDIDATE)
    title = models.CharField(pgettext_lazy("commendation", "title of honour"), max_length=80, blank=True)
    by_whom = models.CharField(pgettext_lazy("commendation", "commended by"), max_length=80, blank=True)
    ground = models.CharField(pgettext_lazy("commendation", "on what ground"), max_length=500)
    evidence = models.JSONField(pgettext_lazy("commendation", "evidence"), default=list, blank=True)
    chosen_at = models.DateTimeField(_("time"))
    chosen_by = person(pgettext_lazy("commendation", "chosen by"))
    decided_at = models.DateTimeField(pgettext_lazy("commendation", "decided at"), null=True, blank=True)
    decided_by = person(pgettext_lazy("commendation", "decided by"))
    reason = models.CharField(pgettext_lazy("commendation", "why it was declined"), max_length=300, blank=True)
    # Awarded at a session of the congress (D9-6: 每年人代会上).
    session = models.ForeignKey(
        CongressSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commendations",
        verbose_name=_("congress session"),
    )
    awarded_on = models.DateField(pgettext_lazy("commendation", "awarded on"), null=True, blank=True)

    objects = CommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")
        ordering = ["-year", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                name="commended_is_a_deputy_or_a_group",
                condition=Q(deputy__isnull=False, group__isnull=True) | Q(deputy__isnull=True, group__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["deputy", "year", "kind"],
                condition=~Q(state="declined") & ~Q(kind="other"),
                name="a_deputy_is_commended_once_a_year",
            ),
            models.UniqueConstraint(
                fields=["group", "year", "kind"],
                condition=~Q(state="declined") & ~Q(kind="other"),
                name="a_group_is_commended_once_a_year",
            ),
            models.CheckConstraint(name="a_commendation_has_its_ground", condition=~Q(ground="")),
            models.CheckConstraint(
                name="declined_says_why_and_only_then",
                condition=(Q(state="declined") & ~Q(reason="")) | (~Q(state="declined") & Q(reason="")),
            ),
            models.CheckConstraint(
                name="awarded_has_its_session_and_day",
                condition=Q(state="awarded", session__isnull=False, awarded_on__isnull=False)
                | (~Q(state="awarded") & Q(session__isnull=True, awarded_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="decided_by_somebody_at_some_time",
                condition=together("decided_at", "decided_by"),
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
