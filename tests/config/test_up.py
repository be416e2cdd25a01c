"""``manage.py up`` for real, in a copy of the project, as someone would start it after ``git clone``."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from office.management.commands import up

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", "tests")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A fresh copy of the project, which has never been started."""
    return Path(shutil.copytree(settings.BASE_DIR, tmp_path_factory.mktemp("up") / "project", ignore=NOT_COPIED))


@pytest.fixture(scope="module")
def environment():
    """SQLite and the broker below ``var/``; a database of its own there when the suite runs on PostgreSQL."""
    given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if connection.vendor != "postgresql":
        yield given
        return
    server, name = connection.settings_dict, f"up_{os.getpid()}"
    where = {key: server[key.upper()] for key in ("host", "port", "user", "password")}
    with closing(psycopg2.connect(dbname="postgres", **where)) as admin:
        admin.autocommit = True
        admin.cursor().execute(f"CREATE DATABASE {name}")
        address = "postgres://{user}:{password}@{host}:{port}/".format(**where)
        yield given | {"DATABASE_URL": address + name}
        admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def started(project, environment):
    """A function that starts the system in the copy and waits for its first page; it is ended after the test."""
    systems = []

    def start():
        systems.append(System(project, environment))
        systems[-1].wait_until_ready()
        return systems[-1]

    yield start
    for system in systems:
        system.end()


class System:
    """One ``manage.py up`` on a free port."""

    def __init__(self, project, environment):
        self.project, self.port = project, _free_port()
        self.output = project.parent / f"output-{self.port}"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo", "--port", str(self.port)],
                cwd=project,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self):
        assert _wait(lambda: "http://" in self.output.read_text() or self.process.poll() is not None, seconds=120)
        assert self.process.poll() is None, self.output.read_text()

    def status(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as response:
            return response.status

    def processes(self):
        """Every process of this system: the command lines that name its folder or run in it."""
        return {pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _folder(pid) == str(self.project)}

    def child(self, word):
        """The first process of the web server, the worker or the schedule: the one whose parent is ``up``."""
        parent = self.process.pid
        return next(pid for pid in self.processes() if word in _command(pid) and _parent(pid) == parent)

    def end(self):
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


DEAF = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
print(os.getpid(), flush=True)
time.sleep(99)
"""


def _folder(pid):
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return ""


def _command(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _wait(condition, seconds):
    """Whether the condition came true in time."""
    until = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return met


@pytest.mark.own_database
def test_it_answers_and_ends_cleanly_and_starts_again_on_the_same_data(project, started):
    first = started()
    assert first.status() == 200
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(60) == 0
    assert first.processes() == set()

    key = (project / "var" / "secret.key").read_bytes()
    second = started()
    assert second.status() == 200
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(60) == 0
    assert (project / "var" / "secret.key").read_bytes() == key


@pytest.mark.own_database
def test_the_worker_does_at_once_what_fell_due_and_no_child_outlives_a_kill(project, started):
    log = project / "var" / "log" / "worker.log"
    before = _done(log)
    system = started()
    assert _wait(lambda: _done(log) > before, seconds=60)
    system.process.kill()
    system.process.wait()
    assert _wait(lambda: system.processes() == set(), seconds=60)


def _done(log):
    """How many sweeps the worker's log tells of that came to their end."""
    lines = log.read_text().splitlines() if log.exists() else []
    return len([line for line in lines if "Task reports.tasks.run_due[" in line and "succeeded" in line])


def test_when_one_child_is_killed_the_others_are_stopped_and_the_exit_code_says_so(started):
    system = started()
    os.kill(system.child("beat"), signal.SIGKILL)
    assert system.process.wait(60) == 1
    assert system.processes() == set()


def test_a_taken_port_is_named_before_anything_is_touched():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CommandError) as refused:
            up._refuse_taken_port("127.0.0.1", port)
    assert f"make run PORT={port + 1}" in str(refused.value)


@pytest.mark.parametrize("address", [("--port", "99999"), ("--host", "no.such.host.invalid")])
def test_an_impossible_address_is_a_message_not_a_traceback(address):
    with pytest.raises(CommandError):
        call_command("up", *address)


def test_a_child_that_does_not_listen_is_killed_with_its_children(tmp_path, settings, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(up, "STOP_WITHIN", 0.5)
    monkeypatch.setattr(up.signal, "signal", lambda *_: None)  # this process keeps its own way to end
    child = up.start(up.Program("deaf", [sys.executable, "-c", DEAF]))
    assert _wait(lambda: len(child.log.read_text().split()) == 2, seconds=20)
    up.stop([child])
    assert _wait(lambda: not any(map(_folder, child.log.read_text().split())), seconds=10)
