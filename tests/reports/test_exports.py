"""Exports: made once by the worker, kept a day for their owner alone, stopped, taken up again, refused in words."""

import errno
import io
import os
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import python_calamine
from celery.exceptions import SoftTimeLimitExceeded
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from kombu.exceptions import OperationalError

from office import clock, job_runs, jobs
from office.models import AuditEvent, Job, Notice, Outbox
from office.roles import Role
from reports import exports, tasks
from tests import county
from tests.queries import asked
from visits.models import Visit

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def office(client, small):
    client.force_login(small.office)
    return client


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    """A kind of export whose maker a test may exchange; the county office may have it."""

    def use(make=None, may=None):
        made = exports.Kind(
            label="试验导出",
            make=make or _small_file,
            may=may or (lambda user, params: user.has_role(Role.COUNTY_OFFICE)),
        )
        monkeypatch.setitem(exports.KINDS, "trial", made)

    use()
    return use


def _small_file(params, *, by, at, folder, progress):
    progress(0, 1, "第一步")
    (folder / "x").write_text(f"{params} {by.username}", "utf-8")
    return "名单.txt", folder / "x"


@pytest.fixture
def start(small, django_capture_on_commit_callbacks):
    """Ask for the export, and let the worker do at once what it is told."""

    def ask(**params):
        with django_capture_on_commit_callbacks(execute=True):
            job = exports.start("trial", params=params, by=small.office, at=clock.now())
        job.refresh_from_db()
        return job

    return ask


FULL_AFTER = {"deputy_reports": 120_000, "annual": 30_000, "closing": 5_000, "archive": 500_000}
"""Bytes of a file after which the disk is full: most of it is written by then."""


class FullDisk(io.FileIO):
    """A file on a disk that has ``room`` bytes left."""

    room = 0

    def write(self, content):
        if self.tell() + len(content) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(content)


@pytest.fixture
def full_after(monkeypatch):
    """Whatever an export writes fails after so many bytes."""

    def fill(room):
        real = io.open
        monkeypatch.setattr(FullDisk, "room", room)

        def opened(file, mode="r", *more, **named):
            if "/making-" not in str(file) or not set("wx") & set(mode):
                return real(file, mode, *more, **named)
            return io.BufferedRandom(FullDisk(file, f"{mode[0]}+"))

        monkeypatch.setattr(io, "open", opened)

    return fill


def page(job, name="export"):
    return reverse(f"reports:{name}", args=[job.pk])


def fetched(client, job):
    """What asking for the file is answered with, the file read to its end."""
    answer = client.get(page(job, "export_file"))
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def said(client, job, last):
    """What a screen reader is given to say, when it last heard of this stage."""
    part = client.get(page(job), {"said": last}, headers={"hx-request": "true"}).content.decode()
    found = re.search('id="export-said" hx-swap-oob="innerHTML">(.*?)</p>', part)
    return found and found[1]


def waiting(by, **more):
    """A job of which the worker was not told."""
    job = exports.start("trial", params={}, by=by, at=clock.now())
    Job.objects.filter(pk=job.pk).update(**more)
    job.refresh_from_db()
    return job


LONG_AGO = 2 * jobs.SILENT_AFTER


# -- from the wish to the file


def test_what_was_asked_for_is_made_and_fetched_by_its_owner_and_both_stand_in_the_trail(office, small, start):
    job = start(n=3)
    held = [["county_office", small.county.pk, None]]
    result = {"title": "名单.txt", "size": len("{'n': 3} ") + 6, "standing": held}
    assert (job.state, job.result) == (State.DONE, result)
    shown = office.get(page(job)).content.decode()
    assert [page(job, "export_file") in shown, "名单.txt" in shown] == [True, True]
    answer = office.get(page(job, "export_file"))
    assert (b"".join(answer.streaming_content).decode(), "attachment" in answer["Content-Disposition"]) == (
        "{'n': 3} office",
        True,
    )
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "user", "detail")) == [
        ("export.queued", small.office.pk, {}),
        ("export.downloaded", small.office.pk, {"file": "名单.txt"}),
    ]


def test_an_export_is_nobody_elses(client, small, start):
    job = start()
    client.force_login(county.person("other", Role.COUNTY_OFFICE, jurisdiction=small.county))
    assert {name: client.get(page(job, name)).status_code for name in ("export", "export_file")} == {
        "export": 404,
        "export_file": 404,
    }
    assert {name: client.post(page(job, name)).status_code for name in ("export_cancel", "export_again")} == {
        "export_cancel": 404,
        "export_again": 404,
    }
    assert list(client.get(reverse("reports:exports")).context["lines"]) == []


