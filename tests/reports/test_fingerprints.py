"""The fingerprint of a report: of its figures and their records alone, the same in every database and language."""

import hashlib
import json
from datetime import date

import pytest
from django.utils import translation

from reports.annual.document import Document, parts_of, read, read_each
from reports.subjects import find
from tests.reports import other_count, random_counties
from tests.reports.random_counties import YEAR, day_of
from tests.reports.test_annual_recount import tenths
from visits.models import GroupActivity, Visit

pytestmark = pytest.mark.django_db


def documents(place, n):
    subject = find(f"county:{place.code}")[0]
    return [read(subject, YEAR, on=day_of(n)), *read_each(subject, YEAR, on=day_of(n), parts=parts_of(subject))]


def fingerprints(place, n):
    return {str(document.subject): document.fingerprint for document in documents(place, n)}


def drawn(document, office) -> str:
    """The fingerprint once more: by hand, from rows that no database has touched."""
    counted = office.count(str(document.subject.kind), document.subject.key)
    told = []
    for figure in document.figures():
        ids = counted.get(figure.key, set())
        value = office.added(figure.key, ids) if figure.adds else len(ids)
        if figure.is_share:
            value = tenths(len(counted.get(figure.part, ())), len(counted.get(figure.whole, ())))
        if ids or value:
            told.append([figure.key, value, figure.records, sorted(ids)])
    whole = [str(document.subject), f"{YEAR}-01-01", f"{YEAR}-12-31", sorted(told)]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@pytest.fixture
def world(db):
    world, places = random_counties.counties(2, seed=3)
    world.write()
    world.places = places
    return world


def test_the_same_rows_have_the_same_fingerprint_in_every_database(world):
    """It is drawn from the rows in memory, which are the same everywhere, and from those of this database."""
    tables = dict.fromkeys(other_count.TABLES, []) | world.tables()
    for n, place in enumerate(world.places):
        office = other_count.Office(tables, year=YEAR, on=day_of(n))
        for document in documents(place, n):
            assert document.fingerprint == drawn(document, office), str(document.subject)


def test_the_language_and_a_way_through_a_file_change_no_fingerprint(world):
    before = documents(world.places[0], 0)
    with translation.override("en"):
        english = documents(world.places[0], 0)
    assert english[0].section("contacts").title != before[0].section("contacts").title
    for one, other in zip(before, english, strict=True):
        assert one.fingerprint == other.fingerprint
        assert Document.from_json(json.loads(json.dumps(one.as_json()))).fingerprint == one.fingerprint


def test_an_unrelated_record_changes_no_fingerprint_and_a_related_one_changes_those_that_count_it(world):
    before = fingerprints(world.places[0], 0)
    here, elsewhere = (next(d for d in world.rows[random_counties.Deputy] if of(d) == p) for p in world.places)
    for deputy, day in ((here, date(YEAR - 1, 7, 1)), (here, date(YEAR + 1, 1, 9)), (elsewhere, date(YEAR, 7, 1))):
        contact(deputy, day)
    group = next(g for g in world.rows[random_counties.DeputyGroup] if g.jurisdiction.parent == world.places[0])
    told = {"happened_on": date(YEAR - 1, 5, 5), "content": "走访", "logged_at": "2024-05-05T00:00Z"}
    GroupActivity.objects.create(group=group, kind="visit", **told)
    assert fingerprints(world.places[0], 0) == before
    contact(here, date(YEAR, 7, 1))
    changed = {name for name, drawn in fingerprints(world.places[0], 0).items() if drawn != before[name]}
    stations = {f"station:{s.pk}" for s, d in world.through if d == here}
    expected = {f"county:{world.places[0].code}", f"town:{here.district.jurisdiction.code}", f"deputy:{here.pk}"}
    assert changed == expected | stations | ({f"group:{here.group_id}"} if here.group_id else set())


def of(deputy):
    return deputy.district.jurisdiction.parent


def contact(deputy, day):
    told = {"met": "村民", "kind": "visit", "logged_at": f"{day}T00:00Z"}
    return Visit.objects.create(deputy=deputy, happened_on=day, **told)
