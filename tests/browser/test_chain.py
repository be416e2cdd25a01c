"""The whole chain with four people signed in at once, each in a browser of their own, and the visitor with a code."""

import re
from datetime import date
from types import SimpleNamespace

import pytest

from constituents import receipts
from constituents.models import Petition, ResultClass
from office import regulations
from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser
VISITOR, PHONE = "张凤英", "19908490085"


@pytest.fixture
def people(small, browser, browser_context_args, base_url):
    """The officer, the clerk of the town, the unit and the deputy, signed in at the same time."""
    regulations.load(on=date(2026, 1, 1))
    ResultClass.objects.create(key="A", name="已经解决", counts_as_solved=True)
    users = {
        "officer": small.a.officer,
        "clerk": small.a.staff,
        "unit": small.a.unit_user,
        "deputy": small.a.deputy_user,
    }
    errors = []
    yield SimpleNamespace(
        **{name: _signed_in(user, browser, browser_context_args, base_url, errors) for name, user in users.items()}
    )
    # A page that is refused on purpose is one line in the console.
    assert [error for error in errors if "403" not in error] == []


def _signed_in(user, browser, arguments, base_url, errors):
    user.set_password(PASSWORD)
    user.save()
    page = browser.new_context(**arguments | {"base_url": base_url}).new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("form.card-form button")
    page.wait_for_url(lambda url: "/signin/" not in url)
    return page


def press(page, then):
    """Press the button of the verb, and wait for what it leads to."""
    page.click(".verb-form .btn-save")
    page.wait_for_url(then)


def state(petition) -> str:
    petition.refresh_from_db()
    return petition.status


def look(page, name, width, folder):
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    assert wide <= width


def _register(officer):
    officer.goto("/desk/new/")
    officer.fill("[name=visitor]", VISITOR)
    officer.fill("[name=phone]", PHONE)
    officer.fill("[name=situation]", "村口的路灯坏了半个月，老人晚上摔倒。")
    officer.fill("[name=request]", "请尽快修好路灯。")
    officer.select_option("[name=deputy]", index=1)
    officer.click(".btn-save")
    officer.wait_for_url("**/receipt/")
    return Petition.objects.get()


def _of_matter(petition, verb=""):
    return f"/matters/{petition.pk}/{verb + '/' if verb else ''}"


def _screened_and_routed(people, petition):
    people.officer.goto(_of_matter(petition, "admit"))
    press(people.officer, f"**{_of_matter(petition)}")
    people.clerk.goto(_of_matter(petition, "route"))
    people.clerk.select_option("[name=unit]", index=1)
    people.clerk.check("[name=kind][value=station]")
    people.clerk.fill("[name=brief]", "村口路灯损坏半个月，请修复并答复。")
    press(people.clerk, f"**{_of_matter(petition)}")
    return petition.referrals.get()


def _answered(unit, referral, text):
    unit.goto(f"/tasks/{referral.pk}/accept/")
    unit.fill("[name=person]", "赵办")
    press(unit, f"**/tasks/{referral.pk}/")
    assert VISITOR not in unit.content() and PHONE not in unit.content() and "摔倒" not in unit.content()
    unit.goto(f"/tasks/{referral.pk}/reply/")
    unit.fill("[name=text]", text)
    unit.locator("[name=result]").first.check()
    press(unit, re.compile("/tasks/"))


def _brought_back(deputy, petition, words):
    deputy.goto(_of_matter(petition, "feed_back"))
    deputy.check("[name=way][value=phone]")
    deputy.fill("[name=told_words]", words)
    press(deputy, f"**{_of_matter(petition)}")


def _judged_by_the_visitor(browser, arguments, base_url, petition, choice):
    """The visitor with the receipt, on a telephone of their own, not signed in."""
    page = browser.new_context(**arguments | {"base_url": base_url}).new_page()
    page.goto(f"/q/?c={receipts.code_of(petition.station.number, petition.year, petition.seq)}")
    page.fill("#id_told", PHONE[-4:])
    page.locator("button").click()
    page.check(f"[name=result][value={choice}]")
    page.check(f"[name=attitude][value={choice}]")
    page.locator("button").click()
    page.wait_for_selector(".alert")
    return page


