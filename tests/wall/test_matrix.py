"""A01, A02, A04: every address, asked by everybody, shows and changes nothing that is out of their sight."""

import pytest

from reports.probe import addresses
from reports.probe.matrix import Matrix, people, unfillable

pytestmark = pytest.mark.django_db


def test_every_address_can_be_filled():
    assert unfillable(addresses.everything()) == []


@pytest.mark.timeout(900)
def test_nothing_comes_through_the_wall(probe, asker, capsys):
    result = Matrix(probe, asker, thorough=False).run()
    with capsys.disabled():
        print(f"\nthe wall: {result.cells} questions, {len(result.addresses)} addresses, {len(result.leaks)} leaks")
    assert "\n".join(map(str, result.leaks)) == ""
    assert [role for role in people() if role not in BLIND and not reads_something(result, role)] == []


BLIND = {"anonymous", "disabled"}


def reads_something(result, role) -> bool:
    """Whether a role came as far as to read words of the county: otherwise nothing was tried at all."""
    return any(b"CNRY-" in body for (_address, asking, _path), body in result.opened.items() if asking == role)
