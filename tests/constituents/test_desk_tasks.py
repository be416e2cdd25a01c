"""The block "to do here" at a station's desk: what waits, the overdue first, each with its clause and its page."""

from datetime import UTC, date, datetime, timedelta

import pytest

from constituents import actions, desk_tasks, next_step
from constituents.models import Petition, ResultClass
from office import regulations
from reports.worklist import of_stations
from tests import queries

NOW = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
ON = date(2026, 3, 16)


@pytest.fixture
def rules(small):
    regulations.load(on=ON)


def register(town, *, days_ago=0, **more):
    at, on = NOW - timedelta(days=days_ago), ON - timedelta(days=days_ago)
    given = {"visitor": "张凤英", "situation": "三组的路积水。", "request": "请把路面垫高。", **more}
    return actions.register(by=town.officer, at=at, on=on, station=town.station, **given)


def replied(town, *, days_ago=0, **more):
    petition = register(town, days_ago=days_ago, **more)
    at, on = NOW - timedelta(days=days_ago), ON - timedelta(days=days_ago)
    actions.admit(petition, by=town.officer, at=at)
    lead = actions.route(petition, by=town.staff, at=at, on=on, unit=town.unit, brief="路")
    result, _new = ResultClass.objects.get_or_create(key="A", defaults={"name": "已经解决"})
    actions.reply(lead, by=town.unit_user, at=at, on=on, text="已垫高。", result=result)
    return petition


def told(town, **verdict):
    return actions.feed_back(replied(town), by=town.officer, at=NOW, on=ON, way="phone", told="已垫高。", **verdict)


def tasks(town):
    petitions = Petition.objects.visible_to(town.officer).filter(station=town.station)
    return [(task.move.verb, task.petition.seq) for task in desk_tasks.tasks(petitions, ON)]


@pytest.mark.rule("D3-六h", "D3-六f", "D7-四4", "D3-七")
def test_what_is_to_be_handed_over_brought_back_judged_and_closed_is_listed(small):
    register(small.a, deputy=small.a.deputy)
    replied(small.a)
    told(small.a)
    told(small.a, result="satisfied")
    replied(small.b)
    assert tasks(small.a) == [("hand_over", 1), ("feed_back", 2), ("judge", 3), ("close", 4)]


@pytest.mark.parametrize("otherwise", [{}, {"channel": "letter", "deputy": True}])
def test_without_a_deputy_or_without_a_visit_at_the_desk_nothing_is_to_be_handed_over(small, otherwise):
    given = otherwise | ({"deputy": small.a.deputy} if "deputy" in otherwise else {})
    register(small.a, **given)
    assert tasks(small.a) == []


@pytest.mark.rule("D3-六h")
def test_what_was_handed_over_or_has_ended_is_not_listed(small):
    handed, ended = (register(small.a, deputy=small.a.deputy) for _ in range(2))
    actions.hand_over(handed, by=small.a.officer, at=NOW, on=ON)
    actions.answer(ended, by=small.a.officer, at=NOW, text="说明了政策。")
    assert tasks(small.a) == []


def test_what_is_from_an_old_register_is_not_handed_over_now(small):
    old = register(small.a, deputy=small.a.deputy)
    Petition.objects.filter(pk=old.pk).update(imported=True, hand_over_due_on=None, status="replied")
    assert tasks(small.a) == [("feed_back", 1)]


def test_the_desk_its_list_and_the_worklist_ask_the_same_question(small, rules):
    handed, waiting, letter = (
        register(small.a, deputy=small.a.deputy, channel=c) for c in ("walk_in", "walk_in", "letter")
    )
    actions.hand_over(handed, by=small.a.officer, at=NOW, on=ON)
    [source] = [one for one in of_stations.SOURCES if one.name == "hand_over"]
    mine = Petition.objects.filter(next_step.turn_of(small.a.officer)).exclude(status="received")
    Petition.objects.update(status="admitted")
    assert [list(rows) for rows in (source.rows(small.a.officer, ON), mine.all())] == [[waiting], [waiting]]
    assert tasks(small.a) == [("hand_over", waiting.seq)]


@pytest.mark.rule("D3-六f")
def test_the_overdue_come_first_with_the_clause_that_set_the_day(small, rules):
    replied(small.a)
    late = replied(small.a, days_ago=60)
    first, second = desk_tasks.tasks(Petition.objects.filter(station=small.a.station), ON)
    assert (first.petition, first.overdue, second.overdue) == (late, True, False)
    lead = late.referrals.get()
    assert (first.due, first.clause) == (lead.feedback_due_on, lead.feedback_rule.clause.key)


def test_more_than_a_page_holds_is_cut_after_the_most_urgent(small):
    for _ in range(desk_tasks.SHOWN + 3):
        register(small.a, deputy=small.a.deputy)
    assert len(tasks(small.a)) == desk_tasks.SHOWN + 1


def test_the_desk_asks_the_database_as_often_for_one_task_as_for_thirty(client, small, rules):
    client.force_login(small.a.officer)
    counts = []
    for more in (1, 14):
        for _ in range(more):
            register(small.a, deputy=small.a.deputy)
            replied(small.a)
        with queries.asked() as statements:
            page = client.get("/desk/")
        counts.append(len(statements))
    assert (counts[0] == counts[1], counts[1] <= 10) == (True, True)
    first = page.context["tasks"][0]
    assert page.content.decode().count(f"/matters/{first.petition.pk}/{first.move.verb}/") == 1
