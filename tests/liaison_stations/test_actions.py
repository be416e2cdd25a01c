"""The verbs of the rota: who may, when, and what becomes of the turns."""

from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from deputies.models import Absence
from liaison_stations import actions
from liaison_stations.actions import ReceptionRefused, TurnRefused
from liaison_stations.models import FeedToken, Reception, ReceptionDuty, StationPost, TurnRequest
from office.models import AuditEvent, Notice, Watermark
from office.roles import Role
from office.watermarks import SWEEP
from tests.county import person
from tests.liaison_stations.world import TODAY, deputies_of, names, reception, turn, when

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 15)
LATER = date(2027, 1, 15)


@pytest.fixture
def world(small):
    """Two receptions to come: the first with the first two deputies, the second with the third and the fourth."""
    small.people = deputies_of(small.a)
    small.first = reception(small.a.station, DAY, *small.people[:2])
    small.second = reception(small.a.station, LATER, *small.people[2:])
    small.mine = turn(small.first, small.people[0])
    small.theirs = turn(small.second, small.people[2])
    small.head = person("head1", Role.STATION_HEAD)
    StationPost.objects.create(station=small.a.station, name="站长", user=small.head)
    return small


def users(small):
    return {
        "own": small.people[0].user,
        "other deputy": small.people[3].user,
        "officer": small.a.officer,
        "head": small.head,
        "town": small.a.staff,
        "county": small.office,
        "leader": small.leader,
        "unit": small.a.unit_user,
        "officer elsewhere": small.b.officer,
        "town elsewhere": small.b.staff,
        "deputy elsewhere": small.b.deputy_user,
    }


KEEPERS = {"officer", "head", "town", "county"}
UNSEEN = {"unit", "officer elsewhere", "town elsewhere", "deputy elsewhere"}


def outcomes(small, verb):
    """Who did it (True), who was refused, and from whom it was hidden; each on a world of their own."""
    found = {}
    for name, user in users(small).items():
        point = transaction.savepoint()
        try:
            verb(user)
            found[name] = True
        except PermissionDenied:
            found[name] = "refused"
        except (Reception.DoesNotExist, ReceptionDuty.DoesNotExist, TurnRequest.DoesNotExist):
            found[name] = "hidden"
        transaction.savepoint_rollback(point)
    return found


def expected(small, allowed, hidden=UNSEEN):
    return {name: True if name in allowed else "hidden" if name in hidden else "refused" for name in users(small)}


# Who may what


@pytest.mark.rule("D5-二a")
def test_who_may_confirm_and_sign_in(world):
    def confirm(user):
        actions.confirm_turn(world.mine.pk, by=user, **when())

    def sign_in(user):
        actions.sign_in(world.mine.pk, by=user, **when(DAY))

    assert outcomes(world, confirm) == expected(world, KEEPERS | {"own"})
    assert outcomes(world, sign_in) == expected(world, KEEPERS | {"own"})


def test_only_the_deputy_asks_about_the_own_turn(world):
    def leave(user):
        actions.ask_leave(world.mine.pk, by=user, reason="出差", **when())

    def swap(user):
        actions.ask_swap(world.mine.pk, by=user, to_duty=world.theirs, **when())

    def substitute(user):
        actions.ask_substitute(world.mine.pk, by=user, to_deputy=world.people[3], **when())

    for verb in (leave, swap, substitute):
        assert outcomes(world, verb) == expected(world, {"own"})


@pytest.mark.rule("D5-一a")
def test_only_the_office_decides_about_leave(world):
    row = actions.ask_leave(world.mine.pk, by=world.people[0].user, reason="出差", **when())

    def answer(user):
        actions.answer_request(row.pk, by=user, agree=True, **when())

    assert outcomes(world, answer) == expected(world, {"town", "county"}, UNSEEN | {"other deputy"})


