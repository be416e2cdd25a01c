"""How often strangers may try: counted in the database, by a hash, and by an address nobody can make up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from office import attempts, tasks
from office.models import Attempt

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
HOUR = {"limit": 5, "within": timedelta(hours=1)}


def noted(n, kind="code", key="A1", at=AT):
    for _n in range(n):
        attempts.note(kind, key, at)


@pytest.mark.django_db
def test_after_five_wrong_tries_a_code_rests_until_the_hour_is_over():
    noted(4)
    assert attempts.too_many("code", "A1", at=AT, **HOUR) is False
    noted(1)
    asked = [AT, AT + timedelta(minutes=59, seconds=59), AT + timedelta(hours=1)]
    assert [attempts.too_many("code", "A1", at=at, **HOUR) for at in asked] == [True, True, False]


@pytest.mark.django_db
def test_another_code_and_another_kind_are_counted_for_themselves():
    noted(5)
    asked = [("code", "A1"), ("code", "A2"), ("address", "A1")]
    assert [attempts.too_many(*one, at=AT, **HOUR) for one in asked] == [True, False, False]


@pytest.mark.django_db
def test_the_first_five_are_admitted_and_the_sixth_is_not():
    assert [attempts.admit("code", "A1", at=AT, **HOUR) for _n in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_the_same_moment_no_more_than_five_are_admitted():
    start = Barrier(20)

    def one():
        try:
            start.wait(timeout=20)
            return attempts.admit("code", "A1", at=AT, **HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        admitted = [future.result() for future in [pool.submit(one) for _n in range(20)]]
    assert sum(admitted) <= 5
    assert Attempt.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_asking_first_and_noting_then_lets_in_all_who_ask_at_the_same_moment():
    all_have_asked = Barrier(8)

    def one():
        try:
            passed = not attempts.too_many("code", "A1", at=AT, **HOUR)
            all_have_asked.wait(timeout=20)
            attempts.note("code", "A1", AT)
            return passed
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert [future.result() for future in [pool.submit(one) for _n in range(8)]] == [True] * 8


@pytest.mark.django_db
def test_neither_an_address_nor_a_code_can_be_read_in_the_table():
    noted(1, key="192.0.2.7")
    row = Attempt.objects.get()
    assert (len(row.key), "192" in row.key, row.kind) == (64, False, "code")


@pytest.mark.django_db
def test_a_code_of_a_million_signs_is_counted_like_any_other():
    noted(5, key="9" * 10**6)
    assert attempts.too_many("code", "9" * 10**6, at=AT, **HOUR) is True


@pytest.mark.django_db
def test_old_tries_are_forgotten_by_the_task_and_young_ones_are_kept(monkeypatch):
    noted(2, at=AT - attempts.KEPT - timedelta(seconds=1))
    noted(3, at=AT - attempts.KEPT)
    monkeypatch.setattr("office.clock.now", lambda: AT)
    tasks.deliver()
    assert Attempt.objects.count() == 3


@pytest.mark.parametrize(
    ("proxies", "written", "found"),
    [
        (0, None, "10.0.0.1"),
        (0, "1.1.1.1", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "2.2.2.2", "2.2.2.2"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2,3.3.3.3", "2.2.2.2"),
        (2, "3.3.3.3", "10.0.0.1"),
        (1, " , ", "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(rf, settings, proxies, written, found):
    settings.TRUSTED_PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": written} if written is not None else {}
    assert attempts.client_ip(rf.get("/", REMOTE_ADDR="10.0.0.1", **headers)) == found
