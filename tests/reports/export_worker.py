"""The project's own worker with one more kind of export, whose first making never ends; tests start and kill it."""

import os
import time
from datetime import timedelta
from pathlib import Path

import django

from config.celery import app

django.setup()

from office import job_runs, jobs  # noqa: E402 - not before the settings stand
from reports import exports  # noqa: E402

jobs.SILENT_AFTER = timedelta(seconds=0.5)
job_runs.LIFE_EVERY = 0.1
# At its start the worker runs its schedule once: here only what takes up long work.
app.conf.update(beat_schedule={"revive": {"task": "office.tasks.revive", "options": {}}})
app.conf.update(task_default_queue=f"exports-{os.environ['VAR_DIR'].replace('/', '-')}")


def _never_ends_the_first_time(params, *, folder, progress, **more):
    begun = Path(os.environ["VAR_DIR"], "begun")
    (folder / "half").write_text("half")
    progress(1, 2, "half of it")
    if not begun.exists():
        begun.touch()
        time.sleep(300)
    (folder / "whole").write_text("whole")
    return "whole.txt", folder / "whole"


exports.KINDS["trial"] = exports.Kind(
    label="trial", make=_never_ends_the_first_time, may=lambda user, params: user.is_active
)
