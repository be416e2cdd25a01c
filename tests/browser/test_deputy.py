"""A deputy with a phone: sign in, tap a household, write, save."""

from datetime import timedelta

import pytest

from office import clock, regulations
from tests import county
from tests.browser.conftest import PASSWORD
from visits.models import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def deputy(small):
    """A deputy with three households: one seen this month, one seen long ago, one never."""
    county.household(small.a, 3)
    today = clock.today()
    regulations.load(on=today)
    for home, day in zip(small.a.households, (today, today - timedelta(days=70)), strict=True):
        Visit.objects.create(
            deputy=small.a.deputy,
            household=home,
            happened_on=day,
            kind="home",
            place=home.address,
            content="家里都好。",
            logged_at=clock.now(),
            logged_by=small.a.deputy_user,
        )
    return small.a.deputy


def heads(page):
    return page.locator(".home strong").all_inner_texts()


def test_a_deputy_logs_a_visit_with_two_taps_beside_the_text(page, deputy, sign_in, look, taps):
    page.goto("/")
    look("sign-in")
    sign_in(deputy.user, "/my/")
    look("month-before")
    assert heads(page) == ["户主13", "户主12", "户主11"]
    taps()
    page.locator(".home").first.click()
    look("form")
    page.locator("#id_content").click()
    page.keyboard.type("老人腿脚不便，盼村里修好门前的台阶。")
    page.locator(".save button").click()
    page.wait_for_url("**saved=**")
    assert taps() == 2
    look("month-after")
    assert heads(page) == ["户主12", "户主11", "户主13"]
    assert page.locator(".home-seen strong").all_inner_texts() == ["户主11", "户主13"]
    visit = Visit.objects.get(household__head="户主13")
    assert (visit.kind, visit.happened_on) == (Visit.Kind.HOME, clock.today())
    assert visit.content == "老人腿脚不便，盼村里修好门前的台阶。"


def test_another_way_and_a_matter_fit_into_four_taps(page, deputy, sign_in, look, taps):
    sign_in(deputy.user, "/my/")
    taps()
    page.locator(".home").first.click()
    page.locator(".way-phone").click()
    page.locator("#id_content").fill("电话里说了一会儿。")
    page.locator(".raised > label").click()
    page.locator("#id_matter").fill("门前台阶破损")
    look("form-filled")
    page.locator(".save button").click()
    page.wait_for_url("**saved=**")
    assert taps() == 4
    visit = Visit.objects.get(household__head="户主13")
    assert (visit.kind, visit.matter_raised) == (Visit.Kind.PHONE, True)
    assert visit.content.splitlines()[0] == "电话里说了一会儿。"
    assert visit.content.endswith("门前台阶破损")


def test_any_contact_is_the_month_s_contact_but_sees_no_household(page, small, sign_in, look):
    sign_in(small.b.deputy_user, "/my/")
    look("month-owed")
    assert page.locator(".state-done").count() == 0
    page.locator(".other").click()
    page.locator(".way-forum").click()
    page.locator("#id_met").fill("第2选区选民代表12人")
    page.locator("#id_content").fill("大家谈了灌溉用水。")
    page.locator(".save button").click()
    page.wait_for_url("**saved=**")
    look("month-forum")
    assert (page.locator(".state-done").count(), page.locator(".home-seen").count()) == (1, 0)


def test_a_topic_is_written_into_the_text_with_one_tap(page, deputy, sign_in):
    sign_in(deputy.user, "/my/")
    page.locator(".home").first.click()
    topics = page.locator(".topics button")
    topics.nth(0).click()
    topics.nth(1).click()
    first, second = topics.all_inner_texts()[:2]
    assert page.locator("#id_content").input_value() == f"{first}\n{second}"


def test_what_is_missing_is_named_and_nothing_typed_is_lost(page, deputy, sign_in, look):
    sign_in(deputy.user, "/my/")
    page.locator(".other").click()
    look("other")
    page.locator(".way-forum").click()
    page.locator("#id_content").fill("大家谈了灌溉用水。")
    page.locator("form.log").evaluate("form => form.noValidate = true")
    page.locator(".save button").click()
    page.wait_for_selector(".errorlist")
    look("other-refused")
    assert page.locator("#id_content").input_value() == "大家谈了灌溉用水。"
    assert page.locator("#id_met").get_attribute("aria-invalid") == "true"
    assert Visit.objects.filter(kind="forum").count() == 0


def test_a_sign_in_that_ran_out_while_typing_loses_no_word(page, deputy, sign_in, context):
    sign_in(deputy.user, "/my/")
    page.locator(".home").first.click()
    page.locator("#id_content").fill("说了很久的话。")
    context.clear_cookies(name="sessionid")
    page.locator(".save button").click()
    page.locator("#kept a[data-signed-out]").click()
    page.fill("[name=username]", deputy.user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("form.card-form button")
    page.wait_for_url("**/my/waiting/")
    page.wait_for_selector("[data-done]:visible")
    assert Visit.objects.filter(content="说了很久的话。").count() == 1
    page.goto(f"/my/log/?household={Visit.objects.first().household_id}")
    assert page.locator("#id_content").input_value() == ""


def test_a_contact_is_taken_back_on_the_same_day(page, deputy, sign_in, look):
    sign_in(deputy.user, "/my/")
    page.locator(".contact").first.click()
    page.locator(".contact[open] .withdraw summary").click()
    look("withdraw")
    page.locator(".contact[open] .withdraw button").click()
    page.wait_for_selector(".alert")
    assert heads(page) == ["户主11", "户主13", "户主12"]


def test_a_past_month_and_a_mandate_that_ended_can_be_read(page, deputy, sign_in, look):
    sign_in(deputy.user, "/my/")
    page.locator("a.leaf-turn[rel=prev]").click()
    page.wait_for_url("**month=**")
    look("past-month")
    deputy.end_reason = "辞职"
    deputy.save()
    page.goto("/my/")
    look("ended")
    assert page.locator("a.home, a.other").count() == 0


def test_long_words_stay_on_the_page(page, deputy, sign_in, look):
    home = deputy.designations.last().household
    home.head, home.address, home.phone = "欧阳" * 10 + "N" * 30, "A" * 150, "1" * 60
    home.save()
    Visit.objects.update(household=None, met="M" * 80, place="P" * 150, content="w" * 900, matter_raised=True)
    deputy.user.name = "名" * 50
    sign_in(deputy.user, "/my/")
    page.locator(".contact").first.click()
    look("long-month")
    page.locator(".me summary").click()
    look("menu")
    page.locator(".me summary").click()
    page.locator(".home", has_text="欧阳").click()
    page.locator("#id_content").fill("w" * 4001)
    page.locator(".save button").click()
    page.wait_for_selector(".errorlist")
    look("long-form")
    assert len(page.locator("#id_content").input_value()) == 4001


def test_everything_that_is_tapped_is_large_enough_for_a_thumb(page, deputy, sign_in):
    sign_in(deputy.user, "/my/")
    assert too_small(page) == []
    page.locator(".home").first.click()
    page.locator(".raised > label").click()
    assert too_small(page) == []


def too_small(page):
    """What can be tapped and is lower than 44 px (a radio or a switch is tapped on its label)."""
    return page.evaluate(
        """[...document.querySelectorAll('a, button, summary, input, textarea, label.way, .raised > label')]
            .filter((e) => !e.matches('[type=hidden], .skip, [type=checkbox], [type=radio]') && e.checkVisibility())
            .map((e) => [e.className || e.name || e.tagName, Math.round(e.getBoundingClientRect().height)])
            .filter(([, height]) => height < 44)"""
    )
