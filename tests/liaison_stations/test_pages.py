"""The pages of stations and the rota, each role at each address, and the feed."""

import io
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from icalendar import Calendar
from PIL import Image

from liaison_stations import actions
from liaison_stations.models import FeedToken, Reception, ReceptionDuty, Recurrence, Station, TurnRequest
from office.models import AuditEvent
from tests.liaison_stations.world import ODD_15TH, deputies_of, names, reception, recurrence, turn, when
from tests.queries import asked

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-11-25 10:00+08:00")]
DAY = date(2026, 12, 15)
MONTH = reverse("stations:calendar") + "?month=2026-12"


@pytest.fixture
def world(small):
    small.people = deputies_of(small.a)
    small.first = reception(small.a.station, DAY, *small.people[:2], topics="饮水")
    small.second = reception(small.a.station, date(2027, 1, 15), *small.people[2:])
    small.mine = turn(small.first, small.people[0])
    small.away = reception(small.b.station, DAY, small.b.deputy)
    return small


def page(name, *args):
    return reverse(f"stations:{name}", args=args)


def send(client, name, pk, **said):
    return client.post(page(name, pk), {"key": uuid4(), **said})


def shown(answer):
    return {one.pk for one in answer.context["receptions"]}


# Scope


def test_each_sees_the_receptions_that_are_theirs(client, world):
    seen = {}
    for name, user in {
        "deputy": world.a.deputy_user,
        "officer": world.a.officer,
        "town": world.a.staff,
        "county": world.office,
        "leader": world.leader,
        "town elsewhere": world.b.staff,
    }.items():
        client.force_login(user)
        seen[name] = shown(client.get(MONTH))
    here, there = {world.first.pk}, {world.away.pk}
    assert seen == {
        "deputy": here,
        "officer": here,
        "town": here,
        "county": here | there,
        "leader": here | there,
        "town elsewhere": there,
    }


@pytest.mark.parametrize("user", ["officer", "staff", "deputy_user"])
def test_what_is_another_towns_is_not_there(client, world, user):
    client.force_login(getattr(world.b, user))
    for name, pk in (
        ("reception", world.first.pk),
        ("notice", world.first.pk),
        ("station", world.a.station.pk),
        ("photo", world.a.station.pk),
    ):
        assert client.get(page(name, pk)).status_code == 404
    assert send(client, "confirm", world.mine.pk).status_code == 404
    assert client.get(page("calendar"), {"station": world.a.station.pk}).status_code == 404


def test_what_is_seen_but_not_ones_own_to_change_is_forbidden(client, world):
    client.force_login(world.people[3].user)
    assert client.get(page("reception", world.first.pk)).status_code == 200
    assert send(client, "confirm", world.mine.pk).status_code == 403
    assert send(client, "leave", world.mine.pk, reason="出差").status_code == 403
    assert send(client, "hold", world.first.pk).status_code == 403
    client.force_login(world.leader)
    assert send(client, "confirm", world.mine.pk).status_code == 403
    assert ReceptionDuty.objects.filter(confirmed_on=None).count() == 5


@pytest.mark.parametrize("month", ["2026-13", "1999-12", "2101-01", "x", "2026-1-1", "20261"])
def test_a_month_that_is_none_is_not_there(client, world, month):
    client.force_login(world.office)
    assert client.get(page("calendar"), {"month": month}).status_code == 404


# A deputy's phone


@pytest.mark.rule("D3-三", "D5-二a")
def test_a_deputy_finds_the_next_turn_and_confirms_it(client, world):
    client.force_login(world.a.deputy_user)
    answer = client.get(page("calendar"))
    assert answer.context["turn"] == world.mine
    assert "9:00—11:00 轮到您在东山镇人大代表联络站接待群众" in answer.content.decode()
    assert send(client, "confirm", world.mine.pk).url == page("reception", world.first.pk)
    world.mine.refresh_from_db()
    assert world.mine.confirmed_on == date(2026, 11, 25)


def test_a_form_that_is_sent_twice_asks_once(client, world):
    client.force_login(world.a.deputy_user)
    said = {"key": uuid4(), "reason": "出差"}
    answers = [client.post(page("leave", world.mine.pk), said).status_code for _n in range(2)]
    assert (answers, TurnRequest.objects.count()) == ([302, 302], 1)


