"""How receptions come round: the days of a year, their shift, fair turns. Without a database."""

import random
from datetime import date, time, timedelta

import pytest

from liaison_stations import rota
from office import statutory
from office.workdays import Calendar

FILES = Calendar.from_files()
ODD_15TH = "FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYMONTHDAY=15"


def days(rule, year, since=date(2020, 1, 1), **more):
    return rota.dates(rule, since=since, first=date(year, 1, 1), last=date(year, 12, 31), **more)


# The days of a rule


@pytest.mark.rule("D5-二a")
def test_the_fifteenth_of_odd_months_comes_six_times_a_year():
    assert days(rota.rule_of(rota.ODD_15TH), 2026) == [date(2026, month, 15) for month in (1, 3, 5, 7, 9, 11)]


@pytest.mark.rule("D3-三")
def test_a_monthly_reception_comes_every_month():
    assert days(rota.rule_of(rota.MONTHLY, month_day=8), 2027) == [date(2027, month, 8) for month in range(1, 13)]


def test_the_thirty_first_is_the_last_day_of_a_shorter_month():
    found = days(rota.rule_of(rota.MONTHLY, month_day=31), 2028)
    assert [day.day for day in found] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_a_weekly_reception_comes_every_week():
    found = days(rota.rule_of(rota.WEEKLY, weekday=2), 2026)
    assert (len(found), {day.weekday() for day in found}) == (52, {2})


def test_a_rule_holds_from_its_first_day_to_its_last():
    rule = rota.rule_of(rota.MONTHLY, month_day=15)
    assert days(rule, 2026, since=date(2026, 3, 16), until=date(2026, 5, 15)) == [date(2026, 4, 15), date(2026, 5, 15)]
    assert days(rule, 2026, since=date(2027, 1, 1)) == []
    assert days(rule, 2026, until=date(2025, 12, 31)) == []


def test_a_rule_of_ones_own_is_read_as_people_paste_it():
    rule = rota.rule_of(rota.CUSTOM, text=" rrule:freq=monthly; byday=2tu ")
    assert rule == "FREQ=MONTHLY;BYDAY=2TU"
    assert days(rule, 2026)[:2] == [date(2026, 1, 13), date(2026, 2, 10)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "每月第二个星期二",
        "FREQ=DAILY",
        "FREQ=SECONDLY",
        "BYDAY=MO;FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=-1",
        "FREQ=WEEKLY;COUNT=3",
        "FREQ=WEEKLY;UNTIL=20270101",
        "FREQ=WEEKLY;BYHOUR=9",
        "FREQ=MONTHLY;BYMONTHDAY=",
        "FREQ=MONTHLY;BYMONTHDAY=15;BYMONTHDAY=16",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=①",
    ],
)
def test_what_is_no_rule_or_never_comes_is_refused(text):
    with pytest.raises(rota.NoRule):
        rota.rule_of(rota.CUSTOM, text=text)


@pytest.mark.parametrize(
    ("kind", "said"),
    [(rota.MONTHLY, {}), (rota.MONTHLY, {"month_day": 32}), (rota.WEEKLY, {}), (rota.WEEKLY, {"weekday": 7})],
)
def test_a_kind_without_its_day_is_refused(kind, said):
    with pytest.raises(rota.NoRule):
        rota.rule_of(kind, **said)


def test_a_rule_says_its_own_day_again():
    assert rota.month_day_of(rota.rule_of(rota.MONTHLY, month_day=31)) == 31
    assert rota.weekday_of(rota.rule_of(rota.WEEKLY, weekday=4)) == 4


# Days off


@pytest.mark.rule("D5-二a")
@pytest.mark.parametrize(
    ("day", "moved", "why"),
    [
        (date(2026, 3, 15), date(2026, 3, 16), "星期日"),
        (date(2026, 11, 15), date(2026, 11, 16), "星期日"),
        (date(2027, 5, 15), date(2027, 5, 17), "星期六"),
        (date(2027, 9, 15), date(2027, 9, 16), "中秋节"),
        (date(2026, 2, 15), date(2026, 2, 24), "春节"),
    ],
)
def test_a_reception_on_a_day_off_is_held_on_the_next_working_day(day, moved, why):
    calendar = statutory.completed(FILES, day.year)
    assert rota.shifted(day, calendar, rota.NEXT_WORKING_DAY) == rota.Moved(moved, day, why)
    assert rota.shifted(day, calendar, rota.NO_SHIFT) == rota.Moved(day)


def test_a_working_weekend_is_a_working_day():
    assert rota.shifted(date(2026, 2, 14), FILES, rota.NEXT_WORKING_DAY) == rota.Moved(date(2026, 2, 14))
    assert rota.shifted(date(2026, 9, 19), FILES, rota.NEXT_WORKING_DAY).date == date(2026, 9, 20)


def test_what_was_entered_for_a_year_holds_against_what_the_law_says():
    assert statutory.completed(FILES, 2026) is FILES
    free = statutory.days_of(2027)
    assert [day.isoformat()[5:] for day in sorted(free)] == [
        *("01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02"),
        *("06-09", "09-15", "10-01", "10-02", "10-03"),
    ]


def test_the_law_names_the_holidays_that_the_entered_years_have():
    for year in (2025, 2026):
        missing = {day for day in statutory.days_of(year) if FILES.is_working(day)}
        assert missing == set()


# Merging


