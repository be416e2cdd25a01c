"""The holidays that the law itself names (全国年节及纪念日放假办法, as of 2025), for a year without a notice yet.

The State Council's notice for a year comes in November of the year before and may move weekends around these days;
until then they are all that is known.
"""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from office.workdays import Calendar, Day

FILE = Path(__file__).with_name("data") / "festivals.toml"
_BY_DATE = (("元旦", 1, 1, 1), ("劳动节", 5, 1, 2), ("国庆节", 10, 1, 3))
_BY_MOON = (("春节", -1, 4), ("清明节", 0, 1), ("端午节", 0, 1), ("中秋节", 0, 1))
"""The festivals in the order of the file: how many days from the day itself the first free day lies, and how many."""


def days_of(year: int) -> dict[date, Day]:
    """The free days of a year by law, each with its holiday; beyond the table of festivals only those by date."""
    found = {}
    for name, month, day, length in _BY_DATE:
        found |= _free(name, date(year, month, day), length)
    for (name, offset, length), text in zip(_BY_MOON, _festivals().get(str(year), ()), strict=False):
        festival = date.fromisoformat(f"{year}-{text}") + timedelta(days=offset)
        # Two festivals may fall together, as in 2028: the day is free for both, and named after the one there first.
        found = _free(name, festival, length) | found
    return found


def completed(calendar: Calendar, year: int) -> Calendar:
    """The calendar, where ``year`` has not been entered, with what the law says of it; what was entered holds."""
    return calendar if year in calendar.years else replace(calendar, days={**days_of(year), **calendar.days})


def _free(name, first, length):
    return {first + timedelta(days=n): Day(working=False, name=name) for n in range(length)}


@cache
def _festivals() -> dict:
    return tomllib.loads(FILE.read_text("utf-8"))