def test_only_the_deputy_who_was_asked_agrees_to_a_swap(world):
    row = actions.ask_swap(
        world.mine.pk, by=world.people[0].user, to_duty=turn(world.second, world.people[3]), **when()
    )

    def answer(user):
        actions.answer_request(row.pk, by=user, agree=True, **when())

    def withdraw(user):
        actions.withdraw_request(row.pk, by=user, at=when()["at"])

    assert outcomes(world, answer) == expected(world, {"other deputy"})
    assert outcomes(world, withdraw) == expected(world, {"own"})


def test_the_office_answers_for_a_deputy_without_a_sign_in(world):
    world.people[2].user = None
    world.people[2].save()
    row = actions.ask_swap(world.mine.pk, by=world.people[0].user, to_duty=world.theirs, **when())

    def answer(user):
        actions.answer_request(row.pk, by=user, agree=True, **when())

    assert outcomes(world, answer) == expected(world, {"town", "county"}, UNSEEN | {"other deputy"})


def test_who_keeps_a_reception(world):
    def post(user):
        actions.post_notice(world.first.pk, by=user, **when())

    def hold(user):
        actions.hold(world.first.pk, by=user, **when(DAY))

    def cancel(user):
        actions.cancel(world.first.pk, by=user, reason="大雪", **when())

    for verb in (post, hold, cancel):
        assert outcomes(world, verb) == expected(world, KEEPERS)


@pytest.mark.rule("D5-二b")
def test_who_may_bring_deputies_and_voters_together(world):
    def appoint(user):
        appointment(world, by=user)

    assert outcomes(world, appoint) == expected(world, KEEPERS, set())


# One's own turn


@pytest.mark.rule("D5-二a")
def test_a_turn_is_confirmed_once(world):
    actions.confirm_turn(world.mine.pk, by=world.people[0].user, **when())
    again = actions.confirm_turn(world.mine.pk, by=world.a.officer, **when(date(2026, 11, 27)))
    assert again.confirmed_on == TODAY
    assert AuditEvent.objects.filter(action="reception.confirmed").count() == 1


def test_nothing_is_asked_or_confirmed_when_the_reception_is_over_or_cancelled(world):
    own = world.people[0].user
    verbs = [
        lambda on: actions.confirm_turn(world.mine.pk, by=own, **when(on)),
        lambda on: actions.ask_leave(world.mine.pk, by=own, reason="出差", **when(on)),
        lambda on: actions.ask_swap(world.mine.pk, by=own, to_duty=world.theirs, **when(on)),
        lambda on: actions.ask_substitute(world.mine.pk, by=own, to_deputy=world.people[3], **when(on)),
    ]
    for verb in verbs:
        with pytest.raises(TurnRefused):
            verb(date(2026, 12, 16))
    actions.cancel(world.first.pk, by=world.office, reason="大雪", **when())
    for verb in verbs:
        with pytest.raises(TurnRefused):
            verb(TODAY)


def test_one_question_about_a_turn_waits_at_a_time(world):
    own = world.people[0].user
    row = actions.ask_leave(world.mine.pk, by=own, reason="出差", **when())
    with pytest.raises(TurnRefused):
        actions.ask_swap(world.mine.pk, by=own, to_duty=world.theirs, **when())
    with pytest.raises(IntegrityError), transaction.atomic():
        TurnRequest.objects.create(
            kind="leave",
            reception=world.first,
            duty=world.mine,
            deputy=world.people[0],
            reason="再请",
            asked_by=own,
            asked_at=when()["at"],
        )
    actions.withdraw_request(row.pk, by=own, at=when()["at"])
    assert actions.ask_swap(world.mine.pk, by=own, to_duty=world.theirs, **when()).is_open


def test_leave_needs_a_reason(world):
    with pytest.raises(TurnRefused):
        actions.ask_leave(world.mine.pk, by=world.people[0].user, reason="  ", **when())


# Answers


