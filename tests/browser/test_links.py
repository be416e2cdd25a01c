"""A unit without an account: the office makes a link, the unit replies through it on whatever machine it has."""

import re
from datetime import date

import pytest

from constituents import actions
from constituents.models import Petition, ResultClass
from office import clock, regulations

pytestmark = pytest.mark.browser


@pytest.fixture
def stranger(browser, browser_context_args, base_url):
    """A browser in which nobody is signed in."""
    context = browser.new_context(**browser_context_args | {"base_url": base_url})
    yield context.new_page()
    context.close()


def test_the_office_gives_a_link_and_the_unit_replies_through_it(page, small, sign_in, look, stranger):
    regulations.load(on=date(2026, 1, 1))
    ResultClass.objects.create(key="A", name="已经解决", counts_as_solved=True)
    at = clock.now()
    on = clock.local_date(at)
    made = actions.register(
        by=small.a.officer,
        at=at,
        on=on,
        station=small.a.station,
        visitor="张凤英",
        situation="路灯坏了。",
        request="修好。",
    )
    actions.admit(made, by=small.a.staff, at=at)
    lead = actions.route(made, by=small.a.staff, at=at, on=on, unit=small.a.unit, brief="请修好三组的路灯。")
    sign_in(small.a.staff, f"/matters/referrals/{lead.pk}/give_link/")
    look("link-give")
    page.locator(".btn-save").click()
    page.wait_for_selector("#link-address")
    look("link-shown")
    address = page.locator("#link-address").input_value()
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert 1 <= len(pages) <= 2
    unit = stranger
    unit.goto(address)
    assert unit.locator("body").inner_text().count("张凤英") == 0
    _unit_does(unit)
    row = Petition.objects.get()
    assert (row.status, list(row.events.filter(by=None).values_list("verb", "who"))) == (
        "replied",
        [("accept", "赵工（0719-3221234）"), ("reply", "赵工（0719-3221234）")],
    )


def fits(unit) -> bool:
    """Nothing sticks out sideways."""
    unit.wait_for_load_state()
    return unit.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def _unit_does(unit):
    assert fits(unit)
    unit.get_by_role("link", name="签收").click()
    unit.fill("[name=person]", "钱科")
    unit.fill("[name=who]", "赵工")
    unit.fill("[name=phone]", "0719-3221234")
    unit.locator("form button").click()
    unit.wait_for_url("**done=accept")
    unit.get_by_role("link", name="答复").click()
    assert fits(unit)
    unit.fill("[name=who]", "赵工")
    unit.fill("[name=phone]", "0719-3221234")
    unit.fill("[name=text]", "路灯已更换。")
    unit.locator("form button").click()
    unit.wait_for_selector(".wrong")
    assert unit.locator("[name=text]").input_value() == "路灯已更换。"
    unit.locator("[name=result]").first.check()
    unit.locator("form button").click()
    unit.wait_for_url("**done=reply")
    assert fits(unit)
