"""A month of receptions as a sheet, and a person's receptions as an .ics file."""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar as Feed
from icalendar import Event, Timezone

from liaison_stations import rota
from office.workdays import Calendar

SHANGHAI = "Asia/Shanghai"
_ZONE = ZoneInfo(SHANGHAI)


@dataclass
class Leaf:
    """One day on the sheet of a month, with its receptions and the name of a holiday."""

    date: date
    in_month: bool
    is_off: bool
    holiday: str
    receptions: list = field(default_factory=list)


def sheet(first: date, receptions, days_off: Calendar) -> list[Leaf]:
    """The whole weeks, from Monday, that a month lies in."""
    by_day = {}
    for reception in receptions:
        by_day.setdefault(reception.planned_on, []).append(reception)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [_leaf(day, first, by_day, days_off) for week in weeks for day in week]


def _leaf(day, first, by_day, days_off):
    off = not days_off.is_working(day)
    said = days_off.days.get(day)
    return Leaf(
        date=day,
        in_month=day.month == first.month,
        is_off=off,
        holiday=rota.why_off(day, days_off) if off and said else "",
        receptions=by_day.get(day, []) if day.month == first.month else [],
    )


def feed(receptions, *, title: str, host: str, at: datetime) -> bytes:
    """The receptions as an iCalendar file (RFC 5545); those with ``turns`` name who comes."""
    cal = Feed()
    cal.add("prodid", f"-//{host}//receptions//ZH")
    cal.add("version", "2.0")
    cal.add("method", "PUBLISH")
    cal.add("x-wr-calname", title)
    cal.add("x-wr-timezone", SHANGHAI)
    cal.add_component(Timezone.from_tzinfo(_ZONE))
    for reception in receptions:
        cal.add_component(_event(reception, host, at))
    return cal.to_ical()


def _event(reception, host, at) -> Event:
    event = Event()
    event.add("uid", f"reception-{reception.pk}@{host}")
    event.add("dtstamp", at)
    event.add("summary", _summary(reception))
    event.add("location", "，".join(filter(None, (reception.station.name, reception.station.address))))
    names = "、".join(duty.deputy.name for duty in reception.duties.all())
    event.add("description", _("Deputies: %s") % names if names else "")
    event.add("status", "CANCELLED" if reception.cancelled else "CONFIRMED")
    for name, value in _span(reception):
        event.add(name, value)
    return event


def _summary(reception) -> str:
    if reception.kind == reception.Kind.APPOINTMENT:
        return _("Appointment: %s") % reception.about
    return _("Reception at %s") % reception.station


def _span(reception):
    """From when to when; a reception without a time takes the whole day."""
    day = reception.planned_on
    if reception.starts_at and reception.ends_at:
        yield "dtstart", datetime.combine(day, reception.starts_at, _ZONE)
        yield "dtend", datetime.combine(day, reception.ends_at, _ZONE)
    else:
        yield "dtstart", day
        yield "dtend", day + timedelta(days=1)
