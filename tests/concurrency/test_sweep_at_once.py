"""Ten sweeps at once leave exactly the right flags; with the guard off the same assertion sees the duplicates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from constituents.models import Petition, Referral
from deputies.models import Deputy, Term
from office import regulations
from office.models import Rule, Watermark
from office.watermarks import SWEEP
from reports.models import Flag
from reports.sweep import run_due, sweep
from tests import county
from visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 2, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
CONTACT, HOUSEHOLDS, REPLY = "D1-3①b", "D1-3①a", "D3-七"
DEPUTIES, REFERRALS, SWEEPS = 300, 40, 10


@pytest.fixture
def town():
    """A county whose every second deputy had a contact in February, with referrals due on 20 February."""
    regulations.load(on=date(2026, 1, 1))
    town = county.build().a
    Term.objects.update(records_since=date(2026, 2, 1))
    Rule.objects.exclude(clause__key__in=[CONTACT, HOUSEHOLDS, REPLY]).delete()
    Deputy.objects.update(end_reason="辞去代表职务", left_on=date(2025, 12, 1))
    place = {"term": town.deputy.term, "district": town.district, "group": town.group}
    Deputy.objects.bulk_create(Deputy(name=f"代表甲{n}", **place) for n in range(DEPUTIES))
    contact = {"happened_on": date(2026, 2, 10), "kind": Visit.Kind.PHONE, "met": "某户", "logged_at": AT}
    Visit.objects.bulk_create(Visit(deputy=deputy, **contact) for deputy in deputies()[::2])
    _referrals(town)
    return town


def _referrals(town):
    register = {"station": town.station, "year": 2026, "received_on": AT.date(), "registered_at": AT}
    words = {"visitor": "来访人", "situation": "情况", "request": "问题", "status": Petition.Status.ROUTED}
    Petition.objects.bulk_create(Petition(seq=n, **register, **words) for n in range(1, REFERRALS + 1))
    route = {"place": town.place, "unit": town.unit, "routed_on": AT.date(), "due_on": date(2026, 2, 20)}
    Referral.objects.bulk_create(Referral(petition=petition, **route) for petition in Petition.objects.all())


def deputies():
    return list(Deputy.objects.filter(left_on=None).order_by("pk"))


def expected(*, first_night):
    """Every second deputy missed February; none has a household; each referral is overdue."""
    missed = [(CONTACT, deputy.pk, None, "2026-02") for deputy in deputies()[1::2]]
    homeless = [(HOUSEHOLDS, deputy.pk, None, first_night) for deputy in deputies()]
    overdue = [(REPLY, None, referral.pk, "") for referral in Referral.objects.all()]
    return sorted(map(str, missed + homeless + overdue))


def raised():
    return sorted(map(str, Flag.objects.open().values_list("rule_key", "deputy", "referral", "period")))


def assert_flags_are_exact(wanted):
    assert raised() == wanted


def at_once(work, times=SWEEPS):
    """Start ``work`` in so many threads at the same moment; what each returned. An error in one of them is raised."""
    start = Barrier(times)

    def one():
        try:
            start.wait(timeout=20)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(one) for _n in range(times)]]


def test_ten_sweeps_at_once_leave_exactly_the_right_flags(town):
    results = at_once(lambda: sweep(on=date(2026, 3, 1)))
    assert_flags_are_exact(expected(first_night="2026-03-01"))
    told = {key: sum(counts[key].raised for counts in results) for key in results[0]}
    assert told == {CONTACT: DEPUTIES // 2, HOUSEHOLDS: DEPUTIES, REPLY: REFERRALS}


def test_three_missed_nights_are_made_up_once_by_ten_at_once(town):
    Watermark.objects.create(job=SWEEP, done_through=date(2026, 2, 27))
    nights = at_once(lambda: run_due(until=date(2026, 3, 2)))
    assert_flags_are_exact(expected(first_night="2026-02-28"))
    assert sum(nights) == 3 + SWEEPS - 1  # the last day is swept by everybody, the two before it by one
    assert Watermark.objects.get(job=SWEEP).done_through == date(2026, 3, 2)
    months = Flag.objects.filter(rule_key=CONTACT).values_list("severity", "raised_on").distinct()
    assert list(months.order_by()) == [(Rule.Severity.RED, date(2026, 2, 28))]


def test_ten_first_runs_at_once_begin_with_the_records(town):
    at_once(lambda: run_due(until=date(2026, 2, 3)))
    assert raised() == sorted(str((HOUSEHOLDS, deputy.pk, None, "2026-02-01")) for deputy in deputies())
    assert Watermark.objects.get(job=SWEEP).done_through == date(2026, 2, 3)


# -- the negative control: without the unique keys the same assertion fails


@pytest.fixture
def no_unique_keys(town):
    keys = [key for key in Flag._meta.constraints if key.name in ("one_flag_a_deputy", "one_flag_a_referral")]
    assert len(keys) == 2
    _change_keys("remove_constraint", keys)
    try:
        yield
    finally:
        Flag.objects.all().delete()
        _change_keys("add_constraint", keys)


def _change_keys(change, keys):
    with connection.schema_editor() as editor:
        for key in keys:
            getattr(editor, change)(Flag, key)


def naive_sweep(town, both_have_looked):
    """What the sweep must not be: look who has no flag yet, then raise flags for them."""
    rule = Rule.objects.get(clause__key=CONTACT)
    missing = [deputy for deputy in deputies()[1::2] if not Flag.objects.filter(rule=rule, deputy=deputy).exists()]
    both_have_looked.wait(timeout=20)
    finding = {"jurisdiction": town.place, "period": "2026-02", "severity": rule.severity}
    days = {"starts_on": date(2026, 2, 1), "due_on": date(2026, 2, 28), "raised_on": date(2026, 3, 1)}
    with transaction.atomic():
        for deputy in missing:
            Flag.objects.create(rule=rule, rule_key=CONTACT, deputy=deputy, **finding, **days)


def test_looking_first_and_raising_then_leaves_duplicates(town, no_unique_keys):
    both_have_looked = Barrier(2)
    at_once(lambda: naive_sweep(town, both_have_looked), times=2)
    missed = [row for row in expected(first_night="2026-03-01") if CONTACT in row]
    with pytest.raises(AssertionError):
        assert_flags_are_exact(missed)
    assert raised() == sorted(missed * 2)


def test_it_is_the_unique_keys_that_make_the_sweep_exact(town, no_unique_keys):
    at_once(lambda: sweep(on=date(2026, 3, 1)))
    with pytest.raises(AssertionError):
        assert_flags_are_exact(expected(first_night="2026-03-01"))
