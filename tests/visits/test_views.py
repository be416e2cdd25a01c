import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from constituents.models import Designation
from office import regulations
from office.models import AuditEvent, Rule
from tests import county
from visits import actions
from visits.models import Visit

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 12)
NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)
MONTH = reverse("visits:my_month")
LOG = reverse("visits:log")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(client, small):
    """The deputy of the first town, signed in."""
    client.force_login(small.a.deputy_user)
    return client


def saw(town, home, day=TODAY, **changes):
    """A contact with a household, written down on its day, as the deputy would."""
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    given = {"on": day, "at": at, "kind": Visit.Kind.HOME, "household": home, "content": "家里都好。"}
    return actions.log_visit(by=town.deputy_user, deputy=town.deputy, **{**given, **changes})


def valid(home=None, **changes):
    """What the browser sends for a good form."""
    given = {"key": str(uuid4()), "on": "2026-10-12", "kind": "home", "content": "家里都好。"}
    given |= {"household": home.pk} if home else {"kind": "forum", "met": "第1选区选民20人"}
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def heads(answer):
    return [(home.head, home.seen_on) for home in answer.context["homes"]]


# This month


def test_the_households_that_have_waited_longest_come_first_and_the_seen_ones_last(phone, small):
    third, fourth = (county.household(small.a, n) for n in (3, 4))
    first, second = small.a.households
    saw(small.a, first, TODAY)
    saw(small.a, second, date(2026, 9, 30))
    saw(small.a, third, date(2026, 8, 1))
    answer = phone.get(MONTH)
    assert heads(answer) == [("户主14", None), ("户主13", None), ("户主12", None), ("户主11", TODAY)]
    assert (answer.context["seen"], answer.context["contacts"], answer.context["days_left"]) == (1, 1, 19)
    assert fourth.head == "户主14"


def test_a_group_leader_sees_their_own_households_only(client, small):
    Designation.objects.filter(household=small.a.households[1]).update(deputy=small.a.leader)
    saw(small.a, small.a.households[0])
    client.force_login(small.a.leader_user)
    answer = client.get(MONTH)
    assert heads(answer) == [("户主12", None)]
    assert (answer.context["visits"], answer.context["contacts"]) == ([], 0)
    assert client.get(LOG, {"household": small.a.households[0].pk}).status_code == 404


def test_what_an_earlier_deputy_saw_is_not_what_this_one_saw(client, small):
    home = small.a.households[0]
    saw(small.a, home, date(2026, 10, 2))
    Designation.objects.filter(household=home).update(until=date(2026, 10, 5))
    Designation.objects.create(household=home, deputy=small.b.deputy, since=date(2026, 10, 6))
    client.force_login(small.b.deputy_user)
    assert heads(client.get(MONTH)) == [("户主11", None), ("户主21", None), ("户主22", None)]
    client.force_login(small.a.deputy_user)
    assert heads(client.get(MONTH)) == [("户主12", None)]
    assert heads(client.get(MONTH, {"month": "2026-09"})) == [("户主11", None), ("户主12", None)]


@pytest.mark.parametrize(
    ("month", "day", "state"),
    [
        (None, date(2026, 10, 12), "open"),
        (None, date(2026, 10, 20), "due"),
        ("2026-10", date(2026, 11, 1), "missed"),
        ("2026-01", date(2026, 10, 12), "missed"),
        ("2025-12", date(2026, 10, 12), "not_owed"),  # before the ledger begins
    ],
)
def test_the_state_of_the_month(client, small, clock, month, day, state):
    clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    client.force_login(small.a.deputy_user)
    answer = client.get(MONTH, {"month": month} if month else {})
    assert str(answer.context["state"]) == state


@pytest.mark.rule("D1-3①b")
def test_the_amounts_that_the_office_entered_count(phone, small):
    regulations.load(on=TODAY)
    saw(small.a, small.a.households[0])
    assert str(phone.get(MONTH).context["state"]) == "done"
    rule = Rule.objects.get(measure="monthly_contact")
    rule.amounts |= {"minimum": 2, "amber_day": 12}
    rule.save()
    assert str(phone.get(MONTH).context["state"]) == "due"


@pytest.mark.rule("D1-3①b")
def test_a_month_in_which_the_mandate_began_is_not_owed(phone, small):
    small.a.deputy.joined_on = date(2026, 10, 2)
    small.a.deputy.save()
    assert str(phone.get(MONTH).context["state"]) == "not_owed"


@pytest.mark.rule("D1-3①b", "D1-2③")
def test_a_forum_is_the_contact_of_the_month_too(phone, small):
    saw(small.a, None, kind=Visit.Kind.FORUM, met="第1选区选民20人")
    answer = phone.get(MONTH)
    assert (str(answer.context["state"]), answer.context["seen"]) == ("done", 0)


