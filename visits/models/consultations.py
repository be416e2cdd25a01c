from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deputies.models import Deputy
from office.models import Jurisdiction
from office.scoping import ScopedQuerySet


class Consultation(models.Model):
    """One topic on which deputies ask the public, ahead of what they are invited to (D8-四3).

    An opinion is a contact that belongs to the topic.
    """

    class Occasion(models.TextChoices):
        MEETING = "meeting", _("meeting to which deputies are invited")
        CHECK = "check", _("law enforcement check")
        SURVEY = "survey", _("survey of one subject")
        DRAFT = "draft", _("draft or work plan")

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="consultations", verbose_name=_("congress office")
    )
    topic = models.CharField(_("topic"), max_length=120)
    occasion = models.CharField(_("prepares for"), max_length=7, choices=Occasion, default=Occasion.MEETING)
    takes_place_on = models.DateField(_("takes place on"), null=True, blank=True)
    question = models.TextField(_("what is asked"), max_length=2000)
    until = models.DateField(_("opinions until"))
    asked = models.ManyToManyField(Deputy, related_name="consultations", verbose_name=_("deputies asked"))
    made_at = models.DateTimeField(_("made at"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-until", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "topic"],
                name="one_consultation_of_a_topic",
                violation_error_message=_("There is a consultation on this topic already."),
            ),
            models.CheckConstraint(
                name="opinions_come_before_what_they_prepare",
                condition=Q(takes_place_on__isnull=True) | Q(until__lte=F("takes_place_on")),
                violation_error_message=_("Opinions are wanted before what they prepare for."),
            ),
        ]

    def __str__(self):
        return self.topic
