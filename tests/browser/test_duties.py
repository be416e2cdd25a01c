"""What is still owed, on a phone and at a desk: one next action that leads on, and a group at a glance."""

from datetime import timedelta

import pytest

from deputies.models import Deputy
from office import clock, regulations
from visits.models import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def small(small):
    """Rules, and records since three months ago: the deputy has seen nobody, the leader did last month."""
    today = clock.today()
    regulations.load(on=today)
    small.term.records_since = clock.add_months(clock.month_start(today), -2)
    small.term.save()
    last_month = clock.month_start(today) - timedelta(days=1)
    Visit.objects.create(deputy=small.a.leader, met="村民", happened_on=last_month, kind="visit", logged_at=clock.now())
    for n in range(6):
        Deputy.objects.create(term=small.term, district=small.a.district, group=small.a.group, name=f"第{n}位代表")
    return small


def test_the_first_action_leads_to_the_month_that_is_missing(page, small, sign_in, look):
    sign_in(small.a.deputy_user, "/reports/duties/")
    look("duties")
    assert page.locator(".card-duty.is-missed .owed").count() >= 1
    assert page.locator(".quiet[open]").count() == 0
    page.locator(".quiet summary").first.click()
    look("duties-open")
    page.locator(".owed-act.is-next").click()
    page.wait_for_url("**/my/?month=**")
    assert page.locator(".home-act").count() == 2


def test_a_leader_sees_the_group_and_those_with_something_missing(page, small, sign_in, look):
    sign_in(small.a.leader_user, "/reports/group-duties/")
    look("group-duties")
    assert page.locator(".members li").count() == 8
    page.locator(".only a").last.click()
    look("group-duties-missing")
    page.emulate_media(media="print")
    look("group-duties-print")
    assert page.locator(".topbar, .only, [data-print]").locator("visible=true").count() == 0
