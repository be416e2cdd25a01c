"""What belongs to the archive of a year, or of a term, of one office: the rows of each kind, as its maker sees them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from constituents.models import Attachment, Engagement, PaperBatch, Petition, Suggestion
from deputies.models import Term
from liaison_stations.models import Reception
from office.roles import STAFF
from reports.models import Commendation
from reports.subjects import Kind, Subject
from visits.models import (
    ActivityFile,
    AreaFile,
    AreaFiling,
    DutyEntry,
    DutyFile,
    GroupActivity,
    ReportFile,
    Visit,
    VisitPhoto,
    VoterReport,
)

PLACES = (Kind.COUNTY, Kind.TOWN)


@dataclass(frozen=True)
class Scope:
    """One office and one year, or one whole ``term``; every queryset is narrowed to what ``user`` sees as a clerk."""

    subject: Subject
    year: int | None
    user: object
    on: date
    term: Term | None = None

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day; a term that runs is archived as far as it has come."""
        if self.term:
            return self.term.began_on or self.term.records_since or self.on, self.term.ended_on or self.on
        return date(self.year, 1, 1), date(self.year, 12, 31)

    @property
    def years(self) -> range:
        first, last = self.days
        return range(first.year, last.year + 1)

    @property
    def name(self) -> str:
        return str(self.term or self.year)

    def _seen(self, model):
        return model.objects.visible_to(self.user, roles=STAFF)

    def _of_deputies(self, model, prefix=""):
        whose = self.deputies().order_by().values("pk")
        return self._seen(model).filter(**{f"{prefix}deputy__in": whose})

    def _there(self, model, path):
        return self._seen(model).filter(**{f"{path}__startswith": self.subject.path})

    def deputies(self):
        rows = self.subject.deputies(self.user)
        return rows.filter(term=self.term) if self.term else rows

    def serving(self):
        """Those in office on a day of it: nobody else has a duty file there."""
        first, last = self.days
        began = Q(joined_on__isnull=True) | Q(joined_on__lte=last)
        return self.deputies().filter(began, Q(left_on__isnull=True) | Q(left_on__gt=first))

    def duty_entries(self):
        return self._of_deputies(DutyEntry).filter(happened_on__range=self.days)

    def duty_files(self):
        return self._of_deputies(DutyFile, "entry__").filter(entry__happened_on__range=self.days)

    def visits(self):
        return self._of_deputies(Visit).filter(happened_on__range=self.days)

    def photos(self):
        return self._of_deputies(VisitPhoto, "visit__").filter(visit__happened_on__range=self.days)

    def engagements(self):
        return self._of_deputies(Engagement).filter(asked_on__range=self.days)

    def activities(self):
        return self._there(GroupActivity, "group__jurisdiction__path").filter(happened_on__range=self.days)

    def activity_files(self):
        there = self._there(ActivityFile, "activity__group__jurisdiction__path")
        return there.filter(activity__happened_on__range=self.days)

    def filings(self):
        """What areas filed about a time that ended in the year (D1-3a)."""
        return self._there(AreaFiling, "group__jurisdiction__path").filter(last__range=self.days)

    def area_files(self):
        return self._there(AreaFile, "filing__group__jurisdiction__path").filter(filing__last__range=self.days)

    def reports(self):
        """Reports to voters that were held in the year, or planned for it and not held."""
        held = Q(held_on__range=self.days) | Q(held_on=None, planned_on__range=self.days)
        return self._of_deputies(VoterReport).filter(held)

    def report_files(self):
        return self._of_deputies(ReportFile, "report__").filter(report__in=self.reports().order_by().values("pk"))

    def petitions(self):
        counted = self.subject.petitions(self.user).order_by().values("pk")
        return self._seen(Petition).filter(pk__in=counted, received_on__range=self.days)

    def attachments(self):
        return self._seen(Attachment).filter(petition__in=self.petitions().order_by().values("pk"))

    def scans(self):
        of_these = self.petitions().exclude(paper=None).order_by().values("paper")
        return self._seen(PaperBatch).filter(pk__in=of_these).exclude(scan="")

    def suggestions(self):
        """What was handed in in the year; a draft is nobody's but its deputy's."""
        rows = self._of_deputies(Suggestion).filter(submitted_on__range=self.days)
        return rows.exclude(status=Suggestion.Status.DRAFT)

    def receptions(self):
        return self._there(Reception, "station__jurisdiction__path").filter(planned_on__range=self.days)

    def commendations(self):
        groups = self.subject.groups(self.user).order_by()
        groups = (groups.filter(term=self.term) if self.term else groups).values("pk")
        whose = Q(deputy__in=self.deputies().order_by().values("pk")) | Q(group__in=groups)
        return self._seen(Commendation).filter(whose, year__in=self.years)
