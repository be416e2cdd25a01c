"""The peer, django-helpdesk, in an environment and a database of its own, and the same work done in it."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from urllib.parse import urlencode

import django
import gunicorn
import psycopg2

from benchmarks import database
from benchmarks.loading import SQL
from benchmarks.serving import Browser, Errand, Request, Site
from benchmarks.sizes import NIGHT
from benchmarks.words import PEER, REPLY, REQUEST, SITUATION, VISITOR

FOLDER = Path(__file__).parent / "helpdesk"
ENVIRONMENT = Path(__file__).parent.parent / "var" / "benchmarks" / PEER
PYTHON = ENVIRONMENT / "bin" / "python"
OPEN = {"status__in": [1, 2]}


def prepare(size) -> str:
    """The address of the peer's database with as many tickets as there are petitions; made when it is not there yet."""
    _install()
    name = database_of(size)
    url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    seed = [SQL / "told.sql", FOLDER / "tickets.sql"]
    mark = hashlib.sha256("".join([PEER, *(file.read_text("utf-8") for file in seed)]).encode()).hexdigest()
    if database.read_from(name) != mark:
        database.create(name)
        command = [PYTHON, "-W", "ignore", "prepare.py", str(size.told), NIGHT.isoformat(), *map(str, seed)]
        subprocess.run(command, cwd=FOLDER, env={**os.environ, "PEER_DATABASE_URL": url}, check=True)
        database.write_on(name, mark)
    return url


def database_of(size) -> str:
    """What the peer's database beside one of this size is called."""
    return f"deputy_bench_helpdesk_{size.told}"


def _install():
    """Beside our own versions of what both stand on."""
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    same = [f"{name}=={version}" for name, version in _versions().items()]
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER, *same]
    subprocess.run(command, check=True, stdout=sys.stderr)


def _versions() -> dict:
    return {
        "Django": django.get_version(),
        "gunicorn": gunicorn.__version__,
        "psycopg2-binary": psycopg2.__version__.split()[0],
    }


def site(url) -> Site:
    return Site(str(PYTHON), FOLDER, "settings", PEER_DATABASE_URL=url)


class Helpdesk:
    """One member of the staff at work. What is to be timed is made ready and given back."""

    def __init__(self, served):
        self.browser = Browser(served)
        self.browser.ask(Request("/login/", self.browser.form("/login/") | {"username": "staff1", "password": "bench"}))

    def listed(self, **narrowed):
        """The page and the rows that it fetches: together what somebody sees."""
        return self._rows(OPEN | narrowed)

    def of_one_place(self):
        return self.listed(queue__id__in=[1])

    def last(self):
        _page, rows = self.listed().requests
        total = json.loads(self.browser.ask(rows).text)["recordsTotal"]
        return self._rows(OPEN, start=max(0, total - 25))

    def searched(self, text):
        return self._rows({}, text=text)

    def _rows(self, filtering, *, start=0, text=""):
        query = {"filtering": filtering, "sorting": "created", "search_string": text, "sortreverse": False}
        asked = base64.b64encode(json.dumps(query).encode()).decode()
        table = {"draw": 1, "start": start, "length": 25, "search[value]": ""}
        table |= {"order[0][column]": 0, "order[0][dir]": "desc"}
        return Errand(
            self.browser, [Request("/tickets/"), Request(f"/datatables_ticket_list/{asked}?{urlencode(table)}")]
        )

    def opened(self, pk):
        return Errand(self.browser, [Request(f"/tickets/{pk}/")])

    def registered(self):
        told = {"queue": 1, "title": VISITOR, "body": SITUATION + REQUEST, "priority": 3, "assigned_to": ""}
        return Errand(self.browser, [Request("/tickets/submit/", self.browser.form("/tickets/submit/") | told)])

    def routed(self, pk):
        """The ticket is given to somebody else."""
        return self._updated(pk, owner=2 + pk % 40, comment="请核实办理。", new_status=1)

    def replied(self, pk):
        return self._updated(pk, comment=REPLY, new_status=3, public=1)

    def _updated(self, pk, **told):
        return Errand(self.browser, [Request(f"/tickets/{pk}/update/", self.browser.form(f"/tickets/{pk}/") | told)])
