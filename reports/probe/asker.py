"""Asking the system as somebody, in-process and through every layer of it; whatever is written is taken back."""

import io
import re
import zipfile
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_backends
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.test import Client, RequestFactory

from office.models import User
from reports.probe.written import Written

WORD = re.compile(rb"CNRY-[0-9A-Z]+-[0-9A-Z]*")
MADE_ANEW = re.compile(
    rb'(?:name="(?:csrfmiddlewaretoken|kept|key|token)" value|nonce)="[^"]*"'
    rb'|"X-CSRFToken": "[^"]*"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass
class Answer:
    """What came back: status, headers as text, the body with everything in it unpacked; and what was written."""

    status: int
    headers: bytes
    body: bytes
    written: list = field(default_factory=list)

    @property
    def text(self) -> bytes:
        return self.headers + b"\n" + self.body

    @property
    def plain(self) -> bytes:
        """The body without what is made anew for each answer: tokens, form keys, what was typed and is kept, signed."""
        return MADE_ANEW.sub(b"", self.body)


class Found(NamedTuple):
    """One word that was read."""

    where: str
    word: str


class Asker:
    """Everybody of a probe county, signed in."""

    def __init__(self, probe):
        self.probe = probe
        self._handler = BaseHandler()
        self._handler.load_middleware()
        self._factory = RequestFactory(headers={"host": settings.ALLOWED_HOSTS[0]})
        self._cookies = {key: self._sign_in(user) for key, user in probe.people.items() if user}
        # Who is signed in is read once and not at every request: that a session ends when it should is tried elsewhere.
        self._known = {key: _read_once(user) for key, user in probe.people.items() if user and user.is_active}
        self.written = Written(probe)
        self.pages: dict[tuple[str, str], Answer] = {}
        """What somebody read at an address, as far as it was kept."""

    def _sign_in(self, user) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, person, method, path, fields=None, *, body=None, kind=None, language="", **headers) -> Answer:
        """One request as ``person``; it leaves nothing behind."""
        request = self._request(person, method, path, fields, body, kind, language, headers)
        with taken_back(), self.written.watched() as touched:
            answer = _read(self._handler.get_response(request))
            if touched:
                answer.written = self.written.differences(touched)
        return answer

    def page(self, person, path) -> Answer:
        """What a person reads at an address. As no request leaves anything behind, it is asked for once."""
        if (person, path) not in self.pages:
            self.pages[person, path] = self.ask(person, "GET", path)
        return self.pages[person, path]

    def known(self, person) -> User:
        """Who they are, as read once."""
        return copy(self._known[person])

    def _request(self, person, method, path, fields, body, kind, language, headers):
        make = self._factory.generic
        if body is None and fields is not None:
            request = self._factory.post(path, fields, headers=headers)
        else:
            request = make(method, path, body or b"", kind or "application/octet-stream", headers=headers)
        request._dont_enforce_csrf_checks = True
        if person in self._cookies:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = self._cookies[person]
        if person in self._known:
            request._cached_user = self.known(person)
        if language:
            request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = language
        return request

    def foreign(self, person, answer) -> list[Found]:
        """The words in an answer that this person may not read."""
        told = [Found("headers", word) for word in self._unknown(person, answer.headers)]
        return told + [Found("body", word) for word in self._unknown(person, answer.body)]

    def own(self, person, answer) -> set[str]:
        """The words of the county that an answer shows."""
        return {word.decode() for word in WORD.findall(answer.text)} & self.probe.words.keys()

    def _unknown(self, person, text) -> list[str]:
        return [word for word in {one.decode() for one in WORD.findall(text)} if not self.may_read(person, word)]

    def may_read(self, person, word) -> bool:
        """Whether a word, or what is left of it where a page cut it off, is for this person."""
        readers = self.probe.words.get(word)
        if readers is None:
            cut = [seen for known, seen in self.probe.words.items() if known.startswith(word) or word.startswith(known)]
            return any(person in seen for seen in cut)
        return person in readers


def _read_once(user):
    fresh = get_backends()[0].get_user(user.pk)
    fresh.standing()
    return fresh


@contextmanager
def taken_back():
    """Whatever is written inside is undone."""
    block = transaction.atomic()
    block._from_testcase = True  # as in a test: a report that wants a transaction of its own may begin one
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _read(response) -> Answer:
    if hasattr(response, "render") and not response.is_rendered:
        response.render()
    body = b"".join(response.streaming_content) if response.streaming else response.content
    for close in response._resource_closers:  # not response.close(), which ends the database connection as well
        close()
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output(header="Cookie:")
    return Answer(response.status_code, f"{headers}\n{cookies}".encode(), unpacked(body))


def unpacked(body) -> bytes:
    """The body with everything in it: a workbook, a Word document or a zip in a zip."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return b"\n".join(unpacked(archive.read(name)) for name in archive.namelist())
    return body.replace(b"\\u002D", b"-")
