"""An import that a clerk started in the browser: first a preview that writes nothing; confirmed, the import itself."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from office import clock, job_runs, jobs
from office.models import Job, Jurisdiction
from office.roles import Role
from office.workbooks import WorkbookRefused
from visits import county_import, error_workbook, import_files

KIND = "county_import"
SHOWN = 200
"""So many problems are shown on the page; all of them stand in the workbook of problems."""


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
    job_runs.carry_out(
        job,
        lambda: _run(job),
        refusals=WorkbookRefused,
        refused=lambda refusal: _refused(job, refusal),
        stopped=lambda: _stopped(job),
        failed=lambda: _("Something went wrong. Nothing of the workbook in hand was written; please run it again."),
    )
    if Job.objects.filter(pk=job.pk, state__in=[Job.State.DONE, Job.State.CANCELLED]).exists():
        import_files.drop_workbooks(job)


def _run(job):
    check = job.params["check"]
    at = clock.now()
    batch = county_import.run(
        import_files.workbooks_of(job),
        by=job.user,
        at=at,
        check=check,
        progress=job_runs.Notes(job),
        counties=_counties_of(job.user),
    )
    if batch.problems:
        error_workbook.write(batch.problems, import_files.problems_of(job), at=at)
    return Job.State.PREVIEW if check else Job.State.DONE, _result(batch)


def _stopped(job) -> str:
    if job.params["check"]:
        return _("Nothing was written.")
    return _("Stopped. Workbooks that were already whole stay imported; of the others nothing was written.")


def _counties_of(user) -> set[str] | None:
    """The counties whose records this person's office keeps; None, any, for the superuser who sets the system up."""
    if user.is_superuser:
        return None
    mine = Jurisdiction.objects.visible_to(user, roles={Role.COUNTY_OFFICE})
    return set(mine.filter(level="county").values_list("name", flat=True))


def _refused(job, refusal) -> str:
    """No workbook could be read; one alone is named, of several the first one's reason is given."""
    names = job.params["files"]
    who = names[0] if len(names) == 1 else _("None of these workbooks can be read")
    return _("%(who)s: %(reason)s") % {"who": who, "reason": refusal}


def _result(batch) -> dict:
    """What the page shows; of very many problems only the first."""
    kinds = batch.as_json(county_import.KINDS)
    problems = kinds.pop("problems")
    return {"kinds": kinds, "problems": problems[:SHOWN], "problem_count": len(problems)}


LISTS = {
    "deputies": "deputies_deputy",
    "districts": "deputies_electoraldistrict",
    "households": "constituents_household",
    "stations": "liaison_stations_station",
    "visits": "visits_visit",
    "petitions": "constituents_petition",
}
"""The list of the admin site in which each kind of record is found."""


def figures(job) -> list[tuple]:
    """Per kind of record its name, what became of its rows (created, updated, unchanged, rejected), and its list."""
    found, names = job.result.get("kinds", {}), county_import.NAMES
    kinds = [kind for kind in names if any(found.get(kind, {}).values())]
    return [(names[kind], found[kind], reverse(f"admin:{LISTS[kind]}_changelist")) for kind in kinds]
