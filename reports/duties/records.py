"""The records that count for duties, each once and by its subject: one query a source."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from office import clock
from reports.measures.sources import Source


class Record(NamedTuple):
    """One record: its day, its kind, and since when it is on record (None: not known, taken as in time)."""

    day: date
    kind: str
    written_on: date | None


def read(source: Source, whose, first: date, last: date) -> dict[int, list[Record]]:
    """The records of a period by subject; ``whose`` are the subjects' rows."""
    columns = [source.subject, source.day, source.kind, source.written, source.written and source.imported]
    rows = source.rows(first, last).filter(**{f"{source.subject}__in": whose.order_by().values("pk")})
    found = defaultdict(list)
    for values in rows.values_list(*filter(None, columns)):
        told = dict(zip(filter(None, columns), values, strict=True))
        found[values[0]].append(Record(values[1], told.get(source.kind, ""), _written_on(source, told)))
    return found


def _written_on(source, told) -> date | None:
    if not source.written or told[source.imported]:
        return None
    return clock.local_date(told[source.written])