def test_what_was_written_comes_back_when_it_is_refused(client, world):
    client.force_login(world.a.deputy_user)
    answer = send(client, "leave", world.mine.pk, reason="远" * 201)
    assert answer.status_code == 200
    form = answer.context["forms"]["leave"]
    assert (form.errors["reason"], form["reason"].value()) == (["内容太长：最多 200 个字，现在有 201 个。"], "远" * 201)
    answer = send(client, "swap", world.mine.pk, to_duty=turn(world.away, world.b.deputy).pk, reason="换一下")
    form = answer.context["forms"]["swap"]
    assert (list(form.errors), form["reason"].value()) == (["to_duty"], "换一下")
    assert client.post(page("leave", world.mine.pk), {"reason": "没有钥匙"}).context["forms"]["leave"].errors["key"]
    assert TurnRequest.objects.count() == 0


def test_a_swap_from_the_question_to_the_answer(client, world):
    theirs = turn(world.second, world.people[2])
    client.force_login(world.a.deputy_user)
    assert send(client, "swap", world.mine.pk, to_duty=theirs.pk, reason="出差").status_code == 302
    row = TurnRequest.objects.get()
    client.force_login(world.people[2].user)
    assert client.get(page("calendar")).context["questions"] == [row]
    assert client.get(page("reception", world.first.pk)).context["questions"][0].form
    assert send(client, "answer", row.pk, agree="yes").status_code == 302
    assert names(world.first) == ["代表1之2", "代表1之3"]
    assert send(client, "answer", row.pk, agree="no").status_code == 200


@pytest.mark.rule("D5-一a")
def test_leave_from_the_question_to_the_stand_in(client, world):
    client.force_login(world.a.deputy_user)
    send(client, "leave", world.mine.pk, reason="出差")
    row = TurnRequest.objects.get()
    client.force_login(world.a.staff)
    assert client.get(page("calendar")).context["questions"] == [row]
    assert send(client, "answer", row.pk).status_code == 200
    assert send(client, "answer", row.pk, agree="yes", stand_in=world.b.deputy.pk).status_code == 200
    assert send(client, "answer", row.pk, agree="yes", stand_in=world.people[3].pk).status_code == 302
    assert names(world.first) == ["代表1之2", "代表1之4"]


def test_a_question_is_taken_back(client, world):
    client.force_login(world.a.deputy_user)
    send(client, "substitute", world.mine.pk, to_deputy=world.people[3].pk)
    row = TurnRequest.objects.get()
    assert send(client, "withdraw", row.pk).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"


# The station's desk


@pytest.mark.rule("D5-二a")
def test_the_notice_says_when_where_who_and_about_what(client, world):
    client.force_login(world.a.officer)
    text = client.get(page("notice", world.first.pk)).content.decode()
    for said in (
        "接待公告",
        "2026年12月15日（星期二）9:00—11:00",
        "东山镇人大代表联络站",
        "代表1（",
        "代表1之2（",
        "饮水",
    ):
        assert said in text
    assert send(client, "post_notice", world.first.pk, topics="村道").status_code == 302
    world.first.refresh_from_db()
    assert (world.first.notice_posted_on, world.first.topics) == (date(2026, 11, 25), "村道")


@pytest.mark.rule("D5-三a")
def test_on_the_day_deputies_sign_in_and_nobody_came(client, world):
    with time_machine.travel("2026-12-15 10:00+08:00", tick=False):
        client.force_login(world.a.officer)
        assert send(client, "sign_in", world.mine.pk).status_code == 302
        assert send(client, "hold", world.first.pk, nobody_came="on", note="雨天").status_code == 302
        assert client.get(page("reception", world.first.pk)).status_code == 200
    world.first.refresh_from_db()
    world.mine.refresh_from_db()
    assert (world.mine.came, world.first.held_on, world.first.nobody_came) == (True, DAY, True)


def test_a_cancelled_reception_is_shown_with_its_reason(client, world):
    client.force_login(world.a.officer)
    assert send(client, "cancel", world.first.pk).status_code == 200
    assert send(client, "cancel", world.first.pk, reason="大雪封路").status_code == 302
    assert "大雪封路" in client.get(page("reception", world.first.pk)).content.decode()


