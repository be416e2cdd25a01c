"""Jobs 3 to 6 and 8: the register over HTTP, beside the peer's same work and the least that a page costs.

Three servers stand side by side, two workers each, and are asked by turns. A page is opened by two people at once.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from benchmarks import peer, searches
from benchmarks.serving import Browser, Errand, Request, Site, seconds_of_database
from benchmarks.words import REPLY, REQUEST, SEARCHED, SITUATION, SLOW_ROUNDS, VISITOR
from constituents.models import Petition, ResultClass
from office.models import User

FOLDER = Path(__file__).parent.parent
BARE, PROGRAM, PEER = "bare", "program", "peer"
AT_ONCE = 2
TURN = 0.8
"""Seconds that a turn is meant to take."""
MOST, MOST_WRITTEN = 40, 4
"""Requests in a turn; of those that write, because there must be rows left to write to."""
DEFAULT_ROUNDS = 5
STRIDE = 7_919
"""From one row that is opened to the next."""


class Program:
    """Clerk and liaison officer at work. What is to be timed is made ready and given back."""

    def __init__(self, served):
        self._clerk = Browser(served, _signed_in("county"))
        self._officer = Browser(served, _signed_in("officer"))
        self._admitted, self._routed = _standing("admitted"), _standing("routed")
        self._result = ResultClass.objects.filter(active=True).first().pk

    def listed(self):
        return self._opened("/matters/")

    def of_one_place(self):
        return self._opened("/matters/?station=1")

    def last(self):
        return self._opened("/matters/?after=last")

    def searched(self, text):
        return self._opened(f"/matters/?q={quote(text)}")

    def opened(self, pk):
        return self._opened(f"/matters/{pk}/")

    def registered(self):
        told = {"visitor": VISITOR, "phone": "13900001234", "situation": SITUATION, "request": REQUEST}
        return self._sent(self._officer, "/desk/new/?station=1", told)

    def routed(self, pk):
        return self._sent(self._clerk, f"/matters/{next(self._admitted)}/route/", {"kind": "station"})

    def replied(self, pk):
        told = {"text": REPLY, "result": self._result}
        return self._sent(self._clerk, f"/matters/referrals/{next(self._routed)}/reply/", told)

    def _opened(self, address):
        return Errand(self._clerk, [Request(address)])

    def _sent(self, browser, address, told):
        return Errand(browser, [Request(address, browser.form(address) | told)])


def _signed_in(username) -> dict:
    """The cookie of somebody's session."""
    user = User.objects.get(username=username)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key}


def _standing(status) -> Iterator[int]:
    """The newest petitions that stand there, each once; a size whose rows were used up must be loaded anew."""
    rows = Petition.objects.filter(status=status).order_by("-received_on", "-id")
    return iter(list(rows.values_list("pk", flat=True)[:500]))


class Work(NamedTuple):
    """One thing that is done in the program and in the peer: who does it is given, and the number of a row."""

    do: Callable
    writes: bool = False


WORK = {
    "list, newest first": Work(lambda who, pk: who.listed()),
    "list of one station / queue": Work(lambda who, pk: who.of_one_place()),
    "last page of the list": Work(lambda who, pk: who.last()),
    "one matter": Work(lambda who, pk: who.opened(pk)),
    "register": Work(lambda who, pk: who.registered(), writes=True),
    "route": Work(lambda who, pk: who.routed(pk), writes=True),
    "reply": Work(lambda who, pk: who.replied(pk), writes=True),
    **{f"search {text}": Work(lambda who, pk, text=text: who.searched(text)) for text in SEARCHED},
}


@dataclass
class Side:
    """One of the three: what it is given to do, on which server and database, and what that took."""

    ready: Callable[[Work, int], Errand]
    site: Site
    database: str
    walls: list[float] = field(default_factory=list)
    each: list[float] = field(default_factory=list)
    used: float = 0.0

    def begin(self, work, rows) -> tuple[int, int]:
        """Forget what was; the statements that the work takes, and how often it is done in a turn."""
        self.walls, self.each, self.used = [], [], 0.0
        statements = self.ready(work, next(rows)).statements()
        most = MOST_WRITTEN if work.writes else MOST
        return statements, min(most, max(1, int(TURN / _timed(self.ready(work, next(rows))))))

    def turn(self, errands):
        """Run all of them, some at once."""
        before = self._seconds_used()
        began = perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as people:
            self.each += people.map(_timed, errands)
        self.walls.append((perf_counter() - began) / len(errands))
        self.used += self._seconds_used() - before

    def _seconds_used(self) -> float:
        with connection.cursor() as cursor:
            return self.site.seconds_used() + (seconds_of_database(cursor, self.database) or 0)

    def figures(self) -> dict:
        slowest = sorted(self.each)[int(0.95 * len(self.each))]
        return {"median": median(self.each), "p95": slowest, "cpu": self.used / len(self.each), "n": len(self.each)}


def _timed(errand) -> float:
    began = perf_counter()
    errand.run()
    return perf_counter() - began


def run(size, rounds=None) -> dict:
    """Hits first: a search that finds other rows than reading does is not timed."""
    found = searches.check()
    here = {"DATABASE_URL": os.environ["DATABASE_URL"]}
    there = peer.prepare(size)
    with (
        Site(sys.executable, FOLDER, "benchmarks.bare", **here) as bare,
        Site(sys.executable, FOLDER, "benchmarks.served", **here) as program,
        peer.site(there) as helpdesk,
    ):
        sides = {BARE: _bare(bare), PROGRAM: _at_work(Program(program), program), PEER: _peer(helpdesk, there)}
        done = {name: _contest(work, sides, size.told, rounds or DEFAULT_ROUNDS) for name, work in WORK.items()}
    return {"petitions": size.told, "searches": found, "work": done}


def _bare(site):
    errand = Errand(Browser(site, _signed_in("county")), [Request("/")])
    return Side(lambda work, pk: errand, site, connection.settings_dict["NAME"])


def _at_work(who, site):
    return Side(lambda work, pk: work.do(who, pk), site, connection.settings_dict["NAME"])


def _peer(site, address):
    who = peer.Helpdesk(site)
    return Side(lambda work, pk: work.do(who, pk), site, address.rpartition("/")[2])


def _contest(work, sides, size, rounds) -> dict:
    """One piece of work by turns; the order of a round is reversed in the next."""
    rows = (1 + pk * STRIDE % size for pk in count(1))
    begun = {name: side.begin(work, rows) for name, side in sides.items()}
    order = list(sides)
    for n in range(rounds):
        for name in order:
            statements, times = begun[name]
            if n < SLOW_ROUNDS or times > 1:
                sides[name].turn([sides[name].ready(work, next(rows)) for _ in range(times)])
        order.reverse()
    figures = {name: {"sql": begun[name][0], **side.figures()} for name, side in sides.items()}
    slow = begun[PEER][1] == 1 and rounds > SLOW_ROUNDS
    return {**figures, "slow": slow, "to_bare": _ratio(sides, BARE), "to_peer": _ratio(sides, PEER), "rounds": rounds}


def _ratio(sides, other) -> float:
    """The other's time to the program's, the median of the rounds: above one the program is faster."""
    pairs = zip(sides[other].walls, sides[PROGRAM].walls, strict=False)
    return median(theirs / mine for theirs, mine in pairs)
