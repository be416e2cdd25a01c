from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deputies.models import Deputy, ElectoralDistrict
from office.scoping import ScopedQuerySet
from office.versions import Versioned
from visits.models.columns import person, together
from visits.models.contacts import Visit
from visits.models.filed import KeptFile

VOTES = ("satisfied", "fairly", "dissatisfied")
BALLOTS = ("ballots_out", "ballots_back", "ballots_void", *VOTES)
PARTS = ("on_law", "on_sessions", "on_activity", "on_help", "reflections", "shortcomings")
"""The four parts of the text, and the two that may follow them."""


def _said(step, *since, texts=()):
    """When and by whom a step was taken stands exactly where it is behind the row, with its reason."""
    stands = Q(**{f"{step}_at__isnull": False, f"{step}_by__isnull": False})
    for text in texts:
        stands &= ~Q(**{text: ""})
    none = Q(**{f"{step}_at__isnull": True, f"{step}_by__isnull": True}, **dict.fromkeys(texts, ""))
    condition = (Q(status__in=since) & stands) | (~Q(status__in=since) & none)
    return models.CheckConstraint(name=f"who_and_when_{step}_a_report", condition=condition)


class VoterReportQuerySet(ScopedQuerySet):
    def standing(self):
        """What was not cancelled."""
        return self.exclude(status=VoterReport.Status.CANCELLED)

    def held(self):
        return self.filter(status__in=VoterReport.HELD)

    def held_between(self, first, last):
        """What was held from ``first`` to ``last``, both included, each with its votes (D1-4, D6-b)."""
        return self.held().filter(held_on__gte=first, held_on__lte=last)

    def of_year(self, year: int):
        """What was held in a year, and what is planned for it and not held yet."""
        return self.filter(Q(held_on__year=year) | Q(held_on__isnull=True, planned_on__year=year))

    def published(self):
        return self.filter(status=VoterReport.Status.PUBLISHED)

    def votes(self) -> dict[str, int]:
        """The ballots of all of them together, by the names of ``BALLOTS``."""
        told = self.order_by().aggregate(**{f"n_{name}": Sum(name) for name in BALLOTS})
        return {name: told[f"n_{name}"] or 0 for name in BALLOTS}

    def of_meeting(self, report):
        """The reports of the same meeting: of one district, on one day."""
        return self.standing().filter(district=report.district_id, planned_on=report.planned_on)


