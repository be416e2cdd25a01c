"""What every test may ask for: the small county of ``tests.county`` and people signed in to it."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from office import audit_guard
from tests import county

ON_A_DATABASE = {"db", "transactional_db", "live_server", "django_db_blocker", "django_db_setup"}


def pytest_addoption(parser):
    parser.addoption(
        "--second-database",
        action="store_true",
        help="leave out what touches no database, and the long walks: the first run has proved it",
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--second-database"):
        config.hook.pytest_deselected(items=[item for item in items if not _is_run_again(item)])
        items[:] = filter(_is_run_again, items)


def _is_run_again(item):
    return _touches_a_database(item) and not item.get_closest_marker("long_walk")


def _touches_a_database(item):
    marked = any(item.get_closest_marker(name) for name in ("django_db", "own_database", "redis"))
    return marked or not ON_A_DATABASE.isdisjoint(item.fixturenames)


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


@pytest.fixture
def small(db):
    """A county with two towns, a deputy, a station and a person for each role in each town."""
    return county.build()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests empty their tables; the guard of the audit trail, which refuses that, is put up where it is tested."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        audit_guard.take_down(cursor, connection.vendor)
