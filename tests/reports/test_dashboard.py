"""The first page of the office: flags by rule, and this month's contacts against those who owe one."""

from datetime import date

import pytest

from constituents.models import Petition, Referral
from deputies.models import Absence, Deputy
from liaison_stations.models import Reception
from office.models import Job, SavedFilter
from reports.models import Flag
from tests.queries import asked
from tests.reports.flags import raise_all
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]
INDEX = "/admin/"


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


def matter(town, n, status="received", **more):
    return Petition.objects.create(
        station=town.station,
        year=2026,
        seq=n,
        received_on=date(2026, 1, 20),
        registered_at="2026-01-20T02:00Z",
        visitor="某",
        situation="某事",
        request="某事",
        status=status,
        **more,
    )


def replied(town, n, *, due, on):
    Referral.objects.create(
        petition=matter(town, n, "replied" if on else "routed"),
        unit=town.unit,
        place=town.place,
        routed_on=date(2026, 1, 20),
        due_on=due,
        replied_on=on,
    )


def fill(town):
    for day in (date(2025, 12, 3), date(2026, 2, 3), date(2026, 2, 9)):
        Visit.objects.create(deputy=town.deputy, met="某", happened_on=day, kind="home", logged_at="2026-03-01T00:00Z")
    matter(town, 1)
    matter(town, 2)
    matter(town, 3, "closed")
    replied(town, 4, due=date(2026, 2, 1), on=date(2026, 1, 30))
    replied(town, 5, due=date(2026, 2, 1), on=date(2026, 2, 3))
    replied(town, 6, due=date(2026, 2, 1), on=None)
    for day, more in ((date(2026, 3, 9), {}), (date(2026, 3, 15), {}), (date(2026, 3, 12), {"cancelled": True})):
        Reception.objects.create(station=town.station, planned_on=day, **more)
    Reception.objects.create(station=town.station, planned_on=date(2026, 3, 16))


def rows_behind(client, link) -> int:
    page = client.get(link)
    return page.context["page"]["number"] if "/records/" in link else page.context_data["cl"].result_count


def test_each_figure_of_the_charts_is_as_long_as_the_list_it_opens(as_town, small):
    fill(small.a)
    fill(small.b)
    page = as_town.get(INDEX).context
    months = [(f"{day:%Y-%m}", n) for day, n, _link in page["contact_chart"]["rows"]]
    assert (months[0][0], months[-1][0]) == ("2025-04", "2026-03")
    assert [(day, n) for day, n in months if n] == [("2025-12", 1), ("2026-02", 2)]
    assert [(label, n) for label, n, _link in page["state_chart"]["rows"]] == [
        ("已登记", 2),
        ("已转办", 1),
        ("已答复", 2),
    ]
    assert (page["replies"]["share"], [n for _label, n, _link in page["replies"]["parts"]]) == ("33.3%", [1, 1, 1])
    figures = [*page["contact_chart"]["rows"], *page["state_chart"]["rows"], *page["replies"]["parts"]]
    assert [rows_behind(as_town, link) for _name, _n, link in figures] == [n for _name, n, _link in figures]


def test_the_receptions_of_the_week_stand_by_their_day_without_those_that_were_called_off(as_town, small):
    fill(small.a)
    fill(small.b)
    shown = as_town.get(INDEX).context["receptions"]
    assert [(row.name, row.on) for row in shown] == [
        (small.a.station.name, date(2026, 3, 9)),
        (small.a.station.name, date(2026, 3, 15)),
    ]


def test_the_own_filters_and_imports_stand_there_and_nobody_elses(client, small):
    for user in (small.office, small.a.staff):
        SavedFilter.objects.create(user=user, name=user.username, path="/admin/deputies/deputy/", query="contact=no")
        Job.objects.create(
            kind="county_import", user=user, created_at=f"2026-03-0{user.pk % 9 + 1}T00:00Z", state="done"
        )
    client.force_login(small.office)
    page = client.get(INDEX).context
    assert [(row.name, row.more) for row in page["kept"]] == [("office", "/admin/deputies/deputy/?contact=no")]
    assert [one["pk"] for one in page["imports"]] == [Job.objects.get(user=small.office).pk]


def test_before_there_is_anything_each_part_says_so(as_town):
    page = as_town.get(INDEX)
    assert [page.context[name] for name in ("contact_chart", "state_chart", "replies")] == [None] * 3
    body = page.content.decode()
    assert [body.count(text) for text in ("没有在办事项", "今年尚无到期的答复", "本周没有安排接访")] == [1, 1, 1]


def test_the_whole_page_asks_at_most_ten_questions(client, small):
    def cost():
        with asked() as statements:
            client.get(INDEX)
        return len(statements)

    client.force_login(small.office)
    before = cost()
    fill(small.a)
    fill(small.b)
    for n in range(3):
        SavedFilter.objects.create(user=small.office, name=f"{n}", path="/admin/deputies/deputy/")
        Job.objects.create(kind="county_import", user=small.office, created_at="2026-03-01T00:00Z")
    assert cost() == before <= 10
