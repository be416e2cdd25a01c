"""What every test may ask for: the small county of ``tests.county`` and people signed in to it."""

import pytest

from tests import county


@pytest.fixture
def small(db):
    """A county with two towns, a deputy, a station and a person for each role in each town."""
    return county.build()
