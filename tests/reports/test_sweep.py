"""The sweep makes the flags right as of a day, whatever happened before."""

from datetime import date, datetime, timedelta
from io import StringIO
from json import loads
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import ManagementUtility, call_command

from constituents.models import Designation, Petition, Referral
from deputies.models import Deputy, Term
from office import regulations, watermarks
from office.clock import add_months, days_between, month_end, month_key, month_start
from office.models import Rule, Watermark
from office.watermarks import SWEEP
from reports.models import Flag
from reports.sweep import run_due, sweep
from reports.tasks import run_due as run_due_task
from tests import county
from visits.actions import withdraw_visit
from visits.models import Visit

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTACT, HOUSEHOLDS, REPLY = "D1-3①b", "D1-3①a", "D3-七"


@pytest.fixture
def town(small):
    """The first town, under three rules; the other town's people are out of office and owe nothing."""
    regulations.load(on=date(2026, 1, 1))
    Rule.objects.exclude(clause__key__in=[CONTACT, HOUSEHOLDS, REPLY]).delete()
    Deputy.objects.filter(district=small.b.district).update(end_reason="辞去代表职务", left_on=date(2025, 12, 1))
    small.a.leader.delete()
    return small.a


def contact(town, on, *, logged=None, kind=Visit.Kind.HOME):
    at = datetime.combine(logged or on, datetime.min.time(), SHANGHAI) + timedelta(hours=9)
    return Visit.objects.create(deputy=town.deputy, met="某户", happened_on=on, kind=kind, logged_at=at)


def referral(town, due_on, *, replied_on=None, status=Petition.Status.ROUTED):
    petition = Petition.objects.create(
        station=town.station,
        year=2026,
        seq=Petition.objects.count() + 1,
        received_on=date(2026, 1, 5),
        registered_at=datetime(2026, 1, 5, 9, tzinfo=SHANGHAI),
        visitor="来访人",
        situation="情况",
        request="问题",
        **county.ended(status),
    )
    return Referral.objects.create(
        petition=petition,
        place=town.place,
        unit=town.unit,
        routed_on=date(2026, 1, 5),
        due_on=due_on,
        replied_on=replied_on,
    )


def flags(key=CONTACT):
    return sorted(
        (f.period, f.severity, f.cleared_why, f.raised_on.isoformat()) for f in Flag.objects.filter(rule_key=key)
    )


def test_a_month_without_contact_is_red_on_the_first_of_the_next(town):
    contact(town, date(2026, 1, 31))
    sweep(on=date(2026, 2, 28))
    assert flags() == [("2026-02", "amber", "", "2026-02-28")]
    sweep(on=date(2026, 3, 1))
    assert flags() == [("2026-02", "red", "", "2026-02-28")]


def test_the_running_month_is_amber_from_the_twentieth_and_not_before(town):
    contact(town, date(2026, 1, 31))
    sweep(on=date(2026, 2, 19))
    assert flags() == []
    sweep(on=date(2026, 2, 20))
    assert flags() == [("2026-02", "amber", "", "2026-02-20")]


def test_a_group_activity_is_a_contact_too(town):
    contact(town, date(2026, 2, 10), kind=Visit.Kind.GROUP)
    sweep(on=date(2026, 3, 1))
    assert flags() == []


def test_a_contact_clears_the_amber_flag(town):
    contact(town, date(2026, 1, 10))
    sweep(on=date(2026, 2, 20))
    contact(town, date(2026, 2, 21))
    sweep(on=date(2026, 2, 22))
    assert flags() == [("2026-02", "amber", "satisfied", "2026-02-20")]


def test_a_contact_logged_after_its_month_clears_the_flag_as_late(town):
    contact(town, date(2026, 1, 10))
    sweep(on=date(2026, 3, 1))
    contact(town, date(2026, 2, 28), logged=date(2026, 3, 1))
    sweep(on=date(2026, 3, 2))
    assert flags() == [("2026-02", "red", "late", "2026-03-01")]


def test_a_contact_on_the_last_day_logged_just_after_midnight_is_late(town):
    contact(town, date(2026, 1, 10))
    at = datetime(2026, 3, 1, 0, 30, tzinfo=SHANGHAI)  # still 28 February in UTC
    sweep(on=date(2026, 2, 28))
    Visit.objects.create(deputy=town.deputy, met="某户", happened_on=date(2026, 2, 28), kind="home", logged_at=at)
    sweep(on=date(2026, 3, 1))
    assert flags() == [("2026-02", "amber", "late", "2026-02-28")]


