"""The desk as the officer works at it: found as one types, and why; today's receptions; the head's month."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from constituents import actions
from constituents.found import why
from constituents.models import Petition
from liaison_stations.models import Reception, ReceptionDuty, StationPost
from office.roles import Role
from tests.county import person
from tests.queries import asked

NOW = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
ON = date(2026, 3, 16)


@pytest.fixture
def desk(client, small):
    client.force_login(small.a.officer)
    return client


def register(town, *, days_ago=0, **more):
    given = {"visitor": "张凤英", "situation": "三组到村小学的路下雨天积水。", "request": "请把路面垫高。", **more}
    on, at = ON - timedelta(days=days_ago), NOW - timedelta(days=days_ago)
    return actions.register(by=town.officer, at=at, on=on, station=town.station, **given)


def reception(town, *deputies, **more):
    given = {"planned_on": ON, "starts_at": time(9), "ends_at": time(11), **more}
    made = Reception.objects.create(station=town.station, **given)
    for one in deputies:
        ReceptionDuty.objects.create(reception=made, deputy=one)
    return made


def search(desk, text, **more):
    return desk.get("/desk/", {"q": text, **more}, headers={"HX-Request": "true"})


def said(response):
    return response.content.decode()


# -- found as one types


def test_a_search_while_typing_answers_with_the_list_alone(desk, small):
    register(small.a)
    answer = search(desk, "积水")
    assert [template.name for template in answer.templates][:1] == ["constituents/_desk_part.html"]
    assert (said(answer).count("<html"), said(answer).count('class="matter"')) == (0, 1)
    assert said(desk.get("/desk/", {"q": "积水"})).count("<html") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("01〔2026〕0001", [("登记号", "", "01〔2026〕0001", "")]),
        ("1", [("登记号", "", "01〔2026〕0001", "")]),
        ("0085", [("联系电话", "…", "0085", "")]),
        ("199-0849-0085", [("联系电话", "", "19908490085", "")]),
        ("凤英", [("姓名", "…", "凤英", "")]),
        ("村小学", [("反映的主要情况", "三组到", "村小学", "的路下雨天积水。")]),
        ("垫高", [("诉求", "请把路面", "垫高", "。")]),
        ("凤英 道路", [("姓名", "…", "凤英", ""), ("类别", "", "道路", "")]),
    ],
)  # fmt: skip
def test_it_is_said_why_a_matter_was_found_and_of_the_person_no_more_than_was_typed(small, text, told):
    made = register(small.a, phone="19908490085", category="道路")
    assert Petition.objects.matching(text, small.a.officer).get() == made
    assert [tuple(map(str, one)) for one in why(made, text)] == told


def test_a_long_text_is_shown_around_the_place(small):
    made = register(small.a, situation="前" * 40 + "路灯K9" + "后" * 40)
    [one] = why(made, "k9")
    assert (one.before, one.hit, one.after) == ("…" + "前" * 10 + "路灯", "K9", "后" * 12 + "…")


def test_the_search_keeps_to_the_own_station(desk, small):
    register(small.a)
    register(small.b)
    assert len(search(desk, "积水").context["rows"]) == 1


def test_the_search_asks_as_little_for_many_as_for_one(desk, small):
    counts = []
    for more in (1, 20):
        for _ in range(more):
            register(small.a)
        with asked() as statements:
            search(desk, "积水")
        counts.append(len(statements))
    assert (counts[0] == counts[1], counts[1] <= 10) == (True, True)


# -- today's receptions


def test_the_desk_shows_todays_receptions_with_their_deputies_and_what_was_registered(desk, small):
    held = reception(small.a, small.a.deputy)
    talk = reception(small.a, starts_at=time(15), ends_at=time(16), kind="appointment", with_whom="村民", about="水渠")
    reception(small.a, planned_on=ON + timedelta(days=1))
    reception(small.a, starts_at=time(17), ends_at=time(18), cancelled=True)
    reception(small.b, small.b.deputy)
    register(small.a, channel="reception", reception=held)
    page = desk.get("/desk/")
    assert [(one.pk, one.entered) for one in page.context["receptions"]] == [(held.pk, 1), (talk.pk, 0)]
    assert [said(page).count(text) for text in ("为代表1签到", "村民：水渠", "为代表2签到")] == [1, 1, 0]


def test_a_deputy_is_signed_in_and_the_reception_closed_from_the_desk(desk, small):
    one = reception(small.a, small.a.deputy)
    first = desk.get("/desk/").context["receptions"][0]
    [duty] = first.duties.all()
    back = f"/desk/?station={small.a.station.pk}"
    signed = desk.post(reverse("stations:sign_in", args=[duty.pk]), {"key": duty.key, "at": "desk"})
    register(small.a, channel="reception", reception=one)
    over = desk.post(reverse("stations:hold", args=[one.pk]), {"key": first.key, "at": "desk"})
    one.refresh_from_db()
    duty.refresh_from_db()
    assert (signed.url, over.url, duty.came, one.held_on, one.nobody_came) == (back, back, True, ON, False)


def test_that_nobody_came_can_be_said_only_while_nothing_is_registered(desk, small):
    one = reception(small.a)
    assert said(desk.get("/desk/")).count('name="nobody_came"') == 1
    register(small.a, channel="reception", reception=one)
    assert said(desk.get("/desk/")).count('name="nobody_came"') == 0


def test_elsewhere_a_turn_still_leads_back_to_its_reception(desk, small):
    one = reception(small.a, small.a.deputy)
    key = desk.get("/desk/").context["receptions"][0].duties.all()[0].key
    answer = desk.post(reverse("stations:sign_in", args=[one.duties.get().pk]), {"key": key})
    assert answer.url == reverse("stations:reception", args=[one.pk])


def test_the_form_opened_at_a_reception_is_for_that_one(desk, small):
    first, second = reception(small.a), reception(small.a, starts_at=time(15), ends_at=time(16))
    opened = [desk.get("/desk/new/", {"reception": one}).context["form"] for one in (second.pk, first.pk, "x", 999)]
    assert [form["reception"].value() for form in opened] == [second.pk, first.pk, opened[2].initial["reception"]] + [
        opened[3].initial["reception"]
    ]
    assert {opened[2].initial["reception"], opened[3].initial["reception"]} <= {first.pk, second.pk}


def test_the_sign_in_sheet_names_who_receives_and_leaves_lines(desk, small):
    one = reception(small.a, small.a.deputy)
    page = desk.get(reverse("stations:sheet", args=[one.pk]))
    assert (said(page).count("代表1"), said(page).count("<tr>")) == (1, 9)
    other = reception(small.b)
    assert desk.get(reverse("stations:sheet", args=[other.pk])).status_code == 404


# -- the head


def test_a_station_head_sees_the_month_of_the_own_station_and_an_officer_does_not(client, small):
    head = person("head", Role.STATION_HEAD)
    StationPost.objects.create(station=small.a.station, name="站长", user=head)
    register(small.a, urgent=True)
    actions.answer(register(small.a), by=small.a.officer, at=NOW, text="说明了政策。")
    register(small.a, days_ago=30)
    register(small.b)
    counts = []
    for user in (head, small.a.officer):
        client.force_login(user)
        counts.append(client.get("/desk/").context["counts"])
    day = {"today": 2, "open": 2}
    month = {"received": 2, "urgent": 1, "paper": 0, "ended": 1, "waiting": 1, "month": date(2026, 3, 1)}
    assert counts == [day | month, day]


def test_the_desk_of_a_head_with_everything_on_it_asks_little(client, small):
    head = person("head", Role.STATION_HEAD)
    StationPost.objects.create(station=small.a.station, name="站长", user=head)
    client.force_login(head)
    counts = []
    for n in (1, 3):
        for hour in range(n):
            reception(small.a, small.a.deputy, starts_at=time(8 + 4 * n + hour), ends_at=time(9 + 4 * n + hour))
            register(small.a, deputy=small.a.deputy)
        with asked() as statements:
            client.get("/desk/")
        counts.append(len(statements))
    assert (counts[0] == counts[1], counts[1] <= 10) == (True, True), counts
