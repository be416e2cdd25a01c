"""What a convener writes up of the area and files with the township congress (D1-3a)."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from deputies.models import DeputyGroup
from office import admin_trail, regulations
from office.models import AuditEvent, Notice, Rule
from tests.queries import asked
from visits.areas import actions, figures
from visits.handing_in import CannotFile
from visits.models import AreaFile, AreaFiling, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-11-20 10:00 +0800")]

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LIST, NEW = reverse("areas:filings"), reverse("areas:new")


def written(town, **told) -> AreaFiling:
    about = {"first": FIRST, "last": LAST, "title": "三季度联系情况", "content": "走访选民", **told}
    return actions.write(None, by=town.leader_user, at=AT, group=town.group, **about)


def brought(small, state, town=None):
    town = town or small.a
    row = written(town)
    if state != "draft":
        row = actions.file_material(row, by=town.leader_user, at=AT)
    if state == "received":
        row = actions.receive(row, by=town.staff, at=AT)
    if state == "returned":
        row = actions.send_back(row, by=town.staff, at=AT, reason="缺接待情况")
    return AreaFiling.objects.get(pk=row.pk)


def page(row, name="filing"):
    return reverse(f"areas:{name}", args=[row.pk])


def sent(row, **told):
    return {"key": str(uuid4()), "seen": row.version, **told}


def contact(town, day, **told):
    about = {"deputy": town.deputy, "happened_on": day, "met": "选民", "kind": "met", "logged_at": AT, **told}
    return Visit.objects.create(**about)


@pytest.mark.rule("D1-3a")
def test_a_convener_begins_with_the_figures_of_the_records_and_files_them_as_they_stand(client, small):
    home = small.a.households[0]
    contact(small.a, FIRST, kind="home", household=home)
    contact(small.a, LAST)
    contact(small.a, date(2026, 10, 1))
    contact(small.b, FIRST)
    client.force_login(small.a.leader_user)
    begun = client.get(NEW).context
    assert (begun["form"]["first"].value(), begun["form"]["last"].value()) == (FIRST, LAST)
    told = figures.read(small.a.group, FIRST, LAST)
    assert told == {
        "deputies": 2, "contacts": 2, "at_home": 1, "households": 1, "active": 1, "activities": 0, "petitions": 0,
        "reports": 0,
    }  # fmt: skip
    form = sent(AreaFiling(), first="2026-07-01", last="2026-09-30", title="三季度", content="走访选民")
    first, again = client.post(NEW, form), client.post(NEW, form)
    row = AreaFiling.objects.get()
    assert (first.url, again.url) == (page(row), page(row))
    client.post(page(row, "file"), sent(row))
    row.refresh_from_db()
    assert (row.filing, row.reported_on, row.figures) == ("filed", date(2026, 11, 20), told)
    contact(small.a, LAST)
    assert dict(client.get(page(row)).context["figures"])[figures.FIGURES["contacts"]] == 2
    assert Notice.objects.get(user=small.a.staff, kind="areas").link == page(row)
    assert not Notice.objects.filter(user__in=[small.office, small.b.staff], kind="areas").exists()


@pytest.mark.rule("D1-3a")
def test_the_township_receives_what_was_filed_and_takes_the_receipt_back(client, small):
    row = brought(small, "filed")
    client.force_login(small.a.staff)
    client.post(page(row, "receive"), sent(row))
    row.refresh_from_db()
    assert (row.filing, row.received_by, row.received_on) == ("received", small.a.staff, date(2026, 11, 20))
    client.post(page(row, "take_receipt_back"), sent(row))
    row.refresh_from_db()
    assert (row.filing, row.received_on) == ("filed", None)


@pytest.mark.rule("D1-3a")
def test_the_township_returns_it_with_a_reason_and_it_is_filed_again(client, small):
    row = brought(small, "filed")
    client.force_login(small.a.staff)
    assert list(client.post(page(row, "send_back"), sent(row)).context["form"].errors) == ["reason"]
    client.post(page(row, "send_back"), sent(row, reason="缺接待情况"))
    row.refresh_from_db()
    assert (row.filing, row.returned_reason, row.figures) == ("returned", "缺接待情况", {})
    assert Notice.objects.filter(user=small.a.leader_user, text__contains="缺接待情况").count() == 1
    actions.write(row, by=small.a.leader_user, at=AT, group=row.group, content="补充")
    row = actions.file_material(row, by=small.a.leader_user, at=AT)
    assert (row.filing, row.returned_reason, row.content) == ("filed", "", "补充")
    did = AuditEvent.objects.filter(subject_type="visits.areafiling").order_by("pk").values_list("action", flat=True)
    assert [one.removeprefix("areafiling.") for one in did] == [
        "added", "filed_with_town", "returned", "changed", "filed_with_town",
    ]  # fmt: skip


AFTER = {
    "draft": {"file": "filed"},
    "returned": {"file": "filed"},
    "filed": {"unfile": "draft", "receive": "received"},
    "received": {"take_receipt_back": "filed"},
}
WHO = {"file": "leader_user", "unfile": "leader_user", "receive": "staff", "take_receipt_back": "staff"}


@pytest.mark.parametrize("state", AFTER)
def test_each_step_is_taken_in_its_state_by_its_role_and_nowhere_else(client, small, state):
    found = {}
    for verb, who in WHO.items():
        for other in ("leader_user", "staff", "deputy_user"):
            with transaction.atomic():
                row = brought(small, state)
                client.force_login(getattr(small.a, other))
                answer = client.post(page(row, verb), sent(row))
                now = AreaFiling.objects.get(pk=row.pk)
                assert answer.status_code == (302 if other == who else 403)
                if now.filing != row.filing:
                    found[verb] = str(now.filing)
                transaction.set_rollback(True)
    assert found == AFTER[state]


def test_what_is_received_is_not_corrected_and_nothing_is_overwritten(client, small):
    row = brought(small, "filed")
    client.force_login(small.a.leader_user)
    late = sent(row, first="2026-07-01", last="2026-09-30", title="后写的", content="后写的")
    actions.write(row, by=small.a.leader_user, at=AT, group=row.group, title="先写的")
    answer = client.post(page(row, "edit"), late)
    row.refresh_from_db()
    assert (row.title, answer.context["form"]["title"].value()) == ("先写的", "后写的")
    actions.receive(row, by=small.a.staff, at=AT)
    with pytest.raises(CannotFile):
        actions.write(row, by=small.a.leader_user, at=AT, group=row.group, title="改")
    assert client.get(page(row, "edit")).url == page(row)


def test_a_period_is_filed_once_and_when_it_is_over(client, small):
    client.force_login(small.a.leader_user)
    written(small.a)
    told = {"title": "三季度", "content": "走访"}
    twice = client.post(NEW, sent(AreaFiling(), first="2026-07-01", last="2026-09-30", **told))
    turned = client.post(NEW, sent(AreaFiling(), first="2026-09-30", last="2026-07-01", **told))
    assert [list(answer.context["form"].errors) for answer in (twice, turned)] == [["last"], ["last"]]
    row = written(small.a, first=date(2026, 10, 1), last=date(2026, 12, 31))
    with pytest.raises(CannotFile):
        actions.file_material(row, by=small.a.leader_user, at=AT)


@pytest.mark.parametrize(
    "values",
    [
        {"reported_on": None},
        {"filed_at": None},
        {"received_on": LAST},
        {"last": date(2026, 6, 1)},
        {"returned_reason": "缺"},
    ],
)
def test_the_database_refuses_a_half_filed_material(small, values):
    row = brought(small, "filed")
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaFiling.objects.filter(pk=row.pk).update(**values)


def test_annexes_are_kept_until_it_is_received_and_nobody_elses_are_there(client, small, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    row = brought(small, "filed")
    client.force_login(small.a.leader_user)
    client.post(page(row, "add_files"), {"files": [SimpleUploadedFile("说明.pdf", b"%PDF-1.4\n%%EOF\n")]})
    client.post(page(row, "add_files"), {"files": [SimpleUploadedFile("说明.exe", b"MZ")]})
    assert AreaFile.objects.count() <= 1
    client.force_login(small.b.leader_user)
    assert {client.get(page(row, name)).status_code for name in ("filing", "edit", "paper")} == {404}
    assert {client.post(page(row, name), sent(row)).status_code for name in ("file", "unfile", "add_files")} == {404}
    assert client.get(LIST).context["filings"] == []
    client.force_login(small.b.staff)
    assert client.post(page(row, "receive"), sent(row)).status_code == 404


def test_each_page_costs_the_same_with_one_filing_and_with_many(client, small):
    row = brought(small, "filed")
    client.force_login(small.a.leader_user)
    pages = [LIST, NEW, page(row), page(row, "edit"), page(row, "paper")]

    def costs():
        found = []
        for one in pages:
            with asked() as statements:
                assert client.get(one).status_code == 200
            found.append(len(statements))
        return found

    few = costs()
    for month in range(1, 6):
        written(small.a, first=date(2026, month, 1), last=date(2026, month, 28))
    assert (costs(), max(few) <= 11) == (few, True)


def test_of_another_area_nothing_is_written_filed_or_received_by_whatever_way(small):
    row, there = brought(small, "filed"), small.b
    kept = {"kind": "pdf", "size": 1, "added_at": AT, "added_by": small.a.leader_user}
    file = AreaFile.objects.create(filing=row, file="areas/x.pdf", name="附件.pdf", **kept)
    convener, office = {"by": there.leader_user, "at": AT}, {"by": there.staff, "at": AT}
    deeds = [
        lambda: actions.write(row, group=row.group, title="改了", **convener),
        lambda: actions.file_material(row, **convener),
        lambda: actions.unfile(row, **convener),
        lambda: actions.add_files(row, [], **convener),
        lambda: actions.remove_file(file, **convener),
        lambda: actions.receive(row, **office),
        lambda: actions.take_receipt_back(row, **office),
        lambda: actions.send_back(row, reason="退回", **office),
    ]
    for deed in deeds:
        with pytest.raises(AreaFiling.DoesNotExist):
            deed()
    with pytest.raises(DeputyGroup.DoesNotExist):
        actions.write(None, group=small.a.group, first=FIRST, last=LAST, title="别组", content="走访", **convener)
    assert list(AreaFiling.objects.values_list("version", "files")) == [(row.version, file.pk)]


def test_the_list_of_deeds_names_what_was_written_of_a_material(client, small):
    written(small.a)
    client.force_login(small.office)
    answer = client.get(reverse("admin:office_auditevent_changelist"))
    assert answer.status_code == 200
    told = admin_trail.changes(AuditEvent.objects.get(action="areafiling.added"))
    assert sorted(told) == sorted(["起始日", "最后一天", "名称", "书面材料"])


@pytest.mark.rule("D1-3a")
def test_where_the_county_has_said_how_often_the_page_says_so_and_the_form_begins_with_that_period(small, client):
    regulations.load(on=FIRST)
    client.force_login(small.a.leader_user)
    assert "县里规定" not in client.get(LIST).content.decode()
    assert client.get(NEW).context["form"].initial["first"] == date(2026, 7, 1)
    Rule.objects.filter(measure=actions.HOW_OFTEN).update(amounts={"minimum": 1, "every_months": 6, "days_after": 15})
    assert client.get(LIST).context["set"] == "不少于 1 份；每 6 个月一次；期满后 15 日内"
    begun = client.get(NEW).context["form"].initial
    assert (begun["first"], begun["last"]) == (date(2026, 1, 1), date(2026, 6, 30))
