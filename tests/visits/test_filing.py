"""The record of a group's activity on its way to the office: one day that all judge by, nobody's work overwritten."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from deputies.models import Deputy
from office import regulations, watermarks, workdays
from office.models import AuditEvent, Notice, Watermark
from reports.models import Flag
from reports.sweep import sweep
from tests import county
from tests.queries import asked
from visits import actions, filing
from visits.models import ActivityAbsence, ActivityFile, GroupActivity, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]

DAY, TODAY = date(2026, 2, 12), date(2026, 3, 10)
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
LIST, NEW = reverse("group:activities"), reverse("group:activity_new")


@pytest.fixture
def small(db):
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    return county.build()


@pytest.fixture
def as_leader(client, small):
    client.force_login(small.a.leader_user)
    return client


def page_of(row, name="activity"):
    return reverse(f"group:{name}", args=[row.pk])


def filled(town, said=None, seen=1, **more):
    """The form as the browser sends it; ``said`` is each member's attendance, everybody present without it."""
    said = said if said is not None else {one.pk: "present" for one in town.group.deputies.all()}
    form = {
        "key": str(uuid4()),
        "seen": seen,
        "happened_on": "2026-02-12",
        "kind": "visit",
        "topic": "村道和饮水",
        "place": "一村",
        "content": "走访选民",
    }
    return {**form, **{f"at_{key}": value for key, value in said.items()}, **more}


def written(town, **told) -> GroupActivity:
    about = {"happened_on": DAY, "kind": "visit", "topic": "饮水", "place": "一村", "content": "走访", **told}
    return filing.write(
        None, by=town.leader_user, at=AT, group=town.group, present=town.group.deputies.all(), absent={}, **about
    )


def filed(town, **told) -> GroupActivity:
    return filing.file_record(written(town, **told), by=town.leader_user, at=AT)


def verb(row):
    return {"key": str(uuid4()), "seen": row.version}


# -- writing


@pytest.mark.rule("D9-3")
def test_a_leader_writes_down_an_activity_and_each_member_has_a_part_in_it(as_leader, small):
    a = small.a
    said = {a.deputy.pk: "present", a.leader.pk: "leave"}
    answer = as_leader.post(NEW, filled(a, said, **{f"why_{a.leader.pk}": "住院"}))
    row = GroupActivity.objects.get()
    assert answer.url == page_of(row)
    assert (row.group, row.happened_on, row.topic, row.logged_by) == (a.group, DAY, "村道和饮水", a.leader_user)
    assert list(Visit.objects.values_list("deputy", "kind", "happened_on")) == [(a.deputy.pk, "group", DAY)]
    assert list(ActivityAbsence.objects.values_list("deputy", "kind", "reason")) == [(a.leader.pk, "leave", "住院")]
    assert row.report_due_on == date(2026, 3, 4)
    assert row.filing == GroupActivity.Filing.DRAFT


def test_a_member_whose_attendance_is_not_told_is_asked_for_by_name(as_leader, small):
    answer = as_leader.post(NEW, filled(small.a, {small.a.deputy.pk: "present"}))
    assert list(answer.context["form"].errors) == [f"at_{small.a.leader.pk}"]
    assert GroupActivity.objects.count() == 0


def test_who_was_not_in_office_that_day_has_no_part_in_it(as_leader, small):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(joined_on=date(2026, 3, 1))
    answer = as_leader.post(NEW, filled(small.a))
    assert list(answer.context["form"].errors) == [f"at_{small.a.deputy.pk}"]
    assert as_leader.post(NEW, filled(small.a, {small.a.leader.pk: "present"})).status_code == 302


def test_the_same_activity_twice_and_a_day_to_come_are_said_in_words(as_leader, small):
    written(small.a)
    assert list(as_leader.post(NEW, filled(small.a)).context["form"].errors) == ["happened_on"]
    assert list(as_leader.post(NEW, filled(small.a, happened_on="2026-03-11")).context["form"].errors) == [
        "happened_on"
    ]


def test_a_form_sent_twice_writes_one_activity(as_leader, small):
    form = filled(small.a)
    assert as_leader.post(NEW, form).url == as_leader.post(NEW, form).url
    assert GroupActivity.objects.count() == 1


def test_who_corrects_what_was_changed_meanwhile_is_told_and_keeps_what_was_typed(as_leader, small):
    row = written(small.a)
    filing.write(
        row,
        by=small.a.leader_user,
        at=AT,
        group=small.a.group,
        present=small.a.group.deputies.all(),
        absent={},
        topic="先写的",
    )
    answer = as_leader.post(page_of(row, "activity_edit"), filled(small.a, seen=row.version, topic="后写的"))
    row.refresh_from_db()
    assert (row.topic, answer.context["form"]["topic"].value()) == ("先写的", "后写的")
    assert len(answer.context["form"].non_field_errors()) == 1


