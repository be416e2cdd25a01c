"""A14, A17: what a matter complains about somebody they read on no page, wherever else they would have read it.

The same pages are asked before and after it is named whom the matter complains about: each shows it, then none does.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from constituents import actions, matter_views, reference, similar, suggestion_forms
from constituents.models import DeclineReason, Petition

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
WHEN = {"at": AT, "on": AT.date()}
WORDS = {"visitor": "张来访", "situation": "办事推诿，材料交了三次都说不全", "request": "请公开答复"}
SUGGESTED = {"title": "关于公开办事指南的建议", "grounds": "三个村都有反映。", "proposal": "张贴清单，一次告知。"}


@pytest.fixture(autouse=True)
def one_morning(small):
    reference.load()
    with time_machine.travel(AT, tick=False):
        yield


def matter(town, **more):
    told = {"by": town.officer, "station": town.station, "deputy": town.deputy, **WHEN}
    return actions.register(**told, **WORDS, **more)


def pages(small, own, declined) -> dict:
    """Who reads the matter on which page; besides the own reads there is one that was declined."""
    town, trends = small.a, f"{reverse('reports:records')}?year={AT.year}&what="
    written = {"by": town.deputy_user, "deputy": town.deputy, "sources": [own], **WHEN, **SUGGESTED}
    suggestion = actions.write(**written)
    told = {"by": town.deputy_user, "deputy": town.deputy, "kind": "request", "about": "办事窗口", "place": "镇政府"}
    talk = actions.ask(petition=own, **told, **WHEN)
    batch, address = own.paper_id, reverse("constituents:detail", args=[own.pk])
    return {
        "desk": (town.officer, reverse("constituents:desk"), own.number),
        "matter": (town.officer, reverse("constituents:detail", args=[own.pk]), own.number),
        "notice": (town.officer, reverse("constituents:decline_notice", args=[declined.pk]), declined.number),
        "sheets": (town.officer, reverse("constituents:paper"), reverse("constituents:paper_batch", args=[batch])),
        "batch": (town.officer, reverse("constituents:paper_batch", args=[batch]), own.number),
        "suggestion": (town.deputy_user, reverse("constituents:suggestion", args=[suggestion.pk]), own.number),
        "engagement": (town.deputy_user, reverse("constituents:engagement", args=[talk.pk]), address),
        "matters": (town.staff, f"{trends}matters", own.number),
        "replies": (town.staff, f"{trends}replies", own.number),
    }


def shown(client, asked) -> set:
    found = set()
    for name, (user, address, word) in asked.items():
        client.force_login(user)
        if word in client.get(address).content.decode():
            found.add(name)
    return found


def offered(small, own, other) -> dict:
    """The choices in which the matter stands."""
    town = small.a
    told = {"phone": "", "situation": WORDS["situation"]}
    return {
        "alike": own in similar.find(town.officer, town.station, on=AT.date(), **told),
        "merge": own in matter_views._mergeable(other, town.officer),
        "sources": own in suggestion_forms._matters_of(town.deputy, town.deputy_user, [own.pk]),
    }


def test_whom_a_matter_complains_about_meets_it_nowhere(small, client):
    town = small.a
    row = {**WORDS, "deputy": town.deputy, "on": AT.date()}
    actions.register_from_paper(by=town.officer, at=AT, station=town.station, rows=[row])
    own, other, declined = Petition.objects.get(), matter(town), matter(town)
    admitted = actions.admit(own, by=town.staff, at=AT)
    actions.route(admitted, by=town.staff, unit=town.unit, brief="请核实", **WHEN)
    reason = DeclineReason.objects.first()
    actions.decline(declined, by=town.officer, at=AT, reason=reason, guidance="请向信访部门反映")
    asked = pages(small, own, declined)
    before = shown(client, asked), offered(small, own, other)
    for one in (own, declined):
        for person in (town.officer, town.staff, town.deputy_user):
            one.complaints.create(person=person)
    assert before == (set(asked), {"alike": True, "merge": True, "sources": True})
    assert (shown(client, asked), offered(small, own, other)) == (
        set(),
        {"alike": False, "merge": False, "sources": False},
    )