def session(day, *, station=1, at=9, each=2, moved_from=None, recurrence=1):
    return rota.Session(
        station=station,
        date=day,
        starts_at=time(at),
        ends_at=time(at + 2),
        each=each,
        recurrence=recurrence,
        rule_date=moved_from or day,
        moved_from=moved_from,
    )


def test_what_is_moved_onto_another_reception_of_the_station_becomes_one_with_it():
    own, moved = session(date(2026, 10, 8)), session(date(2026, 10, 8), moved_from=date(2026, 10, 1))
    assert rota.merged([moved, own]) == [own]


def test_at_another_time_or_another_station_it_stands_beside_it():
    own = session(date(2026, 10, 8))
    afternoon = session(date(2026, 10, 8), at=14, moved_from=date(2026, 10, 1))
    elsewhere = session(date(2026, 10, 8), station=2, moved_from=date(2026, 10, 1))
    assert rota.merged([afternoon, elsewhere, own]) == [own, elsewhere, afternoon]


# Turns


def people(n, **more):
    return [rota.Deputy(pk, **more) for pk in range(1, n + 1)]


def monthly(count=12, **more):
    return [session(date(2026, month, 15), **more) for month in range(1, count + 1)]


def test_turns_go_round():
    sessions = monthly(4)
    rota.give_turns(sessions, {1: people(4)})
    assert [one.deputies for one in sessions] == [[1, 2], [3, 4], [1, 2], [3, 4]]


def test_whoever_is_on_leave_that_day_is_passed_over_and_comes_next():
    deputies = people(4)
    deputies[0].away = [(date(2026, 1, 10), date(2026, 1, 20))]
    sessions = monthly(3)
    rota.give_turns(sessions, {1: deputies})
    assert [one.deputies for one in sessions] == [[2, 3], [1, 4], [2, 3]]


def test_whoever_was_away_for_long_does_not_make_up_for_all_of_it():
    deputies = people(4)
    deputies[0].away = [(date(2026, 1, 1), date(2026, 8, 31))]
    sessions = monthly()
    rota.give_turns(sessions, {1: deputies})
    assert [1 in one.deputies for one in sessions] == [False] * 8 + [True, False, True, False]
    assert [one.turns for one in deputies] == [2, 8, 7, 7]


def test_nobody_receives_who_is_not_in_office():
    early, late, gone, unknown = people(4)
    early.left_on, late.joined_on, gone.left_on, unknown.ended = (
        date(2026, 3, 15),
        date(2026, 3, 15),
        date(2026, 1, 15),
        True,
    )
    sessions = monthly(4)
    rota.give_turns(sessions, {1: [early, late, gone, unknown]})
    assert [one.deputies for one in sessions] == [[1], [1], [2], [2]]


def test_a_deputy_of_two_stations_never_gets_two_receptions_at_one_time():
    deputies = people(1)
    first, same_time, later = (session(date(2026, 3, 16), station=s, at=at) for s, at in ((1, 9), (2, 10), (2, 11)))
    rota.give_turns([first, same_time, later], {1: deputies, 2: deputies})
    assert [one.deputies for one in (first, same_time, later)] == [[1], [], [1]]


def test_the_turns_that_stand_already_count():
    one, two, three = people(3)
    one.turns, one.last = 2, date(2026, 2, 1)
    two.turns, two.last = 1, date(2026, 1, 20)
    three.turns, three.last = 1, date(2026, 1, 10)
    sessions = monthly(each=1)[2:4]
    rota.give_turns(sessions, {1: [one, two, three]})
    assert [s.deputies for s in sessions] == [[3], [2]]


@pytest.mark.rule("D3-三")
def test_in_whatever_world_those_always_there_differ_by_one_turn_at_most():
    for seed in range(150):
        dice = random.Random(seed)
        deputies, always, sessions = a_world(dice)
        rota.give_turns(dice.sample(sessions, len(sessions)), deputies)
        for station, there in always.items():
            turns = [one.turns for one in there]
            assert max(turns) - min(turns) <= 1, (seed, station, turns)
        assert all(len(set(s.deputies)) == len(s.deputies) <= s.each for s in sessions)


def test_the_order_in_which_the_sessions_are_given_changes_nothing():
    for seed in range(20):
        outcomes = []
        for shuffle in (1, 2):
            deputies, _always, sessions = a_world(random.Random(seed))
            rota.give_turns(random.Random(shuffle).sample(sessions, len(sessions)), deputies)
            outcomes.append([one.deputies for one in sorted(sessions, key=lambda one: one.order)])
        assert outcomes[0] == outcomes[1]


def a_world(dice):
    """Stations with deputies of their own, some of whom are away, join late or leave; weekly or monthly sessions."""
    deputies, always, sessions, pk = {}, {}, [], 0
    for station in range(1, dice.randint(2, 4)):
        stable = []
        for _n in range(dice.randint(1, 7)):
            pk += 1
            stable.append(rota.Deputy(pk))
        others = []
        for _n in range(dice.randint(0, 3)):
            pk += 1
            begin = date(2026, 1, 1) + timedelta(days=dice.randrange(365))
            absent = [(begin, begin + timedelta(days=dice.choice([0, 3, 40, 200])))]
            joined = begin if dice.random() < 0.3 else None
            others.append(rota.Deputy(pk, away=absent, joined_on=joined))
        deputies[station], always[station] = sorted(stable + others, key=lambda one: one.pk), stable
        step, each = dice.choice([7, 14, 30]), dice.randint(1, 3)
        sessions += [
            session(date(2026, 1, 5) + timedelta(days=n), station=station, each=each) for n in range(0, 360, step)
        ]
    return deputies, always, sessions
