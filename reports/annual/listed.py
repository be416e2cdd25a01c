"""How the records behind a duty report's figures are listed: by which day, under which heads, in which words."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _

from constituents.models import Designation, Engagement, LiaisonVoter, Petition, Referral, Suggestion
from deputies.models import Deputy
from liaison_stations.models import Reception, ReceptionDuty
from office import masking
from office.models import Rule
from office.regulations.wording import in_words
from reports.about import SELECT, about
from reports.models import Flag
from reports.narrative.models import TypicalCase
from visits.models import DutyEntry, GroupActivity, Meeting, ReportExemption, Visit, VoterReport

BLANK = "–"


class Listed(NamedTuple):
    """How records of one kind are listed: by which day, with what beside them, under which heads, in which words."""

    model: type
    day: str
    select: tuple
    heads: Callable
    words: Callable


def _day(day) -> str:
    return formats.date_format(day, "Y-m-d") if day else BLANK


def _visit(row):
    whom = masking.name(row.household.head) if row.household else masking.name(row.met)
    return _day(row.happened_on), row.deputy, row.deputy.district.name, row.get_kind_display(), whom


def _petition(row):
    told = (row.category, row.get_course_display(), row.get_status_display())
    return row.number, _day(row.received_on), row.station, row.deputy, *told


def _referral(row):
    matter = row.petition or row.suggestion
    days = (_day(row.routed_on), _day(row.due_on), _day(row.replied_on))
    return matter.number, row.unit, *days, row.result


def _suggestion(row):
    return row.number, _day(row.submitted_on or row.written_on), row.deputy, row.title, row.get_status_display()


def _designation(row):
    return masking.name(row.household.head), row.deputy, row.deputy.district.name, _day(row.since), _day(row.until)


def _flag(row):
    told = about(row)
    return row.rule_key, row.rule.name, told.name, row.period, _day(row.due_on)


LISTED = {
    "visit": Listed(
        Visit,
        "happened_on",
        ("deputy__district", "household"),
        lambda: (
            _("Date"),
            _("Deputy"),
            _("District"),
            _("Way"),
            _("Voter"),
        ),
        _visit,
    ),
    "petition": Listed(
        Petition,
        "received_on",
        ("station", "deputy"),
        lambda: (
            _("Number"),
            _("Received on"),
            _("Station"),
            _("Receiving deputy"),
            _("Category"),
            _("Course taken"),
            _("Stands at"),
        ),
        _petition,
    ),
    "referral": Listed(
        Referral,
        "routed_on",
        ("petition__station", "suggestion", "unit", "result"),
        lambda: (
            _("Number"),
            _("Unit"),
            _("Routed on"),
            _("Reply due on"),
            _("Replied on"),
            _("class of result"),
        ),
        _referral,
    ),
    "suggestion": Listed(
        Suggestion,
        "written_on",
        ("deputy",),
        lambda: (
            _("Number"),
            _("Date"),
            _("Deputy"),
            _("Title"),
            _("Stands at"),
        ),
        _suggestion,
    ),
    "designation": Listed(
        Designation,
        "since",
        ("household", "deputy__district"),
        lambda: (
            _("Household"),
            _("Deputy"),
            _("District"),
            _("Named since"),
            _("Named until"),
        ),
        _designation,
    ),
    "liaison_voter": Listed(
        LiaisonVoter,
        "since",
        ("deputy__district",),
        lambda: (
            _("Voter"),
            _("Deputy"),
            _("District"),
            _("Named since"),
            _("Named until"),
        ),
        lambda row: (
            masking.name(row.name),
            row.deputy,
            row.deputy.district.name,
            _day(row.since),
            _day(row.until),
        ),
    ),
    "deputy": Listed(
        Deputy,
        "joined_on",
        ("district__jurisdiction", "group"),
        lambda: (_("Deputy"), _("District"), _("Township"), _("Deputy group")),
        lambda row: (row.name, row.district.name, row.district.jurisdiction, row.group),
    ),
    "reception": Listed(
        Reception,
        "planned_on",
        ("station",),
        lambda: (
            _("Date"),
            _("Station"),
            _("Kind"),
            _("Held on"),
            _("Note"),
        ),
        lambda row: (
            _day(row.planned_on),
            row.station,
            row.get_kind_display(),
            _day(row.held_on),
            _("nobody came") if row.nobody_came else row.cancel_reason or row.note,
        ),
    ),
    "reception_duty": Listed(
        ReceptionDuty,
        "reception__planned_on",
        ("reception__station", "deputy"),
        lambda: (_("Date"), _("Station"), _("Deputy"), _("Signed in")),
        lambda row: (
            _day(row.reception.held_on or row.reception.planned_on),
            row.reception.station,
            row.deputy,
            _("yes") if row.came else _("no"),
        ),
    ),
    "activity": Listed(
        GroupActivity,
        "happened_on",
        ("group",),
        lambda: (
            _("Date"),
            _("Deputy group"),
            _("Kind"),
            _("Topic"),
            _("Reported on"),
        ),
        lambda row: (
            _day(row.happened_on),
            row.group,
            row.get_kind_display(),
            row.topic,
            _day(row.reported_on),
        ),
    ),
    "meeting": Listed(
        Meeting,
        "happened_on",
        ("jurisdiction",),
        lambda: (_("Date"), _("Congress office"), _("Kind"), _("Place")),
        lambda row: (_day(row.happened_on), row.jurisdiction, row.get_kind_display(), row.place),
    ),
    "engagement": Listed(
        Engagement,
        "asked_on",
        ("deputy",),
        lambda: (
            _("Date"),
            _("Deputy"),
            _("Kind"),
            _("Place"),
            _("Stands at"),
        ),
        lambda row: (
            _day(row.asked_on),
            row.deputy,
            row.get_kind_display(),
            row.place,
            row.get_status_display(),
        ),
    ),
    "voter_report": Listed(
        VoterReport,
        "held_on",
        ("deputy", "district"),
        lambda: (
            _("Date"),
            _("Deputy"),
            _("District"),
            _("Voters present"),
            _("Votes"),
            _("Stands at"),
        ),
        lambda row: (
            _day(row.held_on),
            row.deputy,
            row.district,
            row.voters_present,
            " / ".join(str(n) for n in (row.satisfied, row.fairly, row.dissatisfied)) if row.is_tallied else "",
            row.get_status_display(),
        ),
    ),
    "exemption": Listed(
        ReportExemption,
        "year",
        ("deputy",),
        lambda: (_("Year"), _("Deputy"), _("Reason"), _("Approved by")),
        lambda row: (row.year, row.deputy, row.reason, row.approved_by),
    ),
    "duty_entry": Listed(
        DutyEntry,
        "happened_on",
        ("deputy",),
        lambda: (
            _("Date"),
            _("Deputy"),
            _("Kind"),
            _("Title"),
            _("Attendance"),
        ),
        lambda row: (
            _day(row.happened_on),
            row.deputy,
            row.get_kind_display(),
            row.title,
            row.get_attendance_display(),
        ),
    ),
    "case": Listed(
        TypicalCase,
        "year",
        (),
        lambda: (_("Year"), _("Title"), _("What happened and what came of it")),
        lambda row: (row.year, row.title, row.text),
    ),
    "flag": Listed(
        Flag,
        "due_on",
        SELECT,
        lambda: (
            _("Clause"),
            _("Rule"),
            _("About"),
            _("Period"),
            _("Due on"),
        ),
        _flag,
    ),
    "rule": Listed(
        Rule,
        "effective_from",
        ("clause", "rule_set"),
        lambda: (
            _("Clause"),
            _("Rule"),
            _("Numbers"),
            _("Wording of the clause"),
            _("In force"),
            _("Rule set"),
        ),
        lambda row: (row.clause, row.name, in_words(row), row.clause.quote, row.span, row.rule_set),
    ),
}
"""How each kind of record is listed, by the name that a figure gives it."""
