"""The page without a sign-in: one's own matter and nothing else, asked for only so often, judged once."""

import logging
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from constituents import actions, progress, public_views, receipts
from constituents.models import Feedback, Petition, Referral, ResultClass
from office import clock
from office.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
ON = date(2026, 3, 16)
PHONE = "19908490085"


@pytest.fixture(autouse=True)
def at():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def register(town, **more):
    given = {"visitor": "张凤英", "phone": PHONE, "situation": "三组的路积水。", "request": "请把路面垫高。", **more}
    return actions.register(by=town.officer, at=NOW, on=ON, station=town.station, **given)


def fed_back(town, **more):
    """A matter whose outcome was brought back, through all the steps before."""
    petition = register(town, deputy=town.deputy, **more)
    actions.admit(petition, by=town.officer, at=NOW)
    lead = actions.route(petition, by=town.staff, at=NOW, on=ON, unit=town.unit, brief="三组的路积水。")
    return answered(town, lead)


def answered(town, lead):
    result, _new = ResultClass.objects.get_or_create(key="A", defaults={"name": "已经解决", "counts_as_solved": True})
    actions.reply(lead, by=town.unit_user, at=NOW, on=ON, text="单位内部的答复：经办人周某。", result=result)
    petition = Petition.objects.get(pk=lead.petition_id)
    return actions.feed_back(petition, by=town.officer, at=NOW, on=ON, way="phone", told="路面四月底前垫高。")


def code_of(petition):
    return receipts.code_of(petition.station.number, petition.year, petition.seq)


def ask(client, code, told=PHONE[-4:], **more):
    return client.post("/q/", {"code": code, "told": told}, **more)


def told(response):
    return response.content.decode()


# --- looking it up ---


def test_the_code_of_a_receipt_stands_in_the_form_that_its_picture_leads_to(client, small):
    code = code_of(register(small.a))
    response = client.get("/q/", {"c": code})
    assert (response.status_code, told(response).count(f'value="{code}"')) == (200, 1)


@pytest.mark.parametrize("written", ["{}", " {} ", "{}".lower(), "dashes", "wide"])
def test_who_has_the_code_and_the_end_of_the_phone_number_sees_the_matter(client, small, written):
    code = code_of(register(small.a))
    typed = {
        "dashes": receipts.printed(code).lower(),
        "wide": "".join(chr(ord(sign) + 0xFEE0) for sign in code),
    }.get(written, written.format(code))
    response = ask(client, typed, told="００８５" if written == "wide" else " 0085 ")
    assert told(response).count("01〔2026〕0001") == 2


def test_who_left_no_phone_number_says_the_name(client, small):
    code = code_of(register(small.a, phone=""))
    assert [told(ask(client, code, name)).count("01〔2026〕0001") for name in ("李四", "0000", "张凤英")] == [0, 0, 2]


def test_a_wrong_code_a_wrong_end_and_a_code_that_is_none_are_answered_alike(client, small):
    code = code_of(register(small.a))
    answers = [ask(client, *typed) for typed in ((code, "9999"), ("A" * 16, "0085"), ("x", "0085"), ("—", "0085"))]
    assert {answer.status_code for answer in answers} == {200}
    # What was typed stands in the form again; all the rest must be the same.
    rest = {re.sub('value="[^"]*"', "", told(answer)) for answer in answers}
    assert (len(rest), rest.pop().count("〔2026〕")) == (1, 0)


@pytest.mark.parametrize("body", [{}, {"code": "", "told": ""}, {"code": "A" * 99, "told": "1"}])
def test_a_form_that_is_not_filled_in_is_shown_again_and_is_no_try(client, body):
    for _ in range(12):
        assert client.post("/q/", body).status_code == 200


def test_an_older_matter_without_a_code_is_found_by_none(client, small):
    petition = register(small.a)
    code = code_of(petition)
    Petition.objects.update(code_hash=None)
    assert told(ask(client, code)).count("〔2026〕") == 0


# --- how often ---


def test_an_address_may_ask_ten_times_an_hour(client, small, at):
    code = code_of(register(small.a))
    codes = [f"{n:016d}" for n in range(9)] + [code, code]
    assert [ask(client, one).status_code for one in codes] == [200] * 10 + [429]
    assert ask(client, code, REMOTE_ADDR="10.0.0.9").status_code == 200
    at.shift(timedelta(hours=1, seconds=1))
    assert ask(client, code).status_code == 200


