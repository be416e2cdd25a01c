"""All records besides contacts that a report counts, read by one query: one row a record, with what is told of it.

Contacts are by far the most rows and are counted by the database where no list of them is asked for; what stands in
the registers is read row by row, so that a figure and the list of its records are the same thing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, JSONArray

from constituents.models import (
    Designation,
    Engagement,
    LiaisonVoter,
    PetitionEvent,
    Referral,
    Suggestion,
    SuggestionEvent,
)
from deputies.models import Absence, CongressSession
from liaison_stations.models import Reception, ReceptionDuty
from reports.annual import as_of
from reports.annual.period import Period
from reports.annual.replies import petitions_of, reply_state
from reports.measures.sources import VISITS
from reports.models import Flag
from reports.narrative.models import TypicalCase
from reports.subjects import Subject
from visits.models import DutyEntry, GroupActivity, Meeting, ReportExemption, Visit, VoterReport


class Record(NamedTuple):
    """One record: where it stands, its key, its day, and what is told of it, in the order of its source."""

    source: str
    pk: int
    day: date
    told: list


@dataclass(frozen=True)
class Asked:
    """What is read: whose records, of which periods, as they stood on a day, for whom."""

    subject: Subject
    periods: list[Period]
    on: date
    user: object = None
    # So many days before a session of the congress somebody is asked for something; none where no rule asks.
    days: int = 0
    # Deputies beside the subject's whose contacts are read too: the same people in the mandate before or after.
    others: tuple = ()

    def deputies(self) -> QuerySet:
        return self.subject.deputies(self.user).order_by().values("pk")

    def groups(self) -> QuerySet:
        return self.subject.groups(self.user).order_by().values("pk")

    def stations(self) -> QuerySet:
        return self.subject.stations(self.user).order_by().values("pk")

    def offices(self) -> QuerySet:
        return self.subject.offices(self.user).order_by().values("pk")

    def petitions(self) -> QuerySet:
        return self.subject.petitions(self.user).order_by().values("pk")

    def falls(self, day: str) -> Q:
        """The condition that a day lies in one of the periods."""
        found = Q()
        for period in self.periods:
            found |= Q(**{f"{day}__range": (period.first, period.last)})
        return found

    @property
    def first(self) -> date:
        return min(period.first for period in self.periods)

    @property
    def last(self) -> date:
        return max(period.last for period in self.periods)


def read(asked: Asked, only: Collection[str] = ()) -> list[Record]:
    """The records of these sources (all when none is named), one query."""
    arms = [_arm(name, *source(asked)) for name, source in SOURCES.items() if not only or name in only]
    rows = arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0]
    return [Record(source, pk, _date(day), told) for source, pk, day, told in rows]


def _arm(name, rows, day, *told) -> QuerySet:
    columns = [column if hasattr(column, "resolve_expression") else F(column) for column in told]
    return rows.order_by().values_list(
        Value(name, CharField()), "pk", Cast(day, CharField()), JSONArray(*columns or [Value(1)])
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _text(column):
    """A column that may be absent in a register as text."""
    return Coalesce(Cast(column, TextField()), Value(""), output_field=TextField())


def _petitions(asked: Asked):
    rows = petitions_of(asked.subject, on=asked.on, user=asked.user).filter(asked.falls("received_on"))
    place = "station__jurisdiction"
    told = ("deputy_id", "station_id", f"{place}__code", f"{place}__name", f"{place}__path")
    stood = (as_of.course(asked.on), as_of.petition_status(asked.on), "reply")
    more = (_text("decline_reason__name"), "channel", "address", f"{place}__former_names")
    said = (as_of.petition_verdict(asked.on, *names) for names in (("satisfaction", "result"), ("attitude",) * 2))
    return rows, "received_on", *told, *stood, *said, "category", *more


def _referrals(asked: Asked):
    """What was handed to units of the petitions counted above."""
    rows = Referral.objects.filter(asked.falls("petition__received_on"), petition__in=asked.petitions())
    return _handed(rows, asked, "petition__received_on", "petition_id")


def _answers(asked: Asked):
    """What was handed to units of the suggestions counted below."""
    rows = Referral.objects.filter(suggestion__in=_of_deputies(asked).values("pk"))
    return _handed(rows, asked, _HANDED_IN_OF, "suggestion_id", SuggestionEvent)


def _handed(rows, asked, day, of, steps=PetitionEvent):
    state = reply_state(asked.on, steps)
    told = (of, state, "replied_on", "fed_back_on", "feedback_due_on", "returned_on", "recalled_on", "part")
    return rows.alias(state=state), day, *told, _text("result__key"), _text("result__name"), "result__counts_as_solved"


_S = Suggestion.Status
_ON_FILE = (_S.FILED, _S.ROUTED, _S.REPLIED, _S.JUDGED, _S.CLOSED)
_HANDED_IN = Coalesce("submitted_on", "written_on")
_HANDED_IN_OF = Coalesce("suggestion__submitted_on", "suggestion__written_on")


def _of_deputies(asked: Asked):
    """Those that were on file on the day."""
    stood = as_of.suggestion_status(asked.on)
    rows = Suggestion.objects.filter(deputy__in=asked.deputies()).alias(day=_HANDED_IN, stood=stood)
    return rows.filter(asked.falls("day"), stood__in=_ON_FILE)


def _suggestions(asked: Asked):
    said = (as_of.suggestion_verdict(asked.on, column) for column in ("satisfaction", "attitude"))
    return _of_deputies(asked), _HANDED_IN, "deputy_id", as_of.suggestion_status(asked.on), "wide", *said


def _households(asked: Asked):
    """Households named in a period; of each period whether one was seen in it."""
    rows = Designation.objects.within(asked.first, asked.last).filter(deputy__in=asked.deputies())
    seen = [
        Exists(Visit.objects.between(period.first, period.last).filter(household=OuterRef("household")).order_by())
        for period in asked.periods
    ]
    return rows, "since", "deputy_id", "household_id", "since", "until", *seen


def _voters(asked: Asked):
    rows = LiaisonVoter.objects.within(asked.first, asked.last).filter(deputy__in=asked.deputies())
    return rows, "since", "deputy_id", "since", "until"


def _absences(asked: Asked):
    rows = Absence.objects.within(asked.first, asked.last).filter(deputy__in=asked.deputies())
    return rows, "since", "deputy_id", "kind", "since", "until", "reason", "approved_by"


def _sessions(asked: Asked):
    """The congress sessions before which something may be asked in one of the periods (D8-二b)."""
    rows = CongressSession.objects.filter(_before_one_of(asked), term__in=_terms(asked))
    return rows, "opens_on", "term_id"


def _heard(asked: Asked):
    """Contacts so many days before a session of the deputy's own congress, on record by the day of the reading."""
    opens_on = F("deputy__term__sessions__opens_on")
    days = Q(happened_on__gte=opens_on - timedelta(days=asked.days), happened_on__lt=opens_on)
    known = VISITS.written_by(asked.on) & Q(happened_on__lte=asked.on)
    rows = Visit.objects.filter(_before_one_of(asked, "deputy__term__sessions__"), days, known)
    return rows.filter(deputy__in=asked.deputies()), "happened_on", "deputy_id", "kind"


