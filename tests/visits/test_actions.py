from datetime import UTC, date, datetime, timedelta

import pytest

from constituents.models import Designation, Petition
from office.models import AuditEvent
from tests import county
from visits import actions, rules
from visits.models import Visit

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 12)
NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)


def log(town, *, household=None, **changes):
    given = {"on": TODAY, "at": NOON, "kind": Visit.Kind.HOME, "household": household, "content": "家里都好。"}
    return actions.log_visit(by=town.deputy_user, deputy=town.deputy, **{**given, **changes})


def refused(error, town, **changes):
    """Whether the contact is refused with this very error, and nothing of it written."""
    with pytest.raises(error) as caught:
        log(town, **changes)
    assert (Visit.objects.count(), AuditEvent.objects.count()) == (0, 0)
    return type(caught.value) is error


@pytest.mark.rule("D1-3b", "D8-一a", "D8-五b")
def test_a_contact_is_written_down_with_its_line_in_the_trail(small):
    home = small.a.households[0]
    visit = log(small.a, household=home, matter_raised=True, place=home.address)
    assert Visit.objects.get() == visit
    assert (visit.deputy, visit.household, visit.happened_on) == (small.a.deputy, home, TODAY)
    assert (visit.logged_by, visit.logged_at, visit.matter_raised) == (small.a.deputy_user, NOON, True)
    line = AuditEvent.objects.get()
    assert (line.action, line.subject_type, line.subject_id) == ("visit.logged", "visits.visit", visit.pk)
    assert (line.user, line.at) == (small.a.deputy_user, NOON)
    assert line.detail == {
        "deputy": small.a.deputy.pk,
        "household": home.pk,
        "happened_on": "2026-10-12",
        "kind": "home",
    }


def test_a_contact_without_a_household_says_who_was_met(small):
    visit = log(small.a, kind=Visit.Kind.FORUM, met="第1选区选民20人")
    assert (visit.household, str(visit.met)) == (None, "第1选区选民20人")


def test_a_contact_with_nobody_is_refused(small):
    assert refused(actions.NobodyMet, small.a, kind=Visit.Kind.FORUM)


@pytest.mark.parametrize("days", [0, 1, 366])
def test_a_contact_up_to_a_year_ago_is_accepted(small, days):
    small.a.deputy.designations.update(since=None)
    assert log(small.a, household=small.a.households[0], on=TODAY - timedelta(days=days)).pk


@pytest.mark.parametrize("days", [-1, 367])
def test_a_day_to_come_and_one_long_ago_are_refused(small, days):
    small.a.deputy.designations.update(since=None)
    day = TODAY - timedelta(days=days)
    assert refused(actions.DayOutOfReach, small.a, household=small.a.households[0], on=day)


def test_the_day_is_that_of_the_office_s_calendar(small):
    """Half past midnight on 1 November in Shanghai is still October in Greenwich."""
    at = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    assert log(small.a, household=small.a.households[0], on=date(2026, 11, 1), at=at).pk


@pytest.mark.rule("D1-1")
def test_a_household_of_another_deputy_is_refused(small):
    assert refused(actions.NotTheirHousehold, small.a, household=small.b.households[0])


def test_two_deputies_with_the_same_household_log_it_each_in_their_own_time(small):
    home = small.a.households[0]
    Designation.objects.filter(household=home).update(until=date(2026, 9, 30))
    Designation.objects.create(household=home, deputy=small.b.deputy, since=date(2026, 10, 1))
    assert refused(actions.NotTheirHousehold, small.a, household=home, on=date(2026, 10, 1))
    assert refused(actions.NotTheirHousehold, small.b, household=home, on=date(2026, 9, 30))
    assert log(small.a, household=home, on=date(2026, 9, 30)).deputy == small.a.deputy
    assert log(small.b, household=home, on=date(2026, 10, 1)).deputy == small.b.deputy


def in_office(town, **changes):
    for name, value in changes.items():
        setattr(town.deputy, name, value)
    town.deputy.save()


def test_nobody_logs_a_contact_of_before_the_mandate(small):
    in_office(small.a, joined_on=TODAY)
    assert refused(actions.NotInOffice, small.a, household=small.a.households[0], on=TODAY - timedelta(days=1))
    assert log(small.a, household=small.a.households[0]).pk


@pytest.mark.parametrize("left_on", [TODAY, date(2026, 10, 1), None])
def test_who_has_left_office_logs_nothing_any_more_not_even_about_earlier_days(small, left_on):
    in_office(small.a, left_on=left_on, end_reason="辞职")
    assert refused(actions.NotInOffice, small.a, household=small.a.households[0], on=date(2026, 9, 1))


def test_who_will_leave_office_tomorrow_still_logs_today(small):
    in_office(small.a, left_on=TODAY + timedelta(days=1), end_reason="辞职")
    assert log(small.a, household=small.a.households[0]).pk


def test_a_text_of_4000_characters_is_kept_and_one_more_is_refused(small):
    home = small.a.households[0]
    assert refused(actions.TooLong, small.a, household=home, content="字" * (rules.CONTENT_LIMIT + 1))
    assert len(log(small.a, household=home, content="字" * 4000).content) == 4000


def withdraw(visit, by, at=NOON):
    actions.withdraw_visit(visit.pk, by=by, at=at)


def test_a_contact_is_taken_back_on_its_day_and_the_trail_says_what_it_was(small):
    visit = log(small.a, household=small.a.households[0])
    pk = visit.pk
    withdraw(visit, small.a.deputy_user, at=datetime(2026, 10, 12, 15, 59, tzinfo=UTC))
    assert Visit.objects.count() == 0
    assert [(e.action, e.subject_id) for e in AuditEvent.objects.all()] == [
        ("visit.withdrawn", pk),
        ("visit.logged", pk),
    ]
    assert AuditEvent.objects.first().detail["household"] == small.a.households[0].pk


def test_a_contact_stays_after_midnight(small):
    visit = log(small.a, household=small.a.households[0])
    with pytest.raises(actions.CannotWithdraw):
        withdraw(visit, small.a.deputy_user, at=datetime(2026, 10, 12, 16, 0, tzinfo=UTC))
    assert Visit.objects.get() == visit


def test_a_contact_out_of_a_workbook_or_with_a_petition_stays(small):
    visit = log(small.a, household=small.a.households[0])
    Visit.objects.update(imported=True)
    with pytest.raises(actions.CannotWithdraw):
        withdraw(visit, small.a.deputy_user)
    petition = Petition.objects.create(
        station=small.a.station, year=2026, seq=1, received_on=TODAY, registered_at=NOON, visitor="某人",
        situation="台阶破损", request="修好",
    )  # fmt: skip
    Visit.objects.update(imported=False, petition=petition)
    with pytest.raises(actions.CannotWithdraw):
        withdraw(visit, small.a.deputy_user)
    assert Visit.objects.count() == 1


def test_nobody_else_takes_a_contact_back(small):
    visit = log(small.a, household=small.a.households[0])
    with pytest.raises(actions.CannotWithdraw):
        withdraw(visit, small.a.leader_user)  # sees it, as the group's leader
    with pytest.raises(Visit.DoesNotExist):
        withdraw(visit, small.b.deputy_user)
    with pytest.raises(Visit.DoesNotExist):
        withdraw(visit, county.person("stranger"))
    assert Visit.objects.count() == 1
