"""A group's month as its leader reads it: contacts, households, flags, last contact and questions of each member."""

from datetime import date
from typing import NamedTuple

from django.db.models import Count, DateTimeField, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from deputies.models import Deputy
from office.models import AuditEvent
from reports.annual import figures
from reports.annual.figures import Report, household_numbers
from reports.models import Flag
from reports.subjects import Kind, Subject
from visits.models import Review, Visit

REMINDED = "deputy.reminded"


class Line(NamedTuple):
    """One member: the month by the annual report's figures, and what else a leader asks about."""

    deputy: Deputy
    contacts: int
    # ``met``, ``missed``, ``running``, or why the month is not asked, in words.
    state: str
    why: str

    @property
    def is_late(self) -> bool:
        return self.state == "missed" or (self.state == "running" and not self.contacts)


def read(group, first: date, last: date, *, on: date, user) -> tuple[Report, list[Line]]:
    """The year of the group as the annual report counts it, and a line for each member; who lacks most stands first.

    Six queries, to be made inside ``report_tx()``.
    """
    subject = Subject(Kind.GROUP, str(group.pk), group.name)
    (report,) = figures.read_contacts(subject, [first.year], on=on, user=user)
    members = {one.pk: one for one in _members(subject.deputies(user), first, last, on)}
    lines = [_line(row, members[row.deputy.pk], first.month) for row in report.rows if row.deputy.pk in members]
    lines = [line for line in lines if not line.deputy.has_ended or line.contacts]
    return report, sorted(lines, key=lambda line: (not line.is_late, -line.deputy.n_flags))


def _line(row, member, month) -> Line:
    why = row.months[month - 1]
    if row.figures[f"met.{month}"]:
        state = "met"
    elif row.figures[f"missed.{month}"]:
        state = "missed"
    elif why == "running":
        state = "met" if row.figures[f"counting.{month}"] else "running"
    else:
        state = "not_owed"
    return Line(member, row.figures[f"month.{month}"], state, str(why.label) if state == "not_owed" else "")


def _members(deputies, first, last, on) -> QuerySet:
    mine = {"deputy": OuterRef("pk")}
    visits = Visit.objects.filter(**mine)
    reminded = AuditEvent.objects.filter(subject_type="deputies.deputy", subject_id=OuterRef("pk"), action=REMINDED)
    return deputies.select_related("district", "user").annotate(
        **household_numbers(first, last, min(last, on)),
        n_flags=_count(Flag.objects.open().filter(**mine)),
        n_asked=_count(Review.objects.open().filter(**mine)),
        n_confirmed=_count(Review.objects.filter(**mine, status="confirmed", visit__happened_on__range=(first, last))),
        last_on=Subquery(visits.order_by().values("deputy").annotate(day=Max("happened_on")).values("day")),
        reminded_at=Subquery(reminded.order_by("-id").values("at")[:1], output_field=DateTimeField()),
    )


def _count(rows):
    counted = rows.order_by().values("deputy").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
