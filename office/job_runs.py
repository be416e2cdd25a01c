"""Carrying out long work: its message to the worker, its signs of life, its end in words, and its second beginning.

A worker may die in the middle, and a message may be lost before any worker has it. What has not been heard of for a
while is queued again by the schedule, so the person who waits need not come back for it.
"""

import errno
import logging
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from office import clock, jobs
from office.jobs import Cancelled, State

logger = logging.getLogger(__name__)

TASKS = {"county_import": "visits.tasks.run_import", "export": "reports.tasks.make_export"}
"""The task that does each kind of long work."""
NOTE_EVERY = 0.5
"""Seconds between two notes of how far the work is: nobody looks more often."""
LIFE_EVERY = 10
"""Seconds between two signs of life; a small part of ``jobs.SILENT_AFTER``."""
MOST_BEGINNINGS = 3
"""Work that has ended its worker so often is not begun again by itself."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""The disk, or this system's share of it, is full."""


def send(job) -> bool:
    """Tell the worker. False if it cannot be told; the work stays queued, and the schedule tells it later."""
    try:
        import_string(TASKS[job.kind]).delay(job.pk)
    except (OperationalError, OSError):
        logger.warning("The worker cannot be told of %s; it is told again later", job)
        return False
    return True


def revive(*, at):
    """Queue and send again what died or was never delivered."""
    for job in jobs.queue_silent(at=at):
        logger.warning("%s had not been heard of and is queued again", job)
        send(job)


def _nobody(job):
    """Whoever waits looks at the page."""


def begin(pk, *, at, tell=_nobody):
    """The job to do now, or None if this message has nothing to do: it is being done, is over, or ends every worker.

    ``tell`` is as for ``carry_out``.
    """
    job = jobs.take(pk, at=at)
    if job is None:
        return None
    with translation.override(job.params["language"]):
        hindrance = _hindrance(job)
        if hindrance:
            _end(job, tell, at=at, state=State.FAILED, message=hindrance)
    return None if hindrance else job


def _hindrance(job) -> str:
    """Why the work cannot begin, in words; empty where it can."""
    try:
        jobs.folder_of(job).mkdir(parents=True, exist_ok=True, mode=0o700)
        times = jobs.count_beginning(job)
    except OSError as error:
        logger.exception("%s cannot begin", job)
        return _reason(error) or _("The server cannot keep files just now. Please tell the administrator.")
    if times <= MOST_BEGINNINGS:
        return ""
    return _("The background worker stopped over this %d times. Please ask for a smaller part.") % MOST_BEGINNINGS


def carry_out(job, work, *, refusals, refused, stopped, failed, tell=_nobody):
    """Do ``work()``, which returns the state it ends in and what came out; the job ends in words whatever happens.

    ``refused(error)`` puts one of the ``refusals`` into words, ``stopped()`` says what is left after a cancelling, and
    ``failed()`` what is to be done after a fault. ``tell(job)`` lets its owner know of the end, in one transaction
    with it.
    """
    with translation.override(job.params["language"]), _signs_of_life(job):
        try:
            state, result = work()
        except Cancelled:
            _end(job, tell, at=clock.now(), state=State.CANCELLED, message=stopped())
        except refusals as refusal:
            _end(job, tell, at=clock.now(), state=State.FAILED, message=refused(refusal))
        except Exception as error:
            logger.exception("%s failed", job)
            _end(job, tell, at=clock.now(), state=State.FAILED, message=_reason(error) or failed())
        else:
            _end(job, tell, at=clock.now(), state=state, result=result)


def _reason(error) -> str:
    """What whoever waits can be told of a fault, empty if nothing; a library may have wrapped what the system said."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return _("The disk of the server is full. Please tell the administrator.")
        if isinstance(error, SoftTimeLimitExceeded):
            return _("This takes too long to be done at once. Please ask for a smaller part.")
        error = error.__cause__ or error.__context__
    return ""


@transaction.atomic
def _end(job, tell, **ended):
    if jobs.finish(job, **ended):
        job.refresh_from_db()
        tell(job)


@contextmanager
def _signs_of_life(job):
    over = Event()

    def show():
        while not over.wait(LIFE_EVERY):
            with suppress(OSError):
                jobs.show_life(job)

    shown = Thread(target=show, daemon=True)
    shown.start()
    try:
        yield
    finally:
        over.set()
        shown.join()


class Notes:
    """Notes how far the work is, but not more often than anybody looks; raises ``Cancelled`` when asked to stop."""

    def __init__(self, job):
        self.job, self.last = job, 0.0

    def __call__(self, done: int, total: int, doing: str):
        if jobs.is_cancel_asked(self.job):
            raise Cancelled
        if time.monotonic() - self.last >= NOTE_EVERY:
            self.last = time.monotonic()
            jobs.note(self.job, jobs.Progress(at=clock.now(), done=done, total=total, doing=str(doing)))
