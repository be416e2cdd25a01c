"""One moment of the database for the whole report, whatever is written meanwhile."""

import threading

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from reports.annual import figures, records
from reports.snapshot import report_tx
from reports.subjects import find
from tests import county
from tests.reports.annual_year import AT, ON, YEAR
from visits.models import Visit


def one_more_contact(deputy):
    """Somebody else logs a contact, on a connection of their own; it is committed when this returns."""

    def write():
        Visit.objects.create(deputy=deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at=AT)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    writer.join()


def counted_twice(small, around):
    """The contacts of the report's sums and of its evidence, with a contact logged between the two."""
    with around:
        report = figures.read(find("county")[0], YEAR, on=ON)
        one_more_contact(small.a.deputy)
        return report.total["contacts"], len(records.read(report).visits)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sums_and_evidence_agree_while_others_write():
    small = county.build()
    one_more_contact(small.a.deputy)
    assert [counted_twice(small, report_tx()) for _ in range(3)] == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_ordinary_transaction_would_not_do():
    small = county.build()
    one_more_contact(small.a.deputy)
    assert counted_twice(small, transaction.atomic()) == (1, 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nothing_can_be_written_while_a_report_is_read():
    small = county.build()
    with pytest.raises(DatabaseError, match="read-only"), report_tx():
        Visit.objects.create(deputy=small.a.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_report_is_not_read_inside_another_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError), report_tx():
        pass
