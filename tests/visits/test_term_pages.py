"""The pages of a change of term: from the first step to the last, and what stands in the way."""

import io

import openpyxl
import pytest
from django.urls import reverse

from deputies.models import Deputy, Term, TermChange
from office.models import User
from tests.queries import asked
from tests.visits.test_term_change import FIRST, ROSTER, change_of, new, world  # noqa: F401 (a fixture)
from visits.terms import proposal

pytestmark = pytest.mark.django_db
NEW, LIST = reverse("admin:deputies_termchange_new"), reverse("admin:deputies_termchange_changelist")


def page(step, change):
    return reverse(f"admin:deputies_termchange_{step}", args=[change.pk])


def key(n=1):
    return f"00000000-0000-4000-8000-{n:012d}"


def workbook(rows=(("第1选区", "王小明", "东山镇"), ("第1选区", "新人甲", "东山镇"), ("第2选区", "新人乙", "西河乡"))):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["试验县第十九届人大代表花名册"])
    sheet.append(["姓名", "选区", "乡镇"])
    for district, name, town in rows:
        sheet.append([name, district, town])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "花名册.xlsx"
    return file


def test_a_change_is_made_step_by_step_in_the_browser(world, client):  # noqa: F811
    Deputy.objects.filter(pk=world.a.deputy.pk).update(name="王小明")
    client.force_login(world.office)
    begun = {"term": world.term.pk, "ordinal": 19, "first_day": FIRST, "key": key(1), "seen": 0}
    answer = client.post(NEW, begun)
    change = TermChange.objects.get()
    assert answer.url == page("districts", change)
    lines = "1 第1选区 东山镇\n2 第2选区 西河"
    answer = client.post(page("districts", change), {"lines": lines, "key": key(2), "seen": 1})
    assert answer.url == page("roster", change)
    answer = client.post(page("roster", change), {"file": workbook(), "groups": "kept", "key": key(3), "seen": 2})
    assert answer.url == page("again", change)
    answer = client.post(page("again", change), {"again_0": "yes", "key": key(4), "seen": 3})
    assert answer.url == page("pass_on", change)
    for step in ("begin", "districts", "roster", "again", "pass_on", "confirm"):
        assert client.get(page(step, change)).status_code == 200
    change.refresh_from_db()
    mark = proposal.read(change).fingerprint
    told = {"read": "on", "fingerprint": mark, "key": key(5), "seen": 4}
    answers = [client.post(page("confirm", change), told) for _twice in range(2)]
    assert {one.url for one in answers} == {reverse("admin:deputies_termchange_change", args=[change.pk])}
    assert Term.objects.count() == 2
    assert new("王小明").user == world.a.deputy_user
    assert client.get(reverse("admin:deputies_termchange_change", args=[change.pk])).status_code == 200
    asked_for = client.post(page("undo", change), {"key": key(6), "seen": 5})
    assert "请勾选" in asked_for.content.decode()
    assert Term.objects.count() == 2
    client.post(page("undo", change), {"key": key(6), "seen": 5, "read": "on"})
    assert Term.objects.get() == world.term


@pytest.mark.parametrize(
    ("lines", "said"),
    [("", "必填"), ("1 第1选区 南海镇", "没有名为“南海镇”的乡镇"), ("1 第1选区 东山\n2 第1选区 东山", "重复")],
)
def test_districts_that_cannot_be_read_are_named_and_nothing_typed_is_lost(world, client, lines, said):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)
    told = {"lines": lines, f"old_{world.a.district.pk}": "无", "key": key(), "seen": 1}
    answer = client.post(page("districts", change), told)
    assert answer.status_code == 200
    assert said in answer.text
    assert 'value="无"' in answer.text


def test_a_file_that_is_no_roster_is_refused_in_words(world, client):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)
    file = io.BytesIO(b"PK\x03\x04 no workbook")
    file.name = "a.xlsx"
    answer = client.post(page("roster", change), {"file": file, "groups": "kept", "key": key(), "seen": 1})
    assert (answer.status_code, len(TermChange.objects.get().plan["roster"])) == (200, len(ROSTER))
    assert "office-fault" in answer.text


def test_rows_that_were_not_understood_are_shown_before_one_goes_on(world, client):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)
    file = workbook((("第1选区", "王小明", "东山镇"), ("第1选区", "王小明", "东山镇"), ("第2选区", "新人乙", "西河乡")))
    told = {"file": file, "groups": "kept", "key": key(), "seen": 1}
    answer = client.post(page("roster", change), told, follow=True)
    assert answer.redirect_chain[-1][0] == page("roster", change)
    assert "名册共 2 名代表。已保存" in answer.text
    assert "有 1 处未能读懂。" in answer.text
    assert client.post(page("roster", change), {"groups": "kept", "key": key(2), "seen": 2}).url == page(
        "again", change
    )


