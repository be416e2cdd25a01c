"""Finding a person in the records by name, telephone number, register number or user name, and whose record is whose.

Two records are of one person when they have the same name and a number in common, or when one is the other's sign-in.
A record without a number stands for itself: the same name alone proves nothing, so a person decides.
"""

from dataclasses import dataclass, field

from django.db.models import Q

from constituents.models import Petition
from deputies.models import Deputy
from liaison_stations.models import StationPost
from office import masking
from office.models import User
from reports.persons.records import ROOTS

SHORTEST = 7
"""So many digits make a telephone number."""


class NotClear(Exception):
    """Several persons fit; ``people`` are the candidates."""

    def __init__(self, people):
        super().__init__()
        self.people = people


@dataclass
class Person:
    """The records of one person; ``key`` names them on a command line: that of the first record."""

    name: str
    records: list = field(default_factory=list)

    @property
    def key(self) -> str:
        return key_of(self.records[0])

    @property
    def keys(self) -> list[str]:
        return [key_of(row) for row in self.records]

    @property
    def masked(self) -> str:
        """The person as a list of candidates shows them."""
        numbers = {masking.phone(phone) for row in self.records for phone in numbers_of(row)}
        return " ".join([masking.name(self.name), *sorted(numbers)])

    @property
    def kinds(self) -> list[str]:
        """Which records there are, in words."""
        return [f"{row._meta.verbose_name} {row.pk}" for row in self.records]


def key_of(row) -> str:
    """``household-12``."""
    return f"{row._meta.model_name}-{row.pk}"


def numbers_of(row) -> set[str]:
    """The telephone numbers in a record, as digits."""
    column = ROOTS[row._meta.label_lower].phone
    parts = getattr(row, column).split("、") if column else []
    return {digits for part in parts if len(digits := _digits(part)) >= SHORTEST}


def name_of(row) -> str:
    return getattr(row, ROOTS[row._meta.label_lower].name).strip()


def _digits(text) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


def find(text: str) -> list[Person]:
    """The persons whom a name, a number, a register number or a user name fits, each with all their records."""
    text = text.strip()
    hits = [row for root in ROOTS.values() for row in _hits(root, text)] if text else []
    return _people(_completed(hits))


def _hits(root, text):
    digits = _digits(text)
    wanted = Q(**{root.name: text})
    if root.phone and len(digits) >= SHORTEST and not any(sign.isalpha() for sign in text):
        wanted |= Q(**{f"{root.phone}__contains": digits[-4:]})
    if root.label == "constituents.petition":
        wanted |= Q(pk__in=Petition.objects.numbered(text))
    if root.label == "office.user":
        wanted |= Q(username=text)
    rows = root.model._base_manager.filter(wanted).order_by("pk")
    return [row for row in rows if _fits(row, text, digits)]


def _fits(row, text, digits) -> bool:
    """A number fits whole, never by its end."""
    by_number = isinstance(row, Petition) and row.number.replace(" ", "") == text.replace(" ", "")
    by_user = isinstance(row, User) and row.username == text
    return name_of(row) == text or digits in numbers_of(row) or by_number or by_user


def _completed(hits):
    """With the other records of the same persons: the same name and a number in common, and the sign-in."""
    found = {key_of(row): row for row in hits}
    for row in list(found.values()):
        for other in _others(row):
            found.setdefault(key_of(other), other)
    return list(found.values())


def _others(row):
    for root in ROOTS.values():
        if root.phone:
            for other in root.model._base_manager.filter(**{root.name: name_of(row)}).order_by("pk"):
                if numbers_of(other) & numbers_of(row):
                    yield other
    user = row if isinstance(row, User) else getattr(row, "user", None)
    if user:
        yield user
        yield from Deputy.objects.filter(user=user)
        yield from StationPost.objects.filter(user=user)


def _people(rows) -> list[Person]:
    """Records put together, each with the first whose person it is of."""
    groups: list[list] = []
    for row in rows:
        same = [group for group in groups if any(_are_one(row, other) for other in group)]
        groups = [group for group in groups if group not in same]
        groups.append([other for group in same for other in group] + [row])
    return [Person(name_of(group[0]), group) for group in groups]


def _are_one(one, other) -> bool:
    if name_of(one) == name_of(other) and numbers_of(one) & numbers_of(other):
        return True
    users = [row.pk if isinstance(row, User) else getattr(row, "user_id", None) for row in (one, other)]
    return users[0] is not None and users[0] == users[1]


def one(text: str, *, keys=()) -> Person:
    """The one person who fits, or with ``keys`` the chosen ones taken together; raises ``NotClear``."""
    people = find(text)
    if keys:
        people = [person for person in people if set(person.keys) & set(keys)]
        rows = [row for person in people for row in person.records]
        return Person(people[0].name, rows) if people else _unclear([])
    return people[0] if len(people) == 1 else _unclear(people)


def _unclear(people):
    raise NotClear(people)
