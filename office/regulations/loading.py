"""Bringing the database to what the files say."""

from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from office.dated_files import merge
from office.models import Clause, Regulation, Rule, RuleSet, RuleSetUse
from office.regulations.entries import RuleEntry, overlap
from office.regulations.measures import MEASURES
from office.regulations.reading import DIRECTORY, read, read_rule_sets


@transaction.atomic
def load(*, on: date, directory: Path = DIRECTORY) -> dict:
    """Bring the database to what the files say, whole or not at all; a second time changes nothing.

    A rule version that the office wrote or edited stays, and so does its time: the file never reaches into it. The
    same goes for where a rule set applies, once the office knows of any place. A version that was loaded before and is
    gone from the file is removed unless something cites it; then the file must keep it, with its ``effective_to``.
    Returns for regulations, clauses, sets and rules how many rows were created, updated and unchanged, for rules also
    how many of the office stand in the file's place (``kept``) and how many were ``removed``, and how many versions are
    ``in_force`` on the day ``on``.
    """
    entries = read(directory)
    counts = {"regulations": _load_regulations(entries), "clauses": _load_clauses(entries)}
    counts["sets"] = _load_rule_sets()
    counts["rules"] = _load_rules(entries)
    counts["in_force"] = sum(rule.holds_on(on) for rule in Rule.objects.all())
    return counts


def _load_regulations(entries) -> dict:
    columns = ("key", "title", "kind", "level", "scope", "status", "effective_from", "effective_to", "text")
    wanted = {entry.key: {name: getattr(entry, name) for name in columns} for entry in entries}
    counts = merge(Regulation, wanted, {row.key: row for row in Regulation.objects.all()})
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
            "duty": f"{clause.actor}：{clause.duty}" if clause.actor else clause.duty,
            "text_only": clause.text_only,
            "position": position,
        }
        for entry in entries
        for position, clause in enumerate(entry.clauses, 1)
    }
    return merge(Clause, wanted, {row.key: row for row in Clause.objects.all()})


def _load_rule_sets() -> dict:
    file = read_rule_sets()
    wanted = {entry.key: {"key": entry.key, "name": entry.name, "note": entry.note} for entry in file.sets}
    counts = merge(RuleSet, wanted, {row.key: row for row in RuleSet.objects.all()})
    untouched = dict(RuleSet.objects.filter(uses=None).values_list("key", "pk"))
    columns = ("level", "effective_from", "effective_to", "note")
    RuleSetUse.objects.bulk_create(
        RuleSetUse(rule_set_id=untouched[use.set], **{name: getattr(use, name) for name in columns})
        for use in file.uses
        if use.set in untouched
    )
    return counts


def _load_rules(entries) -> dict:
    given = {(*rule.identity, rule.effective_from): rule for entry in entries for rule in entry.rules}
    existing = {(*_identity(row), row.effective_from): row for row in Rule.objects.select_related("clause", "rule_set")}
    removed = _remove_forgotten(entries, given, existing)
    kept = {key for key, rule in given.items() if _office_decided(rule, existing.values())}
    rows = dict(Clause.objects.values_list("key", "pk")), dict(RuleSet.objects.values_list("key", "pk"))
    wanted = {key: _rule_values(rule, *rows) for key, rule in given.items() if key not in kept}
    return {**merge(Rule, wanted, existing), "kept": len(kept), "removed": removed}


def _identity(row: Rule) -> tuple:
    return (row.clause.key, row.measure, row.rule_set.key)


def _office_decided(rule: RuleEntry, rows) -> bool:
    return any(row.edited and _identity(row) == rule.identity and overlap(rule, row) for row in rows)


def _remove_forgotten(entries, given, existing) -> int:
    """A version that was loaded before and is gone from its file would be in force beside what took its place."""
    clauses = {clause.id: clause for entry in entries for clause in entry.clauses}
    gone = [row for key, row in existing.items() if key not in given and not row.edited and row.clause.key in clauses]
    for row in gone:
        try:
            row.delete()
        except ProtectedError:
            successors = [rule for rule in given.values() if rule.identity == _identity(row)]
            entry, name = (successors[0], "effective_from") if successors else (clauses[row.clause.key], "id")
            reason = _("the version of %(day)s was loaded before and is cited: keep it here, with an “effective_to”")
            entry.at.refuse(reason % {"day": row.effective_from.isoformat()}, name)
    return len(gone)


def _rule_values(rule: RuleEntry, clauses, rule_sets) -> dict:
    columns = ("kind", "name", "measure", "amounts", "severity", "recipient", "effective_from", "effective_to")
    return {
        "clause_id": clauses[rule.key],
        "rule_set_id": rule_sets[rule.set],
        "period": MEASURES[rule.measure].period if rule.measure else "",
        "note": "\n".join(filter(None, (rule.note, rule.missing))),
        **{name: getattr(rule, name) for name in columns},
    }
