"""Runs each job on each size in a process of its own, so that its memory is its own."""

import json
import os
import subprocess
import sys

from benchmarks.sizes import database_of


class Runs:
    """What was measured, and what was wrong."""

    def __init__(self, *, fresh, rounds):
        self._fresh, self._rounds = fresh, rounds
        self._made = []
        self.machine = ""
        self.faults = []

    def of(self, job, names) -> dict[str, dict]:
        """The figures of a job by size; where something was unequal there are none."""
        found = {name: self._measured(job, name) for name in names}
        for name, one in found.items():
            self.faults += [f"{job}, {name}: {fault}" for fault in _faults(one)]
        return {name: one for name, one in found.items() if "unequal" not in one}

    def drop(self):
        for name in self._made:
            self._run("drop", name)

    def _measured(self, job, name) -> dict:
        anew = ["--fresh"] if self._fresh and name not in self._made else []
        rounds = ["--rounds", str(self._rounds)] if self._rounds else []
        self._made += [] if name in self._made else [name]
        found = json.loads(self._run(job, name, *anew, *rounds))
        self.machine = found.pop("machine")
        return found

    def _run(self, *words) -> str:
        where = {"DATABASE_URL": address(words[1]), "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.measure", *words]
        return subprocess.run(command, env={**os.environ, **where}, stdout=subprocess.PIPE, check=True).stdout


def address(name) -> str:
    """The DATABASE_URL of a size's own database, on the server of the one that is set."""
    url = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
    if not url.startswith("postgres"):
        sys.exit("make bench needs a PostgreSQL: DATABASE_URL=postgres://user@host:5432/postgres")
    return f"{url.rpartition('/')[0]}/{database_of(name)}"


def _faults(one):
    if "unequal" in one:
        yield one["unequal"]
    after = one["whole"] if "rules" in one else one
    if after.get("second_writes"):
        yield f"a night with nothing new wrote {after['second_writes']} rows"
