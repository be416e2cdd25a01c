"""The register and its matters as office, desk, deputies and readers see them, and what each does with one."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from constituents import actions, moves
from constituents.matter_reading import whole
from constituents.models import (
    Attachment,
    Complaint,
    DeclineReason,
    HintWord,
    Petition,
    Referral,
    ResultClass,
    Snippet,
)
from office import clock, reveals
from office.models import AuditEvent, Unit
from office.roles import Role
from office.uploads import Cleaned
from tests import county
from tests.queries import asked

NOW = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
TODAY = date(2026, 3, 16)
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def solved(db):
    return ResultClass.objects.get_or_create(key="A", defaults={"name": "已解决", "counts_as_solved": True})[0]


@pytest.fixture
def other_unit(small):
    return Unit.objects.create(name="东山镇水利站", jurisdiction=small.a.place)


def petition(town, *, days_ago=0, **more):
    at = NOW - timedelta(days=days_ago)
    given = {"visitor": "张凤英", "situation": "三组的路积水。", "request": "请把路面垫高。", **more}
    return actions.register(by=town.officer, at=at, on=clock.local_date(at), station=town.station, **given)


def admitted(town, **more):
    return actions.admit(petition(town, **more), by=town.staff, at=NOW)


def routed(town, **more):
    matter = admitted(town, **more)
    return actions.route(matter, by=town.staff, at=NOW, on=TODAY, unit=town.unit, brief="请垫高路面。")


def replied(town, solved, **more):
    referral = routed(town, **more)
    actions.reply(referral, by=town.unit_user, at=NOW, on=TODAY, text="路面已垫高。", result=solved)
    return Petition.objects.get(pk=referral.petition_id)


def fed_back(town, solved, **more):
    matter = replied(town, solved, **more)
    return actions.feed_back(matter, by=town.officer, at=NOW, on=TODAY, way="phone", told="路面已垫高。")


def again(row):
    return type(row).objects.get(pk=row.pk)


def page(matter, verb="", **asked_for):
    if not verb:
        return reverse("constituents:detail", args=[matter.pk])
    return reverse("constituents:move", args=[matter.pk, verb])


def page_of(referral, verb):
    return reverse("constituents:referral_move", args=[referral.pk, verb])


def sent(matter, **told):
    return {"key": str(uuid4()), "seen": again(matter).version, **told}


def as_(client, user):
    client.force_login(user)
    return client


def bytes_of(response):
    """What a download holds; read to its end its file is closed too."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def listed(response):
    return [one.petition.number for one in response.context["rows"]]


# --- who sees what ---


PAGES = ["", "timeline/"]


@pytest.mark.parametrize("part", PAGES)
def test_a_matter_is_read_by_its_station_its_deputy_and_the_offices_above(client, small, part):
    mine = petition(small.a, deputy=small.a.deputy)
    people = [
        small.a.officer, small.b.officer, small.a.staff, small.b.staff, small.office, small.leader,
        small.a.deputy_user, small.b.deputy_user, small.a.unit_user,
    ]  # fmt: skip
    seen = {user.username: as_(client, user).get(f"/matters/{mine.pk}/{part}").status_code for user in people}
    assert seen == {
        "officer1": 200, "officer2": 404, "town1": 200, "town2": 404, "office": 200, "leader": 200,
        "deputy1": 200, "deputy2": 404, "unit1": 403,
    }  # fmt: skip


@pytest.mark.parametrize("part", PAGES)
def test_who_answers_for_a_unit_reads_no_matter_through_it_whatever_else_they_are(client, small, part):
    mine = routed(small.a).petition
    both = county.person("both", Role.HANDLING_UNIT, unit=small.a.unit)
    county.Assignment.objects.create(user=both, role=Role.DEPUTY)
    assert as_(client, both).get(f"/matters/{mine.pk}/{part}").status_code == 404


def test_the_list_shows_each_person_their_own_matters(client, small):
    petition(small.a, deputy=small.a.deputy)
    petition(small.a)
    petition(small.b)
    people = (small.a.officer, small.a.staff, small.b.staff, small.office, small.leader, small.a.deputy_user)
    seen = {user.username: len(listed(as_(client, user).get("/matters/"))) for user in people}
    assert seen == {"officer1": 2, "town1": 2, "town2": 1, "office": 3, "leader": 3, "deputy1": 1}
    assert as_(client, small.a.unit_user).get("/matters/").status_code == 403


