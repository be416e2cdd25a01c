"""Two people at one record: it is filed once, received or returned but not both, answered once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from office import regulations
from office.models import AuditEvent, Notice
from reports.models import Objection
from reports.objections import actions as objections
from tests import county
from visits import actions, filing, reviews
from visits.models import GroupActivity, Review, Visit

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 17, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = date(2026, 3, 17)
AT_ONCE = 6
REFUSALS = (filing.CannotFile, actions.CannotReceive, reviews.CannotReview, objections.CannotObject)


@pytest.fixture
def small():
    regulations.load(on=date(2026, 1, 1))
    return county.build()


def at_once(*jobs):
    """Run the jobs in threads that begin at the same moment; how many went through."""
    gate = Barrier(len(jobs))

    def run(job):
        try:
            gate.wait(timeout=20)
            return job()
        except REFUSALS:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sum(done is not None for done in pool.map(run, jobs))


def record(town) -> GroupActivity:
    about = {"happened_on": date(2026, 3, 2), "kind": "visit", "topic": "饮水", "place": "一村", "content": "走访"}
    members = town.group.deputies.all()
    return filing.write(None, by=town.leader_user, at=AT, group=town.group, present=members, absent={}, **about)


def visit(town) -> Visit:
    return Visit.objects.create(deputy=town.deputy, met="王小二", happened_on=ON, kind="visit", logged_at=AT)


def test_a_record_is_filed_once_however_many_press_the_button(small):
    row = record(small.a)
    assert at_once(*[lambda: filing.file_record(row, by=small.a.leader_user, at=AT)] * AT_ONCE) == 1
    assert AuditEvent.objects.filter(action="groupactivity.filed").count() == 1
    assert Notice.objects.filter(user=small.office).count() == 1


def test_a_record_is_received_or_returned_and_never_both(small):
    row = filing.file_record(record(small.a), by=small.a.leader_user, at=AT)
    whole = GroupActivity.objects.filter(pk=row.pk)
    at_once(
        *[lambda: actions.receive_reports(whole, by=small.office, at=AT, on=ON, seen=row.version)] * 3,
        *[lambda: filing.return_record(row, by=small.office, at=AT, reason="缺签到表", seen=row.version)] * 3,
    )
    row.refresh_from_db()
    deeds = AuditEvent.objects.filter(action__in=("groupactivity.received", "groupactivity.returned")).count()
    assert (bool(row.received_by_id) != bool(row.returned_at), deeds) == (True, 1)


def test_a_record_is_confirmed_once_and_a_question_is_settled_once(small):
    contact = visit(small.a)
    both = [lambda by=by: reviews.confirm(contact, by=by, at=AT) for by in (small.a.leader_user, small.a.staff)]
    assert (at_once(*both * 3), Review.objects.count()) == (1, 1)
    review = reviews.ask(contact, by=small.a.leader_user, at=AT, question="属实？")
    settlers = [lambda by=by: reviews.settle(review, by=by, at=AT) for by in (small.a.leader_user, small.a.staff)]
    assert at_once(*settlers * 3) == 1
    assert AuditEvent.objects.filter(action="review.settled").count() == 1


def test_an_objection_is_accepted_or_refused_and_the_missing_contact_is_entered_once(small):
    row = objections.raise_objection(
        by=small.a.deputy_user, at=AT, deputy=small.a.deputy, text="漏登", about="联系", kind="missing",
        happened_on=date(2026, 2, 2), met="李四", way="home",
    )  # fmt: skip
    enter = {"on": date(2026, 2, 2), "kind": "home", "met": "李四"}
    accept = lambda: objections.accept(row, by=small.office, at=AT, on=ON, text="已补录", enter=enter)  # noqa: E731
    refuse = lambda: objections.refuse(row, by=small.a.staff, at=AT, text="查无")  # noqa: E731
    assert at_once(*[accept] * 3, *[refuse] * 3) == 1
    row.refresh_from_db()
    assert Visit.objects.count() == (1 if row.status == Objection.Status.ACCEPTED else 0)


def test_without_the_lock_two_would_settle_the_same_question(small):
    """The negative control: who goes by a row read before overwrites the other."""
    review = reviews.ask(visit(small.a), by=small.a.leader_user, at=AT, question="属实？")
    first, second = Review.objects.get(pk=review.pk), Review.objects.get(pk=review.pk)
    for row, by in ((first, small.a.leader_user), (second, small.a.staff)):
        assert row.status == "asked"
        row.status, row.ended_at, row.ended_by = "settled", AT, by
        row.save()
    assert Review.objects.get().ended_by == small.a.staff
