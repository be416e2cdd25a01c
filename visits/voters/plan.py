"""The year's plan: who reports to the voters and when, who is exempt and why, and how many have done so."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import pgettext_lazy

from deputies.models import Deputy
from office.roles import STAFF, Role
from office.workdays import Calendar
from visits.models import ReportExemption, VoterReport

READING = frozenset({Role.LEADER, Role.GROUP_LEADER}) | STAFF
NOBODY_PLANNED, EXEMPT, PILOT = "none", "exempt", "pilot"
_S = VoterReport.Status
ONLY = {
    NOBODY_PLANNED: pgettext_lazy("report to voters", "not planned yet"),
    _S.PLANNED: _S.PLANNED.label,
    _S.HELD: pgettext_lazy("report to voters", "held, to be tallied"),
    _S.TALLIED: pgettext_lazy("report to voters", "tallied, to be given back"),
    _S.RETURNED: pgettext_lazy("report to voters", "given back, to be filed"),
    _S.FILED: _S.FILED.label,
    _S.PUBLISHED: _S.PUBLISHED.label,
    EXEMPT: pgettext_lazy("report to voters", "exempt"),
    PILOT: pgettext_lazy("report to voters", "part of the pilot"),
}
"""What the list may be narrowed to."""


@dataclass(frozen=True)
class Line:
    """One deputy in one year."""

    deputy: Deputy
    reports: list[VoterReport] = field(default_factory=list)
    exemption: ReportExemption | None = None

    @property
    def report(self) -> VoterReport | None:
        """The one that counts: the last that was held, else the next that is planned."""
        held = [one for one in self.reports if one.is_held]
        return max(held, key=lambda one: one.held_on) if held else next(iter(self.reports), None)

    @property
    def is_held(self) -> bool:
        return any(one.is_held for one in self.reports)

    @property
    def state(self) -> str:
        if self.report:
            return self.report.status
        return EXEMPT if self.exemption else NOBODY_PLANNED

    def fits(self, only: str) -> bool:
        if only == PILOT:
            return any(one.pilot for one in self.reports)
        return not only or self.state == only


@dataclass(frozen=True)
class Year:
    """The plan of one year for the deputies in somebody's sight."""

    year: int
    lines: list[Line]

    @property
    def figures(self) -> dict:
        """How many are asked, have reported, are planned, exempt or without a plan, and how far the pilot goes."""
        held, exempt = [one for one in self.lines if one.is_held], [one for one in self.lines if one.state == EXEMPT]
        asked = len(self.lines) - len(exempt)
        pilot = [one for one in self.lines if one.fits(PILOT)]
        return {
            "all": len(self.lines),
            "asked": asked,
            "held": len(held),
            "percent": 100 * len(held) // asked if asked else None,
            "planned": sum(one.state == _S.PLANNED for one in self.lines),
            "none": sum(one.state == NOBODY_PLANNED for one in self.lines),
            "exempt": len(exempt),
            "pilot": len(pilot),
            "pilot_held": sum(one.is_held for one in pilot),
        }

    def narrowed(self, only: str) -> list[Line]:
        return [one for one in self.lines if one.fits(only)]

    def days(self) -> list[tuple[date, list[VoterReport]]]:
        """The meetings of the year in their order, each with its reports."""
        meetings = defaultdict(list)
        for line in self.lines:
            for one in line.reports:
                meetings[one.day, one.district_id].append(one)
        return [(day, rows) for (day, _district), rows in sorted(meetings.items(), key=lambda item: item[0])]


def read(user, year: int) -> Year:
    """Three queries, however many deputies there are."""
    seen = VoterReport.objects.visible_to(user, roles=READING).standing().of_year(year)
    reports, exempt = defaultdict(list), {}
    for one in seen.select_related("district", "deputy").order_by("planned_on", "pk"):
        reports[one.deputy_id].append(one)
    for one in ReportExemption.objects.visible_to(user, roles=READING).filter(year=year):
        exempt[one.deputy_id] = one
    return Year(year, [Line(one, reports[one.pk], exempt.get(one.pk)) for one in _deputies(user, year, reports)])


def _deputies(user, year, reports):
    """Who was in office in the year, and whoever has a report in it."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    stays = Q(left_on__gt=first) | Q(left_on__isnull=True, end_reason="")
    serves = stays & (Q(joined_on__isnull=True) | Q(joined_on__lte=last))
    seen = Deputy.objects.visible_to(user, roles=READING).filter(serves | Q(pk__in=list(reports)))
    return seen.select_related("district__jurisdiction", "group").order_by(
        "district__jurisdiction__code", "district__number", "pk"
    )


def days_for(districts, first: date, *, each: bool) -> dict[int, date]:
    """A day for each district's key: the same, or one working day after the other from ``first`` on."""
    calendar, day, found = Calendar.load() if each else None, first, {}
    for district in districts:
        while each and not calendar.is_working(day):
            day += timedelta(days=1)
        found[district] = day
        day += timedelta(days=int(each))
    return found