def test_the_first_month_of_a_deputy_who_joined_in_its_middle_is_not_owed(town):
    Deputy.objects.filter(pk=town.deputy.pk).update(joined_on=date(2026, 2, 16))
    sweep(on=date(2026, 3, 1))
    assert flags() == []
    sweep(on=date(2026, 4, 1))
    assert flags() == [("2026-03", "red", "", "2026-04-01")]


def test_a_mandate_that_ended_without_a_date_owes_nothing(town):
    Deputy.objects.filter(pk=town.deputy.pk).update(end_reason="辞去代表职务")
    sweep(on=date(2026, 3, 1))
    assert flags() == []


def test_a_flag_is_gone_when_the_deputy_turns_out_to_have_left(town):
    sweep(on=date(2026, 3, 1))
    Deputy.objects.filter(pk=town.deputy.pk).update(left_on=date(2026, 2, 10), end_reason="调离")
    sweep(on=date(2026, 3, 2))
    assert flags() == [("2026-02", "red", "gone", "2026-03-01")]


def test_months_before_the_records_begin_are_not_judged(town):
    sweep(on=date(2026, 1, 5))
    assert flags() == []
    sweep(on=date(2026, 2, 5))
    assert flags() == [("2026-01", "red", "", "2026-02-05")]


def test_a_contact_that_was_taken_back_opens_the_flag_it_had_cleared(town):
    contact(town, date(2026, 1, 10))
    sweep(on=date(2026, 2, 20))
    mistaken = contact(town, date(2026, 2, 21))
    sweep(on=date(2026, 2, 21))
    assert flags() == [("2026-02", "amber", "satisfied", "2026-02-20")]
    mistaken.delete()
    sweep(on=date(2026, 3, 1))
    assert flags() == [("2026-02", "red", "", "2026-03-01")]


def test_a_mandate_that_was_ended_by_mistake_owes_the_month_again(town):
    sweep(on=date(2026, 3, 1))
    Deputy.objects.filter(pk=town.deputy.pk).update(left_on=date(2026, 2, 10), end_reason="调离")
    sweep(on=date(2026, 3, 2))
    Deputy.objects.filter(pk=town.deputy.pk).update(left_on=None, end_reason="")
    sweep(on=date(2026, 3, 3))
    assert flags() == [("2026-02", "red", "", "2026-03-03")]


def test_a_replay_of_an_earlier_day_leaves_alone_what_was_found_since(town):
    referral(town, date(2026, 2, 4))
    spare = Designation.objects.filter(deputy=town.deputy).first()
    Designation.objects.filter(pk=spare.pk).update(until=date(2026, 2, 20))
    run_due(until=date(2026, 3, 5))
    before = list(Flag.objects.order_by("pk").values())
    assert len(before) == 4
    for day in (date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 4), date(2026, 2, 25)):
        sweep(on=day)
    assert list(Flag.objects.order_by("pk").values()) == before


def test_nights_swept_a_second_time_find_nothing_new(town):
    spare = Designation.objects.filter(deputy=town.deputy).first()
    Designation.objects.filter(pk=spare.pk).update(since=date(2026, 2, 3), until=date(2026, 2, 20))
    contact(town, date(2026, 1, 25))
    referral(town, date(2026, 2, 4), replied_on=date(2026, 2, 9))
    run_due(until=date(2026, 3, 5))
    before = list(Flag.objects.order_by("pk").values())
    assert len(before) == 5
    watermarks.rewind(SWEEP, to=date(2026, 1, 1))
    run_due(until=date(2026, 3, 5))
    assert list(Flag.objects.order_by("pk").values()) == before


def test_the_same_day_again_changes_nothing(town):
    first = sweep(on=date(2026, 3, 1))
    again = sweep(on=date(2026, 3, 1))
    assert (first[CONTACT].raised, first[CONTACT].unchanged) == (1, 0)
    assert (again[CONTACT].raised, again[CONTACT].cleared, again[CONTACT].unchanged) == (0, 0, 1)


def test_a_reply_is_overdue_from_the_day_after_it_was_due(town):
    late = referral(town, date(2026, 2, 4))
    sweep(on=date(2026, 2, 4))
    assert flags(REPLY) == []
    sweep(on=date(2026, 2, 5))
    assert flags(REPLY) == [("", "red", "", "2026-02-05")]
    Referral.objects.filter(pk=late.pk).update(replied_on=date(2026, 2, 9))
    sweep(on=date(2026, 2, 9))
    assert flags(REPLY) == [("", "red", "late", "2026-02-05")]


