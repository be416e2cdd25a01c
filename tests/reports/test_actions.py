"""What the office does with flags: urging, waiving, taking back; only its own, each with a line of the trail."""

from datetime import timedelta

import pytest

from office.models import AuditEvent
from reports.actions import LONGEST_REASON, Done, NoReason, unwaive, urge, waive
from reports.models import Flag
from tests.reports.flags import AT, ON, raise_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def flags(small):
    return raise_all(small)


def trail(action):
    lines = AuditEvent.objects.filter(subject_type="reports.flag", action=action)
    return sorted(lines.values_list("subject_id", flat=True))


def of_town(flags, n):
    return sorted(flag.pk for (_kind, town), flag in flags.items() if town == n)


def urged():
    return sorted(Flag.objects.filter(urged_on=ON, urged_times=1).values_list("pk", flat=True))


def test_urging_keeps_the_day_and_writes_a_line_for_each_flag(small, flags):
    assert urge(Flag.objects.all(), by=small.office, at=AT, on=ON) == Done(16, 0)
    assert urged() == trail("flag.urged") == of_town(flags, 1) + of_town(flags, 2)


def test_a_town_urges_its_own_flags_and_no_others(small, flags):
    assert urge(Flag.objects.all(), by=small.a.staff, at=AT, on=ON) == Done(8, 8)
    assert urged() == trail("flag.urged") == of_town(flags, 1)


def test_whoever_is_not_of_the_office_changes_nothing(small, flags):
    for person in (small.leader, small.a.leader_user, small.a.officer, small.a.unit_user, small.a.deputy_user):
        assert urge(Flag.objects.all(), by=person, at=AT, on=ON) == Done(0, 16)
        assert waive(Flag.objects.all(), by=person, at=AT, on=ON, reason="不要") == Done(0, 16)
    assert (urged(), AuditEvent.objects.count(), Flag.objects.open().count()) == ([], 0, 16)


def test_urging_twice_on_a_day_counts_once_and_the_next_day_again(small, flags):
    one = Flag.objects.filter(pk=flags["deputy", 1].pk)
    results = [urge(one, by=small.office, at=AT, on=ON + timedelta(days=n)) for n in (0, 0, 1, 0)]
    assert results == [Done(1, 0), Done(0, 1), Done(1, 0), Done(0, 1)]
    assert (one.get().urged_times, one.get().urged_on) == (2, ON + timedelta(days=1))


def test_a_closed_flag_is_neither_urged_nor_waived(small, flags):
    closed = Flag.objects.filter(pk=flags["deputy", 1].pk)
    closed.update(cleared_on=ON, cleared_why="late")
    assert urge(closed, by=small.office, at=AT, on=ON) == Done(0, 1)
    assert waive(closed, by=small.office, at=AT, on=ON, reason="住院") == Done(0, 1)
    assert (closed.get().cleared_why, closed.get().urged_times, closed.get().waived_by) == ("late", 0, None)


def test_a_waiver_keeps_who_and_why_and_can_be_taken_back(small, flags):
    mine = Flag.objects.filter(deputy__isnull=False)
    assert waive(mine, by=small.a.staff, at=AT, on=ON, reason="  住院 ") == Done(1, 1)
    flag = Flag.objects.get(pk=flags["deputy", 1].pk)
    assert (flag.cleared_on, flag.cleared_why, flag.waived_by, flag.waived_reason) == (
        ON,
        "waived",
        small.a.staff,
        "住院",
    )
    assert AuditEvent.objects.get(action="flag.waived").detail == {"reason": "住院"}
    assert unwaive(mine, by=small.b.staff, at=AT) == Done(0, 2)
    assert unwaive(mine, by=small.office, at=AT) == Done(1, 1)
    assert Flag.objects.open().count() == 16
    assert trail("flag.waived") == trail("flag.unwaived") == [flag.pk]


def test_taking_back_leaves_what_was_cleared_otherwise(small, flags):
    Flag.objects.filter(pk=flags["deputy", 1].pk).update(cleared_on=ON, cleared_why="satisfied")
    assert unwaive(Flag.objects.all(), by=small.office, at=AT) == Done(0, 16)
    assert Flag.objects.get(pk=flags["deputy", 1].pk).cleared_why == "satisfied"


@pytest.mark.parametrize("reason", ["", " \n", "长" * (LONGEST_REASON + 1)])
def test_a_waiver_without_a_reason_that_can_be_kept_is_refused(small, flags, reason):
    with pytest.raises(NoReason):
        waive(Flag.objects.all(), by=small.office, at=AT, on=ON, reason=reason)
    assert Flag.objects.open().count() == 16


def test_many_flags_cost_no_more_statements_than_one(small, flags, django_assert_num_queries):
    with django_assert_num_queries(7):  # with the savepoint's two
        urge(Flag.objects.filter(pk=flags["deputy", 1].pk), by=small.office, at=AT, on=ON)
    with django_assert_num_queries(6):  # the person's roles are known by now
        urge(Flag.objects.all(), by=small.office, at=AT, on=ON)
