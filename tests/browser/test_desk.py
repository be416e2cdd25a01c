"""A liaison officer at the desk: a visitor is registered from the keyboard, the receipt prints on one page."""

import re
from datetime import time

import pytest

from constituents import actions
from constituents.models import Petition
from liaison_stations.models import Reception, ReceptionDuty, StationPost
from office import clock
from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser
PASTE = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const pasted = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(pasted);
}"""
at_a_desk = pytest.mark.parametrize("width", [1440], indirect=True)


@pytest.fixture
def officer(small):
    """The liaison officer of a station with an address and a phone."""
    small.a.station.address = "东山镇人民政府一楼"
    small.a.station.save()
    small.a.station.posts.update(phone="0719-3221234")
    return small.a.officer


def register(town, **more):
    at = clock.now()
    given = {"visitor": "王小明", "situation": "路灯坏了。", "request": "修好。", **more}
    return actions.register(by=town.officer, at=at, on=clock.local_date(at), station=town.station, **given)


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_visitor_is_registered_from_the_keyboard_alone(page, small, officer, sign_in, look):
    sign_in(officer, "/desk/")
    look("desk-empty")
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/desk/new/**")
    look("desk-register")
    keys = page.keyboard
    for typed in ("张凤英", "199-0849-0085", "石桥村三组", "2"):
        keys.press("Control+a")
        keys.type(typed)
        keys.press("Enter")
    keys.press("Tab")  # came by: as preset
    keys.press("ArrowDown")  # the station's one deputy
    keys.press("Tab")
    keys.type("三组到村小学的路下雨天积水。")
    keys.press("Enter")  # a new line in the text, not the end of the form
    keys.type("去年报过一次。")
    keys.press("Tab")
    keys.type("请把路面垫高。")
    keys.press("Tab")
    keys.type("道路")
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt/")
    look("desk-receipt")
    made = Petition.objects.get()
    assert (made.visitor, made.phone, made.address, made.visitor_count) == ("张凤英", "19908490085", "石桥村三组", 2)
    assert (made.deputy, made.channel, made.category) == (small.a.deputy, "walk_in", "道路")
    assert made.situation == "三组到村小学的路下雨天积水。\n去年报过一次。"
    assert (made.request, made.number) == ("请把路面垫高。", f"01〔{made.year}〕0001")
    assert page.locator(".sheet-number b").inner_text() == made.number
    assert page.evaluate("document.activeElement.hasAttribute('data-print')")
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/desk/new/**")
    assert page.locator("#id_visitor").input_value() == ""


def test_alt_s_saves_and_what_is_missing_is_named_with_everything_kept(page, officer, sign_in, look):
    sign_in(officer, "/desk/")
    page.goto("/desk/new/")
    page.fill("#id_visitor", "张凤英")
    page.fill("#id_phone", "1990849")
    page.fill("#id_situation", "路积水。")
    page.keyboard.press("Alt+s")
    page.wait_for_selector(".alert-danger")
    look("desk-refused")
    assert page.locator(".wrong").count() == 2
    assert page.locator("[aria-invalid=true]").evaluate_all("all => all.map((e) => e.name)") == ["phone", "request"]
    assert page.evaluate("document.activeElement.name") == "phone"
    assert [page.input_value(f"#id_{name}") for name in ("visitor", "phone", "situation")] == [
        "张凤英",
        "1990849",
        "路积水。",
    ]
    assert Petition.objects.count() == 0


@at_a_desk
def test_enter_in_a_line_never_sends_a_half_form_even_without_the_script(page, officer, sign_in):
    sign_in(officer, "/desk/")
    page.route("**/desk.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/desk/new/")
    page.fill("#id_situation", "路积水。")
    page.fill("#id_request", "垫高。")
    page.fill("#id_visitor", "张凤英")
    page.locator("#id_visitor").press("Enter")
    page.locator("#id_category").press("Enter")
    page.locator(".btn-save").click()
    page.wait_for_url("**/receipt/")
    assert Petition.objects.count() == 1


@at_a_desk
def test_enter_that_ends_a_chinese_word_stays_in_the_field(page, officer, sign_in):
    sign_in(officer, "/desk/")
    page.goto("/desk/new/")
    page.locator("#id_visitor").dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert page.evaluate("document.activeElement.name") == "visitor"
    page.locator("#id_visitor").press("Enter")
    assert page.evaluate("document.activeElement.name") == "phone"


def test_a_sign_in_that_ran_out_while_the_visitor_spoke_loses_no_word(page, officer, sign_in, context, look):
    sign_in(officer, "/desk/")
    page.goto("/desk/new/")
    page.fill("#id_visitor", "张凤英")
    page.fill("#id_situation", "说了很久的话。")
    page.fill("#id_request", "垫高。")
    page.check("#id_urgent")
    context.clear_cookies(name="sessionid")
    page.locator(".btn-save").click()
    page.fill("[name=username]", officer.username)
    look("desk-signed-out")
    page.fill("[name=password]", PASSWORD)
    page.click("form.card-form button")
    page.locator(".kept-words summary").click()
    look("desk-kept")
    assert page.locator(".kept-words p").all_inner_texts() == ["张凤英", "说了很久的话。", "垫高。"]
    page.click("form.card-form button")
    page.wait_for_url("**/receipt/")
    assert [(p.situation, p.urgent) for p in Petition.objects.all()] == [("说了很久的话。", True)]
    page.goto("/desk/new/")
    assert page.locator("#id_situation").input_value() == ""
    assert page.locator("[data-draft-note]").is_hidden()


@at_a_desk
def test_another_receipt_in_between_does_not_take_the_draft_away(page, small, officer, sign_in):
    earlier = register(small.a)
    sign_in(officer, "/desk/")
    page.goto("/desk/new/")
    page.fill("#id_situation", "还没说完。")
    page.goto(f"/matters/{earlier.pk}/receipt/")
    page.goto("/desk/new/")
    assert page.locator("#id_situation").input_value() == "还没说完。"
    page.locator("[data-draft-clear]").click()
    assert page.locator("#id_situation").input_value() == ""
    page.reload()
    assert page.locator("[data-draft-note]").is_hidden()


def test_the_next_visitor_typed_into_the_old_form_is_told_apart(page, officer, sign_in, look):
    sign_in(officer, "/desk/")
    page.goto("/desk/new/")
    page.fill("#id_visitor", "张凤英")
    page.fill("#id_situation", "路积水。")
    page.fill("#id_request", "垫高。")
    key = page.locator("[name=key]").input_value()
    page.locator(".btn-save").click()
    page.wait_for_url("**/receipt/")
    page.goto("/desk/new/")
    page.fill("#id_visitor", "王小明")
    page.fill("#id_situation", "路灯坏了。")
    page.fill("#id_request", "修好。")
    page.locator("[name=key]").evaluate("(field, key) => { field.value = key; }", key)
    page.locator(".btn-save").click()
    page.wait_for_selector(".alert-warning")
    look("desk-told-apart")
    page.locator(".btn-save").click()
    page.wait_for_url("**/receipt/")
    assert [(p.seq, p.visitor) for p in Petition.objects.order_by("seq")] == [(1, "张凤英"), (2, "王小明")]


def test_the_receipt_and_the_form_print_on_one_page_without_the_menu(page, small, officer, sign_in, look):
    words = "三组到村小学的路下雨天就积水，孩子上学要绕两里地，去年村里报过一次，没有下文。" * 4
    made = register(small.a, situation=words, request="请把路面垫高，或者修一条排水沟。", urgent=True)
    sign_in(officer, "/desk/")
    for part in ("receipt", "form"):
        page.goto(f"/matters/{made.pk}/{part}/")
        look(f"desk-{part}-sheet")
        assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
        page.emulate_media(media="print")
        hidden = page.locator(".topbar, .sheet-bar")
        assert [hidden.nth(n).is_visible() for n in range(hidden.count())] == [False, False]
        page.emulate_media(media="null")


@at_a_desk
def test_the_longest_text_prints_whole_on_several_pages(page, small, officer, sign_in):
    made = register(small.a, situation="长" * 3999 + "尾", request="求" * 3999 + "末")
    sign_in(officer, "/desk/")
    page.emulate_media(media="print")
    for part in ("receipt", "form"):
        page.goto(f"/matters/{made.pk}/{part}/")
        shown = page.locator(".sheet").inner_text()
        assert [shown.count(sign) for sign in "长尾末"] == [3999, 1, 1]
        cut = "all => all.filter((e) => getComputedStyle(e).overflowY !== 'visible').map((e) => e.tagName)"
        # The picture of the code is no text that could be cut.
        assert page.locator(".sheet, .sheet *:not(svg, svg *)").evaluate_all(cut) == []
        assert pages_of(page.pdf(prefer_css_page_size=True)) > 2


def test_the_desk_finds_a_matter_and_its_page_can_be_read(page, small, officer, sign_in, look):
    for n in range(28):
        register(small.a, visitor=f"来访{n}", urgent=n == 27, visitor_count=n + 1)
    register(small.b, visitor="来访5")
    sign_in(officer, "/desk/")
    look("desk-full")
    assert page.locator(".matter").count() == 25
    page.locator("[rel=next]").click()
    page.wait_for_url("**after=**")
    assert page.locator(".matter-who").all_inner_texts() == ["来访2 3 人", "来访1 2 人", "来访0"]
    page.fill("[name=q]", "来访5")
    page.locator("[name=q]").press("Enter")
    page.wait_for_url("**q=**")
    look("desk-found")
    page.locator(".matter").click()
    page.wait_for_url("**/matters/*/")
    look("desk-matter")


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ').slice(0, 12)")


@at_a_desk
def test_a_matter_is_found_opened_and_a_reception_held_by_keys_alone(page, small, officer, sign_in, look):
    reception = Reception.objects.create(station=small.a.station, planned_on=clock.today(), starts_at=time(9))
    ReceptionDuty.objects.create(reception=reception, deputy=small.a.deputy)
    for n in range(3):
        register(small.a, visitor=f"来访{n}", phone=f"1990849008{n}")
    sign_in(officer, "/desk/")
    keys = page.keyboard
    keys.press("?")
    look("desk-keys")
    assert page.locator("dialog.keys").is_visible()
    keys.press("Escape")
    assert page.locator("dialog.keys").is_hidden()
    keys.press("/")
    keys.type("90081")
    page.wait_for_selector(".why")
    look("desk-typed")
    assert page.locator(".why").all_inner_texts() == ["联系电话：…90081"]
    assert page.evaluate("document.activeElement.name") == "q"
    keys.press("Control+a")
    keys.type("路灯")
    keys.press("Enter")
    page.wait_for_selector(".matter:focus")
    year = clock.today().year
    assert focused(page) == f"01〔{year}〕0003"
    keys.press("ArrowDown")
    assert focused(page) == f"01〔{year}〕0002"
    keys.press("p")
    page.wait_for_url("**/receipt/")
    page.goto("/desk/")
    keys.press("r")
    page.wait_for_url("**reception=**")
    assert page.locator("#id_reception").input_value() == str(reception.pk)


def test_paper_forms_are_typed_in_as_in_a_spreadsheet_and_none_is_lost(page, small, officer, sign_in, look, width):
    sign_in(officer, "/desk/")
    page.goto("/desk/paper/")
    keys, year = page.keyboard, clock.today().year
    for cell in ("1月5日", "张凤英", "一村3组", "19908490085", "三组的路积水。", "垫高。", "道路", "代表1"):
        keys.type(cell)
        keys.press("Tab")
    keys.press("Enter")
    for cell in ("1月2日", "李四", "", "1990849", "路灯坏了。", "修好。"):
        keys.type(cell)
        keys.press("Tab")
    look("paper-typed")
    keys.press("Control+Enter")
    page.wait_for_selector(".alert-danger")
    look("paper-wrong")
    assert page.evaluate("document.activeElement.name") == "row-1-phone"
    keys.press("Control+a")
    keys.type("19908490086")
    page.goto("/desk/")
    page.goto("/desk/paper/")  # the draft outlives leaving the page
    assert page.locator("[name=row-1-phone]").input_value() == "19908490086"
    keys.press("Control+Enter")
    page.wait_for_url(re.compile("/paper/[0-9]+/$"))
    look("paper-saved")
    made = Petition.objects.order_by("seq")
    assert [(one.number, one.visitor, one.deputy) for one in made] == [
        (f"01〔{year}〕0001", "李四", None),
        (f"01〔{year}〕0002", "张凤英", small.a.deputy),
    ]
    page.goto("/desk/paper/")
    assert page.locator("[name=row-0-visitor]").input_value() == ""


@at_a_desk
def test_rows_copied_in_excel_are_pasted_into_a_cell_and_looked_through(page, officer, sign_in, look):
    sign_in(officer, "/desk/")
    page.goto("/desk/paper/")
    rows = ("姓名\t登记日期\t主要问题\t要求", "张凤英\t1月5日\t路积水\t垫高", "李四\t1月6日\t路灯坏了\t")
    page.evaluate(PASTE, "\n".join(rows))
    page.wait_for_selector(".alert-info:not(.draft)")
    look("paper-pasted")
    assert page.locator("[name$=-visitor]").evaluate_all("all => all.map((e) => e.value).filter(Boolean)") == [
        "张凤英",
        "李四",
    ]
    assert [page.locator(row).count() for row in (".row-good", ".row-wrong")] == [1, 1]


def test_what_may_be_the_same_is_shown_while_one_types_and_merged_with_one_press(page, small, officer, sign_in, look):
    other = register(small.a, situation="三组到村小学的路下雨天就积水，孩子上学要绕路。")
    register(small.b, visitor="别镇的人", situation=other.situation)
    sign_in(officer, "/desk/")
    page.goto("/desk/new/")
    page.fill("#id_visitor", "张凤英")
    page.locator("#id_situation").press_sequentially("三组到村小学的路下雨天就积水，老人也不好走。")
    page.wait_for_selector(".same")
    page.fill("#id_request", "垫高。")
    look("desk-similar")
    assert page.locator(".same li").count() == 1
    page.locator(".same button").click()
    page.wait_for_url("**/receipt/")
    made = Petition.objects.exclude(pk=other.pk).get(station=small.a.station)
    assert (made.merged_into, made.visitor) == (other, "张凤英")


@at_a_desk
def test_a_draft_brings_the_rows_of_people_back_in_their_order(page, officer, sign_in):
    sign_in(officer, "/desk/")
    page.goto("/desk/new/")
    page.locator(".more-people summary").click()
    page.locator("[name=representatives_name]").nth(0).fill("李四")
    page.locator("[name=representatives_name]").nth(1).fill("王五")
    page.locator("[name=representatives_phone]").nth(1).fill("19908490085")
    page.goto("/desk/")
    page.goto("/desk/new/")
    names = page.locator("[name=representatives_name]").evaluate_all("all => all.map((e) => e.value)")
    phones = page.locator("[name=representatives_phone]").evaluate_all("all => all.map((e) => e.value)")
    assert (names, phones) == (["李四", "王五", "", ""], ["", "19908490085", "", ""])
    assert page.locator("[name=representatives_name]").nth(1).is_visible()


def test_long_words_stay_on_every_page(page, small, officer, sign_in, look):
    small.a.station.name, small.a.station.address = "站" * 80, "A" * 120
    small.a.station.save()
    long = {"visitor": "N" * 50, "address": "A" * 150, "category": "类" * 30, "phone": "1" * 60}
    made = register(small.a, situation="w" * 900, request="W" * 900, urgent=True, **long)
    officer.name = "名" * 50
    sign_in(officer, "/desk/")
    for name, address in {
        "desk": "/desk/",
        "register": "/desk/new/",
        "matter": f"/matters/{made.pk}/",
        "receipt": f"/matters/{made.pk}/receipt/",
        "form": f"/matters/{made.pk}/form/",
    }.items():
        page.goto(address)
        look(f"desk-long-{name}")


def test_a_person_with_two_stations_chooses_where_they_are(page, small, officer, sign_in, look):
    StationPost.objects.create(station=small.b.station, name="兼任", user=officer)
    sign_in(officer, "/desk/")
    look("desk-choose")
    page.locator(".choice").nth(1).click()
    page.wait_for_url("**station=**")
    assert page.locator("h1").inner_text() == small.b.station.name
    look("desk-two")
    page.locator(".btn-new").click()
    page.wait_for_url("**/desk/new/**")
    assert page.locator(".form-head .hint").inner_text() == small.b.station.name