def test_the_clause_is_quoted_when_it_is_loaded_and_named_when_it_is_not(phone):
    assert re.findall("D1-3①[a-z]", phone.get(MONTH).content.decode()) == ["D1-3①b"]
    regulations.load(on=TODAY)
    page = phone.get(MONTH).content.decode()
    assert re.findall("D1-3①[a-z]", page) == ["D1-3①b"]
    assert page.count("每月不少于一次开展联系选民活动") == 1


@pytest.mark.parametrize("month", ["2026-11", "2026-13", "0000-00", "x", "2026-10-1", "1890-01", "9" * 400])
def test_a_month_that_is_none_is_not_found(phone, month):
    assert phone.get(MONTH, {"month": month}).status_code == 404


def test_one_leafs_back_through_five_years_and_no_further(phone):
    answer = phone.get(MONTH, {"month": "2021-10"})
    assert (answer.context["earlier"], answer.context["later"]) == (None, date(2021, 11, 1))
    assert phone.get(MONTH).context["later"] is None


def test_older_contacts_come_page_by_page(phone, small):
    for days in range(23):
        saw(small.a, small.a.households[0], TODAY - timedelta(days=days))
    pages = [phone.get(MONTH, {"page": n}).context for n in (1, 2, 3, 4)]
    assert [len(page["visits"]) for page in pages] == [10, 10, 3, 0]
    assert [page["page"].next for page in pages] == [2, 3, None, None]
    assert pages[2]["visits"][-1].happened_on == TODAY - timedelta(days=22)


def test_contacts_are_listed_the_newest_first_whenever_they_were_written_down(phone, small):
    home = small.a.households[0]
    for day in (date(2026, 9, 3), date(2026, 10, 9), date(2026, 7, 20)):
        saw(small.a, home, day)
    days = [visit.happened_on for visit in phone.get(MONTH).context["visits"]]
    assert days == [date(2026, 10, 9), date(2026, 9, 3), date(2026, 7, 20)]


@pytest.mark.parametrize("number", ["x", "-1", "0", "9" * 9, "9" * 30, "１"])
def test_a_strange_number_in_the_address_breaks_nothing(phone, number):
    assert phone.get(MONTH, {"page": number, "saved": number}).status_code == 200


def test_the_number_of_queries_stays_the_same(phone, small):
    regulations.load(on=TODAY)
    saved = saw(small.a, small.a.households[0])

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert phone.get(MONTH, {"saved": saved.pk}).status_code == 200
        return len(caught)

    Designation.objects.filter(household=small.a.households[1]).delete()
    with_one = queries()
    for n in (3, 4):
        saw(small.a, county.household(small.a, n))
    assert (queries(), with_one <= 10) == (with_one, True)


# Writing a contact down


def test_the_form_has_today_and_a_visit_at_home_ready(phone, small):
    form = phone.get(LOG, {"household": small.a.households[0].pk}).context["form"]
    assert (form["on"].value(), form["kind"].value()) == (TODAY, "home")
    assert [value for value, _ in form.fields["kind"].choices] == ["home", "phone", "met"]


def test_the_other_form_asks_who_was_met_and_presumes_no_way(phone):
    form = phone.get(LOG).context["form"]
    assert (form["on"].value(), form["kind"].value(), form.fields["met"].required) == (TODAY, None, True)


def test_for_a_past_month_no_day_is_presumed(phone, small):
    form = phone.get(LOG, {"household": small.a.households[0].pk, "month": "2026-09"}).context["form"]
    assert form["on"].value() is None


def test_a_contact_is_saved_and_its_household_turns_to_done(phone, small):
    home = small.a.households[0]
    answer = phone.post(LOG, valid(home), follow=True)
    visit = Visit.objects.get()
    assert answer.redirect_chain == [(f"{MONTH}?saved={visit.pk}", 302)]
    assert (visit.household, visit.happened_on, visit.kind) == (home, TODAY, "home")
    assert (visit.deputy, visit.place, visit.logged_at) == (small.a.deputy, home.address, NOON)
    assert heads(answer) == [("户主12", None), ("户主11", TODAY)]
    assert answer.context["saved"] == visit
    assert AuditEvent.objects.get().subject_id == visit.pk


def test_a_contact_elsewhere_is_saved(phone):
    phone.post(LOG, valid(place="村委会"))
    visit = Visit.objects.get()
    assert (visit.household, visit.met, visit.place, visit.kind) == (None, "第1选区选民20人", "村委会", "forum")


