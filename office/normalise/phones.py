"""Telephone numbers: mobile, landline, service number; one or several in a cell."""

import re

from django.utils.translation import gettext as _

from office.normalise.words import NotUnderstood, halved, limited

_MOBILE = re.compile(r"(?:\+?0{0,2}86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"\(?(010|02\d|0[3-9]\d{2})\)?-?([2-9]\d{2,3}-?\d{4})(?:(?:-|转)(\d{1,5}))?")
_LOCAL = re.compile(r"[2-8]\d{2,3}-?\d{4}")
_SERVICE = re.compile(r"[48]00\d{7}")
_ROW_OF_MOBILES = re.compile(r"(?:1[3-9]\d{9}){2,}")
_BETWEEN = re.compile(r"[、,;/|\n]+|或")
_DASHES = re.compile("[‐‑‒–—―−·_.]")
_LABEL = re.compile(r"^(?:联系|手机|电话|固定|固话|座机|办公室?|家庭|住宅|本人|号码?|手|电|宅|办|家|[:()])+(?=[\d+(])")
_NOTE = re.compile(r"^(?P<number>[^(\u4e00-\u9fff]*\d)(?P<note>\s*[(\u4e00-\u9fff].*)$")


def phones(value) -> str:
    """The telephone number in a cell without spaces and dashes; several are joined with 、.

    A landline is written 0719-3221234. Raises ``NotUnderstood`` for what is no telephone number; the numbers beside it
    that are, and a number with a word behind it, are kept.
    """
    if isinstance(value, float) and not value.is_integer():
        raise _no_phone()
    written = halved(value)
    if whole := _read(written):
        return "、".join(dict.fromkeys(whole))
    good, bad = [], []
    for part in _parts(written):
        numbers = _read(part)
        good += numbers
        bad += [] if numbers else [part]
    good = list(dict.fromkeys(good))
    if bad or not good:
        raise _without_note(good, bad)
    return limited("、".join(good), 60)


def _no_phone(kept=None):
    return NotUnderstood("not_a_phone", _("This is not a telephone number; check its length, or leave it empty."), kept)


def _without_note(good: list[str], bad: list[str]) -> NotUnderstood:
    noted = [_NOTE.match(part) for part in bad]
    if not bad or not all(found and _read(found["number"]) for found in noted):
        return _no_phone("、".join(good) or None)
    good += [number for found in noted for number in _read(found["number"])]
    return NotUnderstood(
        "words_beside_phone",
        _("Words stand beside the telephone number (%(words)s); only the number was taken.")
        % {"words": " ".join(found["note"].strip() for found in noted)},
        "、".join(dict.fromkeys(good)),
    )


def _parts(written: str) -> list[str]:
    parts = [part for part in _BETWEEN.split(written) if part.strip()]
    return [piece for part in parts for piece in _by_spaces(part)]


def _by_spaces(part: str) -> list[str]:
    """Two whole numbers with a space between them are two; 199 3202 6752 is one."""
    pieces = part.split()
    return pieces if len(pieces) > 1 and all(_read(piece) for piece in pieces) else [part]


def _read(part: str) -> list[str]:
    joined = _DASHES.sub("-", "".join(part.split()))
    joined = _LABEL.sub("", joined)
    bare = joined.replace("-", "")
    if found := _MOBILE.fullmatch(bare):
        return [found[1]]
    if _ROW_OF_MOBILES.fullmatch(bare):
        return re.findall(r"\d{11}", bare)
    if found := _LANDLINE.fullmatch(joined):
        return ["-".join(filter(None, (found[1], found[2].replace("-", ""), found[3])))]
    return [bare] if _LOCAL.fullmatch(joined) or _SERVICE.fullmatch(bare) else []
