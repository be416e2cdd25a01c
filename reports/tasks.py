"""What runs by itself; the times stand in the schedule table, the work in ``sweep``."""

from celery import shared_task

from office import clock
from reports import sweep
from reports.persons import retention

BREATH = 0.1
"""Seconds between two nights that are made up for: longer than whoever waits for the database looks away."""


@shared_task
def retain():
    """Erase the personal data whose time is over, once a month, where the office has switched it on."""
    retention.run_monthly(on=clock.today(), at=clock.now())


@shared_task
def run_due():
    """Sweep every night that has not been swept yet, and today."""
    sweep.run_due(until=clock.today(), breath=BREATH)
