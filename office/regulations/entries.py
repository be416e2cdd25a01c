"""What a data file holds, entry by entry, each with the place where it stands."""

from dataclasses import dataclass, make_dataclass
from datetime import date

from office.dated_files import Place
from office.regulations.measures import AMOUNTS, POINTS

# In the language of the files, whatever that of the server.
NOT_BUILT = "尚未实现"


@dataclass(frozen=True)
class ClauseEntry:
    """One ``[[clause]]`` of a file. Without a rule it says in ``text_only`` why none interprets it."""

    at: Place
    id: str
    quote: str
    duty: str
    place: str = ""
    actor: str = ""
    text_only: str = ""


# The amounts of the points scheme: so many that they are named once, in ``measures``.
_Points = make_dataclass("_Points", [(name, int, None) for name in POINTS], frozen=True, kw_only=True)


@dataclass(frozen=True)
class RuleEntry(_Points):
    """One ``[[rule]]`` of a file: a dated version of how one rule set reads one clause.

    A measure and a clock give their amounts. Any other rule says in ``implements`` which names of the program carry it
    out, and in ``planned`` what of it is not built yet.
    """

    at: Place
    key: str
    kind: str
    set: str
    name: str
    effective_from: date
    effective_to: date = None
    measure: str = ""
    severity: str = ""
    recipient: str = ""
    minimum: int = None
    maximum: int = None
    days: int = None
    unit: str = ""
    amber_days: int = None
    month: int = None
    amber_day: int = None
    amber_month: int = None
    full_months: int = None
    every_months: int = None
    days_after: int = None
    met_share: int = None
    contacts: int = None
    receptions: int = None
    suggestions: int = None
    satisfied_share: int = None
    activities: int = None
    filed_share: int = None
    counting: list = None
    not_counting: list = None
    implements: list = None
    planned: str = ""
    note: str = ""

    @property
    def amounts(self) -> dict:
        """The amounts that the file gives, by name."""
        return {name: getattr(self, name) for name in AMOUNTS if getattr(self, name) not in (None, "")}

    @property
    def missing(self) -> str:
        """What of the rule is not built yet, in words."""
        return f"{NOT_BUILT}：{self.planned}" if self.planned else ""

    @property
    def identity(self) -> tuple:
        """What all versions of one rule share."""
        return (self.key, self.measure, self.set)


@dataclass(frozen=True)
class RegulationEntry:
    """One file: a regulation text with its clauses and rules."""

    at: Place
    key: str
    title: str
    kind: str
    status: str
    text: str
    level: str = ""
    scope: str = ""
    superseded_by: str = ""
    effective_from: date = None
    effective_to: date = None
    clauses: tuple = ()
    rules: tuple = ()


@dataclass(frozen=True)
class RuleSetEntry:
    """One ``[[set]]`` of the file of rule sets."""

    at: Place
    key: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class UseEntry:
    """One ``[[use]]`` of that file: where a set applies as long as the office has said nothing of its own."""

    at: Place
    set: str
    effective_from: date
    effective_to: date = None
    level: str = ""
    note: str = ""


@dataclass(frozen=True)
class RuleSetsEntry:
    """The file of rule sets, whole."""

    at: Place
    sets: tuple = ()
    uses: tuple = ()

    @property
    def keys(self) -> list[str]:
        return [entry.key for entry in self.sets]


def overlap(one, other) -> bool:
    """Whether two dated versions share a day; without an end a version lasts."""
    return one.effective_from <= last_day(other) and other.effective_from <= last_day(one)


def last_day(version) -> date:
    """The last day of a dated version; the end of all days when it lasts."""
    return version.effective_to or date.max