def test_who_may_not_have_it_starts_nothing_and_whoever_lost_the_right_gets_no_file(office, small, start, kind):
    with pytest.raises(PermissionDenied):
        exports.start("trial", params={}, by=small.a.staff, at=clock.now())
    assert Job.objects.count() == 0
    job = start()
    kind(may=lambda user, params: False)
    assert office.get(page(job, "export_file")).status_code == 404
    shown = office.get(page(job)).content.decode()
    assert (page(job, "export_file") in shown, "此文件您已不能下载" in shown) == (False, True)
    kind(may=lambda user, params: True)
    job = waiting(small.office)
    kind(may=lambda user, params: False)
    tasks.make_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (State.FAILED, "您已无权取得此文件。")


def test_who_works_in_another_town_by_now_gets_no_file_of_the_first_and_may_have_it_made_anew(
    client, small, django_capture_on_commit_callbacks
):
    clerk, rows = small.a.staff, {"list": "deputies.deputy", "query": ""}
    with django_capture_on_commit_callbacks(execute=True):
        job = exports.start("list", params=rows, by=clerk, at=clock.now())
    client.force_login(clerk)
    moved = clerk.assignments.filter(role=Role.TOWN_OFFICE)
    answers = []
    for place in (small.a.place, small.b.place, small.a.place):
        assert moved.update(jurisdiction=place) == 1
        answers.append(fetched(client, job))
    assert answers == [200, 404, 200]
    moved.update(jurisdiction=small.b.place)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page(job, "export_again"))
    job.refresh_from_db()
    assert [row[1] for row in sheet(job)[3:]] == [one.name for one in (small.b.deputy, small.b.leader)]


def test_a_report_of_a_subject_that_went_out_of_sight_is_nobodys(client, small, django_capture_on_commit_callbacks):
    contact(small.a.deputy, date(2026, 3, 1))
    params = {"subject": f"group:{small.a.group.pk}", "year": 2026, "format": "xlsx"}
    with django_capture_on_commit_callbacks(execute=True):
        job = exports.start("annual", params=params, by=small.a.leader_user, at=clock.now())
    client.force_login(small.a.leader_user)
    assert fetched(client, job) == 200
    type(small.a.group).objects.filter(pk=small.a.group.pk).update(leader=small.a.deputy)
    assert fetched(client, job) == 404
    with pytest.raises(PermissionDenied):
        exports.start("annual", params=params, by=small.a.leader_user, at=clock.now())


def test_the_same_wish_twice_is_one_export_until_it_is_over(small, start):
    one = exports.start("trial", params={"n": 1}, by=small.office, at=clock.now())
    two = exports.start("trial", params={"n": 1}, by=small.office, at=clock.now())
    other = exports.start("trial", params={"n": 2}, by=small.office, at=clock.now())
    assert (one == two, one == other, Job.objects.count()) == (True, False, 2)
    assert start(n=3) != start(n=3)


def test_the_same_wish_of_somebody_else_is_an_export_of_their_own(small):
    other = county.person("office-2", Role.COUNTY_OFFICE, jurisdiction=small.county)
    made = [exports.start("trial", params={"n": 1}, by=one, at=clock.now()) for one in (small.office, other)]
    assert [job.user for job in made] == [small.office, other]


def test_a_message_that_comes_twice_makes_the_file_once(small, kind):
    made = []
    kind(make=lambda params, **more: made.append(1) or _small_file(params, **more))
    job = waiting(small.office)
    for _delivery in range(3):
        tasks.make_export(job.pk)
    assert made == [1]


# -- the day it is kept