def test_a_reader_sees_no_full_name_no_phone_no_address_and_no_button(client, small):
    mine = petition(small.a, phone="19908490085", address="石桥村三组")
    for address in ("/matters/", page(mine), f"/matters/{mine.pk}/timeline/"):
        text = as_(client, small.leader).get(address).content.decode()
        assert [text.count(word) for word in ("张凤英", "19908490085", "石桥村三组")] == [0, 0, 0]
        assert "张*" in text
    assert as_(client, small.leader).get(page(mine)).context["others"] == []
    assert as_(client, small.leader).get(page(mine, "admit")).status_code == 403


def test_whom_a_matter_complains_about_finds_no_page_of_it(client, small):
    mine = petition(small.a)
    Complaint.objects.create(petition=mine, person=small.a.staff)
    client = as_(client, small.a.staff)
    assert [client.get(address).status_code for address in (page(mine), page(mine, "admit"))] == [404, 404]
    assert listed(client.get("/matters/")) == []


def test_what_stands_beside_a_matter_is_shown_to_whoever_sees_that_as_well(small):
    """A desk keeps its matters, and no household, inspection or suggestion; a suggestion is the county's."""
    town, told = small.a, {"by": small.a.deputy_user, "at": NOW, "on": TODAY, "deputy": small.a.deputy}
    mine, home = petition(town, deputy=town.deputy), town.households[0]
    papers = {"title": "关于村道养护的建议", "grounds": "三个村都有反映。", "proposal": "列入明年养护计划。"}
    written = actions.write(sources=[mine], **papers, **told)
    wanted = actions.ask(petition=mine, kind="request", about="村道", place="镇政府", **told)
    contact = {"deputy": town.deputy, "logged_by": town.deputy_user, "logged_at": NOW, "kind": "home"}
    mine.visits.create(household=home, happened_on=TODAY, **contact)

    def beside(user):
        found = whole(user, mine.pk, TODAY).beside
        homes = [one.more for one in found["visit"]]
        return homes, *([one.pk for one in found.get(kind, [])] for kind in ("engagement", "suggestion"))

    assert [beside(user) for user in (town.officer, town.staff, small.office)] == [
        ([""], [], []),
        ([home.head], [wanted.pk], []),
        ([home.head], [wanted.pk], [written.pk]),
    ]


# --- the list ---


def test_the_list_is_turned_both_ways_without_losing_or_repeating_a_matter(client, small):
    for n in range(60):
        petition(small.a, days_ago=n % 7)
    client = as_(client, small.a.staff)
    forward, response = [], client.get("/matters/")
    forward.append(listed(response))
    while response.context["page"].next:
        response = client.get("/matters/", {"after": response.context["page"].next})
        forward.append(listed(response))
    backward = [listed(response)]
    while response.context["page"].previous:
        response = client.get("/matters/", {"after": response.context["page"].previous})
        backward.append(listed(response))
    assert [len(one) for one in forward] == [25, 25, 10]
    assert len({number for one in forward for number in one}) == 60
    assert backward == forward[::-1]


@pytest.mark.parametrize(
    ("asked_for", "numbers"),
    [
        ({}, [4, 3, 2, 1]),
        ({"part": "all"}, [5, 4, 3, 2, 1]),
        ({"part": "answered"}, [5]),
        ({"part": "overdue"}, [1]),
        ({"part": "nonsense"}, [4, 3, 2, 1]),
        ({"q": "水渠"}, [2]),
        ({"q": "01〔2026〕0003"}, [3]),
        ({"q": "19908490085"}, [3]),
        ({"q": "199 0849 0085", "part": "all"}, [3]),
        ({"category": "道路"}, [4]),
        ({"urgent": "on"}, [2]),
        ({"first": "2026-03-15"}, [4, 3]),
        ({"last": "2026-03-15", "first": "2026-03-15"}, [3]),
        ({"first": "13.13.2026"}, [4, 3, 2, 1]),
        ({"first": "0001-01-01"}, [4, 3, 2, 1]),
        ({"after": "nonsense"}, [4, 3, 2, 1]),
    ],
)
def test_the_list_is_narrowed_by_what_was_asked(client, small, asked_for, numbers):
    late = routed(small.a, days_ago=20)
    Referral.objects.filter(pk=late.pk).update(due_on=TODAY - timedelta(days=1))
    petition(small.a, days_ago=2, situation="水渠塌了。", urgent=True)
    petition(small.a, days_ago=1, phone="19908490085")
    petition(small.a, category="道路")
    actions.answer(petition(small.a), by=small.a.officer, at=NOW, text="可以。")
    response = as_(client, small.a.staff).get("/matters/", asked_for)
    assert sorted((int(number[-4:]) for number in listed(response)), reverse=True) == numbers


