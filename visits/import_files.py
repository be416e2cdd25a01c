"""The folders in which uploaded workbooks wait for their import, below ``var/imports``.

A folder holds the workbooks as they came and the workbook of problems. The workbooks go as soon as the import is done
or given up, for they hold personal data once more; the rest goes after a day, when somebody begins another import.
"""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from office import jobs

KEPT_FOR = timedelta(hours=24)
PROBLEMS = "problems.xlsx"
_LONGEST_STEM = 60
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def workbooks_of(job) -> list[Path]:
    """The uploaded workbooks, in the order they were chosen; empty when they are gone."""
    kept = [jobs.folder_of(job) / "workbooks" / name for name in job.params["files"]]
    return kept if job.folder and all(path.exists() for path in kept) else []


def problems_of(job) -> Path:
    return jobs.folder_of(job) / PROBLEMS


def safe_name(name: str) -> str:
    """The name of an uploaded file as it may stand on a disk: no path, no control signs, not too long."""
    name = _UNSAFE.sub("_", name.strip().strip("."))
    stem, dot, ending = name.rpartition(".")
    return f"{(stem or ending)[:_LONGEST_STEM]}{dot if stem else ''}{ending[:8] if stem else ''}"


def keep(uploads) -> str:
    """Write uploaded files to a new folder; returns its path below ``var``. Half a folder is removed again."""
    name = f"imports/{uuid4().hex}"
    folder = settings.VAR_DIR / name / "workbooks"
    folder.mkdir(parents=True, mode=0o700)
    try:
        for upload in uploads:
            with (folder / safe_name(upload.name)).open("xb") as file:
                shutil.copyfileobj(upload, file)
    except OSError:
        shutil.rmtree(folder.parent)
        raise
    return name


def drop_workbooks(job):
    """The import is done or given up: what was uploaded goes, what was found wrong stays for a day."""
    shutil.rmtree(jobs.folder_of(job) / "workbooks", ignore_errors=True)


def drop_old(*, at, except_for) -> list[str]:
    """Remove folders that nothing was written to for a day; returns the names of those removed."""
    folders = settings.VAR_DIR / "imports"
    old = [
        folder
        for folder in (folders.iterdir() if folders.exists() else ())
        if f"imports/{folder.name}" not in except_for and folder.stat().st_mtime < (at - KEPT_FOR).timestamp()
    ]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return [f"imports/{folder.name}" for folder in old]
