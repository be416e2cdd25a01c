"""More time for a reply: who gives it, what it moves, and what a correction by hand does to a deadline."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from constituents import actions
from constituents.deadlines import ReplyClock
from constituents.models import Extension, Petition, Referral
from office import clocks, regulations, workdays
from office.deadlines import Uncountable
from office.models import AuditEvent
from tests import county

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
ON = date(2026, 3, 10)


@pytest.fixture
def small(db):
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    with time_machine.travel(AT, tick=False):
        yield county.build()


def petition(town):
    matter = {"station": town.station, "visitor": "王某", "situation": "情况", "request": "问题"}
    return actions.register(by=town.officer, at=AT, on=date(2026, 2, 12), **matter)


def referral(town, **more):
    matter = petition(town)
    Petition.objects.filter(pk=matter.pk).update(status="routed")
    due_on, due_rule = ReplyClock.load().due(date(2026, 2, 12), town.place)
    stamped = {"due_on": due_on, "due_rule": due_rule, **more}
    return Referral.objects.create(
        petition=matter, place=town.place, unit=town.unit, routed_on=date(2026, 2, 12), **stamped
    )


def extend(row, by, **more):
    given = {"amount": 5, "unit": "working-days", "reason": "案情复杂", **more}
    return actions.extend(row, by=by, at=AT, on=ON, **given)


@pytest.mark.rule("D3-六h")
def test_a_matter_registered_at_the_desk_has_its_day_of_hand_over_at_once(small):
    row = petition(small.a)
    row.refresh_from_db()
    assert (row.hand_over_due_on, row.hand_over_rule.clause.key) == (date(2026, 2, 26), "D3-六h")


@pytest.mark.rule("D1-3①e")
def test_a_matter_that_came_by_letter_is_passed_on_by_its_deputy(small):
    matter = {"station": small.a.station, "visitor": "王某", "situation": "情况", "request": "问题"}
    row = actions.register(
        by=small.a.officer, at=AT, on=date(2026, 2, 12), channel="letter", deputy=small.a.deputy, **matter
    )
    row.refresh_from_db()
    assert (row.hand_over_due_on, row.hand_over_rule.clause.key) == (date(2026, 2, 26), "D1-3①e")


@pytest.mark.rule("D3-七")
def test_an_extension_counts_from_the_day_on_which_the_reply_was_due(small):
    row = referral(small.a)
    extend(row, small.office)
    extend(row, small.office, amount=1, unit="months")
    row.refresh_from_db()
    assert (row.due_on, row.due_rule.clause.key) == (date(2026, 4, 20), "D3-七")
    assert list(row.extensions.values_list("amount", "unit", "approved_by", "approved_on")) == [
        (5, "working-days", small.office.pk, ON),
        (1, "months", small.office.pk, ON),
    ]
    events = AuditEvent.objects.filter(action="referral.extended", subject_id=row.pk).order_by("pk")
    assert [(event.user, event.detail["fields"]) for event in events] == [
        (small.office, {"due_on": ["2026-03-14", "2026-03-20"]}),
        (small.office, {"due_on": ["2026-03-20", "2026-04-20"]}),
    ]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"replied_on": date(2026, 3, 3)}, actions.NotExtended),
        ({"due_on": None, "due_rule": None}, actions.NotExtended),
    ],
)
def test_what_does_not_run_is_not_extended(small, more, error):
    row = referral(small.a, **more)
    with pytest.raises(error):
        extend(row, small.office)
    assert Extension.objects.count() == 0


def test_an_extension_beyond_all_measure_is_refused(small):
    with pytest.raises(Uncountable):
        extend(referral(small.a), small.office, amount=4000, unit="days")
    assert Extension.objects.count() == 0


# On its page


def page(row):
    return reverse("constituents:referral_move", args=[row.pk, "extend"])


FORM = {"amount": "5", "unit": "working-days", "reason": "案情复杂"}


def sent(row, **more):
    """The form as it was opened a moment ago."""
    return FORM | {"key": str(uuid4()), "seen": str(row.petition.version)} | more


def test_the_office_gives_more_time_and_sees_how_it_was_counted(client, small):
    row = referral(small.a)
    client.force_login(small.a.staff)
    assert client.get(page(row)).status_code == 200
    answer = client.post(page(row), sent(row))
    assert (answer.status_code, answer.url) == (302, reverse("constituents:referral", args=[row.pk]))
    row.refresh_from_db()
    assert row.due_on == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-3"}, "amount"),
        ({"amount": "x"}, "amount"),
        ({"amount": "3000"}, "amount"),
        ({"amount": "99999999"}, "amount"),
        ({"unit": "weeks"}, "unit"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_form_that_cannot_be_is_said_and_nothing_is_written(client, small, bad, field):
    row = referral(small.a)
    client.force_login(small.office)
    answer = client.post(page(row), sent(row, **bad))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    row.refresh_from_db()
    assert (row.due_on, Extension.objects.count()) == (date(2026, 3, 14), 0)


def test_a_reply_that_has_come_meanwhile_is_not_extended(client, small):
    row = referral(small.a, replied_on=date(2026, 3, 3))
    client.force_login(small.office)
    assert list(client.post(page(row), sent(row)).context["form"].errors) == ["__all__"]


def test_another_town_s_reply_is_not_there(client, small):
    row = referral(small.b)
    client.force_login(small.a.staff)
    assert (client.get(page(row)).status_code, client.post(page(row), sent(row)).status_code) == (404, 404)
    client.force_login(small.b.unit_user)
    assert client.post(page(row), sent(row)).status_code == 403
    assert Extension.objects.count() == 0


def correct(row, by, **days):
    """Days of a referral written by hand, and its clocks that follow."""
    Referral.objects.filter(pk=row.pk).update(**days)
    clocks.follow("constituents.referral", [row.pk], by=by, at=AT, on=ON)
    row.refresh_from_db()


def test_a_corrected_day_of_routing_moves_the_deadline(small):
    row = referral(small.a)
    correct(row, small.office, routed_on=date(2026, 2, 20))
    assert (row.due_on, row.due_rule.clause.key) == (date(2026, 3, 22), "D3-七")
    moved = AuditEvent.objects.get(action="deadline.moved", detail__field="due_on")
    assert (moved.detail["was"], moved.detail["now"]) == ("2026-03-14", "2026-03-22")


@pytest.mark.rule("D3-六f")
def test_a_reply_that_is_written_starts_the_clock_of_the_feedback_and_taken_back_stops_it(small):
    row = referral(small.a)
    correct(row, small.office, replied_on=date(2026, 3, 6))
    assert (row.feedback_due_on, row.feedback_rule.clause.key) == (date(2026, 3, 13), "D3-六f")
    correct(row, small.office, replied_on=date(2026, 3, 9))
    assert row.feedback_due_on == date(2026, 3, 16)
    correct(row, small.office, replied_on=None)
    assert (row.feedback_due_on, row.feedback_rule) == (None, None)


def test_a_petition_leads_to_how_its_deadlines_were_counted(client, small):
    row = referral(small.a)
    links = [reverse("office:deadline_of", args=item) for item in (("referral", row.pk), ("petition", row.petition_id))]
    for user, address in (
        (small.office, reverse("admin:constituents_petition_change", args=[row.petition_id])),
        (small.a.officer, reverse("constituents:detail", args=[row.petition_id])),
    ):
        client.force_login(user)
        shown = client.get(address).content.decode()
        assert [link in shown for link in links] == [True, True]
