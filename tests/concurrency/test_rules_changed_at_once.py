"""Two people change the same rule, or switch on the same set, at the same moment: one is written, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from office import regulations, rule_versions
from office.models import Rule, RuleSet, RuleSetUse
from tests import county

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PEOPLE = 6


@pytest.fixture
def small():
    regulations.load(on=date(2026, 11, 24))
    return county.build()


def at_once(work):
    """What ``work(n)`` gives for each of several people who begin together, on a connection of their own."""
    start = Barrier(PEOPLE)

    def one(n):
        try:
            start.wait(timeout=20)
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def test_versions_written_at_once_never_overlap(small):
    rule = Rule.objects.get(measure="monthly_contact")

    def amend(n):
        said = {"amounts": {"minimum": 2 + n, "amber_day": 20}, "severity": "red", "recipient": "", "note": "x"}
        try:
            day = date(2026, 12, 1) + timedelta(days=n)
            rule_versions.amend(rule, by=small.office, at=AT, effective_from=day, **said)
        except rule_versions.RuleNotChanged:
            return False
        return True

    written = at_once(amend)
    versions = list(Rule.objects.filter(measure="monthly_contact").order_by("effective_from"))
    assert len(versions) == 1 + sum(written)
    assert [a.effective_to + timedelta(days=1) for a, _b in pairwise(versions)] == [
        b.effective_from for _a, b in pairwise(versions)
    ]
    assert versions[-1].effective_to is None


def test_a_set_is_switched_on_once(small):
    town = RuleSet.objects.get(key="town")

    def use(n):
        client = Client()
        client.force_login(small.office)
        said = {"rule_set": town.pk, "level": "county", "effective_from": f"2026-07-0{n + 1}", "note": ""}
        return client.post("/admin/office/rulesetuse/add/", said).status_code

    assert sorted(at_once(use)) == [200] * (PEOPLE - 1) + [302]
    assert RuleSetUse.objects.filter(rule_set=town, level="county").count() == 1
