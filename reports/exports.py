"""Exports and archives: files that take long to make are made by the worker, and kept a day for their owner alone.

What can be asked for stands in ``KINDS``. A maker writes its file in a folder of its own; the file is moved to its
place whole, so that nobody ever finds half of one.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from office import audit, clock, job_runs, jobs, notices
from office.jobs import Cancelled
from office.models import Job

__all__ = [
    "KINDS",
    "Cancelled",
    "Kind",
    "Refused",
    "again",
    "file_of",
    "is_kept",
    "kept_until",
    "run",
    "start",
    "tell_end",
]

JOB = "export"
KEPT_FOR = timedelta(hours=24)
_FILE = "file"


class Refused(Exception):
    """The file cannot be made; the message says why, to whoever asked for it."""


@dataclass(frozen=True)
class Kind:
    """One kind of export.

    ``make(params, *, by, at, folder, progress)`` writes a file below ``folder`` and returns (file name, path). It says
    ``progress(done, total, doing)`` at each safe point, out of which ``Cancelled`` may come, and raises ``Refused``.
    ``may(user, params)`` says whether this person may have it, subject and all; it is asked at the start, at the making
    and at each download. ``unmasked``: the file holds what pages mask, and the password is asked for before it is begun
    and before it is fetched.
    """

    label: str
    make: Callable
    may: Callable
    unmasked: bool = False


KINDS: dict[str, Kind] = {}


@transaction.atomic
def start(kind: str, *, params: dict, by, at: datetime) -> Job:
    """Queue an export; the worker is told after the commit. What this person has in the works already is returned.

    Raises PermissionDenied for what this person may not have.
    """
    if not KINDS[kind].may(by, params):
        raise PermissionDenied
    asked = {"export": kind, "asked": params, "language": translation.get_language()}
    for job in Job.objects.visible_to(by).filter(kind=JOB, state__in=jobs.ACTIVE, cancel_asked=False):
        if job.params == asked:
            return job
    job = jobs.queue(kind=JOB, by=by, at=at, folder=_new_folder(), params=asked)
    transaction.on_commit(lambda: job_runs.send(job))
    return job


def again(job: Job, *, by, at) -> bool:
    """Make it anew, counted anew: what failed, was cancelled or interrupted, or is kept no more. False if it is not."""
    if not may_run_again(job, by=by, at=at) or not kind_of(job).may(by, job.params["asked"]):
        return False
    left = job.folder
    with transaction.atomic():
        won = jobs.queue_again(job, by=by, at=at, params=job.params, folder=_new_folder())
        transaction.on_commit(lambda: won and job_runs.send(job))
    if won and left:  # a folder of its own for each making: neither a late worker nor the sweeper reaches the new one
        shutil.rmtree(settings.VAR_DIR / left, ignore_errors=True)
    return won


def may_run_again(job, *, by, at) -> bool:
    stopped = job.state in (Job.State.FAILED, Job.State.CANCELLED) or jobs.is_silent(job, at)
    return stopped or (job.state == Job.State.DONE and file_of(job, by=by, at=at) is None)


def kind_of(job) -> Kind:
    return KINDS[job.params["export"]]


def kept_until(job) -> datetime | None:
    """When the file goes; None while there is none."""
    return job.finished_at + KEPT_FOR if job.state == Job.State.DONE else None


def is_kept(job, *, at) -> bool:
    """Whether the finished file is there and its day is not over."""
    if job.state != Job.State.DONE or not job.folder or kept_until(job) <= at:
        return False
    return (jobs.folder_of(job) / _FILE).exists()


def file_of(job, *, by, at) -> Path | None:
    """The finished file for this person; None where none is kept, or they may not have it any more."""
    return jobs.folder_of(job) / _FILE if is_kept(job, at=at) and _may_have(job, by) else None


def _may_have(job, user) -> bool:
    """Whether they still hold every role that it was made by, and may still have such a file."""
    made_by = {tuple(one) for one in job.result.get("standing", [])}
    return made_by <= set(_standing(user)) and kind_of(job).may(user, job.params["asked"])


def _standing(user) -> list[tuple]:
    """The roles of a person, each with its place or unit: what they see follows from these."""
    return [(one.role, one.jurisdiction_id, one.unit_id) for one in user.standing()]


def downloaded(job, *, by, at):
    """Write down that the file was fetched."""
    audit.record(by=by, at=at, action="export.downloaded", subject=job, detail={"file": job.result["title"]})


def drop_old(*, at):
    """Remove the files whose day is over, with their folders."""
    over = Job.objects.filter(kind=JOB, finished_at__lte=at - KEPT_FOR).exclude(folder="")
    for job in over.exclude(state__in=jobs.ACTIVE):
        shutil.rmtree(jobs.folder_of(job), ignore_errors=True)
        Job.objects.filter(pk=job.pk, folder=job.folder, finished_at=job.finished_at).update(folder="")


def run(job):
    """Make the file of a job that was begun, and leave the job in the state it ends in, whatever happens."""
    job_runs.carry_out(
        job,
        lambda: _made(job),
        refusals=Refused,
        refused=str,
        stopped=lambda: _("Stopped. Nothing was kept."),
        failed=lambda: _("Something went wrong, and no file was made. Please try again."),
        tell=tell_end,
    )


def tell_end(job):
    """Tell the owner, in the inbox alone, that the file is ready or was not made; what they stopped they know."""
    if job.state == Job.State.CANCELLED:
        return
    done, told = job.state == Job.State.DONE, {"label": kind_of(job).label, **job.result, "why": job.message}
    text = _("%(label)s: “%(title)s” is ready.") if done else _("%(label)s: no file was made. %(why)s")
    key, link = f"export:{job.pk}:{job.finished_at.isoformat()}", reverse("reports:export", args=[job.pk])
    notices.tell([job.user], key=key, text=(text % told)[:500], link=link, at=job.finished_at, kind="export")


def _made(job) -> tuple[str, dict]:
    kind, asked = kind_of(job), job.params["asked"]
    if not kind.may(job.user, asked):
        raise Refused(_("You may not have this any more."))
    folder = jobs.folder_of(job) / f"making-{uuid4().hex}"
    try:
        _clear(folder)
        # What was made is kept, also where somebody stops it just now: a closing, for one, has been written.
        name, path = kind.make(asked, by=job.user, at=clock.now(), folder=folder, progress=job_runs.Notes(job))
        size = path.stat().st_size
        path.replace(jobs.folder_of(job) / _FILE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Job.State.DONE, {"title": name, "size": size, "standing": _standing(job.user)}


def _clear(folder):
    """A new folder, and nothing left of an earlier beginning whose worker died."""
    for left in folder.parent.glob("making-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(mode=0o700)


def _new_folder() -> str:
    return f"exports/{uuid4().hex}"