def test_a_code_may_be_tried_wrongly_five_times_an_hour_from_wherever(client, small, at):
    code = code_of(register(small.a))
    tries = [ask(client, code, "9999", REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(6)]
    assert tries == [200] * 5 + [429]
    assert ask(client, code, REMOTE_ADDR="10.0.1.1").status_code == 429
    at.shift(timedelta(hours=1, seconds=1))
    assert told(ask(client, code, REMOTE_ADDR="10.0.1.1")).count("01〔2026〕0001") == 2


def test_a_code_that_is_none_is_shut_like_one_that_is(client, small):
    tries = [ask(client, "A" * 16, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(6)]
    assert tries == [200] * 5 + [429]


def test_right_tries_do_not_count_against_a_code(client, small):
    code = code_of(register(small.a))
    assert [ask(client, code, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(8)] == [200] * 8


# --- what stands there ---


def test_the_page_shows_the_stages_and_what_the_person_was_told_and_nothing_of_anybody_else(client, small):
    fed_back(small.a, visitor="邻居王五", situation="别人的事", phone="19900001111")
    small.a.unit.name, small.a.deputy.name = "单位名称", "代表姓名"
    small.a.unit.save(), small.a.deputy.save()
    petition = fed_back(small.a, address="石桥村三组")
    response = ask(client, code_of(petition))
    text = told(response)
    assert text.count("路面四月底前垫高。") == 1
    theirs = ("邻居王五", "别人的事", "0001", "19900001111")
    own = ("张凤英", PHONE, "石桥村", "三组的路积水", "请把路面垫高")
    inner = ("单位名称", "代表姓名", "经办人周某", "联络员1", "officer1", "unit1", "东山镇")
    canaries = (*theirs, *own, *inner)
    assert {word: text.count(word) for word in canaries} == dict.fromkeys(canaries, 0)
    assert [stage.on for stage in progress.stages(petition)] == [ON] * 5 + [None] * 2


def test_a_unit_s_reply_is_not_shown_before_it_was_brought_back(client, small):
    petition = register(small.a)
    actions.admit(petition, by=small.a.officer, at=NOW)
    lead = actions.route(petition, by=small.a.staff, at=NOW, on=ON, unit=small.a.unit, brief="路")
    result = ResultClass.objects.create(key="B", name="正在办理")
    actions.reply(lead, by=small.a.unit_user, at=NOW, on=ON, text="还没有告诉来访人的话", result=result)
    text = told(ask(client, code_of(petition)))
    assert (text.count("还没有告诉来访人的话"), text.count("/q/judge/")) == (0, 0)


@pytest.mark.rule("D3-六a")
def test_what_was_answered_on_the_spot_stands_there(client, small):
    petition = register(small.a)
    actions.answer(petition, by=small.a.officer, at=NOW, text="按规定每月十五日发放。")
    assert told(ask(client, code_of(petition))).count("按规定每月十五日发放。") == 1


@pytest.mark.rule("D5-三b")
def test_a_merged_matter_does_not_name_the_other(client, small):
    other, petition = register(small.a, visitor="李四"), register(small.a)
    actions.merge(petition, into=other, by=small.a.officer, at=NOW)
    text = told(ask(client, code_of(petition)))
    assert (text.count("01〔2026〕0002"), text.count("01〔2026〕0001"), text.count("李四")) == (2, 0, 0)


def test_nobody_who_is_signed_in_shows_on_the_page_and_no_cookie_is_set(client, small):
    client.force_login(small.a.officer)
    response = ask(client, code_of(register(small.a)))
    assert (told(response).count("officer1"), response.cookies.output()) == (0, "")


@pytest.mark.parametrize("way", ["get", "post"])
def test_the_page_is_not_kept_not_indexed_and_not_passed_on(client, small, way):
    response = getattr(client, way)("/q/", {"code": code_of(register(small.a)), "told": PHONE[-4:]})
    kept = {name: response.headers[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")}
    assert kept == {
        "Cache-Control": "no-store, private",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
    }


def test_a_browser_that_tells_no_origin_can_send_the_form(small):
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    assert ask(strict, code_of(register(small.a))).status_code == 200


def test_the_code_is_in_no_log_line(client, small, caplog):
    caplog.set_level(logging.DEBUG)
    code = code_of(fed_back(small.a))
    client.get("/q/", {"c": code})
    for end in ("0085", *["9999"] * 7):
        ask(client, code, end)
    assert (code in caplog.text, receipts.printed(code) in caplog.text) == (False, False)
    assert AuditEvent.objects.filter(detail__icontains=code).count() == 0


# --- the verdict ---


def judge(client, response, **given):
    token = response.content.decode().split('name="token" value="')[1].split('"')[0]
    return client.post("/q/judge/", {"token": token, "result": "satisfied", "attitude": "fairly", "words": "", **given})


@pytest.mark.rule("D7-四4")
def test_the_person_judges_result_and_attitude_without_help(client, small):
    petition = fed_back(small.a)
    shown = judge(client, ask(client, code_of(petition)), words="谢谢\r\n各位")
    petition.refresh_from_db()
    feedback = Feedback.objects.get()
    assert (petition.status, petition.satisfaction, petition.attitude) == ("judged", "satisfied", "fairly")
    assert (feedback.result, feedback.judged_by, feedback.judged_at) == ("satisfied", None, NOW)
    assert (feedback.reaction, told(shown).count("/q/judge/")) == ("谢谢\n各位", 0)


@pytest.mark.rule("D7-四4")
def test_who_is_dissatisfied_for_the_first_time_has_it_handled_once_more_and_the_second_time_not(client, small):
    petition = fed_back(small.a)
    code = code_of(petition)
    first = judge(client, ask(client, code), result="dissatisfied")
    petition.refresh_from_db()
    again = Referral.objects.get(round=2)
    assert (petition.status, again.unit, again.routed_by, again.routed_on) == ("routed", small.a.unit, None, ON)
    assert told(first).count("您评价为不满意，承办单位正在再次办理。") == 1
    answered(small.a, again)
    judge(client, ask(client, code), result="dissatisfied")
    petition.refresh_from_db()
    assert (petition.status, petition.satisfaction, Referral.objects.count()) == ("judged", "dissatisfied", 2)


@pytest.mark.rule("D7-四4", "D3-五a")
def test_what_complains_about_the_unit_is_not_sent_back_to_it_and_the_verdict_stands(client, small):
    petition = fed_back(small.a)
    actions.name_complained(petition, by=small.a.officer, at=NOW, on=ON, units=[small.a.unit])
    assert judge(client, ask(client, code_of(petition)), result="dissatisfied").status_code == 200
    petition.refresh_from_db()
    assert (petition.status, petition.satisfaction, Referral.objects.count()) == ("judged", "dissatisfied", 1)


def test_a_verdict_that_is_sent_twice_counts_once_and_shows_the_same(client, small):
    petition = fed_back(small.a)
    page = ask(client, code_of(petition))
    first, second = (judge(client, page, result=result) for result in ("dissatisfied", "satisfied"))
    assert told(first) == told(second)
    petition.refresh_from_db()
    assert (petition.satisfaction, Feedback.objects.get().result) == ("dissatisfied", "dissatisfied")
    assert petition.events.filter(verb__in=("judge", "redo")).count() == 1


@pytest.mark.parametrize("missing", ["result", "attitude"])
def test_a_verdict_that_is_not_whole_comes_back_with_what_was_typed(client, small, missing):
    petition = fed_back(small.a)
    response = judge(client, ask(client, code_of(petition)), **{missing: "", "words": "话没说完"})
    petition.refresh_from_db()
    assert (response.status_code, petition.status, told(response).count("话没说完")) == (200, "fed_back", 1)


def test_a_page_that_was_open_for_half_an_hour_asks_for_the_code_again_and_keeps_the_words(client, small, at):
    petition = fed_back(small.a)
    page = ask(client, code_of(petition))
    at.shift(public_views.OPEN_FOR + timedelta(seconds=2))
    response = judge(client, page, words="写了很久")
    petition.refresh_from_db()
    assert (response.status_code, petition.status, told(response).count("写了很久")) == (200, "fed_back", 1)


@pytest.mark.parametrize("token", ["", "x", "WzEsMV0:1w:abc"])
def test_a_token_that_nobody_made_moves_nothing(client, small, token):
    petition = fed_back(small.a)
    assert client.post("/q/judge/", {"token": token, "result": "satisfied", "attitude": "satisfied"}).status_code == 200
    petition.refresh_from_db()
    assert petition.status == "fed_back"


def test_the_address_of_the_verdict_alone_leads_back_to_the_question(client):
    assert client.get("/q/judge/").url == "/q/"


def test_looking_a_matter_up_asks_little(client, small, django_assert_max_num_queries):
    code = code_of(fed_back(small.a))
    assert clock.today() == ON
    with django_assert_max_num_queries(10):
        ask(client, code)
