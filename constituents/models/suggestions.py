from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models.petitions import Petition, Satisfaction, Step
from deputies.models import Deputy
from liaison_stations.models import StationPost
from office.models import Jurisdiction
from office.scoping import ScopedQuerySet
from office.versions import Versioned


class Suggestion(Versioned):
    """One suggestion that a deputy wrote up (D9-2二b, L1-51), from one or several matters or none."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        FILED = "filed", _("on file")
        ROUTED = "routed", _("routed")
        REPLIED = "replied", _("replied")
        JUDGED = "judged", _("judged by the deputy")
        CLOSED = "closed", _("closed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # It is with the office or a unit.
    OPEN = (Status.SUBMITTED, Status.FILED, Status.ROUTED, Status.REPLIED, Status.JUDGED)

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="suggestions", verbose_name=_("deputy"))
    # Passed on at a change of term; who wrote it stays who wrote it.
    followed_up_by = models.ForeignKey(
        Deputy,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="suggestions_followed_up",
        verbose_name=_("followed up by"),
    )
    # The place of the congress to which the deputy belongs; its office keeps the register.
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("congress office"))
    # Given when the office puts it on file.
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, editable=False)
    seq = models.PositiveIntegerField(_("number"), null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=100)
    grounds = models.TextField(_("grounds"), max_length=4000)
    proposal = models.TextField(_("what is suggested"), max_length=4000)
    sources = models.ManyToManyField(Petition, related_name="suggestions", blank=True, verbose_name=_("from matters"))
    # Wide or difficult: six months instead of three (L1-51).
    wide = models.BooleanField(_("wide or difficult"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    written_on = models.DateField(_("written on"))
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    attitude = models.CharField(_("satisfaction with the attitude"), max_length=12, choices=Satisfaction, blank=True)
    satisfaction = models.CharField(_("satisfaction"), max_length=12, choices=Satisfaction, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-written_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "year", "seq"], name="one_suggestion_of_a_number"),
            models.CheckConstraint(
                name="a_suggestion_on_file_has_its_number",
                condition=Q(status__in=("draft", "submitted", "withdrawn")) | Q(year__isnull=False, seq__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    @property
    def number(self) -> str:
        """The register number, empty until it is on file."""
        return f"建议〔{self.year}〕{self.seq:04d}" if self.seq else ""

    @property
    def office_place(self) -> Jurisdiction:
        """The place whose congress office deals with it."""
        return self.jurisdiction

    @property
    def follower_id(self) -> int:
        """The deputy who judges the reply: who wrote it, or to whom it passed at a change of term."""
        return self.followed_up_by_id or self.deputy_id

    def is_followed_by(self, user) -> bool:
        """Whether this person is that deputy."""
        return (self.followed_up_by or self.deputy).user_id == user.pk


class SuggestionEvent(Step):
    """One step in a suggestion's life."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="events")
    referral = models.ForeignKey("constituents.Referral", models.CASCADE, null=True, blank=True, related_name="+")

    class Meta(Step.Meta):
        verbose_name = _("suggestion step")
        verbose_name_plural = _("suggestion steps")

    def __str__(self):
        return f"{self.suggestion_id} {self.verb}"


class Signature(models.Model):
    """One deputy asked to sign a suggestion jointly; signed once they agreed."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="signatures")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="signatures", verbose_name=_("deputy"))
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("joint signature")
        verbose_name_plural = _("joint signatures")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["suggestion", "deputy"], name="a_deputy_signs_once")]

    def __str__(self):
        return str(self.deputy)


class Engagement(Versioned):
    """One thing a deputy asks for or is invited to because of a matter: inspection, survey, talk (D3-六d, 六e, 六g)."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("request for an inspection or survey with the deputy's card")
        PROPOSAL = "proposal", _("proposal that the congress inspect or survey")
        INVITATION = "invitation", _("invited to a talk, survey or coordination")

    class Status(models.TextChoices):
        ASKED = "asked", _("asked")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")
        HELD = "held", pgettext_lazy("inspection", "held")
        WITHDRAWN = "withdrawn", _("withdrawn")

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="engagements", verbose_name=_("deputy"))
    petition = models.ForeignKey(
        Petition, models.PROTECT, null=True, blank=True, related_name="engagements", verbose_name=_("petition")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.ASKED)
    asked_on = models.DateField(_("asked on"))
    about = models.TextField(_("about what, and why"), max_length=2000)
    place = models.CharField(_("place or unit"), max_length=150)
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    # The liaison officer whom the deputy sends instead (D3-六g).
    delegate = models.ForeignKey(
        StationPost, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("delegated officer")
    )
    answer = models.CharField(_("answer of the office"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    held_on = models.DateField(_("held on"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), max_length=2000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection, survey or talk")
        verbose_name_plural = _("inspections, surveys and talks")
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="an_engagement_held_has_its_day", condition=Q(status="held") ^ Q(held_on__isnull=True)
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.place}"


class EngagementEvent(Step):
    """One step of an inspection, survey or talk."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="events")

    class Meta(Step.Meta):
        verbose_name = _("step of an inspection")
        verbose_name_plural = _("steps of inspections")

    def __str__(self):
        return f"{self.engagement_id} {self.verb}"