def test_nothing_changes_before_the_other_agrees_nor_when_they_refuse(world):
    row = actions.ask_swap(world.mine.pk, by=world.people[0].user, to_duty=world.theirs, **when())
    before = (names(world.first), names(world.second))
    assert before == (["代表1", "代表1之2"], ["代表1之3", "代表1之4"])
    actions.answer_request(row.pk, by=world.people[2].user, agree=False, answer="那天也有事", **when())
    assert (names(world.first), names(world.second)) == before
    row.refresh_from_db()
    assert (row.state, row.answered_by, row.answer) == ("refused", world.people[2].user, "那天也有事")


def test_a_swap_exchanges_both_turns_and_both_are_confirmed(world):
    row = actions.ask_swap(world.mine.pk, by=world.people[0].user, to_duty=world.theirs, **when())
    actions.answer_request(row.pk, by=world.people[2].user, agree=True, **when())
    assert names(world.first) == ["代表1之2", "代表1之3"]
    assert names(world.second) == ["代表1", "代表1之4"]
    assert turn(world.first, world.people[2]).confirmed_on == TODAY
    assert turn(world.second, world.people[0]).confirmed_on == TODAY
    with pytest.raises(TurnRefused):
        actions.answer_request(row.pk, by=world.people[2].user, agree=True, **when())


def test_a_swap_that_would_give_two_turns_at_one_time_is_refused(world):
    both = ReceptionDuty.objects.create(reception=world.second, deputy=world.people[0])
    with pytest.raises(TurnRefused):
        actions.ask_swap(world.mine.pk, by=world.people[0].user, to_duty=world.theirs, **when())
    both.delete()
    row = actions.ask_swap(world.mine.pk, by=world.people[0].user, to_duty=world.theirs, **when())
    elsewhere = reception(world.b.station, DAY, world.people[2], starts_at=time(10), ends_at=time(12))
    with pytest.raises(TurnRefused):
        actions.answer_request(row.pk, by=world.people[2].user, agree=True, **when())
    row.refresh_from_db()
    assert (row.state, names(world.first)) == ("asked", ["代表1", "代表1之2"])
    elsewhere.delete()
    actions.answer_request(row.pk, by=world.people[2].user, agree=True, **when())
    assert names(world.first) == ["代表1之2", "代表1之3"]


def test_turns_are_swapped_at_one_station_between_two_receptions_only(world):
    world.b.station.deputies.add(world.people[3])
    foreign = reception(world.b.station, LATER, world.b.deputy)
    own = world.people[0].user
    for to_duty in (turn(foreign, world.b.deputy), turn(world.first, world.people[1]), world.mine):
        with pytest.raises(TurnRefused):
            actions.ask_swap(world.mine.pk, by=own, to_duty=to_duty, **when())


def test_a_turn_that_changed_hands_meanwhile_is_not_swapped(world):
    row = actions.ask_swap(world.mine.pk, by=world.people[0].user, to_duty=world.theirs, **when())
    ReceptionDuty.objects.filter(pk=world.theirs.pk).update(deputy=world.b.deputy)
    with pytest.raises(TurnRefused):
        actions.answer_request(row.pk, by=world.people[2].user, agree=True, **when())
    ReceptionDuty.objects.filter(pk=world.mine.pk).delete()
    with pytest.raises(TurnRefused):
        actions.answer_request(row.pk, by=world.people[2].user, agree=True, **when())


def test_what_else_was_asked_about_a_turn_that_changes_hands_is_closed(world):
    mine = actions.ask_swap(world.mine.pk, by=world.people[0].user, to_duty=world.theirs, **when())
    his = actions.ask_leave(world.theirs.pk, by=world.people[2].user, reason="开会", **when())
    actions.answer_request(mine.pk, by=world.people[2].user, agree=True, **when())
    his.refresh_from_db()
    assert (his.state, his.answer) == ("withdrawn", "该轮值已转给他人。")


