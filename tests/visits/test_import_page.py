"""The pages on which the county office imports its workbooks, from choosing files to reading the result."""

import html
import io
import os
import re
from datetime import timedelta

import pytest
import python_calamine
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from kombu.exceptions import OperationalError

from constituents.models import Household, Petition
from deputies.models import Deputy, ElectoralDistrict
from liaison_stations.models import Station
from office import clock, jobs, places
from office.models import Job, Jurisdiction
from office.roles import Role
from tests import county
from visits import import_files, import_forms, import_runs, tasks
from visits.models import Visit

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


NO_WORKBOOK = "{} is not an Excel workbook. If it opens in Excel, save it there as .xlsx and use that file."


def text(response):
    return response.content.decode()


# -- what is refused before anything is kept


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ([], "Choose at least one workbook."),
        ([workbook(content=b"")], "A chosen file is empty."),
        ([workbook(content=b"%PDF-1.7 ...")], NO_WORKBOOK.format("花名册.xlsx")),
        ([workbook(), workbook("名单.csv", b"a,b,c")], NO_WORKBOOK.format("名单.csv")),
        (
            [workbook("a.xlsx"), workbook("A.XLSX")],
            "Two files have the name a.xlsx. Rename one of them, or leave it out.",
        ),
        (
            [workbook(f"{n}.xlsx") for n in range(import_forms.MAX_FILES + 1)],
            "At most 10 workbooks can be imported at once.",
        ),
    ],
)
def test_what_cannot_be_imported_is_refused_in_plain_words(office, var, files, error):
    office.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = office.post(ADD, {"files": files})
    assert response.status_code == 200
    assert re.findall('role="alert">([^<]*)', html.unescape(text(response))) == [error]
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
    job = waiting(small.office, state=State.RUNNING)
    jobs.note(job, jobs.Progress(at=clock.now(), done=30, total=120, doing="花名册.xlsx"))
    shown = office.get(page(job))
    assert (shown.context["progress"].percent, shown.context["moving"]) == (25, True)
    part = office.get(page(job, "status"))
    assert ("HX-Refresh" in part, page(job, "status") in text(part), "花名册.xlsx" in text(part)) == (False, True, True)
    assert '<meta http-equiv="refresh"' in text(shown)
    Job.objects.update(state=State.DONE)
    assert office.get(page(job, "status"))["HX-Refresh"] == "true"


def test_an_import_whose_worker_died_can_be_run_again(office, small):
    job = waiting(small.office, clock.now() - 2 * jobs.SILENT_AFTER, state=State.RUNNING)
    shown = office.get(page(job)).context
    assert (shown["silent"], shown["moving"], shown["may_run_again"]) == (True, False, True)
    jobs.note(job, jobs.Progress(at=clock.now()))
    assert office.get(page(job)).context["silent"] is False


def test_a_running_import_is_asked_to_stop_once(office, small):
    job = waiting(small.office, state=State.RUNNING)
    assert page(job, "cancel") in text(office.get(page(job)))
    office.post(page(job, "cancel"))
    job.refresh_from_db()
    assert (job.state, job.cancel_asked, jobs.is_cancel_asked(job)) == (State.RUNNING, True, True)
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
        os.utime(jobs.folder_of(job), (long_ago, long_ago))
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


# -- from the upload to the result, with the real import


DEMO = sorted((settings.BASE_DIR / "visits" / "demo_county").glob("*.xlsx"))
ROSTER = [path for path in DEMO if "花名册" in path.name]
COUNTS = {"deputies": 186, "districts": 62, "households": 421, "stations": 21, "visits": 3498, "petitions": 240}
MODELS = [Deputy, ElectoralDistrict, Household, Station, Visit, Petition]


def uploads(paths):
    return {"files": [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]}


