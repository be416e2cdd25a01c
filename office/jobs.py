"""Long work that a person started. Its row says how it stands; every change of state compares before it sets.

So a second click starts nothing twice, a message delivered twice does nothing twice, and work whose worker died can
be taken up again: by the same message when it is delivered anew, or by the person.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from office import audit
from office.models import Job

State = Job.State
ACTIVE = (State.QUEUED, State.RUNNING)

SILENT_AFTER = timedelta(minutes=2)
"""Work that has not been heard of for so long is taken for interrupted."""


@transaction.atomic
def queue(*, kind, by, at, folder, params) -> Job:
    """Write down a new piece of work; the caller then sends its message."""
    job = Job.objects.create(
        kind=kind, user=by, created_at=at, heartbeat_at=at, folder=folder, params=params, state=State.QUEUED
    )
    audit.record(by=by, at=at, action=f"{kind}.queued", subject=job)
    return job


def is_silent(job, at) -> bool:
    """Whether active work has not been heard of for too long: its worker, or its message, is gone."""
    return job.state in ACTIVE and job.heartbeat_at < at - SILENT_AFTER


@transaction.atomic
def queue_again(job, *, by, at, params) -> bool:
    """Queue a confirmed preview, or what was interrupted, failed or cancelled; False if it has moved on meanwhile."""
    won = _set(
        Job.objects.filter(pk=job.pk, state=job.state, heartbeat_at=job.heartbeat_at),
        state=State.QUEUED,
        heartbeat_at=at,
        finished_at=None,
        done=0,
        total=0,
        doing="",
        cancel_asked=False,
        message="",
        params=params,
    )
    if won:
        audit.record(by=by, at=at, action=f"{job.kind}.queued", subject=job)
    return won


def take(pk, *, at) -> Job | None:
    """Begin queued work, or what its worker left behind; None if it is not to be begun by this message."""
    waiting = Job.objects.filter(pk=pk, state=State.QUEUED)
    left = Job.objects.filter(pk=pk, state=State.RUNNING, heartbeat_at__lt=at - SILENT_AFTER)
    if _set(waiting, state=State.RUNNING, heartbeat_at=at) or _set(left, heartbeat_at=at):
        return Job.objects.get(pk=pk)
    return None


def is_running(pk) -> bool:
    return Job.objects.filter(pk=pk, state=State.RUNNING).exists()


def beat(job, *, at, done, total, doing):
    """Say how far the work is."""
    _set(_running(job), heartbeat_at=at, done=done, total=total, doing=doing[:120])


def ask_to_cancel(job, *, by, at):
    """Cancel what has not begun at once; what runs stops at its next safe point."""
    waiting = Q(state__in=[State.QUEUED, State.PREVIEW])
    left = Q(state=State.RUNNING, heartbeat_at__lt=at - SILENT_AFTER)
    idle = Job.objects.filter(waiting | left, pk=job.pk)
    if _set(idle, state=State.CANCELLED, finished_at=at) or _set(_running(job), cancel_asked=True):
        audit.record(by=by, at=at, action=f"{job.kind}.cancelled", subject=job)


def is_cancel_asked(job) -> bool:
    return not _running(job).filter(cancel_asked=False).exists()


def finish(job, *, at, state, result=None, message=""):
    """Leave the running state for good, with what came out."""
    _set(_running(job), state=state, finished_at=at, heartbeat_at=at, result=result or {}, message=message)


def _running(job):
    return Job.objects.filter(pk=job.pk, state=State.RUNNING)


def _set(rows, **values) -> bool:
    return rows.update(**values) == 1
