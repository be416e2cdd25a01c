"""A clerk's day at the routing desk and in the lists, and a leader's look at the figures."""

from datetime import UTC, datetime

import pytest

from constituents import actions
from constituents.models import Petition, Referral
from deputies.models import Deputy
from office import clock
from office.models import SavedFilter
from visits.models import Visit

pytestmark = pytest.mark.browser
NOW = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)


def register(town, words):
    told = {"visitor": "张凤英", "situation": words, "request": "请处理。", "category": "道路"}
    return actions.register(by=town.officer, at=NOW, on=clock.local_date(NOW), station=town.station, **told)


def test_a_clerk_takes_matters_up_routes_them_and_keeps_the_filter(page, small, sign_in, look):
    register(small.a, "三组的路积水。")
    register(small.a, "五组的路灯不亮。")
    sign_in(small.a.staff)
    assert page.url.endswith("/admin/")
    look("office-home")
    page.goto("/admin/constituents/petition/routing/")
    look("routing-desk")
    page.locator("input[data-all]").evaluate("box => box.click()")  # on a phone the head of the table is not shown
    page.locator("button", has_text="受理").click()
    look("routing-admit")
    page.locator("button.office-button", has_text="受理").click()
    page.get_by_text("已完成2条").wait_for()
    page.locator(".flag-tabs a", has_text="待转办").click()
    page.locator('input[name="matter"]').first.check()
    page.locator("button", has_text="转办至同一单位").click()
    look("routing-route")
    page.select_option("#id_unit", label=small.a.unit.name)
    page.locator("textarea").first.fill("请尽快排水。")
    page.locator("button.office-button", has_text="转办").click()
    page.get_by_text("已完成1条").wait_for()
    assert list(Referral.objects.values_list("unit", "brief")) == [(small.a.unit.pk, "请尽快排水。")]
    page.fill('.flag-ask input[name="q"]', "道路")
    page.locator(".flag-ask button").click()
    page.wait_for_url("**q=%E9%81%93%E8%B7%AF**")
    page.locator(".kept-more summary").click()
    page.fill('.kept-box input[name="name"]', "道路")
    page.locator(".kept-box button").click()
    page.locator('.kept-one[aria-current="true"]', has_text="道路").wait_for()
    look("routing-kept")
    page.goto("/admin/")
    page.locator(".kept-one", has_text="道路").click()
    page.wait_for_url("**/routing/?**q=%E9%81%93%E8%B7%AF**")
    assert page.locator(".desk-list tbody tr").count() == 1
    assert SavedFilter.objects.get().user == small.a.staff


def test_several_deputies_are_put_into_a_group_and_out_of_it_again(page, small, sign_in, look):
    Deputy.objects.update(group=None)
    sign_in(small.a.staff)
    page.goto("/admin/deputies/deputy/")
    look("office-list-tools")
    for box in page.locator("#result_list input.action-select").all():
        box.check()
    page.select_option('select[name="action"]', "assign_group")
    page.locator('#changelist-actions button[type="submit"]').click()
    look("office-bulk")
    page.select_option("#id_group", str(small.a.group.pk))
    page.locator("button.office-button").click()
    page.get_by_text("已完成2条").wait_for()
    assert set(Deputy.objects.filter(group=small.a.group)) == {small.a.deputy, small.a.leader}
    page.locator("a", has_text="撤销").click()
    look("office-bulk-undo")
    page.locator("button.office-button").click()
    page.get_by_text("已完成2条").wait_for()
    assert Deputy.objects.exclude(group=None).count() == 0


def test_a_leader_reads_the_figures_and_opens_what_is_behind_one(page, small, sign_in, look):
    for n in range(3):
        Visit.objects.create(
            deputy=small.a.deputy, met="村民", happened_on=f"2026-02-0{n + 1}", kind="visit", logged_at=NOW
        )
    register(small.a, "三组的路积水。")
    sign_in(small.leader)
    page.goto("/reports/trends/?year=2026")
    look("trends")
    page.locator("#by-month a").first.dispatch_event("click")  # a bar has the address of its table's cell
    page.wait_for_url("**/reports/records/?**")
    look("trends-records")
    assert page.locator(".record-table tbody tr").count() == 3
    page.goto("/reports/trends/matters/?year=2026")
    look("trends-matters")
    page.locator(".trend-table tbody a", has_text="1").first.click()
    page.locator(".record-table tbody a").first.click()
    page.wait_for_url(f"**/{Petition.objects.get().pk}/")
    page.goto("/reports/trends/units/?year=2026")
    look("trends-units")