def _before_one_of(asked, session="") -> Q:
    """The condition that the eve of a session lies in one of the periods; of none where no rule asks."""
    found = Q(pk__in=[])
    for period in asked.periods if asked.days else ():
        last = period.last + timedelta(days=1)
        found |= Q(**{f"{session}opens_on__gt": period.first, f"{session}opens_on__lte": last})
    return found


def _terms(asked):
    return asked.subject.deputies(asked.user).order_by().values("term")


def _receptions(asked: Asked):
    """The receptions of the subject's stations whose day has come."""
    day = as_of.reception_day(asked.on)
    rows = Reception.objects.filter(station__in=asked.stations()).alias(day=day).filter(asked.falls("day"))
    told = ("kind", "held_on", "cancelled", "nobody_came")
    return rows.filter(_has_come(asked)), day, "station_id", "station__jurisdiction__path", *told


def _turns(asked: Asked):
    """The turns of the subject's deputies, wherever the station is, at receptions whose day has come."""
    day = as_of.reception_day(asked.on, "reception__")
    rows = ReceptionDuty.objects.filter(deputy__in=asked.deputies()).alias(day=day).filter(asked.falls("day"))
    told = ("deputy_id", "came", "reception__held_on", "reception__cancelled")
    return rows.filter(_has_come(asked, "reception__")), day, *told


def _has_come(asked: Asked, reception: str = "") -> Q:
    """Held, cancelled, or planned for a day that is over: before that nobody has missed anything (N13)."""
    over = {"cancelled": True, "held_on__lte": asked.on, "planned_on__lt": asked.on}
    return Q(*((f"{reception}{name}", value) for name, value in over.items()), _connector=Q.OR)


def _activities(asked: Asked):
    rows = GroupActivity.objects.filter(asked.falls("happened_on"), group__in=asked.groups())
    return rows, "happened_on", "group_id", "group__jurisdiction__path", "kind", "reported_on", "report_due_on"


