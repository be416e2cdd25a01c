"""What ``make bench`` compares is comparable: program and hand-written SQL write the same, on a tiny county."""

import pytest
from django.core.management import call_command
from django.db import connection

from benchmarks import annual, monthly_contact, replies
from benchmarks.contest import Unequal, check_equal
from benchmarks.loading import fill
from benchmarks.second_night import second_night
from benchmarks.sizes import NIGHT, Size
from reports.models import Flag

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TINY = Size("tiny", counties=2, deputies=240, households=600, petitions=300)


@pytest.fixture
def tiny():
    call_command("load_regulations", verbosity=0)
    with connection.cursor() as cursor:
        fill(cursor, TINY)


@pytest.mark.parametrize("job", [monthly_contact, replies])
def test_the_program_and_the_sql_raise_equal_flags(tiny, job):
    written = check_equal(job.program, job.by_sql())
    assert written == Flag.objects.filter(rule_key=job.KEY, raised_on=NIGHT, cleared_on=None).count() > 0


@pytest.mark.parametrize("job", [monthly_contact, replies])
def test_sql_that_misses_a_flag_is_found_out(tiny, job):
    def forgetful():
        job.program()
        Flag.objects.first().delete()

    with pytest.raises(Unequal, match="1 are missing, and 0 are not the program's"):
        check_equal(job.program, {"forgetful": forgetful})


def test_a_night_with_nothing_new_writes_nothing_and_another_is_noticed(tiny):
    def urged():
        Flag.objects.filter(pk__in=Flag.objects.values("pk")[:2]).update(urged_on=NIGHT)

    quiet = second_night(monthly_contact.program, None, first=monthly_contact.program)
    busy = second_night(urged, None, first=monthly_contact.program)
    assert (quiet["second_writes"], busy["second_writes"]) == (0, 2)


def test_the_annual_report_counts_what_one_statement_counts(tiny):
    assert annual.run(TINY, rounds=1)["deputies"] == 540
