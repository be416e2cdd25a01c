"""The report of a deputy to the voters, from the plan to the published result."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from deputies.models import Deputy
from office import regulations, watermarks, workdays
from office.models import AuditEvent, Notice, Watermark
from reports.duties import duties
from reports.models import Flag
from reports.sweep import sweep
from tests import county
from tests.queries import asked
from visits import actions as visits
from visits.models import ReportExemption, ReportFile, Visit, VoterReport
from visits.voters import actions, plan
from visits.voters.table import VERBS

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-11-20 10:00 +0800")]

TODAY, DAY = date(2026, 11, 20), date(2026, 11, 10)
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BALLOTS = {"ballots_out": 50, "ballots_back": 48, "ballots_void": 1, "satisfied": 40, "fairly": 5, "dissatisfied": 2}
PEOPLE = {"counted_by": "李计票", "watched_by": "王监票"}
S = VoterReport.Status
PUBLISHED = reverse("voters:published")


@pytest.fixture
def small(db):
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    return county.build()


def planned(small, town=None, deputy=None, day=DAY, **told):
    town = town or small.a
    who = Deputy.objects.filter(pk=(deputy or town.deputy).pk)
    days = {town.district.pk: day}
    return actions.plan(who, by=small.office, at=AT, days=days, place="村委会", **told)[0]


def brought(small, status, **more):
    """A report in one state."""
    row, by = planned(small, **more), {"by": small.office, "at": AT}
    if status == S.CANCELLED:
        return actions.cancel(row, reason="台风", **by)
    steps = {
        S.HELD: lambda: actions.hold(row, on=row.planned_on, present=60, invited=80, observers="镇人大主席", **by),
        S.TALLIED: lambda: actions.tally(row, **BALLOTS, **PEOPLE, comments="路灯修得快", **by),
        S.RETURNED: lambda: actions.give(row, **by),
        S.FILED: lambda: actions.put_on_file(row, **by),
        S.PUBLISHED: lambda: actions.publish(row, **by),
    }
    for state, act in steps.items():
        if status == S.PLANNED:
            break
        row = act()
        if state == status:
            break
    return VoterReport.objects.get(pk=row.pk)


def address(row, verb=None):
    return reverse("voters:step", args=[row.pk, verb]) if verb else reverse("voters:report", args=[row.pk])


def sent(row, **told):
    return {"key": str(uuid4()), "seen": row.version, **told}


# -- planning


@pytest.mark.rule("D9-2一", "L1-58")
def test_many_are_planned_at_once_each_district_on_its_own_working_day(client, small):
    client.force_login(small.office)
    chosen = [small.a.deputy, small.a.leader, small.b.deputy]
    form = {
        "key": str(uuid4()), "seen": 1, "deputies": [one.pk for one in chosen], "planned_on": "2026-12-05",
        "place": "人大代表联络站", "starts_at": "09:00", "agenda": "述职", "each_district": "on", "pilot": "on",
    }  # fmt: skip
    page = reverse("voters:plan_many")
    first, again = client.post(page, form), client.post(page, form)
    assert (first.status_code, first.url) == (302, again.url)
    rows = VoterReport.objects.order_by("pk")
    assert {(row.deputy, row.planned_on, row.pilot) for row in rows} == {
        (small.a.deputy, date(2026, 12, 7), True),
        (small.a.leader, date(2026, 12, 7), True),
        (small.b.deputy, date(2026, 12, 8), True),
    }
    assert set(Notice.objects.values_list("user", flat=True)) == {one.user_id for one in chosen}
    figures = plan.read(small.office, 2026).figures
    assert {key: figures[key] for key in ("all", "asked", "planned", "none", "pilot")} == {
        "all": 4, "asked": 4, "planned": 3, "none": 1, "pilot": 3,
    }  # fmt: skip


def test_nobody_is_planned_twice_on_a_day_nor_when_not_in_office(small):
    planned(small)
    for change in ({}, {"joined_on": date(2026, 12, 1)}):
        Deputy.objects.filter(pk=small.a.deputy.pk).update(**change)
        with pytest.raises(actions.CannotReport) as refused:
            planned(small)
        assert refused.value.field == "planned_on"
    assert VoterReport.objects.count() == 1


def test_a_deputy_plans_the_own_report_and_writes_it_in_several_goes(client, small):
    client.force_login(small.a.deputy_user)
    mine = reverse("voters:mine")
    assert client.get(mine).context["now"] is None
    form = {"key": str(uuid4()), "seen": 1, "planned_on": "2026-12-08", "place": "村委会"}
    page = client.post(reverse("voters:new"), form).url
    row = VoterReport.objects.get()
    assert (page, row.deputy, row.planned_by) == (address(row), small.a.deputy, small.a.deputy_user)
    text = reverse("voters:text", args=[row.pk])
    client.post(text, sent(row, on_law="守法", on_help="修路灯"))
    row.refresh_from_db()
    assert (row.on_law, row.on_help, row.written_at) == ("守法", "修路灯", AT)
    late = client.post(text, {**sent(row), "seen": 1, "on_law": "后写的"})
    row.refresh_from_db()
    assert (row.on_law, late.context["form"]["on_law"].value()) == ("守法", "后写的")
    assert client.get(mine).context["now"] == row


# -- holding: the duty of the year


@pytest.mark.rule("D1-4")
def test_a_held_report_does_the_duty_of_the_year_once_and_taken_back_it_is_owed_again(small):
    row = planned(small)
    assert done(small) == (0, "due")
    actions.hold(row, by=small.office, at=AT, on=DAY, present=60)
    row.refresh_from_db()
    [visit] = Visit.objects.all()
    assert (row.visit, visit.kind, visit.happened_on, visit.deputy) == (visit, "report", DAY, small.a.deputy)
    assert done(small) == (1, "met")
    with pytest.raises(actions.CannotReport):
        actions.hold(row, by=small.office, at=AT, on=DAY, present=60)
    actions.take_back(row, by=small.office, at=AT, reason="日期登记错误")
    row.refresh_from_db()
    assert (row.status, row.visit, row.held_on, Visit.objects.count()) == ("planned", None, None, 0)
    assert done(small) == (0, "due")


def done(small):
    with time_machine.travel("2026-12-15 10:00 +0800", tick=False):
        found = duties(
            date(2026, 1, 1), date(2026, 12, 31), on=date(2026, 12, 15), measures=["annual_report_to_voters"]
        )
    [duty] = [one for one in found if one.pk == small.a.deputy.pk]
    return duty.done, duty.state.value


@pytest.mark.rule("D1-4")
def test_what_the_deputy_wrote_down_already_is_the_contact_of_the_report_and_stays(small):
    told = {"kind": Visit.Kind.REPORT, "met": "选民60人", "content": "述职"}
    own = visits.log_visit(by=small.a.deputy_user, deputy=small.a.deputy, at=AT, on=DAY, **told)
    row = actions.hold(planned(small), by=small.office, at=AT, on=DAY, present=60)
    assert (row.visit, Visit.objects.count(), done(small)) == (own, 1, (1, "met"))
    with pytest.raises(visits.CannotWithdraw):
        visits.withdraw_visit(own.pk, by=small.a.deputy_user, at=AT)
    with pytest.raises(visits.CannotWithdraw):
        visits.take_out(own, by=small.office, at=AT, reason="重复")
    actions.take_back(row, by=small.office, at=AT, reason="登记错误")
    assert list(Visit.objects.all()) == [own]


@pytest.mark.rule("D1-4")
def test_a_contact_of_before_there_were_reports_counts_still(small):
    Visit.objects.create(deputy=small.a.deputy, kind="report", happened_on=DAY, met="选民", logged_at=AT)
    assert done(small) == (1, "met")


def test_deputies_of_one_district_on_one_day_are_held_together_each_with_a_contact(client, small):
    row, other = planned(small), planned(small, deputy=small.a.leader)
    elsewhere = planned(small, town=small.b)
    client.force_login(small.office)
    page = client.get(address(row, "hold"))
    assert list(page.context["form"].fields["together"].queryset) == [other]
    told = sent(row, on="2026-11-10", voters_present="60", voters_invited="", observers="", together=[other.pk])
    assert client.post(address(row, "hold"), told).status_code == 302
    states = dict(VoterReport.objects.values_list("pk", "status"))
    assert states == {row.pk: "held", other.pk: "held", elsewhere.pk: "planned"}
    assert Visit.objects.filter(kind="report").count() == 2


# -- the ballots


@pytest.mark.rule("D6-b")
def test_ballots_that_do_not_add_up_are_refused_in_words_and_nothing_typed_is_lost(client, small):
    row = brought(small, S.HELD)
    client.force_login(small.office)
    wrong = {
        "ballots_back": {"satisfied": 41},
        "ballots_out": {"ballots_out": 61},
        "dissatisfied": {"dissatisfied": ""},
        "watched_by": {"watched_by": " "},
    }
    for field, change in wrong.items():
        answer = client.post(address(row, "tally"), sent(row, **{**BALLOTS, **PEOPLE, **change}, comments="路灯"))
        assert list(answer.context["form"].errors) == [field]
        assert answer.context["form"]["comments"].value() == "路灯"
    answer = client.post(address(row, "tally"), sent(row, **{**BALLOTS, **PEOPLE, "ballots_back": 51}))
    assert "51" in answer.context["form"].errors["ballots_back"][0]
    row.refresh_from_db()
    assert (row.status, row.satisfied) == ("held", None)
    assert client.post(address(row, "tally"), sent(row, **BALLOTS, **PEOPLE)).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.satisfied, row.valid) == ("tallied", 40, 47)
    assert VoterReport.objects.held_between(DAY, TODAY).votes() == BALLOTS


@pytest.mark.rule("D6-b")
@pytest.mark.parametrize(
    "values",
    [
        {"satisfied": 41},
        {"ballots_back": 51, "satisfied": 43},
        {"ballots_out": 61},
        {"satisfied": None},
        {"counted_by": ""},
        {"status": "held"},
        {"status": "planned"},
        {"status": "returned"},
        {"voters_present": None},
        {"tallied_at": None},
        {"cancelled_reason": "无"},
    ],
)
def test_the_database_refuses_ballots_that_do_not_add_up_and_half_a_step(small, values):
    row = brought(small, S.TALLIED)
    with pytest.raises(IntegrityError), transaction.atomic():
        VoterReport.objects.filter(pk=row.pk).update(**values)


# -- every verb in every state


TOLD = {
    "move": {"on": "2026-12-09", "place": "二村", "reason": "大雨"},
    "cancel": {"reason": "台风"},
    "hold": {"on": "2026-11-10", "voters_present": "60"},
    "tally": {**BALLOTS, **PEOPLE},
    "give": {},
    "file": {},
    "publish": {},
    "take_back": {"reason": "登记错误"},
}
AFTER = {
    "planned": {"move": "planned", "cancel": "cancelled", "hold": "held"},
    "held": {"tally": "tallied", "take_back": "planned"},
    "tallied": {"tally": "tallied", "give": "returned", "take_back": "held"},
    "returned": {"file": "filed", "take_back": "tallied"},
    "filed": {"publish": "published", "take_back": "returned"},
    "published": {"take_back": "filed"},
    "cancelled": {},
}


@pytest.mark.parametrize("status", S.values)
def test_each_verb_does_what_the_table_says_in_each_state_and_nothing_else(client, small, status):
    client.force_login(small.office)
    found = {}
    for verb in VERBS:
        with transaction.atomic():
            row = brought(small, S(status))
            answer = client.post(address(row, verb), sent(row, **TOLD[verb]))
            now = VoterReport.objects.get(pk=row.pk)
            if answer.status_code == 302:
                found[verb] = now.status
            else:
                assert (now.status, now.version) == (row.status, row.version)
            transaction.set_rollback(True)
    assert found == AFTER[status]


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("deputy_user", {"move": 302, "cancel": 302}),
        ("leader_user", {}),
        ("staff", dict.fromkeys(("move", "cancel", "hold"), 302)),
    ],
)
def test_each_role_does_what_is_its_own_to_do(client, small, who, answers):
    client.force_login(getattr(small.a, who))
    for verb in ("move", "cancel", "hold"):
        with transaction.atomic():
            row = planned(small)
            assert client.post(address(row, verb), sent(row, **TOLD[verb])).status_code == answers.get(verb, 403)
            transaction.set_rollback(True)
    row = planned(small, town=small.b)
    assert client.get(address(row)).status_code == 404
    assert {client.post(address(row, verb), sent(row, **TOLD[verb])).status_code for verb in ("move", "cancel")} == {
        404
    }


def test_a_leader_who_reads_sees_the_plan_and_changes_nothing(client, small):
    row = brought(small, S.TALLIED)
    client.force_login(small.leader)
    assert client.get(reverse("voters:plan")).context["figures"]["held"] == 1
    assert client.get(address(row)).context["verbs"] == []
    assert client.post(address(row, "give"), sent(row)).status_code == 403


def test_what_was_changed_meanwhile_is_not_overwritten_and_a_form_sent_twice_counts_once(client, small):
    row = planned(small)
    client.force_login(small.office)
    form = sent(row, **TOLD["hold"])
    actions.move(row, by=small.office, at=AT, on=date(2026, 11, 12), place="三村", reason="会议")
    answer = client.post(address(row, "hold"), form)
    assert len(answer.context["form"].non_field_errors()) == 1
    row.refresh_from_db()
    form = sent(row, **TOLD["hold"])
    assert client.post(address(row, "hold"), form).url == client.post(address(row, "hold"), form).url
    assert (VoterReport.objects.get().status, Visit.objects.count()) == ("held", 1)


def test_each_step_leaves_its_line_in_the_trail_and_the_result_reaches_the_deputy(small):
    row = brought(small, S.PUBLISHED)
    lines = AuditEvent.objects.filter(subject_type="visits.voterreport", subject_id=row.pk).order_by("pk")
    did = ["report_planned", "report_held", "tallied", "result_given", "put_on_file", "published"]
    assert [line.action.removeprefix("voterreport.") for line in lines] == did
    told = Notice.objects.filter(user=small.a.deputy_user, kind="voters")
    assert {notice.link for notice in told} == {address(row)}
    assert told.count() == 3


# -- exemptions


@pytest.mark.rule("D1-4")
def test_who_is_exempt_is_not_asked_and_the_plan_says_why_and_who_approved(client, small):
    client.force_login(small.office)
    page = f"{reverse('voters:exempt', args=[small.a.deputy.pk])}?year=2026"
    form = {"key": str(uuid4()), "seen": 1, "reason": "病休", "approved_by": ""}
    assert list(client.post(page, form).context["form"].errors) == ["approved_by"]
    assert client.post(page, {**form, "approved_by": "主任会议"}).status_code == 302
    line = next(one for one in plan.read(small.office, 2026).lines if one.deputy == small.a.deputy)
    assert (line.state, line.exemption.reason, line.exemption.approved_by) == ("exempt", "病休", "主任会议")
    assert done(small) == (0, "waived")
    Watermark.objects.create(job=watermarks.SWEEP, done_through=date(2026, 12, 30))
    assert flagged() == {small.a.leader.pk, small.b.deputy.pk, small.b.leader.pk}
    client.post(reverse("voters:end_exemption", args=[ReportExemption.objects.get().pk]))
    assert flagged() == {one.pk for town in small.towns for one in (town.deputy, town.leader)}


def flagged():
    sweep(on=date(2027, 1, 2))
    return set(Flag.objects.filter(rule_key="D1-4", period="2026", cleared_on=None).values_list("deputy", flat=True))


def test_who_has_reported_needs_no_exemption(small):
    brought(small, S.HELD)
    with pytest.raises(actions.CannotReport):
        actions.exempt(small.a.deputy, by=small.office, at=AT, year=2026, reason="病休", approved_by="主任会议")


# -- signed sheets


def test_a_signed_sheet_is_kept_until_the_report_is_on_file(client, small, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    row = brought(small, S.HELD)
    client.force_login(small.a.staff)
    page = reverse("voters:add_sheets", args=[row.pk])
    client.post(page, {"files": [SimpleUploadedFile("签到表.docx", b"PK")]})
    assert ReportFile.objects.count() == 0
    client.post(page, {"files": [picture()]})
    one = ReportFile.objects.get()
    opened = client.get(reverse("voters:sheet", args=[one.pk]))
    assert b"".join(opened.streaming_content)[1:4] == b"PNG"
    client.force_login(small.b.staff)
    assert client.get(reverse("voters:sheet", args=[one.pk])).status_code == 404
    assert client.post(reverse("voters:remove_sheet", args=[one.pk])).status_code == 404
    client.force_login(small.a.staff)
    client.post(reverse("voters:remove_sheet", args=[one.pk]))
    assert ReportFile.objects.count() == 0


def picture():
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return SimpleUploadedFile("签到表.png", out.getvalue(), content_type="image/png")


# -- what everybody may read


@pytest.mark.rule("L1-58")
def test_only_what_the_office_has_published_is_read_by_everybody_and_withdrawn_it_is_gone(client, small):
    shown = brought(small, S.PUBLISHED)
    hidden = brought(small, S.FILED, town=small.b)
    page = client.get(PUBLISHED).content.decode()
    assert [word in page for word in ("代表1", "第1选区", "代表2", "路灯修得快", "李计票", "王监票")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    assert client.get(reverse("voters:published_one", args=[shown.pk])).status_code == 200
    assert client.get(reverse("voters:published_one", args=[hidden.pk])).status_code == 404
    actions.take_back(shown, by=small.office, at=AT, reason="票数有误")
    assert "代表1" not in client.get(PUBLISHED).content.decode()
    assert client.get(f"{PUBLISHED}?year=2025").status_code == 200
    assert {client.get(f"{PUBLISHED}?year={year}").status_code for year in ("1", "x", "2099", "٢٠٢٦")} == {404}


def test_each_page_costs_the_same_with_one_report_and_with_many(client, small):
    row = brought(small, S.TALLIED)
    brought(small, S.PUBLISHED, town=small.b)
    who = {
        small.office: [reverse("voters:plan"), reverse("voters:plan_many"), address(row), address(row, "give")],
        small.a.deputy_user: [reverse("voters:mine"), address(row)],
    }

    def costs():
        found = []
        for user, pages in who.items():
            client.force_login(user)
            for page in pages:
                with asked() as statements:
                    assert client.get(page).status_code == 200
                found.append(len(statements))
        with asked() as statements:
            client.get(PUBLISHED)
        return [*found, len(statements)]

    few = costs()
    for n in range(5):
        one = Deputy.objects.create(term=small.term, district=small.a.district, group=small.a.group, name=f"新{n}")
        brought(small, S.PUBLISHED, deputy=one)
    assert (costs(), max(few) <= 10) == (few, True)


# -- on paper


@pytest.mark.rule("D6-b")
def test_each_paper_is_a_pdf_and_the_letter_comes_with_the_result(client, small):
    row = brought(small, S.HELD)
    client.force_login(small.a.deputy_user)

    def made(name):
        answer = client.get(reverse("voters:paper", args=[row.pk, name]))
        return answer.status_code, answer.content[:5] if answer.status_code == 200 else b""

    assert {name: made(name) for name in ("agenda", "sign_in", "tally", "result", "none")} == {
        "agenda": (200, b"%PDF-"),
        "sign_in": (200, b"%PDF-"),
        "tally": (200, b"%PDF-"),
        "result": (404, b""),
        "none": (404, b""),
    }
    actions.tally(row, by=small.office, at=AT, **BALLOTS, **PEOPLE, comments="#set text(red)\n=HYPERLINK()")
    assert made("result") == (200, b"%PDF-")
    assert AuditEvent.objects.filter(action="personal.printed", subject_id=row.pk).count() == 4


def test_a_paper_that_cannot_be_made_says_why(client, small, settings, tmp_path):
    row = brought(small, S.HELD)
    settings.PAPER_TEMPLATES = tmp_path
    client.force_login(small.office)
    answer = client.get(reverse("voters:paper", args=[row.pk, "agenda"]), follow=True)
    assert (answer.redirect_chain[0][0], len(list(answer.context["messages"]))) == (address(row), 1)


def test_of_a_deputy_elsewhere_nothing_is_planned_written_or_done_by_whatever_way(small):
    row, by = planned(small), {"by": small.b.staff, "at": AT}
    kept = {"kind": "png", "size": 1, "added_at": AT, "added_by": small.office}
    sheet = ReportFile.objects.create(report=row, file="voters/x.png", name="x.png", **kept)
    exempt = {"year": 2026, "reason": "病假", "approved_by": "主任会议"}
    freed = actions.exempt(small.a.leader, by=small.office, at=AT, **exempt)
    deeds = [
        lambda: actions.move(row, on=DAY, place="别处", reason="雨", **by),
        lambda: actions.cancel(row, reason="雨", **by),
        lambda: actions.write(row, on_law="改了", **by),
        lambda: actions.hold(row, on=DAY, present=9, **by),
        lambda: actions.tally(row, **BALLOTS, **PEOPLE, **by),
        lambda: actions.give(row, **by),
        lambda: actions.put_on_file(row, **by),
        lambda: actions.publish(row, **by),
        lambda: actions.take_back(row, reason="错", **by),
        lambda: actions.add_sheets(row, [], **by),
        lambda: actions.remove_sheet(sheet, **by),
        lambda: actions.exempt(small.a.deputy, **exempt, **by),
        lambda: actions.end_exemption(freed, **by),
    ]
    for deed in deeds:
        with pytest.raises((VoterReport.DoesNotExist, Deputy.DoesNotExist, ReportExemption.DoesNotExist)):
            deed()
    with pytest.raises(actions.CannotReport):
        actions.plan(Deputy.objects.filter(pk=small.a.leader.pk), days={small.a.district.pk: DAY}, place="别处", **by)
    assert list(VoterReport.objects.values_list("version", "files")) == [(row.version, sheet.pk)]
    assert list(ReportExemption.objects.all()) == [freed]


def test_a_deputy_moves_the_own_report_alone_and_reads_of_nobody_elses_exemption(client, small):
    own, other = planned(small), planned(small, deputy=small.a.leader)
    actions.exempt(small.b.deputy, by=small.office, at=AT, year=2026, reason="病假", approved_by="主任会议")
    told = {"on": date(2026, 11, 12), "place": "广场", "reason": "下雨", "together": [other.pk]}
    actions.move(own, by=small.a.deputy_user, at=AT, **told)
    assert dict(VoterReport.objects.values_list("deputy", "planned_on")) == {
        small.a.deputy.pk: date(2026, 11, 12),
        small.a.leader.pk: DAY,
    }
    client.force_login(small.a.deputy_user)
    assert client.get(reverse("voters:mine")).context["exempt"] is None


@pytest.mark.rule("D1-4")
def test_before_nobody_no_report_was_held(client, small):
    row = planned(small)
    client.force_login(small.office)
    answer = client.post(address(row, "hold"), sent(row, on=DAY.isoformat(), voters_present=0))
    assert "没有选民到场，不能算已述职" in answer.content.decode()
    assert (VoterReport.objects.get().status, Visit.objects.count()) == (S.PLANNED, 0)


def test_whoever_gives_the_result_before_the_report_is_written_is_told(client, small):
    row = brought(small, S.TALLIED)
    client.force_login(small.office)
    told = "述职报告还没有撰写"
    assert told in client.get(address(row, "give")).content.decode()
    VoterReport.objects.update(on_law="学习代表法")
    assert told not in client.get(address(row, "give")).content.decode()
