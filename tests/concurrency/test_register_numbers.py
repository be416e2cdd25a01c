"""Many clients register petitions at once: the numbers of each register are distinct and have no gap.

The guard is the counter row, taken and kept in the transaction that writes the petition; without it the same run fails.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.db.models import Max
from django.test import Client

from constituents import actions, views
from constituents.models import Petition
from office import audit, clock, numbering
from office.models import AuditEvent, Submission

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS, PETITIONS = (64, 2000) if connection.vendor == "postgresql" else (16, 400)
"""A desk that runs on SQLite has one writer at a time and few clients."""
FAILS_LATE = "办到一半出错"


def typed(n):
    """The n-th form; every fifth one will fail late at its first sending."""
    return {
        "key": str(uuid4()),
        "visitor": f"来访人{n}",
        "visitor_count": "1",
        "channel": "walk_in",
        "situation": FAILS_LATE if n % 5 == 0 else "路灯坏了。",
        "request": "修好。",
    }


def at_once(jobs, clients=CLIENTS):
    """Run all jobs on so many threads that begin together; what each answered, in the order of the jobs."""
    gate = threading.Barrier(clients)
    pool = ThreadPoolExecutor(clients, initializer=gate.wait)

    def run(job):
        return job()

    try:
        return list(pool.map(run, jobs))
    finally:
        _close_connections(pool, clients)
        pool.shutdown()


def _close_connections(pool, clients):
    gate = threading.Barrier(clients)

    def close():
        gate.wait()
        connections.close_all()

    for done in [pool.submit(close) for _ in range(clients)]:
        done.result()


@pytest.fixture
def cookies(small):
    """A signed-in session of each station's liaison officer."""
    signed_in = []
    for town in (small.a, small.b):
        client = Client()
        client.force_login(town.officer)
        signed_in.append(client.cookies)
    return signed_in


_mine = threading.local()


def send(cookies, form):
    """Send a form as the browser of this thread; a browser that fails shows an error page and goes on."""
    if not hasattr(_mine, "client"):
        _mine.client = Client(raise_request_exception=False)
    _mine.client.cookies = cookies
    return _mine.client.post("/desk/new/", form)


@pytest.fixture
def failing_late(monkeypatch):
    """Let the marked forms fail at their first sending, after the number was taken and the petition written."""
    failed = set()
    lock = threading.Lock()
    record = audit.record

    def record_or_fail(*, subject, **kwargs):
        written = record(subject=subject, **kwargs)
        with lock:
            first = isinstance(subject, Petition) and subject.visitor not in failed
            if first and subject.situation == FAILS_LATE:
                failed.add(subject.visitor)
                raise RuntimeError("the machine stops here")
        return written

    monkeypatch.setattr(audit, "record", record_or_fail)
    return failed


def numbers(town, year=None):
    rows = Petition.objects.filter(station=town.station)
    return list((rows.filter(year=year) if year else rows).order_by("seq").values_list("seq", flat=True))


@pytest.mark.timeout(900)  # half a minute on two free cores; a busy machine may take its time
def test_petitions_of_many_clients_have_distinct_numbers_without_a_gap(small, cookies, failing_late):
    forms = [typed(n) for n in range(PETITIONS)]

    def job(n):
        first = send(cookies[n % 2], forms[n]).status_code
        # What failed late is sent again, as the officer would: the same form, the same key.
        again = send(cookies[n % 2], forms[n]).status_code if first == 500 else None
        return first, again

    answers = at_once([lambda n=n: job(n) for n in range(PETITIONS)])
    failing = {n for n, form in enumerate(forms) if form["situation"] == FAILS_LATE}
    assert answers == [(500, 302) if n in failing else (302, None) for n in range(PETITIONS)]
    assert len(failing_late) == len(failing) == PETITIONS // 5
    assert numbers(small.a) == numbers(small.b) == list(range(1, PETITIONS // 2 + 1))
    assert AuditEvent.objects.count() == Submission.objects.count() == PETITIONS


def test_one_form_sent_ten_times_at_once_makes_one_petition_and_one_receipt(small, cookies):
    form = typed(1)
    answers = at_once([lambda: send(cookies[0], form)] * 10, clients=10)
    made = Petition.objects.get()
    assert {(a.status_code, a.headers.get("Location")) for a in answers} == {(302, f"/matters/{made.pk}/receipt/")}
    assert (made.seq, Submission.objects.count(), AuditEvent.objects.count()) == (1, 1, 1)


def test_at_the_turn_of_the_year_each_year_begins_with_one(small):
    instants = [datetime(2026, 12, 31, 15, 59, 58, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)]

    def job(n):
        town, at = (small.a, small.b)[n % 2], instants[n // 2 % 2]
        return register(town, at)

    at_once([lambda n=n: job(n) for n in range(400)], clients=16)
    found = [numbers(town, year) for town in (small.a, small.b) for year in (2026, 2027)]
    assert found == [list(range(1, 101))] * 4
    assert set(Petition.objects.values_list("year", "received_on__year")) == {(2026, 2026), (2027, 2027)}


def register(town, at):
    given = {"visitor": "张凤英", "situation": "路灯坏了。", "request": "修好。"}
    return actions.register(by=town.officer, at=at, on=clock.local_date(at), station=town.station, **given)


# --- without the guard ---


@pytest.fixture
def highest_plus_one(monkeypatch):
    """The naive way to number: look for the highest number and add one."""

    def take(kind, *, year, owner, count=1):
        highest = Petition.objects.filter(station=owner, year=year).aggregate(n=Max("seq"))["n"] or 0
        return range(highest + 1, highest + 1 + count)

    monkeypatch.setattr(numbering, "take", take)


@pytest.fixture
def without_transactions(monkeypatch):
    """Each statement for itself. On SQLite the transaction (IMMEDIATE) alone would already keep writers apart."""
    monkeypatch.setattr(views, "once", lambda *, act, **_: act())
    monkeypatch.setattr(actions, "register", actions.register.__wrapped__)


def collisions(cookies, petitions=240, clients=16):
    """How many of so many forms were answered by an error."""
    forms = [typed(n) for n in range(petitions)]
    answers = at_once([lambda n=n: send(cookies[n % 2], forms[n]).status_code for n in range(petitions)], clients)
    return sum(status >= 500 for status in answers)


@pytest.mark.postgres
def test_without_the_counter_numbers_collide(small, cookies, highest_plus_one):
    assert collisions(cookies) > 0


def test_without_the_counter_and_the_transaction_numbers_collide(
    small, cookies, highest_plus_one, without_transactions
):
    assert collisions(cookies) > 0


def test_with_both_the_same_run_has_no_collision(small, cookies):
    assert collisions(cookies) == 0
    assert numbers(small.a) == numbers(small.b) == list(range(1, 121))


def test_without_its_key_one_form_sent_ten_times_at_once_makes_ten_petitions(small, cookies, monkeypatch):
    monkeypatch.setattr(views, "once", lambda *, act, **_: act())
    form = typed(1)
    at_once([lambda: send(cookies[0], form)] * 10, clients=10)
    assert numbers(small.a) == list(range(1, 11))
