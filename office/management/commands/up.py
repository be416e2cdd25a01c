"""``manage.py up``: from nothing to the running system in one command, and the same at every later start."""

import ctypes
import errno
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections
from django.utils.translation import gettext as _

FIRST_PAGE_WITHIN = 90
"""Seconds until the web server must have answered."""
STOP_WITHIN = 20
"""Seconds a child may take to finish what it has in hand; then it is killed, and its task is done at the next start."""
LOG_LIMIT = 10_000_000
"""Bytes after which a log begins anew at the next start; the one before is kept as ``.old``."""


class Command(BaseCommand):
    help = "Prepare the database, then run the web server, the background worker and its schedule; Ctrl-C ends all."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, choices=range(1, 65536), metavar="PORT")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--no-demo", action="store_true", help="do not load the demo county into an empty database")

    def handle(self, *, host, port, no_demo, **options):
        _refuse_taken_port(host, port)
        _end_on_signals()
        began, children = time.monotonic(), []
        try:
            self.prepare(with_demo=not no_demo)
            connections.close_all()
            for program in programs(host, port):
                children.append(start(program))
            self.step(_("First page"), lambda: wait_for_page(_address(host, port), children))
            self.announce(_address(host, port), time.monotonic() - began)
            dead = wait_until_one_ends(children)
        except KeyboardInterrupt:
            self.say("\n" + _("Stopping …"))
            return
        finally:
            stop(children)
        raise _ended_by_itself(dead)

    def prepare(self, with_demo):
        """Everything before the first page. Each step is done wholly or not at all, and again where it is not done."""
        settings.VAR_DIR.mkdir(exist_ok=True)
        self.step(_("Database"), lambda: call_command("migrate", interactive=False, verbosity=0))
        self.step(_("Regulations"), lambda: call_command("load_regulations", verbosity=0))
        self.step(_("Tables of the office"), lambda: call_command("load_tables", verbosity=0))
        if with_demo and not get_user_model()._default_manager.exists():
            # What it prints, the sign-ins, comes when the page is there.
            self.step(_("Demo county"), lambda: call_command("load_demo", stdout=StringIO()))
        if _demo_logins().exists():
            os.environ.setdefault("OFFICE_NAME", "清源县人大常委会代表工作委员会")
        if _static_files_changed():
            self.step(_("Static files"), _collect_static_files)

    def step(self, title, work):
        """Do it, show that it is being done, and how long it took."""
        self.say(f"· {title} …")
        began = time.monotonic()
        work()
        self.say("  " + _("done in %(seconds).1f s") % {"seconds": time.monotonic() - began})

    def announce(self, address, seconds):
        self.say("\n" + _("Ready after %(seconds).0f s: %(address)s") % {"seconds": seconds, "address": address})
        logins = _demo_logins()
        if logins.exists():
            self.say("\n" + _("Sign in as (demo county):") + "\n" + logins.read_text("utf-8").rstrip())
        elif not get_user_model()._default_manager.exists():
            self.say(_("There is no user yet: %(command)s") % {"command": "manage.py createsuperuser"})
        self.say("\n" + _("Logs: %(folder)s. Ctrl-C ends the system.") % {"folder": _logs()})

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()


# -- before the start


def _end_on_signals():
    """TERM, INT (even for a background job, which ignores it) and a closed terminal end the system as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # otherwise nohup started it
        signal.signal(signal.SIGHUP, signal.default_int_handler)


def _refuse_taken_port(host, port):
    try:
        socket.create_server((host, port), family=_family(host)).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                _("Port %(port)s is taken. Is the system running already? Another port: %(command)s")
                % {"port": port, "command": f"make run PORT={port + 1}"}
            ) from error
        raise CommandError(
            _("%(address)s cannot be used: %(reason)s") % {"address": f"{host}:{port}", "reason": error}
        ) from error


def _family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _address(host, port):
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _static_files_changed():
    stamp = settings.STATIC_ROOT / "collected.txt"
    return not stamp.exists() or stamp.read_text() != _static_fingerprint()


def _collect_static_files():
    call_command("collectstatic", interactive=False, verbosity=0)
    (settings.STATIC_ROOT / "collected.txt").write_text(_static_fingerprint())


def _static_fingerprint():
    """A hash over name, size and age of every static file: collecting them takes seconds, this does not."""
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            about = os.stat(storage.path(name))
            found.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return found.hexdigest()


# -- the children


@dataclass
class Program:
    """A child to be started; ``name`` is the name of its log."""

    name: str
    command: list


@dataclass
class Child:
    """A running program and the file its output goes to."""

    program: Program
    process: subprocess.Popen
    log: Path


def programs(host, port):
    """The web server, the background worker and its schedule: what a server runs as three services."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    celery = ["celery", "-A", "config"]
    commands = {
        "web": ["gunicorn", "--config", "config/gunicorn.py", "--bind", bind, "config.wsgi"],
        "worker": [*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "INFO"],
        # Not inside the worker: there its death would go unnoticed.
        "schedule": [
            *celery,
            "beat",
            "--schedule",
            str(settings.VAR_DIR / "beat-schedule"),
            "--pidfile=",
            "--loglevel",
            "INFO",
        ],
    }
    return [Program(name, [sys.executable, "-m", *command]) for name, command in commands.items()]


def start(program):
    """In a session of its own, so that a Ctrl-C in the terminal reaches it through us alone, and in order."""
    log = _logs() / f"{program.name}.log"
    log.parent.mkdir(exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old"))
    with log.open("a") as output:
        process = subprocess.Popen(
            program.command,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    return Child(program, process, log)


def _end_with_parent():
    """Ask Linux to send TERM when the parent dies, even by kill -9: no orphan keeps the port."""
    PR_SET_PDEATHSIG = 1
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _demo_logins():
    return settings.VAR_DIR / "demo-logins.txt"


def _logs():
    return settings.VAR_DIR / "log"


def wait_for_page(address, children):
    """Until the first page is there, or a child has died, or it took too long."""
    until = time.monotonic() + FIRST_PAGE_WITHIN
    while not _answers(address):
        for child in children:
            if child.process.poll() is not None:
                raise _ended_by_itself(child)
        if time.monotonic() > until:
            raise CommandError(_("%(address)s does not answer.") % {"address": address} + "\n" + _tail(children[0].log))
        time.sleep(0.1)


def _answers(address):
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with directly.open(address, timeout=10) as response:
            return response.status == 200
    except OSError:
        return False


def wait_until_one_ends(children):
    """The child that ended; without an end of its own or a signal this lasts for ever."""
    while True:
        for child in children:
            if child.process.poll() is not None:
                return child
        time.sleep(0.3)


def stop(children):
    """TERM to each, time to finish, then kill -9 to whatever is left of their groups."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in children:
        child.process.terminate()
    until = time.monotonic() + STOP_WITHIN
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0, until - time.monotonic()))
        _kill_group(child.process)


def _kill_group(process):
    """The group outlives its first process when that was killed from outside: its own children are still there."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _ended_by_itself(child):
    return CommandError(
        _("“%(name)s” ended by itself (code %(code)s); the system is stopped. From %(log)s:")
        % {"name": child.program.name, "code": child.process.returncode, "log": child.log}
        + "\n"
        + _tail(child.log),
        returncode=1,
    )


def _tail(log, lines=15):
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-lines:])
