"""A report while eight people write: every total is the sum of its parts and that of another count."""

import threading
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from itertools import count

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from reports.annual.document import parts_of, read, read_each
from reports.snapshot import report_tx
from reports.subjects import find
from tests.reports import other_count, random_counties
from tests.reports.random_counties import AFTER, YEAR
from tests.reports.test_annual_recount import counted
from visits.models import Visit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS = 8


@pytest.fixture
def world(transactional_db):
    world, [place] = random_counties.counties(1, seed=7)
    world.write()
    world.place, world.deputies = place, world.rows[random_counties.Deputy]
    return world


class Writers:
    """Eight who log contacts and take them off again, each on a connection of their own."""

    def __init__(self, deputies):
        self.deputies = deputies
        self.turn, self.over, self.written = threading.Condition(), threading.Event(), 0
        self.threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]

    def _write(self, number):
        for n in count():
            if self.over.is_set():
                break
            deputy = self.deputies[(number + n) % len(self.deputies)]
            day = date(YEAR, 1, 1) + timedelta(days=(37 * n + number) % 365)
            one = Visit.objects.create(
                deputy=deputy, met="村民", happened_on=day, kind="visit", logged_at=f"{YEAR}-12-31T00:00Z"
            )
            if n % 3 == 0:
                one.delete()
            with self.turn:
                self.written += 1
                self.turn.notify_all()
        connection.close()

    def let_more_be_written(self):
        """Come back when each writer may have written once more."""
        with self.turn:
            until = self.written + 2 * WRITERS
            assert self.turn.wait_for(lambda: self.written >= until, timeout=60)


@contextmanager
def writing(deputies):
    writers = Writers(deputies)
    for thread in writers.threads:
        thread.start()
    try:
        yield writers
    finally:
        writers.over.set()
        for thread in writers.threads:
            thread.join()


def read_while(writers, place, around):
    """The county's report, those of its parts, and another count, with much written between the three."""
    with around:
        subject = find(f"county:{place.code}")[0]
        county = counted(read(subject, YEAR, on=AFTER))
        writers.let_more_be_written()
        parts = [
            (one.subject.kind, counted(one)) for one in read_each(subject, YEAR, on=AFTER, parts=parts_of(subject))
        ]
        writers.let_more_be_written()
        office = other_count.Office(other_count.from_database(), year=YEAR, on=AFTER)
        return county, parts, office.count("county", place.code)


def added_up(parts, kind, key):
    """The keys behind a figure in all parts of a kind, however often they stand there."""
    return sorted(pk for of, figures in parts if of == kind for pk in figures.get(key, ()))


def test_totals_are_the_sums_of_their_parts_and_those_of_another_count_while_eight_write(world):
    with writing(world.deputies) as writers:
        seen = set()
        for _round in range(4):
            county, parts, other = read_while(writers, world.place, report_tx())
            assert county == other
            for key in ("contacts", "kind.visit", f"month.{YEAR}-03", "petitions"):
                assert added_up(parts, "town", key) == sorted(county[key])
            assert added_up(parts, "deputy", "contacts") == sorted(county["contacts"])
            seen.add(len(county["contacts"]))
    assert len(seen) > 1


def test_without_one_moment_for_all_they_disagree(world):
    """The control: the same reading, each statement in a moment of its own."""
    with writing(world.deputies) as writers:
        county, parts, other = read_while(writers, world.place, nullcontext())
    assert county != other
    assert added_up(parts, "town", "contacts") != sorted(county["contacts"])


def test_nothing_is_written_while_a_year_is_read(world):
    with pytest.raises(DatabaseError, match="read-only"), report_tx():
        read(find(f"county:{world.place.code}")[0], YEAR, on=AFTER)
        Visit.objects.create(
            deputy=world.deputies[0], met="村民", happened_on=AFTER, kind="visit", logged_at="2026-01-01T00:00Z"
        )
