"""A real Chromium before a real server: Chinese, as wide as a phone and as a desk; nothing goes out unseen."""

import os

import pytest

# Playwright's loop runs in the test's own thread; the tests themselves are plain synchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {390: 844, 1440: 900}
PASSWORD = "三座桥-七口井-42"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def base_url(live_server):
    """Addresses in a test are written as ``/my/``."""
    return live_server.url


@pytest.fixture(params=[390, 1440])
def width(request):
    """The two widths that every page is looked at in."""
    return request.param


@pytest.fixture
def browser_context_args(browser_context_args, width):
    # Not "is_mobile": that viewport grows with a page that is too wide, and the overflow could not be seen.
    return {
        **browser_context_args,
        "viewport": {"width": width, "height": HEIGHTS[width]},
        "has_touch": width < 600,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
    }


@pytest.fixture
def page(page, base_url):
    """A page that fails its test when it asks anybody but this server, or when the console shows an error."""
    page.set_default_timeout(10_000)
    strays, errors = [], []
    page.on("request", lambda request: _is_ours(request.url, base_url) or strays.append(request.url))
    page.on(
        "console", lambda message: message.type == "error" and not _is_handled(message) and errors.append(message.text)
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert strays == []
    assert errors == []


def _is_handled(message):
    """A browser writes down every refusal; here the page reads it and tells the person."""
    return message.location["url"].endswith(("/my/send/", "/my/mine.json"))


def _is_ours(url, server):
    return url.startswith((f"{server}/", "data:", "blob:"))


@pytest.fixture
def sign_in(page):
    """Sign a user in through the real form; afterwards the page is where that person's day begins."""

    def sign_in(user, path="/"):
        user.set_password(PASSWORD)
        user.save()
        page.goto(path)
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.click("form.card-form button")
        page.wait_for_url(lambda url: "/signin/" not in url)

    return sign_in


@pytest.fixture
def look(page, width):
    """Look at the page: nothing may stick out sideways; a picture is taken for whoever wants it (in $PICTURES)."""
    folder = os.environ.get("PICTURES")

    def look(name):
        page.wait_for_load_state()  # a click waits for the next page to begin only
        if folder:
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= page.evaluate("innerWidth"), f"{name} is {wide} px wide"

    return look


@pytest.fixture
def taps(page):
    """How often the person has touched or clicked since the last call, typing aside."""
    page.add_init_script(
        "addEventListener('pointerdown', (event) => {"
        "  if (event.target.tagName === 'TEXTAREA') return;"
        "  sessionStorage.taps = Number(sessionStorage.taps || 0) + 1;"
        "}, true);"
    )

    def taps():
        count = page.evaluate("Number(sessionStorage.taps || 0)")
        page.evaluate("sessionStorage.taps = 0")
        return count

    return taps
