"""The office works in Chinese: no English word is left on a page of its site."""

import re
from html.parser import HTMLParser

import pytest

from office.models import User
from tests.office.test_admin import MODELS, full, page_of  # noqa: F401 - the fixture is used by name

pytestmark = pytest.mark.django_db

KNOWN = {"xlsx", "xls", "ods", "MB", "D", "L", "b", "a", "esc"}  # D1-3①b and L2-23 cite clauses
KNOWN |= {"FREQ", "MONTHLY", "BYDAY", "TU"}  # how a recurrence is written
KNOWN |= {"English", "en", "zh", "hans"}  # the choice of another language names it in that language
WORD = re.compile(r"[A-Za-z]+")


class Visible(HTMLParser):
    """The words a person reads: texts, and what stands in fields, buttons and tool tips."""

    SILENT = {"script", "style", "template", "noscript"}
    EMPTY = {"input", "img", "link", "meta", "br", "hr"}

    def __init__(self):
        super().__init__()
        self.stack, self.words = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        for name in ("title", "placeholder", "aria-label", "alt", "data-label"):
            self._read(attrs.get(name))
        if tag not in self.EMPTY:
            icon = "material-symbols-outlined" in (attrs.get("class") or "")
            self.stack.append((tag, icon or tag in self.SILENT))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(silent for tag, silent in self.stack):
            self._read(data)

    def _read(self, text):
        self.words += WORD.findall(text or "")


def english(response):
    page = Visible()
    page.feed(response.content.decode())
    return sorted(set(page.words) - KNOWN)


@pytest.fixture
def as_county(client, full):  # noqa: F811
    for user in User.objects.all():
        user.name = "某某"
        user.username = str(user.pk)
        user.save()
    client.force_login(User.objects.get(pk=full.office.pk))
    return client


def test_no_list_has_an_english_word(as_county):
    pages = ["/admin/", *(page_of(model, "changelist") for model in MODELS)]
    found = {page: english(as_county.get(page)) for page in pages}
    assert {page: words for page, words in found.items() if words} == {}


def test_no_form_has_an_english_word(as_county):
    pages = [page_of(model, "add") for model in MODELS]
    pages += [page_of(type(row), "change", row.pk) for model in MODELS for row in model._base_manager.all()[:1]]
    answers = {page: as_county.get(page) for page in pages}
    found = {page: english(answer) for page, answer in answers.items() if answer.status_code == 200}
    assert {page: words for page, words in found.items() if words} == {}
