"""One line of a worklist, and the sections in which the lines stand."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from office.models import Clause

SHOWN = 30
"""So many lines stand in a section; the list behind has all of them."""
LATE, TODAY, WEEK, LATER = range(4)
TITLES = {LATE: _("Overdue"), TODAY: _("Today"), WEEK: _("This week"), LATER: _("When there is time")}


@dataclass(frozen=True)
class Item:
    """One thing to do: in the words of the rule, about what, by when; the button opens the page where it is done."""

    due: date | None
    text: str
    about: str
    clause: Clause
    link: str
    button: str
    part: int
    # Where all of its kind are listed, for a section that does not hold them all.
    listed_at: str = ""
    kind: str = ""

    @property
    def overdue(self) -> bool:
        return self.part == LATE


class More(NamedTuple):
    """What a section does not show: what kind it is, and the list that has all of it."""

    text: str
    link: str


@dataclass(frozen=True)
class Section:
    """Lines that are due at about the same time, the earliest first."""

    part: int
    items: list[Item] = field(default_factory=list)

    @property
    def title(self) -> str:
        return TITLES[self.part]

    @property
    def shown(self) -> list[Item]:
        return self.items[:SHOWN]

    @property
    def more(self) -> list[More]:
        """One link for each kind of which something is left out."""
        left_out = self.items[SHOWN:]
        return list(dict.fromkeys(More(one.kind, one.listed_at) for one in left_out if one.listed_at))


def sections(items) -> list[Section]:
    """The items by the time they are due; a section without any is not there."""
    ordered = sorted(items, key=lambda one: (one.part, one.due or date.max))
    found = [Section(part, [one for one in ordered if one.part == part]) for part in TITLES]
    return [section for section in found if section.items]
