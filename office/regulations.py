"""The regulation texts as dated data: the files below ``data/regulations`` are read, checked whole, and loaded.

A fault anywhere refuses everything, with file, line and reason; nothing is half-loaded.
"""

import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from office.models import Clause, Regulation, Rule

DIRECTORY = Path(__file__).parent / "data" / "regulations"
AMOUNTS = ("minimum", "maximum", "days", "unit", "amber_day")
KINDS = ("rule_text", "descriptive")
LEVELS = ("", "county", "town", "street", "station")
LONGEST = {"key": 20, "title": 120, "id": 20, "place": 60, "actor": 40, "duty": 150, "name": 80, "unit": 20}


class Measure(NamedTuple):
    """What a rule that names this measure must say; how it is measured is known to the apps above."""

    period: str
    amounts: frozenset
    raises_flags: bool


MEASURES = {
    "monthly_contact": Measure("month", frozenset({"minimum", "amber_day"}), True),
    "household_count": Measure("standing", frozenset({"minimum", "maximum"}), True),
    "reply_overdue": Measure("", frozenset({"days"}), True),
    "register_form_fields": Measure("", frozenset({"minimum"}), False),
    "home_visit_share": Measure("", frozenset(), False),
}


class RegulationRefused(Exception):
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
        raise RegulationRefused(self.file, self.line_of(name), reason)

    def line_of(self, name: str) -> int:
        for number in range(self.first, len(self.lines) + 1):
            line = self.lines[number - 1]
            if number > self.first and line.startswith("[["):
                break
            if name and re.match(rf"\s*{re.escape(name)}\s*=", line):
                return number
        return self.first


@dataclass(frozen=True)
class ClauseEntry:
    """One ``[[clause]]`` of a file."""

    at: Place
    id: str
    quote: str
    duty: str
    place: str = ""
    actor: str = ""


@dataclass(frozen=True)
class RuleEntry:
    """One ``[[rule]]`` of a file: a dated version. ``days`` are calendar days, ``amber_day`` is a day of the month."""

    at: Place
    key: str
    name: str
    measure: str
    effective_from: date
    effective_to: date = None
    period: str = ""
    severity: str = ""
    minimum: int = None
    maximum: int = None
    days: int = None
    unit: str = ""
    amber_day: int = None
    note: str = ""

    def amounts(self) -> dict:
        """The numbers that the file gives, by name."""
        return {name: getattr(self, name) for name in AMOUNTS if getattr(self, name) not in (None, "")}


@dataclass(frozen=True)
class RegulationEntry:
    """One file: a regulation text with its clauses and rules."""

    at: Place
    key: str
    title: str
    kind: str
    status: str
    text: str
    level: str = ""
    superseded_by: str = ""
    effective_from: date = None
    clauses: tuple = ()
    rules: tuple = ()


# Reading


def read(directory: Path = DIRECTORY) -> list[RegulationEntry]:
    """Every file of the folder, checked by itself and against the others; raises ``RegulationRefused``."""
    entries = [_read_file(file) for file in sorted(Path(directory).glob("*.toml"))]
    if not entries:
        raise RegulationRefused(str(directory), 1, _("there is no regulation file here"))
    _check_together(entries)
    return entries


def _read_file(file: Path) -> RegulationEntry:
    text = _decoded(file)
    lines = tuple(text.split("\n"))
    table = _parsed(file, text, last=len(text.splitlines()))
    top = Place(file.name, lines, 1)
    clauses = _entries(ClauseEntry, top, "clause", table.pop("clause", []))
    rules = _entries(RuleEntry, top, "rule", table.pop("rule", []))
    entry = _entry(RegulationEntry, top, table, clauses=clauses, rules=rules)
    _check_file(entry)
    return entry


