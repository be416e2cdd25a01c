"""A deputy in a village without a signal: what is written waits on the phone, and arrives once."""

import io
import re
import threading
from datetime import timedelta

import pytest
from PIL import Image

from constituents.models import Designation
from office import clock, regulations, sign_ins, submissions
from tests.browser.conftest import HEIGHTS
from visits.models import Visit, VisitPhoto

pytestmark = pytest.mark.browser


@pytest.fixture(params=[360])
def width(request):
    """The smallest phone that is met in the villages."""
    return HEIGHTS.setdefault(request.param, 720) and request.param


@pytest.fixture
def phone(small, page, sign_in, settings, tmp_path):
    """A deputy's phone that was once at the month's page with a signal."""
    settings.MEDIA_ROOT = tmp_path
    regulations.load(on=clock.today())
    sign_in(small.a.deputy_user, "/my/")
    ready(page)
    return page


UNTIL = """(until) => new Promise((done) => {
  const look = () => Promise.resolve(until()).then((yes) => (yes ? done() : setTimeout(look, 50)));
  look();
})"""


def wait_for(page, condition):
    """Wait until this expression holds in the page; Playwright's own way asks for what the content policy forbids."""
    page.evaluate(f"({UNTIL})(() => {condition})")


def ready(page):
    """Wait until the phone has what it needs without a signal: the page, and the households."""
    wait_for(page, "navigator.serviceWorker.controller")
    wait_for(page, "Drafts.person()")