def test_the_list_is_narrowed_to_a_station_and_to_a_unit(client, small):
    routed(small.a)
    petition(small.a)
    petition(small.b)
    client = as_(client, small.office)
    assert len(listed(client.get("/matters/", {"station": small.a.station.pk}))) == 2
    assert len(listed(client.get("/matters/", {"unit": small.a.unit.pk}))) == 1
    assert len(listed(client.get("/matters/", {"station": "999999"}))) == 3
    assert "station" in client.get("/matters/", {"station": "999999"}).context["form"].errors


def test_what_waits_for_somebody_is_listed_to_them_and_to_nobody_else(client, small, solved):
    petition(small.a, visitor="待受理")
    admitted(small.a, visitor="待转办")
    actions.escalate(admitted(small.a, visitor="待县级"), by=small.a.staff, at=NOW, note="跨镇")
    replied(small.a, solved, visitor="待反馈", deputy=small.a.deputy)
    routed(small.a, visitor="办理中")
    asking = routed(small.a, visitor="要延期")
    asking.due_on = TODAY + timedelta(days=30)
    asking.save()
    actions.ask_time(asking, by=small.a.unit_user, at=NOW, on=TODAY, amount=5, unit="working-days", reason="等材料")
    waiting = {}
    for user in (small.a.officer, small.a.staff, small.office, small.a.deputy_user):
        response = as_(client, user).get("/matters/", {"part": "mine"})
        waiting[user.username] = {one.petition.visitor for one in response.context["rows"]}
    # What walked in with a deputy named is also to be handed over by the desk (D3-六h).
    assert waiting == {
        "officer1": {"待受理", "待反馈"},
        "town1": {"待受理", "待转办", "要延期"},
        "office": {"待县级"},
        "deputy1": {"待反馈"},
    }


def test_a_row_shows_what_is_due_next_with_its_clause(client, small):
    late = routed(small.a)
    Referral.objects.filter(pk=late.pk).update(due_on=TODAY - timedelta(days=2), receipt_due_on=None)
    [(_row, due, _state)] = as_(client, small.a.staff).get("/matters/").context["rows"]
    assert (due.on, due.days, due.overdue) == (TODAY - timedelta(days=2), -2, True)


# --- how much a page asks of the database ---


@pytest.mark.parametrize(
    "address",
    ["/matters/", "/matters/?q=路&part=all", "/matters/?q=1", "/matters/?part=mine", "/matters/?part=overdue"],
)
def test_the_list_asks_at_most_ten_times_for_one_row_and_for_thirty(client, small, address):
    routed(small.a)
    client = as_(client, small.office)
    with asked() as one:
        client.get(address)
    for _n in range(30):
        routed(small.a)
    with asked() as thirty:
        client.get(address)
    assert (len(one) <= 10, len(thirty)) == (True, len(one))


@pytest.mark.parametrize("part", PAGES)
def test_a_matter_asks_at_most_ten_times_however_much_happened(client, small, solved, other_unit, part):
    first = fed_back(small.a, solved, deputy=small.a.deputy, representatives=[("李四", "")])
    client = as_(client, small.office)
    with asked() as little:
        client.get(f"/matters/{first.pk}/{part}")
    actions.judge(first, by=small.a.officer, at=NOW, on=TODAY, result="dissatisfied")
    actions.add_unit(again(first), by=small.a.staff, at=NOW, on=TODAY, unit=other_unit)
    lead = Referral.objects.get(petition=first, round=2, part="lead")
    for _n in range(3):
        actions.urge(lead, by=small.a.staff, at=NOW, on=TODAY)
    actions.attach(again(first), by=small.a.officer, at=NOW, files=[Cleaned("路.png", "png", PIXEL)] * 3)
    with asked() as much:
        client.get(f"/matters/{first.pk}/{part}")
    assert (len(little) <= 10, len(much)) == (True, len(little))


