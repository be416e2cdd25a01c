"""Lists by the number of a page, never counted: one row more than a page holds tells whether another follows."""

from typing import NamedTuple

from office import typed


class Page(NamedTuple):
    """The rows of one page, and the numbers of its neighbours; None where there is none."""

    rows: list
    previous: int | None
    next: int | None


def page(rows, asked, size: int) -> Page:
    """The page that an address asks for, the first for what is no number; one query."""
    number = typed.number(asked) or 1
    found = list(rows[(number - 1) * size : number * size + 1])
    return Page(found[:size], number - 1 or None, number + 1 if len(found) > size else None)
