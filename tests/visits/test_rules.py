from datetime import date

import pytest

from visits import rules
from visits.rules import State

LAST = date(2026, 10, 31)


def state(today, contacts=0, owed=True, **amounts):
    return rules.month_state(contacts=contacts, owed=owed, last=LAST, today=today, **amounts)


@pytest.mark.rule("D1-3①b")
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 10, 1), State.OPEN),
        (date(2026, 10, 19), State.OPEN),
        (date(2026, 10, 20), State.DUE),
        (date(2026, 10, 31), State.DUE),
        (date(2026, 11, 1), State.MISSED),
    ],
)
def test_a_month_without_a_contact_is_open_then_urgent_then_missed(today, expected):
    assert state(today) == expected


@pytest.mark.rule("D1-3①b")
@pytest.mark.parametrize("today", [date(2026, 10, 31), date(2027, 1, 1)])
def test_one_contact_makes_the_month_whenever_one_looks(today):
    assert state(today, contacts=1) == State.DONE


def test_a_month_that_is_not_owed_is_never_missed():
    assert state(date(2026, 11, 1), owed=False) == State.NOT_OWED


@pytest.mark.rule("D1-3①b")
def test_the_amounts_of_the_rule_in_force_count():
    assert state(date(2026, 10, 5), contacts=1, minimum=2, amber_day=5) == State.DUE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10", date(2026, 10, 1)),
        ("2026-11", date(2026, 11, 1)),
        ("2021-11", date(2021, 11, 1)),
        ("2021-10", None),
        ("2026-12", None),
        ("2026-13", None),
        ("2026-1", None),
        ("2026-10-01", None),
        ("0001-01", None),
        ("９９９９-01", None),
        ("-", None),
        ("十月", None),
        ("9" * 5000 + "-01", None),
    ],
)
def test_a_month_is_named_exactly_and_lies_within_the_last_five_years(text, expected):
    assert rules.month_named(text, date(2026, 11, 24)) == expected


def test_a_contact_is_late_when_its_month_was_over():
    assert [rules.is_late(date(2026, 2, 28), day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [False, True]
