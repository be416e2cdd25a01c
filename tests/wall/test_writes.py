"""A03, A10, A11: every form of the system, filled in and sent, writes nothing that is out of its sender's sight."""

import os

import pytest

from reports.probe.writes import Writes

pytestmark = [pytest.mark.django_db, pytest.mark.long_walk]


@pytest.mark.timeout(1800)
def test_no_form_writes_what_is_not_its_senders(probe, asker, capsys):
    """As one role a form by lot; ``WALL=whole`` sends them as every role that has them."""
    tried = Writes(probe, asker, thorough=os.environ.get("WALL") == "whole").run()
    figures = tried.figures
    with capsys.disabled():
        print(f"\nwrites: {figures.forms} forms, {figures.accepted} of them accepted as filled in;", end=" ")
        print(f"{figures.bodies.total()} bodies: {dict(figures.bodies)}; {len(tried.leaks)} leaks")
    assert "\n".join(map(str, tried.leaks)) == ""
    assert figures.accepted > figures.forms / 2
