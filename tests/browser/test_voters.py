"""A report to voters from the plan to the published result, on a phone and at a desk."""

import pytest

from office import clock, regulations, workdays
from visits.models import VoterReport

pytestmark = pytest.mark.browser

TALLY = {"ballots_out": 50, "ballots_back": 48, "ballots_void": 1, "satisfied": 40, "fairly": 5, "dissatisfied": 1}


@pytest.fixture
def small(small):
    regulations.load(on=clock.today())
    workdays.load()
    return small


def test_a_report_is_planned_held_tallied_and_published(page, small, sign_in, look):
    sign_in(small.a.staff, "/voters/plan/")
    page.fill("[name=planned_on]", clock.today().isoformat())
    page.fill("[name=place]", "村委会会议室")
    page.locator(".choose-deputies .pill", has_text="代表1").click()
    look("voters-plan-form")
    page.click(".btn-save")
    page.wait_for_url("**/voters/?year=*")
    look("voters-plan")
    row = VoterReport.objects.get()

    page.goto(f"/voters/reports/{row.pk}/do/hold/")
    page.fill("[name=voters_present]", "60")
    page.click(".btn-save")
    page.wait_for_url(f"**/voters/reports/{row.pk}/")
    page.click(".filing-acts .btn-primary")
    for name, number in {**TALLY, "counted_by": "李", "watched_by": "王"}.items():
        page.fill(f"[name={name}]", str(number))
    assert page.locator(".ballots-sum.is-bad").is_visible()
    page.click(".btn-save")
    page.wait_for_selector(".alert-danger")
    look("voters-tally-wrong")
    page.fill("[name=dissatisfied]", "2")
    page.wait_for_selector(".ballots-sum.is-good")
    page.click(".btn-save")
    for state in ("returned", "filed", "published"):
        page.wait_for_url(f"**/voters/reports/{row.pk}/")
        page.click(".filing-acts .btn-primary")
        page.wait_for_url("**/do/*/")
        page.click(".btn-save")
        page.wait_for_url(f"**/voters/reports/{row.pk}/")
        row.refresh_from_db()
        assert row.status == state
    look("voters-report")

    page.context.clear_cookies()
    page.goto("/published/")
    page.locator(".results a", has_text="代表1").click()
    page.wait_for_selector(".votes")
    look("voters-published")
