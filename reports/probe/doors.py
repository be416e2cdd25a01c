"""Who opens which address, said a second time, address by address, in ``doors.txt``: the policy table must agree (A02).

The policy table says it by patterns, and whoever widens a pattern widens every address below it, seen or not. Here
each address stands by its name, so that a door which opens to one role more is a line that somebody has to write.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from office import policy
from office.roles import Role

FILE = Path(__file__).with_name("doors.txt")


class Door(NamedTuple):
    """Who opens one address, and by which methods."""

    methods: frozenset
    who: frozenset

    def __str__(self):
        return f"{' '.join(sorted(self.methods))}: {' '.join(sorted(self.who))}"


def said() -> dict[str, Door]:
    """Every address with its door, as written in ``doors.txt``: a heading, and the names it holds for."""
    found, door = {}, None
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith(" "):
            found[line.strip()] = door
        elif line and not line.startswith("#"):
            methods, who = line.split(": ")
            door = Door(frozenset(methods.split()), frozenset(who.split()))
    return found


def of(line) -> Door:
    """What a line of the policy table says."""
    who = {"everyone"} if line.public else {str(role) for role in line.roles} or {"signed-in"}
    return Door(line.methods, frozenset(who))


def wrong(every) -> list[str]:
    """The addresses at which the policy table and ``doors.txt`` disagree, and what each says."""
    known, names = said(), {address.name for address in every}
    gone = [f"{name}: in {FILE.name}, and no address" for name in sorted(known.keys() - names)]
    return [*_disagreeing(sorted(names), known), *gone]


def _disagreeing(names, known) -> Iterator[str]:
    for name in names:
        try:
            found = of(policy.line_for(name))
        except KeyError:
            found = "no line at all"
        if found != known.get(name):
            yield f"{name}: the policy table says {found}; {FILE.name} {known.get(name, 'nothing')}"


def mutants() -> Iterator[tuple[str, str, tuple]]:
    """Each line of the policy table left out, opened, with a role more, a role less, a method more: name and table."""
    lines = policy.lines()
    for n, line in enumerate(lines):
        for name, changed in _changed(line):
            yield line.pattern, name, (*lines[:n], *changed, *lines[n + 1 :])


def _changed(line):
    yield "left out", ()
    if not line.public:
        yield "opened to everyone", (replace(line, public=True),)
    if line.roles:
        yield "opened to whoever signs in", (replace(line, roles=frozenset()),)
        for role in Role:
            yield f"{'with' if role not in line.roles else 'without'} {role}", (_turned(line, role),)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - line.methods:
        yield f"answers {method}", (replace(line, methods=line.methods | {method}),)


def _turned(line, role):
    roles = line.roles ^ {role}
    return replace(line, roles=roles) if roles else replace(line, methods=frozenset())


def survivors(every) -> tuple[int, list[str]]:
    """How many faults of the policy table were tried, and which of them nobody would have noticed."""
    tried, alive, known = 0, [], said()
    for pattern, name, lines in mutants():
        tried += 1
        touched = [address.name for address in every if fnmatchcase(address.name, pattern)]
        with standing(lines):
            if not any(_disagreeing(touched, known)):
                alive.append(f"{pattern} {name}")
    return tried, alive


@contextmanager
def standing(lines):
    """Another policy table."""
    policy.line_for.cache_clear()
    with mock.patch.object(policy, "lines", lambda: lines):
        yield
    policy.line_for.cache_clear()
