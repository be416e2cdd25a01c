"""Reading the data files: from text to checked entries."""

from pathlib import Path

from django.utils.translation import gettext as _

from office.dated_files import FileRefused, Place, check_unique, entries_of, entry_of, opened
from office.regulations import checking
from office.regulations.entries import (
    ClauseEntry,
    RegulationEntry,
    RuleEntry,
    RuleSetEntry,
    RuleSetsEntry,
    UseEntry,
)

DIRECTORY = Path(__file__).parent.parent / "data" / "regulations"
RULE_SETS = DIRECTORY.parent / "rule_sets.toml"


def read(directory: Path = DIRECTORY) -> list[RegulationEntry]:
    """Every text of the folder, checked by itself and against the others; raises ``FileRefused``."""
    sets = read_rule_sets().keys
    entries = [_regulation(*opened(file), sets) for file in sorted(Path(directory).glob("*.toml"))]
    if not entries:
        raise FileRefused(str(directory), 1, _("there is no regulation file here"))
    checking.check_together(entries)
    return entries


def read_rule_sets(file: Path = RULE_SETS) -> RuleSetsEntry:
    """The rule sets and where they apply at first."""
    return _rule_sets(*opened(file))


def read_file(file: Path) -> RegulationEntry | RuleSetsEntry:
    """One data file by itself, of either sort; whether the text that supersedes it exists is left open."""
    top, table = opened(Path(file))
    if "set" in table or "use" in table:
        return _rule_sets(top, table)
    entry = _regulation(top, table, read_rule_sets().keys)
    check_unique((clause.id, clause.at, "id") for clause in entry.clauses)
    return entry


def _regulation(top: Place, table: dict, sets) -> RegulationEntry:
    clauses = entries_of(ClauseEntry, top, "clause", table.pop("clause", []))
    rules = entries_of(RuleEntry, top, "rule", table.pop("rule", []))
    entry = entry_of(RegulationEntry, top, table, clauses=clauses, rules=rules)
    checking.check_regulation(entry, sets)
    return entry


def _rule_sets(top: Place, table: dict) -> RuleSetsEntry:
    sets = entries_of(RuleSetEntry, top, "set", table.pop("set", []))
    uses = entries_of(UseEntry, top, "use", table.pop("use", []))
    entry = entry_of(RuleSetsEntry, top, table, sets=sets, uses=uses)
    checking.check_rule_sets(entry)
    return entry
