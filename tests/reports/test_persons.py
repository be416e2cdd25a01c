"""All about one person: found, handed out whole and with nothing of anybody else, erased; erased when it is time."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import CharField, JSONField, TextField

from constituents.models import (
    Attachment,
    Complaint,
    Feedback,
    Household,
    LiaisonVoter,
    PaperBatch,
    Petition,
    PetitionEvent,
    Referral,
    Representative,
    Urging,
)
from deputies.models import Deputy
from office.models import (
    Attempt,
    AuditEvent,
    Erasure,
    Hold,
    Job,
    Notice,
    Outbox,
    RetentionPeriod,
    Submission,
    User,
    Watermark,
)
from reports.annual import document
from reports.models import Objection
from reports.persons import erasing, finding, handing_out, retention
from reports.subjects import find as find_subject
from tests.reports.annual_year import fill
from visits.models import Visit, VisitPhoto

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
LATER = date(2036, 1, 1)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path


def everything_about(town, n):
    """A person in every kind of record, all words with a sign that stands nowhere else; and who has part in it."""
    sign, name, phone = f"CNRY{n}", f"甄CNRY{n}名", f"1386666000{n}"
    home = town.households[0]
    Household.objects.filter(pk=home.pk).update(
        head=name, phone=phone, address=f"{sign}址", remark=f"{sign}注", kind="普通"
    )
    LiaisonVoter.objects.create(
        deputy=town.deputy, name=name, phone=phone, address=f"{sign}址二", until=date(2026, 6, 1)
    )
    visit = Visit.objects.create(
        deputy=town.deputy, household=home, happened_on=date(2026, 3, 1), kind="home", logged_at=AT,
        content=f"{sign}听到", place=f"{sign}地",
    )  # fmt: skip
    shown = [default_storage.save(f"visits/{uuid4()}.jpg", ContentFile(f"{sign}影".encode())) for _ in range(2)]
    VisitPhoto.objects.create(visit=visit, kind="jpg", file=shown[0], thumbnail=shown[1], digest=f"{n}" * 64)
    scan_ = default_storage.save(f"paper/{uuid4()}.pdf", ContentFile(b"scan"))
    batch = PaperBatch.objects.create(
        station=town.station, entered_at=AT, entered_by=town.officer, scan=scan_, name="扫描.pdf", kind="pdf"
    )
    matter = Petition.objects.create(
        paper=batch,
        station=town.station, deputy=town.deputy, year=2026, seq=900 + n, received_on=date(2026, 3, 2),
        registered_at=AT, registered_by=town.officer, visitor=name, phone=phone, address=f"{sign}址三",
        situation=f"{sign}情况", request=f"{sign}诉求", answer=f"{sign}答", status="closed", course="route",
        satisfaction="satisfied", category="道路", code_hash=f"h{n}",
    )  # fmt: skip
    referral = Referral.objects.create(
        petition=matter, place=town.place, unit=town.unit, routed_on=date(2026, 3, 3), routed_by=town.staff,
        replied_on=date(2026, 3, 9), due_on=date(2026, 3, 30), brief=f"{sign}要求", reply=f"{sign}回复",
        person=f"OTHR{n}经办",
    )  # fmt: skip
    PetitionEvent.objects.create(
        petition=matter, referral=referral, verb="close", at=AT, by=town.staff, was="judged", now="closed",
        note=f"{sign}步",
    )  # fmt: skip
    Feedback.objects.create(
        petition=matter, told_on=date(2026, 3, 10), told_by=town.officer, way="phone", told=f"{sign}告",
        reaction=f"{sign}说", result="satisfied", judged_at=AT,
    )  # fmt: skip
    Urging.objects.create(referral=referral, on=date(2026, 3, 8), by=town.staff, words=f"{sign}催")
    Representative.objects.create(petition=matter, position=2, name=f"OTHR{n}同来", phone="13800000000")
    Complaint.objects.create(petition=matter, name=f"OTHR{n}被反映")
    path = default_storage.save(f"matters/{uuid4()}.png", ContentFile(f"{sign}图".encode()))
    Attachment.objects.create(
        petition=matter, name=f"{sign}图.png", file=path, kind="png", size=9, added_at=AT, added_by=town.officer
    )
    return name, phone, sign, matter


@pytest.fixture
def people(small):
    return [everything_about(town, n) for n, town in enumerate(small.towns, 1)]


def scan(sign):
    """Every text column of every table in which a sign stands."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            words = isinstance(field, CharField | TextField | JSONField) and not field.generated
            if words and any(sign in str(value) for value in model._base_manager.values_list(field.name, flat=True)):
                found.add(f"{model._meta.label_lower}.{field.name}")
    return found


