"""What every test may ask for: the small county of ``tests.county`` and people signed in to it."""

import gc
from functools import cache, partial

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from office import audit_guard, workdays
from office.regulations import loading
from tests import county

ON_A_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_addoption(parser):
    parser.addoption(
        "--second-database",
        action="store_true",
        help="leave out what touches no database, and the long walks: the first run has proved it",
    )


@pytest.hookimpl(trylast=True)  # after pytest-django, which sorts by the way a test uses the database
def pytest_collection_modifyitems(config, items):
    if config.getoption("--second-database"):
        config.hook.pytest_deselected(items=[item for item in items if not _is_run_again(item)])
        items[:] = filter(_is_run_again, items)
    items[:] = _longest_first(sorted(items, key=_is_among_the_probe_county))


def _is_among_the_probe_county(item):
    """The probe county of ``tests/wall`` stands until the last that asks for it: who builds another comes before."""
    return "standing" in item.fixturenames


def _longest_first(items):
    """Of two processes one begins with the long walks, the other with what waits for programs: both end at one time."""
    walks = [item for item in items if item.get_closest_marker("long_walk") or item.path.name == "test_every_page.py"]
    waiting = [item for item in items if item.path.name == "test_up.py"]
    rest = [item for item in items if item not in walks and item not in waiting]
    first = max(len(items) // 2 - len(walks), 0)
    return [*walks, *rest[:first], *waiting, *rest[first:]]


def _is_run_again(item):
    return _touches_a_database(item) and not item.get_closest_marker("long_walk")


def _touches_a_database(item):
    marked = any(item.get_closest_marker(name) for name in ("django_db", "own_database", "redis"))
    return marked or not ON_A_DATABASE.isdisjoint(item.fixturenames)


def pytest_collection_finish():
    """What was imported lives to the end; to look through it again and again would take a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_runtest_setup(item):
    """A test that needs a server says so by its marker; without that server it is skipped, and the reason shown."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs a PostgreSQL in DATABASE_URL")
    if item.get_closest_marker("redis") and not settings.REDIS_URL:
        pytest.skip("needs a Redis in REDIS_URL")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The test database is thrown away, so no commit waits for the disk. Programs that tests start have their own."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "postgresql":
        options["options"] += " -c synchronous_commit=off"
    else:
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Argon2 as ever, but at a price that a suite of hundreds of sign-ins can pay."""
    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 8


@pytest.fixture(autouse=True)
def _clock(request):
    """Whoever is marked with a moment lives at it, and nothing moves."""
    moment = request.node.get_closest_marker("clock")
    if moment is None:
        yield
        return
    with time_machine.travel(moment.args[0], tick=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def what_is_shipped_is_read_once():
    """Reading and checking its files is half of what loading costs a test; a folder of a test's own is read anew."""
    for module in (loading, workdays):
        module.read = _once(module.read, module.DIRECTORY)


def _once(read, shipped):
    kept = cache(partial(read, shipped))
    return lambda directory=shipped: kept() if directory == shipped else read(directory)


@pytest.fixture
def small(db):
    """A county with two towns, a deputy, a station and a person for each role in each town."""
    return county.build()


@pytest.fixture
def as_county(client, small):
    """The county office, signed in."""
    client.force_login(small.office)
    return client


@pytest.fixture
def as_town(client, small):
    """The office of the first town, signed in."""
    client.force_login(small.a.staff)
    return client


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests empty their tables; the guard of the audit trail, which refuses that, is put up where it is tested.

    PostgreSQL's TRUNCATE makes a file for each table and each index anew, which takes seconds; a test's few rows are
    deleted at once, in any order, as foreign keys are looked at when all of it is done.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        audit_guard.take_down(cursor, connection.vendor)
    if connection.vendor == "postgresql":
        connection.ops.sql_flush = _deletes


def _deletes(style, tables, **_ways):
    return [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]
