"""The history of every record in the admin site: reachable, and it tells what actions wrote, in words."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from constituents import actions, moves
from office import admin_trail, audit
from office.models import AuditEvent
from reports.models import Flag, HintAnswer
from tests.reports.flags import raise_all

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]
OWN_PAGE = {Flag, HintAnswer, AuditEvent}
"""Shown with their history on a page of their own, or the trail itself."""
SIGNING_IN = ("sign_in.", "user.")


def address(row, page):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.mark.long_walk
def test_the_history_of_every_record_that_one_sees_is_a_click_away_and_tells_what_was_done(as_county, small):
    raise_all(small)
    request, looked_at = as_county.get("/admin/").wsgi_request, set()
    for model, page in admin.site._registry.items():
        row = page.rows(request).first() if page.has_view_permission(request) else None
        if row is None:
            continue
        audit.record(by=small.office, at=timezone.now(), action=f"{model._meta.model_name}.changed", subject=row)
        told = as_county.get(address(row, "history"))
        assert [str(did) for _event, did, _changes in told.context["lines"]][:1] == ["修改"], model
        if model not in OWN_PAGE:
            looked_at.add(model)
            assert address(row, "history") in as_county.get(address(row, "change")).content.decode(), model
    assert len(looked_at) > 12


def test_the_moves_of_a_matter_stand_in_its_history_in_words(as_county, small):
    at = timezone.now()
    told = {"visitor": "张凤英", "situation": "三组的路积水。", "request": "请把路面垫高。"}
    matter = actions.register(by=small.a.officer, at=at, on=at.date(), station=small.a.station, **told)
    matter = actions.admit(matter, by=small.a.staff, at=at)
    actions.route(matter, by=small.a.staff, at=at, on=at.date(), unit=small.a.unit, brief="请处理。")
    lines = as_county.get(address(matter, "history")).context["lines"]
    assert [(event.user, str(did), changes) for event, did, changes in lines] == [
        (small.a.staff, "交办", ["状态 已受理 → 已转办"]),
        (small.a.staff, "受理", ["状态 已登记 → 已受理"]),
        (small.a.officer, "已登记", []),
    ]


def test_a_foreign_record_has_no_history(client, small):
    client.force_login(small.a.staff)
    assert client.get(address(small.b.deputy, "history")).status_code == 404


def test_every_deed_that_is_written_down_has_a_name():
    sources = [path for app in settings.INSTALLED_APPS if (path := Path(settings.BASE_DIR / app)).is_dir()]
    texts = [file.read_text("utf-8") for folder in sources for file in folder.rglob("*.py")]
    written = {action for text in texts for action in re.findall(r'action="([a-z_]+\.[a-z_]+)"', text)}
    written |= {f"petition.{verb}" for verb in moves.NAMES}
    unnamed = {action for action in written if action.rpartition(".")[2] not in admin_trail.DEEDS}
    assert {action for action in unnamed if not action.startswith(SIGNING_IN)} == set()
    assert len(written) > 60


@pytest.mark.parametrize(
    ("reason", "words"), [("command", "命令行打印"), ("check", "核对、更正登记"), ("本人要求", "本人要求")]
)
def test_the_trail_shows_a_printed_paper_and_why_in_whatever_words_it_was_said(as_county, small, reason, words):
    detail = {"paper": "visit_card", "reason": reason}
    audit.record(by=None, at=timezone.now(), action="personal.printed", subject=small.county, detail=detail)
    shown = as_county.get(reverse("admin:office_auditevent_changelist"))
    assert f"走访卡；{words}" in shown.content.decode()
