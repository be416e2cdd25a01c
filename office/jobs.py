"""Long work that a person started. Its row says how it stands; every change of state compares before it sets.

So a second click starts nothing twice, a message delivered twice does nothing twice, and work whose worker died is
taken up again: by itself after a while of silence (see ``job_runs``), or by the person.

How far running work is, and the wish to stop it, stand in files in the work's folder: the work itself may sit in one
long transaction, out of which, and on SQLite into which, no row could say so.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from office import audit
from office.models import Job

State = Job.State
ACTIVE = (State.QUEUED, State.RUNNING)

_PROGRESS, _CANCEL, _ALIVE, _BEGUN = "progress.json", "cancel", "alive", "begun"

SILENT_AFTER = timedelta(minutes=2)
"""Work that has not been heard of for so long is taken for interrupted."""


class Cancelled(Exception):
    """The person asked to stop; nothing of what is in hand stays."""


@transaction.atomic
def queue(*, kind, by, at, folder, params) -> Job:
    """Write down a new piece of work; the caller then sends its message."""
    job = Job.objects.create(
        kind=kind, user=by, created_at=at, heartbeat_at=at, folder=folder, params=params, state=State.QUEUED
    )
    audit.record(by=by, at=at, action=f"{kind}.queued", subject=job)
    return job


def folder_of(job) -> Path:
    """Where the files of this work are kept; both the web server and the worker reach it."""
    return settings.VAR_DIR / job.folder


def is_silent(job, at) -> bool:
    """Whether active work has not been heard of for too long: its worker, or its message, is gone."""
    return job.state in ACTIVE and max(job.heartbeat_at, progress_of(job).at, _alive(job)) < at - SILENT_AFTER


def _alive(job) -> datetime:
    """When the process that does the work last showed that it is there."""
    try:
        return datetime.fromtimestamp((folder_of(job) / _ALIVE).stat().st_mtime, UTC)
    except OSError:
        return job.heartbeat_at


def show_life(job):
    """The process that does the work is there, even while one long step of it says nothing."""
    (folder_of(job) / _ALIVE).touch()


@transaction.atomic
def queue_again(job, *, by, at, params, **more) -> bool:
    """Queue a confirmed preview, or what was interrupted, failed or cancelled; False if it has moved on meanwhile."""
    won = _set(
        Job.objects.filter(pk=job.pk, state=job.state, heartbeat_at=job.heartbeat_at),
        state=State.QUEUED,
        heartbeat_at=at,
        finished_at=None,
        cancel_asked=False,
        message="",
        params=params,
        **more,
    )
    if won:
        for name in (_PROGRESS, _CANCEL, _BEGUN):
            (folder_of(job) / name).unlink(missing_ok=True)
        audit.record(by=by, at=at, action=f"{job.kind}.queued", subject=job)
    return won


def take(pk, *, at) -> Job | None:
    """Begin queued work, or what its worker left behind; None if it is not to be begun by this message."""
    job = Job.objects.filter(pk=pk).first()
    if job is None or not (job.state == State.QUEUED or (job.state == State.RUNNING and is_silent(job, at))):
        return None
    as_seen = Job.objects.filter(pk=pk, state=job.state, heartbeat_at=job.heartbeat_at)
    if not _set(as_seen, state=State.RUNNING, heartbeat_at=at):
        return None
    return Job.objects.get(pk=pk)


def queue_silent(*, at) -> list[Job]:
    """Queue what has not been heard of, its wish to stop kept, and return it; safe to run ten times at once."""
    seen = Job.objects.filter(state__in=ACTIVE, heartbeat_at__lt=at - SILENT_AFTER).order_by("pk")
    return [
        job
        for job in seen
        if is_silent(job, at)
        and _set(
            Job.objects.filter(pk=job.pk, state=job.state, heartbeat_at=job.heartbeat_at),
            state=State.QUEUED,
            heartbeat_at=at,
        )
    ]


def count_beginning(job) -> int:
    """Write down that the work begins; how often it has begun since a person last asked for it."""
    noted = folder_of(job) / _BEGUN
    times = int(noted.read_text()) + 1 if noted.exists() else 1
    _write(noted, str(times))
    return times


@dataclass(frozen=True)
class Progress:
    """How far running work is: the instant of the note, steps done of all, and what is in hand."""

    at: datetime
    done: int = 0
    total: int = 0
    doing: str = ""

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def note(job, progress: Progress):
    """Write down how far the work is."""
    _write(folder_of(job) / _PROGRESS, json.dumps({**vars(progress), "at": progress.at.isoformat()}))


def _write(path: Path, text: str):
    """Whoever reads meanwhile, or after the disk was full, finds the old note or the new one, never half of one."""
    aside = path.with_name(f"{path.name}.new")
    aside.write_text(text, "utf-8")
    aside.replace(path)


def progress_of(job) -> Progress:
    """The last note, or none yet."""
    try:
        noted = json.loads((folder_of(job) / _PROGRESS).read_text("utf-8"))
    except OSError:
        return Progress(at=job.heartbeat_at)
    return Progress(**{**noted, "at": datetime.fromisoformat(noted["at"])})


def stage_of(job, progress: Progress) -> str:
    """What a screen reader is told of whenever it changes: the state, and each quarter of running work."""
    return f"{job.state}{'-stopping' if job.cancel_asked else ''}-{progress.percent // 25}"


def ask_to_cancel(job, *, by, at):
    """Cancel at once what has not begun or has died; what runs stops at its next safe point."""
    if job.state == State.RUNNING:  # before the row, for which the work itself may make this wait
        _wish_to_stop(job)
    idle = Job.objects.filter(pk=job.pk, state__in=[State.QUEUED, State.PREVIEW])
    dead = Job.objects.filter(pk=job.pk, state=State.RUNNING, heartbeat_at=job.heartbeat_at)
    over = {"state": State.CANCELLED, "finished_at": at}
    with transaction.atomic():
        ended = _set(idle, **over) or (is_silent(job, at) and _set(dead, **over))
        asked = not ended and _set(_running(job), cancel_asked=True)
        if ended or asked:
            audit.record(by=by, at=at, action=f"{job.kind}.cancelled", subject=job)
    if asked:
        _wish_to_stop(job)  # it may have begun after it was read


def _wish_to_stop(job):
    folder_of(job).mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder_of(job) / _CANCEL).touch()


def is_cancel_asked(job) -> bool:
    return (folder_of(job) / _CANCEL).exists()


def finish(job, *, at, state, result=None, message="") -> bool:
    """Leave the running state for good, with what came out; False if another has taken the work up meanwhile."""
    mine = _running(job).filter(heartbeat_at=job.heartbeat_at)
    return _set(mine, state=state, finished_at=at, heartbeat_at=at, result=result or {}, message=message)


def _running(job):
    return Job.objects.filter(pk=job.pk, state=State.RUNNING)


def _set(rows, **values) -> bool:
    return rows.update(**values) == 1
