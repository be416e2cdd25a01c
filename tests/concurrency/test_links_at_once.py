"""One link, two people: one reply. A link that is ended while somebody sends: the reply was before it, or is none."""

from datetime import date
from threading import Barrier

import pytest

from constituents import actions
from constituents.models import Guest, PetitionEvent, Referral, ResultClass
from tests import county
from tests.concurrency.test_chain_at_once import AT, ON, at_once, routed

pytestmark = pytest.mark.django_db(transaction=True)
UNTIL = date(2026, 5, 1)
PEOPLE, ROUNDS = 4, 6


@pytest.fixture
def town():
    return county.build().a


def given(town, n=1):
    """A referral and its link."""
    referral = routed(town, n)
    link, _token = actions.give_link(referral, by=town.staff, at=AT, on=ON, until=UNTIL)
    return Referral.objects.get(pk=referral.pk), link


def replies(referral, link):
    """The same link in the hands of several people, each with words of their own."""
    result, _new = ResultClass.objects.get_or_create(key="A", defaults={"name": "已解决", "counts_as_solved": True})

    def one(n):
        by = Guest(link, f"经办{n}", "0719-3221234", ON)
        return lambda: actions.reply(referral, by=by, at=AT, on=ON, text=f"第{n}人的答复", result=result)

    return [one(n) for n in range(PEOPLE)]


def steps(referral) -> list[str]:
    return list(PetitionEvent.objects.filter(referral=referral).order_by("pk").values_list("verb", flat=True))


def test_of_four_people_who_reply_through_one_link_one_is_taken_and_three_are_told(town):
    referral, link = given(town)
    answers = at_once(*replies(referral, link))
    assert sorted(isinstance(answer, Referral) for answer in answers) == [False] * 3 + [True]
    [taken] = [answer for answer in answers if isinstance(answer, Referral)]
    assert (Referral.objects.get().reply, steps(referral).count("reply")) == (taken.reply, 1)


@pytest.mark.postgres
def test_without_the_lock_each_of_them_is_taken_and_one_stays(town, monkeypatch):
    """The negative control: the same four people, none of whom waits for the others."""
    gate = Barrier(PEOPLE)
    for place in ("constituents.actions.routing.lock", "constituents.moving.lock"):
        monkeypatch.setattr(place, lambda rows, pk, seen=None: rows.get(pk=pk))
    monkeypatch.setattr("constituents.actions.replies._check_reply", lambda *told: gate.wait(timeout=20))
    referral, link = given(town)
    answers = at_once(*replies(referral, link))
    assert ([type(answer) for answer in answers], steps(referral).count("reply")) == ([Referral] * 4, 4)


def test_a_link_that_is_ended_while_somebody_replies_lets_nothing_through_afterwards(town):
    for n in range(ROUNDS):
        referral, link = given(town, n)
        reply = replies(referral, link)[0]
        at_once(reply, lambda one=referral: actions.end_link(one, by=town.staff, at=AT))
        made = steps(referral)
        assert made in (["route", "give_link", "reply", "end_link"], ["route", "give_link", "end_link"])
