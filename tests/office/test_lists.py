"""Lists of the admin site: filters that a person keeps, the list as a workbook, one deed for many rows."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from python_calamine import CalamineWorkbook

from constituents.actions import designations
from constituents.models import Designation
from deputies.models import Deputy
from office import clock, list_export
from office.models import AuditEvent, SavedFilter, Unit
from office.roles import Role
from tests import county
from tests.queries import asked
from visits.models import GroupActivity, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]
DEPUTIES, HOUSEHOLDS, UNITS = (
    reverse(f"admin:{name}_changelist") for name in ("deputies_deputy", "constituents_household", "office_unit")
)


def keep(client, address, name="本月未联系"):
    return client.post(reverse("office:keep_filter"), {"address": address, "name": name})


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_kept_filter_stands_above_its_list_and_nowhere_else(as_town, small):
    address = f"{DEPUTIES}?contact=no&p=3"
    assert keep(as_town, address).url == f"{DEPUTIES}?contact=no"
    page = as_town.get(f"{DEPUTIES}?contact=no")
    [kept] = page.context_data["kept"]
    assert (kept.name, kept.user, page.context_data["kept_shown"]) == ("本月未联系", small.a.staff, kept)
    assert as_town.get(HOUSEHOLDS).context_data["kept"] == []
    assert as_town.get(DEPUTIES).context_data["kept_shown"] is None


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/admin/deputies/deputy/",
        "//elsewhere.example/admin/deputies/deputy/",
        "/admin/deputies/deputy/1/change/",
        "/signout/",
        "/my/",
        "/admin/office/user/",  # not for a township
        "javascript:alert(1)",
        "/nowhere/",
        "/%00/",
        "http://[",
        f"/admin/deputies/deputy/?q={'a' * 1001}",
        "",
    ],
)
def test_only_a_list_of_this_site_that_the_person_may_open_is_kept(as_town, address):
    answer = keep(as_town, address)
    assert answer.status_code in (302, 400)
    assert not SavedFilter.objects.exists()


def test_a_name_is_taken_once_for_a_list_and_only_so_many_are_kept(as_town, small):
    keep(as_town, f"{DEPUTIES}?contact=no", "甲")
    assert told(keep(as_town, f"{DEPUTIES}?contact=yes", "甲"))[-1] == "此列表已有同名的常用筛选。"
    assert told(keep(as_town, DEPUTIES, "  "))[-1] == "请填写名称。"
    for n in range(SavedFilter.MOST - 1):
        keep(as_town, HOUSEHOLDS, f"第{n}个")
    keep(as_town, HOUSEHOLDS, "多出的一个")
    assert SavedFilter.objects.count() == SavedFilter.MOST


def test_only_its_owner_renames_and_removes_it(client, small):
    own = SavedFilter.objects.create(user=small.a.staff, name="甲", path=DEPUTIES, query="contact=no")
    client.force_login(small.b.staff)
    assert client.get(DEPUTIES).context_data["kept"] == []
    for verb in ("rename_filter", "remove_filter"):
        assert client.post(reverse(f"office:{verb}", args=[own.pk]), {"name": "乙"}).status_code == 404
    own.refresh_from_db()
    assert own.name == "甲"
    client.force_login(small.a.staff)
    assert client.get(reverse("office:remove_filter", args=[own.pk])).status_code == 403
    client.post(reverse("office:rename_filter", args=[own.pk]), {"name": "乙"})
    own.refresh_from_db()
    assert own.name == "乙"
    assert client.post(reverse("office:remove_filter", args=[own.pk])).url == DEPUTIES
    assert not SavedFilter.objects.exists()


def sheet(response) -> list:
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue()))
    return book.get_sheet_by_index(0).to_python()


def export(client, model, query=""):
    return client.get(f"{reverse(f'admin:{model}_export')}?{query}")


def test_a_list_is_exported_as_it_is_narrowed_and_no_further_than_one_sees(as_town, small):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(name="=1+1")
    rows = sheet(export(as_town, "deputies_deputy", "q=%3D1"))
    assert [row[1] for row in rows[3:]] == ["=1+1"]
    everybody = sheet(export(as_town, "deputies_deputy"))
    assert {row[1] for row in everybody[3:]} == {"=1+1", small.a.leader.name}
    households = dict(zip(everybody[2], next(row for row in everybody if row[1] == "=1+1"), strict=True))
    assert households["定点联系户"] == 2
    assert households["任职"] == "在任"


def test_a_day_that_is_a_link_on_the_screen_is_a_day_in_the_workbook(as_town, small):
    made = {"topic": "走访", "content": "走访养老站", "logged_at": timezone.now()}
    GroupActivity.objects.create(
        group=small.a.group, happened_on=date(2026, 3, 2), report_due_on=date(2026, 3, 16), **made
    )
    *_above, heads, row = sheet(export(as_town, "visits_groupactivity"))
    assert dict(zip(heads, row, strict=True))["报送期限"] == date(2026, 3, 16)


def test_each_export_leaves_its_line_in_the_trail(as_town, small):
    export(as_town, "constituents_household")
    event = AuditEvent.objects.get(action="list.exported")
    assert (event.user, event.detail) == (small.a.staff, {"list": "constituents.household", "number": 2})


def test_what_is_too_long_is_made_in_the_background_and_what_is_unreadable_leads_back_to_the_list(as_town, monkeypatch):
    monkeypatch.setattr(list_export, "MOST", 1)
    answer = export(as_town, "deputies_deputy", "mandate=in_office")
    asked = urlencode({"list": "deputies.deputy", "query": "mandate=in_office"})
    assert answer.url == f"{reverse('reports:export_new', args=['list'])}?{asked}"
    assert export(as_town, "deputies_deputy", "group__id__exact=x").url == DEPUTIES


def test_every_list_can_be_exported_by_the_county(as_county):
    site = admin.site
    names = [
        f"{model._meta.app_label}_{model._meta.model_name}" for model, page in site._registry.items() if page.exports
    ]
    assert len(names) > 20
    assert {export(as_county, name).status_code for name in names} == {200}


def bulk(client, address, action, rows, **fields):
    keys = {"action": action, "index": 0, "select_across": 0, "_selected_action": [row.pk for row in rows]}
    return client.post(address, {**keys, **fields})


def confirmed(client, address, action, rows, **fields):
    return bulk(client, address, action, rows, confirmed=1, key=uuid4(), **fields)


def test_many_deputies_are_put_into_a_group_after_one_was_asked_and_it_can_be_undone(as_town, small):
    chosen = [small.a.deputy, small.a.leader]
    Deputy.objects.filter(pk=small.a.deputy.pk).update(group=None)
    page = bulk(as_town, DEPUTIES, "assign_group", chosen)
    assert [row.pk for row in page.context["chosen"]] == [row.pk for row in chosen]
    assert AuditEvent.objects.filter(action="deputy.changed").count() == 0
    answer = confirmed(as_town, DEPUTIES, "assign_group", chosen, group=small.a.group.pk)
    assert "已完成1条" in told(answer)[0]  # the other one was in it
    assert "组长1 (第1选区)：原来就是如此。" in told(answer)[1]
    small.a.deputy.refresh_from_db()
    assert small.a.deputy.group == small.a.group
    event = AuditEvent.objects.get(action="deputy.changed")
    assert (event.subject_id, event.detail["fields"]) == (small.a.deputy.pk, {"group": [None, small.a.group.pk]})
    undo = reverse("admin:deputies_deputy_undo")
    assert [row.pk for row in as_town.get(undo).context["chosen"]] == [small.a.deputy.pk]
    as_town.post(undo)
    small.a.deputy.refresh_from_db()
    assert small.a.deputy.group is None
    assert told(as_town.post(undo))[-1] == "此处没有可撤销的操作。"


def test_what_somebody_changed_meanwhile_is_not_undone(as_town, small):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(group=None)
    confirmed(as_town, DEPUTIES, "assign_group", [small.a.deputy], group=small.a.group.pk)
    Deputy.objects.filter(pk=small.a.deputy.pk).update(group=small.b.group)
    assert "此后已有他人改动" in told(as_town.post(reverse("admin:deputies_deputy_undo")))[-1]
    small.a.deputy.refresh_from_db()
    assert small.a.deputy.group == small.b.group


def test_a_deed_with_foreign_rows_or_a_foreign_group_does_nothing(as_town, small):
    foreign = [small.b.deputy, small.b.leader]
    confirmed(as_town, DEPUTIES, "assign_group", foreign, group=small.a.group.pk)
    page = confirmed(as_town, DEPUTIES, "assign_group", [small.a.deputy], group=small.b.group.pk)
    assert page.status_code == 200
    assert "group" in page.context["form"].errors
    confirmed(as_town, HOUSEHOLDS, "hand_over", small.b.households, deputy=small.a.deputy.pk, on="2026-03-10")
    page = confirmed(as_town, HOUSEHOLDS, "hand_over", small.a.households, deputy=small.b.deputy.pk, on="2026-03-10")
    assert "deputy" in page.context["form"].errors
    confirmed(as_town, HOUSEHOLDS, "end_designation", small.b.households, on="2026-03-10")
    confirmed(as_town, UNITS, "take_out_of_use", [small.b.unit])
    assert set(Deputy.objects.filter(pk__in=[d.pk for d in foreign]).values_list("group", flat=True)) == {
        small.b.group.pk
    }
    assert Designation.objects.count() == Designation.objects.filter(until=None).count() == 4
    assert Unit.objects.filter(active=False).count() == 0
    assert not AuditEvent.objects.exclude(action="session.opened").exists()


def test_many_deputies_get_their_sign_ins_on_slips_that_are_shown_once(client, small):
    new = [Deputy.objects.create(term=small.term, district=small.b.district, name=f"新{n}") for n in range(2)]
    gone = Deputy.objects.create(term=small.term, district=small.b.district, name="离任", end_reason="调离")
    client.force_login(small.office)
    every = [*new, gone, small.a.deputy]
    asked_page = bulk(client, DEPUTIES, "make_sign_ins", every)
    assert [row.pk for row in asked_page.context["chosen"]] == [row.pk for row in new]
    slips = confirmed(client, DEPUTIES, "make_sign_ins", every).context["slips"]
    assert [(user.name, user.deputy_set.get()) for user, _password in slips] == [(row.name, row) for row in new]
    assert all(user.check_password(password) for user, password in slips)
    assert AuditEvent.objects.filter(action="deputy.sign_in_made").count() == 2
    assert told(confirmed(client, DEPUTIES, "make_sign_ins", every)) == ["请选择1至100名在任且没有账号的代表。"]


def test_a_township_makes_no_sign_ins(as_town, small):
    new = Deputy.objects.create(term=small.term, district=small.a.district, name="新")
    confirmed(as_town, DEPUTIES, "make_sign_ins", [new])
    new.refresh_from_db()
    assert new.user is None


def test_a_form_that_is_sent_twice_is_done_once(as_town, small):
    sent = {"confirmed": 1, "key": uuid4(), "deputy": small.a.leader.pk, "on": "2026-03-10"}
    for _twice in range(2):
        assert bulk(as_town, HOUSEHOLDS, "hand_over", small.a.households, **sent).status_code == 302
    assert AuditEvent.objects.filter(action="household.handed_over").count() == 2


@pytest.mark.rule("D1-3①a")
def test_households_go_to_another_deputy_from_a_day_on(as_town, small):
    first, second = small.a.households
    Designation.objects.filter(household=second).update(since=date(2026, 3, 10))
    answer = confirmed(as_town, HOUSEHOLDS, "hand_over", [first, second], deputy=small.a.leader.pk, on="2026-03-10")
    assert "移交日期须晚于此日" in told(answer)[1]
    held = [(d.deputy, d.since, d.until) for d in first.designations.order_by("pk")]
    assert held == [
        (small.a.deputy, date(2026, 1, 1), date(2026, 3, 9)),
        (small.a.leader, date(2026, 3, 10), None),
    ]
    assert second.designations.get().deputy == small.a.deputy


@pytest.mark.rule("D1-3①a")
def test_a_hand_over_is_undone_within_a_day_unless_the_new_deputy_was_there(as_town, small):
    first, second = small.a.households
    confirmed(as_town, HOUSEHOLDS, "hand_over", [first, second], deputy=small.a.leader.pk, on="2026-03-09")
    there = {"deputy": small.a.leader, "household": second, "kind": "home", "logged_at": clock.now()}
    Visit.objects.create(happened_on=date(2026, 3, 10), **there)
    answer = confirmed(as_town, HOUSEHOLDS, "undo_hand_over", [first, second])
    assert "新代表已在此登记联系记录" in told(answer)[-1]
    assert [(d.deputy, d.until) for d in first.designations.all()] == [(small.a.deputy, None)]
    assert second.designations.get(until=None).deputy == small.a.leader
    page = as_town.get(reverse("admin:constituents_household_history", args=[first.pk]))
    assert [str(did) for _event, did, _changes in page.context["lines"]] == ["撤销移交", "移交其他代表"]
    assert "最近一日内未曾移交" in told(confirmed(as_town, HOUSEHOLDS, "undo_hand_over", [first]))[-1]


def test_a_hand_over_is_not_undone_after_a_day_nor_given_back_to_whoever_has_left(small):
    home, by, at = small.a.households[0], small.a.staff, clock.now()
    designations.hand_over(home, by=by, at=at, on=date(2026, 3, 9), deputy=small.a.leader)
    with pytest.raises(designations.NotDesignated):
        designations.undo_hand_over(home, by=by, at=at + timedelta(days=1, seconds=1))
    Deputy.objects.filter(pk=small.a.deputy.pk).update(end_reason="调离")
    with pytest.raises(designations.NotDesignated):
        designations.undo_hand_over(home, by=by, at=at + timedelta(hours=1))
    assert home.designations.get(until=None).deputy == small.a.leader


@pytest.mark.rule("D1-3①a")
def test_designations_are_ended_on_a_day_that_has_come(as_town, small):
    page = confirmed(as_town, HOUSEHOLDS, "end_designation", small.a.households, on="2026-03-11")
    assert list(page.context["form"].errors) == ["on"]
    confirmed(as_town, HOUSEHOLDS, "end_designation", small.a.households, on="2026-03-10")
    ended = Designation.objects.filter(household__in=small.a.households)
    assert set(ended.values_list("until", flat=True)) == {date(2026, 3, 10)}


def test_the_history_of_a_row_tells_what_was_done_with_many(as_town, small):
    confirmed(as_town, HOUSEHOLDS, "hand_over", small.a.households, deputy=small.a.leader.pk, on="2026-03-10")
    page = as_town.get(reverse("admin:constituents_household_history", args=[small.a.households[0].pk]))
    assert [str(did) for _event, did, _changes in page.context["lines"]] == ["移交其他代表"]


def test_nobody_deletes_from_a_list(client, small):
    user = county.person("setup", Role.COUNTY_OFFICE, jurisdiction=small.county)
    user.is_superuser = True
    user.save()
    client.force_login(user)
    assert "delete_selected" not in client.get(DEPUTIES).content.decode()
    bulk(client, UNITS, "delete_selected", [small.a.unit], post="yes")
    assert Unit.objects.count() == 2


def test_a_list_with_filters_and_tools_stays_within_ten_questions(as_county, small):
    def cost():
        with asked() as statements:
            as_county.get(DEPUTIES)
        return len(statements)

    before = cost()
    for n in range(3):
        SavedFilter.objects.create(user=small.office, name=f"{n}", path=DEPUTIES, query=f"q={n}")
        Deputy.objects.create(term=small.term, district=small.a.district, name=f"新{n}")
    assert cost() == before <= 10
