"""Ten workers at once send every message once; without the lock the same run sends some twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from office import channels, outbox
from office.models import Outbox, User
from office.notices import tell

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
WORKERS, MESSAGES = 10, 50


@pytest.fixture
def sent(settings, monkeypatch):
    """Fifty messages wait; the list of those that were sent. No worker is poked before the test begins."""
    settings.NOTICE_BY_EMAIL = True
    monkeypatch.setattr(outbox, "poke", lambda: None)
    users = [User.objects.create(username=f"u{n}", email=f"u{n}@example.cn") for n in range(MESSAGES)]
    tell(users, key="k", text="内", link="/", at=AT, outside="外")
    sent = []
    monkeypatch.setattr(channels, "send", lambda message, text: sent.append(message.pk))
    return sent


def ten_workers_at_once():
    start = Barrier(WORKERS)

    def work():
        try:
            start.wait(timeout=20)
            while outbox.send_next(at=AT):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        for worker in [pool.submit(work) for _n in range(WORKERS)]:
            worker.result()


def test_ten_workers_at_once_send_each_message_once(sent):
    ten_workers_at_once()
    assert sorted(sent) == sorted(Outbox.objects.values_list("pk", flat=True))
    assert len(sent) == MESSAGES
    assert set(Outbox.objects.values_list("done_at", "tries", "error")) == {(AT, 1, "")}


@pytest.mark.postgres  # on SQLite the transaction alone already lets one in at a time
def test_without_the_lock_some_are_sent_twice(sent, monkeypatch):
    monkeypatch.setattr(outbox, "_unlocked", lambda rows: rows)
    ten_workers_at_once()
    assert set(sent) == set(Outbox.objects.values_list("pk", flat=True))
    assert len(sent) > MESSAGES
