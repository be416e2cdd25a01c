"""What this app does by itself; the times stand in the schedule table."""

from datetime import timedelta

from celery import shared_task

from office import attempts, audit, clock, job_runs, outbox, sessions

SHIFT = timedelta(minutes=3)
"""How long one run goes on sending; well below the time a task may take. What is left waits for the next."""


@shared_task
def deliver():
    """Send what is due, one message after the other, and forget what is over. Safe to run ten times at once."""
    end = clock.now() + SHIFT
    while clock.now() < end and outbox.send_next(at=clock.now()):
        pass
    attempts.forget(at=clock.now())
    sessions.forget(at=clock.now())


@shared_task
def seal_audit():
    """Seal the lines of the trail that have settled. Safe to run ten times at once."""
    audit.seal(at=clock.now())


@shared_task
def revive():
    """Send again the long work that died or was never delivered. Safe to run ten times at once."""
    job_runs.revive(at=clock.now())
