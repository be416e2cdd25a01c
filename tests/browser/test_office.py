"""A clerk at a desk or with a phone: the index page, lists, forms and the import page of the office's site."""

import pytest

from constituents.models import Household
from deputies.models import Deputy
from reports.models import Flag
from tests.office.test_admin import full, page_of  # noqa: F401 - the fixture is used by name
from tests.visits.test_import_page import made
from visits.models import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def clerk(full, sign_in):  # noqa: F811
    sign_in(full.office)
    return full.office


def test_the_day_begins_with_the_flags_and_each_opens_what_it_is_about(page, clerk, full, look):  # noqa: F811
    assert page.url.endswith("/admin/")
    look("office-index")
    assert page.locator(".office-count").all_inner_texts() == ["4"]
    page.locator(".office-flags a").first.click()
    look("office-flags")
    assert page.locator(".flag-list tbody tr").count() == 4
    page.locator(".flag-list a", has_text="代表1").first.click()
    assert page.url.endswith(page_of(Deputy, "change", full.a.deputy.pk))
    look("office-deputy")


def test_flags_are_urged_waived_with_a_reason_and_opened_again(page, clerk, full, look):  # noqa: F811
    page.goto(page_of(Flag, "changelist"))
    page.locator(".flag-list tbody input").first.check()
    page.locator("button.office-button", has_text="催办").click()
    page.get_by_text("已催办 1 条").first.wait_for()
    page.locator(".flag-what").first.click()
    look("office-flag")
    page.locator("button", has_text="豁免").click()
    look("office-waive")
    page.fill("#reason", "住院，主任会议同意")
    page.locator("button.office-button").click()
    assert list(Flag.objects.filter(cleared_why="waived").values_list("waived_reason", flat=True)) == [
        "住院，主任会议同意"
    ]
    page.locator("a.text-link", has_text="撤销").click()
    look("office-undo")
    page.locator("button.office-button").click()
    page.wait_for_url(f"**{page_of(Flag, 'changelist')}")
    assert Flag.objects.filter(cleared_why="waived").count() == 0


def test_a_deputy_is_found_by_name(page, clerk, full, look):  # noqa: F811
    page.goto(page_of(Deputy, "changelist"))
    look("office-deputies")
    page.fill("#searchbar", "组长2")
    page.keyboard.press("Enter")
    page.wait_for_url("**?q=**")
    assert page.locator("#result_list tbody tr").count() == 1


def test_a_household_is_added_with_its_deputy(page, clerk, full, look):  # noqa: F811
    page.goto(page_of(Household, "add"))
    page.fill("[name=head]", "新户主")
    page.select_option("[name=jurisdiction]", label="东山镇")
    page.locator("a.add-row").click()
    page.locator(".select2-selection").last.click()
    page.locator(".select2-search__field").last.fill("代表1")
    page.locator(".select2-results__option", has_text="代表1").click()
    look("office-household")
    page.locator("[name=_save]").click()
    page.wait_for_url(f"**{page_of(Household, 'changelist')}")
    assert Household.objects.get(head="新户主").designations.get().deputy == full.a.deputy


def test_a_contact_is_corrected(page, clerk, full, look):  # noqa: F811
    visit = Visit.objects.visible_to(full.a.staff).get()
    page.goto(page_of(Visit, "changelist"))
    look("office-contacts")
    page.goto(page_of(Visit, "change", visit.pk))
    page.fill("[name=content]", "路灯修好了。")
    look("office-contact")
    page.locator("[name=_save]").click()
    page.wait_for_url(f"**{page_of(Visit, 'changelist')}")
    visit.refresh_from_db()
    assert visit.content == "路灯修好了。"


def test_workbooks_come_in_after_a_look_at_the_preview(page, clerk, look, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    file = tmp_path / "代表花名册.xlsx"
    file.write_bytes(made([(1, "张三", "第1选区"), (2, "李四", "？")]))
    page.goto("/admin/office/job/add/")
    look("office-upload")
    page.set_input_files("[name=files]", file)
    assert page.locator(".office-files li").all_inner_texts() == ["代表花名册.xlsx"]
    page.click(".office-panel button.office-button")
    page.wait_for_url("**/change/")
    look("office-preview")
    assert page.locator(".office-figures tbody tr").first.inner_text().split()[1:] == ["1", "0", "0", "1"]
    assert not Deputy.objects.filter(name="张三").exists()
    with page.expect_navigation():
        page.locator("form[action$='/confirm/'] button").click()
    look("office-imported")
    assert Deputy.objects.get(name="张三").district.name == "第1选区"
    assert page.locator("form[action$='/confirm/']").count() == 0
    with page.expect_download() as download:
        page.click("a[href$='problems.xlsx']")
    assert download.value.suggested_filename.endswith(".xlsx")