def test_after_a_day_the_file_and_its_folder_are_gone_and_it_can_be_made_anew(
    office, small, start, var, django_capture_on_commit_callbacks
):
    job, young = start(n=1), start(n=2)
    finished = clock.now() - exports.KEPT_FOR
    Job.objects.filter(pk=job.pk).update(finished_at=finished)
    assert office.get(page(job, "export_file")).status_code == 404
    tasks.drop_old_exports()
    job.refresh_from_db()
    assert (job.folder, [path.name for path in (var / "exports").iterdir()]) == ("", [young.folder.split("/")[1]])
    assert page(job, "export_again") in office.get(page(job)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        office.post(page(job, "export_again"))
    assert office.get(page(job, "export_file")).getvalue().startswith(b"{'n': 1}")
    assert Job.objects.count() == 2


def test_what_is_in_the_works_is_not_swept_away(small, var):
    job = waiting(small.office, state=State.RUNNING, finished_at=clock.now() - 2 * exports.KEPT_FOR)
    jobs.folder_of(job).mkdir(parents=True)
    exports.drop_old(at=clock.now())
    assert jobs.folder_of(job).exists()


# -- while it is made


def test_the_moving_part_is_asked_for_until_nothing_moves(office, small):
    job = waiting(small.office, state=State.RUNNING)
    jobs.folder_of(job).mkdir(parents=True)
    jobs.note(job, jobs.Progress(at=clock.now(), done=30, total=120, doing="第三张表"))
    shown = office.get(page(job)).content.decode()
    assert ['value="25"' in shown, "第三张表" in shown, "http-equiv" in shown, ">刷新</a>" in shown] == [True] * 4
    part = office.get(page(job), headers={"hx-request": "true"})
    assert ("HX-Refresh" in part, b"<html" in part.content, page(job) in part.content.decode()) == (False, False, True)
    heard = [said(office, job, of) for of in ("", "running-0", "running-1")]
    assert heard == ["正在生成文件 25%", "正在生成文件 25%", None]
    Job.objects.update(state=State.DONE, finished_at=clock.now())
    assert office.get(page(job), headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_it_stops_at_the_next_safe_point_and_keeps_nothing(office, small, kind, start, var):
    def make(params, *, folder, progress, **more):
        progress(0, 3, "一")
        (folder / "half").write_text("half")
        [job] = Job.objects.filter(state=State.RUNNING)
        jobs.ask_to_cancel(job, by=small.office, at=clock.now())
        progress(1, 3, "二")
        raise AssertionError("it went on")

    kind(make=make)
    job = start()
    assert (job.state, job.message) == (State.CANCELLED, "已停止，没有保留任何文件。")
    assert [path for path in jobs.folder_of(job).iterdir() if path.is_dir() or path.name == "file"] == []
    assert page(job, "export_again") in office.get(page(job)).content.decode()


def test_what_waits_is_cancelled_at_once_by_the_button_and_by_nothing_else(office, small):
    job = waiting(small.office)
    assert office.get(page(job, "export_cancel")).status_code == 403
    office.post(page(job, "export_cancel"))
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    tasks.make_export(job.pk)
    job.refresh_from_db()
    assert job.state == State.CANCELLED


# -- the notice of its end


def told():
    return list(Notice.objects.order_by("pk").values_list("user__username", "text", "link", "read_at"))


def test_its_owner_alone_is_told_in_the_inbox_that_it_is_ready_or_was_not_made(small, start, kind, settings):
    settings.NOTICE_BY_EMAIL = True
    type(small.office).objects.filter(pk=small.office.pk).update(email="office@example.org")
    ready = start()

    def refuse(params, **more):
        raise exports.Refused("2020年没有记录。")

    kind(make=refuse)
    refused = start()
    assert told() == [
        ("office", "试验导出：“名单.txt”已生成。", page(ready), None),
        ("office", "试验导出：未生成文件。2020年没有记录。", page(refused), None),
    ]
    assert Outbox.objects.count() == 0


def test_who_looks_at_the_finished_export_has_read_its_notice_and_that_one_alone(office, start):
    watched, other = start(n=1), start(n=2)
    assert office.get(page(watched)).context["unread"] == 1
    assert list(Notice.objects.unread().values_list("link", flat=True)) == [page(other)]


def test_each_making_is_told_once_and_what_its_owner_stopped_is_not_told(small, start, kind):
    def stop(params, *, progress, **more):
        [job] = Job.objects.filter(state=State.RUNNING)
        jobs.ask_to_cancel(job, by=small.office, at=clock.now())
        progress(1, 3, "二")

    kind(make=stop)
    job = start()
    assert (job.state, told()) == (State.CANCELLED, [])
    kind()
    for _making in range(2):
        Job.objects.filter(pk=job.pk).update(state=State.FAILED)
        job.refresh_from_db()
        exports.again(job, by=small.office, at=clock.now())
        for _delivery in range(2):
            tasks.make_export(job.pk)
    assert [line[1] for line in told()] == ["试验导出：“名单.txt”已生成。"] * 2


# -- what goes wrong


def test_a_refusal_is_told_in_its_own_words_and_a_fault_in_general_ones(office, start, kind):
    def refuse(params, **more):
        raise exports.Refused("2020年没有记录。")

    kind(make=refuse)
    told = start()
    kind(make=lambda params, **more: 1 / 0)
    broken = start()
    assert [(job.state, job.message) for job in (told, broken)] == [
        (State.FAILED, "2020年没有记录。"),
        (State.FAILED, "出现错误，未生成文件。请重试。"),
    ]
    assert "2020年没有记录。" in office.get(page(told)).content.decode()
    assert "2020年没有记录。" in office.get(reverse("reports:exports")).content.decode()


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_full_disk_is_named_and_leaves_nothing_half_written(start, kind, wrapped):
    def make(params, *, folder, **more):
        (folder / "half").write_text("half")
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise ValueError("cannot create file") from full if wrapped else full

    kind(make=make)
    job = start()
    assert (job.state, job.message) == (State.FAILED, "服务器磁盘已满，请联系系统管理员。")
    assert [path for path in jobs.folder_of(job).iterdir() if path.is_dir() or path.name == "file"] == []


@pytest.mark.parametrize("fails", ["mkdir", "write_text"])
def test_a_disk_that_is_full_at_the_beginning_is_named_at_once_and_hinders_nothing_later(
    small, kind, monkeypatch, fails
):
    def full(self, *args, **more):
        if "exports" not in str(self):
            return real(self, *args, **more)
        if fails == "write_text":
            self.touch()  # the name still found room, the text did not
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    job, real = waiting(small.office), getattr(Path, fails)
    with monkeypatch.context() as without_room:
        without_room.setattr(Path, fails, full)
        tasks.make_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (State.FAILED, "服务器磁盘已满，请联系系统管理员。")
    assert [line[1] for line in told()] == [f"试验导出：未生成文件。{job.message}"]
    Job.objects.update(state=State.QUEUED)
    tasks.make_export(job.pk)
    job.refresh_from_db()
    assert job.state == State.DONE


def test_what_takes_too_long_is_told_so(start, kind):
    def late(params, **more):
        raise SoftTimeLimitExceeded

    kind(make=late)
    assert start().message == "一次办理用时过长。请缩小范围后再试。"


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("deputy_reports", {}),
        ("annual", {"format": "xlsx"}),
        ("closing", {"subject": None, "county": "990901"}),
        ("archive", {"subject": "county:990901"}),
    ],
)
def test_a_disk_that_fills_up_late_in_a_real_export_is_named_and_nothing_of_it_stays(
    small, var, kind, asked, full_after, django_capture_on_commit_callbacks
):
    Visit.objects.create(
        deputy=small.a.deputy, met="村民", happened_on=date(2025, 3, 1), kind="visit", logged_at=clock.now()
    )
    params = {name: text for name, text in {"subject": "county", "year": 2025, **asked}.items() if text}
    full_after(FULL_AFTER[kind])
    with django_capture_on_commit_callbacks(execute=True):
        job = exports.start(kind, params=params, by=small.office, at=clock.now())
    job.refresh_from_db()
    assert (job.state, job.message) == (State.FAILED, "服务器磁盘已满，请联系系统管理员。")
    kept = [path.name for path in jobs.folder_of(job).rglob("*") if path.is_file()]
    assert set(kept) <= {"alive", "begun", "progress.json"}


