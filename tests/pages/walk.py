"""Opens every page of every person in a real Chromium, as wide as a phone and as a desk, a few at a time."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from playwright.async_api import async_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {390: 844, 1440: 900}
AT_ONCE = 3


@dataclass
class Look:
    """One page before one person at one width, and what is wrong with it by itself."""

    person: str
    name: str
    path: str
    title: str
    width: int
    faults: list = field(default_factory=list)

    def __str__(self):
        return f"{self.person} {self.path} ({self.name}, {self.width} px)"


def looks(found, widths=tuple(HEIGHTS)) -> list[Look]:
    """Every page of the crawl at every width."""
    return [
        Look(person, page["name"], page["path"], page["title"], width)
        for person, about in found.items()
        for page in about["pages"]
        for width in widths
    ]


def walk(base, found, wanted, do, language="zh-hans") -> list[Look]:
    """Open each wanted page on the server at ``base`` and ``await do(page, look)`` there.

    In a thread of its own: in that of a browser test there is a loop already.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _walk(base, found, list(wanted), do, language)).result()


async def _walk(base, found, wanted, do, language):
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        contexts, waiting = {}, iter(wanted)

        async def work():
            for look in waiting:
                key = (look.person, look.width)
                if key not in contexts:
                    contexts[key] = asyncio.ensure_future(_context(browser, base, found[look.person], look, language))
                await _open(await contexts[key], base, look, do)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        await browser.close()
    return wanted


async def _context(browser, base, about, look, language):
    context = await browser.new_context(
        base_url=base,
        # Not "is_mobile": that viewport grows with a page that is too wide, and the overflow could not be seen.
        viewport={"width": look.width, "height": HEIGHTS[look.width]},
        has_touch=look.width < 600,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        service_workers="block",
    )
    cookies = about["cookies"] | {"django_language": language}
    await context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
    return context


async def _open(context, base, look, do):
    page = await context.new_page()
    ours = (f"{base}/", "data:", "blob:")
    page.on("request", lambda asked: asked.url.startswith(ours) or look.faults.append(f"asks {asked.url}"))
    page.on("console", lambda said: said.type == "error" and _complain(look, said.text))
    page.on("pageerror", lambda error: look.faults.append(f"fails: {error}"))
    await page.goto(look.path)
    wide = await page.evaluate("document.scrollingElement.scrollWidth")
    if wide > look.width:
        look.faults.append(f"is {wide} px wide")
    await do(page, look)
    await page.close()


def _complain(look, text):
    """A page that says what is not there has that status itself, and the console tells of it."""
    if not look.name.startswith("error:"):
        look.faults.append(f"console: {text}")
