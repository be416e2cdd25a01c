"""The ledger of contacts is written down."""

from collections import Counter, defaultdict
from datetime import date

from constituents.models import Designation
from deputies.imports import Deputies, lives_at
from deputies.models import Term
from office import watermarks
from office.imports import Batch, keep_identity, upsert
from office.normalise import fold
from visits.models import Visit

KIND = "visits"


def write_ledger(batch: Batch, term: Term, deputies: Deputies, rows):
    """Write the rows of the ledger; a contact is known by deputy, day, whom, how, where and what.

    Where only one of a deputy's contacts of that day with that person is on record, a corrected word corrects it.
    """
    homes = _households(term)
    kept = _kept(batch, deputies, homes, rows)
    found = _found(term, kept)
    keep_identity(found, kept, part=lambda key: key[:3], may=lambda visit: visit.logged_at != batch.at)
    new = [key for key in kept if key not in found]
    values = [(key, _visit(key, row, homes) | ({} if key in found else _logged(batch))) for key, row in kept.items()]
    upsert(batch, KIND, Visit, found, values)
    if new:
        _records_begin(term, min(on for _deputy, on, *_rest in new).replace(day=1))


def _kept(batch, deputies, homes, rows) -> dict:
    """The contacts to write by identity: one for each deputy of a row and each household met."""
    kept, times = {}, Counter()
    for row in rows:
        clues = (_names_as_household(homes, row.people), lives_at(row.place))
        for name in row.deputies:
            town, district = row.town, row.district
            deputy = deputies.find(batch, row.source, "deputy", name, town=town, district=district, clues=clues)
            if deputy is None:
                batch.tallies[KIND].rejected += 1
                continue
            for who in _met(deputy, row, homes):
                key = (deputy.pk, row.date, who, row.kind_words, row.place, row.content)
                kept[*key, times[key]] = row
                times[key] += 1
    return kept


def _names_as_household(homes, people):
    return lambda deputy: any((deputy.pk, person) in homes for person in people)


def _met(deputy, row, homes) -> tuple[str, ...]:
    """Whom the contact was with; several households of the deputy in one cell are one contact each."""
    several = len(row.people) > 1 and all((deputy.pk, person) in homes for person in row.people)
    return row.people if several else (row.who,)


def _found(term, kept) -> dict:
    if not kept:
        return {}
    days = [key[1] for key in kept]
    rows = Visit.objects.filter(imported=True, deputy__term=term).between(min(days), max(days))
    found, times = {}, Counter()
    for v in rows.order_by("pk"):
        key = (v.deputy_id, v.happened_on, v.met, v.kind_words, v.place, v.content)
        found[*key, times[key]] = v
        times[key] += 1
    return found


def _visit(key, row, homes) -> dict:
    return {
        "deputy_id": key[0],
        "happened_on": row.date,
        "kind": row.kind,
        "kind_words": row.kind_words,
        "met": key[2],
        "place": row.place,
        "content": row.content,
        "household_id": _household(key[0], key[2], row, homes),
    }


def _logged(batch) -> dict:
    return {"logged_at": batch.at, "logged_by_id": batch.by.pk if batch.by else None, "imported": True}


def _households(term) -> dict:
    """The households that each deputy names now, by deputy and head."""
    homes = defaultdict(list)
    for designation in Designation.objects.filter(deputy__term=term, until=None).select_related("household"):
        homes[designation.deputy_id, designation.household.head].append(designation.household)
    return homes


def _household(deputy, who, row, homes) -> int | None:
    """The deputy's household whose head was met; of two heads of one name, the one who lives at the place."""
    alike = homes.get((deputy, who), [])
    if len(alike) > 1:
        alike = [home for home in alike if fold(home.address) == fold(row.place)]
    return alike[0].pk if len(alike) == 1 else None


def _records_begin(term, first: date):
    """The office has records from the month of its oldest contact; nights since then are swept again.

    A term that followed another has none of before its first day.
    """
    first = max(first, term.began_on or first)
    if term.records_since is None or term.records_since > first:
        term.records_since = first
        term.save(update_fields=["records_since"])
    watermarks.rewind(watermarks.SWEEP, to=first)
