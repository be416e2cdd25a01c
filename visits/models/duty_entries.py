from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deputies.models import CongressSession, Deputy
from office.facts import FactQuerySet
from office.scoping import ScopedQuerySet
from office.versions import Versioned
from visits.models.columns import person, together
from visits.models.filed import KeptFile


class DutyPart(models.TextChoices):
    """The eight parts of a deputy's duty file (履职档案)."""

    BASICS = "basics", pgettext_lazy("duty file", "basics")
    MEETINGS = "meetings", pgettext_lazy("duty file", "meetings")
    SURVEYS = "surveys", pgettext_lazy("duty file", "inspections and surveys")
    TRAINING = "training", pgettext_lazy("duty file", "training")
    GROUP = "group", pgettext_lazy("duty file", "group activities")
    SUGGESTIONS = "suggestions", pgettext_lazy("duty file", "motions and suggestions")
    REPORTS = "reports", pgettext_lazy("duty file", "reports to voters")
    COMMENDATIONS = "commendations", pgettext_lazy("duty file", "commendations")


class DutyEntryQuerySet(FactQuerySet):
    def counted(self):
        """Those that stand in the duty file: entered by office or leader, or declared and confirmed (D8-五b)."""
        return self.filter(status=DutyEntry.Status.CONFIRMED)

    def waiting(self):
        """Declared, and not confirmed or refused yet."""
        return self.filter(status=DutyEntry.Status.DECLARED)


