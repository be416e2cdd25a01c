"""The visitor's own page on a telephone, without a script and without a cookie."""

import pytest

from constituents import actions, receipts
from constituents.models import Petition, ResultClass
from office import clock

pytestmark = pytest.mark.browser


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "java_script_enabled": False}


@pytest.fixture
def told(small):
    """A matter whose outcome was brought back to the person."""
    town, at = small.a, clock.now()
    on = clock.local_date(at)
    given = {"visitor": "张凤英", "phone": "19908490085", "situation": "路积水。", "request": "垫高。"}
    petition = actions.register(by=town.officer, at=at, on=on, station=town.station, **given)
    actions.admit(petition, by=town.officer, at=at)
    lead = actions.route(petition, by=town.staff, at=at, on=on, unit=town.unit, brief="路积水。")
    solved = ResultClass.objects.create(key="A", name="已经解决", counts_as_solved=True)
    actions.reply(lead, by=town.unit_user, at=at, on=on, text="已垫高。", result=solved)
    return actions.feed_back(petition, by=town.officer, at=at, on=on, way="phone", told="路面已经垫高。")


def test_a_visitor_looks_the_matter_up_and_judges_it_without_a_script(page, small, told, context, width):
    code = receipts.code_of(told.station.number, told.year, told.seq)
    page.goto(f"/q/?c={code}")
    page.fill("#id_told", "9999")
    page.locator("button").click()
    page.locator(".alert-danger").wait_for()
    page.fill("#id_told", "0085")
    page.locator("button").click()
    page.locator("h1", has_text=told.number).wait_for()
    # Without a script the page cannot be asked how wide it is; the button must be in sight.
    assert page.locator("button").bounding_box()["width"] <= width
    page.locator(".pick").nth(0).click()
    page.locator(".pick").nth(4).click()
    page.fill("#id_words", "谢谢。")
    page.locator("button").click()
    page.locator(".alert-success").wait_for()
    judged = Petition.objects.get(pk=told.pk)
    assert (judged.status, judged.satisfaction, judged.attitude) == ("judged", "satisfied", "fairly")
    assert context.cookies() == []
