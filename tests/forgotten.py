"""A plugin: which tests notice that one call of ``visible_to`` shows everything (A17). It runs for long, so by hand:

    python -m pytest -p tests.forgotten --forget FILE-OF-PLACES tests/visits tests/constituents …

The tests run once, and it is noted which came by which place; then each place forgets, and those tests run again until
one of them fails. At the end stands a line for each place: the test that noticed, ``nobody``, or ``not reached``.
"""

from collections import defaultdict
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

ENOUGH = 12
"""So many tests are tried for a place."""


def pytest_addoption(parser):
    parser.addoption("--forget", help="a file with a place on each line, as reports.probe.call_sites calls them")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    from reports.probe.call_sites import watched  # not before Django is set up

    places = Path(session.config.getoption("--forget")).read_text("utf-8").splitlines()
    came_by = defaultdict(list)
    for item in session.items:
        met = set()
        with watched(met.add):
            sound = _passes(item)
        for place in met & set(places) if sound else ():
            came_by[place].append(item)
    for place in places:
        print(f"{place}: {_noticed_by(place, came_by[place])}", flush=True)
    session._setupstate.teardown_exact(None)
    return True


def _noticed_by(place, items) -> str:
    from reports.probe.call_sites import forgotten

    with forgotten(place):
        for item in items[:ENOUGH]:
            if not _passes(item):
                return item.nodeid
    return "nobody" if items else "not reached"


def _passes(item) -> bool:
    item.session._setupstate.teardown_exact(item)
    item._initrequest()
    return all(report.passed for report in runtestprotocol(item, log=False, nextitem=item.parent))
