"""Names of files that open on every system: no reserved signs, no reserved words, not too long; pure functions."""

import re
import unicodedata

MOST = 120
"""Bytes of one name in UTF-8: with its folders a path stays below the 260 characters that Windows reads."""
_RESERVED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$")


def safe(name: str, ending: str = "") -> str:
    """A name for a file or folder, with ``ending`` (such as ``.pdf``) kept whole, however long the name is."""
    said = unicodedata.normalize("NFC", name)
    said = "".join(sign for sign in said if unicodedata.category(sign)[0] != "C")
    said = re.sub(r"\s+", " ", _RESERVED.sub("_", said)).strip(" .")
    said = _cut(said, MOST - len(ending.encode())).rstrip(" .")
    if not said or _DEVICES.match(said):
        said = f"_{said}"
    return said + ending


def _cut(text, most) -> str:
    return text.encode()[:most].decode("utf-8", "ignore")


class Taken:
    """The names given so far in one archive; on Windows two names that differ in case alone are one."""

    def __init__(self):
        self._names = set()

    def free(self, folder: str, name: str) -> str:
        """The path of ``name`` in ``folder``; a name that is taken gets a number."""
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if dot else (name, "")
        path, n = f"{folder}/{name}", 1
        while path.casefold() in self._names:
            n += 1
            number = f"_{n}{ending}"
            path = f"{folder}/{_cut(stem, MOST - len(number.encode()))}{number}"
        self._names.add(path.casefold())
        return path
