"""Reference facts as dated TOML files: read whole, refused with file, line and reason, merged into their table."""

import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

LONGEST = {
    "key": 20,
    "title": 120,
    "scope": 200,
    "id": 20,
    "place": 60,
    "actor": 40,
    "duty": 150,
    "text_only": 200,
    "name": 80,
    "recipient": 60,
    "planned": 200,
}


class FileRefused(Exception):
    """A file that cannot be taken as it is: which one, the line (counted from 1), and why."""

    def __init__(self, file: str, line: int, reason: str):
        super().__init__(_("%(file)s, line %(line)d: %(reason)s") % {"file": file, "line": line, "reason": reason})
        self.file, self.line, self.reason = file, line, reason


@dataclass(frozen=True)
class Place:
    """Where an entry stands: the file and the line of its first word."""

    file: str
    lines: tuple
    first: int

    def refuse(self, reason: str, name: str = ""):
        """Refuse the file at the line of ``name`` in this entry, or at the entry's first line."""
        raise FileRefused(self.file, self.line_of(name), reason)

    def line_of(self, name: str) -> int:
        for number in range(self.first, len(self.lines) + 1):
            line = self.lines[number - 1]
            if number > self.first and line.startswith("[["):
                break
            if name and re.match(rf"\s*{re.escape(name)}\s*=", line):
                return number
        return self.first


def opened(file: Path) -> tuple[Place, dict]:
    """The place of a file's first line, and the table that it holds."""
    text = _decoded(file)
    top = Place(file.name, tuple(text.split("\n")), 1)
    return top, _parsed(file, text, last=len(text.splitlines()))


def _decoded(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise FileRefused(file.name, 1, _("the file is not there or cannot be read")) from error
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileRefused(file.name, line, _("this is not UTF-8 text")) from error


def _parsed(file: Path, text: str, last: int) -> dict:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        reason = _("this is not TOML as it should be (%s)") % error
        raise FileRefused(file.name, int(found[1]) if found else last, reason) from error


def entries_of(kind, top: Place, header: str, tables) -> tuple:
    """The tables under a header such as ``[[clause]]``, each as an entry of this kind that knows its line."""
    starts = [n for n, line in enumerate(top.lines, 1) if line.strip() == f"[[{header}]]"]
    if not isinstance(tables, list) or len(starts) != len(tables):
        top.refuse(_("write each %(header)s under a line of its own: [[%(header)s]]") % {"header": header}, header)
    return tuple(entry_of(kind, Place(top.file, top.lines, n), t) for n, t in zip(starts, tables, strict=True))


def entry_of(kind, at: Place, table: dict, **more):
    """``table`` as an entry of this kind: no name unknown, none missing, each value of its type and length."""
    known = {f.name: f for f in fields(kind) if f.name not in {"at", *more}}
    for name in table.keys() - known.keys():
        at.refuse(_("“%(name)s” is not known here") % {"name": name}, name)
    for name, f in known.items():
        if name in table:
            _check_value(at, name, f.type, table[name])
        elif f.default is MISSING:
            at.refuse(_("“%(name)s” is missing") % {"name": name})
    return kind(at=at, **table, **more)


def _check_value(at: Place, name: str, kind: type, value):
    if type(value) is not kind:
        words = {str: _("a text"), int: _("a whole number"), date: _("a date such as 2016-01-01"), list: _("a list")}
        at.refuse(_("“%(name)s” must be %(kind)s") % {"name": name, "kind": words[kind]}, name)
    if kind is str and not value.strip():
        at.refuse(_("“%(name)s” is empty: leave the line out instead") % {"name": name}, name)
    if kind is str and len(value) > LONGEST.get(name, len(value)):
        at.refuse(_("“%(name)s” is longer than %(n)d characters") % {"name": name, "n": LONGEST[name]}, name)
    if kind is int and value < 0:
        at.refuse(_("“%(name)s” is below zero") % {"name": name}, name)


def one_of(at: Place, name: str, value: str, known):
    """Refuse a value that is none of those known."""
    if value not in known:
        words = ", ".join(filter(None, known)) or _("none")
        at.refuse(_("“%(name)s” is one of: %(words)s") % {"name": name, "words": words}, name)


def check_unique(named):
    """Refuse the second of two equal values; ``named`` yields each value, its place and the name it is given by."""
    seen = {}
    for value, at, name in named:
        if value in seen:
            words = {"value": value, "file": seen[value].file, "line": seen[value].line_of(name)}
            at.refuse(_("%(value)s is already given in %(file)s, line %(line)d") % words, name)
        seen[value] = at


def merge(model, wanted: dict, existing: dict) -> dict:
    """Create the rows that are wanted and not there, change those that differ; three statements at most."""
    created = [model(**values) for key, values in wanted.items() if key not in existing]
    updated = []
    for key in wanted.keys() & existing.keys():
        row, values = existing[key], wanted[key]
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            updated.append(row)
    model.objects.bulk_create(created)
    if updated:
        model.objects.bulk_update(updated, [name for name in next(iter(wanted.values())) if name != "key"])
    unchanged = len(wanted) - len(created) - len(updated)
    return {"created": len(created), "updated": len(updated), "unchanged": unchanged}