@pytest.mark.rule("D5-二b")
def test_staff_bring_deputies_and_voters_together(client, world):
    client.force_login(world.a.officer)
    said = {"with_whom": "三组村民", "about": "水渠", "day": "2026-12-03", "starts_at": "15:00", "ends_at": "16:00"}
    wrong = client.post(page("appoint", world.a.station.pk), {"key": uuid4(), **said, "ends_at": "14:00"})
    assert (sorted(wrong.context["form"].errors), wrong.context["form"]["about"].value()) == (
        ["deputies", "ends_at"],
        "水渠",
    )
    said |= {"key": uuid4(), "deputies": [world.people[0].pk]}
    first, again = (client.post(page("appoint", world.a.station.pk), said) for _n in range(2))
    made = Reception.objects.get(kind="appointment")
    assert first.url == again.url == page("reception", made.pk)
    assert client.get(first.url).status_code == 200
    assert client.get(page("notice", made.pk)).status_code == 404
    client.force_login(world.b.officer)
    assert client.get(page("appoint", world.a.station.pk)).status_code == 404


# Stations


@pytest.mark.rule("D3-一", "D5-一b")
def test_a_station_shows_its_people_and_its_deputies_by_level(client, world):
    recurrence(world.a.station, ODD_15TH, kind="odd_15th")
    client.force_login(world.a.deputy_user)
    answer = client.get(page("station", world.a.station.pk))
    assert [(str(place), len(deputies)) for place, deputies in answer.context["levels"]] == [("试验县", 4)]
    text = answer.content.decode()
    for said in ("联络员1", "每逢单月15日", "试验县人大代表（4 名）"):
        assert said in text
    assert [row["name"] for row in client.get(page("index")).context["stations"].values("name")] == [
        "东山镇人大代表联络站"
    ]


def picture():
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "JPEG")
    return SimpleUploadedFile("站.jpg", content.getvalue(), "image/jpeg")


def station_form(station, **more):
    posts = {"posts-TOTAL_FORMS": 0, "posts-INITIAL_FORMS": 0}
    rules = {"recurrences-TOTAL_FORMS": 0, "recurrences-INITIAL_FORMS": 0}
    said = {"name": station.name, "jurisdiction": station.jurisdiction_id, "deputies": [station.deputies.first().pk]}
    return {**said, **posts, **rules, **more}


