"""An import that a clerk started in the browser: first a preview that writes nothing; confirmed, the import itself."""

import logging

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import clock, jobs
from office.models import Job
from office.workbooks import WorkbookRefused
from visits import import_files

KINDS = {
    "deputies": gettext_lazy("deputies"),
    "districts": gettext_lazy("electoral districts"),
    "households": gettext_lazy("contact households"),
    "stations": gettext_lazy("liaison stations"),
    "visits": gettext_lazy("contacts"),
    "petitions": gettext_lazy("petitions"),
}

logger = logging.getLogger(__name__)

KIND = "county_import"
SHOWN = 200
"""So many problems are shown on the page; all of them stand in the workbook of problems."""
BEAT_EVERY = 0.5
"""Seconds between two notes of how far the work is."""


class Cancelled(Exception):
    """The person asked to stop; what was written of the workbook in hand is rolled back."""


def start(*, files, by, at) -> Job:
    """Keep the uploaded workbooks and queue their preview."""
    _forget_old(by=by, at=at)
    names = [import_files.safe_name(file.name) for file in files]
    params = {"files": names, "check": True, "language": translation.get_language()}
    return jobs.queue(kind=KIND, by=by, at=at, folder=import_files.keep(files), params=params)


def _forget_old(*, by, at):
    mine = Job.objects.filter(kind=KIND)
    active = set(mine.filter(state__in=jobs.ACTIVE).values_list("folder", flat=True))
    gone = mine.filter(folder__in=import_files.drop_old(at=at, except_for=active))
    for job in gone.filter(state=Job.State.PREVIEW):
        jobs.ask_to_cancel(job, by=by, at=at)
    gone.update(folder="")


def confirm(job, *, by, at) -> bool:
    """What the preview showed is to be written. False if that was said already, or the workbooks are gone."""
    ready = job.state == Job.State.PREVIEW and import_files.workbooks_of(job)
    return bool(ready) and jobs.queue_again(job, by=by, at=at, params={**job.params, "check": False})


def again(job, *, by, at) -> bool:
    """Take up what was interrupted or failed; the import changes nothing it has already written."""
    return can_run_again(job, at) and jobs.queue_again(job, by=by, at=at, params=job.params)


def can_run_again(job, at) -> bool:
    stopped = job.state == Job.State.FAILED or jobs.is_silent(job, at)
    return stopped and bool(import_files.workbooks_of(job))


def cancel(job, *, by, at):
    """Give it up: at once while it waits, at the next safe point while it runs."""
    jobs.ask_to_cancel(job, by=by, at=at)
    job.refresh_from_db()
    if job.state == Job.State.CANCELLED:
        import_files.drop_workbooks(job)


def run(job):
    """Do the work of a job that was taken, and leave the job in the state it ends in, whatever happens."""
    with translation.override(job.params["language"]):
        try:
            _run(job)
        except WorkbookRefused as refusal:
            jobs.finish(job, at=clock.now(), state=Job.State.FAILED, message=str(refusal))
        except Exception:
            logger.exception("Import %s failed", job.pk)
            text = _("Something went wrong. Nothing of the workbook in hand was written; please run it again.")
            jobs.finish(job, at=clock.now(), state=Job.State.FAILED, message=text)


def _run(job):
    raise NotImplementedError


def figures(job) -> list[tuple]:
    """Per kind of record its name and what became of its rows: created, updated, unchanged, rejected."""
    found = job.result.get("kinds", {})
    return [(name, found[kind]) for kind, name in KINDS.items() if kind in found]
