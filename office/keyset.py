"""Long lists page by page, as fast at their end as at their beginning, and never counted.

A page begins after a row, which its cursor names: ``2026-03-01.123`` is the row of that day with the id 123. Rows
that are added meanwhile move nothing from one page to another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

NEWEST_FIRST = ("-received_on", "-id")
SIZE = 25
LAST = "last"
"""The cursor of the last page."""
NEAR = 5_000
"""So many rows are read through for a search before an index is asked."""
_BEFORE = "before."


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the cursors of its neighbours; None where there is none."""

    rows: list
    next: str | None = None
    previous: str | None = None

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


@dataclass(frozen=True)
class _Order:
    """Columns that are all sorted in one direction; together they are unique and never null."""

    names: tuple[str, ...]
    descending: bool

    @classmethod
    def of(cls, order: Sequence[str]):
        """Raises ValueError where two columns run against each other: one comparison could not tell what comes next."""
        descending = {name.startswith("-") for name in order}
        if len(descending) != 1:
            raise ValueError(f"one direction for all of {order}")
        return cls(tuple(name.removeprefix("-") for name in order), descending.pop())

    def reversed(self):
        return _Order(self.names, not self.descending)

    def sort(self, rows: QuerySet) -> QuerySet:
        return rows.order_by(*self._terms())

    def _terms(self) -> list[str]:
        return ["-" + name if self.descending else name for name in self.names]

    def sort_found(self, rows: QuerySet) -> QuerySet:
        """The same order, but not by walking along its index until enough rows are found."""
        same = Coalesce(self.names[0], self.names[0])
        return rows.order_by(same.desc() if self.descending else same.asc(), *self._terms()[1:])

    def after(self, rows: QuerySet, key) -> QuerySet:
        return self._beyond(rows, key, LessThan if self.descending else GreaterThan)

    def through(self, rows: QuerySet, key) -> QuerySet:
        """The rows up to the one of ``key``, and that one."""
        return self._beyond(rows, key, GreaterThanOrEqual if self.descending else LessThanOrEqual)

    def _beyond(self, rows, key, compare):
        return rows if key is None else rows.filter(compare(_Row(*self.names), _Row(*map(Value, key))))

    def key_of(self, row) -> tuple:
        return tuple(getattr(row, name) for name in self.names)

    def cursor(self, row) -> str:
        return ".".join(map(str, self.key_of(row)))

    def read(self, cursor: str, rows: QuerySet):
        """The key that a cursor names; None for one that is broken or that nobody made."""
        written = cursor.rsplit(".", len(self.names) - 1)
        fields = [_field(rows, name) for name in self.names]
        try:
            return tuple(field.clean(text, None) for field, text in zip(fields, written, strict=True))
        except (ValidationError, ValueError):
            return None


def _field(rows, name):
    worked_out = rows.query.annotations.get(name)
    return worked_out.output_field if worked_out else rows.model._meta.get_field(name)


class _Row(Func):
    """Several columns or values, compared one after the other as one."""

    template = "(%(expressions)s)"
    output_field = TextField()


def page(rows: QuerySet, *, order=NEWEST_FIRST, after: str | None = None, size=SIZE) -> Page:
    """The page of ``rows`` that begins after a cursor; the first one without a cursor or with one that is broken.

    ``order`` names columns, or what ``rows`` is annotated with, that are never null, in one direction, the last one
    unique.
    """
    columns = _Order.of(order)
    return _turn_to(after, columns, rows, size, partial(_read, rows))


def search_page(rows: QuerySet, narrow: Callable, *, order=NEWEST_FIRST, after: str | None = None, size=SIZE) -> Page:
    """The page of those ``rows`` that ``narrow(rows, by_index=…)`` leaves, as ``page`` gives it.

    A frequent word stands in the nearest rows, which are read through first; the index is asked for what lies beyond
    them. It knows only pairs of signs, so for a long word of every tenth row it would fetch all those to show 25.
    """
    columns = _Order.of(order)
    return _turn_to(after, columns, rows, size, partial(_search, rows, narrow))


def _turn_to(cursor, order, rows, size, fetch) -> Page:
    cursor = cursor or ""
    if cursor == LAST:
        return _backward(None, order, size, fetch)
    key = order.read(cursor.removeprefix(_BEFORE), rows)
    if key and cursor.startswith(_BEFORE):
        return _backward(key, order, size, fetch)
    return _forward(key, order, size, fetch)


def _forward(key, order, size, fetch) -> Page:
    found = fetch(order, key, size + 1)
    rows = found[:size]
    previous = (_BEFORE + order.cursor(rows[0]) if rows else LAST) if key else None
    return Page(rows, next=order.cursor(rows[-1]) if len(found) > size else None, previous=previous)


def _backward(key, order, size, fetch) -> Page:
    """The page that ends before a row; what is less than a page there is shown as the first page."""
    found = fetch(order.reversed(), key, size + 1)
    if len(found) <= size:
        return _forward(None, order, size, fetch)
    rows = found[size - 1 :: -1]
    return Page(rows, next=order.cursor(rows[-1]) if key else None, previous=_BEFORE + order.cursor(rows[0]))


def _read(rows, order, key, wanted) -> list:
    return list(order.sort(order.after(rows, key))[:wanted])


def _search(rows, narrow, order, key, wanted) -> list:
    edge = _edge(rows.model, order, key)
    near = order.after(narrow(rows, by_index=False), key)
    found = list(order.sort(order.through(near, edge))[:wanted])
    if edge is None or len(found) == wanted:
        return found
    far = order.sort_found(order.after(narrow(rows, by_index=True), edge))
    return found + list(far[: wanted - len(found)])


def _edge(model, order, key) -> tuple | None:
    """The key of the last of the nearest rows; None where the table ends before it."""
    nearest = order.sort(order.after(model._base_manager.all(), key))
    return nearest.values_list(*order.names)[NEAR - 1 : NEAR].first()
