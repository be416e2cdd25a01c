"""Pure rules of petitions: how words, names and register numbers are read, and what a step is called."""

import re

from office import normalise

# What no person writes and no form, workbook or database takes: control characters, halves of characters,
# and the sign that stands where a character was already lost.
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACED_NAME = re.compile(r"([\u3400-\u9fff])\s+([\u3400-\u9fff])")
_PART_OF_PHONE = re.compile(r"\d[\d-]{3,}")
_BETWEEN = r"[\s\-/〔〕\[\]()年第]+"
_NUMBER = re.compile(
    rf"第?(?:(?:(?P<station>\d{{1,4}}){_BETWEEN})?(?P<year>\d{{4}}){_BETWEEN})?(?P<seq>\d{{1,6}})\s*号?"
)

_NOT_WORDS = re.compile(r"[\W_]+")
_PASTED = 0.6
_ALIKE = 0.4


def grams(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text, signs and blanks aside: what is alike shares many of them."""
    plain = _NOT_WORDS.sub("", text.lower())
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: the pairs they share among all pairs of the two."""
    mine, theirs = grams(one), grams(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def is_alike(one: str, other: str) -> bool:
    """Whether two texts may well be about the same matter."""
    return likeness(one, other) >= _ALIKE


def is_pasted(text: str, source: str) -> bool:
    """Whether the greater part of ``text`` was merely taken from ``source`` (L1-51)."""
    mine, theirs = grams(text), grams(source)
    return bool(mine) and len(mine & theirs) / len(mine) >= _PASTED


def even_breaks(text: str) -> str:
    """Line breaks as one sign each: browsers send two, and Word has signs of its own."""
    return _BREAKS.sub("\n", text)


def is_readable(text: str) -> bool:
    """Whether every character can be stored, shown and exported."""
    return not _UNREADABLE.search(text)


def is_blank(text: str) -> bool:
    """Whether nothing in the text can be seen; characters of no width do not count."""
    return not any(sign.isprintable() and not sign.isspace() for sign in text)


def tidy_name(text: str) -> str:
    """A name on one line; 张 三, spaced out as in printed lists, is 张三. Two names side by side stay apart."""
    line = " ".join(text.split())
    spaced = _SPACED_NAME.fullmatch(line)
    return "".join(spaced.groups()) if spaced else line


def phone_fragments(text: str) -> list[str]:
    """What to look for when somebody searches by a telephone number or a part of one; empty if it is none."""
    try:
        return [normalise.phones(text)]
    except normalise.NotUnderstood:
        part = normalise.word(normalise.halved(text))
        return [part, part.replace("-", "")] if _PART_OF_PHONE.fullmatch(part) else []


def number_parts(text: str) -> dict:
    """The parts of a register number as people write it: 03〔2026〕0012, 2026-12 or just 12; empty if it is none."""
    found = _NUMBER.fullmatch(normalise.halved(text))
    return {part: int(digits) for part, digits in found.groupdict().items() if digits} if found else {}
