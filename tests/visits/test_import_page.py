"""The pages on which the county office imports its workbooks, from choosing files to reading the result."""

import io
import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from office import clock, jobs
from office.models import Job
from office.roles import Role
from tests import county
from visits import import_files, import_forms, import_runs

pytestmark = pytest.mark.django_db
ADD = "/admin/office/job/add/"
State = Job.State


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def office(client, small):
    client.force_login(small.office)
    return client


def workbook(name="花名册.xlsx", content=b"PK\x03\x04 not a real one"):
    return SimpleUploadedFile(name, content)


def waiting(by, at=None, **more):
    """A job with kept workbooks that no worker has begun."""
    at = at or clock.now()
    folder = import_files.keep([workbook()])
    params = {"files": ["花名册.xlsx"], "check": True, "language": "zh-hans"}
    job = jobs.queue(kind=import_runs.KIND, by=by, at=at, folder=folder, params=params)
    Job.objects.filter(pk=job.pk).update(**more)
    job.refresh_from_db()
    return job


def page(job, name="change"):
    return reverse(f"admin:office_job_{name}", args=[job.pk])


def text(response):
    return response.content.decode()


# -- what is refused before anything is kept


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ([], "Choose at least one workbook."),
        ([workbook(content=b"")], "A chosen file is empty."),
        ([workbook(content=b"%PDF-1.7 ...")], "%s is not an Excel workbook."),
        ([workbook(), workbook("名单.csv", b"a,b,c")], "%s is not an Excel workbook."),
        ([workbook("a.xlsx"), workbook("A.XLSX")], "Two files have the name %s."),
        ([workbook(f"{n}.xlsx") for n in range(import_forms.MAX_FILES + 1)], "At most %d workbooks"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_plain_words(office, var, files, error, settings):
    office.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = office.post(ADD, {"files": files})
    assert response.status_code == 200
    [fault, *more] = response.context["form"].errors["files"]
    assert (fault.startswith(error.split("%")[0]), more) == (True, [])
    assert (Job.objects.count(), (var / "imports").exists()) == (0, False)


def test_a_file_that_is_too_large_is_refused(office, monkeypatch):
    monkeypatch.setattr(import_forms, "MAX_MEGABYTES", 1)
    response = office.post(ADD, {"files": workbook(content=b"PK\x03\x04" + b"0" * 2**20)})
    assert [error for error in response.context["form"].errors["files"] if "1 MB" in error] != []
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("花名册.xlsx", "花名册.xlsx"),
        ("../../etc/passwd.xlsx", ".._.._etc_passwd.xlsx"),
        ("a\x00b.xlsx", "a_b.xlsx"),
        ("名" * 300 + ".xlsx", "名" * 60 + ".xlsx"),
        (".xlsx", "xlsx"),
        ("没有扩展名", "没有扩展名"),
    ],
)
def test_a_name_is_kept_as_far_as_a_disk_can_bear_it(name, kept):
    assert import_files.safe_name(name).lstrip(".") == kept.lstrip(".")


# -- who may see it


def test_only_the_county_office_imports(client, small):
    for user in (small.a.staff, small.leader, small.a.deputy_user):
        client.force_login(user)
        assert client.get(ADD).status_code == 403
        assert client.post(ADD, {"files": workbook()}).status_code == 403
    assert Job.objects.count() == 0


def test_an_import_is_seen_by_its_owner_alone(client, small):
    job = waiting(small.office, state=State.PREVIEW)
    import_files.problems_of(job).write_bytes(b"secret")
    client.force_login(county.person("other", Role.COUNTY_OFFICE, jurisdiction=small.county))
    assert {name: client.get(page(job, name)).status_code for name in ("change", "status", "problems")} == {
        "change": 404,
        "status": 404,
        "problems": 404,
    }
    assert {name: client.post(page(job, name)).status_code for name in ("confirm", "again", "cancel")} == {
        "confirm": 404,
        "again": 404,
        "cancel": 404,
    }
    assert list(client.get("/admin/office/job/").context_data["cl"].queryset) == []
    job.refresh_from_db()
    assert job.state == State.PREVIEW


@pytest.mark.parametrize("name", ["confirm", "again", "cancel"])
def test_nothing_begins_or_ends_by_looking(office, small, name):
    job = waiting(small.office, state=State.PREVIEW)
    assert office.get(page(job, name)).status_code == 403
    job.refresh_from_db()
    assert job.state == State.PREVIEW


# -- while it runs


def test_the_moving_part_is_asked_for_until_nothing_moves(office, small):
    job = waiting(small.office, state=State.RUNNING, done=30, total=120, doing="花名册.xlsx")
    shown = office.get(page(job))
    assert (shown.context["percent"], shown.context["moving"]) == (25, True)
    part = office.get(page(job, "status"))
    assert ("HX-Refresh" in part, page(job, "status") in text(part), "花名册.xlsx" in text(part)) == (False, True, True)
    assert '<meta http-equiv="refresh"' in text(shown)
    Job.objects.update(state=State.DONE)
    assert office.get(page(job, "status"))["HX-Refresh"] == "true"


def test_an_import_whose_worker_died_can_be_run_again(office, small):
    job = waiting(small.office, clock.now() - 2 * jobs.SILENT_AFTER, state=State.RUNNING)
    shown = office.get(page(job)).context
    assert (shown["silent"], shown["moving"], shown["may_run_again"]) == (True, False, True)
    Job.objects.update(heartbeat_at=clock.now())
    assert office.get(page(job)).context["silent"] is False


def test_a_running_import_is_asked_to_stop_once(office, small):
    job = waiting(small.office, state=State.RUNNING)
    assert page(job, "cancel") in text(office.get(page(job)))
    office.post(page(job, "cancel"))
    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == (State.RUNNING, True)
    assert page(job, "cancel") not in text(office.get(page(job)))


def test_a_preview_that_is_given_up_leaves_no_workbook(office, small):
    job = waiting(small.office, state=State.PREVIEW)
    [kept] = import_files.workbooks_of(job)
    office.post(page(job, "cancel"))
    job.refresh_from_db()
    assert (job.state, kept.exists()) == (State.CANCELLED, False)
    shown = office.get(page(job)).context
    assert (shown["may_confirm"], shown["may_run_again"]) == (False, False)


# -- what is kept, and how long


def test_the_next_import_clears_what_is_older_than_a_day(office, small, var):
    old, busy, new = (waiting(small.office, state=state) for state in (State.PREVIEW, State.RUNNING, State.PREVIEW))
    long_ago = (clock.now() - import_files.KEPT_FOR - timedelta(minutes=1)).timestamp()
    for job in (old, busy):
        os.utime(import_files.folder_of(job), (long_ago, long_ago))
    import_runs.start(files=[workbook()], by=small.office, at=clock.now())
    old.refresh_from_db()
    assert (old.state, old.folder) == (State.CANCELLED, "")
    assert [bool(import_files.workbooks_of(job)) for job in (old, busy, new)] == [False, True, True]
    assert len(list((var / "imports").iterdir())) == 3
    assert office.get(page(old)).status_code == 200
    assert office.get(page(old, "problems")).status_code == 404


def test_a_full_disk_leaves_nothing_behind(small, var):
    class Broken(io.BytesIO):
        name = "花名册.xlsx"

        def read(self, *args):
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        import_runs.start(files=[Broken()], by=small.office, at=clock.now())
    assert (Job.objects.count(), list((var / "imports").iterdir())) == (0, [])
