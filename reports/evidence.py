"""The records behind a flag: what was found of that subject in that period, so that a finding can be checked."""

from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from constituents import moves
from constituents.models import (
    Designation,
    Extension,
    LiaisonVoter,
    Petition,
    PetitionEvent,
    SuggestionEvent,
    Urging,
)
from liaison_stations.models import Reception, StationPost
from office import clock, masking
from office.roles import STAFF
from reports.about import page_of
from reports.measures.sources import TAKEN_IN
from visits import rules
from visits.models import GroupActivity, Meeting, Visit

SHOWN = 30


class Record(NamedTuple):
    """One record: its day, what it says, and its page."""

    day: date | None
    text: str
    link: str = ""


class Evidence(NamedTuple):
    """Records under a heading; ``more`` is the list that has them all."""

    heading: str
    records: list
    more: str = ""


def evidence(flag, user) -> Evidence:
    """What is on record of the flag's subject from its first day to its due day; one or two queries."""
    read = _OF_MEASURE.get(flag.rule.measure) or _OF_KIND[flag.about[0]]
    return read(flag, lambda model: model.objects.visible_to(user, roles=STAFF))


def _contacts(flag, rows) -> Evidence:
    first, last = flag.starts_on, flag.due_on
    visits = rows(Visit).between(first, last).filter(deputy=flag.deputy_id).select_related("household")
    records = [Record(visit.happened_on, _contact(visit), page_of(visit)) for visit in visits[:SHOWN]]
    heading = _("Contacts from %(first)s to %(last)s") % {"first": first, "last": last}
    return Evidence(heading, records, _contact_list(flag.deputy_id, first, last))


def _contact(visit) -> str:
    late = not visit.imported and rules.is_late(visit.happened_on, clock.local_date(visit.logged_at))
    parts = [
        visit.get_kind_display(),
        str(visit.household or masking.name(visit.met)),
        _("written down late") if late else "",
    ]
    return "，".join(part for part in parts if part)


def _contact_list(deputy, first, last) -> str:
    """The list of contacts, narrowed to the month or the year as far as the list can be."""
    asked = {"deputy__id__exact": deputy}
    if first.year == last.year:
        asked["happened_on__year"] = first.year
        if first.month == last.month:
            asked["happened_on__month"] = first.month
    return f"{reverse('admin:visits_visit_changelist')}?{urlencode(asked)}"


def _households(flag, rows) -> Evidence:
    named = rows(Designation).on(flag.due_on).filter(deputy=flag.deputy_id).select_related("household")
    records = [Record(d.since, str(d.household), page_of(d.household)) for d in named]
    return Evidence(_("Contact households on %(day)s") % {"day": flag.due_on}, records)


def _liaison_voters(flag, rows) -> Evidence:
    named = rows(LiaisonVoter).on(flag.due_on).filter(deputy=flag.deputy_id)
    records = [Record(voter.since, voter.name, page_of(voter)) for voter in named]
    return Evidence(_("Liaison voters on %(day)s") % {"day": flag.due_on}, records)


def _activities(flag, rows) -> Evidence:
    first, last = flag.starts_on, flag.due_on
    found = rows(GroupActivity).between(first, last).filter(group=flag.group_id)
    records = [Record(a.happened_on, a.get_kind_display(), page_of(a)) for a in found[:SHOWN]]
    return Evidence(_("Group activities from %(first)s to %(last)s") % {"first": first, "last": last}, records)


def _receptions(flag, rows) -> Evidence:
    first, last = flag.starts_on, flag.due_on
    planned = rows(Reception).filter(station=flag.station_id, planned_on__range=(first, last))
    records = [Record(r.planned_on, _("held") if r.held_on else _("planned"), page_of(r)) for r in planned]
    taken_in = rows(Petition).filter(TAKEN_IN.also, station=flag.station_id, received_on__range=(first, last))
    for petition in taken_in.select_related("station", "deputy")[:SHOWN]:
        records.append(Record(petition.received_on, f"{petition}，{petition.deputy}", page_of(petition)))
    records.sort(key=lambda record: record.day)
    return Evidence(_("Receptions from %(first)s to %(last)s") % {"first": first, "last": last}, records)


def _posts(flag, rows) -> Evidence:
    found = rows(StationPost).filter(station=flag.station_id)
    records = [Record(None, f"{post.get_kind_display()} {post.name}") for post in found]
    return Evidence(_("People of the station"), records, page_of(flag.station))


