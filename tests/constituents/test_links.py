"""The link of a unit without an account: what it shows, what it does, and everything that ends it."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from constituents import actions, link_views
from constituents.models import Attachment, ExtensionRequest, Guest, Referral, ResultClass, Suggestion, UnitLink
from office import regulations
from office.models import AuditEvent, Notice, Unit
from tests.queries import asked

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY, UNTIL = date(2026, 3, 18), date(2026, 4, 30)
BRIEF = "村小学门前约四百米路面积水，请现场查看并提出整治方案。"
CANARIES = {
    "visitor": "金丝雀甲",
    "phone": "19912345678",
    "address": "金丝雀村九组",
    "situation": "金丝雀情况：邻居家的金丝雀吵闹。",
    "request": "金丝雀诉求：请把金丝雀搬走。",
}
SIGNED = {"who": "赵工", "phone": "0719-3221234", "key": "6f1f4b0e-8a51-4a5c-9f5e-0f6c9a0d3a11", "seen": 1}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world(small):
    small.result = ResultClass.objects.create(key="A", name="已解决", counts_as_solved=True)
    small.second = Unit.objects.create(name="县交通局", jurisdiction=small.a.place)
    return small


def handed(world, *, assisting=(), **more):
    town = world.a
    made = actions.register(
        by=town.officer, at=NOW, on=TODAY, station=town.station, deputy=town.deputy, **{**CANARIES, **more}
    )
    actions.admit(made, by=town.staff, at=NOW)
    return actions.route(made, by=town.staff, at=NOW, on=TODAY, unit=town.unit, assisting=assisting, brief=BRIEF)


def given(world, referral=None, until=UNTIL):
    """The secret part of the address of a new link."""
    referral = referral or handed(world)
    return actions.give_link(referral, by=world.a.staff, at=NOW, on=TODAY, until=until)[1]


def address(token, verb=""):
    page = reverse("constituents:link_move", args=[verb]) if verb else reverse("constituents:link")
    return f"{page}?t={token}"


def send(client, token, verb, **told):
    return client.post(address(token, verb), {**SIGNED, **told})


def said(response):
    return response.content.decode()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# -- made by the office


def test_the_office_makes_a_link_that_is_shown_once_with_its_picture_and_stored_as_a_hash(client, world):
    referral = handed(world)
    client.force_login(world.a.staff)
    page = reverse("constituents:referral_move", args=[referral.pk, "give_link"])
    form = client.get(page).context["form"]
    told = {"key": form["key"].value(), "seen": form["seen"].value(), "until": "2026-04-30"}
    shown = client.post(page, told)
    [token] = set(re.findall(r"/u/\?t=([\w-]{43})\"", said(shown)))
    link = UnitLink.objects.get()
    assert (link.until, link.referral, link.token_hash == token, len(token) >= 22) == (UNTIL, referral, False, True)
    assert (shown["Cache-Control"], said(shown).count("<svg")) == ("no-store", 1)
    again = client.post(page, told, follow=True)
    assert (said(again).count(token), UnitLink.objects.count()) == (0, 1)
    assert client.get(address(token)).status_code == 200


def test_a_link_is_good_until_some_days_after_the_reply_is_due(client, world):
    referral = handed(world)
    Referral.objects.update(due_on=date(2026, 4, 17))
    client.force_login(world.a.staff)
    page = client.get(reverse("constituents:referral_move", args=[referral.pk, "give_link"]))
    assert page.context["form"]["until"].value() == date(2026, 4, 27)


@pytest.mark.parametrize("until", [TODAY - timedelta(days=1), TODAY + timedelta(days=367)])
def test_a_link_for_yesterday_or_for_ever_is_not_made(world, until):
    with pytest.raises(actions.CannotMove):
        given(world, until=until)
    assert UnitLink.objects.count() == 0


def test_a_new_link_ends_the_one_before(client, world):
    referral = handed(world)
    first, second = given(world, referral), given(world, fresh(referral))
    assert [client.get(address(token)).status_code for token in (first, second)] == [404, 200]


def test_only_the_office_of_the_place_makes_and_ends_links(client, world):
    referral = handed(world)
    page = reverse("constituents:referral_move", args=[referral.pk, "give_link"])
    answers = {}
    for user in (world.b.staff, world.a.officer, world.a.deputy_user, world.a.unit_user, world.leader):
        client.force_login(user)
        answers[user.username] = client.get(page).status_code
    assert answers == {"town2": 404, "officer1": 403, "deputy1": 403, "unit1": 403, "leader": 403}


def test_the_page_of_the_matter_says_until_when_a_unit_has_a_link_and_ends_it(client, world, clock):
    referral = handed(world)
    token = given(world, referral)
    client.force_login(world.a.staff)
    page = reverse("constituents:detail", args=[referral.petition_id])
    with asked() as statements:
        before = said(client.get(page))
    assert (before.count("办理链接有效期至 2026-04-30"), len(statements) <= 10) == (1, True)
    ending = reverse("constituents:referral_move", args=[referral.pk, "end_link"])
    form = client.get(ending).context["form"]
    client.post(ending, {"key": form["key"].value(), "seen": form["seen"].value()})
    assert (said(client.get(page)).count("办理链接有效期至"), client.get(address(token)).status_code) == (0, 404)
    assert UnitLink.objects.get().ended_by == world.a.staff


# -- what it shows


def test_the_link_shows_the_brief_and_nothing_of_the_person(client, world):
    regulations.load(on=TODAY)
    referral = handed(world)
    actions.release(referral.petition, by=world.office, at=NOW, reason="需上门核实")
    token = given(world, fresh(referral))
    pages = [address(token), *[address(token, verb) for verb in ("accept", "reply", "ask_time", "return")]]
    answers = [client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200] * 5
    text = "".join(map(said, answers))
    assert (text.count(BRIEF), [word for word in CANARIES.values() if word in text], "金丝雀" in text) == (5, [], False)


def test_the_pages_are_not_kept_not_indexed_and_tell_no_other_page_where_one_came_from(client, world):
    token = given(world)
    for page in (client.get(address(token)), client.get(address(token, "reply")), client.get(address("x" * 43))):
        headers = [page[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")]
        assert (headers, dict(page.cookies)) == (["no-store, private", "noindex, nofollow", "no-referrer"], {})


def test_the_link_opens_what_was_released_to_this_unit_and_no_other_file(client, world):
    referral = handed(world, assisting=[world.second])
    other = Referral.objects.get(unit=world.second)

    def kept(name, **more):
        return Attachment.objects.create(
            petition=referral.petition, name=name, file=ContentFile(PDF, name="x.pdf"), kind="application/pdf", size=9,
            added_at=NOW, added_by=world.a.officer, **more,
        )  # fmt: skip

    shut, open_, theirs = kept("秘密.pdf"), kept("公开.pdf"), kept("协办.pdf", reply_to=other)
    open_.released_in.add(referral)
    token = given(world, referral)
    found = [
        client.get(reverse("constituents:link_file", args=[one.pk]), {"t": token}) for one in (open_, shut, theirs)
    ]
    assert [answer.status_code for answer in found] == [200, 404, 404]
    assert found[0].getvalue() == PDF
    assert [said(client.get(address(token))).count(name) for name in ("公开", "秘密", "协办")] == [1, 0, 0]


def test_opening_the_link_asks_little_and_changes_nothing(client, world):
    referral = handed(world)
    token = given(world, referral)
    before = (fresh(referral).version, fresh(referral.petition).version, AuditEvent.objects.count())
    with asked() as statements:
        for verb in ("", "accept", "reply", "ask_time", "return"):
            client.get(address(token, verb))
    writes = [one for one in statements if not one.startswith(("SELECT", "DECLARE"))]
    assert (writes, len(statements) <= 50) == ([], True)
    assert (fresh(referral).version, fresh(referral.petition).version, AuditEvent.objects.count()) == before


# -- what it does


def test_a_unit_accepts_asks_for_time_and_replies_with_a_file_by_the_same_steps_as_with_an_account(client, world):
    regulations.load(on=TODAY)
    referral = handed(world)
    token = given(world, referral)
    Notice.objects.all().delete()
    answers = [
        send(client, token, "accept", person="钱科"),
        send(client, token, "ask_time", amount="5", unit="days", reason="待采购"),
        send(
            client, token, "reply", text="已垫高路面。", result=world.result.pk,
            files=SimpleUploadedFile("照片.pdf", PDF, "application/pdf"),
        ),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [302] * 3
    now = fresh(referral)
    assert (now.accepted_on, now.person, now.reply, now.result, now.on_paper) == (
        TODAY, "钱科", "已垫高路面。", world.result, False,
    )  # fmt: skip
    assert fresh(referral.petition).status == "replied"
    steps = list(referral.petition.events.filter(by=None).values_list("verb", "who", "referral"))
    assert steps == [(verb, "赵工（0719-3221234）", referral.pk) for verb in ("accept", "ask_time", "reply")]
    [file] = Attachment.objects.all()
    assert (file.name, file.reply_to, file.added_by) == ("照片.pdf", referral, None)
    assert ExtensionRequest.objects.get().asked_by is None
    trail = AuditEvent.objects.filter(user=None, detail__link=UnitLink.objects.get().pk)
    acted = trail.order_by("pk").values_list("action", flat=True)
    assert list(acted) == ["petition.accept", "petition.ask_time", "petition.reply"]
    assert Notice.objects.filter(user=world.a.staff, kind="reply").count() == 1


def test_the_office_sees_who_acted_beside_a_reply_that_came_on_paper(client, world):
    through, paper = handed(world), handed(world)
    send(client, given(world, through), "reply", text="链接答复", result=world.result.pk)
    actions.reply(paper, by=world.a.staff, at=NOW, on=TODAY, text="纸质答复", result=world.result)
    client.force_login(world.a.staff)
    for name in ("detail", "timeline"):
        pages = [said(client.get(reverse(f"constituents:{name}", args=[one.petition_id]))) for one in (through, paper)]
        marks = [[page.count(word) for word in ("赵工（0719-3221234）", "通过办理链接", "来函答复")] for page in pages]
        assert marks == [[1, 1, 0], [0, 0, 1]]
        assert [fresh(one.petition).events.filter(verb="reply").count() for one in (through, paper)] == [1, 1]


def test_a_unit_that_returns_the_matter_is_told_so_once_and_twice_and_the_link_is_closed(client, world):
    referral = handed(world)
    token = given(world, referral)
    first, second = (send(client, token, "return", reason="不属我单位职责") for _ in range(2))
    assert [said(answer).count("已退回，由人大代表工委重新交办") for answer in (first, second)] == [1, 1]
    assert (fresh(referral).return_reason, fresh(referral.petition).status) == ("不属我单位职责", "returned")
    assert referral.petition.events.filter(verb="return").count() == 1
    assert client.get(address(token)).status_code == 404


def test_after_its_five_working_days_nothing_can_be_returned(client, world, clock):
    regulations.load(on=TODAY)
    token = given(world)
    clock.move_to(NOW + timedelta(days=20))
    assert said(client.get(address(token))).count(address(token, "return")) == 0
    answer = send(client, token, "return", reason="不属我单位职责")
    assert (answer.status_code, Referral.objects.get().returned_on) == (200, None)
    assert said(answer).count("不属我单位职责") == 1


def test_a_reply_sent_twice_is_one_reply_and_both_are_told_so(client, world):
    referral = handed(world)
    token = given(world, referral)
    told = {"text": "已垫高路面。", "result": world.result.pk}
    first, second = (send(client, token, "reply", **told) for _ in range(2))
    assert [first.url, second.url] == [f"{address(token)}&done=reply"] * 2
    assert referral.petition.events.filter(verb="reply").count() == 1


def test_who_replies_after_another_is_told_and_keeps_the_words(client, world):
    token = given(world)
    send(client, token, "reply", text="甲的答复", result=world.result.pk)
    late = send(client, token, "reply", text="乙的答复", result=world.result.pk)
    assert (late.status_code, said(late).count("乙的答复"), Referral.objects.get().reply) == (200, 1, "甲的答复")


@pytest.mark.parametrize(
    ("missing", "value"), [("who", ""), ("phone", ""), ("text", " "), ("result", ""), ("result", "999")]
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client, world, missing, value):
    token = given(world)
    told = {"text": "写了很久的话", "result": world.result.pk, "who": "赵工", missing: value}
    answer = send(client, token, "reply", **told)
    assert (answer.status_code, said(answer).count('class="wrong"'), Referral.objects.get().replied_on) == (
        200,
        1,
        None,
    )
    assert said(answer).count("写了很久的话") == (missing != "text")


def test_a_suggestion_is_answered_through_a_link_too(client, world):
    made = Suggestion.objects.create(
        deputy=world.a.deputy, jurisdiction=world.a.place, year=2026, seq=1, title="关于路灯", grounds="暗",
        proposal="更换", written_on=TODAY, submitted_on=TODAY, status="routed",
    )  # fmt: skip
    referral = Referral.objects.create(
        suggestion=made, unit=world.a.unit, place=world.a.place, routed_on=TODAY, kind="suggestion", brief=BRIEF
    )
    token = given(world, referral)
    send(client, token, "reply", text="已更换。", result=world.result.pk)
    assert (fresh(made).status, made.events.get(verb="reply").who) == ("replied", "赵工（0719-3221234）")


# -- what ends it


def ended(world, referral, staff):
    return actions.end_link(referral, by=staff, at=NOW)


def recalled(world, referral, staff):
    return actions.recall(referral, by=staff, at=NOW, on=TODAY, reason="转错")


def rerouted(world, referral, staff):
    recalled(world, referral, staff)
    actions.route(fresh(referral.petition), by=staff, at=NOW, on=TODAY, unit=world.second, brief="另行交办")


def complained(world, referral, staff):
    actions.name_complained(referral.petition, by=staff, at=NOW, on=TODAY, units=[world.a.unit])


def official_complained(world, referral, staff):
    actions.name_complained(referral.petition, by=staff, at=NOW, on=TODAY, people=[world.a.unit_user])


def closed(world, referral, staff):
    actions.reply(referral, by=world.a.unit_user, at=NOW, on=TODAY, text="已修", result=world.result)
    matter = actions.feed_back(fresh(referral.petition), by=staff, at=NOW, on=TODAY, way="phone", told="已修")
    actions.close(matter, by=staff, at=NOW, note="已解释")


def replied_then_complained(world, referral, staff):
    actions.reply(referral, by=world.a.unit_user, at=NOW, on=TODAY, text="已修", result=world.result)
    complained(world, referral, staff)


def given_up(world, referral, staff):
    Unit.objects.filter(pk=referral.unit_id).update(active=False)


ENDS = [ended, recalled, rerouted, complained, official_complained, closed, replied_then_complained, given_up]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_whatever_takes_the_matter_from_the_unit_ends_the_link_at_once(client, world, end):
    referral = handed(world)
    token = given(world, referral)
    assert client.get(address(token)).status_code == 200
    end(world, fresh(referral), world.a.staff)
    before = list(referral.petition.events.values_list("verb", flat=True))
    gone, never = client.get(address(token)), client.get(address("A" * 43))
    assert (gone.status_code, said(gone)) == (404, said(never))
    sent = [
        send(client, token, "reply", text="晚了一步", result=world.result.pk),
        send(client, "A" * 43, "reply", text="晚了一步", result=world.result.pk),
    ]
    assert {(answer.status_code, said(answer)) for answer in sent} == {(404, said(sent[1]))}
    assert said(sent[0]).count("晚了一步") == 1
    assert list(referral.petition.events.values_list("verb", flat=True)) == before


def test_a_link_runs_out_after_its_last_day(client, world, clock):
    token = given(world, until=TODAY + timedelta(days=1))
    answers = []
    for days in (1, 2):
        clock.move_to(NOW + timedelta(days=days))
        answers.append(client.get(address(token)).status_code)
    assert answers == [200, 404]


def test_the_action_itself_refuses_a_link_that_is_no_longer_good(world):
    referral = handed(world)
    link, _token = actions.give_link(referral, by=world.a.staff, at=NOW, on=TODAY, until=TODAY)
    late = Guest(link, "赵工", "0719", TODAY + timedelta(days=1))
    with pytest.raises(actions.NotTheirs):
        actions.accept(fresh(referral), by=late, at=NOW, on=TODAY)


def test_a_link_does_nothing_with_the_matter_of_another_unit(world):
    mine, other = handed(world), handed(world)
    link, _token = actions.give_link(mine, by=world.a.staff, at=NOW, on=TODAY, until=TODAY)
    with pytest.raises(actions.NotTheirs):
        actions.accept(other, by=Guest(link, "赵工", "0719", TODAY), at=NOW, on=TODAY)
    assert fresh(other).accepted_on is None


# -- how often


def test_who_guesses_addresses_waits_and_then_even_a_good_one_has_to(client, world):
    token = given(world)
    codes = {client.get(address(f"{n:043}")).status_code for n in range(link_views.WRONG_TRIES)}
    assert (codes, client.get(address("B" * 43)).status_code, client.get(address(token)).status_code) == (
        {404},
        429,
        429,
    )
    assert client.get(address(token), REMOTE_ADDR="10.0.0.9").status_code == 200


def test_a_link_takes_only_so_many_forms_an_hour(client, world, monkeypatch):
    monkeypatch.setattr(link_views, "SENDINGS", 1)
    token = given(world)
    send(client, token, "ask_time", amount="5", unit="days", reason="没有期限")
    answer = send(client, token, "reply", text="第二次", result=world.result.pk)
    assert (answer.status_code, said(answer).count("第二次"), Referral.objects.get().replied_on) == (200, 1, None)


@pytest.mark.parametrize("verb", ["extend", "recall", "urge", "close", "give_link", "files"])
def test_a_link_offers_no_verb_that_is_not_the_units(client, world, verb):
    token = given(world)
    assert {client.get(address(token, verb)).status_code, send(client, token, verb).status_code} == {404}
