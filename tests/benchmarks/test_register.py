"""The register that is measured is one that can be measured: searches find what reading finds, forms are read whole."""

import pytest
from django.core.management import call_command
from django.db import connection

from benchmarks import searches
from benchmarks.contest import Unequal
from benchmarks.loading import fill
from benchmarks.petition_tables import growth_table, searches_table, work_table
from benchmarks.serving import Form
from benchmarks.sizes import Size
from benchmarks.words import SEARCHED
from constituents.models import Petition, Referral
from office.keyset import Page

TINY = Size("tiny_register", 1, 60, 120, petitions=0, every=0, stations_a_county=20, told=400)


@pytest.fixture
def register(db):
    call_command("load_regulations", verbosity=0)
    with connection.cursor() as cursor:
        fill(cursor, TINY)


@pytest.mark.postgres
def test_a_search_finds_what_reading_finds(register):
    hits = {text: found["hits"] for text, found in searches.check().items()}
    assert list(hits) == list(SEARCHED)
    assert hits["路灯"] == Petition.objects.filter(situation__contains="路灯").count() + (
        Petition.objects.filter(request__contains="路灯").exclude(situation__contains="路灯").count()
    )
    assert hits["不存在的词语"] == 0


@pytest.mark.postgres
def test_a_search_that_loses_a_row_is_found_out(register):
    def forgetful(text, after=None):
        page = searches.first_page(text, after)
        return Page(page.rows[1:], page.next, page.previous)

    with pytest.raises(Unequal):
        searches.check(forgetful)


@pytest.mark.postgres
def test_every_matter_that_is_with_a_unit_has_its_referral(register):
    unrouted = Petition.objects.filter(status__in=("received", "admitted")).count()
    assert Referral.objects.count() == TINY.told - unrouted
    assert 0 < unrouted < TINY.told


def test_a_form_is_read_as_a_browser_would_send_it():
    page = """<form><input type="hidden" name="key" value="7"><input name="visitor" value="">
    <input type="file" name="photo">
    <input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b" checked>
    <input type="checkbox" name="urgent"><textarea name="brief">路灯
不亮 &amp; 积水</textarea><select name="unit"><option value="">请选择</option><option value="3">三</option>
    <option value="4">四</option></select><select name="mode"><option value="x">x</option>
    <option value="y" selected>y</option></select><button name="go" value="1">ok</button></form>"""
    told = {"key": "7", "visitor": "", "kind": "b", "brief": "路灯\n不亮 & 积水", "unit": "3", "mode": "y"}
    assert Form(page).fields == told


def test_the_tables_say_what_was_measured():
    side = {"sql": 3, "median": 0.01, "p95": 0.02, "cpu": 0.005, "n": 9}
    work = {"list": dict.fromkeys(("program", "peer", "bare"), side) | {"to_bare": 1.0, "to_peer": 2.0} | {"rounds": 5}}
    work["list"]["slow"] = True
    search = {"hits": 7, "program": 0.001, "by index": 0.002, "by reading": 0.003}
    found = [{"petitions": n, "work": work, "searches": {"路灯": search}} for n in (1_000, 10_000)]
    assert work_table(found[0]).splitlines()[2] == (
        r"| list | 5 | 3 | 3 | 10.0 | 20.0 | 10.0\* | 10.0 | 1.00 | 2.0 | 5.0 | 5.0 | 5.0 |"
    )
    assert growth_table(found).splitlines()[2] == "| list | 0.00 | 0.00 |"
    assert searches_table(found).splitlines()[3] == "| 10,000 | 路灯 | 7 | 1.0 | 2.0 | 3.0 |"
