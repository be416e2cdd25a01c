"""How a deadline is counted, day by day, and what the command prints."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import ConnectionHandler, connections
from django.utils import translation

from office.deadlines import Uncountable, reckon
from office.models import CalendarDay
from office.workdays import Calendar

CALENDAR = Calendar.from_files()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def due(start, amount, unit):
    return reckon(date.fromisoformat(start), amount, unit, calendar=CALENDAR).due.isoformat()


def test_five_working_days_over_the_spring_festival_of_2026():
    reckoning = reckon(date(2026, 2, 12), 5, "working-days", calendar=CALENDAR)
    assert reckoning.due == date(2026, 2, 26)
    assert [(step.date.day, step.why) for step in reckoning.steps if step.counted] == [
        (13, "working day"),
        (14, "working weekend (春节)"),
        (24, "working day"),
        (25, "working day"),
        (26, "working day"),
    ]
    assert [step.date.day for step in reckoning.steps if not step.counted] == list(range(15, 24))
    assert {step.why for step in reckoning.steps if not step.counted} == {"春节 holiday"}
    assert reckoning.warnings == []


@pytest.mark.parametrize(
    ("start", "amount", "result"),
    [
        ("2026-02-12", 0, "2026-02-12"),
        ("2026-03-06", 1, "2026-03-09"),  # a Friday
        ("2026-03-07", 1, "2026-03-09"),  # a Saturday
        ("2026-09-18", 1, "2026-09-20"),  # a Sunday that is worked
        ("2026-09-30", 3, "2026-10-10"),  # the last of them a Saturday that is worked
        ("2024-02-09", 1, "2024-02-18"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2026-12-30", 1, "2026-12-31"),
        ("2026-02-24", -1, "2026-02-14"),
        ("2026-02-24", -3, "2026-02-12"),
    ],
)
def test_working_days(start, amount, result):
    assert due(start, amount, "working-days") == result


@pytest.mark.parametrize(
    ("start", "amount", "result"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-08-31", 2, "2026-10-31"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2028-02-29", 1, "2028-03-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-05-31", -3, "2026-02-28"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_months_end_on_the_same_date_or_at_the_month_s_end(start, amount, result):
    assert due(start, amount, "months") == result


def test_a_month_says_when_it_was_shortened():
    steps = reckon(date(2026, 11, 30), 3, "months", calendar=CALENDAR).steps
    assert [(step.date.isoformat(), step.why) for step in steps] == [
        ("2026-12-30", "month 1, same date"),
        ("2027-01-30", "month 2, same date"),
        ("2027-02-28", "month 3, which has no day 30: its last day"),
    ]


def test_calendar_days_all_count_and_nothing_shifts():
    reckoning = reckon(date(2026, 2, 12), 5, "days", calendar=CALENDAR)
    assert reckoning.due == date(2026, 2, 17)
    assert [(step.date.day, step.counted) for step in reckoning.steps] == [(n, True) for n in range(13, 18)]
    assert reckoning.steps[2].why == "calendar day, counts all the same (春节 holiday)"


def test_days_before_a_day_are_counted_backwards():
    assert due("2026-03-15", -3, "days") == "2026-03-12"


def test_working_days_agree_with_counting_them_in_a_span():
    for n in range(1, 200):
        reckoning = reckon(date(2026, 1, 3), n, "working-days", calendar=CALENDAR)
        assert CALENDAR.working_days(date(2026, 1, 4), reckoning.due) == n
        assert CALENDAR.is_working(reckoning.due)


def test_a_year_that_is_not_entered_counts_plain_weekends_and_says_so():
    reckoning = reckon(date(2026, 12, 31), 2, "working-days", calendar=CALENDAR)
    assert reckoning.due == date(2027, 1, 4)
    assert reckoning.warnings == [
        "The calendar of 2027 has not been entered: plain weekends were counted there, without holidays."
    ]
    assert reckon(date(2026, 12, 30), 1, "working-days", calendar=CALENDAR).warnings == []


@pytest.mark.parametrize(
    ("start", "amount", "unit"),
    [
        (date(2026, 1, 1), 1, "weeks"),
        (date(2026, 1, 1), 3661, "days"),
        (date(2026, 1, 1), 2501, "working-days"),
        (date(2026, 1, 1), 121, "months"),
        (date(1999, 12, 31), 1, "days"),
        (date(9999, 12, 31), 1, "days"),
    ],
)
def test_what_cannot_be_counted_is_refused(start, amount, unit):
    with pytest.raises(Uncountable):
        reckon(start, amount, unit, calendar=CALENDAR)


# The command


def run(capsys, *args):
    call_command("deadline", *args)
    return capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_prints_one_json_object_and_nothing_else(capsys):
    out = run(capsys, "--from", "2026-03-06", "--amount", "1", "--unit", "working-days", "--json")
    assert json.loads(out) == {
        "due": "2026-03-09",
        "steps": [
            {"date": "2026-03-07", "counted": False, "why": "Saturday, weekend"},
            {"date": "2026-03-08", "counted": False, "why": "Sunday, weekend"},
            {"date": "2026-03-09", "counted": True, "why": "working day"},
        ],
        "warnings": [],
    }


@pytest.mark.django_db
def test_the_command_counts_by_the_office_s_own_calendar(capsys):
    CalendarDay.objects.bulk_create(
        CalendarDay(day=date(2026, 1, 1) + timedelta(days=n), working=False, name="停工") for n in range(40)
    )
    out = run(capsys, "--from", "2026-01-01", "--amount", "1", "--unit", "working-days")
    assert out.splitlines()[-1] == "Due on 2026-02-10 Tuesday"


def test_the_command_needs_no_tables(capsys, monkeypatch, django_db_blocker, tmp_path):
    with django_db_blocker.unblock():
        monkeypatch.setitem(connections.settings, "bare", {**bare(), "NAME": str(tmp_path / "bare.sqlite3")})
        monkeypatch.setattr("django.db.router.db_for_read", lambda *args, **kwargs: "bare")
        out = run(capsys, "--from", "2026-02-12", "--amount", "5", "--unit", "working-days", "--json")
        connections["bare"].close()
    assert json.loads(out)["due"] == "2026-02-26"


def bare():
    """The settings of a database in which nothing is."""
    return ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3"}}).settings["default"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ([], "Say from when, how many and in which unit: --from 2026-02-12 --amount 5 --unit days"),
        (["--from", "2026-02-30", "--amount", "1", "--unit", "days"], None),
        (["--from", "2026-02-12", "--amount", "-1", "--unit", "days"], None),
        (["--from", "2026-02-12", "--amount", "1.5", "--unit", "days"], None),
        (["--from", "2026-02-12", "--amount", "4000", "--unit", "days"], "4000 is too long: at most 3660 here."),
        (["--from", "2026-02-12", "--amount", "1", "--unit", "years"], None),
        (["--from", "9999-12-31", "--amount", "1", "--unit", "days"], None),
    ],
)
def test_bad_input_ends_the_command_with_one_clear_line(capsys, args, reason):
    with pytest.raises(CommandError) as ended:
        call_command("deadline", *args, "--json")
    assert capsys.readouterr().out == ""
    assert reason in (None, str(ended.value))
    assert "\n" not in str(ended.value)
