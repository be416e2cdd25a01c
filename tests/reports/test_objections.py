"""A deputy objects to what is on record about them; the office answers and corrects; each sees only what is theirs."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from office import regulations
from office.models import AuditEvent, Notice
from reports.models import Flag, Objection
from reports.objections import actions
from reports.worklist.reading import read
from tests.queries import asked
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
NEW, MINE = reverse("reports:objection_new"), reverse("reports:objections")


@pytest.fixture
def small(small):
    regulations.load(on=date(2026, 1, 1))
    return small


@pytest.fixture
def phone(client, small):
    client.force_login(small.a.deputy_user)
    return client


def visit_of(deputy, day=date(2026, 2, 5)):
    told = {"met": "王小二", "kind": "visit", "logged_at": AT, "logged_by": deputy.user}
    return Visit.objects.create(deputy=deputy, happened_on=day, **told)


def form(row=None, **more):
    return {"key": str(uuid4()), "seen": row.version if row else 1, **more}


def url(row, name="objection"):
    return reverse(f"reports:{name}", args=[row.pk])


def desk(row, name="change"):
    return reverse(f"admin:reports_objection_{name}", args=[row.pk])


def raised(town, visit=None, **more) -> Objection:
    what = more or {"kind": "record", "visit": visit or visit_of(town.deputy)}
    return actions.raise_objection(
        by=town.deputy_user, at=AT, deputy=town.deputy, text="应是六日", about="联系", **what
    )


def verbs(row):
    return list(row.steps.values_list("verb", flat=True))


# -- the deputy


@pytest.mark.rule("D8-五b")
def test_a_deputy_objects_to_a_contact_and_the_offices_at_and_above_the_place_are_told(phone, small):
    visit = visit_of(small.a.deputy)
    answer = phone.post(f"{NEW}?visit={visit.pk}", form(text="不是五日，是六日"))
    row = Objection.objects.get()
    assert answer.url == url(row)
    assert (row.visit, row.about, row.status, verbs(row)) == (visit, "2026-02-05 王* 走访", "open", ["raised"])
    assert set(Notice.objects.values_list("user__username", "link")) == {("office", desk(row)), ("town1", desk(row))}
    assert AuditEvent.objects.get(action="objection.raised").subject_id == row.pk


def test_a_duty_is_objected_to_with_its_flag_and_a_figure_with_its_year(phone, small):
    rule = regulations_rule("D1-3①b")
    flag = Flag.objects.create(
        rule=rule, rule_key="D1-3①b", deputy=small.a.deputy, jurisdiction=small.a.place, period="2026-01",
        severity="red", starts_on="2026-01-01", due_on="2026-01-31", raised_on="2026-02-01",
    )  # fmt: skip
    phone.post(f"{NEW}?rule=D1-3①b&period=2026-01", form(text="一月去过"))
    phone.post(f"{NEW}?figure=contacts&period=2026", form(text="少算一次"))
    found = Objection.objects.order_by("pk").values_list("kind", "key", "period", "flag")
    assert list(found) == [("duty", "D1-3①b", "2026-01", flag.pk), ("figure", "contacts", "2026", None)]


def regulations_rule(key):
    from office.models import Rule

    return Rule.objects.filter(clause__key=key).first()


@pytest.mark.parametrize("query", ["visit=0", "visit=x", "rule=D0-0", "figure=nothing&period=2026", "figure=contacts"])
def test_what_is_none_of_theirs_is_not_found(phone, query):
    assert phone.get(f"{NEW}?{query}").status_code == 404


def test_the_same_record_is_objected_to_once_until_it_is_answered(phone, small):
    visit = visit_of(small.a.deputy)
    raised(small.a, visit)
    answer = phone.post(f"{NEW}?visit={visit.pk}", form(text="再说一次"))
    assert (len(answer.context["form"].non_field_errors()), Objection.objects.count()) == (1, 1)
    actions.refuse(Objection.objects.get(), by=small.office, at=AT, text="有签到表")
    assert phone.post(f"{NEW}?visit={visit.pk}", form(text="再说一次")).status_code == 302


def test_a_form_sent_twice_objects_once(phone, small):
    sent = form(text="漏登", happened_on="2024-05-01", way="home", met="李四")
    assert phone.post(f"{NEW}?missing=1", sent).url == phone.post(f"{NEW}?missing=1", sent).url
    assert Objection.objects.values_list("kind", "happened_on", "met").get() == ("missing", date(2024, 5, 1), "李四")


def test_a_file_that_shows_it_is_kept_and_opened_by_deputy_and_office_alone(phone, small, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    from io import BytesIO

    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    file = SimpleUploadedFile("签到.png", out.getvalue())
    phone.post(f"{NEW}?missing=1", form(text="漏登", happened_on="2026-02-01", way="home", met="李四", file=file))
    row = Objection.objects.get()
    for user, status in (
        (small.a.deputy_user, 200),
        (small.a.staff, 200),
        (small.b.staff, 404),
        (small.a.leader_user, 404),
    ):
        phone.force_login(user)
        answer = phone.get(url(row, "objection_file"))
        content = b"".join(answer.streaming_content) if answer.streaming else b""
        assert (answer.status_code, content[1:4]) == (status, b"PNG" if status == 200 else b"")


def test_a_refusal_may_be_added_to_once(phone, small):
    row = actions.refuse(raised(small.a), by=small.office, at=AT, text="有签到表")
    phone.post(url(row, "objection_add"), form(row, text="签到的是别人"))
    row.refresh_from_db()
    assert row.status == "again"
    row = actions.refuse(row, by=small.office, at=AT, text="已核对")
    assert phone.get(url(row)).context["add_form"] is None
    answer = phone.post(url(row, "objection_add"), form(row, text="还有"))
    assert len(answer.context["add_form"].non_field_errors()) == 1
    assert verbs(row) == ["raised", "refused", "added", "refused"]


def test_the_deputy_takes_it_back_before_it_is_answered(phone, small):
    row = raised(small.a)
    phone.post(url(row, "objection_withdraw"), form(row))
    row.refresh_from_db()
    assert (row.status, verbs(row)) == ("withdrawn", ["raised", "withdrawn"])


# -- the office


@pytest.mark.rule("D8-五b")
def test_the_office_enters_the_missing_contact_on_the_deputy_s_behalf(client, small):
    row = raised(small.a, kind="missing", happened_on=date(2026, 1, 6), met="李四", way="home")
    client.force_login(small.a.staff)
    # Who was met is masked; what nobody was shown nobody writes over.
    enter = {"on": "2026-01-06", "way": "home", "met": "别人", "content": "谈用水", "household": "", "text": "已补录"}
    assert "李四" not in client.get(desk(row)).content.decode()
    assert client.post(desk(row, "accept"), form(row, **enter)).url == desk(row)
    row.refresh_from_db()
    visit = Visit.objects.get()
    assert visit.met == "李四"
    assert (row.status, row.visit, visit.deputy, visit.logged_by) == ("accepted", visit, small.a.deputy, small.a.staff)
    assert (visit.happened_on, visit.kind, visit.logged_at) == (date(2026, 1, 6), "home", AT)
    notice = Notice.objects.get(user=small.a.deputy_user)
    assert (notice.link, "已补录" in notice.text) == (url(row), True)


def test_what_cannot_be_entered_is_said_at_its_field_and_nothing_is_answered(client, small):
    row = raised(small.a, kind="missing", happened_on=date(2026, 1, 6), met="李四", way="home")
    client.force_login(small.a.staff)
    enter = {"on": "2026-03-11", "way": "home", "met": "李四", "content": "", "household": "", "text": "已补录"}
    answer = client.post(desk(row, "accept"), form(row, **enter))
    assert list(answer.context["accept_form"].errors) == ["on"]
    assert (Visit.objects.count(), Objection.objects.get().status) == (0, "open")


def test_accepting_may_waive_the_flag_and_take_the_contact_off_the_record(client, small):
    rule = regulations_rule("D1-3①b")
    flag = Flag.objects.create(
        rule=rule, rule_key="D1-3①b", deputy=small.a.deputy, jurisdiction=small.a.place, period="2026-01",
        severity="red", starts_on="2026-01-01", due_on="2026-01-31", raised_on="2026-02-01",
    )  # fmt: skip
    duty = raised(small.a, kind="duty", key="D1-3①b", period="2026-01", flag=flag)
    twice = raised(small.a)
    client.force_login(small.office)
    client.post(desk(duty, "accept"), form(duty, text="当月住院", waives="on"))
    client.post(desk(twice, "accept"), form(twice, text="重复登记", takes_out="on"))
    flag.refresh_from_db()
    assert (flag.cleared_why, flag.waived_reason) == ("waived", "当月住院")
    assert (Visit.objects.count(), set(Objection.objects.values_list("status", flat=True))) == (0, {"accepted"})


def test_not_accepting_needs_a_reason_and_can_be_taken_back(client, small):
    row = raised(small.a)
    client.force_login(small.office)
    assert list(client.post(desk(row, "refuse"), form(row, text="")).context["refuse_form"].errors) == ["text"]
    client.post(desk(row, "refuse"), form(row, text="有签到表"))
    row.refresh_from_db()
    client.post(desk(row, "reopen"), form(row))
    row.refresh_from_db()
    assert (row.status, verbs(row)) == ("open", ["raised", "refused", "reopened"])


def test_nobody_answers_their_own_objection(client, small):
    from tests.county import Assignment

    Assignment.objects.create(user=small.a.deputy_user, role="town_office", jurisdiction=small.a.place)
    row = raised(small.a)
    client.force_login(small.a.deputy_user)
    assert client.get(desk(row)).context["accept_form"] is None
    answer = client.post(desk(row, "accept"), form(row, text="属实"))
    assert (answer.status_code, Objection.objects.get().status) == (200, "open")


def test_it_stands_in_the_office_s_list_of_what_is_to_be_done(small):
    row = raised(small.a)

    def links(user):
        return [item.link for section in read(user, TODAY) for item in section.items if item.clause.key == "D8-五b"]

    assert [links(user) for user in (small.office, small.a.staff, small.b.staff)] == [[desk(row)], [desk(row)], []]


# -- the wall


def test_an_objection_of_another_deputy_or_town_is_not_there(client, small):
    row = raised(small.a)
    client.force_login(small.b.deputy_user)
    assert client.get(url(row)).status_code == 404
    assert client.post(url(row, "objection_withdraw"), form(row)).status_code == 404
    assert client.get(f"{NEW}?visit={row.visit_id}").status_code == 404
    assert list(client.get(MINE).context["objections"]) == []
    client.force_login(small.b.staff)
    assert client.get(desk(row)).status_code == 404
    assert client.post(desk(row, "refuse"), form(row, text="否")).status_code == 404
    client.force_login(small.a.leader_user)
    assert client.get(url(row)).status_code == 404


@pytest.mark.parametrize("values", [{"kind": "duty"}, {"kind": "missing"}, {"key": "D1"}, {"file": "a.png"}])
def test_the_database_refuses_an_objection_to_nothing(small, values):
    row = raised(small.a)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=row.pk).update(**values)


def test_each_page_costs_the_same_with_one_row_and_with_many(client, small):
    row = raised(small.a)

    def costs():
        found = []
        for user, pages in (
            (small.a.deputy_user, (MINE, f"{NEW}?missing=1", url(row))),
            (small.office, (desk(row), reverse("admin:reports_objection_changelist"))),
        ):
            client.force_login(user)
            for page in pages:
                with asked() as statements:
                    assert client.get(page).status_code == 200
                found.append(len(statements))
        return found

    few = costs()
    for n in range(3):
        raised(small.a, visit_of(small.a.deputy, date(2026, 1, n + 1)))
    assert (costs(), max(few) <= 10) == (few, True)
