"""Workbooks that come in after a change of term: into the closed one nothing is written, by neither way."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from constituents.models import Designation
from deputies.models import Deputy, Term
from office import clock
from office.models import AuditEvent
from tests.visits.test_import_page import made, page, sent, text, var, workbook  # noqa: F401 (fixtures)
from tests.visits.test_term_change import (  # noqa: F401 (a fixture)
    FIRST,
    LAST,
    ROSTER,
    carry_out,
    change_of,
    new,
    seat,
    snapshot,
    world,
)
from tests.visits.test_term_pages import key
from tests.visits.test_term_pages import page as step_page
from visits import county_import
from visits.models import Visit

pytestmark = pytest.mark.django_db
NAME = "王小明"
OLD, RUNNING = "试验县第十八届人大代表", "试验县第十九届人大代表"
HOMES = ("代表姓名", "户主姓名", "家庭住址", "确定时间")
LEDGER = ("日期", "代表姓名", "联系对象", "联系方式", "地点", "内容")
BOOKS = {
    "花名册.xlsx": made([(1, "迟到者", "第1选区")], title=f"{OLD}花名册"),
    "联系户.xlsx": made([(NAME, "新户主", "东山镇一组", "2026-02-01")], title=f"{OLD}联系户登记表", header=HOMES),
    "台账.xlsx": made([("2026-03-03", NAME, "村民甲", "走访", "一组", "修路")], title=f"{OLD}联系台账", header=LEDGER),
}


@pytest.fixture
def named(world):  # noqa: F811
    """The county, with a deputy who is called as people are."""
    Deputy.objects.filter(pk=world.a.deputy.pk).update(name=NAME)
    return world


@pytest.fixture
def changed(named):
    roster = [seat("第1选区", NAME, town="东山镇"), *ROSTER[1:]]
    carry_out(change_of(named, roster=roster, again={f"第1选区|{NAME}": named.a.deputy.pk}), named.office)
    return named


def folder_of(tmp_path, books):
    where = tmp_path / "books"
    where.mkdir()
    for name, content in books.items():
        (where / name).write_bytes(content)
    return where


def as_of_now():
    return snapshot(), AuditEvent.objects.count()


def test_by_the_command_a_closed_term_is_named_and_nothing_is_written_into_it(changed, tmp_path):
    before, out = as_of_now(), StringIO()
    call_command("import_county", str(folder_of(tmp_path, BOOKS)), json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert as_of_now() == before
    assert [(one["file"], one["row"]) for one in told["problems"]] == [(name, 2) for name in BOOKS]
    assert {one["reason"] for one in told["problems"]} == {
        "标题写的是第 18 届，该届已于 2026-11-19 届满并换届：本表没有写入任何内容。如果写错了届次，请改正标题。"
    }
    assert [told[kind]["rejected"] for kind in ("deputies", "households", "visits")] == [1, 1, 1]


@pytest.mark.parametrize("title", [RUNNING, "试验县第十七届人大代表"])
def test_a_term_that_nobody_has_opened_is_named_and_no_second_one_runs(named, tmp_path, title):
    before = as_of_now()
    books = {"花名册.xlsx": made([(1, "新来者", "第1选区")], title=f"{title}花名册")}
    result = county_import.run(list(folder_of(tmp_path, books).iterdir()), by=named.office, at=clock.now())
    assert as_of_now() == before
    [problem] = result.problems
    assert problem.reason == (
        f"标题写的是第 {19 if title == RUNNING else 17} 届，而现在是第 18 届：本表没有写入任何内容。新一届请在后台"
        "“换届”中开始，并在那里上传新一届花名册；如果指的是本届，请改正标题。"
    )


def test_a_term_without_a_number_takes_that_of_the_first_title_and_no_other(named, tmp_path):
    Term.objects.update(ordinal=None)
    book = {"花名册.xlsx": made([(1, "新来者", "第1选区")], title=f"{OLD}花名册"), "联系户.xlsx": BOOKS["联系户.xlsx"]}
    book["台账.xlsx"] = made(
        [("2026-03-03", NAME, "村民甲", "走访", "一组", "修路")], title=f"{RUNNING}台账", header=LEDGER
    )
    result = county_import.run(list(folder_of(tmp_path, book).iterdir()), by=None, at=clock.now())
    assert [problem.file for problem in result.problems] == ["台账.xlsx"]
    assert Term.objects.get().ordinal == 18


def test_by_the_admin_page_no_second_term_is_opened(named, client):
    client.force_login(named.office)
    sent_form = {"jurisdiction": named.county.pk, "ordinal": 19, "sessions-TOTAL_FORMS": 0, "sessions-INITIAL_FORMS": 0}
    answer = client.post("/admin/deputies/term/add/", sent_form)
    assert "下一届请在“换届”中开始" in answer.content.decode()
    assert Term.objects.get().ordinal == 18


def test_by_the_page_a_closed_term_is_named_and_nothing_is_written_into_it(changed, client):
    client.force_login(changed.office)
    before = as_of_now()
    job = sent(client, **BOOKS)
    assert "标题写的是第 18 届" in text(client.get(page(job)))
    client.post(page(job, "confirm"))
    assert (snapshot(), AuditEvent.objects.filter(action__startswith="import.").count()) == (before[0], 0)


def test_the_same_workbooks_come_in_while_the_term_runs(named, tmp_path):
    paths = sorted(folder_of(tmp_path, BOOKS).iterdir())
    result = county_import.run(paths, by=None, at=clock.now())
    assert result.problems == []
    assert {kind: result.tallies[kind].created for kind in ("deputies", "households", "visits")} == {
        "deputies": 1, "households": 1, "visits": 1,
    }  # fmt: skip


def test_a_contact_of_the_closed_term_is_left_out_by_its_day_where_the_title_names_no_term(changed, tmp_path):
    rows = [(day, NAME, "村民甲", "走访", "一组", "修路") for day in (str(LAST), str(FIRST))]
    book = {"台账.xlsx": made(rows, title="试验县人大代表联系台账", header=LEDGER)}
    result = county_import.run(list(folder_of(tmp_path, book).iterdir()), by=None, at=clock.now())
    [problem] = result.problems
    assert (problem.row, problem.value) == (3, str(LAST))
    assert problem.reason == "第 18 届已于 2026-11-19 届满并换届，这一天属于该届；本行未导入。"
    assert list(Visit.objects.filter(imported=True).values_list("deputy", "happened_on")) == [(new(NAME).pk, FIRST)]
    assert new(NAME).term.records_since == FIRST


def test_a_household_named_since_earlier_is_the_new_mandates_since_its_first_day(changed, tmp_path):
    early = FIRST - timedelta(days=200)
    rows = [(NAME, "新户主", "东山镇一组", str(early))]
    book = {"联系户.xlsx": made(rows, title=f"{RUNNING}联系户登记表", header=HOMES)}
    county_import.run(list(folder_of(tmp_path, book).iterdir()), by=None, at=clock.now())
    assert Designation.objects.get(household__head="新户主").since == FIRST


def test_the_roster_of_the_old_term_is_not_taken_for_that_of_the_new(world, client):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)
    told = {"file": workbook(content=made([(1, "代表1", "第1选区")])), "groups": "kept", "key": key(), "seen": 1}
    answer = client.post(step_page("roster", change), told)
    assert "表“名单”的标题写的是第 18 届花名册，这里需要的是第 19 届的。" in answer.text
    change.refresh_from_db()
    assert (change.version, len(change.plan["roster"])) == (1, len(ROSTER))