class VoterReport(Versioned):
    """One report of one deputy to the voters of the own district, with what they said of it (D1-4, D9-2一, D6-b).

    Reports of one district on one day are one meeting, at which each deputy has ballots of their own.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("report to voters", "planned")
        HELD = "held", pgettext_lazy("report to voters", "held")
        TALLIED = "tallied", pgettext_lazy("report to voters", "tallied")
        RETURNED = "returned", pgettext_lazy("report to voters", "result given to the deputy")
        FILED = "filed", pgettext_lazy("report to voters", "filed")
        PUBLISHED = "published", pgettext_lazy("report to voters", "published")
        CANCELLED = "cancelled", pgettext_lazy("report to voters", "cancelled")

    HELD = (Status.HELD, Status.TALLIED, Status.RETURNED, Status.FILED, Status.PUBLISHED)

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="voter_reports", verbose_name=_("deputy"))
    district = models.ForeignKey(
        ElectoralDistrict, models.PROTECT, related_name="voter_reports", verbose_name=_("electoral district")
    )
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.PLANNED)
    pilot = models.BooleanField(_("part of the pilot"), default=False)
    planned_on = models.DateField(_("planned for"))
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150)
    agenda = models.TextField(_("agenda"), max_length=2000, blank=True)
    planned_at = models.DateTimeField(_("planned at"), editable=False)
    planned_by = person(_("planned by"))
    moved_reason = models.CharField(_("why it was moved"), max_length=300, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancelled_by = person(_("cancelled by"))
    cancelled_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)

    on_law = models.TextField(_("law and resolutions"), max_length=4000, blank=True)
    on_sessions = models.TextField(_("work at the sessions"), max_length=4000, blank=True)
    on_activity = models.TextField(_("activity between the sessions"), max_length=4000, blank=True)
    on_help = models.TextField(_("contact with voters and practical help"), max_length=4000, blank=True)
    reflections = models.TextField(_("reflections"), max_length=4000, blank=True)
    shortcomings = models.TextField(_("shortcomings"), max_length=4000, blank=True)
    written_at = models.DateTimeField(_("written at"), null=True, blank=True, editable=False)

    held_on = models.DateField(_("held on"), null=True, blank=True)
    held_at = models.DateTimeField(_("entered as held at"), null=True, blank=True, editable=False)
    held_by = person(_("entered as held by"))
    voters_invited = models.PositiveIntegerField(_("voters invited"), null=True, blank=True)
    voters_present = models.PositiveIntegerField(_("voters present"), null=True, blank=True)
    observers = models.CharField(_("observers"), max_length=300, blank=True)
    # The contact from which the duty of the year is derived (D1-4).
    visit = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="voter_report", verbose_name=_("contact")
    )
    # The contact was written down before, by the deputy: it stays when this report is taken back.
    visit_was_there = models.BooleanField(default=False, editable=False)

    ballots_out = models.PositiveIntegerField(_("ballots given out"), null=True, blank=True)
    ballots_back = models.PositiveIntegerField(_("ballots returned"), null=True, blank=True)
    ballots_void = models.PositiveIntegerField(_("void ballots"), null=True, blank=True)
    satisfied = models.PositiveIntegerField(_("satisfied"), null=True, blank=True)
    fairly = models.PositiveIntegerField(_("fairly satisfied"), null=True, blank=True)
    dissatisfied = models.PositiveIntegerField(_("dissatisfied"), null=True, blank=True)
    comments = models.TextField(_("what voters said"), max_length=4000, blank=True)
    counted_by = models.CharField(_("counted by"), max_length=100, blank=True)
    watched_by = models.CharField(_("counting watched by"), max_length=100, blank=True)
    tallied_at = models.DateTimeField(_("tally entered at"), null=True, blank=True, editable=False)
    tallied_by = person(_("tally entered by"))
    returned_at = models.DateTimeField(_("result given to the deputy at"), null=True, blank=True, editable=False)
    returned_by = person(_("result given to the deputy by"))
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True, editable=False)
    filed_by = person(_("filed by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = person(_("published by"))

    objects = VoterReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report to voters")
        verbose_name_plural = _("reports to voters")
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["deputy", "planned_on"],
                condition=~Q(status="cancelled"),
                name="one_report_of_a_deputy_a_day",
                violation_error_message=_("This deputy has a report to voters on this day already."),
            ),
            models.CheckConstraint(
                name="a_held_report_says_when_and_before_how_many",
                condition=Q(
                    status__in=("planned", "cancelled"),
                    held_on__isnull=True,
                    held_at__isnull=True,
                    held_by__isnull=True,
                    voters_present__isnull=True,
                    visit__isnull=True,
                )
                | Q(
                    status__in=("held", "tallied", "returned", "filed", "published"),
                    held_on__isnull=False,
                    held_at__isnull=False,
                    held_by__isnull=False,
                    voters_present__isnull=False,
                    visit__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="a_tally_is_whole",
                condition=together(*BALLOTS, "tallied_at", "tallied_by", texts=["counted_by", "watched_by"]),
            ),
            models.CheckConstraint(
                name="a_tallied_report_has_its_tally",
                condition=Q(status__in=("planned", "held", "cancelled"), tallied_at__isnull=True)
                | Q(status__in=("tallied", "returned", "filed", "published"), tallied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="the_votes_are_the_valid_ballots",
                condition=Q(satisfied__isnull=True)
                | Q(ballots_back=F("satisfied") + F("fairly") + F("dissatisfied") + F("ballots_void")),
                violation_error_message=_("The votes and the void ballots do not add up to the ballots returned."),
            ),
            models.CheckConstraint(
                name="no_more_ballots_come_back_than_were_given_out",
                condition=Q(ballots_back__isnull=True) | Q(ballots_back__lte=F("ballots_out")),
                violation_error_message=_("More ballots were returned than given out."),
            ),
            models.CheckConstraint(
                name="no_more_ballots_than_voters",
                condition=Q(ballots_out__isnull=True) | Q(ballots_out__lte=F("voters_present")),
                violation_error_message=_("More ballots were given out than voters were present."),
            ),
            _said("returned", "returned", "filed", "published"),
            _said("filed", "filed", "published"),
            _said("published", "published"),
            _said("cancelled", "cancelled", texts=("cancelled_reason",)),
        ]
        indexes = [
            models.Index(fields=["deputy", "planned_on"], name="voter_report_by_deputy"),
            models.Index(fields=["district", "planned_on"], name="voter_report_by_meeting"),
            models.Index(fields=["held_on"], condition=Q(held_on__isnull=False), name="voter_report_by_day"),
        ]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.deputy}"

    @property
    def day(self):
        """The day on which it was held, or is planned for."""
        return self.held_on or self.planned_on

    @property
    def is_held(self) -> bool:
        return self.status in self.HELD

    @property
    def has_text(self) -> bool:
        return any(getattr(self, name) for name in PARTS)

    @property
    def is_tallied(self) -> bool:
        return self.tallied_at is not None

    @property
    def valid(self) -> int | None:
        """The valid ballots."""
        return None if self.ballots_back is None else self.ballots_back - self.ballots_void


class ReportFile(KeptFile):
    """One sheet of a report to voters that was signed on paper and scanned: attendance, tally, ballots."""

    report = models.ForeignKey(VoterReport, models.CASCADE, related_name="files", verbose_name=_("report to voters"))
    file = models.FileField(_("file"), upload_to="voters/", max_length=120)

    objects = ScopedQuerySet.as_manager()

    class Meta(KeptFile.Meta):
        verbose_name = _("signed sheet of a report to voters")
        verbose_name_plural = _("signed sheets of reports to voters")


class ReportExemption(models.Model):
    """A deputy who need not report to voters in one year, why, and who approved it (D1-4)."""

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="report_exemptions", verbose_name=_("deputy"))
    year = models.PositiveSmallIntegerField(_("year"))
    reason = models.CharField(_("reason"), max_length=200)
    approved_by = models.CharField(_("approved by"), max_length=60)
    made_at = models.DateTimeField(_("time"), editable=False)
    made_by = person(_("by"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption from the report to voters")
        verbose_name_plural = _("exemptions from the report to voters")
        ordering = ["-year", "deputy"]
        constraints = [
            models.UniqueConstraint(fields=["deputy", "year"], name="one_exemption_of_a_deputy_a_year"),
            models.CheckConstraint(
                name="an_exemption_has_reason_and_approver", condition=~Q(reason="") & ~Q(approved_by="")
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.deputy}"