def test_a_reply_entered_late_but_dated_in_time_was_in_time(town):
    asked = referral(town, date(2026, 2, 4))
    sweep(on=date(2026, 2, 5))
    Referral.objects.filter(pk=asked.pk).update(replied_on=date(2026, 2, 4))
    sweep(on=date(2026, 2, 6))
    assert flags(REPLY) == [("", "red", "satisfied", "2026-02-05")]


def test_a_reply_that_was_given_more_time_is_overdue_again_after_it(town):
    asked = referral(town, date(2026, 2, 4))
    sweep(on=date(2026, 2, 5))
    Referral.objects.filter(pk=asked.pk).update(due_on=date(2026, 2, 14))
    sweep(on=date(2026, 2, 14))
    assert flags(REPLY) == [("", "red", "gone", "2026-02-05")]
    sweep(on=date(2026, 2, 15))
    assert flags(REPLY) == [("", "red", "", "2026-02-15")]
    assert Flag.objects.get(rule_key=REPLY).due_on == date(2026, 2, 14)


@pytest.mark.parametrize("status", ["declined", "answered", "closed", "void"])
def test_a_matter_that_ended_without_a_reply_is_not_overdue_any_more(town, status):
    asked = referral(town, date(2026, 2, 4))
    sweep(on=date(2026, 2, 5))
    Petition.objects.filter(referrals=asked).update(**county.ended(status))
    sweep(on=date(2026, 2, 6))
    assert flags(REPLY) == [("", "red", "gone", "2026-02-05")]


def test_a_declined_petition_is_never_overdue(town):
    referral(town, date(2026, 2, 4), status=Petition.Status.DECLINED)
    referral(town, date(2026, 2, 4), status=Petition.Status.CLOSED)
    referral(town, None)
    referral(town, date(2026, 2, 4), replied_on=date(2026, 2, 4))
    sweep(on=date(2026, 3, 5))
    assert flags(REPLY) == []


@pytest.mark.parametrize(("count", "wrong"), [(0, 1), (1, 1), (2, 0), (3, 0), (4, 1)])
def test_two_or_three_contact_households_are_right(town, count, wrong):
    Designation.objects.all().delete()
    from tests.county import household

    for i in range(count):
        household(town, i + 5)
    sweep(on=date(2026, 2, 5))
    assert len(flags(HOUSEHOLDS)) == wrong


def test_a_household_count_that_goes_wrong_again_is_found_again(town):
    spare = Designation.objects.filter(deputy=town.deputy).first()
    Designation.objects.filter(pk=spare.pk).update(since=date(2026, 3, 1))
    sweep(on=date(2026, 2, 5))
    sweep(on=date(2026, 3, 1))
    Designation.objects.filter(pk=spare.pk).update(until=date(2026, 3, 10))
    sweep(on=date(2026, 3, 11))
    sweep(on=date(2026, 3, 12))
    assert flags(HOUSEHOLDS) == [
        ("2026-02-05", "amber", "satisfied", "2026-02-05"),
        ("2026-03-11", "amber", "", "2026-03-11"),
    ]


def test_nights_that_were_missed_are_made_up_over_the_end_of_the_year(town):
    Term.objects.update(records_since=date(2026, 9, 1))
    run_due(until=date(2026, 11, 3))
    before = flags()
    assert run_due(until=date(2027, 1, 2)) == 60
    assert flags()[: len(before)] == before
    assert flags()[-2:] == [("2026-11", "red", "", "2026-11-20"), ("2026-12", "red", "", "2026-12-20")]


def test_a_contact_that_is_written_down_later_has_not_cleared_a_flag_yet(town):
    contact(town, date(2026, 1, 10))
    contact(town, date(2026, 2, 18), logged=date(2026, 2, 25))
    sweep(on=date(2026, 2, 20))
    counts = sweep(on=date(2026, 2, 21))[CONTACT]
    assert (counts.raised, counts.cleared, counts.unchanged) == (0, 0, 1)
    sweep(on=date(2026, 2, 25))
    assert flags() == [("2026-02", "amber", "satisfied", "2026-02-20")]


def test_a_clock_set_back_changes_nothing(town):
    run_due(until=date(2026, 3, 1))
    before = flags()
    assert run_due(until=date(2026, 2, 27)) == 0
    assert flags() == before
    assert Watermark.objects.get(job=SWEEP).done_through == date(2026, 3, 1)


def test_today_is_swept_each_time_so_that_a_contact_counts_at_once(town):
    run_due(until=date(2026, 2, 20))
    contact(town, date(2026, 2, 20))
    contact(town, date(2026, 1, 20))
    assert run_due(until=date(2026, 2, 20)) == 1
    assert [(period, why) for period, _, why, _ in flags()] == [("2026-01", "satisfied"), ("2026-02", "satisfied")]