def test_whoever_is_named_present_is_no_longer_absent_wherever_it_is_written(small):
    row = written(small.a)
    filing.write(
        row,
        by=small.a.leader_user,
        at=AT,
        group=small.a.group,
        present=Deputy.objects.filter(pk=small.a.deputy.pk),
        absent={small.a.leader.pk: ("absent", "")},
    )
    assert (row.visits.count(), row.absences.count()) == (1, 1)
    actions.set_participants(row, small.a.group.deputies.all(), by=small.office, at=AT)
    assert (row.visits.count(), row.absences.count()) == (2, 0)


# -- filing, receiving, returning


@pytest.mark.rule("D9-3")
def test_a_filed_record_ends_the_flag_on_the_day_of_the_filing_and_a_returned_one_raises_it_again(as_leader, small):
    row = written(small.a)
    Watermark.objects.create(job=watermarks.SWEEP, done_through=TODAY)
    sweep(on=TODAY)
    flag = Flag.objects.get(rule_key="D9-3")
    assert (flag.due_on, flag.cleared_on) == (date(2026, 3, 4), None)

    assert as_leader.post(page_of(row, "file"), verb(row)).url == page_of(row)
    row.refresh_from_db()
    assert (row.reported_on, row.filed_by, row.received_by, row.filing) == (TODAY, small.a.leader_user, None, "filed")
    sweep(on=TODAY)
    flag.refresh_from_db()
    assert flag.cleared_why == "late"

    filing.return_record(row, by=small.office, at=AT, reason="缺签到表")
    row.refresh_from_db()
    assert (row.reported_on, row.filed_at, row.returned_reason, row.filing) == (None, None, "缺签到表", "returned")
    sweep(on=TODAY)
    flag.refresh_from_db()
    assert (flag.cleared_on, flag.due_on) == (None, date(2026, 3, 4))


def test_the_office_receives_what_was_filed_and_the_day_of_the_filing_stays(client, small):
    row = filed(small.a)
    page = reverse("admin:visits_groupactivity_receive", args=[row.pk])
    with time_machine.travel("2026-03-20 10:00 +0800", tick=False):
        client.force_login(small.office)
        assert client.get(page).context["form"].initial == {"reported_on": TODAY, "seen": row.version}
        assert client.post(page, {"seen": row.version}).status_code == 302
    row.refresh_from_db()
    assert (row.reported_on, row.received_by, row.filing) == (TODAY, small.office, "received")

    actions.take_back_reports(GroupActivity.objects.all(), by=small.office, at=AT)
    row.refresh_from_db()
    assert (row.reported_on, row.received_by, row.filing) == (TODAY, None, "filed")


def test_the_office_does_not_receive_what_it_has_not_read(client, small):
    row = filed(small.a)
    client.force_login(small.office)
    answer = client.post(reverse("admin:visits_groupactivity_receive", args=[row.pk]), {"seen": row.version - 1})
    assert list(answer.context["form"].errors) == ["reported_on"]
    assert GroupActivity.objects.get().received_by is None


def test_the_office_returns_with_a_reason_and_the_leader_is_told(client, small):
    row = filed(small.a)
    client.force_login(small.office)
    page = reverse("admin:visits_groupactivity_send_back", args=[row.pk])
    assert list(client.post(page, {"seen": row.version}).context["form"].errors) == ["reason"]
    assert client.post(page, {"seen": row.version, "reason": "缺签到表"}).status_code == 302
    notice = Notice.objects.get(user=small.a.leader_user)
    assert (notice.link, "缺签到表" in notice.text) == (page_of(row), True)
    assert AuditEvent.objects.get(action="groupactivity.returned").detail == {"reason": "缺签到表"}


def test_what_is_received_is_no_longer_corrected_nor_taken_back_by_the_group(as_leader, small):
    row = filed(small.a)
    actions.receive_reports(GroupActivity.objects.all(), by=small.office, at=AT, on=TODAY)
    row.refresh_from_db()
    for name in ("unfile", "file"):
        as_leader.post(page_of(row, name), verb(row))
    assert as_leader.get(page_of(row, "activity_edit")).url == page_of(row)
    with pytest.raises(filing.CannotFile):
        filing.write(
            row,
            by=small.a.leader_user,
            at=AT,
            group=small.a.group,
            present=small.a.group.deputies.all(),
            absent={},
            topic="改",
        )
    assert GroupActivity.objects.values_list("topic", "filed_at", "received_by").get() == ("饮水", AT, small.office.pk)


def test_the_group_takes_a_filing_back_as_long_as_nobody_received_it(as_leader, small):
    row = filed(small.a)
    as_leader.post(page_of(row, "unfile"), verb(row))
    row.refresh_from_db()
    assert (row.reported_on, row.filed_at, row.filing) == (None, None, "draft")


def test_a_record_without_anybody_present_is_not_filed(small):
    row = written(small.a)
    row.visits.all().delete()
    with pytest.raises(filing.CannotFile):
        filing.file_record(row, by=small.a.leader_user, at=AT)


