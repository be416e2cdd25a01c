"""A change of term from its first step to the last, and taken back, as the county's office does it."""

import pytest

from deputies.models import Deputy, Term
from office import clock
from tests.visits.test_term_pages import workbook

pytestmark = pytest.mark.browser


def test_a_term_is_changed_step_by_step_and_taken_back(page, small, sign_in, look):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(name="王小明")
    sign_in(small.office)
    page.goto("/admin/deputies/termchange/new/")
    page.fill("[name=first_day]", str(clock.today()))
    look("term-begin")
    forward = page.locator("form .office-button:not(.office-plain)")
    forward.click()
    page.get_by_text("沿用现有选区").click()
    page.get_by_text("已填入现有 2 个选区").wait_for()
    look("term-districts")
    forward.click()
    page.get_by_text("已说明 2 个原选区的去向").wait_for()
    roster = workbook()
    page.set_input_files(
        "input[type=file]", {"name": roster.name, "mimeType": "application/zip", "buffer": roster.read()}
    )
    page.locator(".office-files li", has_text=roster.name).wait_for()
    look("term-roster")
    forward.click()
    page.get_by_text("其中 1 名待确认").wait_for()
    look("term-again")
    page.get_by_label("是同一人", exact=True).check()
    forward.click()
    page.get_by_text("共 4 项：连任代表继续 2，转给其他代表 2，无人承接 0。").wait_for()
    look("term-pass-on")
    forward.click()
    page.get_by_text("连任代表继续 2，转给其他代表 2").wait_for()
    look("term-confirm")
    page.check("[name=read]")
    forward.click()
    page.get_by_text("第18届已结束，第19届已开启，代表 3 名。").wait_for()
    look("term-done")
    assert Deputy.objects.get(term__ordinal=19, succeeds=small.a.deputy).user == small.a.deputy_user
    page.check("[name=read]")
    page.get_by_role("button", name="撤回换届").click()
    page.get_by_text("换届已撤回").first.wait_for()
    look("term-undone")
    assert Term.objects.get() == small.term