def test_without_a_broker_it_waits_and_the_schedule_tells_the_worker_later(small, start, monkeypatch):
    def refuse(*args):
        raise OperationalError("no broker")

    with monkeypatch.context() as broken:
        broken.setattr(tasks.make_export, "delay", refuse)
        job = start()
        assert job.state == State.QUEUED
    job_runs.revive(at=clock.now())
    job.refresh_from_db()
    assert job.state == State.QUEUED  # it may still be on its way
    job_runs.revive(at=clock.now() + LONG_AGO)
    job.refresh_from_db()
    assert job.state == State.DONE


def test_what_a_dead_worker_held_is_begun_again_and_what_lives_is_left_alone(small):
    dead = waiting(small.office, state=State.RUNNING, heartbeat_at=clock.now() - LONG_AGO)
    alive = exports.start("trial", params={"n": 2}, by=small.office, at=clock.now())
    Job.objects.filter(pk=alive.pk).update(state=State.RUNNING, heartbeat_at=clock.now() - LONG_AGO)
    jobs.folder_of(alive).mkdir(parents=True)
    jobs.show_life(alive)
    job_runs.revive(at=clock.now())
    assert [Job.objects.get(pk=job.pk).state for job in (dead, alive)] == [State.DONE, State.RUNNING]


def test_what_only_waits_its_turn_is_not_called_interrupted_and_can_be_stopped(office, small):
    job = waiting(small.office, heartbeat_at=clock.now() - LONG_AGO)
    shown = office.get(page(job)).content.decode()
    assert ["仍在等待" in shown, "已中断" in shown, page(job, "export_cancel") in shown] == [True, False, True]
    office.post(page(job, "export_cancel"))
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_what_died_can_be_stopped_from_its_page(office, small):
    job = waiting(small.office, state=State.RUNNING, heartbeat_at=clock.now() - LONG_AGO)
    assert page(job, "export_cancel") in office.get(page(job)).content.decode()
    office.post(page(job, "export_cancel"))
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_each_making_has_a_folder_of_its_own_out_of_reach_of_a_late_worker_and_of_the_sweeper(
    small, start, monkeypatch
):
    job = start()
    Job.objects.filter(pk=job.pk).update(finished_at=clock.now() - exports.KEPT_FOR)
    job.refresh_from_db()
    first, removed = jobs.folder_of(job), shutil.rmtree

    def asked_for_again_meanwhile(path, **more):
        monkeypatch.setattr(exports.shutil, "rmtree", removed)
        assert exports.again(job, by=small.office, at=clock.now()) is True
        tasks.make_export(job.pk)
        removed(path, **more)

    monkeypatch.setattr(exports.shutil, "rmtree", asked_for_again_meanwhile)
    exports.drop_old(at=clock.now())
    job.refresh_from_db()
    assert (first.exists(), exports.is_kept(job, at=clock.now())) == (False, True)


