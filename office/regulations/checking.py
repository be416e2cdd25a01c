"""What must hold of entries: alone, within one file, and between the files."""

import re
from itertools import combinations

from django.utils.translation import gettext as _

from office.dated_files import check_unique, one_of
from office.models import Regulation, Rule, RuleSetUse
from office.regulations.entries import (
    ClauseEntry,
    RegulationEntry,
    RuleEntry,
    RuleSetsEntry,
    last_day,
    overlap,
)
from office.regulations.measures import MEASURES, fault

LEVELS = ("", "county", "town", "street", "station")
MEASURED = (Rule.Kind.MEASURE, Rule.Kind.CLOCK)


def check_regulation(entry: RegulationEntry, sets):
    """One file of a text; ``sets`` are the keys of the rule sets there are."""
    _check_head(entry)
    for clause in entry.clauses:
        _check_clause(entry, clause)
    for rule in entry.rules:
        _check_rule(entry, rule, sets)
    for one, other in combinations(entry.rules, 2):
        if one.identity == other.identity and overlap(one, other):
            other.at.refuse(_("two versions of %(key)s are in force at once") % {"key": other.key}, "effective_from")
    _check_each_clause_is_read(entry)


def check_rule_sets(entry: RuleSetsEntry):
    """The file of rule sets."""
    check_unique((rule_set.key, rule_set.at, "key") for rule_set in entry.sets)
    for rule_set in entry.sets:
        if not re.fullmatch("[a-z]{1,12}", rule_set.key):
            rule_set.at.refuse(_("the key of a set is a lower-case word of at most 12 letters"), "key")
    for use in entry.uses:
        one_of(use.at, "set", use.set, entry.keys)
        one_of(use.at, "level", use.level, ("", *RuleSetUse.Level.values))
        _check_order(use)
    for one, other in combinations(entry.uses, 2):
        if (one.set, one.level) == (other.set, other.level) and overlap(one, other):
            other.at.refuse(_("the set is used twice at once for the same level"), "effective_from")


def check_together(entries):
    """The files of a folder: no key twice, and every successor is there."""
    check_unique((entry.key, entry.at, "key") for entry in entries)
    check_unique((clause.id, clause.at, "id") for entry in entries for clause in entry.clauses)
    keys = {entry.key for entry in entries}
    for entry in entries:
        if entry.superseded_by and entry.superseded_by not in keys - {entry.key}:
            entry.at.refuse(_("no other file has the key %(key)s") % {"key": entry.superseded_by}, "superseded_by")


def _check_head(entry: RegulationEntry):
    at = entry.at
    if not re.fullmatch(r"[A-Z][0-9]{1,3}", entry.key):
        at.refuse(_("“key” is a letter and a number, such as D1"), "key")
    one_of(at, "kind", entry.kind, Regulation.Kind.values)
    one_of(at, "status", entry.status, Regulation.Status.values)
    one_of(at, "level", entry.level, LEVELS)
    if (entry.kind == Regulation.Kind.DESCRIPTIVE) != (entry.status == Regulation.Status.DESCRIPTIVE):
        at.refuse(_("“kind” and “status” do not agree"), "status")
    if (entry.status == Regulation.Status.SUPERSEDED) != bool(entry.superseded_by):
        at.refuse(_("“superseded_by” goes with the status “superseded”, and only with it"), "status")
    if entry.effective_from:
        _check_order(entry)


def _check_order(entry):
    if last_day(entry) < entry.effective_from:
        entry.at.refuse(_("“effective_to” is before “effective_from”"), "effective_to")


def _check_clause(entry: RegulationEntry, clause: ClauseEntry):
    if not clause.id.startswith(f"{entry.key}-"):
        clause.at.refuse(_("a clause of %(key)s begins with %(key)s-") % {"key": entry.key}, "id")
    if not quoted(clause.quote, entry.text):
        clause.at.refuse(_("the quote does not stand in the text: %(quote)s") % {"quote": clause.quote}, "quote")


def quoted(quote: str, text: str) -> bool:
    """Whether ``quote`` stands in ``text``, white space aside; … stands for a gap."""
    parts = ["".join(part.split()) for part in quote.split("…")]
    return re.search(".*?".join(map(re.escape, parts)), "".join(text.split())) is not None


def _check_each_clause_is_read(entry: RegulationEntry):
    """A clause has rules, or the reason why it has none: nothing of a text is passed over in silence."""
    read = {rule.key for rule in entry.rules}
    for clause in entry.clauses:
        if clause.text_only and clause.id in read:
            clause.at.refuse(_("%(key)s has rules, so it is not text only") % {"key": clause.id}, "text_only")
        if not clause.text_only and clause.id not in read:
            reason = _("%(key)s has neither a rule nor “text_only”, the reason why it has none")
            clause.at.refuse(reason % {"key": clause.id}, "id")


def _check_rule(entry: RegulationEntry, rule: RuleEntry, sets):
    at = rule.at
    if entry.status != Regulation.Status.IN_FORCE:
        at.refuse(_("a text that is not in force is never evaluated: it has no rules"))
    if rule.key not in {clause.id for clause in entry.clauses}:
        at.refuse(_("no clause of this file has the id %(key)s") % {"key": rule.key}, "key")
    one_of(at, "kind", rule.kind, Rule.Kind.values)
    one_of(at, "set", rule.set, sets)
    _check_order(rule)
    if rule.kind in MEASURED:
        _check_measured(rule)
    else:
        _check_carried_out(rule)


def _check_measured(rule: RuleEntry):
    at = rule.at
    if rule.measure not in MEASURES:
        at.refuse(_("the measure “%(name)s” is not known") % {"name": rule.measure}, "measure")
    measure = MEASURES[rule.measure]
    if rule.kind != measure.kind:
        at.refuse(_("this measure is of the kind “%(kind)s”") % {"kind": measure.kind}, "kind")
    one_of(at, "severity", rule.severity, Rule.Severity.values if measure.raises_flags else ("",))
    for name in ("implements", "planned"):
        if getattr(rule, name):
            at.refuse(_("a measure says for itself what carries it out: no “%(name)s”") % {"name": name}, name)
    found = fault(measure, rule.amounts)
    if found:
        name, reason = found
        at.refuse(reason, name if name in rule.amounts else "measure")


def _check_carried_out(rule: RuleEntry):
    at = rule.at
    for name in ("measure", "severity", *rule.amounts):
        if getattr(rule, name):
            at.refuse(_("a rule of the kind “%(kind)s” has no “%(name)s”") % {"kind": rule.kind, "name": name}, name)
    for word in rule.implements or []:
        if not (isinstance(word, str) and re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", word)):
            at.refuse(_("“implements” lists names such as office.models.Rule"), "implements")
    if not (rule.implements or rule.planned):
        at.refuse(_("say in “implements” what carries it out, or in “planned” what is not built yet"), "kind")
