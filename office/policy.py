"""The policy table: who may open which address. One line an address name, read from ``policy.toml``.

The middleware asks it before each view; a test reads the same table and fails on an address without a line.
"""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from office.roles import Role

FILE = Path(__file__).with_name("policy.toml")


@dataclass(frozen=True)
class Line:
    """Who may open one address, and with which methods."""

    pattern: str
    public: bool
    roles: frozenset
    methods: frozenset

    def allows(self, user, method: str) -> bool:
        """Whether ``user`` may use ``method`` here. A superuser sets the system up and passes."""
        if method not in self.methods | {"HEAD", "OPTIONS"}:
            return False
        if self.public:
            return True
        if not (user.is_authenticated and user.is_active):
            return False
        return user.is_superuser or not self.roles or user.has_role(*self.roles)


@cache
def lines() -> tuple[Line, ...]:
    table = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(_line(pattern, entry) for pattern, entry in table.items())


def _line(pattern, entry) -> Line:
    who = entry["who"]
    return Line(
        pattern=pattern,
        public=who == "everyone",
        roles=frozenset(Role(role) for role in who) if isinstance(who, list) else frozenset(),
        methods=frozenset(entry["methods"]),
    )


@cache
def line_for(name: str) -> Line:
    """The first line that names this address; KeyError when the table forgot it."""
    for line in lines():
        if fnmatchcase(name, line.pattern):
            return line
    raise KeyError(name)
