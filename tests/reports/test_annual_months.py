"""Which months a deputy owed a contact (D1-3①b): only months whole in office."""

from datetime import date

import pytest

from deputies.models import Absence, Deputy
from office import clock
from office.models import Rule
from reports.annual.columns import tenths_of_a_percent
from reports.annual.months import NotOwed, Service, in_force, why_not_owed
from reports.annual.wording import month_names
from tests.reports.annual_year import ABSENCES, SERVICE

ON = date(2026, 11, 24)
ONE = {"minimum": 1}


def why(month, on=ON, amounts=ONE, **service):
    row = Service(**{"joined_on": None, "left_on": None, "end_reason": "", "records_since": date(2026, 1, 1)} | service)
    return why_not_owed(row, date(2026, month, 1), on=on, amounts=amounts)


def test_a_month_is_judged_from_the_first_day_of_the_next():
    assert why(10, on=date(2026, 10, 31)) == NotOwed.RUNNING
    assert why(10, on=date(2026, 11, 1)) is None


@pytest.mark.rule("D1-3①b")
def test_the_month_of_joining_is_owed_only_when_joined_on_its_first_day():
    assert why(4, joined_on=date(2026, 4, 1)) is None
    assert why(4, joined_on=date(2026, 4, 2)) == NotOwed.JOINED
    assert why(3, joined_on=date(2026, 4, 1)) == NotOwed.JOINED


def test_the_month_of_leaving_is_not_owed_even_on_its_last_day():
    assert why(6, left_on=date(2026, 6, 30), end_reason="辞职") == NotOwed.LEFT
    assert why(6, left_on=date(2026, 7, 1), end_reason="辞职") is None
    assert why(7, left_on=date(2026, 7, 1), end_reason="辞职") == NotOwed.LEFT


def test_a_mandate_that_ended_without_a_date_owes_nothing():
    assert [why(month, end_reason="代表资格终止") for month in range(1, 11)] == [NotOwed.ENDED] * 10


@pytest.mark.rule("D1-3①b")
def test_a_month_with_a_day_of_leave_or_suspension_is_not_owed():
    leave = Absence(kind="leave", since=date(2026, 2, 28), until=date(2026, 4, 1))
    assert [why(month, absences=(leave,)) for month in range(1, 6)] == [None, *[NotOwed.LEAVE] * 3, None]
    suspended = Absence(kind="suspended", since=date(2026, 3, 31), until=None)
    assert [why(month, absences=(leave, suspended)) for month in (2, 3, 10)] == [
        NotOwed.LEAVE,
        NotOwed.SUSPENDED,
        NotOwed.SUSPENDED,
    ]
    assert why(3, absences=(leave,), left_on=date(2026, 3, 3), end_reason="辞职") == NotOwed.LEFT


def test_months_before_the_ledger_and_without_a_rule_are_not_judged():
    assert why(2, records_since=date(2026, 3, 5)) == NotOwed.UNRECORDED
    assert why(3, records_since=date(2026, 3, 5)) is None
    assert why(3, records_since=None) == NotOwed.UNRECORDED
    assert why(3, amounts=None) == NotOwed.NO_RULE


@pytest.mark.rule("D1-3①b")
def test_of_two_versions_of_a_rule_the_later_holds_from_its_first_day():
    old = Rule(effective_from=date(2016, 1, 1), effective_to=date(2026, 6, 30), amounts={"minimum": 1})
    new = Rule(effective_from=date(2026, 7, 1), amounts={"minimum": 2})
    assert [in_force([old, new], day) for day in (date(2015, 12, 31), date(2026, 6, 30), date(2026, 7, 1))] == [
        None,
        {"minimum": 1},
        {"minimum": 2},
    ]


@pytest.mark.django_db
def test_the_months_owed_are_those_of_the_deputies_query(small):
    for n, service in enumerate(SERVICE):
        Deputy.objects.create(term=small.term, district=small.a.district, name=f"任职{n}", **service)
    for deputy, absences in zip(Deputy.objects.order_by("pk"), 3 * ABSENCES, strict=False):
        for kind, since, until in absences:
            Absence.objects.create(
                deputy=deputy, kind=kind, since=since, until=until, reason="住院", approved_by="主任"
            )
    assert Absence.objects.count() > 5
    for month in range(1, 11):
        first = date(2026, month, 1)
        assert set(Deputy.objects.owing(first, clock.month_end(first))) == {
            d for d in Deputy.objects.all() if why(month, **service_of(d)) is None
        }


def service_of(deputy) -> dict:
    return {name: getattr(deputy, name) for name in ("joined_on", "left_on", "end_reason")} | {
        "absences": tuple(deputy.absences.all())
    }


def test_shares_are_rounded_half_up_from_two_integers():
    assert [tenths_of_a_percent(1, 3), tenths_of_a_percent(2, 3), tenths_of_a_percent(1, 2000)] == [333, 667, 1]
    assert [tenths_of_a_percent(0, 7), tenths_of_a_percent(7, 7), tenths_of_a_percent(0, 0)] == [0, 1000, None]


def test_months_in_a_row_are_named_as_a_run():
    one, two, three, four, ten = (month_names([n]) for n in (1, 2, 3, 4, 10))
    assert month_names([1, 2, 4]) == f"{one}、{two}、{four}"
    assert month_names([1, 2, 3, 4, 10]) == f"{one}—{four}、{ten}"
    assert month_names([]) == ""
