"""Reception hours as offices write them, read as a recurrence: 每月15日上午9:00-11:00, 单月15日, 每周一下午 …"""

import re
from datetime import time
from typing import NamedTuple

from liaison_stations import rota
from office import normalise

_DAYS = {sign: n for n, sign in enumerate("一二三四五六日")} | {"天": 6}
_COUNT = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_WEEK = r"(?:周|星期|礼拜)([一二三四五六日天])"
_NTH_WEEKDAY = re.compile(rf"月(?:的)?第([一二三四五1-5])个?{_WEEK}")
_DAY = re.compile(r"(单月|双月|月)(?:的)?(?:份)?(?:的)?([\d一二三四五六七八九十]{1,3})[日号]")
_WEEKDAY = re.compile(rf"每{_WEEK}")
_CLOCK = r"(\d{1,2})(?:[:.]|点|时)?(\d{2}|半)?(?:分)?"
_TIMES = re.compile(rf"(上午|早上|下午|午后)?{_CLOCK}(?:-|至|到|~)+(上午|下午|午后)?{_CLOCK}")
_UNITS = "一二三四五六七八九"
_WRITTEN = [*_UNITS, *(f"{tens}十{unit}" for tens in ("", "二", "三") for unit in ("", *_UNITS))]
_NUMBERS = (
    {str(n): n for n in range(1, 32)}
    | {f"0{n}": n for n in range(1, 10)}
    | dict(zip(_WRITTEN[:31], range(1, 32), strict=True))
)
_EVEN_MONTHS = "2,4,6,8,10,12"
_FORENOON, _AFTERNOON = (time(9), time(11)), (time(14, 30), time(17))


class Hours(NamedTuple):
    """By which rule receptions come round, and from when to when on such a day."""

    kind: str
    rule: str
    starts_at: time
    ends_at: time


def understood(words: str) -> Hours | None:
    """What the words say, or None where they do not say on which days (D3-三, D5-二a)."""
    text = normalise.word(normalise.halved(words)).replace("—", "-").replace("–", "-")
    named = _rule(text)
    if named is None:
        return None
    kind, rule, rest = named
    return Hours(kind, rule, *_times(rest))


def _rule(text):
    """Kind and rule, and what stands behind the words that gave them: there are the hours."""
    if nth := _NTH_WEEKDAY.search(text):
        day = rota.rule_of(rota.WEEKLY, weekday=_DAYS[nth[2]]).rpartition("=")[2]
        return rota.CUSTOM, f"FREQ=MONTHLY;BYDAY={_COUNT[nth[1]]}{day}", text[nth.end() :]
    if (on := _DAY.search(text)) and on[2] in _NUMBERS:
        return *_of_month(on[1], _NUMBERS[on[2]]), text[on.end() :]
    if every := _WEEKDAY.search(text):
        return rota.WEEKLY, rota.rule_of(rota.WEEKLY, weekday=_DAYS[every[1]]), text[every.end() :]
    return None


def _of_month(months, day):
    if months == "单月" and day == 15:
        return rota.ODD_15TH, rota.rule_of(rota.ODD_15TH)
    monthly = rota.rule_of(rota.MONTHLY, month_day=day)
    if months == "月":
        return rota.MONTHLY, monthly
    named = "1,3,5,7,9,11" if months == "单月" else _EVEN_MONTHS
    return rota.CUSTOM, monthly.replace("FREQ=MONTHLY;", f"FREQ=MONTHLY;BYMONTH={named};")


def _times(text) -> tuple[time, time]:
    """From when to when; without hours the forenoon, or the afternoon where that is what is said."""
    said = _TIMES.search(text)
    if said:
        half, hour, minute, second_half, until, until_minute = said.groups()
        starts, ends = _clock(hour, minute, half), _clock(until, until_minute, second_half or half)
        if starts and ends and starts < ends:
            return starts, ends
    return _AFTERNOON if "下午" in text or "午后" in text else _FORENOON


def _clock(hour, minute, half) -> time | None:
    hours, minutes = int(hour), 30 if minute == "半" else int(minute or 0)
    hours += 12 * (half in ("下午", "午后") and hours < 12)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None