def texts(name, suffix=".zip"):
    content = handing_out.hand_out(finding.one(name), by=None, at=AT, name=f"x{suffix}")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return {part: parts.read(part) for part in parts.namelist()}


# -- finding


def test_a_person_is_found_by_name_number_and_register_number_with_all_that_is_theirs(people):
    name, phone, _sign, matter = people[0]
    wanted = {"household", "liaisonvoter", "petition"}
    for text in (name, phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", matter.number):
        assert {row._meta.model_name for row in finding.one(text).records} == wanted, text
    assert finding.find("没有此人") == finding.find("") == finding.find(phone[-4:]) == finding.find(name[:2]) == []


def test_the_same_name_alone_is_not_the_same_person(people, small):
    name, phone, _sign, _matter = people[0]
    Visit.objects.create(deputy=small.b.deputy, met=name, happened_on=date(2026, 5, 1), kind="met", logged_at=AT)
    LiaisonVoter.objects.create(deputy=small.b.deputy, name=name, phone="13700000000")
    with pytest.raises(finding.NotClear) as unclear:
        finding.one(name)
    assert sorted(len(person.records) for person in unclear.value.people) == [1, 1, 3]
    first = max(unclear.value.people, key=lambda person: len(person.records))
    assert finding.one(name, keys=[first.keys[1]]).keys == first.keys
    assert finding.one(phone).keys == first.keys


def test_a_deputy_and_their_sign_in_are_one(small):
    person = finding.one(small.a.deputy.name)
    assert sorted(row._meta.model_name for row in person.records) == ["deputy", "user"]


# -- handing out


def test_the_file_has_all_that_a_scan_of_the_tables_finds_and_nothing_of_anybody_else(people):
    for (name, phone, sign, _matter), (_n, _p, other, _m) in (people, people[::-1]):
        parts = texts(name)
        told = json.loads(parts["data.json"])
        everything = json.dumps(told, ensure_ascii=False)
        words = {value for value in _values(sign) if not value.startswith("matters/")}
        assert {value for value in words if json.dumps(value, ensure_ascii=False)[1:-1] not in everything} == set()
        assert [sign_ in everything for sign_ in (phone, other, "OTHR")] == [True, False, False]
        files = [content for part, content in parts.items() if part.startswith("files/")]
        assert files == [f"{sign}图".encode(), f"{sign}影".encode()]
        with zipfile.ZipFile(io.BytesIO(parts["个人信息.xlsx"])) as book:
            cells = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/" in name)
        assert {value for value in words if value not in cells} == set()
        assert [sign_ in cells for sign_ in (other, "OTHR")] == [False, False]
    actions = AuditEvent.objects.filter(action="personal.given").values_list("subject_type", flat=True)
    assert sorted(set(actions)) == ["constituents.household", "constituents.liaisonvoter", "constituents.petition"]


def _values(sign):
    """Every text in the tables with the sign of one person in it."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField) and not field.generated:
                yield from (v for v in model._base_manager.values_list(field.name, flat=True) if v and sign in v)


# -- erasing


def test_what_is_in_use_or_held_is_not_erased_and_says_why(people, small):
    _name, _phone, _sign, matter = people[0]
    home, voter = small.a.households[0], LiaisonVoter.objects.get(deputy=small.a.deputy)
    LiaisonVoter.objects.filter(pk=voter.pk).update(until=None)
    Petition.objects.filter(pk=matter.pk).update(status="routed")
    rows = [type(row).objects.get(pk=row.pk) for row in (home, voter, matter, small.a.deputy, small.a.deputy_user)]
    rows += [small.a.station.posts.first(), matter.complaints.get()]
    for row in rows:
        with pytest.raises(erasing.Kept):
            erasing.erase(row, why="request", by=small.office, at=AT)
    Petition.objects.filter(pk=matter.pk).update(status="closed")
    Hold.objects.create(
        subject_type="constituents.petition", subject_id=matter.pk, reason="归档", at=AT, by=small.office
    )
    with pytest.raises(erasing.Kept):
        erasing.erase(Petition.objects.get(pk=matter.pk), why="request", by=small.office, at=AT)
    assert (Erasure.objects.count(), "petition.situation" in str(scan("CNRY1"))) == (0, True)


def test_an_erased_person_stands_nowhere_any_more_and_the_other_untouched(
    people, small, django_capture_on_commit_callbacks
):
    name, phone, sign, _matter = people[0]
    small.a.households[0].designations.update(until=date(2026, 6, 1))
    others = scan("CNRY2")
    with django_capture_on_commit_callbacks(execute=True):
        for row in finding.one(name).records:
            erasing.erase(row, why="request", by=small.office, at=AT, note="本人要求")
    assert (scan(sign), scan(phone), scan("OTHR1"), scan("CNRY2")) == (set(), set(), set(), others)
    assert [len(default_storage.listdir(folder)[1]) for folder in ("matters", "visits", "paper")] == [
        1,
        2,
        1,
    ]  # those of the other
    assert sorted(Erasure.objects.values_list("subject_type", "why", "files")) == [
        ("constituents.household", "request", 2),
        ("constituents.liaisonvoter", "request", 0),
        ("constituents.petition", "request", 2),
    ]
    matter = Petition.objects.order_by("pk").first()
    assert (matter.category, matter.status, matter.satisfaction, matter.code_hash) == (
        "道路",
        "closed",
        "satisfied",
        None,
    )


# -- retention


def test_what_is_due_is_erased_the_figures_stay_and_a_second_run_finds_nothing(
    people, small, django_capture_on_commit_callbacks
):
    fill(small)
    on = date(2026, 11, 24)
    small.a.households[0].designations.update(until=date(2026, 6, 1))
    small.b.households[0].designations.update(until=date(2026, 6, 1))
    before = document.read(find_subject("county")[0], 2026, on=on).fingerprint
    trail = AuditEvent.objects.count()
    assert retention.run(on=date(2026, 11, 24), at=AT)["petitions"] == 0
    wanted = retention.run(on=LATER, at=AT, dry_run=True)
    assert (scan("CNRY1") != set(), AuditEvent.objects.count(), Erasure.objects.count()) == (True, trail, 0)
    with django_capture_on_commit_callbacks(execute=True):
        told = retention.run(on=LATER, at=AT)
    assert told == wanted
    assert (told["petitions"] > 2, told["contacts"] > 30, told["liaison_voters"], told["households"]) == (
        True,
        True,
        2,
        2,
    )
    assert (scan("CNRY"), scan("OTHR")) == (set(), set())
    assert [default_storage.listdir(folder)[1] for folder in ("matters", "visits", "paper")] == [[], [], []]
    assert document.read(find_subject("county")[0], 2026, on=on).fingerprint == before
    again = retention.run(on=LATER, at=AT)
    assert {kind: number for kind, number in again.items() if number} == {}
    assert Erasure.objects.filter(why="due", by=None).count() == sum(
        told[kind] for kind in ("petitions", "households", "liaison_voters", "contacts", "deputies", "users")
    )


def test_the_office_sets_another_period_and_what_is_held_stays(people, small):
    first, second = (matter for *_told, matter in people)
    RetentionPeriod.objects.create(key="matter", months=2, note="本县规定")
    Hold.objects.create(
        subject_type="constituents.petition", subject_id=first.pk, reason="归档", at=AT, by=small.office
    )
    assert retention.run(on=date(2027, 2, 1), at=AT)["petitions"] == 1
    assert list(Erasure.objects.values_list("subject_id", flat=True)) == [second.pk]


def test_what_passes_is_cleared_and_the_trail_is_not(people, small, tmp_path):
    old, new = AT - timedelta(days=800), AT
    for at in (old, new):
        Notice.objects.create(user=small.office, key=str(at), text="x", link="/", at=at)
        Outbox.objects.create(
            key=str(at), channel="email", payload={"text": "x"}, created_at=at, next_at=at, done_at=at
        )
        Attempt.objects.create(kind="x", key="x", at=at)
        Submission.objects.create(key=uuid4(), user=small.office, result="/", at=at)
        AuditEvent.objects.create(at=at, action="x.y", subject_type="office.user", subject_id=1)
        folder = f"jobs/{at:%Y}"
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "名册.xlsx").write_bytes(b"x")
        Job.objects.create(
            kind="import", state="done", user=small.office, created_at=at, heartbeat_at=at, finished_at=at,
            folder=folder, params={"files": ["名册.xlsx"]},
        )  # fmt: skip
    told = retention.run(on=AT.date(), at=AT)
    cleared = {kind: told[kind] for kind in ("notices", "messages", "attempts", "submissions", "workbooks")}
    assert cleared == dict.fromkeys(cleared, 1)
    assert [model.objects.count() for model in (Notice, Outbox, Attempt, Submission)] == [1, 1, 1, 1]
    assert AuditEvent.objects.filter(action="x.y").count() == 2
    assert sorted(path.name for path in (tmp_path / "jobs").iterdir()) == [f"{new:%Y}"]


def test_by_itself_it_runs_once_a_month_and_only_where_it_is_switched_on(people, settings):
    assert retention.run_monthly(on=LATER, at=AT) is None
    settings.RETENTION_MONTHLY = True
    assert retention.run_monthly(on=LATER, at=AT)["petitions"] == 2
    assert retention.run_monthly(on=LATER, at=AT) is None
    assert Watermark.objects.get(job="retention").done_through == LATER


# -- the commands


def test_the_commands_say_what_they_did(people, tmp_path, capsys):
    name, _phone, _sign, _matter = people[0]
    out = tmp_path / "一个人.zip"
    call_command("person_data", find=name, export=str(out))
    assert zipfile.is_zipfile(out)
    with pytest.raises(CommandError):
        call_command("person_data", find="没有此人", export=str(out))
    with pytest.raises(CommandError):
        call_command("person_data", find=name, erase=True)
    call_command("person_data", find=name, erase=True, dry_run=True)
    assert Erasure.objects.count() == 0
    call_command("person_data", find=name, erase=True, reason="本人要求")
    assert Erasure.objects.count() == 2  # the household is still one
    capsys.readouterr()
    call_command("retention", on=LATER, dry_run=True, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["on"], told["dry_run"], told["petitions"]) == ("2036-01-01", True, 1)


def test_someone_who_fits_several_is_chosen_by_key(people, small, tmp_path):
    name, _phone, _sign, _matter = people[0]
    voter = LiaisonVoter.objects.create(deputy=small.b.deputy, name=name, phone="13700000000")
    with pytest.raises(CommandError) as refused:
        call_command("person_data", find=name, export=str(tmp_path / "x.zip"))
    assert [f"liaisonvoter-{voter.pk}" in str(refused.value), name in str(refused.value)] == [True, False]
    call_command("person_data", find=name, person=[f"liaisonvoter-{voter.pk}"], export=str(tmp_path / "x.xlsx"))
    assert AuditEvent.objects.filter(action="personal.given").count() == 1


def test_a_person_who_signs_in_no_more_is_taken_out_of_the_users(small):
    User.objects.filter(pk=small.b.unit_user.pk).update(
        is_active=False, date_joined=AT - timedelta(days=4000), email="a@b.cn"
    )
    assert retention.run(on=AT.date(), at=AT)["users"] == 1
    gone = User.objects.get(pk=small.b.unit_user.pk)
    assert (gone.name, gone.email, gone.username) == (erasing.GONE, "", f"gone-{gone.pk}")


def test_what_a_deputy_objected_to_goes_with_the_deputy_file_and_all(small, django_capture_on_commit_callbacks):
    about = {"kind": "missing", "happened_on": date(2026, 2, 1), "way": "home", "met": "李四", "about": "漏登"}
    name = default_storage.save("objections/a.png", ContentFile(b"x"))
    file = {"file": name, "file_name": "签到.png", "file_kind": "png"}
    made = Objection.objects.create(deputy=small.a.deputy, raised_at=AT, status="withdrawn", **about, **file)
    Deputy.objects.filter(pk=small.a.deputy.pk).update(end_reason="resigned", left_on=date(2026, 3, 1))
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(Deputy.objects.get(pk=small.a.deputy.pk), why="request", by=small.office, at=AT)
    made.refresh_from_db()
    assert (made.met, made.file.name, made.file_name, made.file_kind) == (erasing.GONE, "", "", "")
    assert not default_storage.exists(name)


# -- the pages of the county office

PAGE = "/admin/office/erasure/person/"


def test_the_office_finds_hands_out_and_erases_with_a_reason_and_a_second_word(people, small, as_county):
    name, phone, sign, _matter = people[0]
    asked = {"q": name}
    found = as_county.post(PAGE, asked)
    text = found.content.decode()
    assert [word in text for word in (phone, f"{sign}址", "甄*", "138****0001")] == [False, False, True, True]
    asked["person"] = found.context["person"].key
    assert as_county.post(PAGE, asked | {"verb": "export", "reason": ""}).context["asked"].errors.keys() == {"reason"}
    given = as_county.post(PAGE, asked | {"verb": "export", "reason": "本人申请"})
    assert (given.headers["Content-Type"], zipfile.is_zipfile(io.BytesIO(given.content))) == ("application/zip", True)
    assert name not in given.headers["Content-Disposition"]
    unsure = as_county.post(PAGE, asked | {"verb": "erase", "reason": "本人申请"})
    assert (unsure.context["asked"].errors.keys(), Erasure.objects.count()) == ({"sure"}, 0)
    done = as_county.post(PAGE, asked | {"verb": "erase", "reason": "本人申请", "sure": "on"})
    assert (done.status_code, Erasure.objects.filter(by=small.office, why="request").count()) == (302, 2)
    assert as_county.get(done.url).status_code == 200


def test_what_is_kept_for_the_archive_is_marked_and_unmarked_on_record(people, small, as_county):
    asked = {"q": people[0][0], "verb": "hold", "reason": "归档"}
    assert as_county.post(PAGE, asked).status_code == 302
    assert Hold.objects.count() == 3
    text = as_county.get("/admin/office/hold/").content.decode()
    assert (text.count("归档") >= 3, people[0][0] in text) == (True, False)
    hold = Hold.objects.first()
    assert as_county.post(f"/admin/office/hold/{hold.pk}/delete/", {"post": "yes"}).status_code == 302
    assert (Hold.objects.count(), AuditEvent.objects.filter(action="hold.removed").count()) == (2, 1)


def test_several_who_fit_are_offered_and_none_is_an_answer_too(people, small, as_county):
    LiaisonVoter.objects.create(deputy=small.b.deputy, name=people[0][0], phone="13700000000")
    assert len(as_county.post(PAGE, {"q": people[0][0]}).context["people"]) == 2
    nobody = as_county.post(PAGE, {"q": "没有此人"})
    assert (nobody.status_code, nobody.context["people"]) == (200, [])


def test_the_catalogue_and_the_periods_are_pages_of_the_county_office_alone(small, as_county):
    pages = [PAGE, "/admin/office/erasure/catalogue/", "/admin/office/erasure/", "/admin/office/hold/"]
    pages += ["/admin/office/retentionperiod/", "/admin/office/retentionperiod/add/"]
    assert [as_county.get(page).status_code for page in pages] == [200] * 6
    sent = {"key": "matter", "months": 12, "note": "本县规定"}
    assert as_county.post("/admin/office/retentionperiod/add/", sent).status_code == 302
    assert retention.months()["matter"] == 12
    assert "12" in as_county.get(pages[1]).content.decode()
    as_county.force_login(small.a.staff)
    assert [as_county.get(page).status_code for page in pages] == [403] * 6
