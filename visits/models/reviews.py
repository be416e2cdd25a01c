from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deputies.models import Deputy
from office.scoping import ScopedQuerySet
from office.versions import Versioned
from visits.models.columns import person, together
from visits.models.contacts import Visit


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
    answered_by = person(_("answered by"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = person(_("ended by"))
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
                condition=together("answered_at", "answered_by", texts=["answer", "finding"]),
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