@pytest.mark.parametrize("verb", sorted({m.verb for m in moves.MOVES if m.subject == "petition"}))
def test_no_page_of_a_verb_asks_more_than_fifteen_times(client, small, verb):
    mine = admitted(small.a)
    client = as_(client, small.office)
    with asked() as statements:
        client.get(page(mine, verb))
    assert len(statements) <= 15


def test_to_route_and_to_type_in_a_reply_ask_a_fixed_number_of_times(client, small, solved):
    mine = admitted(small.a)
    client = as_(client, small.a.staff)
    told = {"unit": small.a.unit.pk, "kind": "station", "mode": "letter", "brief": "请垫高路面。"}
    with asked() as routing:
        client.post(page(mine, "route"), sent(mine, **told))
    lead = Referral.objects.get(petition=mine)
    paper = {"text": "路面已垫高。", "result": solved.pk, "received_on": TODAY.isoformat()}
    with asked() as replying:
        answer = client.post(page_of(lead, "reply"), sent(mine, **paper))
    assert (again(mine).status, answer.status_code) == ("replied", 302)
    assert (len(routing), len(replying)) == (20, 18)


# --- the next step ---


def test_each_state_offers_whoever_looks_the_one_thing_to_do(client, small, solved):
    deputy = {"deputy": small.a.deputy}
    states = {
        "received": petition(small.a, channel="phone", **deputy),
        "admitted": admitted(small.a, channel="phone", **deputy),
        "routed": routed(small.a, channel="phone", **deputy).petition,
        "replied": replied(small.a, solved, channel="phone", **deputy),
        "fed_back": fed_back(small.a, solved, channel="phone", **deputy),
    }
    states["judged"] = actions.judge(
        fed_back(small.a, solved, **deputy), by=small.a.officer, at=NOW, on=TODAY, result="satisfied"
    )
    states["closed"] = actions.close(
        actions.judge(fed_back(small.a, solved, **deputy), by=small.a.officer, at=NOW, on=TODAY, result="satisfied"),
        by=small.a.officer, at=NOW,
    )  # fmt: skip
    people = (small.a.officer, small.a.staff, small.office, small.a.deputy_user)
    seen = {
        state: [(step := as_(client, user).get(page(row)).context["matter"].next) and step.move.verb for user in people]
        for state, row in states.items()
    }
    assert seen == {
        "received": ["admit", "admit", "admit", "forward"],
        "admitted": ["hand_over", "route", "route", "forward"],
        "routed": [None, None, None, None],
        "replied": ["feed_back"] * 4,
        "fed_back": ["judge"] * 4,
        "judged": ["close", "close", "close", None],
        "closed": [None] * 4,
    }


def test_every_verb_that_a_page_offers_has_its_own_page(client, small, solved):
    rows = [petition(small.a, deputy=small.a.deputy), admitted(small.a), routed(small.a).petition]
    rows += [
        replied(small.a, solved),
        fed_back(small.a, solved),
        actions.void(petition(small.a), by=small.a.staff, at=NOW, reason="重复"),
    ]
    for user in (small.a.officer, small.a.staff, small.office, small.a.deputy_user):
        client = as_(client, user)
        for row in rows:
            response = client.get(page(row))
            if response.status_code == 404:
                continue
            offered = [move.verb for _name, group in response.context["others"] for move in group]
            assert {verb: client.get(page(row, verb)).status_code for verb in offered} == dict.fromkeys(offered, 200)


def test_what_a_town_has_reported_upward_it_no_longer_routes(client, small):
    mine = actions.escalate(admitted(small.a), by=small.a.staff, at=NOW, note="跨镇")
    response = as_(client, small.a.staff).get(page(mine))
    offered = [move.verb for _name, group in response.context["others"] for move in group]
    assert (response.context["matter"].next, "route" in offered, "escalate" in offered) == (None, False, False)


# --- the verbs ---


def test_a_matter_is_admitted_routed_answered_and_closed_page_by_page(client, small, solved):
    mine = petition(small.a)
    client = as_(client, small.a.staff)
    client.post(page(mine, "admit"), sent(mine))
    told = {"unit": small.a.unit.pk, "kind": "station", "mode": "letter", "brief": "请垫高路面。"}
    client.post(page(mine, "route"), sent(mine, **told))
    referral = mine.referrals.get()
    assert (again(mine).status, referral.unit, referral.brief) == ("routed", small.a.unit, "请垫高路面。")
    paper = {"text": "已垫高。", "result": solved.pk, "received_on": "2026-03-16"}
    client.post(page_of(referral, "reply"), sent(mine, **paper))
    referral.refresh_from_db()
    assert (referral.on_paper, referral.reply, referral.replied_on) == (True, "已垫高。", TODAY)
    client.post(page(mine, "feed_back"), sent(mine, way="phone", told_words="路已垫高。", result="satisfied"))
    client.post(page(mine, "close"), sent(mine))
    assert (again(mine).status, again(mine).satisfaction) == ("closed", "satisfied")
    verbs = ["register", "admit", "route", "reply", "feed_back", "judge", "close"]
    assert list(mine.events.values_list("verb", flat=True)) == verbs


