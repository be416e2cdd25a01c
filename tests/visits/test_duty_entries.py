"""What no other record holds: entered for many at once, declared by one, confirmed or refused (D8-五)."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from deputies.models import CongressSession
from office.models import AuditEvent, Notice
from tests.queries import asked
from visits import duty_entries
from visits.models import DutyEntry, DutyFile

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
LIST, ENTER, DECLARE = (reverse(f"duty:{name}") for name in ("entries", "enter", "declare"))


@pytest.fixture
def session(small):
    days = {"opens_on": date(2026, 1, 20), "closes_on": date(2026, 1, 23)}
    return CongressSession.objects.create(term=small.term, name="第六次会议", **days)


def filled(**more):
    return {
        "key": str(uuid4()),
        "seen": 1,
        "kind": "training",
        "title": "新任代表培训",
        "happened_on": "2026-02-12",
    } | more


def verb(row, **more):
    return {"key": str(uuid4()), "seen": row.version, **more}


def told(**more):
    blank = {"session": None, "until": None, "place": "", "role": "", "note": ""}
    return blank | {"kind": "training", "part": "training", "happened_on": date(2026, 2, 12), "title": "培训"} | more


def declared(town, **more) -> DutyEntry:
    return duty_entries.declare(by=town.deputy_user, at=AT, deputy=town.deputy, attendance="present", **told(**more))


def entered(small, *towns, **more) -> list[DutyEntry]:
    attendance = {town.deputy.pk: ("present", "") for town in towns}
    return duty_entries.enter(by=small.office, at=AT, attendance=attendance, **told(**more))


def picture():
    return SimpleUploadedFile("签到表.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")


def page_of(row, name="entry"):
    return reverse(f"duty:{name}", args=[row.pk])


@pytest.mark.rule("D8-五a")
def test_the_office_enters_a_session_for_many_with_the_leave_that_was_taken(client, small, session):
    client.force_login(small.office)
    sent = filled(kind="session", session=session.pk, title="", happened_on="", shown_by=[picture()])
    sent |= {f"at_{small.a.deputy.pk}": "present", f"at_{small.b.deputy.pk}": "leave"}
    sent |= {f"why_{small.b.deputy.pk}": "住院"}
    assert client.post(ENTER, sent).url == LIST
    rows = DutyEntry.objects.order_by("deputy")
    found = rows.values_list("deputy__name", "part", "title", "happened_on", "until", "attendance", "note", "status")
    days = (date(2026, 1, 20), date(2026, 1, 23))
    assert list(found) == [
        ("代表1", "meetings", "第六次会议", *days, "present", "", "confirmed"),
        ("代表2", "meetings", "第六次会议", *days, "leave", "住院", "confirmed"),
    ]
    # One sheet, kept once, shown by both.
    assert (DutyFile.objects.count(), DutyFile.objects.values("file").distinct().count()) == (2, 1)
    assert AuditEvent.objects.filter(action="dutyentry.put_on_file").count() == 2


def test_a_form_sent_twice_enters_once_and_a_second_entry_is_named(client, small):
    client.force_login(small.office)
    sent = filled(**{f"at_{small.a.deputy.pk}": "present"})
    assert client.post(ENTER, sent).url == client.post(ENTER, sent).url
    again = client.post(ENTER, {**sent, "key": str(uuid4())})
    assert (again.status_code, DutyEntry.objects.count()) == (200, 1)
    assert again.context["form"].errors["title"] == ["下列代表的这一条已经登记过：代表1。"]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"title": ""}, "title"),
        ({"happened_on": ""}, "happened_on"),
        ({"happened_on": "2026-13-01"}, "happened_on"),
        ({"happened_on": "2026-03-11"}, "happened_on"),
        ({"until": "2026-02-11"}, "until"),
        ({"kind": "session"}, "session"),
        ({"kind": "other"}, "part"),
        ({"kind": ""}, "kind"),
        ({"title": "长" * 121}, "title"),
        ({"title": "\x00坏"}, "title"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_entered(client, small, sent, wrong):
    client.force_login(small.office)
    page = client.post(ENTER, {**filled(**{f"at_{small.a.deputy.pk}": "present"}), **sent})
    assert (page.status_code, DutyEntry.objects.count()) == (200, 0)
    assert wrong in page.context["form"].errors


def test_nobody_marked_is_said(client, small):
    client.force_login(small.office)
    page = client.post(ENTER, filled())
    assert page.context["form"].non_field_errors() == ["还没有选代表。请标出这一条涉及的代表。"]


def test_a_leader_enters_for_members_but_not_for_others_or_themselves(client, small):
    client.force_login(small.a.leader_user)
    everybody = (small.a.deputy, small.a.leader, small.b.deputy)
    client.post(ENTER, filled(**{f"at_{one.pk}": "present" for one in everybody}))
    assert list(DutyEntry.objects.values_list("deputy", flat=True)) == [small.a.deputy.pk]


@pytest.mark.rule("D8-五b")
def test_what_is_declared_counts_when_it_is_confirmed(client, small):
    client.force_login(small.a.deputy_user)
    page = client.post(DECLARE, filled(attendance="present", kind="media", title="县报专访")).url
    row = DutyEntry.objects.get()
    assert (page, row.status, row.attendance) == (page_of(row), "declared", "")
    assert list(DutyEntry.objects.counted()) == []
    people = {small.a.leader_user, small.a.staff, small.office}
    assert {one.user for one in Notice.objects.filter(kind="duty")} == people
    client.force_login(small.a.leader_user)
    assert client.post(page_of(row, "confirm"), verb(row)).url == page
    row.refresh_from_db()
    assert (row.status, row.decided_by, list(DutyEntry.objects.counted())) == ("confirmed", small.a.leader_user, [row])
    assert Notice.objects.filter(user=small.a.deputy_user, kind="duty").count() == 1


@pytest.mark.rule("D8-五b")
def test_a_refusal_needs_a_reason_and_lets_it_be_declared_anew(client, small):
    row = declared(small.a)
    client.force_login(small.a.staff)
    assert client.post(page_of(row, "refuse"), verb(row)).context["refuse_form"].errors["reason"] == [
        "请向代表说明原因。"
    ]
    client.post(page_of(row, "refuse"), verb(row, reason="当天没有这次培训"))
    row.refresh_from_db()
    assert (row.status, row.reason) == ("refused", "当天没有这次培训")
    assert declared(small.a).status == "declared"


def test_nobody_confirms_their_own(client, small):
    row = duty_entries.declare(by=small.a.leader_user, at=AT, deputy=small.a.leader, attendance="present", **told())
    client.force_login(small.a.leader_user)
    assert client.get(page_of(row)).context["confirm_form"] is None
    client.post(page_of(row, "confirm"), verb(row))
    row.refresh_from_db()
    assert row.status == "declared"


def test_a_second_decision_finds_the_first(client, small):
    row = declared(small.a)
    client.force_login(small.office)
    client.post(page_of(row, "confirm"), verb(row))
    late = client.post(page_of(row, "refuse"), verb(row, reason="x"))
    row.refresh_from_db()
    assert (row.status, bool(late.context["refuse_form"])) == ("confirmed", True)


def test_who_sees_an_entry_and_who_may_change_it(client, small):
    [row] = entered(small, small.a)
    seen = {
        small.office: 200, small.a.staff: 200, small.a.leader_user: 200, small.a.deputy_user: 200, small.leader: 200,
        small.b.staff: 404, small.b.leader_user: 404, small.b.deputy_user: 404, small.a.officer: 403,
    }  # fmt: skip
    found, changed = {}, {}
    for user in seen:
        client.force_login(user)
        found[user] = client.get(page_of(row)).status_code
        changed[user] = client.get(page_of(row, "edit")).status_code
    may = {small.office, small.a.staff, small.a.leader_user}
    assert (found, {user for user, code in changed.items() if code == 200}) == (seen, may)


def test_a_correction_is_on_the_trail_and_meets_no_other_by_surprise(client, small):
    [row] = entered(small, small.a)
    client.force_login(small.office)
    sent = verb(
        row, **{name: value for name, value in filled(attendance="leave").items() if name not in ("key", "seen")}
    )
    assert client.post(page_of(row, "edit"), sent).url == page_of(row)
    detail = AuditEvent.objects.get(action="dutyentry.changed").detail["fields"]
    assert detail == {"title": ["培训", "新任代表培训"], "attendance": ["present", "leave"]}
    late = client.post(page_of(row, "edit"), {**sent, "key": str(uuid4()), "place": "党校"})
    assert (late.status_code, bool(late.context["form"].non_field_errors())) == (200, True)


def test_the_deputy_takes_a_declaration_back_and_the_office_takes_out_with_a_reason(client, small):
    row, [kept] = declared(small.a), entered(small, small.a, title="另一次")
    client.force_login(small.a.deputy_user)
    assert client.post(page_of(row, "take_out"), verb(row)).url == LIST
    client.post(page_of(kept, "take_out"), verb(kept, reason="x"))
    client.force_login(small.office)
    client.post(page_of(kept, "take_out"), verb(kept))
    assert list(DutyEntry.objects.all()) == [kept]
    client.post(page_of(kept, "take_out"), verb(kept, reason="重复登记"))
    assert DutyEntry.objects.count() == 0
    assert AuditEvent.objects.filter(action="dutyentry.taken_out").count() == 2


def test_a_file_shown_by_two_goes_with_the_last(client, small, django_capture_on_commit_callbacks):
    client.force_login(small.office)
    sent = filled(shown_by=[picture()], **{f"at_{town.deputy.pk}": "present" for town in small.towns})
    client.post(ENTER, sent)
    one, two = DutyFile.objects.order_by("pk")
    path = one.file.name
    opened = client.get(page_of(one, "file"))
    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    for file, there in ((one, True), (two, False)):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(page_of(file, "remove_file"))
        assert default_storage.exists(path) is there


def test_a_file_of_somebody_else_is_no_file(client, small):
    client.force_login(small.office)
    client.post(ENTER, filled(shown_by=[picture()], **{f"at_{small.a.deputy.pk}": "present"}))
    file = DutyFile.objects.get()
    client.force_login(small.b.deputy_user)
    assert client.get(page_of(file, "file")).status_code == 404
    assert client.post(page_of(file, "remove_file")).status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "session"},
        {"kind": "award"},
        {"attendance": ""},
        {"title": ""},
        {"until": date(2026, 1, 1)},
        {"status": "refused"},
        {"status": "declared"},
        {"declared": True},
        {"decided_at": AT},
        {"part": "meetings"},
    ],
)
def test_the_database_refuses_an_entry_that_says_nothing(small, bad):
    row = {"deputy": small.a.deputy, "status": "confirmed", "attendance": "present", "logged_at": AT, **told(), **bad}
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyEntry.objects.create(**row)


def test_the_list_asks_the_same_for_one_entry_and_for_many(client, small):
    client.force_login(small.office)
    numbers = []
    for n in range(3):
        entered(small, small.a, small.b, title=f"培训{n}")
        with asked() as statements:
            page = client.get(LIST)
        numbers.append(len(statements))
    assert (len(page.context["entries"]), len(set(numbers)), numbers[0] <= 10) == (6, 1, True)


def test_of_a_deputy_elsewhere_nothing_is_entered_or_changed_by_whatever_way(small):
    row, by = declared(small.a), {"by": small.b.leader_user, "at": AT}
    kept = {"kind": "pdf", "size": 1, "added_at": AT, "added_by": small.a.leader_user}
    file = DutyFile.objects.create(entry=row, file="duty/x.pdf", name="通知.pdf", **kept)
    deeds = [
        lambda: duty_entries.confirm(row, **by),
        lambda: duty_entries.refuse(row, reason="不收", **by),
        lambda: duty_entries.correct(row, **by, **told(title="改了")),
        lambda: duty_entries.take_out(row, reason="删", **by),
        lambda: duty_entries.add_files(row, [], **by),
        lambda: duty_entries.remove_file(file, **by),
    ]
    for deed in deeds:
        with pytest.raises(DutyEntry.DoesNotExist):
            deed()
    attendance = {one.pk: ("present", "") for one in (small.a.leader, small.b.deputy)}
    [made] = duty_entries.enter(attendance=attendance, **by, **told())
    assert made.deputy == small.b.deputy
    assert list(DutyEntry.objects.filter(pk=row.pk).values_list("version", "files")) == [(row.version, file.pk)]
