"""A01, A02, A04, A17: every address, asked by everybody, shows and changes nothing that is out of their sight."""

import os

import pytest

from reports.probe import addresses, doors
from reports.probe.call_sites import CallSites
from reports.probe.matrix import Matrix, people, unfillable
from tests.wall.not_seen import BY_OTHER_TESTS, NARROWED

pytestmark = [pytest.mark.django_db, pytest.mark.long_walk]


def test_every_address_can_be_filled():
    assert unfillable(addresses.everything()) == []


def test_who_opens_which_address_is_said_twice_and_alike():
    """A02: a line more or less in the policy table is a line more or less in reports/probe/doors.txt."""
    assert doors.wrong(addresses.everything()) == []


def test_every_fault_in_the_policy_table_is_seen(capsys):
    tried, alive = doors.survivors(addresses.everything())
    with capsys.disabled():
        print(f"\npolicy table: {tried - len(alive)} of {tried} faults seen")
    assert alive == []


@pytest.fixture(scope="module")
def walked(standing):
    """The whole matrix, walked once, and which question came by which call of ``visible_to``."""
    sites = CallSites(Matrix(*standing, thorough=False))
    sites.walk()
    return sites


@pytest.mark.timeout(900)
def test_nothing_comes_through_the_wall(walked, capsys):
    result = walked.matrix.result
    with capsys.disabled():
        print(f"\nthe wall: {result.cells} questions, {len(result.addresses)} addresses, {len(result.leaks)} leaks")
    assert "\n".join(map(str, result.leaks)) == ""
    assert [role for role in people() if role not in BLIND and not reads_something(result, role)] == []


BLIND = {"anonymous", "disabled"}


def reads_something(result, role) -> bool:
    """Whether a role came as far as to read words of the county: otherwise nothing was tried at all."""
    return any(b"CNRY-" in body for (_address, asking, _path), body in result.opened.items() if asking == role)


@pytest.mark.timeout(900)
def test_every_place_that_forgets_to_ask_is_seen_or_on_the_list(walked, capsys):
    """A17. With WALL_FAULTS=all the places on the list are tried as well: one that is seen by now leaves it."""
    listed = {*NARROWED, *BY_OTHER_TESTS}
    places = walked.places() if os.environ.get("WALL_FAULTS") == "all" else set(walked.places()) - listed
    seen = {place: walked.seen(place) for place in sorted(places)}
    alive = {place for place, how in seen.items() if not how}
    with capsys.disabled():
        print(f"\nvisible_to forgotten: {len(seen) - len(alive)} of {len(seen)} places are seen")
        print(f"not tried: {len(NARROWED)} narrowed anyhow, {len(BY_OTHER_TESTS)} seen elsewhere")
    assert (sorted(alive - listed), sorted(listed & places - alive)) == ([], [])
    assert sorted(listed - set(walked.places())) == []