class DutyEntry(Versioned):
    """One thing that one deputy did or was given, and that no other record of the system holds (代表法 Art. 58).

    A session of the congress with the leave taken from it (Art. 13), a meeting to which the deputy was invited, a
    training, a commendation. Office and group leader enter it (D8-五a), or the deputy declares it and one of them
    confirms or refuses it (D8-五b).
    """

    class Kind(models.TextChoices):
        SESSION = "session", pgettext_lazy("duty entry", "congress session")
        STANDING = "standing", pgettext_lazy("duty entry", "invited to the standing committee or presidium")
        MEETING = "meeting", pgettext_lazy("duty entry", "other meeting")
        SURVEY = "survey", pgettext_lazy("duty entry", "inspection, survey or law enforcement check")
        TRAINING = "training", pgettext_lazy("duty entry", "training")
        AWARD = "award", pgettext_lazy("duty entry", "commendation or award")
        MEDIA = "media", pgettext_lazy("duty entry", "report in the media")
        OTHER = "other", pgettext_lazy("duty entry", "other")

    class Attendance(models.TextChoices):
        PRESENT = "present", pgettext_lazy("attendance", "present")
        LEAVE = "leave", _("on leave")
        ABSENT = "absent", _("absent")

    class Status(models.TextChoices):
        DECLARED = "declared", pgettext_lazy("duty entry", "declared, to be confirmed")
        CONFIRMED = "confirmed", pgettext_lazy("duty entry", "on file")
        REFUSED = "refused", pgettext_lazy("duty entry", "not accepted")

    PART_OF = {
        Kind.SESSION: DutyPart.MEETINGS,
        Kind.STANDING: DutyPart.MEETINGS,
        Kind.MEETING: DutyPart.MEETINGS,
        Kind.SURVEY: DutyPart.SURVEYS,
        Kind.TRAINING: DutyPart.TRAINING,
        Kind.AWARD: DutyPart.COMMENDATIONS,
        Kind.MEDIA: DutyPart.COMMENDATIONS,
    }
    """The part in which each kind stands; what is of another kind may stand in any."""
    ATTENDED = (Kind.SESSION, Kind.STANDING, Kind.MEETING, Kind.SURVEY, Kind.TRAINING)
    """The kinds of which it is said who was there."""

    # No index of its own: the one below begins with it.
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, related_name="duty_entries", db_index=False, verbose_name=_("deputy")
    )
    part = models.CharField(_("part of the duty file"), max_length=13, choices=DutyPart)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    session = models.ForeignKey(
        CongressSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duty_entries",
        verbose_name=_("congress session"),
    )
    happened_on = models.DateField(_("date"))
    until = models.DateField(_("last day"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=120)
    place = models.CharField(_("place"), max_length=150, blank=True)
    # What the deputy was there, or what came of it: group convener, spoke on the budget, 优秀代表.
    role = models.CharField(_("role or result"), max_length=120, blank=True)
    attendance = models.CharField(_("attendance"), max_length=7, choices=Attendance, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    status = models.CharField(_("state"), max_length=9, choices=Status)
    declared = models.BooleanField(_("declared by the deputy"), default=False)
    logged_at = models.DateTimeField(_("logged at"))
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("logged by")
    )
    imported = models.BooleanField(_("from a workbook"), default=False)
    decided_at = models.DateTimeField(_("confirmed or refused at"), null=True, blank=True)
    decided_by = person(_("confirmed or refused by"))
    reason = models.CharField(_("why it was not accepted"), max_length=300, blank=True)

    objects = DutyEntryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("duty entry", "entry of a duty file")
        verbose_name_plural = pgettext_lazy("duty entry", "entries of the duty files")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["deputy", "part", "happened_on", "title"],
                condition=~Q(status="refused"),
                name="one_duty_entry_of_a_title_a_day",
                violation_error_message=_("This is on file already."),
            ),
            models.CheckConstraint(
                name="a_duty_entry_stands_in_the_part_of_its_kind",
                condition=Q(kind__in=("session", "standing", "meeting"), part="meetings")
                | Q(kind="survey", part="surveys")
                | Q(kind="training", part="training")
                | Q(kind__in=("award", "media"), part="commendations")
                | Q(kind="other"),
            ),
            models.CheckConstraint(
                name="an_entry_of_a_session_names_it",
                condition=Q(kind="session", session__isnull=False) | (~Q(kind="session") & Q(session__isnull=True)),
            ),
            models.CheckConstraint(
                name="whoever_was_called_was_there_or_not",
                condition=(Q(kind__in=("session", "standing", "meeting", "survey", "training")) & ~Q(attendance=""))
                | Q(kind__in=("award", "media"), attendance="")
                | Q(kind="other"),
            ),
            models.CheckConstraint(
                name="a_duty_entry_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("happened_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(name="a_duty_entry_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="who_confirms_a_duty_entry_is_known", condition=together("decided_at", "decided_by")
            ),
            models.CheckConstraint(
                name="what_is_declared_is_confirmed_or_refused",
                condition=Q(declared=False, status="confirmed", decided_at__isnull=True)
                | Q(declared=True, status="declared", decided_at__isnull=True)
                | Q(declared=True, status__in=("confirmed", "refused"), decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_duty_entry_says_why",
                condition=(Q(status="refused") & ~Q(reason="")) | (~Q(status="refused") & Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["deputy", "happened_on"], name="duty_entry_by_deputy"),
            models.Index(fields=["deputy"], condition=Q(status="declared"), name="duty_entry_waiting"),
        ]

    def __str__(self):
        return f"{self.happened_on:%Y-%m-%d} {self.title}"

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.DECLARED


class DutyFile(KeptFile):
    """One file that shows an entry of a duty file: a certificate, a sign-in sheet, a notice.

    A sheet that was entered for many at once is one stored file with a row for each of them.
    """

    MOST = 10

    entry = models.ForeignKey(
        DutyEntry, models.CASCADE, related_name="files", verbose_name=pgettext_lazy("duty entry", "entry")
    )
    file = models.FileField(_("file"), upload_to="duty/", max_length=120)

    objects = ScopedQuerySet.as_manager()

    class Meta(KeptFile.Meta):
        verbose_name = pgettext_lazy("duty entry", "file of a duty entry")
        verbose_name_plural = pgettext_lazy("duty entry", "files of duty entries")
