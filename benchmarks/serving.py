"""A site in processes of its own, opened over HTTP, with the processor time that it takes."""

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlencode

WORKERS = 2
TICK = os.sysconf("SC_CLK_TCK")
_HOST = "127.0.0.1"


class Site:
    """Gunicorn with two workers, each of which answers one request after the other."""

    def __init__(self, python, folder, settings, **environment):
        with socket.socket() as free:
            free.bind((_HOST, 0))
            self.port = free.getsockname()[1]
        where = {**os.environ, **environment, "DJANGO_SETTINGS_MODULE": settings, "PYTHONWARNINGS": "ignore"}
        command = [python, "-m", "gunicorn", "--workers", str(WORKERS), "--bind", f"{_HOST}:{self.port}"]
        command += ["--log-level", "critical", "--timeout", "900", "django.core.wsgi:get_wsgi_application()"]
        self._server = subprocess.Popen(command, cwd=folder, env=where, start_new_session=True)

    def __enter__(self):
        for _ in range(300):
            try:
                socket.create_connection((_HOST, self.port), 1).close()
                return self
            except OSError:
                if self._server.poll() is not None:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def __exit__(self, *wrong):
        os.killpg(self._server.pid, signal.SIGTERM)
        self._server.wait(30)

    def seconds_used(self) -> float:
        """Processor seconds of the server and its workers since they began."""
        return sum(_used(pid) for pid in [self._server.pid, *_children(self._server.pid)])


def seconds_of_database(cursor, name) -> float | None:
    """Processor seconds of the connections to a database as far as they still stand; None when it runs elsewhere."""
    cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])
    try:
        return sum(_used(pid) for (pid,) in cursor.fetchall())
    except FileNotFoundError:
        return None


def _children(pid) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [int(child) for child in children.read().split()]


def _used(pid) -> float:
    with open(f"/proc/{pid}/stat") as stat:
        user, system = stat.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICK


class Request(NamedTuple):
    """An address to open, or a form to send to it."""

    address: str
    fields: dict | None = None


class Answer(NamedTuple):
    """What came back, and how many statements it took if that was asked for."""

    text: str
    statements: int


class Browser:
    """Somebody who opens pages of a site and sends its forms."""

    def __init__(self, site, cookies=None):
        self._site, self._cookies = site, cookies or {}

    def ask(self, request: Request, **headers) -> Answer:
        """The answer: a page that was opened is there, a form that was sent leads on. Raises RuntimeError otherwise."""
        method, expected, body = (
            ("GET", 200, None) if request.fields is None else ("POST", 302, urlencode(request.fields))
        )
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(_HOST, self._site.port, timeout=900)
        connection.request(method, request.address, body, headers)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        connection.close()
        if response.status != expected:
            raise RuntimeError(f"{method} {request.address} answered {response.status}: {_wrong(text)}")
        self._keep_cookies(response)
        return Answer(text, int(response.getheader("X-Statements", 0)))

    def form(self, address) -> dict:
        """The fields of the form on a page."""
        return Form(self.ask(Request(address)).text).fields

    def _keep_cookies(self, response):
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _is, kept = value.partition(";")[0].partition("=")
                self._cookies[cookie] = kept


class Errand(NamedTuple):
    """What one person does in one go."""

    browser: Browser
    requests: list[Request]

    def run(self):
        for request in self.requests:
            self.browser.ask(request)

    def statements(self) -> int:
        """Run it, and count the statements that it takes."""
        return sum(self.browser.ask(request, **{"X-Count": "1"}).statements for request in self.requests)


def _wrong(text) -> str:
    """What a page says about the form that it refused."""
    said = re.findall(r'(?s)class="[^"]*(?:error|invalid|alert)[^"]*"[^>]*>(.*?)</', text)
    return " / ".join(" ".join(re.sub("<[^>]*>", " ", one).split()) for one in said)[:500] or text[:500]


class Form(HTMLParser):
    """The fields of a page's forms as a browser would send them; of a choice the first one that says something."""

    def __init__(self, page):
        super().__init__()
        self.fields, self._area, self._select, self._chosen = {}, None, None, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        name, value = told.get("name"), told.get("value", "")
        if tag == "input" and name:
            self._input(name, value, told)
        elif tag == "textarea":
            self._area = name
            self.fields[name] = ""
        elif tag == "select":
            self._select, self._chosen = name, False
            self.fields.setdefault(name, "")
        elif tag == "option" and self._select and value:
            self._option(value, "selected" in told)

    def _input(self, name, value, told):
        kind = told.get("type", "text")
        if kind in ("submit", "button", "file"):
            return
        if kind not in ("radio", "checkbox") or "checked" in told:
            self.fields[name] = value

    def _option(self, value, selected):
        if selected or not (self._chosen or self.fields[self._select]):
            self.fields[self._select], self._chosen = value, selected

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, text):
        if self._area:
            self.fields[self._area] += text
