"""What of a name, a number or an address is shown to somebody who does not need all of it: pure functions."""

import re

_STARS = "****"
_VILLAGE = re.compile(r"^.*?(?:村|社区|居委会)")
_TOWN = re.compile(r"^.*?(?:街道|镇|乡)")


def name(text: str) -> str:
    """张*: the first sign."""
    text = text.strip()
    return f"{text[0]}*" if text else ""


def phone(text: str) -> str:
    """138****1234; of several numbers each. A short number keeps its last two signs."""
    return "、".join(_number(one) for one in text.split("、")) if text else ""


def _number(text):
    signs = text.strip()
    return f"{signs[:3]}{_STARS}{signs[-4:]}" if len(signs) >= 11 else f"{_STARS}{signs[-2:]}"


def id_number(text: str) -> str:
    """3301**********1234: where the card is from, and its end."""
    return f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}" if len(text) > 8 else "*" * len(text)


def address(text: str) -> str:
    """As far as the village, or the township where no village is named."""
    found = _VILLAGE.match(text) or _TOWN.match(text)
    if not text or not found:
        return _STARS if text else ""
    return text if found.end() == len(text) else f"{found[0]}{_STARS}"


def email(text: str) -> str:
    """z****@example.cn."""
    before, at, host = text.partition("@")
    return f"{before[:1]}{_STARS}{at}{host}" if at else note(text)


def birth(day) -> str:
    """The year alone."""
    return f"{str(day)[:4]}-**" if day else ""


def note(text: str) -> str:
    """Nothing but that there is something."""
    return _STARS if text else ""


OF_KIND = {
    "name": name,
    "phone": phone,
    "id": id_number,
    "address": address,
    "email": email,
    "birth": birth,
    "note": note,
}
"""By the kind of field in the data catalogue; other kinds are not masked."""