@pytest.mark.parametrize(
    "values",
    [
        {"filed_at": AT},
        {"returned_reason": "缺"},
        {"reported_on": None},
        {"returned_at": AT, "returned_by_id": 1, "returned_reason": "缺"},
    ],
)
def test_the_database_refuses_a_half_filed_record(small, values):
    row = filed(small.a)
    if "filed_at" in values:
        GroupActivity.objects.update(filed_at=None, filed_by=None)
    if "returned_by_id" in values:
        values = {**values, "returned_by_id": small.office.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupActivity.objects.filter(pk=row.pk).update(**values)


# -- files and paper


def picture(name="合影.png"):
    from io import BytesIO

    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def test_photos_are_added_opened_and_taken_out(as_leader, small, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    row = written(small.a)
    as_leader.post(page_of(row, "add_files"), {"files": [picture()]})
    one = ActivityFile.objects.get()
    assert (one.name, one.kind, one.activity) == ("合影.png", "png", row)
    answer = as_leader.get(reverse("group:activity_file", args=[one.pk]))
    assert (answer.headers["Content-Type"], b"".join(answer.streaming_content)[1:4]) == ("image/png", b"PNG")
    as_leader.post(reverse("group:remove_file", args=[one.pk]))
    assert ActivityFile.objects.count() == 0


def test_a_file_that_is_none_is_refused_with_its_reason(as_leader, small):
    row = written(small.a)
    as_leader.post(page_of(row, "add_files"), {"files": [SimpleUploadedFile("a.png", b"nothing")]})
    assert ActivityFile.objects.count() == 0


def test_adding_no_file_asks_for_one_and_leaves_no_line_in_the_trail(as_leader, small):
    row = written(small.a)
    page = as_leader.post(page_of(row, "add_files"), follow=True)
    assert [str(one) for one in page.context["messages"]] == ["请先选择文件。"]
    assert not AuditEvent.objects.filter(action="groupactivity.file_added").exists()


def test_the_paper_names_everybody_with_room_for_a_signature(as_leader, small):
    page = as_leader.get(page_of(written(small.a), "activity_paper")).content.decode()
    assert [name in page for name in ("组长1", "代表1", "村道", "走访")] == [True, True, False, True]
    assert page.count('class="sign"') == 2


@pytest.mark.rule("D9-1a")
def test_the_year_shows_who_was_there_and_who_was_not(as_leader, small):
    row = written(small.a)
    filing.write(
        row,
        by=small.a.leader_user,
        at=AT,
        group=small.a.group,
        present=Deputy.objects.filter(pk=small.a.deputy.pk),
        absent={small.a.leader.pk: ("leave", "病假")},
    )
    rows = as_leader.get(reverse("group:attendance")).context["rows"]
    assert {str(one["deputy"]): (one["marks"], one["n"], one["of"]) for one in rows} == {
        "代表1": (["present"], 1, 1),
        "组长1": (["leave"], 0, 1),
    }
    assert as_leader.get(reverse("group:attendance"), {"year": 2025}).context["held"] == []


# -- the wall


def test_the_record_of_another_group_is_not_there_and_nothing_can_be_done_to_it(client, small):
    row, other = filed(small.a), written(small.b)
    client.force_login(small.b.leader_user)
    pages = ("activity", "activity_edit", "activity_paper")
    assert [client.get(page_of(row, name)).status_code for name in pages] == [404, 404, 404]
    assert [client.post(page_of(row, name), verb(row)).status_code for name in ("file", "unfile")] == [404, 404]
    assert client.post(page_of(row, "add_files"), {"files": [picture()]}).status_code == 404
    assert client.post(page_of(row, "activity_edit"), filled(small.a)).status_code == 404
    assert [one.pk for one in client.get(LIST).context["activities"]] == [other.pk]
    assert "东山" not in client.get(reverse("group:attendance")).content.decode()


def test_a_foreign_deputy_is_neither_offered_nor_taken(as_leader, small):
    form = filled(small.a, **{f"at_{small.b.deputy.pk}": "present"})
    assert as_leader.post(NEW, form).status_code == 302
    assert set(Visit.objects.values_list("deputy", flat=True)) == {small.a.deputy.pk, small.a.leader.pk}


def test_a_member_reads_the_record_they_took_part_in_and_writes_nothing(client, small):
    row = written(small.a)
    client.force_login(small.a.deputy_user)
    assert client.get(page_of(row)).context["may_write"] is False
    assert client.post(page_of(row, "file"), verb(row)).status_code == 403
    assert client.get(page_of(row, "activity_edit")).status_code == 403
    Visit.objects.filter(deputy=small.a.deputy).delete()
    assert client.get(page_of(row)).status_code == 404


def test_each_page_costs_the_same_with_one_row_and_with_many(as_leader, small):
    row = written(small.a)
    pages = [LIST, NEW, page_of(row), page_of(row, "activity_paper"), reverse("group:attendance")]

    def costs():
        found = []
        for page in pages:
            with asked() as statements:
                assert as_leader.get(page).status_code == 200
            found.append(len(statements))
        return found

    few = costs()
    for n in range(4):
        Deputy.objects.create(term=small.term, district=small.a.district, group=small.a.group, name=f"新{n}")
    for n in range(1, 4):
        written(small.a, happened_on=date(2026, 1, n))
    assert (costs(), max(few) <= 10) == (few, True)
