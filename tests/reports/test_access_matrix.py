"""``manage.py access_matrix``: one JSON object, and exit code 1 when anything comes through."""

import json
import logging
from contextlib import nullcontext
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from office import policy, scoping
from reports.probe import county, doors, throwaway

pytestmark = pytest.mark.django_db
A_FEW = ("access_matrix", "--json", "--only", "visits:photo")


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """The database of the tests is one of its own already."""
    monkeypatch.setattr(throwaway, "database", nullcontext)


def told(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def test_a_sound_wall_is_one_json_object_whatever_else_is_said(capsys, monkeypatch):
    build = county.build

    def loudly(on):
        print("said aside")
        logging.getLogger("office").warning("warned aside")
        return build(on)

    monkeypatch.setattr(county, "build", loudly)
    call_command(*A_FEW)
    figures = told(capsys)
    assert (figures.keys(), figures["leaks"]) == ({"cells", "urls", "roles", "leaks"}, [])


def test_a_hole_in_the_scope_ends_with_1_and_is_named(capsys, monkeypatch):
    monkeypatch.setattr(scoping.ScopedQuerySet, "visible_to", lambda self, user, **narrowed: self)
    with pytest.raises(CommandError) as error:
        call_command(*A_FEW)
    leaks = told(capsys)["leaks"]
    assert (error.value.returncode, {leak.split()[2] for leak in leaks}) == (1, {"/my/photos/<int:pk>/"})


def test_a_door_opened_in_the_policy_table_alone_is_a_leak(capsys):
    wide = tuple(replace(line, public=line.public or line.pattern == "visits:photo") for line in policy.lines())
    with doors.standing(wide), pytest.raises(CommandError):
        call_command(*A_FEW)
    assert "policy any visits:photo (any): door" in " ".join(told(capsys)["leaks"])