def test_an_older_ledger_rewinds_the_watermark(town):
    run_due(until=date(2026, 3, 1))
    Flag.objects.all().delete()
    watermarks.rewind(SWEEP, to=date(2026, 2, 1))
    run_due(until=date(2026, 3, 1))
    assert [period for period, *_ in flags()] == ["2026-01", "2026-02"]


def test_a_late_contact_of_a_month_long_past_that_is_taken_back_opens_its_flag_again(town):
    Term.objects.update(records_since=date(2026, 2, 1))
    run_due(until=date(2026, 4, 10))
    mistaken = contact(town, date(2026, 2, 5), logged=date(2026, 4, 10))
    Visit.objects.filter(pk=mistaken.pk).update(logged_by=town.deputy_user)
    run_due(until=date(2026, 4, 10))
    assert [flag for flag in flags() if flag[0] == "2026-02"] == [("2026-02", "red", "late", "2026-02-20")]
    withdraw_visit(mistaken.pk, by=town.deputy_user, at=datetime(2026, 4, 10, 12, tzinfo=SHANGHAI))
    run_due(until=date(2026, 4, 10))
    assert [flag for flag in flags() if flag[0] == "2026-02"] == [("2026-02", "red", "", "2026-02-20")]
    assert Watermark.objects.get(job=SWEEP).again_from is None


def test_the_task_takes_the_date_of_shanghai(town):
    with time_machine.travel(datetime(2026, 2, 28, 16, 1, tzinfo=ZoneInfo("UTC")), tick=False):
        run_due_task.delay()
    assert Watermark.objects.get(job=SWEEP).done_through == date(2026, 3, 1)


def test_the_command_prints_one_object_by_rule_id(town):
    out = StringIO()
    call_command("sweep", on="2026-03-01", json=True, stdout=out)
    assert loads(out.getvalue()) == {
        HOUSEHOLDS: {"raised": 0, "cleared": 0, "unchanged": 0},
        CONTACT: {"raised": 1, "cleared": 0, "unchanged": 0},
        REPLY: {"raised": 0, "cleared": 0, "unchanged": 0},
    }


@pytest.mark.parametrize("word", ["2026-02-30", "昨天"])
def test_a_word_that_is_not_a_date_is_refused_in_one_line(word, capsys):
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", "sweep", "--on", word]).execute()
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"CommandError: “{word}”不是日期，请按 2026-03-01 的写法填写。\n"


def oracle(town, until):
    """An independent reading, one deputy and one month at a time: which months are open, late, satisfied."""
    expected = {}
    visits = list(Visit.objects.filter(deputy=town.deputy))
    for day in days_between(date(2026, 1, 1), until):
        for first in (add_months(month_start(day), -1), month_start(day)):
            last, key = month_end(first), month_key(first)
            if first < date(2026, 1, 1) or (last >= day and day.day < 20):
                continue
            made = [v for v in visits if first <= v.happened_on <= last]
            known = [v for v in made if max(v.happened_on, v.logged_at.astimezone(SHANGHAI).date()) <= day]
            if not known and key not in expected:
                expected[key] = ("amber" if last >= day else "red", "", day.isoformat())
        for key, (severity, why, raised) in list(expected.items()):
            first = date.fromisoformat(f"{key}-01")
            if why:
                continue
            made = [v for v in visits if month_key(v.happened_on) == key]
            written = [v.logged_at.astimezone(SHANGHAI).date() for v in made]
            known = [w for w, v in zip(written, made, strict=True) if max(w, v.happened_on) <= day]
            if known:
                expected[key] = (severity, "satisfied" if min(known) <= month_end(first) else "late", raised)
            elif month_end(first) < day:
                expected[key] = ("red", "", raised)
    return sorted((key, *rest) for key, rest in expected.items())


@pytest.mark.parametrize("seed", range(2))
def test_a_year_of_random_contacts_gives_what_the_oracle_says(town, seed):
    from random import Random

    Rule.objects.exclude(clause__key=CONTACT).delete()  # the oracle knows this one alone
    chance = Random(seed)
    for _n in range(8):
        on = date(2026, 1, 1) + timedelta(days=chance.randrange(330))
        contact(town, on, logged=on + timedelta(days=chance.choice([0, 0, 1, 5, 40])))
    run_due(until=date(2026, 12, 20))
    assert flags() == oracle(town, date(2026, 12, 20))