def test_a_matter_goes_from_the_visitor_s_words_to_the_visitor_s_verdict_and_once_more_through_the_unit(
    people, browser, browser_context_args, base_url, width, tmp_path
):
    petition = _register(people.officer)
    first = _screened_and_routed(people, petition)
    assert (state(petition), first.due_rule.clause.key) == ("routed", "D3-七")
    _answered(people.unit, first, "已派人查看。")
    assert state(petition) == "replied"
    _brought_back(people.deputy, petition, "单位已派人查看。")
    _judged_by_the_visitor(browser, browser_context_args, base_url, petition, "dissatisfied")
    assert state(petition) == "routed"
    second = petition.referrals.get(round=2)
    assert (second.unit_id, second.due_rule.measure, first.due_rule.measure) == (
        first.unit_id,
        "redo_reply",
        "reply_overdue",
    )
    _answered(people.unit, second, "路灯已经修好。")
    _brought_back(people.deputy, petition, "路灯已经修好。")
    _judged_by_the_visitor(browser, browser_context_args, base_url, petition, "satisfied")
    assert (state(petition), petition.satisfaction) == ("judged", "satisfied")
    people.clerk.goto(_of_matter(petition, "close"))
    press(people.clerk, f"**{_of_matter(petition)}")
    assert state(petition) == "closed"
    for name, page, path in (
        ("chain-deputy", people.deputy, _of_matter(petition)),
        ("chain-timeline", people.clerk, _of_matter(petition, "timeline")),
        ("chain-unit", people.unit, f"/tasks/{second.pk}/"),
    ):
        page.goto(path)
        look(page, name, width, tmp_path)
    verbs = list(petition.events.values_list("verb", flat=True))
    assert verbs == [
        "register", "admit", "route", "accept", "reply", "feed_back", "redo", "accept", "reply", "feed_back", "judge",
        "close",
    ]  # fmt: skip


def test_the_deputy_finds_no_way_to_handle_what_the_unit_handles(people, width):
    petition = _register(people.officer)
    referral = _screened_and_routed(people, petition)
    for path in (f"/tasks/{referral.pk}/", f"/tasks/{referral.pk}/reply/", _of_matter(petition, "close")):
        assert people.deputy.goto(path).status == 403
    people.deputy.goto(_of_matter(petition))
    assert people.deputy.locator("a[href*='/reply/'], a[href*='/close/'], a[href*='/accept/']").count() == 0


def test_of_two_clerks_at_one_form_the_second_sees_what_is_new_and_keeps_what_was_typed(people, browser, width):
    petition = _register(people.officer)
    people.officer.goto(_of_matter(petition, "correct"))
    people.clerk.goto(_of_matter(petition, "correct"))
    people.officer.fill("[name=address]", "东山镇一村")
    press(people.officer, f"**{_of_matter(petition)}")
    # In the office the number is masked: the clerk says why it is needed, and the field comes in its place.
    people.clerk.click(".personal-show[formaction*='/phone/']")
    people.clerk.click(".personal-why button[value=check]")
    people.clerk.fill("[name=phone]", "13900000001")
    people.clerk.click(".verb-form .btn-save")
    people.clerk.wait_for_selector(".alert-warning")
    assert people.clerk.input_value("[name=phone]") == "13900000001"
    petition.refresh_from_db()
    assert (petition.address, petition.phone) == ("东山镇一村", PHONE)


PRESS_AT_ONCE = """() => new MutationObserver((changes, watch) => {
    const reason = document.querySelector(".personal-why button[value=check]");
    if (reason) { watch.disconnect(); reason.click(); }
}).observe(document.body, { childList: true, subtree: true })"""


def test_a_reason_pressed_in_the_moment_it_appears_leaves_the_form_where_it_is(people, width):
    petition = _register(people.officer)
    people.clerk.goto(_of_matter(petition, "correct"))
    people.clerk.fill("[name=address]", "东山镇一村")
    people.clerk.evaluate(PRESS_AT_ONCE)
    people.clerk.click(".personal-show[formaction*='/phone/']")
    assert people.clerk.input_value("[name=phone]") == PHONE
    assert people.clerk.input_value("[name=address]") == "东山镇一村"