@pytest.mark.rule("D3-五b")
def test_a_matter_is_declined_for_a_reason_of_the_table_and_its_words_are_pointed_at(client, small):
    reason = DeclineReason.objects.create(key="court-x", name="涉法涉诉问题", guidance="请到人民法院反映。")
    HintWord.objects.create(kind="decline", word="强制执行款", reason=reason)
    mine = petition(small.a, situation="强制执行款没有到账。")
    client = as_(client, small.a.officer)
    form = client.get(page(mine, "decline")).context["form"]
    assert [(one.word, one.reason) for one in form.hints()] == [("强制执行款", reason)]
    assert client.post(page(mine, "decline"), sent(mine)).status_code == 200
    client.post(page(mine, "decline"), sent(mine, reason=reason.pk))
    declined = again(mine)
    assert (declined.status, declined.decline_reason, declined.answer) == ("declined", reason, "请到人民法院反映。")


@pytest.mark.rule("D3-六a", "D5-四a")
def test_an_answer_has_the_policy_texts_at_hand_those_of_its_category_first(client, small):
    Snippet.objects.all().delete()
    Snippet.objects.create(name="医保", category="医疗", text="医保规定。", source="医保办法", position=1)
    Snippet.objects.create(name="道路", category="道路", text="道路规定。", source="公路办法", position=2)
    mine = petition(small.a, category="道路")
    client = as_(client, small.a.officer)
    assert [one.name for one in client.get(page(mine, "answer")).context["form"].snippets()] == ["道路", "医保"]
    client.post(page(mine, "answer"), sent(mine, text="按规定可以修。"))
    assert (again(mine).status, again(mine).answer) == ("answered", "按规定可以修。")


def test_a_unit_that_the_matter_complains_about_is_not_offered_and_refused_when_sent(client, small, other_unit):
    mine = admitted(small.a)
    actions.name_complained(mine, by=small.a.officer, at=NOW, on=TODAY, units=[small.a.unit])
    client = as_(client, small.a.staff)
    form = client.get(page(mine, "route")).context["form"]
    assert list(form.fields["unit"].queryset) == list(form.fields["assisting"].queryset) == [other_unit]
    told = {"unit": small.a.unit.pk, "kind": "station", "mode": "letter", "brief": "请垫高路面。"}
    response = client.post(page(mine, "route"), sent(mine, **told))
    assert ("unit" in response.context["form"].errors, again(mine).status) == (True, "admitted")


def test_a_town_is_offered_the_units_of_its_own_government_only(client, small):
    mine = admitted(small.a)
    form = as_(client, small.a.staff).get(page(mine, "route")).context["form"]
    assert list(form.fields["unit"].queryset) == [small.a.unit]


def test_whom_a_matter_complains_about_is_named_and_loses_what_it_holds(client, small):
    referral = routed(small.a)
    mine = referral.petition
    told = {"units": [small.a.unit.pk], "people": [small.a.unit_user.pk], "names": "王主任\n李站长"}
    as_(client, small.a.officer).post(page(mine, "name_complained"), sent(mine, **told))
    assert sorted(str(one) for one in mine.complaints.all()) == sorted(
        [small.a.unit.name, small.a.unit_user.name, "王主任", "李站长"]
    )
    assert (again(mine).status, again(referral).holder) == ("returned", None)


def test_a_matter_is_merged_into_one_that_was_searched_for(client, small):
    first, mine = petition(small.a, situation="村口路灯不亮。"), petition(small.a, situation="路灯坏了。")
    client = as_(client, small.a.officer)
    response = client.get(page(mine, "merge"), {"q": "村口", "into": first.pk})
    assert (response.context["found"], response.context["form"].other()) == ([first], first)
    client.post(page(mine, "merge"), sent(mine, into=first.pk))
    assert (again(mine).status, again(mine).merged_into) == ("merged", first)
    shown = client.get(page(first)).context["matter"].merged
    assert shown == [(mine.pk, mine.number)]


