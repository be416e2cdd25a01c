"""What stands in the cells of a workbook, and how much room it takes."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32767
"""Characters that a cell can hold."""


class Tenths(int):
    """A share in tenths of a percent; written as a percentage with one decimal."""


class Ident(int):
    """A number that is a name, not an amount: the key of a record, the place in a list."""


class Marked(NamedTuple):
    """A value with a mark: ``missed`` or ``left_out``."""

    value: object
    mark: str


def kind_of(value) -> str:
    """The style in which a value stands where nothing else is asked for."""
    if value is None or isinstance(value, str):
        return "text"
    if isinstance(value, date):
        return "date"
    return "share" if isinstance(value, Tenths) else "ident" if isinstance(value, Ident) else "number"


def clean(text: str) -> str:
    """The text without what a workbook cannot hold; line breaks stay."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]


@lru_cache(maxsize=100_000)
def width_of(text: str) -> int:
    """How wide a line is, in characters of half width: a Chinese character takes two."""
    return max(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in part) for part in text.split("\n"))


def width_of_value(value) -> int:
    """The same of what is written for any value."""
    if isinstance(value, Marked):
        value = value.value
    if isinstance(value, str):
        return width_of(value)
    if isinstance(value, date):
        return 10
    return 5 if isinstance(value, Tenths) else len(f"{value or 0:,}")


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column, when whole Chinese characters wrap."""
    return sum(-(-width_of(part) // (int(width - 0.5) // 2 * 2)) or 1 for part in text.split("\n"))
