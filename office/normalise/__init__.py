"""What a careful clerk reads in a cell: pure functions from what stands there to a clean value.

Each takes a cell as the workbook gives it (text, number, date) and returns the value, or raises ``NotUnderstood``
with a stable code and a sentence that says what to do. Nothing is ever guessed.
"""

from office.normalise.dates import day, days_in, has_month_only, month, year_in
from office.normalise.districts import DistrictName, district
from office.normalise.phones import phones
from office.normalise.words import (
    NotUnderstood,
    fold,
    halved,
    is_blank,
    is_ditto,
    is_none,
    limited,
    line,
    number_of,
    numeral,
    people,
    person,
    persons,
    text,
    word,
)

__all__ = [
    "DistrictName",
    "NotUnderstood",
    "day",
    "days_in",
    "district",
    "fold",
    "halved",
    "has_month_only",
    "is_blank",
    "is_ditto",
    "is_none",
    "limited",
    "line",
    "month",
    "number_of",
    "numeral",
    "people",
    "person",
    "persons",
    "phones",
    "text",
    "word",
    "year_in",
]
