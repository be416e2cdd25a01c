"""The routing desk: what waits stands in its tab, what presses first; many are done at once, and nobody else's."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from constituents import actions, routing_desk
from constituents.models import Petition, PetitionEvent, Referral, ResultClass, Urging
from office import clock
from office.models import AuditEvent, Notice, Unit
from tests.queries import asked

NOW = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
TODAY = date(2026, 3, 16)
DESK, DO = reverse("admin:constituents_petition_routing"), reverse("admin:constituents_petition_routing_do")


def petition(town, *, days_ago=0, **more):
    at = NOW - timedelta(days=days_ago)
    given = {"visitor": "张凤英", "situation": "三组的路积水。", "request": "请把路面垫高。", **more}
    return actions.register(by=town.officer, at=at, on=clock.local_date(at), station=town.station, **given)


def admitted(town, **more):
    return actions.admit(petition(town, **more), by=town.staff, at=NOW)


def routed(town, *, due=None, **more):
    referral = actions.route(admitted(town, **more), by=town.staff, at=NOW, on=TODAY, unit=town.unit, brief="请垫高。")
    Referral.objects.filter(pk=referral.pk).update(routed_on=date(2026, 1, 5), due_on=due)
    return Petition.objects.get(pk=referral.petition_id)


def replied(town, **more):
    solved = ResultClass.objects.get_or_create(key="A", defaults={"name": "已解决", "counts_as_solved": True})[0]
    matter = routed(town, **more)
    actions.reply(matter.referrals.get(), by=town.unit_user, at=NOW, on=TODAY, text="已垫高。", result=solved)
    return Petition.objects.get(pk=matter.pk)


def shown(client, **query) -> list:
    return [line.petition for line in client.get(DESK, query).context["lines"]]


def do(client, verb, rows, **sent):
    return client.post(DO, {"verb": verb, "matter": [row.pk for row in rows], "asked": "tab=route&q=1", **sent})


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def one_of_each(town) -> dict:
    made = {
        "screen": petition(town),
        "route": admitted(town),
        "returned": routed(town),
        "overdue": routed(town, due=date(2026, 3, 1)),
        "asking": routed(town, due=date(2026, 3, 20)),
        "feedback": replied(town),
    }
    actions.recall(made["returned"].referrals.get(), by=town.staff, at=NOW, on=TODAY, reason="送错了")
    asking = made["asking"].referrals.get()
    actions.ask_time(asking, by=town.unit_user, at=NOW, on=TODAY, amount=3, unit="days", reason="在勘查")
    return made


def test_each_matter_stands_in_the_tab_of_what_it_waits_for(as_town, small):
    made = one_of_each(small.a)
    one_of_each(small.b)
    counts = {tab.name: n for tab, n in as_town.get(DESK).context["tabs"]}
    assert counts == {**dict.fromkeys(made, 1), "close": 0}
    for name, matter in made.items():
        assert shown(as_town, tab=name) == [matter]


def test_each_line_leads_to_the_one_thing_to_do_next(as_town, small):
    made = one_of_each(small.a)
    steps = {name: as_town.get(DESK, {"tab": name}).context["lines"][0].step for name in made}
    assert {name: step.move.verb for name, step in steps.items()} == {
        "screen": "admit",
        "route": "route",
        "returned": "route",
        "overdue": "urge",
        "asking": "extend",
        "feedback": "feed_back",
    }
    links = as_town.get(DESK, {"tab": "overdue"}).content.decode()
    address = reverse("constituents:referral_move", args=[made["overdue"].referrals.get().pk, "urge"])
    assert f'href="{address}"' in links
    assert as_town.get(address).status_code == 200


def test_what_is_longest_overdue_stands_first_page_by_page(as_town, small, monkeypatch):
    monkeypatch.setattr(routing_desk, "SIZE", 2)
    days = [date(2026, 3, 3), date(2026, 1, 9), date(2026, 2, 1), date(2026, 3, 3)]
    matters = [routed(small.a, due=day) for day in days]
    routed(small.a, due=date(2026, 3, 16))  # due today: not over yet
    first = as_town.get(DESK, {"tab": "overdue"}).context
    rest = as_town.get(DESK, {"tab": "overdue", "after": first["page"].next}).context
    found = [line for page in (first, rest) for line in page["lines"]]
    assert [line.petition for line in found] == [matters[n] for n in (1, 2, 0, 3)]
    assert [line.days for line in found] == [66, 43, 13, 13]
    assert rest["page"].next is None


def test_the_desk_is_narrowed_by_town_station_category_level_words_and_pressure(client, small):
    client.force_login(small.office)
    old = petition(small.a, days_ago=8, category="水利")
    new = petition(small.b, days_ago=7, situation="路灯不亮。")
    assert shown(client) == [old, new]
    assert shown(client, town=small.b.place.pk) == [new]
    assert shown(client, station=small.a.station.pk) == [old]
    assert shown(client, category="水利") == [old]
    assert shown(client, q="路灯") == [new]
    assert shown(client, due="late") == [old]
    assert shown(client, due="soon") == [new]
    assert shown(client, level="county") == []
    page = client.get(DESK, {"town": small.b.place.pk}).context
    assert {tab.name: n for tab, n in page["tabs"]}["screen"] == 1


def test_a_foreign_place_is_neither_offered_nor_asked_for(as_town, small):
    mine = petition(small.a)
    petition(small.b, category="密")
    page = as_town.get(DESK, {"station": small.b.station.pk, "category": "密"})
    assert [line.petition for line in page.context["lines"]] == [mine]
    assert set(page.context["form"].errors) == {"station", "category"}
    body = page.content.decode()
    assert (small.b.station.name in body, small.b.place.name in body) == (False, False)


@pytest.mark.parametrize("query", ["tab=x", "after=x", "after=2026-99-99.1", "town=x", "due=1", "q=" + "长" * 200])
def test_an_unreadable_address_is_said_and_harms_nothing(as_town, small, query):
    petition(small.a)
    assert as_town.get(f"{DESK}?{query}").status_code == 200


def test_several_matters_are_routed_to_one_unit_each_with_its_own_words(as_town, small):
    first, second, third = (admitted(small.a) for _n in range(3))
    page = do(as_town, "route", [first, second, third])
    form = page.context["form"]
    assert form[f"brief_{first.pk}"].value() == "三组的路积水。\n\n请把路面垫高。"
    actions.escalate(third, by=small.a.staff, at=NOW, note="上报")
    sent = {"confirmed": 1, "key": uuid4(), "unit": small.a.unit.pk, "kind": "station"}
    for row in (first, second, third):
        sent |= {f"brief_{row.pk}": f"请处理{row.seq}。", f"seen_{row.pk}": row.version}
    answer = do(as_town, "route", [first, second, third], **sent)
    assert answer.url == f"{DESK}?tab=route&q=1"
    done, left = told(answer)
    assert done.startswith("已完成2条。")
    assert third.number in left
    assert {r.petition_id: (r.unit, r.brief) for r in Referral.objects.all()} == {
        row.pk: (small.a.unit, f"请处理{row.seq}。") for row in (first, second)
    }
    assert AuditEvent.objects.filter(action="petition.route", user=small.a.staff).count() == 2
    do(as_town, "route", [first, second, third], **sent)  # a second click
    assert Referral.objects.count() == 2


def test_a_matter_that_moved_on_while_the_page_was_open_is_left_alone(as_town, small):
    matter = admitted(small.a)
    sent = {"confirmed": 1, "key": uuid4(), "unit": small.a.unit.pk, "kind": "station"}
    sent |= {f"brief_{matter.pk}": "请处理。", f"seen_{matter.pk}": matter.version - 1}
    assert told(do(as_town, "route", [matter], **sent))[0].startswith("未改动1条")
    assert not Referral.objects.exists()


def test_without_words_for_the_unit_nothing_is_routed_and_nothing_typed_is_lost(as_town, small):
    first, second = admitted(small.a), admitted(small.a)
    sent = {"confirmed": 1, "key": uuid4(), "unit": small.a.unit.pk, "kind": "station"}
    sent |= {f"brief_{first.pk}": "写好的话。", f"brief_{second.pk}": " "}
    sent |= {f"seen_{row.pk}": row.version for row in (first, second)}
    page = do(as_town, "route", [first, second], **sent)
    assert set(page.context["form"].errors) == {f"brief_{second.pk}"}
    assert "写好的话。" in page.content.decode()
    assert not Referral.objects.exists()


def test_all_late_units_of_the_chosen_matters_are_urged(as_town, small):
    late, other = routed(small.a, due=date(2026, 3, 1)), routed(small.a, due=date(2026, 4, 1))
    extra = Unit.objects.create(name="东山镇水利站", jurisdiction=small.a.place)
    actions.add_unit(late, by=small.a.staff, at=NOW, on=TODAY, unit=extra)
    Referral.objects.filter(petition=late).update(due_on=date(2026, 3, 1))
    answer = do(as_town, "urge", [late, other], confirmed=1, key=uuid4(), words="请尽快答复。")
    assert sorted(Urging.objects.values_list("referral__unit__name", "words")) == sorted(
        [(small.a.unit.name, "请尽快答复。"), (extra.name, "请尽快答复。")]
    )
    assert f"{other.number}：此事项没有逾期答复。" in told(answer)[1]


@pytest.mark.rule("D3-六f")
def test_desk_and_deputy_are_reminded_once_a_day(as_town, small):
    matter = replied(small.a, deputy=small.a.deputy)
    before = Notice.objects.count()
    do(as_town, "remind", [matter], confirmed=1, key=uuid4())
    told_now = set(Notice.objects.order_by("-pk")[: Notice.objects.count() - before].values_list("user", flat=True))
    assert told_now == {small.a.officer.pk, small.a.deputy_user.pk}
    assert "今天已提醒过" in told(do(as_town, "remind", [matter], confirmed=1, key=uuid4()))[-1]
    assert AuditEvent.objects.filter(action="petition.reminded").count() == 1


@pytest.mark.parametrize("verb", ["admit", "route", "urge", "remind"])
def test_with_foreign_matters_nothing_is_done(as_town, small, verb):
    made = one_of_each(small.b)
    events, audits = PetitionEvent.objects.count(), AuditEvent.objects.count()
    answer = do(as_town, verb, made.values(), confirmed=1, key=uuid4(), unit=small.a.unit.pk, kind="station")
    assert told(answer) == ["请选择1至25件事项。"]
    assert (PetitionEvent.objects.count(), AuditEvent.objects.count()) == (events, audits)


def test_a_foreign_unit_is_not_accepted(as_town, small):
    matter = admitted(small.a)
    sent = {"confirmed": 1, "key": uuid4(), "unit": small.b.unit.pk, "kind": "station"}
    page = do(as_town, "route", [matter], **{**sent, f"brief_{matter.pk}": "请处理。", f"seen_{matter.pk}": 1})
    assert "unit" in page.context["form"].errors


@pytest.mark.parametrize("verb", ["close", "", "route"])
def test_no_other_deed_and_none_without_a_choice(as_town, small, verb):
    assert told(do(as_town, verb, [])) == ["请选择1至25件事项。"]
    assert as_town.get(DO).status_code == 403


def test_whoever_is_no_office_finds_no_desk(client, small):
    for user in (small.a.deputy_user, small.a.officer, small.a.unit_user, small.leader):
        client.force_login(user)
        assert client.get(DESK).status_code == 403
        assert client.post(DO).status_code == 403


@pytest.mark.parametrize("tab", ["screen", "overdue", "feedback"])
def test_the_desk_asks_at_most_ten_questions_however_much_waits(as_town, small, tab):
    def cost():
        with asked() as statements:
            as_town.get(DESK, {"tab": tab})
        return len(statements)

    one_of_each(small.a)
    before = cost()
    one_of_each(small.a)
    one_of_each(small.a)
    assert cost() == before <= 10