def test_work_that_ends_every_worker_is_given_up_in_words(small):
    job = waiting(small.office)
    at = clock.now()
    for n in range(job_runs.MOST_BEGINNINGS):
        assert job_runs.begin(job.pk, at=at + n * LONG_AGO) is not None
    assert job_runs.begin(job.pk, at=at + 9 * LONG_AGO, tell=exports.tell_end) is None
    job.refresh_from_db()
    assert (job.state, job.message) == (State.FAILED, "后台程序办理此项时已中断3次。请缩小范围后再试。")
    assert [line[1] for line in told()] == [f"试验导出：未生成文件。{job.message}"]


def test_who_was_taken_for_dead_changes_nothing_when_they_come_back(small):
    job = waiting(small.office)
    at = clock.now()
    frozen = job_runs.begin(job.pk, at=at - LONG_AGO)
    mine = job_runs.begin(job.pk, at=at)
    jobs.finish(frozen, at=at, state=State.FAILED, message="too late")
    job.refresh_from_db()
    assert (job.state, job.heartbeat_at) == (State.RUNNING, mine.heartbeat_at)
    jobs.finish(mine, at=at, state=State.DONE)
    job.refresh_from_db()
    assert job.state == State.DONE


# -- the pages


def test_without_an_export_the_page_says_what_it_is_for(office):
    assert "您还没有导出过文件" in office.get(reverse("reports:exports")).content.decode()


def test_three_exports_ask_no_more_of_the_database_than_one(office, start):
    start(n=1)
    with asked() as one:
        office.get(reverse("reports:exports"))
    for n in (2, 3):
        start(n=n)
    with asked() as three:
        office.get(reverse("reports:exports"))
    assert (len(one), len(one) <= 10) == (len(three), True)


def test_the_annual_report_is_an_export_and_says_why_where_there_is_none(small, django_capture_on_commit_callbacks):
    told = {"happened_on": date(2026, 3, 1), "kind": "visit", "logged_at": clock.now()}
    Visit.objects.create(deputy=small.a.deputy, met="村民", **told)
    ended = {}
    for year in (2026, 2020):
        with django_capture_on_commit_callbacks(execute=True):
            params = {"subject": "county", "year": year, "format": "xlsx"}
            job = exports.start("annual", params=params, by=small.office, at=clock.now())
        job.refresh_from_db()
        ended[year] = (job.state, job.message or job.result["title"])
    assert ended == {
        2026: (State.DONE, "试验县2026年度代表履职报告.xlsx"),
        2020: (State.FAILED, "2020年没有联系记录，也没有来访登记。"),
    }


