"""The first page of the office: flags by rule, and this month's contacts against those who owe one."""

from datetime import date

import pytest
import time_machine

from deputies.models import Absence, Deputy
from reports.models import Flag
from tests.queries import asked
from tests.reports.flags import raise_all
from visits.models import Visit

pytestmark = pytest.mark.django_db
INDEX = "/admin/"


@pytest.fixture(autouse=True)
def on_a_day():
    with time_machine.travel("2026-03-10 10:00 +0800", tick=False):
        yield


@pytest.fixture
def as_town(client, small):
    client.force_login(small.a.staff)
    return client


def more_deputies(town, **service):
    for n, (name, values) in enumerate(service.items()):
        yield name, Deputy.objects.create(term=town.district.term, district=town.district, name=f"{name}{n}", **values)


@pytest.mark.rule("D1-3①b")
def test_coverage_counts_those_who_owe_and_names_how_many_are_left_out(as_town, small):
    some = dict(
        more_deputies(
            small.a,
            new={"joined_on": date(2026, 3, 5)},
            leaving={"left_on": date(2026, 3, 20), "end_reason": "调离"},
            ill={},
            gone={"left_on": date(2026, 2, 1), "end_reason": "调离"},
        )
    )
    Absence.objects.create(deputy=some["ill"], since=date(2026, 3, 1), reason="住院", approved_by="主席团")
    for deputy in (small.a.deputy, some["ill"], small.b.deputy):
        Visit.objects.create(
            deputy=deputy, met="某户", happened_on=date(2026, 3, 2), kind="home", logged_at="2026-03-02T00:00Z"
        )
    page = as_town.get(INDEX)
    assert page.context["coverage"] == {"all": 2, "seen": 1, "left_out": 3, "percent": 50}
    listed = as_town.get("/admin/deputies/deputy/?mandate=in_office&owing=no").context_data["cl"].result_list
    assert set(listed) == {some["new"], some["leaving"], some["ill"]}
    missing = as_town.get("/admin/deputies/deputy/?mandate=in_office&owing=yes&contact=no").context_data["cl"]
    assert set(missing.result_list) == {small.a.leader}


def test_each_rule_is_one_line_with_its_flags_of_both_severities(as_town, small):
    flags = raise_all(small)
    Flag.objects.filter(pk=flags["referral", 1].pk).update(severity="amber")
    Flag.objects.filter(pk=flags["office", 1].pk).update(cleared_on=date(2026, 3, 2), cleared_why="gone")
    found = as_town.get(INDEX).context["findings"]
    assert [(rule["rule_key"], rule["red"], rule["amber"]) for rule in found["rules"][:3]] == [
        ("D1-3①b", 1, 0),
        ("D9-1a", 1, 0),
        ("D3-七", 0, 1),
    ]
    assert (len(found["rules"]), found["more"], found["all"]) == (6, 1, 7)


def test_the_page_asks_the_same_number_of_questions_whatever_there_is(as_town, small):
    def cost():
        with asked() as statements:
            as_town.get(INDEX)
        return len(statements)

    before = cost()
    raise_all(small)
    dict(more_deputies(small.a, **{f"more{n}": {} for n in range(20)}))
    assert cost() == before <= 10