def test_a_matter_is_kept_with_what_was_heard(phone, small):
    phone.post(LOG, valid(small.a.households[0], matter_raised="on", matter="门前台阶破损"))
    visit = Visit.objects.get()
    assert (visit.matter_raised, len(visit.content.splitlines())) == (True, 2)
    assert visit.content.endswith("门前台阶破损")


def test_a_matter_that_was_switched_off_again_is_none(phone, small):
    phone.post(LOG, valid(small.a.households[0], matter="门前台阶破损"))
    visit = Visit.objects.get()
    assert (visit.matter_raised, visit.content) == (False, "家里都好。")


def test_a_form_that_is_sent_twice_makes_one_contact_and_shows_the_same_page(phone, small):
    form = valid(small.a.households[0])
    assert phone.post(LOG, form).url == phone.post(LOG, form).url
    assert (Visit.objects.count(), AuditEvent.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_ten_times_at_once_makes_one_contact(phone, small):
    form = valid(small.a.households[0])

    def send(_):
        browser = Client()
        browser.cookies = phone.cookies
        try:
            return browser.post(LOG, form).url
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as senders:
        pages = set(senders.map(send, range(10)))
    assert pages == {f"{MONTH}?saved={Visit.objects.get().pk}"}
    assert AuditEvent.objects.count() == 1


def test_a_refused_form_can_be_put_right_and_sent_again_with_the_same_key(phone, small):
    form = valid(small.a.households[0], on="2026-10-13")
    assert phone.post(LOG, form).status_code == 200
    assert phone.post(LOG, {**form, "on": "2026-10-12"}).status_code == 302
    assert Visit.objects.count() == 1


def test_a_contact_of_a_past_month_is_accepted_and_marked_as_late(phone, small):
    answer = phone.post(LOG, valid(small.a.households[0], on="2026-09-30"), follow=True)
    visit = Visit.objects.get()
    assert answer.redirect_chain == [(f"{MONTH}?month=2026-09&saved={visit.pk}", 302)]
    assert [row.is_late for row in answer.context["visits"]] == [True]
    assert heads(answer) == [("户主12", None), ("户主11", date(2026, 9, 30))]
    assert str(answer.context["state"]) == "done"


def test_a_household_that_is_not_the_deputy_s_own_is_never_offered_nor_written(phone, small):
    ended = county.household(small.a, 3)
    Designation.objects.filter(household=ended).update(until=date(2024, 1, 1), since=None)
    mine = small.a.households[0].pk
    for pk in (small.b.households[0].pk, ended.pk, 0, 999999, "9" * 30, "x", "１", f"{mine} ", "-1", "1.0", "\ud800"):
        assert phone.get(LOG, {"household": str(pk).encode("utf-8", "surrogatepass")}).status_code == 404
        broken = isinstance(pk, str) and "\ud800" in pk
        assert broken or phone.post(LOG, valid(household=pk, kind="home")).status_code == 404
    assert phone.post(f"{LOG}?household={small.b.households[0].pk}", valid(kind="home")).status_code == 404
    assert Visit.objects.count() == 0


def test_a_household_of_a_past_month_is_offered_for_that_month_only(phone, small):
    home = small.a.households[0]
    Designation.objects.filter(household=home).update(until=date(2026, 9, 15))
    assert phone.get(LOG, {"household": home.pk}).status_code == 404
    assert phone.get(LOG, {"household": home.pk, "month": "2026-09"}).status_code == 200
    assert errors(phone.post(LOG, valid(home))) == ["on"]
    assert phone.post(LOG, valid(home, on="2026-09-15")).status_code == 302
    assert Visit.objects.count() == 1


def errors(answer):
    assert answer.status_code == 200
    return list(answer.context["form"].errors)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"on": ""}, ["on"]),
        ({"on": "2026-10-13"}, ["on"]),
        ({"on": "2025-10-10"}, ["on"]),
        ({"on": "2026-02-30"}, ["on"]),
        ({"on": "0001-01-01"}, ["on"]),
        ({"on": "2026-10-12\x00"}, ["on"]),
        ({"kind": ""}, ["kind"]),
        ({"kind": "forum"}, ["kind"]),
        ({"kind": "\x00"}, ["kind"]),
        ({"content": " \r\n "}, ["content"]),
        ({"content": "字" * 4001}, ["content"]),
        ({"content": "前\x00后"}, ["content"]),
        ({"content": "字" * 3999, "matter_raised": "on", "matter": "台阶"}, ["content"]),
        ({"matter_raised": "on"}, ["matter"]),
        ({"matter_raised": "on", "matter": "字" * 201}, ["matter"]),
        ({"matter_raised": "on", "matter": "\x00"}, ["matter"]),
        ({"key": "x"}, ["key"]),
        ({"key": None}, ["key"]),
    ],
)
def test_a_contact_that_cannot_be_saved_is_named_and_nothing_typed_is_lost(phone, small, changes, named):
    answer = phone.post(LOG, valid(small.a.households[0], **changes))
    assert errors(answer) == named
    assert answer.context["form"]["content"].value() == changes.get("content", "家里都好。")
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"met": ""}, ["met"]),
        ({"met": "字" * 81}, ["met"]),
        ({"place": "字" * 151}, ["place"]),
        ({"kind": "home"}, ["kind"]),
    ],
)
def test_a_contact_elsewhere_that_cannot_be_saved_is_named(phone, changes, named):
    assert errors(phone.post(LOG, valid(**changes))) == named
    assert Visit.objects.count() == 0


