"""A real worker is killed in the middle of an export; the next one finishes it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from office import clock, jobs
from office.models import Job, User
from reports import exports

WORKER = ["celery", "-A", "tests.reports.export_worker", "worker", "-P", "threads", "-c", "1", "--loglevel", "INFO"]


@pytest.fixture
def start_worker(settings, tmp_path):
    """A function that starts the worker on this database and its own broker; all are killed in the end."""
    settings.VAR_DIR = tmp_path
    started = []

    def start(redis=""):
        with (tmp_path / "log").open("a") as log:
            given = {**os.environ, "DATABASE_URL": _address(), "VAR_DIR": str(tmp_path), "REDIS_URL": redis}
            options = {"cwd": settings.BASE_DIR, "env": given, "stdout": log, "stderr": log, "start_new_session": True}
            started.append(subprocess.Popen([sys.executable, "-m", *WORKER], **options))
        return started[-1]

    yield start
    for worker in started:
        _kill(worker)


def _address():
    """The test database as a worker finds it."""
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{here['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**here)


def _kill(worker):
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def _wait(condition, log):
    until = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["folder", pytest.param("redis", marks=pytest.mark.redis)])
def test_an_export_whose_message_was_lost_and_whose_worker_was_killed_is_finished_by_the_next(
    start_worker, tmp_path, broker
):
    redis = settings.REDIS_URL if broker == "redis" else ""
    person = User.objects.create(username="office")
    asked = {"export": "trial", "asked": {}, "language": "zh-hans"}
    job = jobs.queue(
        kind=exports.JOB, by=person, at=clock.now() - timedelta(minutes=1), folder="exports/one", params=asked
    )
    first = start_worker(redis)
    _wait((tmp_path / "begun").exists, tmp_path / "log")
    _kill(first)
    job.refresh_from_db()
    assert (job.state, jobs.progress_of(job).percent) == (Job.State.RUNNING, 50)

    start_worker(redis)
    _wait(lambda: Job.objects.get(pk=job.pk).state not in jobs.ACTIVE, tmp_path / "log")
    job.refresh_from_db()
    made = {"title": "whole.txt", "size": 5, "standing": []}
    assert (job.state, job.message, job.result) == (Job.State.DONE, "", made)
    kept = sorted(path.name for path in jobs.folder_of(job).iterdir())
    assert ([name for name in kept if name.startswith("making")], "file" in kept) == ([], True)
