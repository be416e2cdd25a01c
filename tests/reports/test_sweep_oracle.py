"""Twenty years of monthly flags, in three server time zones, against a reading that shares no line with the sweep."""

import time as system_time
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine

from deputies.models import Absence, Deputy, Term
from office import clock, regulations
from reports.models import Flag
from reports.sweep import sweep
from visits.models import Visit

pytestmark = pytest.mark.django_db
OFFICE = ZoneInfo("Asia/Shanghai")
ZONES = ["America/Los_Angeles", "Asia/Shanghai", "Pacific/Kiritimati"]
BEGIN, MONTHS, CONTACT = date(2026, 1, 1), 240, "D1-3①b"


@pytest.fixture
def server_zone(monkeypatch):
    """Sets the zone in which the server's own clock runs; the office's is Shanghai wherever that is."""

    def server_zone(name):
        monkeypatch.setenv("TZ", name)
        system_time.tzset()

    yield server_zone
    monkeypatch.undo()
    system_time.tzset()


def at(instant):
    """At an instant, whatever the zone: travelling to a date with a ZoneInfo would set the server's zone as well."""
    return time_machine.travel(instant.timestamp(), tick=False)


def months():
    return [clock.add_months(BEGIN, n) for n in range(MONTHS)]


@pytest.fixture
def deputies(small):
    """Eight deputies with every kind of service, and their contacts of twenty years."""
    regulations.load(on=BEGIN)
    Deputy.objects.update(end_reason="辞职", left_on=date(2025, 12, 1))
    Term.objects.update(records_since=BEGIN)
    chance, town = Random(20), small.a
    service = [
        {},
        {"joined_on": date(2030, 5, 16)},
        {"joined_on": date(2030, 6, 1)},
        {"left_on": date(2040, 2, 29), "end_reason": "辞职"},
        {"left_on": date(2040, 3, 1), "end_reason": "调离"},
        {"end_reason": "终止"},
        {},
        {},
    ]
    rows = [
        Deputy.objects.create(term=small.term, district=town.district, group=town.group, name=f"老代表{n}", **about)
        for n, about in enumerate(service)
    ]
    Absence.objects.create(
        deputy=rows[6], kind="leave", since=date(2033, 3, 31), until=date(2033, 5, 1), reason="病假", approved_by="主任"
    )
    Absence.objects.create(deputy=rows[7], kind="suspended", since=date(2044, 7, 1), reason="停职", approved_by="主任")
    Visit.objects.bulk_create(_visit(row, first, chance) for row in rows for first in months() if chance.random() < 0.8)
    return rows


def _visit(row, first, chance):
    """A contact of a month; some are written down after midnight, on the next day, or weeks later."""
    day = first + timedelta(days=chance.choice([0, 14, 27, (clock.month_end(first) - first).days]))
    late = chance.choice([timedelta(0), timedelta(0), timedelta(minutes=10), timedelta(days=1), timedelta(days=40)])
    at = datetime.combine(day, time(23, 55), OFFICE) + late
    return Visit(deputy=row, met="某户", happened_on=day, kind="home", logged_at=at)


def nights():
    """The nights on which something can change: the first, the twentieth and the last of each month."""
    days = [first + timedelta(days=n) for first in months() for n in (0, 19, (clock.month_end(first) - first).days)]
    return [day for day in days if day > BEGIN]


# -- the oracle: one deputy, one month, one night at a time


def oracle(rows):
    found = {}
    absences = list(Absence.objects.all())
    written = {}
    for visit in Visit.objects.all():
        key = (visit.deputy_id, visit.happened_on.strftime("%Y-%m"))
        written.setdefault(key, []).append((visit.happened_on, visit.logged_at.astimezone(OFFICE).date()))
    for row in rows:
        for first in months():
            key, last = first.strftime("%Y-%m"), (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            whole = (not row.joined_on or row.joined_on <= first) and (
                row.left_on > last if row.left_on else not row.end_reason
            )
            away = any(
                a.deputy_id == row.pk and a.since <= last and (not a.until or a.until >= first) for a in absences
            )
            if whole and not away:
                story = _story(written.get((row.pk, key), []), first, last)
                if story:
                    found[(row.pk, key)] = story
    return found


def _story(contacts, first, last):
    state = None
    for night in nights():
        known = [logged for day, logged in contacts if day <= night and logged <= night]
        judged = night > last and (night - last).days <= 31 or (first <= night <= last and night.day >= 20)
        if state and not state[1] and known:
            state = (state[0], "satisfied" if min(known) <= last else "late", state[2])
        elif state and not state[1] and night > last:
            state = ("red", "", state[2])
        elif not state and judged and not known:
            state = ("amber" if night <= last else "red", "", night)
    return state


@pytest.mark.rule("D1-3①b")
def test_twenty_years_of_flags_are_what_an_independent_reading_says(deputies, server_zone):
    """Each night in a zone drawn for it, so that in every zone there are first, twentieth and last days of months."""
    chance = Random(26)
    for night in nights():
        server_zone(chance.choice(ZONES))
        with at(datetime.combine(night, time(0, 5), OFFICE)):
            sweep(on=clock.today(), only=[CONTACT])
    flags = Flag.objects.filter(rule_key=CONTACT)
    told = {(flag.deputy_id, flag.period): (flag.severity, flag.cleared_why, flag.raised_on) for flag in flags}
    assert len(told) > 300
    assert told == oracle(deputies)


def test_today_is_the_day_in_shanghai_whatever_day_the_server_has(server_zone):
    new_year, days = datetime(2026, 12, 31, 16, 5, tzinfo=ZoneInfo("UTC")), []
    for zone in ZONES:
        server_zone(zone)
        with at(new_year):
            days.append((system_time.localtime().tm_yday, clock.today()))
    assert days == [(365, date(2027, 1, 1)), (1, date(2027, 1, 1)), (1, date(2027, 1, 1))]