def test_what_was_chosen_is_kept_when_one_goes_on_to_confirm(world, client):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)
    one = next(one for one in proposal.read(change).homes if one.continues)
    told = {f"to_{one.pk}": "第1选区|新人甲", "on": "1", "key": key(), "seen": 1}
    assert client.post(page("pass_on", change), told).url == page("confirm", change)
    assert TermChange.objects.get().plan["homes"][str(one.pk)] == "第1选区|新人甲"
    assert "连任代表继续 1，转给其他代表 3" in client.get(page("confirm", change)).text


def test_who_begins_a_change_while_one_is_in_preparation_is_led_to_it(world, client):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)
    assert client.get(NEW).url == reverse("admin:deputies_termchange_change", args=[change.pk])


def test_a_page_opened_before_somebody_else_wrote_says_so(world, client):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)
    answer = client.post(page("again", change), {"again_0": "yes", "key": key(), "seen": 7})
    assert (answer.status_code, TermChange.objects.get().version) == (200, 1)
    assert "office-fault" in answer.text


def test_what_is_confirmed_must_be_what_was_shown(world, client):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)
    told = {"read": "on", "fingerprint": "0" * 64, "key": key(), "seen": 1}
    answer = client.post(page("confirm", change), told)
    assert (answer.status_code, Term.objects.count()) == (200, 1)


@pytest.mark.parametrize(("who", "status"), [("town1", 404), ("leader", 403), ("deputy1", 403), ("office", 200)])
def test_the_congress_s_own_office_changes_its_term(world, client, who, status):  # noqa: F811
    client.force_login(User.objects.get(username=who))
    change = change_of(world)
    assert client.get(page("confirm", change)).status_code == status


def test_a_page_of_what_passes_on_asks_as_often_for_many_as_for_few(world, client):  # noqa: F811
    client.force_login(world.office)
    change = change_of(world)

    def asked_for():
        client.get(page("pass_on", change))
        with asked() as statements:
            assert client.get(page("pass_on", change)).status_code == 200
        return len(statements)

    few = asked_for()
    for i in range(12):
        Deputy.objects.create(term=world.term, district=world.b.district, name=f"更多{i}")
    assert asked_for() == few


DEPUTIES, GROUPS = (reverse(f"admin:deputies_{name}_changelist") for name in ("deputy", "deputygroup"))


@pytest.fixture
def changed(world):  # noqa: F811
    from tests.visits.test_term_change import carry_out

    carry_out(change_of(world, groups="kept"), world.office)
    return world


@pytest.mark.parametrize(
    ("asked_for", "shown"), [("", {"代表1", "新人甲", "新人乙"}), ("old", {"代表1", "代表2", "组长1", "组长2"})]
)
def test_the_list_of_deputies_shows_the_present_term_and_an_earlier_one_when_asked(changed, client, asked_for, shown):
    client.force_login(changed.office)
    address = DEPUTIES + (f"?of_term={changed.term.pk}" if asked_for else "")
    rows = client.get(address).context["cl"].result_list
    assert {row.name for row in rows} == shown


def test_the_list_of_groups_shows_those_of_the_present_term(changed, client):
    client.force_login(changed.office)
    assert {row.term.ordinal for row in client.get(GROUPS).context["cl"].result_list} == {19}


def test_the_phone_of_who_is_elected_again_is_that_of_the_new_mandate(changed, client):
    client.force_login(changed.a.deputy_user)
    assert client.get(reverse("visits:my_month")).context["deputy"] == new("代表1")
    for name in ("reports:my_year", "reports:my_records", "visits:record", "reports:today"):
        assert client.get(reverse(name)).status_code == 200


def test_who_is_not_elected_again_reads_on_and_logs_no_more(changed, client):
    client.force_login(changed.b.deputy_user)
    answer = client.get(reverse("visits:my_month"))
    assert (answer.status_code, answer.context["deputy"].serves) == (200, False)


def test_the_subjects_of_a_report_are_those_of_today_and_an_old_group_is_reached_by_its_key(changed, client):
    client.force_login(changed.office)
    answer = client.get(reverse("reports:annual"), {"year": 2026, "subject": f"group:{changed.a.group.pk}"})
    assert answer.status_code == 200
    answer = client.get(reverse("reports:annual"), {"year": 2026, "subject": "county"})
    assert f"group:{changed.a.group.pk}" not in answer.text


def test_every_list_and_page_of_the_office_opens_after_a_change(changed, client):
    client.force_login(changed.office)
    pages = ["reports:coverage", "reports:group", "reports:today", "group:attendance", "admin:deputies_term_changelist"]
    pages += ["admin:deputies_electoraldistrict_changelist", "admin:index", "admin:constituents_household_changelist"]
    assert {name: client.get(reverse(name)).status_code for name in pages} == dict.fromkeys(pages, 200)
