"""The probe county, built once for all tests of this folder; what a test writes is taken back, and no time passes."""

import pytest
import time_machine
from django.utils import timezone

from office import clock
from reports.probe import county, throwaway
from reports.probe.asker import Asker


@pytest.fixture(scope="package")
def standing(django_db_setup, django_db_blocker):
    still = time_machine.travel(timezone.now(), tick=False)
    with django_db_blocker.unblock(), throwaway.quiet_house(), still:
        probe = county.build(clock.today())
        yield probe, Asker(probe)


@pytest.fixture
def probe(standing):
    return standing[0]


@pytest.fixture
def asker(standing):
    return standing[1]
