"""The deadline calculator, and the page that says why a deadline is the day it is."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from constituents import actions
from constituents.deadlines import ReplyClock
from constituents.models import Petition, Referral
from liaison_stations.models import Reception
from office import clocks, regulations, workdays
from office.deadline_screen import shown
from office.deadlines import reckon
from office.explanation import explain
from office.models import CalendarDay, Rule
from office.workdays import Calendar
from tests import county
from tests.queries import asked

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
ON = date(2026, 3, 10)
PAGE = "/deadline/"


@pytest.fixture
def small(db):
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    return county.build()


@pytest.fixture
def today():
    with time_machine.travel(AT, tick=False):
        yield ON


def referral(town, routed_on=date(2026, 2, 12), **more):
    petition = Petition.objects.create(
        station=town.station,
        year=2026,
        seq=Petition.objects.count() + 1,
        received_on=routed_on,
        registered_at=AT,
        visitor="来访人",
        situation="情况",
        request="问题",
        status="routed",
    )
    due_on, due_rule = ReplyClock.load().due(routed_on, town.place)
    stamped = {"due_on": due_on, "due_rule": due_rule, **more}
    return Referral.objects.create(petition=petition, place=town.place, unit=town.unit, routed_on=routed_on, **stamped)


def explained(row, *, kind="referral", on=ON):
    return explain(kind, clocks.SUBJECTS[kind].rows.get(pk=row.pk), on=on)


# The wall


def test_special_days_stand_in_spans_and_plain_weekends_in_one_number():
    calendar = Calendar.from_files()
    told = shown(reckon(date(2026, 2, 12), 8, "working-days", calendar=calendar), calendar)
    assert [(s.first.day, s.last.day, s.counted, s.days) for s in told.spans] == [
        (14, 14, True, 1),
        (15, 23, False, 9),
        (28, 28, True, 1),
    ]
    assert (told.reckoning.due, told.weekends) == (date(2026, 3, 2), 1)


def test_the_months_are_drawn_from_the_start_to_the_deadline():
    calendar = Calendar.from_files()
    months = shown(reckon(date(2026, 2, 12), 8, "working-days", calendar=calendar), calendar).months
    assert [month.first for month in months] == [date(2026, 2, 1), date(2026, 3, 1)]
    days = {cell.day: cell for month in months for week in month.weeks for cell in week if cell}
    assert len(days) == 28 + 31
    kinds = {day: (days[date(2026, 2, day)].kind, days[date(2026, 2, day)].n) for day in (11, 12, 13, 14, 15, 24)}
    assert kinds == {
        11: ("plain", 0),
        12: ("start", 0),
        13: ("counted", 1),
        14: ("counted", 2),
        15: ("skipped", 0),
        24: ("counted", 3),
    }
    assert (days[date(2026, 3, 2)].kind, days[date(2026, 3, 2)].n) == ("due", 8)


def test_what_is_counted_backwards_is_drawn_too():
    calendar = Calendar.from_files()
    (month,) = shown(reckon(date(2026, 5, 15), -3, "days", calendar=calendar), calendar).months
    kinds = [cell.kind for week in month.weeks for cell in week if cell and 11 <= cell.day.day <= 16]
    assert kinds == ["plain", "due", "counted", "counted", "start", "plain"]


@pytest.mark.parametrize(("amount", "unit", "pages"), [(380, "days", 13), (400, "days", 0), (3, "months", 0)])
def test_a_time_of_years_and_whole_months_are_told_in_words_alone(amount, unit, pages):
    calendar = Calendar.from_files()
    told = shown(reckon(date(2026, 2, 1), amount, unit, calendar=calendar), calendar)
    assert len(told.months) == pages


# The calculator


def ask(client, **given):
    return client.get(PAGE, {"start": "2026-02-12", "amount": "", "unit": "working-days", "rule": "", **given})


def test_the_calculator_opens_with_today(client, small, today):
    client.force_login(small.a.staff)
    response = client.get(PAGE)
    assert (response.status_code, response.context["answer"]) == (200, None)
    assert 'value="2026-03-10"' in response.content.decode()


def test_the_calculator_reckons_by_a_number(client, small, today):
    client.force_login(small.a.deputy_user)
    answer = ask(client, amount=5).context["answer"]
    assert (answer.reckoning.due, answer.reckoning.unit) == (date(2026, 2, 26), "working-days")


def test_the_calculator_reckons_by_a_rule_and_shows_its_clause(client, small, today):
    client.force_login(small.office)
    rule = Rule.objects.get(measure="reception_notice")
    response = ask(client, start="2026-05-15", rule=rule.pk, amount=99)
    assert response.context["answer"].reckoning.due == date(2026, 5, 12)
    assert rule.clause.quote in response.content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "x"}, "amount"),
        ({"amount": "3000"}, "amount"),
        ({"amount": "99999999999"}, "amount"),
        ({"amount": "5", "start": "2026-02-30"}, "start"),
        ({"amount": "5", "start": "9999-12-31"}, "amount"),
        ({"amount": "5", "unit": "weeks"}, "unit"),
        ({"rule": "999999"}, "rule"),
        ({"rule": "x"}, "rule"),
    ],
)
def test_what_cannot_be_reckoned_is_said_beside_its_field(client, small, today, given, field):
    client.force_login(small.office)
    response = ask(client, **given)
    assert (response.status_code, response.context["answer"]) == (200, None)
    assert list(response.context["form"].errors) == [field]


def test_the_calculator_stands_in_the_menu_of_the_staff_alone(client, small, today):
    seen = {}
    for user in (small.office, small.a.staff, small.a.deputy_user, small.a.officer, small.a.unit_user):
        client.force_login(user)
        seen[user.username] = "office:deadline" in [name for name, _label in client.get(PAGE).context["menu"]]
    assert seen == {"office": True, "town1": True, "deputy1": False, "officer1": False, "unit1": False}


def test_the_calculator_makes_few_queries(client, small, today):
    client.force_login(small.office)
    with asked() as statements:
        ask(client, amount=2500)
    assert len(statements) <= 10


# Why a deadline is the day it is


def test_a_reply_is_explained_by_its_start_its_clause_and_its_days(small):
    (one,) = explained(referral(small.a))
    assert (one.start, one.due, one.rule.clause.key) == (date(2026, 2, 12), date(2026, 3, 14), "D3-七")
    assert (one.by_rule.reckoning.amount, one.by_rule.reckoning.unit) == (30, "days")
    assert (one.state, one.days, one.working_days) == ("running", 4, 3)
    assert (one.extensions, one.changes, one.reckons_otherwise) == ([], [], None)


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2026, 3, 13), ("running", 1, 0)),
        (date(2026, 3, 14), ("running", 0, 0)),
        (date(2026, 3, 15), ("overdue", 1, 0)),
        (date(2026, 3, 17), ("overdue", 3, 2)),
    ],
)
def test_days_left_and_days_overdue_are_told_with_the_working_days_among_them(small, on, standing):
    (one,) = explained(referral(small.a), on=on)
    assert (one.state, one.days, one.working_days) == standing


@pytest.mark.parametrize(
    ("replied_on", "standing"), [(date(2026, 3, 14), ("done", 0, 0)), (date(2026, 3, 17), ("late", 3, 2))]
)
def test_what_is_done_stays_in_time_or_late(small, replied_on, standing):
    (one,) = explained(referral(small.a, replied_on=replied_on), on=date(2027, 1, 1))
    assert (one.state, one.days, one.working_days) == standing


def test_an_extension_is_explained_with_who_gave_it_and_how_it_was_counted(small):
    row = referral(small.a)
    actions.extend(row, by=small.office, at=AT, on=ON, amount=5, unit="working-days", reason="案情复杂")
    (one,) = explained(row)
    ((extension, _words, part),) = one.extensions
    assert (extension.approved_by, extension.reason) == (small.office, "案情复杂")
    assert (one.by_rule.reckoning.due, part.reckoning.due, one.due) == (
        date(2026, 3, 14),
        date(2026, 3, 20),
        date(2026, 3, 20),
    )


def test_a_move_by_the_calendar_is_explained(small):
    row = referral(small.a)
    actions.extend(row, by=small.office, at=AT, on=ON, amount=5, unit="working-days", reason="案情复杂")
    CalendarDay.objects.create(day="2026-03-18", working=False, name="防汛", edited=True)
    clocks.recompute(by=small.office, at=AT, why="2026-03-18 防汛")
    (one,) = explained(row)
    assert [(c.user, c.detail["was"], c.detail["now"], c.detail["why"]) for c in one.changes] == [
        (small.office, "2026-03-20", "2026-03-23", "2026-03-18 防汛")
    ]
    assert (one.due, one.reckons_otherwise) == (date(2026, 3, 23), None)


def test_a_stamped_day_that_would_come_out_otherwise_today_says_so(small):
    row = referral(small.a)
    Rule.objects.filter(measure="reply_overdue").update(amounts={"days": 20, "unit": "days"})
    (one,) = explained(row)
    assert (one.due, one.reckons_otherwise) == (date(2026, 3, 14), date(2026, 3, 4))


def test_a_day_named_by_hand_is_explained_as_such(small):
    (one,) = explained(referral(small.a, due_on=date(2026, 3, 20), due_rule=None))
    assert (one.due, one.rule, one.by_rule, one.reckons_otherwise) == (date(2026, 3, 20), None, None, None)


def test_reply_and_feedback_of_one_referral_stand_on_one_page(small):
    row = referral(small.a, replied_on=date(2026, 3, 3))
    clocks.stamp("feedback_overdue", on=ON)
    assert [one.clock for one in explained(row)] == [clocks.CLOCKS["reply_overdue"], clocks.CLOCKS["feedback_overdue"]]


def test_a_petition_shows_the_one_clock_that_set_its_day(small):
    row = referral(small.a).petition
    clocks.stamp("hand_over", on=ON)
    assert [one.clock for one in explained(row, kind="petition")] == [clocks.CLOCKS["hand_over"]]


# Who may open it


def pages(town):
    row = referral(town)
    clocks.stamp("hand_over", on=ON)
    reception = Reception.objects.create(station=town.station, planned_on=date(2026, 5, 15))
    rows = {"referral": row.pk, "petition": row.petition_id, "reception": reception.pk}
    return [reverse("office:deadline_of", args=item) for item in rows.items()]


def test_whoever_sees_the_row_sees_its_deadline_and_nobody_else(client, small, today):
    mine, theirs = pages(small.a), pages(small.b)
    for user in (small.office, small.a.staff, small.a.officer):
        client.force_login(user)
        assert [client.get(page).status_code for page in mine] == [200, 200, 200]
    for user in (small.a.staff, small.a.officer, small.a.unit_user, small.a.deputy_user):
        client.force_login(user)
        assert [client.get(page).status_code for page in theirs] == [404, 404, 404]
    client.force_login(small.a.unit_user)
    assert [client.get(page).status_code for page in mine] == [200, 200, 404]


@pytest.mark.parametrize("page", ["/deadline/referral/999/", "/deadline/user/1/", "/deadline/office.user/1/"])
def test_what_is_not_there_is_not_found(client, small, page):
    client.force_login(small.office)
    assert client.get(page).status_code == 404


def test_only_the_office_is_offered_to_give_more_time_and_only_while_a_reply_is_awaited(client, small, today):
    waiting, done = referral(small.a), referral(small.a, replied_on=date(2026, 3, 3))

    def offered(user, row):
        client.force_login(user)
        return bool(client.get(reverse("office:deadline_of", args=["referral", row.pk])).context["extend"])

    assert (offered(small.office, waiting), offered(small.office, done)) == (True, False)
    assert (offered(small.a.unit_user, waiting), offered(small.a.officer, waiting)) == (False, False)


@pytest.mark.parametrize("times", [1, 6])
def test_an_explanation_makes_few_queries_however_long_its_story_is(client, small, today, times):
    row = referral(small.a)
    for _n in range(times):
        actions.extend(row, by=small.office, at=AT, on=ON, amount=5, unit="working-days", reason="案情复杂")
    client.force_login(small.office)
    with asked() as statements:
        client.get(reverse("office:deadline_of", args=["referral", row.pk]))
    assert len(statements) <= 10
