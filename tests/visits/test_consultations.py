"""Topics on which deputies ask the public ahead of what they are invited to, and what they heard (D8-四3)."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from deputies.models import Deputy
from office.models import Notice
from reports.annual import figures
from reports.annual.period import Period
from reports.duty_file import reading
from reports.subjects import Kind, Subject
from tests.queries import asked
from visits.models import Consultation, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-11-20 10:00 +0800")]
ADD, LIST = reverse("admin:visits_consultation_add"), reverse("consultations:list")
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LAST = date(2026, 11, 30)


def told(place, **more):
    about = {"topic": "农村养老", "occasion": "meeting", "question": "养老服务还缺什么？", "until": LAST}
    return {"jurisdiction": place.pk, "takes_place_on": "2026-12-10", **about, **more}


def topic_of(town, *deputies, **more) -> Consultation:
    row = Consultation.objects.create(
        jurisdiction=town.place, topic="农村养老", question="还缺什么？", until=LAST, made_at=AT, **more
    )
    row.asked.set(deputies or [town.deputy])
    return row


def opinion(row, deputy, content="缺护工"):
    about = {"deputy": deputy, "met": "张三丰", "kind": "met", "happened_on": date(2026, 11, 18), "logged_at": AT}
    return Visit.objects.create(consultation=row, content=content, **about)


def page(name, row):
    return reverse(f"consultations:{name}", args=[row.pk])


@pytest.mark.rule("D8-四3")
def test_the_office_sets_a_topic_and_every_deputy_of_the_place_hears_of_it(small, client):
    client.force_login(small.a.staff)
    client.post(ADD, told(small.a.place))
    row = Consultation.objects.get()
    assert set(row.asked.all()) == set(Deputy.objects.filter(district__jurisdiction=small.a.place))
    [notice] = Notice.objects.filter(user=small.a.deputy_user)
    assert notice.link == page("one", row)
    assert not Notice.objects.filter(user=small.b.deputy_user).exists()
    client.force_login(small.a.deputy_user)
    assert "农村养老" in client.get(reverse("reports:today")).content.decode()


def test_opinions_are_wanted_before_the_meeting_and_a_topic_stands_once(small, client):
    client.force_login(small.a.staff)
    late = client.post(ADD, told(small.a.place, until="2026-12-11"))
    assert "征求截止日期不能晚于举行日期" in late.content.decode()
    topic_of(small.a)
    again = client.post(ADD, told(small.a.place))
    assert "已有同名的征求意见主题" in again.content.decode()
    assert Consultation.objects.count() == 1


@pytest.mark.rule("D8-四3")
def test_a_deputy_writes_an_opinion_down_as_a_contact_on_the_topic(small, client):
    row = topic_of(small.a)
    client.force_login(small.a.deputy_user)
    form = client.get(reverse("visits:log"), {"consultation": row.pk})
    assert str(form.context["form"]["consultation"].value()) == str(row.pk)
    sent = {"key": str(uuid4()), "on": "2026-11-19", "kind": "met", "met": "李老汉", "content": "缺护工"}
    client.post(reverse("visits:log"), {**sent, "consultation": row.pk})
    assert Visit.objects.get().consultation == row
    assert "缺护工" in client.get(page("one", row)).content.decode()
    assert "农村养老" not in client.get(reverse("reports:today")).content.decode()


def test_who_is_elected_again_goes_on_with_the_topic_in_the_new_mandate(small, client):
    row, before = topic_of(small.a), small.a.deputy
    Deputy.objects.filter(pk=before.pk).update(end_reason="届满", left_on=date(2026, 11, 1))
    again = {"term": before.term, "district": small.b.district, "name": "连任者", "user": before.user}
    mandate = Deputy.objects.create(**again, succeeds=before, joined_on=date(2026, 11, 1))
    client.force_login(small.a.deputy_user)
    assert "填写群众意见" in client.get(page("one", row)).content.decode()
    sent = {"key": str(uuid4()), "on": "2026-11-19", "kind": "met", "met": "李老汉", "content": "缺护工"}
    client.post(reverse("visits:log"), {**sent, "consultation": row.pk})
    assert (Visit.objects.get().deputy, Visit.objects.get().consultation) == (mandate, row)


@pytest.mark.parametrize("whose", ["of another place", "long over"])
def test_no_opinion_is_taken_on_a_topic_that_is_over_or_asks_others(small, client, whose):
    over = {"until": date(2026, 11, 1)} if whose == "long over" else {}
    row = topic_of(small.a if over else small.b)
    Consultation.objects.update(**over)
    client.force_login(small.a.deputy_user)
    sent = {"key": str(uuid4()), "on": "2026-11-19", "kind": "met", "met": "李老汉", "content": "缺护工"}
    client.post(reverse("visits:log"), {**sent, "consultation": row.pk})
    assert Visit.objects.filter(consultation=row).count() == 0


def test_a_deputy_reads_the_own_opinions_the_office_all_and_the_sheet_names_nobody_who_was_met(small, client):
    other = small.a.leader
    row = topic_of(small.a, small.a.deputy, other)
    opinion(row, small.a.deputy), opinion(row, other, "缺食堂")
    client.force_login(small.a.deputy_user)
    assert [one.content for one in client.get(page("one", row)).context["opinions"]] == ["缺护工"]
    assert [one.heard for one in client.get(reverse("consultations:list")).context["rows"]] == [1]
    client.force_login(small.a.staff)
    sheet = client.get(page("paper", row)).content.decode()
    assert "缺护工" in sheet and "缺食堂" in sheet and "共 2 条意见，由 2 名代表听取" in sheet
    assert "张三丰" not in sheet
    for stranger in (small.b.deputy_user, small.b.staff):
        client.force_login(stranger)
        assert client.get(page("one", row)).status_code == 404


@pytest.mark.rule("D8-四3")
def test_opinions_are_counted_in_the_annual_report_and_stand_in_the_duty_file(small):
    seen = opinion(topic_of(small.a), small.a.deputy)
    opinion(None, small.a.deputy, "别的事")
    subject = Subject(Kind.DEPUTY, str(small.a.deputy.pk), small.a.deputy.name)
    report = figures.read(subject, Period.year(2026), on=date(2026, 11, 20))
    assert (report.whole["opinions"], report.whole["contacts"]) == (1, 2)
    mine = Deputy.objects.filter(pk=small.a.deputy.pk)
    [file] = reading.read(mine, date(2026, 1, 1), date(2026, 12, 31))
    [line] = [line for line in file.lines if line.part == "surveys"]
    assert (line.pk, line.what, line.clause) == (seen.pk, "农村养老", "D8-四3")


def test_opinions_stand_on_pages_the_latest_first_and_all_of_them_on_the_sheet(small, client):
    row = topic_of(small.a)
    for n in range(30):
        opinion(row, small.a.deputy, f"意见{n:02}")
    client.force_login(small.a.staff)
    pages = [client.get(page("one", row), {"page": n}) for n in (1, 2)]
    shown = [[one.content for one in answer.context["opinions"]] for answer in pages]
    assert [shown[0][0], len(shown[0]), shown[1]] == ["意见29", 24, [f"意见{n:02}" for n in range(5, -1, -1)]]
    assert [answer.context["n_heard"] for answer in pages] == [30, 30]
    with asked() as statements:
        client.get(page("one", row))
    assert len(statements) <= 10
    assert len(client.get(page("paper", row)).context["opinions"]) == 30


def test_a_topic_with_opinions_stays_and_the_list_costs_the_same_with_many(small, client):
    row = topic_of(small.a)
    opinion(row, small.a.deputy)
    client.force_login(small.a.staff)
    client.post(reverse("admin:visits_consultation_delete", args=[row.pk]), {"post": "yes"})
    assert Consultation.objects.filter(pk=row.pk).exists()
    with asked() as few:
        client.get(LIST)
    for n in range(3):
        other = Consultation.objects.create(
            jurisdiction=small.a.place, topic=f"主题{n}", question="？", until=LAST, made_at=AT
        )
        opinion(other, small.a.deputy)
    with asked() as many:
        client.get(LIST)
    assert len(many) == len(few)
