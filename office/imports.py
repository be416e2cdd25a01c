"""Writing what was read from a workbook: set by set, every row counted, the old values kept in the trail."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from dataclasses import asdict, dataclass, field
from datetime import date

from office import audit, personal_data
from office.models import AuditEvent, User
from office.workbooks import Problem, Source

SIZE = 500
"""Rows written with one statement."""


@dataclass
class Tally:
    """What became of the rows of one kind."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass
class Batch:
    """One run of the import: who and when, how far it is, what it did, what it names."""

    by: User | None
    at: object
    counties: Set[str] | None = None
    tick: Callable[[int], None] = lambda rows: None
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    problems: list[Problem] = field(default_factory=list)

    def name(self, source: Source, key: str, code: str, reason: str, value=""):
        """Name a cell of a row that stays."""
        self.problems.append(source.problem(key, code, reason, value))

    def reject(self, kind: str, source: Source, key: str, code: str, reason: str, value=""):
        """Leave a row out, and name it."""
        self.name(source, key, code, reason, value)
        self.tallies[kind].rejected += 1

    def as_json(self, kinds: Iterable[str]) -> dict:
        tallies = {kind: asdict(self.tallies[kind]) for kind in kinds}
        return {**tallies, "problems": [problem.as_json() for problem in self.problems]}


def upsert(batch: Batch, kind: str, model, found: dict, rows: Iterable[tuple[object, dict]]) -> dict:
    """Create what is not in ``found`` (identity → row) and update what differs; returns ``found`` with all of them.

    A value that the workbook leaves blank never replaces one that is on record. What was replaced goes to the trail.
    """
    new, changed, trail, columns = [], [], [], set()
    tally = batch.tallies[kind]
    for key, values in rows:
        if key not in found:
            found[key] = model(**values)
            new.append(found[key])
            tally.created += 1
        elif differences := _differences(found[key], values):
            changed.append(found[key])
            columns |= set(differences)
            trail.append(_updated(batch, found[key], differences))
            tally.updated += 1
        else:
            tally.unchanged += 1
    _write(batch, model, new, changed, columns)
    AuditEvent.objects.bulk_create(trail, batch_size=SIZE)
    return found


def upsert_parts(batch: Batch, kind: str, model, found: dict, rows: Iterable[tuple[object, dict]]) -> int:
    """``upsert`` for what hangs on rows of ``kind`` (an officer's post, a designation); returns how many differed.

    The row itself was counted already: an unchanged one whose part differs is an updated one.
    """
    parts = Batch(batch.by, batch.at)
    upsert(parts, kind, model, found, rows)
    changed = min(parts.tallies[kind].updated, batch.tallies[kind].unchanged)
    batch.tallies[kind].updated += changed
    batch.tallies[kind].unchanged -= changed
    return changed


def keep_identity(found: dict, wanted: Iterable, *, part: Callable, may: Callable):
    """Let a row on record whose identity is no longer ``wanted`` stand for a new one that is equal in ``part``.

    So a corrected word makes no second row. ``may(row)`` says which rows on record may be corrected in this way.
    """
    wanted = list(wanted)
    left = defaultdict(list)
    for key in set(found).difference(wanted):
        if may(found[key]):
            left[part(key)].append(key)
    for key in wanted:
        if key not in found and left[part(key)]:
            old = min(left[part(key)], key=lambda k: found[k].pk)
            left[part(key)].remove(old)
            found[key] = found.pop(old)


def _write(batch, model, new, changed, columns):
    for first in range(0, len(new), SIZE):
        part = new[first : first + SIZE]
        model.objects.bulk_create(part)
        batch.tick(len(part))
    if changed:
        model.objects.bulk_update(changed, columns, batch_size=SIZE)


def _differences(row, values: dict) -> dict:
    """Set what differs on the row; the old and the new value by column."""
    found = {}
    for column, value in values.items():
        old = getattr(row, column)
        if value not in ("", None) and old != value:
            found[column] = [_plain(old), _plain(value)]
            setattr(row, column, value)
    return found


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value


def _updated(batch, row, differences):
    return audit.line(
        by=batch.by,
        at=batch.at,
        action="import.updated",
        subject_type=row._meta.label_lower,
        subject_id=row.pk,
        detail={name: personal_data.for_trail(row, name, *values) for name, values in differences.items()},
    )