def shot(colour):
    """A photo as a telephone makes it: larger than is sent."""
    out = io.BytesIO()
    Image.effect_noise((2400, 1800), 40).convert("RGB").point(lambda level: level // colour).save(
        out, "JPEG", quality=95
    )
    return {"name": f"IMG_{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def longest_side(photo):
    with Image.open(photo.file.path) as picture:
        return max(picture.size)


def write(page, head, text, photos=()):
    """Write a contact with a household, and save it."""
    page.locator(".home", has_text=head).click()
    form = page.locator("form.log:visible")
    form.locator("[name=content]").fill(text)
    if photos:
        form.locator("[name=photos]").set_input_files(list(photos))
        form.locator("[data-shots] li").nth(len(photos) - 1).wait_for()
    form.locator(".save button").click()


def kept(page):
    page.locator("#kept").wait_for()


def unsent(page):
    """The number on the bar; None where there is no bar."""
    bar = page.locator("#phone")
    return int(bar.locator("[data-count]").inner_text().split("：")[1]) if bar.is_visible() else None


def wait_until_unsent(page, number):
    if number:
        page.locator("#phone:visible [data-count]", has_text=re.compile(f"：{number}$")).wait_for()
    else:
        page.wait_for_selector("#phone", state="hidden")


def test_two_contacts_with_photos_wait_through_a_restart_and_arrive_once(phone, context, look):
    context.set_offline(True)
    phone.goto("/my/")
    phone.locator("[data-no-signal]").wait_for()
    look("offline")
    write(phone, "户主11", "没有信号的村里。", [shot(1), shot(2)])
    kept(phone)
    look("offline-kept")
    phone.goto("/my/")
    write(phone, "户主12", "也没有信号。", [shot(3)])
    kept(phone)
    phone.close()
    phone = context.new_page()  # the telephone was switched off and on again
    phone.goto("/my/")
    phone.locator(".draft").nth(1).wait_for()
    wait_until_unsent(phone, 2)
    assert phone.locator(".draft [data-text]").all_inner_texts() == ["没有信号的村里。", "也没有信号。"]
    assert Visit.objects.count() == 0
    context.set_offline(False)
    wait_until_unsent(phone, 0)
    rows = Visit.objects.order_by("household")
    assert [(row.household.head, row.content, row.photos.count()) for row in rows] == [
        ("户主11", "没有信号的村里。", 2),
        ("户主12", "也没有信号。", 1),
    ]
    assert all(row.written_at < row.logged_at for row in rows)
    assert [longest_side(one) for one in VisitPhoto.objects.all()] == [1600, 1600, 1600]


class Trouble:
    """The server as it may be: ``before`` it fails without writing, ``after`` it has written and its answer is lost."""

    def __init__(self, monkeypatch):
        self.when = None
        self.once, self.known = submissions.once, submissions.earlier
        monkeypatch.setattr(submissions, "once", self.take)
        monkeypatch.setattr(submissions, "earlier", self.earlier)

    def earlier(self, **form):
        page = self.known(**form)
        if page and self.when:
            raise ConnectionError
        return page

    def take(self, **form):
        if self.when == "before":
            raise ConnectionError
        page = self.once(**form)
        if self.when == "after":
            raise ConnectionError
        return page


@pytest.fixture
def trouble(monkeypatch):
    return Trouble(monkeypatch)


@pytest.mark.parametrize("has_key", [True, False], ids=["by its key", "control: without a key"])
def test_an_answer_that_is_lost_writes_nothing_twice(phone, trouble, has_key):
    if not has_key:
        trouble.once, trouble.known = (lambda *, act, **form: act()), (lambda **form: "")
    trouble.when = "after"
    write(phone, "户主11", "答复丢了。", [shot(1)])
    kept(phone)
    wait_until_unsent(phone, 1)
    assert Visit.objects.exists()
    trouble.when = None
    phone.goto("/my/waiting/")
    phone.locator("[data-none]:visible").wait_for()
    assert (Visit.objects.count() == 1) is has_key


def test_a_server_that_fails_takes_nothing_away_and_a_change_is_never_dropped_unsaid(phone, trouble, look):
    trouble.when = "before"
    write(phone, "户主11", "服务器出错。")
    kept(phone)
    phone.goto("/my/waiting/")
    wait_until_unsent(phone, 1)
    trouble.when = "after"
    phone.locator("[data-send]").click()
    wait_for(phone, "Drafts.all(Number(document.getElementById('phone').dataset.user)).then((all) => all[0].tried)")
    phone.locator("[data-edit]").click()
    trouble.when = None
    phone.locator("form.log:visible [name=content]").fill("后来改过的话。")
    phone.locator("form.log:visible .save button").click()
    phone.locator("#kept [data-lost]").wait_for()
    phone.locator("#kept a", has_text="本机待发送").click()
    phone.locator("[data-page]:visible").wait_for()
    look("arrived-before-the-change")
    assert phone.locator(".draft [data-text]").all_inner_texts() == ["后来改过的话。"]
    assert [visit.content for visit in Visit.objects.all()] == ["服务器出错。"]


def test_what_the_office_does_not_take_says_why_and_can_be_mended(phone, context, small, look):
    yesterday = clock.today() - timedelta(days=1)
    context.set_offline(True)
    phone.goto("/my/")
    write(phone, "户主11", "昨天去过。")
    kept(phone)
    Designation.objects.filter(household=small.a.households[0]).update(until=yesterday)
    phone.goto("/my/waiting/")
    context.set_offline(False)
    phone.locator(".draft .errorlist li").wait_for()
    look("refused")
    wait_until_unsent(phone, 1)
    phone.locator("[data-edit]").click()
    phone.locator("form.log:visible [name=on]").fill(yesterday.isoformat())
    phone.locator("form.log:visible .save button").click()
    phone.wait_for_url("**saved=**")
    assert [(visit.content, visit.happened_on) for visit in Visit.objects.all()] == [("昨天去过。", yesterday)]
    assert unsent(phone) is None


def test_a_contact_is_its_writer_s_through_a_lost_sign_in_and_another_person_s(phone, context, small, sign_in, look):
    context.set_offline(True)
    phone.goto("/my/")
    write(phone, "户主11", "只有我能看。")
    kept(phone)
    context.clear_cookies(name="sessionid")
    context.set_offline(False)
    phone.locator("#phone [data-signed-out]").wait_for()
    look("signed-out")
    sign_in(small.a.officer, "/signin/")
    assert words_on_the_phone(phone) == []
    phone.goto("/my/waiting/")
    phone.locator("[data-nobody]").wait_for()
    sign_out(phone)
    phone.wait_for_url("**/signin/**")
    sign_in(small.b.deputy_user, "/signin/")
    phone.goto("/my/waiting/")
    phone.locator(".home", has_text="户主21").wait_for()
    assert (unsent(phone), phone.locator(".draft").count(), Visit.objects.count()) == (None, 0, 0)
    sign_out(phone)
    phone.wait_for_url("**/signin/**")
    sign_in(small.a.deputy_user, "/signin/")
    wait_until_unsent(phone, 0)
    wait_for(phone, f"Drafts.all({small.a.deputy_user.pk}).then((all) => all.length === 0)")
    visit = Visit.objects.get()
    assert (visit.deputy, visit.logged_by, visit.content) == (small.a.deputy, small.a.deputy_user, "只有我能看。")


def test_signing_out_asks_about_what_was_not_sent_and_takes_the_households_away(phone, context, trouble, small, look):
    trouble.when = "before"
    write(phone, "户主11", "还没有发送。")
    kept(phone)
    asked = []
    phone.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    sign_out(phone)
    wait_for(phone, "Drafts.person()")  # still signed in
    phone.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    phone.locator(".me-menu form[action='/signout/'] button").click()
    phone.wait_for_url("**/signin/**")
    assert [text.split("，")[0] for text in asked] == ["还有 1 条未发送"] * 2
    assert words_on_the_phone(phone) == []
    context.set_offline(True)
    phone.goto("/my/")
    phone.locator("[data-nobody]").wait_for()
    look("nobody")
    wait_for(phone, f"Drafts.all({small.a.deputy_user.pk}).then((all) => all.length === 1)")


def test_an_answer_on_its_way_at_the_sign_out_brings_no_household_back(phone, context, monkeypatch):
    other, reached, leave, out = context.new_page(), threading.Event(), threading.Event(), sign_ins.leave

    def held(request, at):
        reached.set()
        leave.wait(20)
        out(request, at=at)

    other.goto("/my/")
    monkeypatch.setattr(sign_ins, "leave", held)
    sign_out(phone, no_wait_after=True)  # the next page does not begin before the office leaves off
    assert reached.wait(10)  # what the phone does by itself before it asks is done
    other.evaluate("Drafts.ask()")
    assert other.evaluate("Drafts.person()")  # until the office has signed out it gives the households
    leave.set()
    phone.wait_for_url("**/signin/**")
    assert words_on_the_phone(phone) == []


def sign_out(page, **way):
    page.locator(".me summary").click()
    page.locator(".me-menu form[action='/signout/'] button").click(**way)


def words_on_the_phone(page):
    """Where a household's name is kept, drafts aside: kept pages, the person, what was typed."""
    return page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const address of await cache.keys()) {
                    if ((await (await cache.match(address)).text()).includes("户主1")) found.push(address.url);
                }
            }
            const store = await new Promise((resolve) => {
                const request = indexedDB.open("liaison");
                request.onsuccess = () => {
                    const now = request.result.transaction("person").objectStore("person").get("now");
                    now.onsuccess = () => resolve(now.result ? [now.result] : []);
                };
            });
            return found.concat(store, Object.keys(sessionStorage).filter((key) => key !== "taps"));
        }"""
    )


def test_from_the_first_page_of_the_day_to_the_saved_contact_in_three_taps(phone, taps, look):
    phone.goto("/")
    taps()
    phone.locator(".topnav a", has_text="本月").click()
    phone.locator(".home").first.click()
    look("form-small")
    phone.locator("form.log [name=content]").fill("三下就好。")
    phone.locator("form.log .save button").click()
    phone.wait_for_url("**saved=**")
    assert taps() == 3


def test_a_phone_that_can_keep_nothing_sends_all_the_same(small, page, sign_in, trouble, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('not in this browser'); }")
    sign_in(small.a.deputy_user, "/my/")
    trouble.when = "before"
    write(page, "户主11", "什么也存不下。", [shot(1)])
    page.locator("form.log .errorlist li").wait_for()
    trouble.when = None
    page.locator("form.log .save button").click()
    page.wait_for_url("**saved=**")
    visit = Visit.objects.get()
    assert (visit.content, visit.photos.count()) == ("什么也存不下。", 1)
