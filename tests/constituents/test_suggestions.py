"""Suggestions on the screen, from a deputy's first words to the office's last; and who may see and do what."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from constituents import actions
from constituents.models import HintWord, Petition, Referral, ResultClass, Suggestion
from office import regulations
from office.models import Notice
from tests.queries import asked

NOW = datetime(2026, 3, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
TODAY = date(2026, 3, 18)
SITUATION = "三组到村小学的路一下雨就积水，孩子们上学要绕两公里远的田埂。"
REQUEST = "请把这段路面垫高，再修一条排水沟。"
WRITTEN = {
    "title": "关于整治村小学周边道路排水的建议",
    "grounds": "走访三个村民小组时看到，学校附近多处低洼，涉及约二百户出行，历年没有列入养护计划。",
    "proposal": "由交通部门牵头勘察，列入明年农村公路养护计划，分段实施。",
}


@pytest.fixture
def town(small):
    return small.a


@pytest.fixture
def deputy(client, town):
    client.force_login(town.deputy_user)
    return client


def matter(town):
    told = {"visitor": "张凤英", "situation": SITUATION, "request": REQUEST}
    return actions.register(by=town.officer, at=NOW, on=TODAY, station=town.station, deputy=town.deputy, **told)


def written(town, **more):
    told = {"by": town.deputy_user, "at": NOW, "on": TODAY, "deputy": town.deputy, **WRITTEN}
    return actions.write(**{**told, **more})


def submitted(town, **more):
    return actions.submit(written(town, **more), by=town.deputy_user, at=NOW, on=TODAY)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def send(client, address, key=None, **told):
    return client.post(address, {"key": key or str(uuid4()), "seen": 1, **told})


def write(client, key=None, **told):
    return send(client, "/suggestions/new/", key, **{**WRITTEN, **told})


def move(client, row, verb, key=None, **told):
    address = reverse("constituents:suggestion_move", args=[row.pk, verb])
    return send(client, address, key, **{"seen": fresh(row).version, **told})


def verbs(client, row):
    return [verb for verb, _move in client.get(f"/suggestions/{row.pk}/").context["verbs"]]


# -- writing


@pytest.mark.rule("D9-2二b", "D7-三3")
def test_a_deputy_writes_a_suggestion_from_their_matters_with_the_words_beside_the_form(deputy, town):
    source = matter(town)
    page = deputy.get(f"/suggestions/new/?petition={source.pk}")
    assert (page.context["form"]["sources"].value(), SITUATION in page.content.decode()) == ([source.pk], True)
    assert page.context["form"]["grounds"].value() is None
    answer = write(deputy, sources=[source.pk], wide="on")
    made = Suggestion.objects.get()
    assert answer.headers["Location"] == f"/suggestions/{made.pk}/"
    assert (made.deputy, made.status, made.wide, list(made.sources.all())) == (town.deputy, "draft", True, [source])


@pytest.mark.rule("L1-51")
def test_words_that_were_merely_pasted_are_refused_and_everything_typed_is_still_there(deputy, town):
    source = matter(town)
    answer = write(deputy, sources=[source.pk], grounds=SITUATION, proposal=REQUEST)
    form = answer.context["form"]
    assert (list(form.errors), form.data["grounds"], Suggestion.objects.count()) == (["grounds"], SITUATION, 0)


def test_a_suggestion_that_is_sent_twice_is_written_once(deputy):
    key = str(uuid4())
    addresses = [write(deputy, key).headers["Location"] for _ in range(2)]
    assert addresses == [f"/suggestions/{Suggestion.objects.get().pk}/"] * 2


def test_a_deputy_offers_only_their_own_matters_and_colleagues_of_their_congress(deputy, small, town):
    foreign = actions.register(
        by=small.b.officer, at=NOW, on=TODAY, station=small.b.station, visitor="某", situation="水", request="修",
        deputy=small.b.deputy,
    )  # fmt: skip
    form = deputy.get("/suggestions/new/").context["form"]
    assert set(form.fields["signers"].queryset) == {town.leader, small.b.deputy, small.b.leader}
    answer = write(deputy, sources=[foreign.pk], signers=[town.deputy.pk])
    assert sorted(answer.context["form"].errors) == ["signers", "sources"]


@pytest.mark.parametrize("query", ["petition=x", "petition=99999999", "petition=", "petition=-1", "part=x", "after=x"])
def test_an_odd_address_is_read_as_if_nothing_was_chosen(deputy, query):
    assert [deputy.get(f"{page}?{query}").status_code for page in ("/suggestions/new/", "/suggestions/")] == [200, 200]


def test_a_changed_text_asks_for_the_signatures_anew(client, deputy, town):
    row = written(town, signers=[town.leader])
    actions.sign(row, by=town.leader_user, at=NOW)
    move(
        deputy, row, "rewrite", **{**WRITTEN, "grounds": "补充：雨季更加严重，已有学生摔伤。"}, signers=[town.leader.pk]
    )
    assert [one.signed_at for one in row.signatures.all()] == [None]


def test_two_windows_of_one_draft_the_second_is_told_what_is_new(deputy, town):
    row = written(town)
    address = reverse("constituents:suggestion_move", args=[row.pk, "rewrite"])
    send(deputy, address, **WRITTEN, wide="on")
    answer = send(deputy, address, **{**WRITTEN, "title": "另一个标题"})
    assert (answer.status_code, len(answer.context["newer"]), fresh(row).title) == (200, 1, WRITTEN["title"])
    assert answer.context["form"].data["title"] == "另一个标题"


# -- signing and submitting


@pytest.mark.rule("D7-三3")
def test_whoever_was_asked_finds_it_among_what_is_to_sign_and_signs_once(client, town):
    row = written(town, signers=[town.leader])
    client.force_login(town.leader_user)
    assert [one.pk for one in client.get("/suggestions/?part=to_sign").context["page"]] == [row.pk]
    assert verbs(client, row) == ["sign"]
    move(client, row, "sign")
    assert (verbs(client, row), [one.pk for one in client.get("/suggestions/?part=to_sign").context["page"]]) == (
        [],
        [],
    )
    answer = move(client, row, "sign")
    assert answer.context["form"].non_field_errors() == ["没有请您联名，或您已经签名。"]


def test_who_only_signed_neither_rewrites_nor_submits_nor_withdraws(client, town):
    row = written(town, signers=[town.leader])
    client.force_login(town.leader_user)
    codes = [move(client, row, verb, read="on", **WRITTEN).status_code for verb in ("rewrite", "submit", "withdraw")]
    assert (codes, fresh(row).status) == ([403] * 3, "draft")


@pytest.mark.rule("L1-51")
def test_words_that_hint_at_what_is_no_suggestion_must_be_looked_at_before_it_is_submitted(deputy, town):
    hint = HintWord.objects.create(kind="no_suggestion", word="法院", why="具体案件不作为代表建议提出")
    HintWord.objects.create(kind="no_suggestion", word="广告", why="商业宣传不作为代表建议提出")
    row = written(town, grounds="法院已调解过多起用水纠纷，说明排水设施长期不足，涉及三个村。")
    form = deputy.get(f"/suggestions/{row.pk}/submit/").context["form"]
    assert [one.word for one in form.hints] == ["法院"]
    assert list(move(deputy, row, "submit").context["form"].errors) == ["read", f"hint_{hint.pk}"]
    assert list(move(deputy, row, "submit", read="on").context["form"].errors) == [f"hint_{hint.pk}"]
    move(deputy, row, "submit", read="on", **{f"hint_{hint.pk}": "on"})
    step = row.events.get(verb="submit")
    assert (fresh(row).status, step.note) == ("submitted", "已核对并确认：“法院”")


def test_signatures_that_are_missing_are_named_before_and_left_out_after(deputy, town):
    row = written(town, signers=[town.leader])
    page = deputy.get(f"/suggestions/{row.pk}/submit/")
    assert [one.deputy for one in page.context["unsigned"]] == [town.leader]
    move(deputy, row, "submit", read="on")
    assert row.signatures.count() == 0


@pytest.mark.rule("D9-2二b")
def test_with_its_suggestion_a_matter_that_was_undecided_takes_that_course_and_a_decided_one_keeps_its_own(town):
    undecided, answered = matter(town), matter(town)
    Petition.objects.filter(pk=answered.pk).update(course="route")
    row = submitted(town, sources=[undecided, answered])
    courses = [fresh(one).course for one in (undecided, answered)]
    assert (courses, fresh(undecided).status) == (["suggestion", "route"], "received")
    assert undecided.events.get(verb="suggested").note == row.title


# -- the whole way


@pytest.mark.rule("D9-2二b", "D7-三3", "L1-51", "D7-四4")
def test_a_suggestion_goes_its_whole_way_through_the_pages(client, small, town):
    regulations.load(on=TODAY)
    result = ResultClass.objects.create(key="B", name="正在解决")
    client.force_login(town.deputy_user)
    write(client, sources=[matter(town).pk], signers=[town.leader.pk])
    row = Suggestion.objects.get()
    client.force_login(town.leader_user)
    move(client, row, "sign")
    client.force_login(town.deputy_user)
    assert verbs(client, row) == ["submit", "rewrite", "withdraw"]
    move(client, row, "submit", read="on")

    client.force_login(small.office)
    assert verbs(client, row) == ["file", "send_back"]
    choices = [
        str(label) for _key, label in client.get(f"/suggestions/{row.pk}/file/").context["form"].fields["wide"].choices
    ]
    assert [day in label for day, label in zip(("2026-06-18", "2026-09-18"), choices, strict=True)] == [True, True]
    move(client, row, "file", wide="yes")
    assert (fresh(row).number, fresh(row).wide) == ("建议〔2026〕0001", True)
    assert client.get(f"/suggestions/{row.pk}/route/").context["due"] == date(2026, 9, 18)
    move(client, row, "route", unit=town.unit.pk, assisting=[small.b.unit.pk])
    lead = Referral.objects.get(part="lead")
    assert (lead.due_on, lead.due_rule.clause.key, lead.kind) == (date(2026, 9, 18), "L1-51", "wide")

    client.force_login(town.unit_user)
    task = f"/tasks/{lead.pk}/"
    assert WRITTEN["proposal"] in client.get(task).content.decode()
    send(client, f"{task}accept/", person="李工")
    send(client, f"{task}reply/", text="已列入计划。", result=result.pk)

    client.force_login(town.deputy_user)
    assert verbs(client, row) == ["judge"]
    move(client, row, "judge", attitude="satisfied", result="dissatisfied", words="没有写明完成时间")
    again = Referral.objects.get(part="lead", round=2)
    assert (fresh(row).status, again.unit) == ("routed", town.unit)

    client.force_login(town.unit_user)
    send(client, f"/tasks/{again.pk}/reply/", text="明年六月前完工。", result=result.pk)
    client.force_login(town.deputy_user)
    move(client, row, "judge", attitude="satisfied", result="fairly")
    client.force_login(small.office)
    assert verbs(client, row) == ["close"]
    move(client, row, "close")
    assert (fresh(row).status, fresh(row).satisfaction, fresh(row).attitude) == ("closed", "fairly", "satisfied")
    steps = ["write", "sign", "submit", "file", "route", "accept", "reply", "redo", "reply", "judge", "close"]
    assert [event.verb for event in row.events.all()] == steps
    assert client.get(f"/suggestions/{row.pk}/").status_code == 200


def test_what_the_office_sends_back_is_explained_to_the_deputy_who_can_write_anew(client, small, town):
    row = submitted(town)
    client.force_login(small.office)
    assert list(move(client, row, "send_back", reason="").context["form"].errors) == ["reason"]
    move(client, row, "send_back", reason="请补充涉及的户数")
    client.force_login(town.deputy_user)
    assert (verbs(client, row), Notice.objects.filter(user=town.deputy_user, kind="send_back").count()) == (
        ["submit", "rewrite", "withdraw"], 1,
    )  # fmt: skip
    assert "请补充涉及的户数" in client.get(f"/suggestions/{row.pk}/").content.decode()


def test_the_office_finds_beside_each_unit_what_it_may_do_about_it(client, small, town):
    row = submitted(town)
    actions.file(row, by=small.office, at=NOW, on=TODAY)
    lead = actions.route_suggestion(fresh(row), by=small.office, at=NOW, on=TODAY, unit=town.unit)
    Referral.objects.filter(pk=lead.pk).update(due_on=date(2026, 6, 18))
    client.force_login(small.office)
    [(_referral, _standing, acts)] = client.get(f"/suggestions/{row.pk}/").context["referrals"]
    verbs_there = [act[0] for act in acts]
    assert verbs_there == ["extend", "pause", "urge", "recall", "give_link", "reply"]
    pages = [client.get(reverse("constituents:referral_move", args=[lead.pk, verb])) for verb in verbs_there]
    assert [page.status_code for page in pages] == [200] * 6
    move(client, row, "add_unit", unit=small.b.unit.pk)
    assert row.referrals.count() == 2


@pytest.mark.rule("D3-六j")
def test_a_clerk_of_the_office_who_is_a_deputy_too_closes_no_suggestion(client, small, town):
    row = submitted(town)
    Suggestion.objects.filter(pk=row.pk).update(status="judged", satisfaction="satisfied", year=2026, seq=1)
    small.office.assignments.create(role="deputy")
    client.force_login(small.office)
    assert (verbs(client, row), move(client, row, "close").status_code) == ([], 403)


# -- who sees what


def test_a_draft_is_the_deputy_s_alone_until_it_is_handed_in(client, small, town):
    row = written(town)
    client.force_login(small.office)
    seen = [client.get(f"/suggestions/{row.pk}/").status_code]
    actions.submit(row, by=town.deputy_user, at=NOW, on=TODAY)
    seen.append(client.get(f"/suggestions/{row.pk}/").status_code)
    assert seen == [404, 200]


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("a.deputy_user", [200, 200, 200, 403]),
        ("office", [200, 403, 200, 200]),
        ("leader", [200, 403, 200, 403]),
        ("a.leader_user", [200, 200, 404, 404]),
        ("b.deputy_user", [200, 200, 404, 404]),
        ("a.staff", [200, 403, 404, 404]),
        ("a.officer", [403, 403, 403, 403]),
        ("a.unit_user", [403, 403, 403, 403]),
    ],
)
def test_who_opens_which_page(client, small, town, who, codes):
    """A suggestion to the county's congress is the county office's; the township sees none of it."""
    row, person = submitted(town), small
    for part in who.split("."):
        person = getattr(person, part)
    client.force_login(person)
    addresses = ["/suggestions/", "/suggestions/new/", f"/suggestions/{row.pk}/", f"/suggestions/{row.pk}/file/"]
    assert [client.get(address).status_code for address in addresses] == codes


def test_whoever_signs_with_the_deputy_is_not_led_to_matters_that_are_not_theirs(client, town):
    source = matter(town)
    row = written(town, sources=[source], signers=[town.leader])
    client.force_login(town.leader_user)
    page = client.get(f"/suggestions/{row.pk}/")
    assert (list(page.context["sources"]), source.number in page.content.decode()) == ([], False)


@pytest.mark.parametrize("rows", [1, 30])
def test_list_page_and_form_ask_few_questions(client, small, town, rows):
    sources = [matter(town) for _ in range(rows)]
    for _ in range(rows):
        row = submitted(town, sources=sources, signers=[town.leader])
    actions.file(row, by=small.office, at=NOW, on=TODAY)
    actions.route_suggestion(fresh(row), by=small.office, at=NOW, on=TODAY, unit=town.unit, assisting=[small.b.unit])
    for who, addresses in (
        (town.deputy_user, ("/suggestions/", f"/suggestions/{row.pk}/", "/suggestions/new/")),
        (small.office, ("/suggestions/", f"/suggestions/{row.pk}/")),
    ):
        client.force_login(who)
        for address in addresses:
            with asked() as statements:
                assert client.get(address).status_code == 200
            assert len(statements) <= 10, (address, len(statements), statements)