def _reception(flag, rows) -> Evidence:
    turns = flag.reception.duties.select_related("deputy")
    records = [
        Record(turn.confirmed_on, f"{turn.deputy}，{_('confirmed') if turn.confirmed_on else _('not confirmed')}")
        for turn in turns
    ]
    posted = flag.reception.notice_posted_on
    records.append(Record(posted, _("notice posted") if posted else _("no notice posted")))
    return Evidence(_("The reception and its deputies"), records, page_of(flag.reception))


def _petition(flag, rows) -> Evidence:
    events = PetitionEvent.objects.filter(petition=flag.petition_id).select_related("by")
    said = [(e.at, f"{moves.step_name(e.verb)}，{e.by or e.who}".rstrip("，")) for e in events]
    records = [Record(clock.local_date(at), words) for at, words in said]
    return Evidence(_("Course of the matter"), records, page_of(flag.petition))


def _referral(flag, rows) -> Evidence:
    referral = flag.referral
    steps = [*_days(referral), *_extensions(referral, rows), *_urgings(referral), *_pauses(referral)]
    steps += _feedback(referral.petition) if referral.petition else []
    records = [Record(day, text) for day, text in sorted((s for s in steps if s[0]), key=lambda step: step[0])]
    return Evidence(_("Course of the matter"), records, page_of(referral.matter))


def _days(referral) -> list[tuple]:
    """What the referral itself says, day by day."""
    replied = _("replied: %(result)s") % {"result": referral.result} if referral.result_id else _("replied")
    return [
        (referral.routed_on, _("routed to %(unit)s") % {"unit": referral.unit}),
        (referral.receipt_due_on, _("to be accepted or returned by")),
        (referral.accepted_on, _("accepted")),
        (referral.returned_on, _("returned by the unit: %(reason)s") % {"reason": referral.return_reason}),
        (referral.recalled_on, _("taken back by the office")),
        (referral.due_on, _("reply due")),
        (referral.replied_on, replied),
        (referral.feedback_due_on, _("feedback due")),
        (referral.fed_back_on, _("fed back to the visitor")),
    ]


def _extensions(referral, rows) -> list[tuple]:
    steps = []
    for extension in rows(Extension).filter(referral=referral).select_related("approved_by"):
        words = {"more": extension, "reason": extension.reason, "who": extension.approved_by}
        steps.append((extension.approved_on, _("extended by %(more)s: %(reason)s (approved by %(who)s)") % words))
    return steps


def _urgings(referral) -> list[tuple]:
    urged = Urging.objects.filter(referral=referral).select_related("by")
    return [(one.on, _("urged by %(who)s") % {"who": one.by}) for one in urged]


def _pauses(referral) -> list[tuple]:
    """When its clock was stopped and let run again, and why."""
    events = PetitionEvent if referral.petition_id else SuggestionEvent
    found = events.objects.filter(referral=referral, verb__in=("pause", "resume"))
    return [(clock.local_date(e.at), "：".join(filter(None, [str(moves.step_name(e.verb)), e.note]))) for e in found]


def _feedback(petition) -> list[tuple]:
    """Each time that the person was told, and what the person said of it."""
    steps = []
    for one in petition.feedbacks.all():
        words = {"way": one.get_way_display(), "opinion": one.get_result_display() or _("not asked")}
        steps.append((one.told_on, _("the person was told %(way)s; opinion: %(opinion)s") % words))
    return steps


def _activity(flag, rows) -> Evidence:
    activity = flag.activity
    records = [Record(activity.happened_on, f"{activity.get_kind_display()}，{activity.content[:80]}")]
    if activity.reported_on:
        records.append(Record(activity.reported_on, _("reported in writing")))
    return Evidence(_("The activity and its report"), records, page_of(activity))


def _meetings(flag, rows) -> Evidence:
    first, last = flag.starts_on, flag.due_on
    found = rows(Meeting).between(first, last).filter(jurisdiction=flag.office_id)
    records = [Record(m.happened_on, m.get_kind_display(), page_of(m)) for m in found[:SHOWN]]
    return Evidence(_("Meetings from %(first)s to %(last)s") % {"first": first, "last": last}, records)


_OF_MEASURE = {
    "household_count": _households,
    "liaison_voters": _liaison_voters,
    "station_head": _posts,
    "station_tracker": _posts,
}
_OF_KIND = {
    "deputy": _contacts,
    "group": _activities,
    "station": _receptions,
    "reception": _reception,
    "petition": _petition,
    "referral": _referral,
    "activity": _activity,
    "office": _meetings,
}
