"""What the demo county does besides its workbooks: receptions, group activities, a meeting, a leave, a session.

Some of it is missing on purpose, so that the boards have something to say.
"""

from datetime import date, datetime, time, timedelta
from itertools import product

from django.utils import timezone

from deputies.models import Absence, CongressSession, Deputy, DeputyGroup, Term
from liaison_stations import rota
from liaison_stations.models import Reception, ReceptionDuty, Station
from office.clock import add_months, month_end
from office.workdays import Calendar
from visits.actions import receive_reports, set_participants
from visits.models import GroupActivity, Meeting

RECEPTION_DAY = 15
_LEFT_OUT = 9
"""Every so many receptions one was not held."""
_ACTIVITIES = (
    (-7, GroupActivity.Kind.VISIT, "分片走访选民，听取对村道和饮水的意见。"),
    (-2, GroupActivity.Kind.FORUM, "召开选民座谈会。"),
)
"""So many months ago, of what kind, and what was heard."""


def add(*, by, on: date):
    """Write it all down as of the day ``on``, as the county office ``by``."""
    term = Term.objects.select_related("jurisdiction").get()
    CongressSession.objects.create(term=term, name="人民代表大会会议", opens_on=date(on.year, 1, 8))
    _meet(term, by, on)
    _grant_leave(on)
    _receive(term.records_since, on)
    for n, group in enumerate(DeputyGroup.objects.order_by("pk")[1:]):  # the first group has done nothing yet
        _be_active(group, n, by, on)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), timezone.get_current_timezone())


def _meet(term, by, on):
    day = add_months(on, -5)
    content = "代表小组组长工作会，交流联系选民的做法。"
    Meeting.objects.create(
        jurisdiction=term.jurisdiction, happened_on=day, content=content, logged_at=_noon(day), logged_by=by
    )


def _grant_leave(on):
    """One deputy without a sign-in was away for two months, as the office approved."""
    away = Deputy.objects.in_office(on, on).filter(user=None).order_by("-pk").first()
    since, until = add_months(on.replace(day=1), -4), month_end(add_months(on, -3))
    Absence.objects.create(
        deputy=away, kind="leave", since=since, until=until, reason="住院治疗", approved_by="县人大常委会主任会议"
    )


def _receive(since, on):
    """Each station has a reception a month; the one to come is announced, and its deputies have confirmed."""
    stations = list(Station.objects.prefetch_related("deputies").order_by("pk"))
    calendar = Calendar.load()
    for n, (station, month) in enumerate(product(stations, _months(since, on))):
        if n % _LEFT_OUT:
            day = month.replace(day=RECEPTION_DAY)
            _hold(station, rota.shifted(day, calendar, rota.NEXT_WORKING_DAY).date, on)


def _months(since, on) -> list[date]:
    first = since.replace(day=1)
    return [add_months(first, n) for n in range((on.year - first.year) * 12 + on.month - first.month + 1)]


def receive_today(station, on):
    """The station whose officer signs in has a reception today, whatever day it is shown."""
    if not station.receptions.filter(planned_on=on).exists():
        _hold(station, on, on - timedelta(days=1))


def _hold(station, day, on):
    held = day if day <= on else None
    reception = Reception.objects.create(
        station=station,
        planned_on=day,
        starts_at=time(9),
        ends_at=time(11),
        notice_posted_on=day - timedelta(days=4),
        held_on=held,
        nobody_came=bool(held) and not station.petitions.filter(received_on=day).exists(),
    )
    turns = list(station.deputies.all())[:2]
    ReceptionDuty.objects.bulk_create(
        ReceptionDuty(reception=reception, deputy=deputy, confirmed_on=day - timedelta(days=5), came=bool(held))
        for deputy in turns
    )


def _be_active(group, n, by, on):
    """Two activities; the report of the second has come from two groups of three."""
    for months, kind, content in _ACTIVITIES:
        day = add_months(on.replace(day=5 + n % 20), months)
        about = {"happened_on": day, "kind": kind, "content": content, "logged_at": _noon(day), "logged_by": by}
        activity = GroupActivity.objects.create(group=group, **about)
        there = Deputy.objects.in_office(day, day).filter(group=group)
        set_participants(activity, there, by=by, at=_noon(day))
        if kind == GroupActivity.Kind.VISIT or n % 3:
            reported = GroupActivity.objects.filter(pk=activity.pk)
            receive_reports(reported, by=by, at=_noon(on), on=day + timedelta(days=6))
