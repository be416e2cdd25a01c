"""A group leader's day and an objection with its answer, on a phone and at a desk."""

import pytest

from office import clock, regulations, workdays
from reports.models import Objection
from visits.models import GroupActivity, Review, Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def small(small):
    """Rules, and one contact of a member, of today."""
    today = clock.today()
    regulations.load(on=today)
    workdays.load()
    Visit.objects.create(
        deputy=small.a.deputy, met="王小二", happened_on=today, kind="visit", content="谈用水", logged_at=clock.now()
    )
    return small


def test_a_leader_asks_about_a_record_and_files_the_group_s_activity(page, small, sign_in, look):
    sign_in(small.a.leader_user, "/group/")
    look("group")
    page.locator(".member a", has_text="代表1").click()
    page.locator(".record-acts a", has_text="提出疑问").click()
    page.fill("[name=question]", "那天您在县里开会？")
    page.click(".verb-bar .btn-primary")
    page.wait_for_url("**/group/questions/*/")
    look("group-question")
    assert Review.objects.get().status == "asked"

    page.goto("/group/activities/new/")
    page.locator(".pill, .field-kind label", has_text="走访选民").first.click()
    page.fill("[name=topic]", "村道和饮水")
    page.fill("[name=place]", "一村")
    page.fill("[name=content]", "走访三户，反映冬季供水不足。")
    page.click("[data-all=present]")
    look("group-record-form")
    page.click(".btn-save")
    page.wait_for_url("**/group/activities/*/")
    page.click(".filing-acts .btn-primary")
    page.wait_for_selector(".filing.is-filed")
    look("group-record")
    row = GroupActivity.objects.get()
    assert (row.filing, row.visits.count()) == ("filed", 2)
    page.goto(f"/group/activities/{row.pk}/paper/")
    page.emulate_media(media="print")
    look("group-record-print")
    assert page.locator(".sheet .sign").count() == 2


def test_a_deputy_objects_the_office_enters_the_contact_and_the_deputy_reads_the_answer(page, small, sign_in, look):
    sign_in(small.a.deputy_user, "/my/year/")
    page.wait_for_selector(".year-asked")
    look("my-year")
    page.goto("/my/objections/")
    look("objections")
    page.locator(".object-ways a").nth(1).click()
    page.fill("[name=happened_on]", clock.month_start(clock.today()).isoformat())
    page.locator(".field-way label", has_text="入户走访").click()
    page.fill("[name=met]", "李四")
    page.fill("[name=text]", "当天手机没有信号，没有登记。")
    look("objection-form")
    page.click(".verb-bar .btn-primary")
    page.wait_for_url("**/my/objections/*/")
    row = Objection.objects.get()
    page.context.clear_cookies()
    sign_in(small.a.staff, f"/admin/reports/objection/{row.pk}/change/")
    look("objection-desk")
    page.locator("form[action*='accept'] button.office-button").click()
    page.wait_for_selector("form[action*='reopen']")
    page.context.clear_cookies()
    sign_in(small.a.deputy_user, f"/my/objections/{row.pk}/")
    look("objection-answer")
    assert page.locator(".tag.is-accepted").count() == 1
    assert Visit.objects.filter(deputy=small.a.deputy, met="李四").count() == 1
