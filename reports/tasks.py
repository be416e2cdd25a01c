"""What runs by itself; the times stand in the schedule table, the work in ``sweep``."""

from celery import shared_task

from office import clock, job_runs
from reports import exports, sweep
from reports.persons import retention

BREATH = 0.1
"""Seconds between two nights that are made up for: longer than whoever waits for the database looks away."""
LONGEST_EXPORT = 800
"""Seconds; with the half minute after it below the time at which Redis hands a message out again."""


@shared_task
def retain():
    """Erase the personal data whose time is over, once a month, where the office has switched it on."""
    retention.run_monthly(on=clock.today(), at=clock.now())


@shared_task
def run_due():
    """Sweep every night that has not been swept yet, and today."""
    sweep.run_due(until=clock.today(), breath=BREATH)


@shared_task(soft_time_limit=LONGEST_EXPORT, time_limit=LONGEST_EXPORT + 30)
def make_export(job_pk):
    """Make the file of one export, unless another delivery does or did."""
    job = job_runs.begin(job_pk, at=clock.now(), tell=exports.tell_end)
    if job:
        exports.run(job)


@shared_task
def drop_old_exports():
    """Remove the files whose day is over. Safe to run ten times at once."""
    exports.drop_old(at=clock.now())
