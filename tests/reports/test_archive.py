"""The annual archive: each record and each file of a year stands in it once, and the index can be checked later."""

import errno
import hashlib
import json
import re
import resource
import unicodedata
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from constituents.models import Attachment, Complaint, Engagement, PaperBatch, Petition, Suggestion
from deputies.models import Deputy, ElectoralDistrict, Term
from liaison_stations.models import Reception
from office import jobs, regulations
from office.models import AuditEvent, Job
from reports import exports
from reports.archive import making, names, records
from reports.archive.folders import FOLDERS
from reports.models import ClosedYear, Commendation
from tests.queries import asked
from visits import filing
from visits.models import (
    ActivityFile,
    AreaFile,
    AreaFiling,
    DutyEntry,
    DutyFile,
    GroupActivity,
    ReportFile,
    Visit,
    VisitPhoto,
    VoterReport,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
PAGE, FILINGS = reverse("reports:archive"), reverse("reports:filings")


@pytest.fixture(autouse=True)
def on_a_day(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.VAR_DIR = tmp_path / "var"
    with time_machine.travel("2026-11-26 10:00 +0800", tick=False):
        yield


def stored(folder, words) -> str:
    return default_storage.save(f"{folder}/x.pdf", ContentFile(words.encode()))


def fill(small, town, day=date(2026, 4, 1)):
    """One record of every kind in one town, each with a file where the kind has files."""
    deputy, by = town.deputy, town.leader_user
    kept = {"kind": "pdf", "size": 3, "added_at": AT, "added_by": by, "name": "签到表.pdf"}
    write = {"by": by, "at": AT, "group": town.group, "place": "一村", "content": "走访", "absent": {}}
    there = Deputy.objects.filter(pk=deputy.pk)
    activity = filing.write(None, **write, happened_on=day, kind="visit", topic=f"饮水/供水: {town.n}?", present=there)
    ActivityFile.objects.create(activity=activity, file=stored("activities", f"a{town.n}"), **kept)
    span = {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    area = AreaFiling.objects.create(group=town.group, title="一季度材料", content="联系", written_at=AT, **span)
    AreaFile.objects.create(filing=area, file=stored("areas", f"f{town.n}"), **kept)
    visit = Visit.objects.create(deputy=deputy, happened_on=day, kind="home", met="王小二", logged_at=AT)
    photo = {"file": stored("visits", f"p{town.n}"), "thumbnail": stored("visits", "t"), "digest": f"{town.n}"}
    VisitPhoto.objects.create(visit=visit, kind="jpg", **photo)
    report = VoterReport.objects.create(
        deputy=deputy, district=deputy.district, planned_on=date(2026, 12, 1), place="村委会", planned_at=AT
    )
    ReportFile.objects.create(report=report, file=stored("voters", f"r{town.n}"), **kept)
    told = {"kind": "training", "part": "training", "attendance": "present", "status": "confirmed", "logged_at": AT}
    entry = DutyEntry.objects.create(deputy=deputy, happened_on=day, title="培训", **told)
    DutyFile.objects.create(entry=entry, file=stored("duty", f"d{town.n}"), **kept)
    batch = PaperBatch.objects.create(
        station=town.station, entered_at=AT, entered_by=by, scan=stored("paper", f"s{town.n}")
    )
    petition = Petition.objects.create(
        station=town.station, year=2026, seq=1, received_on=day, registered_at=AT, visitor="张三", situation="路灯",
        request="修", paper=batch,
    )  # fmt: skip
    Attachment.objects.create(
        petition=petition, file=stored("matters", f"m{town.n}"), **{**kept, "kind": "application/pdf"}
    )
    about = {"jurisdiction": town.place, "grounds": "旧", "proposal": "修", "written_on": day, "status": "submitted"}
    Suggestion.objects.create(deputy=deputy, title="村道", submitted_on=day, **about)
    Engagement.objects.create(deputy=deputy, kind="request", asked_on=day, about="路灯", place="县城管局")
    Reception.objects.create(station=town.station, planned_on=day)
    Commendation.objects.create(
        deputy=deputy, jurisdiction=town.place, year=2026, kind="deputy", ground="走访多", chosen_at=AT
    )
    return petition


def made(tmp_path, user, subject="county", year=2026):
    folder = tmp_path / f"made-{user.pk}-{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    name, path = making.make(
        {"subject": subject, "year": year}, by=user, at=AT, folder=folder, progress=lambda *_said: None
    )
    return name, zipfile.ZipFile(path)


def index_of(archive) -> dict:
    return json.loads(archive.read("index.json"))


def standing(archive) -> Counter:
    """How often each record stands in the index."""
    return Counter(
        f"{label}:{pk}" for one in index_of(archive)["entries"] for label, keys in one["records"].items() for pk in keys
    )


KINDS = (
    ActivityFile, AreaFile, AreaFiling, Attachment, Commendation, Deputy, DutyEntry, DutyFile, Engagement,
    GroupActivity, PaperBatch, Petition, Reception, ReportFile, Suggestion, Visit, VisitPhoto, VoterReport,
)  # fmt: skip


@pytest.mark.rule("D1-3b")
def test_every_record_of_the_year_stands_in_one_place_and_none_of_another_year(small, tmp_path):
    for town in small.towns:
        fill(small, town)
    Visit.objects.create(deputy=small.a.deputy, happened_on=date(2025, 12, 31), kind="home", met="旧", logged_at=AT)
    _name, archive = made(tmp_path, small.office)
    expected = {
        f"{model._meta.label_lower}:{pk}" for model in KINDS for pk in model.objects.values_list("pk", flat=True)
    }
    expected -= {
        f"visits.visit:{pk}" for pk in Visit.objects.filter(happened_on__year=2025).values_list("pk", flat=True)
    }
    found = standing(archive)
    assert (set(found) ^ expected, set(found.values())) == (set(), {1})
    assert {label for folder in FOLDERS for label in folder.rows} == {model._meta.label_lower for model in KINDS}


def test_the_index_says_size_and_digest_of_each_file_and_sha256sum_can_read_it(small, tmp_path):
    fill(small, small.a)
    _name, archive = made(tmp_path, small.office)
    entries = {one["path"]: one for one in index_of(archive)["entries"]}
    inside = set(archive.namelist())
    assert inside - entries.keys() == {"index.json", "SHA256SUMS"}
    for path, one in entries.items():
        content = archive.read(path)
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one["size"], one["sha256"])
    sums = dict(line.split("  ")[::-1] for line in archive.read("SHA256SUMS").decode().splitlines())
    assert sums.keys() == inside - {"SHA256SUMS"}
    assert sums["index.json"] == hashlib.sha256(archive.read("index.json")).hexdigest()


def test_each_link_of_the_index_leads_to_its_file(small, tmp_path):
    fill(small, small.a)
    _name, archive = made(tmp_path, small.office)
    page = archive.read("00_目录.html").decode()
    linked = {unquote(address) for address in re.findall('href="([^"]+)"', page)}
    of_itself = {path for path in archive.namelist() if "/" not in path}
    assert linked == set(archive.namelist()) - of_itself


@pytest.mark.rule("D1-3b")
def test_a_term_is_archived_whole_with_the_records_of_all_its_years_and_of_no_other_term(small, tmp_path):
    Term.objects.update(began_on="2025-01-01", ended_on="2026-06-30")
    following = Term.objects.create(jurisdiction=small.county, ordinal=19, began_on="2026-07-01")
    Term.objects.filter(pk=small.term.pk).update(successor=following)
    district = ElectoralDistrict.objects.create(term=following, name="新选区", jurisdiction=small.a.place)
    newcomer = Deputy.objects.create(term=following, district=district, name="新人", joined_on="2026-07-01")
    about = {"kind": "home", "met": "村民", "logged_at": AT}
    rows = [
        Visit.objects.create(deputy=who, happened_on=day, **about)
        for who, day in ((small.a.deputy, "2025-03-01"), (small.a.deputy, "2026-03-01"), (newcomer, "2026-08-01"))
    ]
    name, archive = made(tmp_path, small.office, year=f"term-{small.term.pk}")
    assert name == "试验县第18届档案.zip"
    found = standing(archive)
    assert [found[f"visits.visit:{row.pk}"] for row in rows] == [1, 1, 0]
    assert found[f"deputies.deputy:{newcomer.pk}"] == 0
    reports = [path for path in archive.namelist() if path.startswith("01_") and path.endswith(".json")]
    assert sorted(re.search("20[0-9]{2}", path).group() for path in reports) == ["2025", "2026"]


def test_names_open_on_windows(small, tmp_path):
    fill(small, small.a)
    name, archive = made(tmp_path, small.office)
    assert max(map(len, archive.namelist())) < 200
    assert name == "试验县2026年度档案.zip"
    for info in archive.infolist():
        assert info.flag_bits & 0x800 or info.filename.isascii()
        for part in info.filename.split("/"):
            assert len(part.encode()) <= names.MOST
            assert not set(part) & set('<>:"\\|?*')
            assert part == part.strip(" .")
    assert len({path.casefold() for path in archive.namelist()}) == len(archive.namelist())
    assert any("饮水_供水_ 1_" in path for path in archive.namelist())


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("a/b:c*?.", "a_b_c__.pdf"),
        ("CON", "_CON.pdf"),
        ("nul.x", "_nul.x.pdf"),
        ("", "_.pdf"),
        ("\x00\u202e坏", "坏.pdf"),
        ("é".encode().decode(), unicodedata.normalize("NFC", "é") + ".pdf"),
        ("长" * 100, "长" * 38 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(said, name):
    assert names.safe(said, ".pdf") == name


def test_a_moment_on_a_sheet_is_told_by_the_clock_of_the_office_to_the_minute():
    assert records._word(datetime(2026, 3, 10, 2, 5, 7, 123456, tzinfo=UTC)) == "2026-03-10 10:05"


def test_names_that_are_taken_get_a_number():
    taken = names.Taken()
    assert [taken.free("f", one) for one in ("A.pdf", "a.pdf", "a")] == ["f/A.pdf", "f/a_2.pdf", "f/a"]


def test_a_town_gets_its_town_and_nobody_anothers(small, tmp_path):
    for town in small.towns:
        fill(small, town)
    subject = f"town:{small.a.place.code}"
    name, archive = made(tmp_path, small.a.staff, subject)
    theirs = {f"deputies.deputy:{pk}" for pk in small.a.group.deputies.values_list("pk", flat=True)}
    assert (name, {one for one in standing(archive) if one.startswith("deputies")}) == (
        "东山镇2026年度档案.zip",
        theirs,
    )
    files = [path for path in archive.namelist() if "签到表" in path and path.startswith("04")]
    assert [archive.read(path) for path in files] == [b"a1"]
    asked_for = {"subject": subject, "year": 2026}
    people = (small.office, small.a.staff, small.b.staff, small.a.leader_user, small.leader, small.a.deputy_user)
    assert [making.may(one, asked_for) for one in people] == [True, True, False, False, False, False]
    assert not making.may(small.a.staff, {"subject": "county", "year": 2026})
    assert not making.may(small.office, {"subject": f"group:{small.a.group.pk}", "year": 2026})
    with pytest.raises(exports.Refused):
        made(tmp_path, small.b.staff, subject)


def test_a_matter_that_complains_of_whoever_makes_the_archive_is_not_in_it(small, tmp_path):
    petition = fill(small, small.a)
    Complaint.objects.create(petition=petition, person=small.office)
    _name, archive = made(tmp_path, small.office)
    found = standing(archive)
    assert [one for one in found if one.startswith(("constituents.petition", "constituents.attachment"))] == []


def test_a_file_that_is_lost_is_listed_as_missing(client, small, tmp_path):
    fill(small, small.a)
    default_storage.delete(ActivityFile.objects.get().file.name)
    _name, archive = made(tmp_path, small.office)
    index = index_of(archive)
    [lost] = index["missing"]
    [entry] = [one for one in index["entries"] if one["path"] == lost]
    assert (entry["sha256"], lost in archive.namelist()) == ("", False)
    assert lost.startswith("04_小组活动/")
    client.force_login(small.office)
    assert client.get(PAGE).context["lost"] == ["签到表.pdf"]


def test_what_is_not_filed_is_named_and_a_year_without_records_has_its_index(small, tmp_path):
    fill(small, small.a)
    _name, archive = made(tmp_path, small.office)
    assert len(index_of(archive)["not_filed"]) == 2
    _name, empty = made(tmp_path, small.office, year=2023)
    assert (len(index_of(empty)["notes"]), standing(empty).keys() - {"x"}) == (
        1,
        {f"deputies.deputy:{pk}" for pk in Deputy.objects.values_list("pk", flat=True)},
    )


def test_a_sheet_entered_for_many_stands_once(small, tmp_path):
    path = stored("duty", "one")
    told = {"kind": "training", "part": "training", "attendance": "present", "status": "confirmed", "logged_at": AT}
    kept = {"kind": "pdf", "size": 3, "added_at": AT, "added_by": small.office, "name": "签到表.pdf", "file": path}
    for town in small.towns:
        entry = DutyEntry.objects.create(deputy=town.deputy, happened_on=date(2026, 5, 1), title="培训", **told)
        DutyFile.objects.create(entry=entry, **kept)
    _name, archive = made(tmp_path, small.office)
    shown = [one for one in index_of(archive)["entries"] if "visits.dutyfile" in one["records"]]
    assert [sorted(one["records"]["visits.dutyfile"]) for one in shown] == [
        sorted(DutyFile.objects.values_list("pk", flat=True))
    ]


def test_a_closed_year_leaves_its_fingerprint_in_the_archive_of_county_and_town(small, tmp_path):
    told = {"jurisdiction": small.county, "year": 2025, "on": date(2026, 1, 31), "fingerprint": "f" * 64}
    ClosedYear.objects.create(closed_at=AT, **told)
    for user, subject in ((small.office, "county"), (small.a.staff, f"town:{small.a.place.code}")):
        _name, archive = made(tmp_path, user, subject, year=2025)
        [path] = [one for one in archive.namelist() if one.startswith("11_")]
        assert json.loads(archive.read(path))["fingerprint"] == "f" * 64


def test_a_full_disk_is_said_and_nothing_is_written_down(small, tmp_path):
    fill(small, small.a)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.raises(OSError) as full:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
            made(tmp_path, small.office)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert full.value.errno == errno.EFBIG
    assert not AuditEvent.objects.filter(action="archive.made").exists()


def test_stopping_leaves_nothing_written_down(small, tmp_path):
    fill(small, small.a)
    tmp_path.joinpath("s").mkdir()

    def stop(done, total, doing):
        raise exports.Cancelled

    with pytest.raises(exports.Cancelled):
        making.make({"subject": "county", "year": 2026}, by=small.office, at=AT, folder=tmp_path / "s", progress=stop)
    assert not AuditEvent.objects.filter(action="archive.made").exists()


def test_more_records_ask_no_more_of_the_database(small, tmp_path):
    fill(small, small.a)
    made(tmp_path, small.office)
    numbers = []
    for more in ((), small.towns[1:]):
        for town in more:
            fill(small, town)
        with asked() as statements:
            made(tmp_path, small.office)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_the_page_tells_what_it_will_hold_and_starts_it_once(client, small):
    regulations.load(on=date(2026, 1, 1))
    fill(small, small.a)
    client.force_login(small.office)
    with asked() as statements:
        page = client.get(PAGE, {"year": "2026"})
    assert len(statements) <= 10
    assert (page.context["n_unfiled"], page.context["n_lost"]) == (2, 0)
    sent = {"subject": "county:990901", "year": "2026", "key": page.context["form"]["key"].value()}
    subject = str(page.context["subject"])
    first = client.post(PAGE, {**sent, "subject": subject})
    assert (first.status_code, client.post(PAGE, {**sent, "subject": subject}).url) == (302, first.url)
    assert Job.objects.filter(kind=exports.JOB).count() == 1


def test_the_archive_holds_what_pages_mask_so_the_password_is_shown_again_before_it_is_begun_or_fetched(
    client, small, tmp_path
):
    job = exports.start("archive", params={"subject": "town:990901001", "year": 2026}, by=small.a.staff, at=AT)
    Job.objects.filter(pk=job.pk).update(state="done", finished_at=AT, result={"title": "档案.zip", "size": 1})
    jobs.folder_of(job).mkdir(parents=True)
    (jobs.folder_of(job) / "file").write_text("x")
    file, again = (reverse(f"reports:{name}", args=[job.pk]) for name in ("export_file", "export_again"))
    client.force_login(small.a.staff)
    assert b"".join(client.get(file).streaming_content) == b"x"
    with time_machine.travel(AT + timedelta(minutes=16), tick=False):
        key = client.get(PAGE).context["form"]["key"].value()
        sent = {"subject": "town:990901001", "year": "2025", "key": key}
        answers = [client.get(file), client.post(again), client.post(PAGE, sent)]
    assert [answer.templates[0].name for answer in answers] == ["office/password_again.html"] * 3
    assert Job.objects.count() == 1


@pytest.mark.parametrize("asked_for", [{"year": "1999"}, {"year": "x"}, {"subject": "town:1"}, {"subject": "deputy:1"}])
def test_what_is_no_archive_is_no_page(client, small, asked_for):
    client.force_login(small.office)
    assert client.get(PAGE, asked_for).status_code == 404


def test_others_do_not_open_the_archive(client, small):
    codes = {}
    for user in (small.a.leader_user, small.leader, small.a.deputy_user, small.a.staff):
        client.force_login(user)
        codes[user] = client.get(PAGE).status_code
    assert list(codes.values()) == [403, 403, 403, 200]


@pytest.mark.rule("D9-3")
def test_the_states_of_the_filings_stand_overdue_first(client, small):
    write = {
        "by": small.a.leader_user,
        "at": AT,
        "group": small.a.group,
        "place": "一村",
        "content": "走访",
        "absent": {},
    }
    there = Deputy.objects.filter(pk=small.a.deputy.pk)
    rows = {}
    for day, kind in ((1, "visit"), (2, "forum"), (3, "survey")):
        told = {"happened_on": date(2026, 10, day), "kind": kind, "topic": kind, "present": there}
        rows[kind] = filing.write(None, **write, **told)
    GroupActivity.objects.filter(pk=rows["visit"].pk).update(report_due_on=date(2026, 10, 20))
    filing.file_record(rows["survey"], by=small.a.leader_user, at=AT)
    fill(small, small.b)
    client.force_login(small.office)
    page = client.get(FILINGS, {"year": "2026"})
    lines = [(one.what, one.state, one.days) for one in page.context["lines"] if one.group == small.a.group]
    assert lines == [("visit", "overdue", 37), ("forum", "draft", 0), ("survey", "filed", 0)]
    assert [(group, total) for group, _numbers, total in page.context["sums"]] == [
        (small.a.group, 3),
        (small.b.group, 2),
    ]
    only = client.get(FILINGS, {"state": "filed", "group": small.a.group.pk}).context["lines"]
    assert [one.what for one in only] == ["survey"]
    client.force_login(small.a.leader_user)
    assert {one.group for one in client.get(FILINGS).context["lines"]} == {small.a.group}
    assert client.get(FILINGS, {"group": small.b.group.pk}).status_code == 404


def test_the_states_of_filings_ask_the_same_for_one_and_for_many(client, small):
    client.force_login(small.office)
    numbers = []
    for town in small.towns:
        fill(small, town)
        with asked() as statements:
            client.get(FILINGS)
        numbers.append(len(statements))
    assert (numbers[0] == numbers[1], numbers[0] <= 10) == (True, True)
