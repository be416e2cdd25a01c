"""A17: what ``visible_to`` shows is what the county says, and every fault in the scope table would be seen."""

import pytest

from office.scoping import PATHS
from reports.probe.scope import Scope, models, survivors

pytestmark = pytest.mark.django_db


def test_everybody_sees_exactly_the_rows_that_the_county_says(probe):
    scope = Scope(probe)
    assert [line for model in models() for line in scope.wrong(model)] == []


def test_every_scoped_model_has_rows_in_two_towns_of_the_probe_county(probe):
    """A model without rows here is one whose rule nobody tries: reports/probe/county.py says what it has."""
    towns = {label: {probe.tags[label, pk][:2] for kind, pk in probe.seen if kind == label} for label in PATHS}
    assert [label for label, found in towns.items() if len(found) < 2] == []


@pytest.mark.timeout(600)
def test_every_fault_in_the_scope_table_is_seen(probe, capsys):
    tried, alive = survivors(Scope(probe))
    with capsys.disabled():
        print(f"\nscope table: {tried - len(alive)} of {tried} faults seen")
    assert alive == []
