"""Inspections, surveys and talks because of a matter: asked for, agreed, held; what nobody writes for the deputy."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from constituents import actions
from constituents.models import Engagement
from liaison_stations.models import StationPost
from office.models import Notice
from tests.queries import asked
from visits.models import Visit

NOW = datetime(2026, 3, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
TODAY = date(2026, 3, 18)


@pytest.fixture
def town(small):
    return small.a


@pytest.fixture
def deputy(client, town):
    client.force_login(town.deputy_user)
    return client


def matter(town, deputy=None):
    told = {"visitor": "张凤英", "situation": "路面积水", "request": "请垫高"}
    return actions.register(
        by=town.officer, at=NOW, on=TODAY, station=town.station, deputy=deputy or town.deputy, **told
    )


def send(client, address, key=None, **told):
    return client.post(address, {"key": key or str(uuid4()), "seen": told.pop("seen", 1), **told})


def ask(client, key=None, **told):
    given = {"kind": "request", "about": "看看整治进展", "place": "一村水渠", **told}
    return send(client, "/engagements/new/", key, **given)


def move(client, row, verb, **told):
    row.refresh_from_db()
    return send(client, reverse("constituents:engagement_move", args=[row.pk, verb]), seen=row.version, **told)


def made():
    return Engagement.objects.get()


@pytest.mark.rule("D3-六d")
def test_a_deputy_asks_for_an_inspection_because_of_a_matter_and_the_office_hears_of_it(deputy, town):
    because = matter(town)
    form = deputy.get(f"/engagements/new/?petition={because.pk}").context["form"]
    assert form["petition"].value() == because.pk
    ask(deputy, petition=because.pk, planned_on="2026-03-25")
    row = made()
    assert (row.deputy, row.petition, row.kind, row.status, row.planned_on) == (
        town.deputy, because, "request", "asked", date(2026, 3, 25),
    )  # fmt: skip
    assert Notice.objects.filter(user=town.staff, link=f"/engagements/{row.pk}/").count() == 1


@pytest.mark.rule("D3-六e")
def test_a_proposal_is_agreed_to_with_what_is_arranged_and_held_with_what_came_of_it(client, deputy, town):
    ask(deputy, kind="proposal")
    row = made()
    client.force_login(town.staff)
    move(client, row, "agree", answer="下周三由人大组织")
    client.force_login(town.deputy_user)
    move(client, row, "hold", on="2026-03-18", outcome="已列入计划")
    row.refresh_from_db()
    assert (row.status, row.answer, row.held_on, row.outcome) == ("held", "下周三由人大组织", TODAY, "已列入计划")
    assert [event.verb for event in row.events.all()] == ["ask", "agree", "hold"]


@pytest.mark.rule("D3-六g")
def test_to_what_a_deputy_was_invited_to_a_liaison_officer_of_their_station_can_go(deputy, small, town):
    mine = StationPost.objects.get(station=town.station)
    foreign = StationPost.objects.get(station=small.b.station)
    answer = ask(deputy, kind="invitation", delegate=foreign.pk)
    assert list(answer.context["form"].errors) == ["delegate"]
    ask(deputy, kind="invitation")
    move(deputy, made(), "delegate", to=mine.pk)
    assert made().delegate == mine


def test_to_an_inspection_that_the_deputy_asked_for_nobody_goes_instead(deputy, town):
    post = StationPost.objects.get(station=town.station)
    assert list(ask(deputy, delegate=post.pk).context["form"].errors) == ["delegate"]
    ask(deputy)
    assert deputy.get(f"/engagements/{made().pk}/delegate/").status_code == 404


def test_what_was_held_writes_no_contact_into_the_deputy_s_record_but_leads_to_where_they_log_it(deputy, town):
    ask(deputy)
    actions.agree(made(), by=town.staff, at=NOW)
    move(deputy, made(), "hold", on="2026-03-18", outcome="已看过")
    page = deputy.get(f"/engagements/{made().pk}/").content.decode()
    assert (Visit.objects.count(), 'href="/my/log/"' in page) == (0, True)


@pytest.mark.parametrize("day", ["2026-03-19", "2026-03-17", "", "31.2.2026"])
def test_a_day_that_cannot_be_is_refused_and_the_words_stay(deputy, town, day):
    ask(deputy)
    actions.agree(made(), by=town.staff, at=NOW)
    answer = move(deputy, made(), "hold", on=day, outcome="已看过")
    assert (list(answer.context["form"].errors), answer.context["form"].data["outcome"]) == (["on"], "已看过")


def test_a_refusal_tells_the_deputy_why(client, deputy, town):
    ask(deputy)
    client.force_login(town.staff)
    assert list(move(client, made(), "refuse", answer="").context["form"].errors) == ["answer"]
    move(client, made(), "refuse", answer="近期已安排同类视察")
    assert (made().status, Notice.objects.filter(user=town.deputy_user, kind="refuse").count()) == ("refused", 1)


def test_a_form_sent_twice_asks_once(deputy):
    key = str(uuid4())
    answers = [ask(deputy, key) for _ in range(2)]
    assert ([answer.headers["Location"] for answer in answers], Engagement.objects.count()) == (
        [f"/engagements/{made().pk}/"] * 2, 1,
    )  # fmt: skip


def test_a_deputy_cannot_give_another_s_matter_as_the_cause(deputy, small, town):
    foreign = matter(small.b)
    assert list(ask(deputy, petition=foreign.pk).context["form"].errors) == ["petition"]
    assert deputy.get(f"/engagements/new/?petition={foreign.pk}").status_code == 200
    assert deputy.get("/engagements/new/?petition=x").status_code == 200


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("a.deputy_user", [200, 200, 200, 403]),
        ("a.staff", [200, 403, 200, 200]),
        ("office", [200, 403, 200, 200]),
        ("leader", [200, 403, 200, 403]),
        ("b.deputy_user", [200, 200, 404, 404]),
        ("b.staff", [200, 403, 404, 404]),
        ("a.officer", [403, 403, 403, 403]),
        ("a.unit_user", [403, 403, 403, 403]),
    ],
)
def test_who_opens_which_page(client, small, town, who, codes):
    told = {"kind": "request", "about": "看看", "place": "一村"}
    row = actions.ask(by=town.deputy_user, at=NOW, on=TODAY, deputy=town.deputy, **told)
    person = small
    for part in who.split("."):
        person = getattr(person, part)
    client.force_login(person)
    addresses = ["/engagements/", "/engagements/new/", f"/engagements/{row.pk}/", f"/engagements/{row.pk}/agree/"]
    assert [client.get(address).status_code for address in addresses] == codes


@pytest.mark.parametrize("rows", [1, 30])
def test_list_and_page_ask_few_questions(deputy, town, rows):
    told = {"kind": "request", "about": "看看", "place": "一村", "petition": matter(town)}
    for _ in range(rows):
        row = actions.ask(by=town.deputy_user, at=NOW, on=TODAY, deputy=town.deputy, **told)
    for address in ("/engagements/", f"/engagements/{row.pk}/", "/engagements/new/"):
        with asked() as statements:
            assert deputy.get(address).status_code == 200
        assert len(statements) <= 10, address
