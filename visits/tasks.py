"""Background work on visits; each task may be delivered twice."""

from celery import shared_task

from office import clock, jobs
from visits import import_runs


@shared_task(bind=True, max_retries=5)
def run_import(self, job_pk):
    """Preview or write the workbooks of one job.

    Delivered again while the job seems to run, it looks once more when the silence of a dead worker would show.
    """
    job = jobs.take(job_pk, at=clock.now())
    if job:
        import_runs.run(job)
    elif jobs.is_running(job_pk) and not self.request.is_eager:
        raise self.retry(countdown=jobs.SILENT_AFTER.total_seconds() + 5)
