"""A search gives away no more of a person than the page would show: nobody spells out a hidden name or number."""

import pytest

from constituents.models import Petition
from tests.constituents.test_desk import register

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(small):
    return register(small.a, visitor="夏凤英", phone="19908490085", address="东山镇一村三组", category="道路")


def finds(user, text) -> bool:
    return Petition.objects.visible_to(user).matching(text, user).exists()


PIECES = ["凤英", "夏", "1990", "0085", "199-0849", "一村三组"]
WHOLE = ["夏凤英", "19908490085", "199-0849-0085"]
SAID = ["村小学", "垫高", "道路", "01〔2026〕0001", "道路 垫高"]


@pytest.mark.parametrize("text", PIECES + WHOLE + SAID)
def test_an_officer_who_reads_in_clear_finds_by_a_piece(small, made, text):
    assert finds(small.a.officer, text)


@pytest.mark.parametrize("text", WHOLE + SAID)
def test_an_office_that_has_to_ask_finds_by_the_whole_name_or_number_and_by_what_was_said(small, made, text):
    assert finds(small.a.staff, text)


@pytest.mark.parametrize("text", [*PIECES, "夏凤英 道路"])
def test_an_office_that_has_to_ask_finds_nothing_by_a_piece_of_the_person(small, made, text):
    assert not finds(small.a.staff, text)


@pytest.mark.parametrize("text", SAID)
def test_a_leader_finds_by_what_was_said(small, made, text):
    assert finds(small.leader, text)


@pytest.mark.parametrize("text", PIECES + WHOLE)
def test_a_leader_finds_nothing_by_the_person(small, made, text):
    assert not finds(small.leader, text)