def made(rows, title="试验县第十八届人大代表花名册", header=("序号", "代表姓名", "选区")):
    """A workbook as an office would make it, with these rows below its header."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("名单")
        for n, row in enumerate([(title,), header, *rows] if title else rows):
            sheet.write_row(n, 0, row)
    return content.getvalue()


def sent(client, **files):
    """Upload files by name; the job they became."""
    response = client.post(ADD, {"files": [workbook(name, content) for name, content in files.items()]})
    assert response.status_code == 302
    return Job.objects.get(pk=response.url.split("/")[-3])


def test_a_county_comes_in_from_its_workbooks_preview_first(client, db):
    clerk = county.person("clerk", Role.COUNTY_OFFICE, jurisdiction=places.county_named("清源县"))
    client.force_login(clerk)
    job = Job.objects.get(pk=client.post(ADD, uploads(DEMO)).url.split("/")[-3])
    created = {kind: count["created"] for kind, count in job.result["kinds"].items()}
    assert (job.state, created) == (State.PREVIEW, COUNTS)
    assert [model.objects.count() for model in MODELS] == [0] * 6
    shown = client.get(page(job))
    assert [count["created"] for _name, count, _list in shown.context["kinds"]] == list(COUNTS.values())
    assert page(job, "confirm") in text(shown)

    client.post(page(job, "confirm"))
    client.post(page(job, "confirm"))
    job.refresh_from_db()
    assert (job.state, {kind: count["created"] for kind, count in job.result["kinds"].items()}) == (State.DONE, COUNTS)
    assert [model.objects.count() for model in MODELS] == [186, 62, 421, 21, 3498, 240]
    assert (import_files.workbooks_of(job), job.result["problems"]) == ([], [])
    assert {client.get(link).status_code for _name, _count, link in client.get(page(job)).context["kinds"]} == {200}
    listed = client.get(reverse("admin:office_job_changelist")).content.decode()
    assert [f">{name}</a> 新增{n}、更新0" in listed for name, n in (("代表", 186), ("联系记录", 3498))] == [True, True]
    assert client.get(page(job, "problems")).status_code == 404

    again = Job.objects.get(pk=client.post(ADD, uploads(DEMO)).url.split("/")[-3])
    assert {kind: (c["created"], c["updated"]) for kind, c in again.result["kinds"].items()} == dict.fromkeys(
        COUNTS, (0, 0)
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 torn", "The workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "The workbook is protected"),
        (made([], title=""), "The workbook is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_name(office, content, reason):
    office.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    job = sent(office, **{"花名册.xlsx": content})
    assert (job.state, job.message.startswith(f"花名册.xlsx: {reason}")) == (State.FAILED, True)
    assert job.message in html.unescape(text(office.get(page(job))))
    assert Deputy.objects.count() == 4


def test_a_sheet_without_a_known_header_is_named(office):
    unknown = made([("甲", "乙", "丙")], header=("左", "中", "右"))
    job = sent(office, **{"通讯录.xlsx": unknown})
    assert (job.state, job.message.startswith("通讯录.xlsx")) == (State.FAILED, True)
    beside = sent(office, **{"通讯录.xlsx": unknown, "花名册.xlsx": made([(1, "张三", "第1选区")])})
    assert (beside.state, beside.result["problem_count"]) == (State.PREVIEW, 1)
    assert [problem["file"] for problem in beside.result["problems"]] == ["通讯录.xlsx"]


def test_an_unreadable_file_beside_others_is_named_and_the_rest_comes_in(office):
    good = made([(1, "张三", "第1选区")])
    job = sent(office, **{"花名册.xlsx": good, "坏的.xlsx": b"PK\x03\x04 torn"})
    assert (job.state, job.result["kinds"]["deputies"]["created"]) == (State.PREVIEW, 1)
    assert "坏的.xlsx" in [problem["file"] for problem in job.result["problems"]]


def test_five_thousand_pasted_rows_are_one_row_and_many_problems(office):
    job = sent(office, **{"花名册.xlsx": made([(1, "张三", "第1选区")] * 5000)})
    assert (job.state, job.result["kinds"]["deputies"]["created"]) == (State.PREVIEW, 1)
    assert (job.result["problem_count"], len(job.result["problems"])) == (4999, import_runs.SHOWN)
    assert text(office.get(page(job))).count("<tr><td>花名册.xlsx") == import_runs.SHOWN
    problems = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(office.get(page(job, "problems")).getvalue())
    ).get_sheet_by_index(0)
    assert len(problems.to_python()) == job.result["problem_count"] + 2  # the title and the heads


def test_what_a_workbook_says_is_shown_and_not_run(office):
    job = sent(office, **{"花名册.xlsx": made([(1, "张三", "第1选区"), (2, "<script>alert(1)</script>", "？")])})
    assert job.result["problem_count"] > 0
    assert "<script>alert" not in text(office.get(page(job)))


def test_an_import_that_died_is_run_again_and_ends_well(office, small):
    job = sent(office, **{"花名册.xlsx": made([(1, "张三", "第1选区")])})
    Job.objects.update(
        state=State.RUNNING, heartbeat_at=clock.now() - 2 * jobs.SILENT_AFTER, params={**job.params, "check": False}
    )
    os.remove(jobs.folder_of(job) / "progress.json")
    office.post(page(job, "again"))
    job.refresh_from_db()
    assert (job.state, Deputy.objects.filter(name="张三").count()) == (State.DONE, 1)


def test_an_import_asked_to_stop_writes_nothing_more(small):
    kept = [workbook("花名册.xlsx", made([(1, "张三", "第1选区")]))]
    job = import_runs.start(files=kept, by=small.office, at=clock.now())
    Job.objects.update(params={**job.params, "check": False})
    job = jobs.take(job.pk, at=clock.now())
    jobs.ask_to_cancel(job, by=small.office, at=clock.now())
    import_runs.run(job)
    job.refresh_from_db()
    assert (job.state, Deputy.objects.filter(name="张三").count()) == (State.CANCELLED, 0)
    assert import_files.workbooks_of(job) == []


def test_a_fault_in_the_import_leaves_a_message_and_a_second_try(office, small, monkeypatch):
    job = sent(office, **{"花名册.xlsx": made([(1, "张三", "第1选区")])})
    with monkeypatch.context() as broken:
        broken.setattr(import_runs.county_import, "run", lambda *args, **kwargs: 1 / 0)
        office.post(page(job, "confirm"))
    job.refresh_from_db()
    assert (job.state, job.message != "", Deputy.objects.filter(name="张三").count()) == (State.FAILED, True, 0)
    office.post(page(job, "again"))
    job.refresh_from_db()
    assert (job.state, Deputy.objects.filter(name="张三").count()) == (State.DONE, 1)


def test_without_a_worker_the_import_says_so_and_can_be_run_later(office, small, monkeypatch):
    def refuse(*args):
        raise OperationalError("no broker")

    with monkeypatch.context() as broken:
        broken.setattr(tasks.run_import, "delay", refuse)
        job = sent(office, **{"花名册.xlsx": made([(1, "张三", "第1选区")])})
        assert job.state == State.QUEUED
    Job.objects.update(heartbeat_at=clock.now() - 2 * jobs.SILENT_AFTER)
    office.post(page(job, "again"))
    job.refresh_from_db()
    assert job.state == State.PREVIEW


def test_a_county_office_writes_into_no_other_county(office, small):
    theirs = made([(1, "张三", "第1选区")], title="邻县第十八届人大代表花名册")
    job = sent(office, **{"花名册.xlsx": theirs})
    assert (job.result["kinds"]["deputies"]["created"], job.result["kinds"]["deputies"]["rejected"]) == (0, 1)
    office.post(page(job, "confirm"))
    assert not Jurisdiction.objects.filter(name="邻县").exists()
    assert not Deputy.objects.filter(name="张三").exists()
    small.office.is_superuser = True
    small.office.save()
    assert sent(office, **{"花名册.xlsx": theirs}).result["kinds"]["deputies"]["created"] == 1


def test_a_title_without_a_county_means_the_county_of_the_office(office, small):
    Jurisdiction.objects.create(name="邻县", level="county", code="990902", path="/9999/")
    job = sent(office, **{"花名册.xlsx": made([(1, "张三", "第1选区")], title="人大代表花名册")})
    office.post(page(job, "confirm"))
    assert Deputy.objects.get(name="张三").term.jurisdiction == small.county
