"""The records that count for duties, by source and subject: one query for all sources."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import BooleanField, CharField, DateTimeField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from office import clock
from reports.measures.sources import Source


class Record(NamedTuple):
    """One record: its day, its kind, and since when it is on record (None: not known, taken as in time)."""

    day: date
    kind: str
    written_on: date | None


def read(asked: dict[Source, QuerySet], first: date, last: date) -> list[dict[int, list[Record]]]:
    """The records of a period, for each source by subject; ``asked`` names the subjects of each source."""
    found = [defaultdict(list) for _source in asked]
    arms = [_arm(n, source, whose, first, last) for n, (source, whose) in enumerate(asked.items())]
    for n, subject, day, kind, written, imported in arms[0].union(*arms[1:], all=True) if arms else ():
        written_on = clock.local_date(written) if written and not imported else None
        found[n][subject].append(Record(day, kind, written_on))
    return found


def _arm(n, source, whose, first, last) -> QuerySet:
    rows = source.rows(first, last).filter(**{f"{source.subject}__in": whose.order_by().values("pk")})
    return rows.values_list(
        Value(n, IntegerField()),
        source.subject,
        source.day,
        source.kind or Value("", CharField()),
        source.written or Cast(Value(None), DateTimeField()),
        source.imported if source.written and source.imported else Value(False, BooleanField()),
    )