def test_a_matter_is_not_merged_into_one_that_its_keeper_does_not_see(client, small):
    mine, theirs = petition(small.a), petition(small.b)
    response = as_(client, small.a.officer).post(page(mine, "merge"), sent(mine, into=theirs.pk))
    assert ("into" in response.context["form"].errors, again(mine).status) == (True, "received")


def corrected(matter, **otherwise):
    words = {
        "visitor": matter.visitor, "visitor_count": matter.visitor_count, "phone": matter.phone,
        "address": matter.address, "channel": matter.channel, "deputy": matter.deputy_id or "",
        "category": matter.category, "situation": matter.situation, "request": matter.request,
    }  # fmt: skip
    return {"key": str(uuid4()), "seen": matter.version, **words, **otherwise}


def test_two_clerks_correct_one_matter_and_the_second_sees_what_the_first_wrote(client, small):
    mine = petition(small.a)
    first, second = corrected(mine, visitor="张风英"), corrected(mine, visitor="章凤英", address="石桥村")
    reveals.show(row=mine, field="visitor", reason="check", by=small.a.staff, at=clock.now())
    as_(client, small.a.staff).post(page(mine, "correct"), first)
    response = as_(client, small.a.officer).post(page(mine, "correct"), second)
    assert (response.status_code, again(mine).visitor) == (200, "张风英")
    theirs = {field.name: text for field, text in response.context["form"].beside() if text}
    assert theirs == {"visitor": "张风英", "address": "—"}
    assert response.context["form"]["visitor"].value() == "章凤英"
    anew = second | {name: response.context["form"][name].value() for name in ("key", "seen")}
    client.post(page(mine, "correct"), anew)
    assert (again(mine).visitor, again(mine).address) == ("章凤英", "石桥村")


def test_a_form_that_is_sent_twice_makes_one_step(client, small):
    mine = petition(small.a)
    once = sent(mine, reason="有危险")
    client = as_(client, small.a.officer)
    answers = [client.post(page(mine, "alarm"), once).url for _n in range(2)]
    assert (answers, mine.events.filter(verb="alarm").count()) == ([page(mine)] * 2, 1)


def test_a_verb_that_is_no_longer_possible_leads_back_and_says_so(client, small):
    mine = admitted(small.a)
    response = as_(client, small.a.staff).get(page(mine, "admit"), follow=True)
    assert (response.redirect_chain[0][0], [m.level_tag for m in response.context["messages"]]) == (
        page(mine),
        ["warning"],
    )


def test_a_verb_that_does_not_exist_is_not_found(client, small):
    mine = petition(small.a)
    client = as_(client, small.a.staff)
    assert [client.get(f"/matters/{mine.pk}/{verb}/").status_code for verb in ("explode", "register", "redo")] == [
        404
    ] * 3


def test_who_was_not_reached_has_no_verdict(client, small, solved):
    mine = replied(small.a, solved)
    told = {"way": "not_reached", "told_words": "打了三次电话。", "result": "satisfied"}
    response = as_(client, small.a.officer).post(page(mine, "feed_back"), sent(mine, **told))
    assert ("result" in response.context["form"].errors, again(mine).status) == (True, "replied")


@pytest.mark.rule("D8-四4")
def test_a_matter_is_not_closed_over_a_dissatisfied_person_without_a_word(client, small, solved):
    mine = fed_back(small.a, solved)
    client = as_(client, small.a.officer)
    response = client.post(page(mine, "close"), sent(mine))
    assert ("note" in response.context["form"].errors, again(mine).status) == (True, "fed_back")
    client.post(page(mine, "close"), sent(mine, note="已三次上门说明。"))
    assert again(mine).status == "closed"


# --- deputies ---


@pytest.mark.rule("D3-六j", "D5-四a")
def test_a_deputy_has_only_the_verbs_that_handle_nothing(client, small, solved):
    rows = [petition(small.a, deputy=small.a.deputy), replied(small.a, solved, deputy=small.a.deputy)]
    rows.append(fed_back(small.a, solved, deputy=small.a.deputy))
    client, found = as_(client, small.a.deputy_user), set()
    for row in rows:
        context = client.get(page(row)).context
        found |= {move.verb for _name, group in context["others"] for move in group} | {
            context["matter"].next.move.verb
        }
    assert found == {"explain", "forward", "alarm", "attach", "feed_back", "judge"}
    assert client.get(page(rows[0], "admit")).status_code == 403


