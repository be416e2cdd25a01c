"""The names of electoral districts: 第十二选区, 第 12 选区, 12选区 and 12 are one."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from office.normalise.words import NUMERAL, NotUnderstood, halved, numeral, text, word

_NUMBERED = re.compile(rf"(?P<place>[^\d第]*?)(?P<th>第?)(?P<n>\d+|[{NUMERAL}]+)号?(?P<word>选举?区)?")
_BACKWARD = re.compile(r"选举?区第?(?P<n>\d+)号?")
_NOTE = re.compile(r"\([^()]*\)$")
_UNKNOWN = {"待定", "未定", "未知", "不详", "选区", "无选区"}


@dataclass(frozen=True)
class DistrictName:
    """One district: its number where it has one, and the one way its name is written."""

    name: str
    number: int | None = None


@lru_cache(maxsize=20_000)
def _district(written: str) -> DistrictName:
    bare = _NOTE.sub("", written) or written
    found = _BACKWARD.fullmatch(bare) or _NUMBERED.fullmatch(bare)
    if found and not _reads_as_word(found):
        return _numbered(found.groupdict().get("place") or "", numeral(found["n"]))
    if (
        bare in _UNKNOWN
        or not re.search("[\u3400-\u9fff]", bare)
        or re.match(r"第?\d+[^\d选号]*\d", bare)
        or len(bare) > 50
    ):
        raise NotUnderstood("not_a_district", _("This is not an electoral district; write it like 第12选区."))
    return DistrictName(bare)


def _reads_as_word(found) -> bool:
    """五一选区 and 八一 are names of places, not numbers 51 and 81; so is 城关一."""
    groups = found.groupdict()
    figures = groups["n"]
    if groups.get("th") or figures.isdigit() and groups.get("word", "x"):
        return False
    if groups.get("place") and not groups.get("word"):
        return True
    return not figures.isdigit() and len(figures) > 1 and not re.search("[十百廿卅]", figures)


def _numbered(place: str, number: int | None) -> DistrictName:
    if number is None or not 1 <= number <= 999 or len(place) > 40:
        raise NotUnderstood("not_a_district", _("This is not an electoral district; write it like 第12选区."))
    return DistrictName(f"{place}第{number}选区", number)


def district(value) -> DistrictName:
    """The district that a cell names, by number or, where it has none, by name."""
    return _district(word(halved(text(value))))
