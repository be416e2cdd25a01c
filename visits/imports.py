"""The ledger of contacts is written down."""

from collections import defaultdict
from datetime import date

from constituents.models import Designation
from deputies.imports import Deputies
from deputies.models import Term
from office import watermarks
from office.imports import Batch, upsert
from office.normalise import fold
from visits.models import Visit

KIND = "visits"


def write_ledger(batch: Batch, term: Term, deputies: Deputies, rows):
    """Write the rows of the ledger; a contact is known by deputy, day, whom, how, where and what."""
    kept = _kept(batch, deputies, rows)
    found = _found(term, kept)
    new = [key for key in kept if key not in found]
    homes = _households(term)
    values = [(key, _visit(key, row, homes) | ({} if key in found else _logged(batch))) for key, row in kept.items()]
    upsert(batch, KIND, Visit, found, values)
    if new:
        _records_begin(term, min(on for _deputy, on, *_rest in new).replace(day=1))


def _kept(batch, deputies, rows) -> dict:
    kept = {}
    for row in rows:
        for name in row.deputies:
            deputy = deputies.find(batch, row.source, "deputy", name, town=row.town, district=row.district)
            if deputy is None:
                batch.tallies[KIND].rejected += 1
            else:
                kept[deputy.pk, row.date, row.who, row.kind_words, row.place, row.content] = row
    return kept


def _found(term, kept) -> dict:
    if not kept:
        return {}
    days = [key[1] for key in kept]
    rows = Visit.objects.filter(imported=True, deputy__term=term).between(min(days), max(days))
    return {(v.deputy_id, v.happened_on, v.met, v.kind_words, v.place, v.content): v for v in rows}


def _visit(key, row, homes) -> dict:
    return {
        "deputy_id": key[0],
        "happened_on": row.date,
        "kind": row.kind,
        "kind_words": row.kind_words,
        "met": row.who,
        "place": row.place,
        "content": row.content,
        "household_id": _household(key[0], row, homes),
    }


def _logged(batch) -> dict:
    return {"logged_at": batch.at, "logged_by_id": batch.by.pk if batch.by else None, "imported": True}


def _households(term) -> dict:
    """The households that each deputy names now, by deputy and head."""
    homes = defaultdict(list)
    for designation in Designation.objects.filter(deputy__term=term, until=None).select_related("household"):
        homes[designation.deputy_id, designation.household.head].append(designation.household)
    return homes


def _household(deputy, row, homes) -> int | None:
    """The deputy's household whose head was met; of two heads of one name, the one who lives at the place."""
    alike = homes.get((deputy, row.who), [])
    if len(alike) > 1:
        alike = [home for home in alike if fold(home.address) == fold(row.place)]
    return alike[0].pk if len(alike) == 1 else None


def _records_begin(term, first: date):
    """The office has records from the month of its oldest contact; nights since then are swept again."""
    if term.records_since is None or term.records_since > first:
        term.records_since = first
        term.save(update_fields=["records_since"])
    watermarks.rewind(watermarks.SWEEP, to=first)
