"""What is to be done about the reports to voters and the filings of the areas (D1-4, D6-b, D1-3a)."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.moves import COUNTY, DEPUTY, OFFICE, TOWN
from deputies.models import Deputy
from office.models.places import Level
from reports.models import Flag
from reports.worklist.of_groups import LEADER
from reports.worklist.source import Source
from visits.areas.actions import HOW_OFTEN
from visits.models import AreaFiling, ReportExemption, Visit, VoterReport

REMINDED_FROM = 10
"""The month from which a report that is not planned stands in the lists: it is due by the end of the year."""
AHEAD = timedelta(days=31)
_S = VoterReport.Status


def _unplanned(user, on, roles):
    """Deputies in office who have neither reported nor a plan this year, and are not exempt."""
    seen = Deputy.objects.visible_to(user, roles=roles)
    if on.month < REMINDED_FROM:
        return seen.none()
    whose, year = {"deputy": OuterRef("pk")}, on.year
    reports = VoterReport.objects.standing().of_year(year).filter(**whose)
    contacts = Visit.objects.between(date(year, 1, 1), on).filter(kind=Visit.Kind.REPORT, **whose)
    exempt = ReportExemption.objects.filter(year=year, **whose)
    return seen.in_office(on, on).filter(~Exists(reports), ~Exists(contacts), ~Exists(exempt))


def _own_unplanned(user, on):
    return _unplanned(user, on, DEPUTY).filter(user=user)


def _to_plan(user, on):
    return _unplanned(user, on, OFFICE)


def _to_write(user, on):
    """The own report, whose text is not whole, some weeks before its day."""
    own = VoterReport.objects.visible_to(user, roles=DEPUTY).filter(deputy__user=user, status=_S.PLANNED)
    empty = Q(on_law="") | Q(on_sessions="") | Q(on_activity="") | Q(on_help="")
    return own.filter(empty, planned_on__lte=on + AHEAD)


def _to_hold(user, on):
    planned = VoterReport.objects.visible_to(user, roles=OFFICE).filter(status=_S.PLANNED)
    return planned.filter(planned_on__lte=on)


def _standing(status):
    def rows(user, on):
        return VoterReport.objects.visible_to(user, roles=OFFICE).filter(status=status)

    return rows


def _to_file(user, on):
    """What the convener still writes, or has got back."""
    return AreaFiling.objects.visible_to(user, roles=LEADER).filter(reported_on=None)


def _to_write_up(user, on):
    """Groups that owe what the county has said is filed so often."""
    return Flag.objects.visible_to(user, roles=LEADER).open().filter(rule__measure=HOW_OFTEN)


def _to_receive(user, on):
    """At the township office; at the county where the group is the county's."""
    filed = AreaFiling.objects.filter(filed_at__isnull=False, received_by=None)
    towns = filed.visible_to(user, roles=TOWN)
    return towns | filed.visible_to(user, roles=COUNTY).exclude(group__jurisdiction__level=Level.TOWN)


_REPORT = {"number": ("deputy__name",), "about": "place"}
_STEP = {"link": "voters:step", **_REPORT}

SOURCES = (
    Source(
        "plan_own_report",
        DEPUTY,
        _own_unplanned,
        text=_("Plan this year's report to the voters"),
        clause="D1-4",
        by_year_end=True,
        link="voters:new",
        key="",
        button=pgettext_lazy("worklist", "Plan"),
    ),
    Source(
        "write_report",
        DEPUTY,
        _to_write,
        text=_("Write the text of the report to the voters"),
        clause="D1-4",
        due="planned_on",
        link="voters:text",
        button=pgettext_lazy("worklist", "Write"),
        number=("place",),
    ),
    Source(
        "plan_reports",
        OFFICE,
        _to_plan,
        text=_("Deputies without a plan for this year's report to voters: plan it, or exempt them with a reason"),
        clause="D1-4",
        by_year_end=True,
        once=True,
        link="voters:plan_many",
        key="",
        button=pgettext_lazy("worklist", "Plan"),
        listed_at=("voters:plan", "?only=none"),
    ),
    Source(
        "hold_report",
        OFFICE,
        _to_hold,
        text=_("Enter whether the report to voters was held"),
        clause="D1-4",
        due="planned_on",
        verb="hold",
        button=pgettext_lazy("worklist", "Enter"),
        listed_at=("voters:plan", "?only=planned"),
        **_STEP,
    ),
    Source(
        "tally_report",
        OFFICE,
        _standing(_S.HELD),
        text=_("Held, not tallied yet: enter the ballots"),
        clause="D6-b",
        verb="tally",
        button=pgettext_lazy("worklist", "Enter"),
        listed_at=("voters:plan", "?only=held"),
        **_STEP,
    ),
    Source(
        "give_result",
        OFFICE,
        _standing(_S.TALLIED),
        text=_("Tallied: give the result to the deputy in writing"),
        clause="D6-b",
        verb="give",
        button=pgettext_lazy("worklist", "Give"),
        listed_at=("voters:plan", "?only=tallied"),
        **_STEP,
    ),
    Source(
        "file_report",
        OFFICE,
        _standing(_S.RETURNED),
        text=_("The deputy has the result: put it on file"),
        clause="D1-3b",
        verb="file",
        button=pgettext_lazy("worklist", "Put on file"),
        listed_at=("voters:plan", "?only=returned"),
        **_STEP,
    ),
    Source(
        "write_up",
        LEADER,
        _to_write_up,
        text=_("Write up the contacts of the area and file them with the township congress"),
        clause="D1-3a",
        rule="rule",
        due="due_on",
        link="areas:filings",
        key="",
        button=pgettext_lazy("worklist", "Write"),
        number=("group__name",),
        about="period",
    ),
    Source(
        "file_material",
        LEADER,
        _to_file,
        text=_("File the material of the area with the township congress"),
        clause="D1-3a",
        link="areas:filing",
        button=pgettext_lazy("worklist", "To the material"),
        about="title",
        listed_at=("areas:filings", ""),
    ),
    Source(
        "receive_material",
        OFFICE,
        _to_receive,
        text=_("Receive the material of an area, or return it"),
        clause="D1-3a",
        link="areas:filing",
        button=pgettext_lazy("worklist", "Receive or return"),
        about="title",
        listed_at=("areas:filings", ""),
    ),
)
