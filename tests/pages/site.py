"""A demo county of its own behind a web server, in a folder of its own: nothing of it touches ``var/``."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ELSEWHERE = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEBUG", "ALLOWED_HOSTS", "PYTEST_CURRENT_TEST")


def build(folder: Path) -> dict:
    """Load the demo county into the folder, and find the pages of each person (see ``tests.pages.crawl``)."""
    pages = folder / "pages.json"
    if not pages.exists():
        with (folder / "build.log").open("w") as log:
            command = [sys.executable, "-m", "tests.pages.crawl", pages]
            subprocess.run(command, cwd=ROOT, env=environment(folder), stdout=log, stderr=log, check=True)
    return json.loads(pages.read_text("utf-8"))


@contextmanager
def served(folder: Path):
    """The address of a web server on the county in the folder, as it runs in an office; it ends with the block."""
    port = _free_port()
    bind = ["--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", *bind, "config.wsgi"]
    with (folder / "web.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment(folder), stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/signin/", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def environment(folder):
    """As on a machine where nothing was set up; what a developer's .env file says does not count."""
    here = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    database = f"sqlite:///{folder / 'db.sqlite3'}"
    office = {"OFFICE_NAME": "清源县人大常委会代表工作委员会"}
    return here | office | {"VAR_DIR": str(folder), "DATABASE_URL": database, "REDIS_URL": "", "DEBUG": "false"}


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _wait_for(address, server, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not answer")