@pytest.mark.rule("D3-六j")
def test_a_deputy_who_is_also_an_officer_is_told_why_they_close_nothing(client, small, solved):
    county.Assignment.objects.create(user=small.a.officer, role=Role.DEPUTY)
    mine = fed_back(small.a, solved)
    client = as_(client, small.a.officer)
    for response in (client.get(page(mine, "close")), client.post(page(mine, "close"), sent(mine, note="好了"))):
        assert (response.status_code, "D3-六j" in response.content.decode()) == (403, True)
    assert again(mine).status == "fed_back"


@pytest.mark.rule("D3-六d")
def test_a_deputy_goes_on_from_their_own_matter_to_a_suggestion_or_an_inspection(client, small):
    mine = petition(small.a, deputy=small.a.deputy)
    new = [reverse(f"constituents:{name}_new") for name in ("suggestion", "engagement")]
    wanted = [f'href="{address}?petition={mine.pk}"' for address in new]
    shown = {
        user.username: [link in as_(client, user).get(page(mine)).content.decode() for link in wanted]
        for user in (small.a.deputy_user, small.a.staff)
    }
    assert shown == {"deputy1": [True, True], "town1": [False, False]}


@pytest.mark.rule("D1-3①e", "D8-一b")
def test_a_deputy_passes_a_matter_on_to_one_of_three(client, small):
    mine = petition(small.a, deputy=small.a.deputy, channel="visit")
    as_(client, small.a.deputy_user).post(page(mine, "forward"), sent(mine, to="presidium", note="请关注"))
    step = mine.events.get(verb="forward")
    assert (again(mine).handed_over_on, step.by, step.note.endswith("：请关注")) == (TODAY, small.a.deputy_user, True)


# --- what lies with a unit ---


@pytest.mark.rule("D3-七", "L2-34")
def test_the_office_answers_a_wish_for_more_time_urges_stops_and_starts_the_clock(client, small):
    referral = routed(small.a)
    Referral.objects.filter(pk=referral.pk).update(due_on=TODAY + timedelta(days=30))
    referral, mine = again(referral), referral.petition
    actions.ask_time(referral, by=small.a.unit_user, at=NOW, on=TODAY, amount=7, unit="days", reason="等检测")
    client = as_(client, small.a.staff)
    step = client.get(page(mine)).context["matter"].next
    assert (step.move.verb, step.referral) == ("extend", referral)
    form = client.get(page_of(referral, "extend")).context["form"]
    assert [form[name].value() for name in ("amount", "unit", "reason")] == [7, "days", "等检测"]
    client.post(page_of(referral, "extend"), sent(mine, amount="7", unit="days", reason="等检测"))
    client.post(page_of(referral, "urge"), sent(mine, words="请抓紧"))
    client.post(page_of(referral, "pause"), sent(mine, reason="汛期"))
    assert again(referral).paused_on == TODAY
    client.post(page_of(referral, "resume"), sent(mine))
    referral = again(referral)
    assert (referral.due_on, referral.paused_on, referral.urgings.count()) == (TODAY + timedelta(days=37), None, 1)
    assert referral.requests.get().state == "granted"
    client.post(page_of(referral, "recall"), sent(mine, reason="转错了"))
    assert (again(mine).status, again(referral).recalled_on) == ("returned", TODAY)


def test_a_wish_for_more_time_is_refused_with_the_reason(client, small):
    referral = routed(small.a)
    Referral.objects.filter(pk=referral.pk).update(due_on=TODAY + timedelta(days=30))
    actions.ask_time(again(referral), by=small.a.unit_user, at=NOW, on=TODAY, amount=7, unit="days", reason="等检测")
    as_(client, small.a.staff).post(page_of(referral, "refuse_time"), sent(referral.petition, answer="不符合规定"))
    assert (referral.requests.get().state, referral.requests.get().answer) == ("refused", "不符合规定")


@pytest.mark.parametrize("verb", ["extend", "urge", "recall", "pause"])
def test_what_lies_with_a_unit_is_the_office_s_to_move_and_nobody_else_s(client, small, verb):
    referral = routed(small.a, deputy=small.a.deputy)
    people = (small.a.staff, small.office, small.b.staff, small.a.officer, small.a.deputy_user, small.a.unit_user)
    seen = {user.username: as_(client, user).get(page_of(referral, verb)).status_code for user in people}
    assert seen == {"town1": 200, "office": 200, "town2": 404, "officer1": 403, "deputy1": 403, "unit1": 403}