def test_another_comes_instead_once_they_agree(world):
    row = actions.ask_substitute(world.mine.pk, by=world.people[0].user, to_deputy=world.people[3], **when())
    actions.answer_request(row.pk, by=world.people[3].user, agree=True, **when())
    assert names(world.first) == ["代表1之2", "代表1之4"]
    assert turn(world.first, world.people[3]).confirmed_on == TODAY


def test_only_a_deputy_of_the_station_who_is_free_and_not_away_can_come_instead(world):
    own = world.people[0].user
    leave = {"since": DAY, "until": DAY, "reason": "出差", "approved_by": "主任"}
    Absence.objects.create(deputy=world.people[3], **leave)
    world.people[2].left_on, world.people[2].end_reason = DAY, "调离"
    world.people[2].save()
    for other in (*world.people[1:], world.b.deputy):
        with pytest.raises(TurnRefused):
            actions.ask_substitute(world.mine.pk, by=own, to_deputy=other, **when())


@pytest.mark.rule("D5-一a")
def test_leave_takes_the_turn_away_and_stays_on_record(world):
    row = actions.ask_leave(world.mine.pk, by=world.people[0].user, reason="出差", **when())
    actions.answer_request(row.pk, by=world.a.staff, agree=True, **when())
    row.refresh_from_db()
    assert names(world.first) == ["代表1之2"]
    assert (row.state, row.duty, row.deputy, row.reception) == ("agreed", None, world.people[0], world.first)


def test_the_office_names_who_stands_in_and_they_still_confirm(world):
    row = actions.ask_leave(world.mine.pk, by=world.people[0].user, reason="出差", **when())
    with pytest.raises(TurnRefused):
        actions.answer_request(row.pk, by=world.a.staff, agree=True, stand_in=world.people[1], **when())
    actions.answer_request(row.pk, by=world.a.staff, agree=True, stand_in=world.people[3], **when())
    assert names(world.first) == ["代表1之2", "代表1之4"]
    assert turn(world.first, world.people[3]).confirmed_on is None


def told(user):
    """What stands in a person's inbox, the oldest first."""
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_the_deputy_who_is_asked_hears_of_it_and_whoever_asked_hears_the_answer(world):
    row = actions.ask_swap(world.mine.pk, by=world.people[0].user, to_duty=world.theirs, **when())
    assert told(world.people[2].user) == ["代表1申请换班：2026-12-15 东山镇人大代表联络站的接待。请答复。"]
    actions.answer_request(row.pk, by=world.people[2].user, agree=True, **when())
    assert told(world.people[0].user) == ["您对 2026-12-15 东山镇人大代表联络站接待的申请（换班）：同意。"]
    assert {one.user for one in Notice.objects.all()} == {world.people[0].user, world.people[2].user}


def test_the_offices_hear_of_leave_and_the_stand_in_of_the_turn(world):
    row = actions.ask_leave(world.mine.pk, by=world.people[0].user, reason="出差", **when())
    assert {one.user for one in Notice.objects.all()} == {world.a.staff, world.office}
    actions.answer_request(row.pk, by=world.a.staff, agree=True, stand_in=world.people[3], **when())
    assert told(world.people[3].user) == ["2026-12-15 东山镇人大代表联络站的接待由您轮值，请确认。"]


def test_deputies_and_station_hear_that_a_reception_is_cancelled(world):
    actions.cancel(world.first.pk, by=world.office, reason="大雪", **when())
    heard = {one.user for one in Notice.objects.all()}
    assert heard == {world.people[0].user, world.people[1].user, world.a.officer, world.head}


# The reception


@pytest.mark.rule("D5-二a")
def test_the_day_on_which_the_notice_was_posted_first_stays(world):
    actions.post_notice(world.first.pk, by=world.a.officer, topics="饮水", **when())
    again = actions.post_notice(world.first.pk, by=world.a.officer, topics="饮水和村道", **when(date(2026, 12, 1)))
    assert (again.notice_posted_on, again.topics) == (TODAY, "饮水和村道")
    with pytest.raises(ReceptionRefused):
        actions.post_notice(world.first.pk, by=world.a.officer, **when(LATER))


