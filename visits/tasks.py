"""Background work on visits; each task may be delivered twice."""

from celery import shared_task

from office import clock, job_runs
from visits import import_runs


@shared_task
def run_import(job_pk):
    """Preview or write the workbooks of one job, unless another delivery does or did."""
    job = job_runs.begin(job_pk, at=clock.now())
    if job:
        import_runs.run(job)
