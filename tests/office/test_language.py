"""Chinese unless somebody chooses English; the choice is offered on every page and kept in the browser."""

import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db
HEADING = re.compile(r"<h1[^>]*>\s*(.*?)\s*</h1>", re.DOTALL)


def heading(response):
    return HEADING.search(response.content.decode())[1]


def offered(response):
    """The languages that the page's buttons and forms would choose."""
    page = response.content.decode()
    return re.findall(r'name="language"(?: type="hidden")? value="([\w-]+)"', page)


def test_english_is_chosen_and_left_again_on_the_page_itself(client):
    page = client.get("/signin/")
    assert (heading(page), offered(page)) == ("代表联络工作平台", ["en"])
    chosen = client.post("/i18n/setlang/", {"language": "en", "next": "/signin/"})
    assert (chosen["Location"], client.cookies[settings.LANGUAGE_COOKIE_NAME].value) == ("/signin/", "en")
    page = client.get("/signin/")
    assert (heading(page), offered(page)) == ("Deputy liaison", ["zh-hans"])
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/signin/"})
    assert heading(client.get("/signin/")) == "代表联络工作平台"


def test_everybody_signed_in_may_choose(client, small):
    client.force_login(small.a.deputy_user)
    assert offered(client.get("/my/")) == ["en"]
    client.force_login(small.office)
    assert offered(client.get("/admin/")) == ["zh-hans", "en"]


def test_a_language_that_is_none_changes_nothing(client):
    client.post("/i18n/setlang/", {"language": "xx", "next": "/signin/"})
    assert heading(client.get("/signin/")) == "代表联络工作平台"


def test_the_choice_leads_to_no_other_site(client):
    assert client.post("/i18n/setlang/", {"language": "en", "next": "https://elsewhere.example/"})["Location"] == "/"