def _meetings(asked: Asked):
    rows = Meeting.objects.filter(asked.falls("happened_on"), jurisdiction__in=asked.offices())
    return rows, "happened_on", "jurisdiction_id", "jurisdiction__path", "kind"


def _engagements(asked: Asked):
    rows = Engagement.objects.filter(asked.falls("asked_on"), deputy__in=asked.deputies())
    return rows, "asked_on", "deputy_id", "kind", as_of.engagement_status(asked.on)


def _reports(asked: Asked):
    """Reports to voters that were held, with what the voters said of them (D1-4, D6-b)."""
    rows = VoterReport.objects.filter(asked.falls("held_on"), deputy__in=asked.deputies(), held_on__lte=asked.on)
    status = as_of.report_status(asked.on)
    votes = (as_of.vote(asked.on, name) for name in ("satisfied", "fairly", "dissatisfied"))
    return rows, "held_on", "deputy_id", status, "voters_present", *votes


def _exemptions(asked: Asked):
    years = {year for period in asked.periods for year in period.years}
    rows = ReportExemption.objects.filter(year__in=years, deputy__in=asked.deputies())
    return rows, Value(""), "deputy_id", "year", "reason", "approved_by"


def _entries(asked: Asked):
    """What no other record holds: sessions, meetings, training, honours; confirmed ones alone."""
    rows = DutyEntry.objects.counted().filter(asked.falls("happened_on"), deputy__in=asked.deputies())
    rows = rows.filter(as_of.is_decided(asked.on))
    return rows, "happened_on", "deputy_id", "kind", "attendance"


def _opinions(asked: Asked):
    """Contacts that were an opinion on a topic on which deputies asked (D8-四3)."""
    rows = Visit.objects.filter(asked.falls("happened_on"), consultation__isnull=False, deputy__in=asked.deputies())
    return rows, "happened_on", "deputy_id"


def _cases(asked: Asked):
    """What the office tells as a typical case of a year; its day is the last of that year."""
    rows = TypicalCase.objects.told_of(asked.subject, asked.first.year, asked.last.year, asked.user)
    deputy = Coalesce("petition__deputy_id", "visit__deputy_id")
    told = (deputy, "petition__station_id", "activity__group_id", "jurisdiction__path", "year", "title", "text")
    is_matter = Case(When(petition__isnull=False, then=Value(1)), default=Value(0))
    return rows, Value(""), *told, is_matter


def _flags(asked: Asked):
    """What was due in a period and was still missing on the day: the findings that the nightly sweep has left open."""
    open_then = Q(cleared_on__isnull=True) | Q(cleared_on__gt=asked.on)
    rows = Flag.objects.filter(asked.falls("due_on"), open_then, _about(asked), raised_on__lte=asked.on)
    matter = ("petition__", "referral__petition__")
    deputy = Coalesce("deputy_id", *(f"{one}deputy_id" for one in matter), "referral__suggestion__deputy_id")
    station = Coalesce("station_id", "reception__station_id", *(f"{one}station_id" for one in matter))
    group = Coalesce("group_id", "activity__group_id")
    of_petition = Q(petition__isnull=False) | Q(referral__petition__isnull=False)
    of_matter = Case(When(of_petition, then=Value(1)), default=Value(0))
    whose = (deputy, station, group, "office_id", "jurisdiction__path", of_matter)
    return rows, "due_on", *whose, "rule_key", "severity", "rule__name"


def _about(asked: Asked) -> Q:
    petitions = asked.petitions()
    whose = Q(deputy__in=asked.deputies()) | Q(petition__in=petitions) | Q(referral__petition__in=petitions)
    whose |= Q(referral__suggestion__deputy__in=asked.deputies())
    stations = asked.stations()
    whose |= Q(station__in=stations) | Q(reception__station__in=stations)
    groups = asked.groups()
    return whose | Q(group__in=groups) | Q(activity__group__in=groups) | Q(office__in=asked.offices())


SOURCES = {
    "petition": _petitions,
    "referral": _referrals,
    "suggestion": _suggestions,
    "answer": _answers,
    "household": _households,
    "voter": _voters,
    "absence": _absences,
    "session": _sessions,
    "heard": _heard,
    "reception": _receptions,
    "turn": _turns,
    "activity": _activities,
    "meeting": _meetings,
    "engagement": _engagements,
    "voter_report": _reports,
    "exemption": _exemptions,
    "entry": _entries,
    "opinion": _opinions,
    "case": _cases,
    "flag": _flags,
}
"""What is read besides contacts, by the name of one record."""
