"""A deputy in a village without a signal: what is written waits on the phone, and arrives once."""

import io
import re

import pytest
from PIL import Image

from office import clock, regulations
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
    assert unsent(phone) == 2
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