def test_the_file_goes_a_day_after_it_was_finished(start):
    job = start()
    last = job.finished_at + timedelta(hours=24)
    assert exports.kept_until(job) == last
    assert [exports.is_kept(job, at=at) for at in (last - timedelta(seconds=1), last)] == [True, False]


# -- what can be asked for


def ask(client, kind, **said):
    """Send the form of a kind, as its page would; the job that began."""
    return client.post(reverse("reports:export_new", args=[kind]), {"key": uuid4(), **said})


@pytest.fixture
def worked(django_capture_on_commit_callbacks):
    """Send a form and let the worker work; the job."""

    def go(client, kind, **said):
        with django_capture_on_commit_callbacks(execute=True):
            answer = ask(client, kind, **said)
        assert answer.status_code == 302, answer.context["form"].errors
        return Job.objects.get(pk=answer.url.split("/")[-2])

    return go


def sheet(job, number=0):
    """The rows of a sheet of the finished workbook."""
    book = python_calamine.CalamineWorkbook.from_path(exports.file_of(job, by=job.user, at=clock.now()))
    return book.get_sheet_by_index(number).to_python()


def contact(deputy, day, **more):
    told = {"kind": "visit", "met": "村民", "logged_at": clock.now(), **more}
    return Visit.objects.create(deputy=deputy, happened_on=day, **told)


def test_all_contacts_of_a_subject_and_a_period_are_a_row_each(client, small, worked):
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    made = [contact(small.a.deputy, day, household=small.a.households[0], place="=村口") for day in days]
    contact(small.b.deputy, days[1])
    client.force_login(small.a.staff)
    job = worked(client, "contacts", subject=f"town:{small.a.place.code}", first="2026-02-01", last="2026-02-28")
    assert (job.state, job.message) == (State.DONE, "")
    rows = sheet(job)
    head = next(n for n, row in enumerate(rows) if row[0] == "联系记录编号")
    told = ["代表1", "第1选区", "东山镇", "走访", "户*", "=村口"]
    assert rows[head + 1 :] == [[v.pk, v.happened_on, *told] for v in made[1:3]]


def test_a_period_without_contacts_is_refused_and_another_place_is_not_offered(client, small, worked):
    client.force_login(small.a.staff)
    days = {"first": "2026-02-01", "last": "2026-02-28"}
    job = worked(client, "contacts", subject=f"town:{small.a.place.code}", **days)
    assert (job.state, job.message) == (State.FAILED, "这段时间没有联系记录。")
    refused = ask(client, "contacts", subject=f"town:{small.b.place.code}", **days)
    assert (refused.status_code, list(refused.context["form"].errors)) == (200, ["subject"])
    refused = ask(client, "contacts", subject=f"town:{small.a.place.code}", first="2026-03-01", last="2026-02-01")
    assert refused.context["form"].errors == {"last": ["截止日期早于起始日期。"]}
    client.force_login(small.a.deputy_user)
    assert ask(client, "contacts", subject=f"deputy:{small.a.deputy.pk}", **days).status_code == 403
    assert Job.objects.count() == 1


def test_a_form_that_is_sent_twice_begins_one_export_even_when_it_is_over(office, small, worked):
    contact(small.a.deputy, date(2026, 3, 1))
    said = {"subject": "county:990901", "year": 2026, "format": "xlsx", "key": uuid4()}
    assert worked(office, "annual", **said) == worked(office, "annual", **said)
    assert Job.objects.count() == 1


def test_a_long_list_is_made_as_it_was_narrowed_and_no_further_than_one_sees(client, small, worked):
    client.force_login(small.a.staff)
    job = worked(client, "list", list="deputies.deputy", query="q=代表")
    assert (job.state, [row[1] for row in sheet(job)[3:]]) == (State.DONE, ["代表1", "组长1"])
    assert worked(client, "list", list="deputies.deputy", query="group__id__exact=x").state == State.FAILED
    client.force_login(small.a.deputy_user)
    assert ask(client, "list", list="deputies.deputy").status_code == 403
    assert ask(client, "list", list="auth.group").context["form"].errors != {}
    assert client.get(reverse("reports:export_new", args=["nothing"])).status_code == 404


def test_every_list_can_be_made_in_the_background_by_the_county(small):
    asked = [{"list": page.opts.label_lower, "query": ""} for page in admin.site._registry.values() if page.exports]
    may = exports.KINDS["list"].may
    assert [params for params in asked if not may(small.office, params)] == []
    assert [params for params in asked if may(small.a.unit_user, params)] == []
