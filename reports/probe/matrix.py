"""Every address × every role × every method × one's own, a neighbour's, a stranger's and no row at all (A01, A02)."""

from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple
from zlib import crc32

from django.contrib.auth.models import AnonymousUser

from office import policy
from office.roles import Role
from reports.probe import addresses, county, doors
from reports.probe.addresses import Unfillable
from reports.probe.asker import METHODS

ON_EVERY_ROW = ("GET", "POST")
_OTHERS = tuple(method for method in METHODS if method not in ON_EVERY_ROW)
_TO_THE_FRONT_DOOR = (200, 302, 401)
"""A page of somebody who is not signed in leads to the sign-in; what was typed is kept on it; a script is told."""


OPEN = dict.fromkeys(
    ("constituents:suggestion_new", "constituents:suggestion_move"),
    # A deputy asks colleagues of the same congress to sign, whom every roster names with their district (D7-三3).
    ("deputies.deputy.name", "deputies.electoraldistrict.name"),
)
"""Pages that name people of the same congress out of sight, and in which columns their names stand."""


class Leak(NamedTuple):
    """One thing that got through the wall."""

    url: str
    role: str
    method: str
    object: str
    where: str
    what: str

    def __str__(self):
        return f"{self.role} {self.method} {self.url} ({self.object}): {self.where}: {self.what}"


@dataclass
class Result:
    """What was asked, and what came through."""

    cells: int = 0
    addresses: set = field(default_factory=set)
    roles: set = field(default_factory=set)
    leaks: list = field(default_factory=list)
    opened: dict = field(default_factory=dict)
    """Each own page that answered 200, ``(address, role, path)``, and what stood there."""
    statuses: Counter = field(default_factory=Counter)
    words_seen: dict = field(default_factory=dict)


def people() -> dict[str, str]:
    """One person for each role, by what they are called in a report; a role without somebody fails."""
    known = {
        Role.COUNTY_OFFICE: "county",
        Role.TOWN_OFFICE: "town-T1",
        Role.STATION_OFFICER: "officer-T1S1",
        Role.STATION_HEAD: "head-T1S1",
        Role.DEPUTY: "deputy-T1S1D1",
        Role.GROUP_LEADER: "group-T1S1",
        Role.HANDLING_UNIT: "unit-T1U1",
        Role.LEADER: "leader",
    }
    everybody = {role.value: known.get(role, role.value) for role in Role}
    return {"anonymous": "anonymous", "link": "link", **everybody, "disabled": "disabled", "no role": "norole"}


def unfillable(every) -> list[str]:
    """The addresses that the probe does not know how to fill, each with what to add."""
    found = []
    for address in every:
        try:
            address.check()
        except Unfillable as missing:
            found.append(str(missing))
    return found


def _number(address, role) -> int:
    return crc32(f"{address.route} {role}".encode())


