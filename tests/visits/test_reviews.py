"""A record is confirmed or asked about, answered by its deputy, settled; nothing counts differently for it."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from office import regulations
from office.models import AuditEvent, Notice
from reports.annual import figures
from reports.subjects import Kind, Subject
from visits import actions, reviews
from visits.models import Review, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)


@pytest.fixture
def small(small):
    regulations.load(on=date(2026, 1, 1))
    return small


def visit_of(deputy, day=TODAY, **more):
    told = {"met": "王小二", "kind": "visit", "logged_at": AT, "logged_by": deputy.user, **more}
    return Visit.objects.create(deputy=deputy, happened_on=day, **told)


def asked(town, **more):
    return reviews.ask(visit_of(town.deputy, **more), by=town.leader_user, at=AT, question="那天您在县里开会？")


def form(row, **more):
    return {"key": str(uuid4()), "seen": row.version, **more}


def url(name, row):
    return reverse(f"group:{name}", args=[row.pk])


@pytest.mark.rule("D8-五a")
def test_a_leader_confirms_a_record_and_takes_that_back(client, small):
    visit = visit_of(small.a.deputy)
    client.force_login(small.a.leader_user)
    assert client.post(url("confirm", visit)).url.endswith(f"#record-{visit.pk}")
    review = Review.objects.get()
    assert (review.status, review.made_by, review.made_at) == ("confirmed", small.a.leader_user, AT)
    client.post(url("take_back", review), form(review))
    review.refresh_from_db()
    assert (review.status, review.ended_by) == ("taken_back", small.a.leader_user)
    client.post(url("confirm", visit))
    assert list(Review.objects.order_by("pk").values_list("status", flat=True)) == ["taken_back", "confirmed"]
    deeds = AuditEvent.objects.filter(action__startswith="review.").order_by("pk")
    assert list(deeds.values_list("action", flat=True)) == ["review.checked", "review.taken_back", "review.checked"]


@pytest.mark.rule("D8-五a")
def test_a_question_is_told_answered_and_settled(client, small):
    visit = visit_of(small.a.deputy)
    client.force_login(small.a.leader_user)
    client.post(url("ask", visit), form(Review(), question="那天您在县里开会？"))
    review = Review.objects.get()
    assert Notice.objects.get(user=small.a.deputy_user).link == url("question", review)

    client.force_login(small.a.deputy_user)
    page = client.get(url("question", review))
    assert (page.context["answer_form"] is None, page.context["settle_form"]) == (False, None)
    assert client.post(url("answer", review), form(review)).context["answer_form"].errors.keys() == {
        "finding",
        "answer",
    }
    client.post(url("answer", review), form(review, finding="wrong", answer="是十一日"))
    review.refresh_from_db()
    assert (review.status, review.finding, review.answered_by) == ("answered", "wrong", small.a.deputy_user)
    told = set(Notice.objects.filter(key__startswith="review.answered").values_list("user__username", flat=True))
    assert told == {"group1", "town1", "office"}

    client.force_login(small.a.leader_user)
    client.post(url("settle", review), form(review, note="已请工委更正"))
    review.refresh_from_db()
    assert (review.status, review.note, review.ended_by) == ("settled", "已请工委更正", small.a.leader_user)
    assert Notice.objects.filter(user=small.a.deputy_user).count() == 2


def test_nobody_confirms_or_settles_their_own_record(client, small):
    own = visit_of(small.a.leader)
    client.force_login(small.a.leader_user)
    client.post(url("confirm", own))
    assert Review.objects.count() == 0
    review = reviews.ask(own, by=small.a.staff, at=AT, question="属实？")
    with pytest.raises(reviews.CannotReview):
        reviews.settle(review, by=small.a.leader_user, at=AT)
    reviews.answer(review, by=small.a.leader_user, at=AT, finding="right", answer="属实")
    reviews.settle(review, by=small.a.staff, at=AT)
    assert Review.objects.get().status == "settled"


def test_only_the_deputy_whose_record_it_is_answers(small):
    review = asked(small.a)
    with pytest.raises(Review.DoesNotExist):
        reviews.answer(review, by=small.a.leader_user, at=AT, finding="right", answer="属实")


def test_no_figure_changes_because_of_it(small):
    visit_of(small.a.deputy, day=date(2026, 1, 5))
    subject = Subject(Kind.DEPUTY, str(small.a.deputy.pk), "")

    def counted():
        return figures.read(subject, 2026, on=TODAY).total

    before = counted()
    reviews.ask(Visit.objects.get(), by=small.a.leader_user, at=AT, question="属实？")
    assert counted() == before


def test_a_record_that_is_withdrawn_ends_its_question_which_stays_in_the_history(small):
    review = asked(small.a)
    actions.withdraw_visit(review.visit_id, by=small.a.deputy_user, at=AT)
    review.refresh_from_db()
    assert (review.status, review.visit, review.ended_by) == ("gone", None, small.a.deputy_user)
    assert review.about == "2026-03-10 王* 走访"


def test_a_record_that_the_office_corrects_is_no_longer_the_one_that_was_confirmed(client, small):
    visit = visit_of(small.a.deputy)
    reviews.confirm(visit, by=small.a.leader_user, at=AT)
    client.force_login(small.office)
    told = {"deputy": small.a.deputy.pk, "met": "王小二", "happened_on": "2026-03-09", "kind": "visit", "content": ""}
    page = reverse("admin:visits_visit_change", args=[visit.pk])
    assert client.post(page, {**told, "place": "", "household": "", "petition": ""}).status_code == 302
    assert Review.objects.get().status == "taken_back"


def test_a_second_question_about_the_same_record_waits_for_the_first(small):
    review = asked(small.a)
    with pytest.raises(reviews.CannotReview):
        reviews.ask(review.visit, by=small.a.staff, at=AT, question="还有？")
    with pytest.raises(reviews.CannotReview):
        reviews.confirm(review.visit, by=small.a.leader_user, at=AT)


def test_whoever_settles_what_was_answered_meanwhile_is_told(client, small):
    review = asked(small.a)
    stale = form(review)
    reviews.answer(review, by=small.a.deputy_user, at=AT, finding="right", answer="属实")
    client.force_login(small.a.leader_user)
    answer = client.post(url("settle", review), stale)
    assert len(answer.context["settle_form"].non_field_errors()) == 1
    assert Review.objects.get().status == "answered"


@pytest.mark.parametrize(
    "values",
    [
        {"status": "answered"},
        {"status": "confirmed"},
        {"question": ""},
        {"visit_id": None},
        {"status": "settled"},
        {"answer": "属实"},
    ],
)
def test_the_database_refuses_a_state_that_is_none(small, values):
    review = asked(small.a)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(**values)


def test_the_records_of_another_group_are_not_there(client, small):
    visit, review = visit_of(small.a.deputy), asked(small.a, day=date(2026, 3, 9))
    client.force_login(small.b.leader_user)
    assert client.post(url("confirm", visit)).status_code == 404
    assert client.get(url("ask", visit)).status_code == 404
    assert client.get(url("question", review)).status_code == 404
    assert client.post(url("settle", review), form(review)).status_code == 404
    client.force_login(small.b.deputy_user)
    assert client.post(url("answer", review), form(review, finding="right", answer="a")).status_code == 404
    client.force_login(small.a.deputy_user)
    assert client.post(url("settle", review), form(review)).status_code == 403
    assert list(Review.objects.values_list("status", flat=True)) == ["asked"]
