"""Words, names and numerals as they stand in a cell."""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import gettext as _

_INVISIBLE = re.compile(
    "[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|_x000[Dd]_"
)
_SPACES = re.compile(r"\s+")
_WIDE = {0xFF01 + n: 0x21 + n for n in range(94)}
_WIDE_LETTERS = {wide: half for wide, half in _WIDE.items() if chr(half).isalnum()}
_NOTHING = {
    "", "无", "暂无", "没有", "未知", "不详", "未填", "空", "无电话", "无手机", "无号码", "未提供",
    "/", "\\", "-", "--", "---", "—", "——", "–", "_", "N/A", "NA", "n/a", "NULL", "null", "None", "×", "*",
}  # fmt: skip
_DITTO = {"〃", "″", "”", "“", '"', "''", "＂", "〞", "同上", "同前", "仝上", "(同上)", "（同上）", "-〃-", "--〃--"}
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff"
_NAME = re.compile(f"[{_HAN}]+(?:·[{_HAN}]+)*|[A-Za-z][A-Za-z .·'-]*")
_DOTS = re.compile("[•・‧∙⋅․●.﹒]")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
NUMERAL = "零〇○一二三四五六七八九十百千两廿卅"


class NotUnderstood(ValueError):
    """A cell that cannot be read; ``code`` is stable, the message is for the person who keeps the workbook.

    ``kept`` is the part that was understood all the same (one of two telephone numbers), or None.
    """

    def __init__(self, code: str, message: str, kept=None):
        super().__init__(message)
        self.code = code
        self.kept = kept


@lru_cache(maxsize=50_000)
def _trimmed(written: str) -> str:
    return _INVISIBLE.sub("", written.replace("\r\n", "\n").replace("\r", "\n")).strip()


def text(value) -> str:
    """A cell as text: invisible signs gone, ends trimmed, lines kept; 3.0 is written 3."""
    if isinstance(value, str):
        return _trimmed(value)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def halved(value) -> str:
    """A cell as text with full-width letters, digits and signs in half width."""
    return unicodedata.normalize("NFKC", text(value)).strip()


@lru_cache(maxsize=50_000)
def _line(written: str) -> str:
    return _SPACES.sub(" ", written.translate(_WIDE_LETTERS)).strip()


def line(value) -> str:
    """A cell as one line: full-width letters and digits halved, runs of spaces and line breaks become one space."""
    return _line(text(value))


@lru_cache(maxsize=50_000)
def _word(written: str) -> str:
    return _SPACES.sub("", written.translate(_WIDE_LETTERS))


def word(value) -> str:
    """A cell as one word: no spaces inside."""
    return _word(text(value))


@lru_cache(maxsize=50_000)
def _fold(written: str) -> str:
    bare = _SPACES.sub("", unicodedata.normalize("NFKC", written)).lower()
    bare = _DOTS.sub("·", bare)
    return re.sub(f"第([{NUMERAL}]+)", lambda m: f"第{_numeral_or(m[1])}", bare)


def _numeral_or(written: str):
    number = numeral(written)
    return written if number is None else number


def fold(value) -> str:
    """The key under which two ways to write the same name meet."""
    return _fold(text(value))


def is_blank(value) -> bool:
    """True for a cell in which nothing stands."""
    return value is None or (isinstance(value, str) and not text(value))


def is_none(value) -> bool:
    """True for a blank cell and for one that says "none" (无, —, /)."""
    if value is None:
        return True
    return isinstance(value, str) and word(halved(value)) in _NOTHING


def is_ditto(value) -> bool:
    """True for 〃 and 同上."""
    return isinstance(value, str) and word(value) in _DITTO


def limited(value: str, limit: int) -> str:
    """The text itself, refused when it is longer than the register can keep."""
    if len(value) > limit:
        raise NotUnderstood(
            "too_long", _("The text is longer than %(limit)d characters; shorten it.") % {"limit": limit}
        )
    return value


def numeral(written: str) -> int | None:
    """A number in Arabic or Chinese figures (12, 十二, 二〇二六), or None."""
    if re.fullmatch(r"[0-9]+", written):
        return int(written)
    if not written or any(c not in _DIGITS and c not in _UNITS and c not in "廿卅" for c in written):
        return None
    if all(c in _DIGITS for c in written):
        return int("".join(str(_DIGITS[c]) for c in written))
    return _with_units(written.replace("廿", "二十").replace("卅", "三十"))


def _with_units(written: str) -> int | None:
    total, digit = 0, None
    for c in written:
        if c in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[c]
            digit = None
        elif digit in (None, 0):
            digit = _DIGITS[c]
        else:
            return None
    return total + (digit or 0)


def number_of(value, units: str) -> int:
    """A count such as 3, 3.0, 3人 or 三口; ``units`` are the words that may stand behind it."""
    if isinstance(value, float) and not value.is_integer():
        raise NotUnderstood("not_a_number", _("This is not a whole number."))
    found = re.fullmatch(rf"([0-9]+|[{NUMERAL}]+)(?:{units})*", word(halved(value)))
    number = numeral(found[1]) if found else None
    if number is None:
        raise NotUnderstood("not_a_number", _("This is not a whole number."))
    return number


def people(value) -> int:
    """The number of people in a household, one to ninety-nine."""
    number = number_of(value, "个|人|口|名")
    if not 1 <= number <= 99:
        raise NotUnderstood("out_of_range", _("A household has 1 to 99 people; write the number."))
    return number


@lru_cache(maxsize=50_000)
def _person(written: str) -> str:
    bare = _SPACES.sub(" ", unicodedata.normalize("NFKC", written))
    if re.search(f"[{_HAN}]", bare):
        bare = _DOTS.sub("·", bare.replace(" ", ""))
    if not _NAME.fullmatch(bare) or not 2 <= len(bare) <= 50:
        raise NotUnderstood("not_a_name", _("This is not a person's name; write the name alone."))
    return bare


def person(value) -> str:
    """A person's name without the spaces that offices put inside two-character names."""
    return _person(text(value))


_BETWEEN = re.compile(r"[、,;/|\n]+")


def persons(value) -> list[str]:
    """The names in one cell, whatever stands between them: 、 , ; / a line break or spaces."""
    names = []
    for part in _BETWEEN.split(unicodedata.normalize("NFKC", text(value))):
        names += [person(name) for name in _by_spaces(part)]
    return list(dict.fromkeys(names))


def _by_spaces(part: str) -> list[str]:
    """Split at spaces, but not inside 余  海: a lone character goes with the lone character after it."""
    found, lone = [], ""
    for piece in part.split():
        if len(piece) > 1 and not lone:
            found.append(piece)
        elif lone:
            found.append(lone + piece)
            lone = ""
        else:
            lone = piece
    return found + [lone] * bool(lone)