def test_a_photo_is_drawn_anew_kept_and_shown_to_those_who_may_see_the_station(client, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    address = reverse("admin:liaison_stations_station_change", args=[world.a.station.pk])
    client.force_login(world.office)
    assert client.get(page("photo", world.a.station.pk)).status_code == 404
    bad = SimpleUploadedFile("站.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    assert client.post(address, station_form(world.a.station, photo=bad)).status_code == 200
    assert client.post(address, station_form(world.a.station, photo=picture())).status_code == 302
    client.force_login(world.a.deputy_user)
    shown = client.get(page("photo", world.a.station.pk))
    assert (shown.status_code, shown["Content-Type"], shown["X-Content-Type-Options"]) == (200, "image/jpeg", "nosniff")
    with Image.open(io.BytesIO(b"".join(shown.streaming_content))) as kept:
        assert kept.size == (40, 30)
    client.force_login(world.b.officer)
    assert client.get(page("photo", world.a.station.pk)).status_code == 404


# The feed


def events(client, user):
    token = actions.feed_of(user, at=when()["at"]).token
    client.logout()
    answer = client.get(page("feed", token))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_deputys_feed_has_the_own_turns_and_an_officers_all_of_the_station(client, world):
    def told(user):
        return sorted(str(event["UID"]) for event in events(client, user))

    one, two = (f"reception-{row.pk}@testserver" for row in (world.first, world.second))
    assert told(world.a.deputy_user) == [one]
    assert told(world.a.officer) == sorted([one, two])
    assert told(world.office) == []


def test_an_event_says_when_and_where_and_that_it_is_cancelled(client, world):
    [event] = events(client, world.a.deputy_user)
    assert event["DTSTART"].to_ical() == b"20261215T090000"
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert (event["STATUS"], str(event["SUMMARY"])) == ("CONFIRMED", "东山镇人大代表联络站接待群众")
    uid = event["UID"]
    actions.cancel(world.first.pk, by=world.office, reason="大雪", **when())
    [event] = events(client, world.a.deputy_user)
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", uid)


def test_an_old_or_unknown_address_reads_nothing(client, world):
    client.force_login(world.a.deputy_user)
    address = client.get(page("calendar")).context["feed"]
    assert client.get(address).status_code == 200
    assert client.post(page("renew_feed")).status_code == 302
    assert client.get(address).status_code == 404
    assert client.get(page("feed", "x")).status_code == 404
    world.a.deputy_user.is_active = False
    world.a.deputy_user.save()
    assert client.get(page("feed", FeedToken.objects.get().token)).status_code == 404


# The office


ROTA = reverse("admin:liaison_stations_reception_rota")


@pytest.mark.rule("D5-一a")
def test_the_office_sees_a_year_before_it_is_written_once(client, world):
    recurrence(world.a.station, ODD_15TH)
    client.force_login(world.a.staff)
    preview = client.get(ROTA, {"year": 2027})
    assert (len(preview.context["plan"].new), Reception.objects.count()) == (5, 3)
    assert "由 2027-09-15（中秋节）顺延" in preview.content.decode()
    said = {"year": 2027, "key": preview.context["key"]}
    assert [client.post(ROTA, said).status_code for _n in range(2)] == [302, 302]
    assert Reception.objects.count() == 8
    assert AuditEvent.objects.filter(action="station.rota_generated").count() == 1


def test_a_township_generates_its_own_stations_only(client, world):
    recurrence(world.a.station)
    client.force_login(world.b.staff)
    assert client.post(ROTA, {"year": 2027}).status_code == 302
    answer = client.post(ROTA, {"year": 2027, "stations": [world.a.station.pk]})
    assert list(answer.context["form"].errors) == ["stations"]
    assert Reception.objects.count() == 3
    client.force_login(world.a.officer)
    assert client.get(ROTA).status_code == 403


@pytest.mark.parametrize("year", ["", "x", "1999", "2101"])
def test_a_year_that_is_none_is_refused(client, world, year):
    client.force_login(world.office)
    assert client.get(ROTA, {"year": year}).context["form"].errors["year"] == ["请填写年份，例如 2027。"]


RULE = {
    "starts_at": "09:00",
    "ends_at": "11:00",
    "deputies_each": 2,
    "since": "2027-01-01",
    "until": "",
    "shift": "next",
}


def test_one_recurrence_is_set_at_many_stations(client, world):
    address = reverse("admin:liaison_stations_station_recurrence")
    both = list(Station.objects.values_list("pk", flat=True))
    client.force_login(world.office)
    assert client.get(address, {"station": both}).status_code == 200
    wrong = client.post(address, {**RULE, "kind": "weekly", "stations": both})
    assert wrong.context["form"].errors == {"weekday": ["请选择星期几。"]}
    assert client.post(address, {**RULE, "kind": "weekly", "weekday": 0, "stations": both}).status_code == 302
    assert set(Recurrence.objects.values_list("station", "rule")) == {(pk, "FREQ=WEEKLY;BYDAY=MO") for pk in both}
    client.force_login(world.a.staff)
    assert client.post(address, {**RULE, "kind": "odd_15th", "stations": both}).status_code == 200
    assert Recurrence.objects.count() == 2


def test_a_recurrence_is_written_and_corrected_below_its_station(client, world):
    station = world.a.station
    address = reverse("admin:liaison_stations_station_change", args=[station.pk])
    client.force_login(world.office)

    def row(**more):
        said = {**RULE, "month_day": "", "weekday": "", "rule": "", **more}
        return {f"recurrences-0-{name}": value for name, value in said.items()} | {"recurrences-TOTAL_FORMS": 1}

    bad = client.post(address, station_form(station, **row(kind="custom", rule="FREQ=DAILY")))
    assert (bad.status_code, Recurrence.objects.count()) == (200, 0)
    assert client.post(address, station_form(station, **row(kind="monthly", month_day=20))).status_code == 302
    rule = Recurrence.objects.get()
    assert str(rule) == "每月20日"
    again = row(kind="monthly", month_day=21, id=rule.pk, station=station.pk)
    again |= {"recurrences-INITIAL_FORMS": 1, "recurrences-0-rule": rule.rule}
    assert client.post(address, station_form(station, **again)).status_code == 302
    assert [str(one) for one in Recurrence.objects.all()] == ["每月21日"]
    assert client.get(reverse("admin:liaison_stations_station_history", args=[station.pk])).status_code == 200


# Cost


@pytest.mark.parametrize("who", ["a.deputy_user", "a.officer", "office"])
def test_a_page_asks_the_same_for_one_reception_and_for_thirty(client, world, who):
    user = world.office if who == "office" else getattr(world.a, who.split(".")[1])
    client.force_login(user)
    addresses = [MONTH, page("reception", world.first.pk), page("station", world.a.station.pk), page("index")]

    def costs():
        found = []
        for address in addresses:
            with asked() as statements:
                assert client.get(address).status_code == 200
            found.append(len(statements))
        return found

    client.get(MONTH)
    few = costs()
    for day in range(1, 29):
        if day != DAY.day:
            reception(world.a.station, date(2026, 12, day), *world.people)
    assert costs() == few
    assert max(few) <= 12, few