def test_a_line_break_counts_as_one_character(phone, small):
    text = "字\r\n" * 1999 + "字字"
    phone.post(LOG, valid(small.a.households[0], content=text))
    assert Visit.objects.get().content == text.replace("\r\n", "\n")


def test_half_a_character_is_no_error_of_the_server(phone, small):
    body = "&".join(f"{name}={value}" for name, value in valid(small.a.households[0], content="%ED%A0%80x").items())
    answer = phone.post(LOG, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert Visit.objects.get().content.endswith("x")


def test_more_fields_than_the_form_has_change_nothing(phone, small):
    extra = {"deputy": small.b.deputy.pk, "logged_by": small.b.deputy_user.pk, "imported": "on", "id": 7, "petition": 1}
    phone.post(LOG, valid(small.a.households[0], **extra))
    visit = Visit.objects.get()
    assert (visit.deputy, visit.logged_by, visit.imported) == (small.a.deputy, small.a.deputy_user, False)


def test_a_deputy_whose_mandate_has_ended_reads_the_record_but_logs_nothing(phone, small):
    saw(small.a, small.a.households[0])
    small.a.deputy.end_reason = "辞职"
    small.a.deputy.save()
    answer = phone.get(MONTH)
    assert (answer.context["deputy"].serves, answer.context["can_log"]) == (False, False)
    assert len(answer.context["visits"]) == 1
    assert answer.content.decode().count(LOG) == 0
    assert phone.get(LOG).url == MONTH
    assert errors(phone.post(LOG, valid(small.a.households[0]))) == ["on"]
    assert Visit.objects.count() == 1


def test_a_deputy_s_sign_in_without_a_mandate_is_told_so(client, small):
    client.force_login(county.person("unlinked", "deputy"))
    assert client.get(MONTH).templates[0].name == "visits/no_mandate.html"
    assert client.get(LOG).url == MONTH
    assert client.post(LOG, valid()).url == MONTH


@pytest.mark.parametrize("who", ["office", "leader"])
def test_the_pages_are_for_deputies(client, small, who):
    client.force_login(getattr(small, who))
    assert [client.get(address).status_code for address in (MONTH, LOG)] == [403, 403]


def test_a_stranger_signs_in_first(client, db):
    assert client.get(MONTH).url == f"{reverse('office:sign_in')}?next={MONTH}"


# Taking it back


def withdrawal(visit):
    return reverse("visits:withdraw", args=[visit.pk])


def test_a_contact_is_taken_back_and_a_second_tap_shows_the_same_page(phone, small):
    visit = saw(small.a, small.a.households[0])
    address = withdrawal(visit)
    assert [phone.post(address).url for _ in range(2)] == [MONTH, MONTH]
    assert Visit.objects.count() == 0
    assert AuditEvent.objects.filter(action="visit.withdrawn").count() == 1


def test_only_what_may_be_taken_back_offers_it(phone, small):
    saw(small.a, small.a.households[0])
    saw(small.a, small.a.households[1], date(2026, 10, 11))
    assert [row.may_withdraw for row in phone.get(MONTH).context["visits"]] == [True, False]


def test_a_contact_of_yesterday_stays(phone, small):
    visit = saw(small.a, small.a.households[0], date(2026, 10, 11))
    answer = phone.post(withdrawal(visit), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert Visit.objects.count() == 1


def test_somebody_else_s_contact_is_not_found(client, small):
    visit = saw(small.a, small.a.households[0])
    client.force_login(small.b.deputy_user)
    assert client.post(withdrawal(visit)).status_code == 404
    assert client.post(reverse("visits:withdraw", args=[10**30])).status_code == 404
    assert Visit.objects.count() == 1


def test_looking_takes_nothing_back(phone, small):
    visit = saw(small.a, small.a.households[0])
    assert phone.get(withdrawal(visit)).status_code == 403
    assert Visit.objects.count() == 1
