"""What every test may ask for: the small county of ``tests.county`` and people signed in to it."""

import pytest
from django.conf import settings
from django.db import connection

from tests import county


def pytest_runtest_setup(item):
    """A test that needs a server says so by its marker; without that server it is skipped, and the reason shown."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs a PostgreSQL in DATABASE_URL")
    if item.get_closest_marker("redis") and not settings.REDIS_URL:
        pytest.skip("needs a Redis in REDIS_URL")


@pytest.fixture
def small(db):
    """A county with two towns, a deputy, a station and a person for each role in each town."""
    return county.build()