def test_a_reply_on_paper_came_between_the_routing_and_today(client, small, solved):
    referral = routed(small.a)
    client = as_(client, small.a.officer)
    for day in ("2026-03-15", "2026-03-17", "gestern"):
        told = {"text": "已垫高。", "result": solved.pk, "received_on": day}
        response = client.post(page_of(referral, "reply"), sent(referral.petition, **told))
        assert "received_on" in response.context["form"].errors
    assert again(referral).replied_on is None


def test_a_form_about_a_referral_knows_when_its_matter_has_changed(client, small):
    referral = routed(small.a)
    old = sent(referral.petition, words="请抓紧")
    actions.alarm(again(referral.petition), by=small.a.officer, at=NOW, reason="有危险")
    response = as_(client, small.a.staff).post(page_of(referral, "urge"), old)
    assert ([step.verb for _name, step in response.context["newer"]], referral.urgings.count()) == (["alarm"], 0)


def test_a_referral_leads_each_person_to_their_own_page_of_it(client, small):
    referral = routed(small.a)
    address = reverse("constituents:referral", args=[referral.pk])
    assert as_(client, small.a.staff).get(address).url == page(referral.petition)
    assert as_(client, small.a.unit_user).get(address).url == reverse("constituents:task", args=[referral.pk])
    assert as_(client, small.b.staff).get(address).status_code == 404


# --- files and the printed file ---


def test_a_file_goes_to_whom_it_was_shown_and_each_opening_is_written_down(client, small, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    mine = petition(small.a, files=[Cleaned("路.png", "png", PIXEL)])
    address = reverse("constituents:attachment", args=[Attachment.objects.get().pk])
    seen = {}
    for user in (small.a.officer, small.a.staff, small.b.staff, small.a.unit_user):
        response = as_(client, user).get(address)
        seen[user.username] = response.status_code
        bytes_of(response)
    assert seen == {"officer1": 200, "town1": 200, "town2": 404, "unit1": 404}
    opened = AuditEvent.objects.filter(action="attachment.opened").values_list("user__username", flat=True)
    assert list(opened.order_by("pk")) == ["officer1", "town1"]
    response = as_(client, small.a.officer).get(address, {"inline": "1"})
    assert (bytes_of(response), response["Content-Disposition"][:6]) == (PIXEL, "inline")
    shown = client.get(page(mine)).context["matter"].beside["file"]
    assert [(one.name, one.more, one.size) for one in shown] == [("路.png", "image/png", len(PIXEL))]


def test_the_printed_file_holds_all_from_the_first_words_to_the_verdict(client, small, solved, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.OFFICE_NAME = "试验县人大常委会代表工作委员会"
    mine = fed_back(small.a, solved, files=[Cleaned("路.png", "png", PIXEL)], phone="19908490085")
    actions.judge(mine, by=small.a.officer, at=NOW, on=TODAY, result="satisfied", words="谢谢")
    address = f"/matters/{mine.pk}/timeline/"
    text = as_(client, small.a.staff).post(address, {"reason": "handle"}).content.decode()
    assert AuditEvent.objects.get(action="personal.printed").detail == {"paper": "file", "reason": "handle"}
    assert [word in client.get(address).content.decode() for word in ("19908490085", "199****0085")] == [False, True]
    wanted = (
        "试验县人大常委会代表工作委员会", mine.number, "三组的路积水。", "请把路面垫高。", "请垫高路面。",
        small.a.unit.name, "路面已垫高。", "谢谢", "路.png", "19908490085",
    )  # fmt: skip
    assert {word: text.count(word) > 0 for word in wanted} == dict.fromkeys(wanted, True)


def test_a_matter_of_an_old_register_is_shown_whole(client, small):
    old = Petition.objects.create(
        station=small.a.station, year=2024, seq=7, received_on=date(2024, 5, 6), registered_at=NOW, visitor="李明",
        situation="路灯不亮。", status="declined", imported=True, course="decline", course_words="不予受理",
    )  # fmt: skip
    client = as_(client, small.a.staff)
    assert [client.get(f"/matters/{old.pk}/{part}").status_code for part in PAGES] == [200, 200]