def test_deputies_sign_in_on_the_day_itself(world):
    for on in (TODAY, LATER):
        with pytest.raises(TurnRefused):
            actions.sign_in(world.mine.pk, by=world.people[0].user, **when(on))
    there = actions.sign_in(world.mine.pk, by=world.people[0].user, **when(DAY))
    assert (there.came, there.signed_in_at) == (True, when(DAY)["at"])


@pytest.mark.rule("D5-三a")
def test_a_reception_without_visitors_is_held_with_a_note(world):
    Watermark.objects.create(job=SWEEP, done_through=LATER)
    with pytest.raises(ReceptionRefused):
        actions.hold(world.first.pk, by=world.a.officer, nobody_came=True, **when())
    held = actions.hold(world.first.pk, by=world.a.officer, nobody_came=True, note="雨天", **when(LATER))
    assert (held.held_on, held.nobody_came, held.note) == (DAY, True, "雨天")
    assert Watermark.objects.get().done_through == date(2026, 12, 14)


def test_a_cancelled_reception_says_why_and_closes_what_was_asked(world):
    row = actions.ask_swap(
        turn(world.second, world.people[2]).pk, by=world.people[2].user, to_duty=world.mine, **when()
    )
    with pytest.raises(ReceptionRefused):
        actions.cancel(world.first.pk, by=world.a.officer, reason="", **when())
    actions.cancel(world.first.pk, by=world.a.officer, reason="大雪封路", **when())
    world.first.refresh_from_db()
    row.refresh_from_db()
    assert (world.first.cancelled, world.first.cancel_reason, row.state) == (True, "大雪封路", "withdrawn")
    for verb in (actions.cancel, actions.post_notice, actions.hold):
        more = {"reason": "再次"} if verb is actions.cancel else {}
        with pytest.raises(ReceptionRefused):
            verb(world.first.pk, by=world.a.officer, **more, **when(DAY))


def appointment(small, **more):
    said = {
        "by": small.a.officer,
        "station": small.a.station,
        "day": date(2026, 12, 3),
        "starts_at": time(15),
        "ends_at": time(16),
        "deputies": small.people[:1],
        "with_whom": "三组村民",
        "about": "水渠清淤",
        **when(),
    }
    return actions.appoint(**{**said, **more})


@pytest.mark.rule("D5-二b")
def test_an_appointment_stands_outside_the_rota(world):
    made = appointment(world)
    assert (made.kind, made.with_whom, names(made)) == ("appointment", "三组村民", ["代表1"])
    assert (made.notice_due_on, made.record_due_on) == (None, None)


@pytest.mark.rule("D5-二b")
def test_an_appointment_that_cannot_be_is_refused(world):
    appointment(world)
    for more in (
        {},
        {"day": date(2026, 11, 24)},
        {"deputies": []},
        {"day": DAY, "starts_at": time(10), "ends_at": time(11)},
        {"day": date(2026, 12, 4), "deputies": [world.b.deputy]},
    ):
        with pytest.raises((ReceptionRefused, TurnRefused)):
            appointment(world, **more)
    assert Reception.objects.filter(kind="appointment").count() == 1


@pytest.mark.parametrize("empty", ["with_whom", "about"])
def test_the_database_keeps_no_appointment_without_a_person_or_a_matter(world, empty):
    with pytest.raises(IntegrityError), transaction.atomic():
        appointment(world, **{empty: ""})


def test_a_renewed_address_is_another_one(small):
    old = actions.feed_of(small.a.officer, at=when()["at"]).token
    assert actions.feed_of(small.a.officer, at=when()["at"]).token == old
    assert actions.renew_feed(by=small.a.officer, at=when()["at"]).token != old
    assert FeedToken.objects.count() == 1