def _decoded(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RegulationRefused(file.name, line, _("this is not UTF-8 text")) from error


def _parsed(file: Path, text: str, last: int) -> dict:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise RegulationRefused(file.name, int(found[1]) if found else last, str(error)) from error


def _entries(kind, top: Place, header: str, tables) -> tuple:
    starts = [n for n, line in enumerate(top.lines, 1) if line.strip() == f"[[{header}]]"]
    if not isinstance(tables, list) or len(starts) != len(tables):
        top.refuse(_("write each %(header)s under a line of its own: [[%(header)s]]") % {"header": header}, header)
    return tuple(_entry(kind, Place(top.file, top.lines, n), t) for n, t in zip(starts, tables, strict=True))


def _entry(kind, at: Place, table: dict, **more):
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
        words = {str: _("a text"), int: _("a whole number"), date: _("a date such as 2016-01-01")}
        at.refuse(_("“%(name)s” must be %(kind)s") % {"name": name, "kind": words[kind]}, name)
    if kind is str and not value.strip():
        at.refuse(_("“%(name)s” is empty: leave the line out instead") % {"name": name}, name)
    if kind is str and len(value) > LONGEST.get(name, len(value)):
        at.refuse(_("“%(name)s” is longer than %(n)d characters") % {"name": name, "n": LONGEST[name]}, name)
    if kind is int and value < 0:
        at.refuse(_("“%(name)s” is below zero") % {"name": name}, name)


# Checking one file


def _check_file(entry: RegulationEntry):
    _check_head(entry)
    for clause in entry.clauses:
        _check_clause(entry, clause)
    for rule in entry.rules:
        _check_rule(entry, rule)
    _check_versions(entry.rules)


def _check_head(entry: RegulationEntry):
    at = entry.at
    if not re.fullmatch(r"[A-Z][0-9]{1,3}", entry.key):
        at.refuse(_("“key” is a letter and a number, such as D1"), "key")
    _one_of(at, "kind", entry.kind, KINDS)
    _one_of(at, "status", entry.status, Regulation.Status.values)
    _one_of(at, "level", entry.level, LEVELS)
    if (entry.kind == "descriptive") != (entry.status == Regulation.Status.DESCRIPTIVE):
        at.refuse(_("“kind” and “status” do not agree"), "status")
    if (entry.status == Regulation.Status.SUPERSEDED) != bool(entry.superseded_by):
        at.refuse(_("“superseded_by” goes with the status “superseded”, and only with it"), "status")


def _one_of(at: Place, name: str, value: str, known):
    if value not in known:
        words = ", ".join(filter(None, known))
        at.refuse(_("“%(name)s” is one of: %(words)s") % {"name": name, "words": words}, name)


def _check_clause(entry: RegulationEntry, clause: ClauseEntry):
    if not clause.id.startswith(f"{entry.key}-"):
        clause.at.refuse(_("a clause of %(key)s begins with %(key)s-") % {"key": entry.key}, "id")
    if not quoted(clause.quote, entry.text):
        clause.at.refuse(_("the quote does not stand in the text: %(quote)s") % {"quote": clause.quote}, "quote")


def quoted(quote: str, text: str) -> bool:
    """Whether ``quote`` stands in ``text``, white space aside; … stands for a gap."""
    parts = ["".join(part.split()) for part in quote.split("…")]
    return re.search(".*?".join(map(re.escape, parts)), "".join(text.split())) is not None


def _check_rule(entry: RegulationEntry, rule: RuleEntry):
    at = rule.at
    if entry.status != Regulation.Status.IN_FORCE:
        at.refuse(_("a text that is not in force is never evaluated: it has no rules"))
    if rule.key not in {clause.id for clause in entry.clauses}:
        at.refuse(_("no clause of this file has the id %(key)s") % {"key": rule.key}, "key")
    if _last_day(rule) < rule.effective_from:
        at.refuse(_("“effective_to” is before “effective_from”"), "effective_to")
    if rule.measure not in MEASURES:
        at.refuse(_("the measure “%(name)s” is not known") % {"name": rule.measure}, "measure")
    _check_amounts(rule, MEASURES[rule.measure])


def _check_amounts(rule: RuleEntry, measure: Measure):
    at, given = rule.at, rule.amounts()
    if rule.period != measure.period:
        at.refuse(_("this measure has the period “%(period)s”") % {"period": measure.period or _("none")}, "period")
    _one_of(at, "severity", rule.severity, Rule.Severity.values if measure.raises_flags else ("",))
    for name in sorted(measure.amounts - given.keys()):
        at.refuse(_("this measure needs “%(name)s”") % {"name": name}, "measure")
    if given.get("maximum", given.get("minimum", 0)) < given.get("minimum", 0):
        at.refuse(_("“maximum” is below “minimum”"), "maximum")
    if not 1 <= given.get("amber_day", 1) <= 28:
        at.refuse(_("“amber_day” is a day that every month has: 1 to 28"), "amber_day")


def _check_versions(rules):
    for one, other in combinations(rules, 2):
        if (one.key, one.measure) == (other.key, other.measure) and _overlap(one, other):
            other.at.refuse(_("two versions of %(key)s are in force at once") % {"key": other.key}, "effective_from")


def _overlap(one, other) -> bool:
    """Whether two dated versions share a day; without an end a version lasts."""
    return one.effective_from <= _last_day(other) and other.effective_from <= _last_day(one)


def _last_day(rule) -> date:
    return rule.effective_to or date.max


# Checking the files together


def _check_together(entries):
    _check_unique((entry.key, entry.at, "key") for entry in entries)
    _check_unique((clause.id, clause.at, "id") for entry in entries for clause in entry.clauses)
    keys = {entry.key for entry in entries}
    for entry in entries:
        if entry.superseded_by and entry.superseded_by not in keys - {entry.key}:
            entry.at.refuse(_("no other file has the key %(key)s") % {"key": entry.superseded_by}, "superseded_by")


def _check_unique(named):
    seen = {}
    for value, at, name in named:
        if value in seen:
            words = {"value": value, "file": seen[value].file, "line": seen[value].line_of(name)}
            at.refuse(_("%(value)s is already given in %(file)s, line %(line)d") % words, name)
        seen[value] = at


# Loading


@transaction.atomic
def load(*, on: date, directory: Path = DIRECTORY) -> dict:
    """Bring the database to what the files say, whole or not at all; a second time changes nothing.

    A rule version that the office wrote or edited stays, and so does its time: the file never reaches into it.
    Nothing is deleted, since a flag may cite it: a rule ends by its ``effective_to``.
    Returns for regulations, clauses and rules how many rows were created, updated and unchanged, for rules also how
    many of the office stand in the file's place (``kept``), and how many versions are ``in_force`` on the day ``on``.
    """
    entries = read(directory)
    counts = {"regulations": _load_regulations(entries), "clauses": _load_clauses(entries)}
    counts["rules"] = _load_rules(entries)
    counts["in_force"] = sum(rule.holds_on(on) for rule in Rule.objects.all())
    return counts


def _load_regulations(entries) -> dict:
    columns = ("key", "title", "level", "status", "effective_from", "text")
    wanted = {entry.key: {name: getattr(entry, name) for name in columns} for entry in entries}
    counts = _merge(Regulation, wanted, {row.key: row for row in Regulation.objects.all()})
    rows = {row.key: row for row in Regulation.objects.all()}
    for entry in entries:
        successor = rows.get(entry.superseded_by)
        if rows[entry.key].superseded_by_id != (successor and successor.pk):
            Regulation.objects.filter(key=entry.key).update(superseded_by=successor)
    return counts


def _load_clauses(entries) -> dict:
    regulations = dict(Regulation.objects.values_list("key", "pk"))
    wanted = {
        clause.id: {
            "regulation_id": regulations[entry.key],
            "key": clause.id,
            "place": clause.place,
            "quote": clause.quote,
            "duty": f"{clause.actor}: {clause.duty}" if clause.actor else clause.duty,
            "position": position,
        }
        for entry in entries
        for position, clause in enumerate(entry.clauses, 1)
    }
    return _merge(Clause, wanted, {row.key: row for row in Clause.objects.all()})


def _load_rules(entries) -> dict:
    clauses = dict(Clause.objects.values_list("key", "pk"))
    given = {(clauses[rule.key], rule.measure, rule.effective_from): rule for e in entries for rule in e.rules}
    existing = {(row.clause_id, row.measure, row.effective_from): row for row in Rule.objects.all()}
    kept = {key for key, rule in given.items() if _office_decided(key, rule, existing.values())}
    _refuse_forgotten_versions(given, existing, kept)
    wanted = {key: _rule_values(clauses, rule) for key, rule in given.items() if key not in kept}
    return {**_merge(Rule, wanted, existing), "kept": len(kept)}


def _same_rule(key, row) -> bool:
    return key[:2] == (row.clause_id, row.measure)


def _office_decided(key, rule: RuleEntry, rows) -> bool:
    return any(row.edited and _same_rule(key, row) and _overlap(rule, row) for row in rows)


def _refuse_forgotten_versions(given, existing, kept):
    """A version that was loaded before and is gone from the files would be in force beside its successor."""
    forgotten = [row for key, row in existing.items() if key not in given and not row.edited]
    for key, rule in given.items():
        for row in forgotten:
            if key not in kept and _same_rule(key, row) and _overlap(rule, row):
                reason = _("the version of %(day)s was loaded before: keep it in the file, with an “effective_to”")
                rule.at.refuse(reason % {"day": row.effective_from.isoformat()}, "effective_from")


def _rule_values(clauses, rule: RuleEntry) -> dict:
    return {
        "clause_id": clauses[rule.key],
        "name": rule.name,
        "measure": rule.measure,
        "period": rule.period,
        "amounts": rule.amounts(),
        "severity": rule.severity,
        "effective_from": rule.effective_from,
        "effective_to": rule.effective_to,
        "note": rule.note,
    }


def _merge(model, wanted: dict, existing: dict) -> dict:
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
