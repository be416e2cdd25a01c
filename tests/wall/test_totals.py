"""A07: every figure on every page counts rows in sight and no others."""

import re
from collections import Counter
from contextlib import contextmanager
from functools import partial
from os.path import commonprefix

import pytest
from django.test import Client
from django.urls import reverse

from constituents.models import Petition
from office import policy
from office.models import Jurisdiction, Unit
from office.roles import ADMINISTRATORS
from reports.probe import addresses, county
from reports.probe.asker import taken_back
from reports.probe.matrix import OPEN, people

pytestmark = [pytest.mark.django_db, pytest.mark.long_walk]


THROUGHOUT = {role.value for role in ADMINISTRATORS}
"""Who looks after the sign-ins, the trail and the machine of all places counts all of them."""
MADE_AT_EACH = re.compile(rb'"token": "[^"]*"|/stations/[^/"]*\.ics')
"""The token of the phone's page, and the address of a calendar that is made when it is first looked at."""
MACHINE = "office:system"
"""The page that tells how much room the disk has left."""
BROAD = {"county_office", "leader"}


def asking(probe) -> dict[str, str]:
    """Everybody who signs in and works with records, one for each role."""
    everybody = {role: person for role, person in people().items() if role not in THROUGHOUT}
    return {role: person for role, person in everybody.items() if getattr(probe.people[person], "is_active", False)}


@contextmanager
def grown(probe, town):
    """A third station in a town, with its deputies, matters, records and flags; gone afterwards."""
    kept = {name: value.copy() if isinstance(value, dict) else value for name, value in vars(probe).items()}
    with taken_back():
        land = Jurisdiction.objects.get(path__endswith=f"/{town.lower()}/")
        units = dict(zip(("U1", "U2"), Unit.objects.filter(jurisdiction=land).order_by("pk"), strict=True))
        try:
            county._station(probe, town, "S3", land, units)
            yield
        finally:
            vars(probe).clear()
            vars(probe).update(kept)


def pages(probe, person):
    """Each page that this person opens and that may count something; of the office's rows the lists alone."""
    for address in addresses.everything():
        form = address.name.startswith("admin:") and (address.row_part or address.name.endswith("_add"))
        if form or address.has_secret or address.name in {*OPEN, MACHINE} or not allowed(probe, person, address):
            continue
        for filling in address.fillings():
            yield address.name, address.paths(probe, person, filling)["own"]


def allowed(probe, person, address) -> bool:
    return policy.line_for(address.name).allows(probe.people[person], "GET")


def read(answered, person, paths) -> dict:
    answers = {path: answered(person, path=path) for _name, path in paths}
    return {path: (answer.status, MADE_AT_EACH.sub(b"", answer.plain)) for path, answer in answers.items()}


def changed(before, after) -> list:
    """The pages that are not as they were, and what stands where the first difference is."""
    return [(path, first_difference(before[path], after[path])) for path in before if before[path] != after[path]]


def first_difference(before, after) -> tuple:
    (was, one), (status, two) = before, after
    at = len(commonprefix([one, two]))
    return was, status, one[max(at - 60, 0) : at + 60], two[max(at - 60, 0) : at + 60]


@pytest.mark.timeout(300)
def test_what_is_added_elsewhere_changes_no_sign_of_any_page(probe, asker, capsys):
    """To a town a third one is elsewhere, to a county a town of another; in sight it is seen at once."""
    compared, moved, who, anew = 0, [], asking(probe), partial(asker.ask, method="GET")
    paths = {role: list(pages(probe, person)) for role, person in who.items()}
    before = {role: read(asker.page, who[role], paths[role]) for role in who}
    for town, roles in (("T3", who.keys() - BROAD), ("T4", BROAD)):
        with grown(probe, town):
            for role in sorted(roles):
                after = read(anew, who[role], paths[role])
                compared += len(after)
                moved += [f"{role} {path}: {where}" for path, where in changed(before[role], after)]
    with grown(probe, "T1"):
        own = [(name, path) for name, path in paths["town_office"] if path.endswith("/")][::3]
        known = {path: before["town_office"][path] for _name, path in own}
        seen = changed(known, read(anew, "town-T1", own))
    with capsys.disabled():
        print(f"\npages before and after records were added elsewhere: {compared}, {len(moved)} changed")
        print(f"and when they were added in the own town: {len(seen)} of {len(own)} changed")
    assert ("\n".join(moved), len(seen) > 10) == ("", True)


@pytest.mark.parametrize("person", ["county", "town-T1", "town-T2", "clerk-T1", "county-C2"])
def test_the_numbers_of_the_routing_desk_and_of_the_flags_are_those_of_the_rows_in_sight(probe, person):
    client = Client()
    client.force_login(probe.people[person])
    tabs = client.get(reverse("admin:constituents_petition_routing")).context["tabs"]
    desk = {tab.name: number for tab, number in tabs}
    board = client.get(reverse("admin:reports_flag_changelist")).context["tally"].total()
    matters, flags = in_sight(probe, person, "constituents.petition"), in_sight(probe, person, "reports.flag")
    status = Counter(Petition._base_manager.filter(pk__in=matters).values_list("status", flat=True))
    waits = dict.fromkeys(desk, 0) | {"screen": status["received"], "asking": status["routed"]}
    assert (desk, board, bool(flags)) == (waits, len(flags), True)


def in_sight(probe, person, label) -> list[int]:
    return [pk for (kind, pk), seen in probe.seen.items() if kind == label and person in seen]
