"""Days and months in the many ways that offices write them."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from office.normalise.words import NUMERAL, NotUnderstood, halved, numeral

_EPOCH = date(1899, 12, 30)
_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | {"。": ".", "·": ".", "元": "1"})
_N = rf"(\d{{1,2}}|[{NUMERAL}]{{1,3}})"
_YEAR = r"(\d{4}|\d{2}|[零〇○一二三四五六七八九]{4})"
_SEP = r"\s*[.\-/]\s*"
_CLOCK = r"\d{1,2}\s*[:时点]\s*(?:\d{1,2}|半)?\s*分?(?::\d{2}(?:\.\d+)?)?"
_BEHIND = (
    r"(?:[\sT,(\[]*(?:(?:星期|周|礼拜)[一二三四五六日天1-7]|[上下中]午|早上|早晨|凌晨|晚上?|夜间|全天"
    rf"|{_CLOCK}(?:\s*[-~至到]\s*{_CLOCK})?)[)\]]*)*\s*[.,;]?"
)
_FULL = re.compile(rf"{_YEAR}(?:\s*年\s*{_N}\s*月\s*{_N}\s*[日号]?|{_SEP}{_N}{_SEP}{_N}\s*[日号]?)(?!\d){_BEHIND}")
_NO_YEAR = re.compile(rf"(?:{_N}\s*月\s*{_N}\s*[日号]?|(\d{{1,2}}){_SEP}(\d{{1,2}})\s*[日号]?)(?!\d){_BEHIND}")
_MONTH = re.compile(rf"{_YEAR}\s*(?:年\s*{_N}\s*月?份?|{_SEP}{_N}\s*月?)\s*(?:出?生)?\.?")
_INSIDE = re.compile(r"(\d{4})\s*(?:年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]|[.\-/](\d{1,2})[.\-/](\d{1,2})(?!\d))")
_INSIDE_MONTH = re.compile(r"\d{4}\s*(?:年(?:\s*\d{1,2}\s*月)?|[.\-/]\d{1,2})|\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?")
_IN_LINE = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)|(二[〇○零][零〇○一二三四五六七八九]{2})年")


def day(value, year: int | None = None) -> date:
    """The day that a cell names. A day without a year lies in ``year``, the year that the workbook is about."""
    if isinstance(value, datetime | date):
        return _plausible(value.date() if isinstance(value, datetime) else value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _day_of_number(float(value), year)
    return _day_of_text(_tidy(value), year)


@lru_cache(maxsize=20_000)
def _day_of_text(written: str, year: int | None) -> date:
    if found := _FULL.fullmatch(written):
        y, m, d = (g for g in found.groups() if g is not None)
        return _calendar(_full_year(y, year), m, d)
    if re.fullmatch(r"\d{8}|\d{5}(?:\.0+)?", written):
        return _day_of_number(float(written), year)
    if found := _NO_YEAR.fullmatch(written):
        m, d = (g for g in found.groups() if g is not None)
        return _in_year(year, m, d)
    raise _no_day()


def _tidy(value) -> str:
    return halved(value).translate(_SIGNS)


def _no_day():
    return NotUnderstood("not_a_day", _("This is not a single day; write it like 2026-01-03."))


def _day_of_number(number: float, year: int | None) -> date:
    if 20_000 <= number < 80_000:
        return _plausible(_EPOCH + timedelta(days=int(number)))
    if number.is_integer() and 10_000_000 <= number < 100_000_000:
        digits = str(int(number))
        return _calendar(int(digits[:4]), digits[4:6], digits[6:])
    if 1 <= number < 13 and not number.is_integer():
        return _day_of_decimal(str(number), year)
    raise _no_day()


def _day_of_decimal(written: str, year: int | None) -> date:
    """1.3 as a number may have been 1.3 or 1.30: named when the calendar allows both."""
    month, digits = written.split(".")
    both = [_possible(year, month, d) for d in {digits, f"{digits}0"} if len(d) <= 2]
    days = [d for d in both if d]
    if len(days) > 1:
        raise NotUnderstood(
            "ambiguous_day",
            _("The number may stand for two days, because Excel drops the last zero; write it like 2026-01-03."),
        )
    return days[0] if days else _in_year(year, month, digits)


def _possible(year, month, day_of_month) -> date | None:
    try:
        return _in_year(year, month, day_of_month)
    except NotUnderstood:
        return None


def _in_year(year: int | None, month: str, day_of_month: str) -> date:
    if year is None:
        raise NotUnderstood("no_year", _("The date has no year and the title names none; write it like 2026-01-03."))
    return _calendar(year, month, day_of_month)


def _full_year(written: str, year: int | None) -> int:
    number = numeral(written)
    if number >= 100:
        return number
    if number > 60 or (year and abs(2000 + number - year) > 5):
        raise _no_day()
    return 2000 + number


def _calendar(year: int, month: str, day_of_month: str) -> date:
    try:
        return _plausible(date(year, numeral(month), numeral(day_of_month)))
    except (ValueError, TypeError) as refused:
        if isinstance(refused, NotUnderstood):
            raise
        raise NotUnderstood("impossible_day", _("There is no such day in the calendar; check it.")) from None


def _plausible(on: date) -> date:
    if not 1900 < on.year < 2100:
        raise NotUnderstood("implausible_year", _("The year cannot be right; check it."))
    return on


def month(value) -> date:
    """The first day of the month that a cell names; a full date is kept as it is (month of birth)."""
    if isinstance(value, datetime | date):
        return day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _month_of_number(float(value))
    written = _tidy(value).removesuffix("生").removesuffix("出").strip()
    if re.fullmatch(r"\d{5,6}", written):
        return _month_of_number(float(written))
    if found := _MONTH.fullmatch(written):
        y, m = (g for g in found.groups() if g is not None)
        return _calendar(_birth_year(y), m, "1")
    try:
        return _day_of_text(written, None)
    except NotUnderstood as refused:
        raise refused if refused.code == "impossible_day" else _no_month() from None


def _no_month():
    return NotUnderstood("not_a_month", _("This is not a month; write it like 1981-10."))


def _month_of_number(number: float) -> date:
    if number.is_integer() and 190_001 <= number <= 210_012:
        return _calendar(int(number) // 100, f"{int(number) % 100:02d}", "1")
    if number.is_integer() and 10_000 <= number < 80_000:
        return _plausible(_EPOCH + timedelta(days=int(number)))
    if number.is_integer() and 19_000_101 <= number < 21_000_101:
        return _day_of_number(number, None)
    year, _dot, digits = str(number).partition(".")
    if digits == "1":
        raise NotUnderstood(
            "ambiguous_month",
            _("As a number this may be January or October, because Excel drops the last zero; write it like 1981-10."),
        )
    if digits == "0" or len(digits) > 2 or len(year) not in (2, 4):
        raise _no_month()
    return _calendar(_birth_year(year), digits, "1")


def _birth_year(written: str) -> int:
    number = numeral(written)
    if number >= 100:
        return number
    return 1900 + number if number > 20 else 2000 + number


def days_in(value) -> list[date]:
    """The full dates inside a sentence, e.g. in a remark; what is no date is passed over."""
    found = []
    for y, m1, d1, m2, d2 in _INSIDE.findall(_tidy(value)):
        try:
            found.append(_calendar(int(y), m1 or m2, d1 or d2))
        except NotUnderstood:
            continue
    return found


def has_month_only(value) -> bool:
    """True when a sentence names a time but no full date (2025年6月调离)."""
    return bool(_INSIDE_MONTH.search(_tidy(value))) and not days_in(value)


def year_in(value) -> int | None:
    """The one year that a title or a reporting line names; None when it names none or several."""
    years = {int(a) if a else numeral(b) for a, b in _IN_LINE.findall(halved(value).replace("O", "〇"))}
    return years.pop() if len(years) == 1 else None
