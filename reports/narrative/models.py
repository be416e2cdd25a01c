from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.models import Petition
from office.models import Jurisdiction
from office.scoping import ScopedQuerySet
from office.versions import Versioned
from visits.models import GroupActivity, Visit

ENDED_WELL = (Petition.Status.CLOSED, Petition.Status.ANSWERED)
"""A matter is told as a case when it stands so, and no longer when it is opened again."""


class TypicalCaseQuerySet(ScopedQuerySet):
    def told_of(self, subject, first_year: int, last_year: int, user=None):
        """The cases that the report of a subject tells, in the order in which they were picked.

        A petition and a contact go with their deputy, an activity with its group; a place tells all that is there.
        """
        mine = (
            Q(petition__in=subject.petitions(user))
            | Q(visit__deputy__in=subject.deputies(user))
            | Q(activity__group__in=subject.groups(user))
        )
        ended = Q(petition__isnull=True) | Q(petition__status__in=ENDED_WELL)
        return self.filter(mine, ended, year__range=(first_year, last_year)).order_by("year", "id")


class TypicalCase(Versioned):
    """One matter, contact or group activity that the office tells in the report of a year (D5-三b, D9-4)."""

    RECORDS = ("petition", "visit", "activity")

    year = models.PositiveSmallIntegerField(_("year of the report"))
    # Exactly one of these is what the case is about; a contact that is taken back takes its case along.
    petition = models.OneToOneField(
        Petition, models.CASCADE, null=True, blank=True, related_name="typical_case", verbose_name=_("petition")
    )
    visit = models.OneToOneField(
        Visit, models.CASCADE, null=True, blank=True, related_name="typical_case", verbose_name=_("contact")
    )
    activity = models.OneToOneField(
        GroupActivity,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="typical_case",
        verbose_name=_("group activity"),
    )
    # The place of the record: whose office picks it and takes it back.
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name=_("township"))
    title = models.CharField(pgettext_lazy("of a text", "title"), max_length=60)
    text = models.TextField(_("what happened and what came of it"), max_length=1500)
    picked_at = models.DateTimeField(_("picked at"))
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("picked by")
    )

    objects = TypicalCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("typical case")
        verbose_name_plural = _("typical cases")
        ordering = ["-year", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_case_is_about_one_record",
                condition=Q(petition__isnull=False, visit__isnull=True, activity__isnull=True)
                | Q(petition__isnull=True, visit__isnull=False, activity__isnull=True)
                | Q(petition__isnull=True, visit__isnull=True, activity__isnull=False),
                violation_error_message=_("Choose one record: a matter, a contact or a group activity."),
            ),
            models.CheckConstraint(name="a_case_has_its_words", condition=~Q(title="") & ~Q(text="")),
        ]

    def __str__(self):
        return self.title

    @property
    def record(self) -> Petition | Visit | GroupActivity:
        return self.petition or self.visit or self.activity


class ReportTemplate(models.Model):
    """One version of the office's own Word template for one kind of report; the built-in one is no row."""

    class Kind(models.TextChoices):
        COUNTY = "county", _("annual report of the county")
        TOWN = "town", _("annual report of a township")
        GROUP = "group", _("annual report of a deputy group")
        STATION = "station", _("annual report of a liaison station")
        DEPUTY = "deputy", _("annual report of a deputy")
        NOTICE = "notice", _("notice of a deputy for publication")

    kind = models.CharField(pgettext_lazy("template", "for"), max_length=8, choices=Kind)
    # Whose reports are written by it: those of the place and of all below it that have none of their own.
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name=_("congress office"))
    number = models.PositiveSmallIntegerField(pgettext_lazy("template", "version"))
    file = models.FileField(_("file"), upload_to="templates/", max_length=120)
    file_name = models.CharField(_("file name"), max_length=100)
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(pgettext_lazy("template", "in use"), default=False)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("report template")
        verbose_name_plural = _("report templates")
        ordering = ["kind", "jurisdiction", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "jurisdiction", "number"], name="one_template_of_a_version"),
            models.UniqueConstraint(
                fields=["kind", "jurisdiction"], condition=Q(active=True), name="one_template_in_use"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"