class Matrix:
    """Asks everything, in the order of the resolver."""

    def __init__(self, probe, asker, *, thorough=True, only="*"):
        """``thorough``: each of the other methods at each door, and not one of them by lot. ``only``: which names."""
        self.probe, self.asker, self.result, self.thorough = probe, asker, Result(), thorough
        self.people = people()
        self.addresses = [address for address in addresses.everything() if fnmatchcase(address.name, only)]
        if unknown := unfillable(self.addresses):
            raise Unfillable("\n".join(unknown))
        if missing := set(self.people.values()) - probe.people.keys():
            raise Unfillable(f"no probe user for {sorted(missing)}: add one to reports/probe/county.py")

    def run(self) -> Result:
        for line in doors.wrong(addresses.everything()):
            name, said = line.split(": ", 1)
            self.result.leaks.append(Leak(name, "policy", "any", "any", "door", said))
        for address in self.addresses:
            for role, person in self.people.items():
                self._try(address, role, person)
            self.result.addresses.add((address.name, address.route))
        self.result.roles = set(self.people)
        return self.result

    def _try(self, address, role, person):
        line = policy.line_for(address.name)
        barred = not any(line.allows(self._user(person), method) for method in line.methods)
        for n, filling in enumerate(address.fillings()):
            asked = {}
            for kind, path in address.paths(self.probe, person, filling).items():
                for method in self._methods(kind, address, role, first=n == 0, refused=barred):
                    asked[kind, method] = self.cell(address, role, person, method, kind, path)
                    if barred:
                        self._is_shut(address, role, method, asked[kind, method])
                    if (kind, method) == ("own", "GET"):
                        self._opened(address, role, person, path, asked[kind, method])
            self._compare(address, role, asked)

    def _opened(self, address, role, person, path, answer):
        self.asker.pages[person, path] = answer
        if answer.status == 200:
            self.result.opened[address.name, role, path] = answer.body

    def _methods(self, kind, address, role, *, first, refused):
        """Reading and writing on every row; the rest on a stranger's row, where there is one in the address.

        Who is refused at the door, before any row is looked for, need not ask for each row.
        """
        if refused and (kind != "own" or not (first or self.thorough)):
            return ()
        if first and kind == ("elsewhere" if address.row_part and not refused else "own"):
            if self.thorough:
                return METHODS
            return self._at_a_closed_door(address, role) if refused else (*ON_EVERY_ROW, self._lot(address, role))
        return ON_EVERY_ROW if first or kind in ("own", "elsewhere") else ()

    def _lot(self, address, role) -> str:
        """One of the other methods, by lot; always the same for the same door."""
        return _OTHERS[_number(address, role) % len(_OTHERS)]

    def _at_a_closed_door(self, address, role):
        """Everybody knocks at each; one role in three, by lot, tries to write as well."""
        return ON_EVERY_ROW if _number(address, role) % 3 == 0 else ("GET",)

    def _user(self, person):
        return self.probe.people.get(person) or AnonymousUser()

    def cell(self, address, role, person, method, kind, path):
        """One question, judged; the answer."""
        fields = {} if method == "POST" else None
        answer = self.asker.ask(person, method, path, fields)
        self.result.cells += 1
        self.result.statuses[answer.status] += 1
        self.judge(address, role, person, method, kind, answer)
        return answer

    def judge(self, address, role, person, method, kind, answer):
        """Whatever is wrong with one answer."""
        told = [
            (found.where, found.word)
            for found in self.asker.foreign(person, answer)
            if not self._told_openly(address, person, found.word)
        ]
        wrote = [("database", line) for line in self.asker.written.foreign(person, answer.written)]
        failed = [("status", str(answer.status))] if answer.status >= 500 else []
        for where, what in told + wrote + failed:
            self.leak(address, role, method, kind, where, what)

    def _is_shut(self, address, role, method, answer):
        """Who may not come in is sent to sign in, or told that they may not."""
        stranger = not getattr(self.probe.people.get(self.people[role]), "is_active", False)
        if answer.status != 403 and not (stranger and answer.status in _TO_THE_FRONT_DOOR):
            self.leak(address, role, method, "own", "door", f"answers {answer.status}")

    def _told_openly(self, address, person, word) -> bool:
        """Whether this page names somebody of the same congress for a reason of its own."""
        home = county.congress(self.probe.tags.get(("office.user", getattr(self.probe.people[person], "pk", 0)), ""))
        column = self.probe.columns.get(word, "")
        return column in OPEN.get(address.name, ()) and home == county.congress(word.split("-")[1])

    def leak(self, address, role, method, kind, where, what):
        self.result.leaks.append(Leak(f"/{address.route}", role, method, kind, where, what))

    def _compare(self, address, role, asked):
        """What is out of sight answers as if it were not there at all (A04)."""
        for (kind, method), answer in asked.items():
            absent = asked.get(("absent", method))
            if kind not in ("sibling", "elsewhere") or absent is None:
                continue
            if (answer.status, len(answer.plain)) != (absent.status, len(absent.plain)):
                said = f"{answer.status}, {len(answer.plain)} bytes; absent {absent.status}, {len(absent.plain)} bytes"
                self.leak(address, role, method, kind, "differs from absent", said)
