"""What a page of a deputy costs on the way to a phone, compressed as it is sent."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from office import clock, regulations
from tests import county

pytestmark = pytest.mark.django_db

KB = 1000
HEADERS = 600
"""Bytes around each answer, generously."""
PAGES = ["reports:today", "visits:my_month", "visits:log", "visits:waiting"]


def taken(page: str) -> set[str]:
    """The static files that a page takes, whether or not the browser needs them at once."""
    return set(re.findall(r'(?:src|href)="/static/([^"]+)"', page))


def weight_of_file(name) -> int:
    content = Path(finders.find(name)).read_bytes()
    return min(len(content), len(gzip.compress(content))) + HEADERS


@pytest.fixture
def phone(client, small):
    regulations.load(on=clock.today())
    for n in (3, 4):
        county.household(small.a, n)
    client.force_login(small.a.deputy_user)
    return client


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_weighs_no_more_than_150_kb_and_a_second_no_more_than_20(phone, name):
    answers = [
        phone.get(reverse(one), headers={"accept-encoding": "gzip"})
        for one in (name, "visits:mine", "visits:worker", "visits:manifest")
    ]
    again = sum(len(answer.content) + HEADERS for answer in answers)
    page = gzip.decompress(answers[0].content).decode()
    files = taken(page) | {"img/icon-192.png", "img/maskable-512.png"}
    first = again + sum(weight_of_file(file) for file in files)
    print(f"{name}: first visit {first / KB:.0f} kB, second {again / KB:.0f} kB")
    assert (first <= 150 * KB, again <= 20 * KB) == (True, True)
    assert len(files) > 8  # the page was read, and takes what the others take


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_nothing_from_outside(phone, name):
    page = phone.get(reverse(name)).content.decode()
    assert re.findall(r'(?:src|action)="(?:https?:)?//|<link[^>]+href="(?:https?:)?//', page) == []
