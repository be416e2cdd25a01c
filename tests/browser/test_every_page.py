"""Every page as the person sees it who may open it: nothing sticks out, nothing bars the way, all is Chinese."""

import fcntl

import pytest

from tests.pages import checks, site
from tests.pages.walk import looks, walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
NAMES = {
    "alt",
    "csv",
    "ctrl",
    "dingtalk",
    "django",
    "english",
    "enter",
    "esc",
    "excel",
    "feishu",
    "gb",
    "hans",
    "http",
    "https",
}
NAMES |= {
    "ics",
    "javascript",
    "ofd",
    "pdf",
    "postgresql",
    "python",
    "redis",
    "sqlite",
    "tab",
    "totp",
    "webhook",
    "wecom",
}
NAMES |= {"docx", "jpg", "json", "png", "sha", "webp", "word", "xlsx"}
"""Words that are the same in Chinese."""


@pytest.fixture(scope="session")
def county(tmp_path_factory, worker_id):
    """The folder of a demo county and the pages of its people; built by whichever process of the run comes first."""
    run = tmp_path_factory.getbasetemp()
    folder = (run if worker_id == "master" else run.parent) / "county"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return folder, site.build(folder)


OF_THE_THEME = {"admin:visits_visit_change", "admin:liaison_stations_reception_change"}
OF_THE_THEME |= {"admin:reports_hintanswer_changelist", "admin:reports_commendation_candidates"}
"""Of the theme's own pages, which are made alike: choices found while typing, tables below a form, lists, links."""


def wanted(found):
    """Each address once, before the first who may open it, at both widths; some of the theme's, at a desk."""
    shown = {}
    for look in looks(found):
        is_first = shown.setdefault(look.name, look.person) == look.person
        if is_first and (look.name in OF_THE_THEME and look.width > 600 or not look.name.startswith("admin:")):
            yield look


def test_every_page_is_whole_is_for_everybody_and_is_chinese(county):
    folder, found = county

    async def do(page, look):
        look.faults += await checks.barriers(page)
        look.faults += [f"English: {word}" for word in await checks.english(page, NAMES)]

    with site.served(folder) as base:
        seen = walk(base, found, wanted(found), do)
    assert "\n".join(f"{look}: {fault}" for look in seen for fault in look.faults) == ""


BY_KEYS = {"office:sign_in", "visits:my_month", "visits:log", "constituents:desk", "constituents:register"}
BY_KEYS |= {"reports:today", "constituents:list", "constituents:detail", "constituents:tasks", "constituents:task"}


def test_the_pages_of_every_day_are_walked_by_keys_alone(county):
    folder, found = county

    async def do(page, look):
        look.faults += await checks.snags_of_keys(page)

    daily = [look for look in wanted(found) if look.name in BY_KEYS and look.width == 1440]
    with site.served(folder) as base:
        seen = walk(base, found, daily, do)
    assert {look.name for look in seen} == BY_KEYS
    assert "\n".join(f"{look}: {fault}" for look in seen for fault in look.faults) == ""
