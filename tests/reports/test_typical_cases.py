"""The office picks what the report of a year tells, in words that name nobody (D5-三b, D9-4)."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from constituents.models import Petition, Representative
from deputies.models import Deputy
from office.models import Assignment, AuditEvent
from office.roles import Role
from reports.narrative import cases
from reports.narrative.models import TypicalCase
from reports.subjects import find
from reports.templatetags.cases import typical_case
from visits.models import GroupActivity, Visit

pytestmark = pytest.mark.django_db

ON, AT = date(2026, 11, 20), datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WORDS = {"title": "路灯亮了", "text": "群众反映巷口路灯不亮，代表转交后三天修好，并当面回复。"}
ADD = "admin:reports_typicalcase_add"


@pytest.fixture
def records(small):
    """In the first town a matter that has ended, a contact and an activity; in the second a contact."""
    town = small.a
    matter = Petition.objects.create(
        station=town.station, deputy=town.deputy, year=2026, seq=1, received_on=date(2026, 3, 2), registered_at=AT,
        visitor="欧阳金鸾、钱小妹", phone="13857126688", situation="路灯不亮。", request="请修路灯。", status="closed",
    )  # fmt: skip
    Representative.objects.create(petition=matter, position=2, name="孙大成", phone="13957126699")
    visit = Visit.objects.create(
        deputy=town.deputy, household=town.households[0], happened_on=date(2026, 4, 2), kind="home", logged_at=AT
    )
    activity = GroupActivity.objects.create(group=town.group, happened_on=date(2026, 5, 2), kind="visit", logged_at=AT)
    other = Visit.objects.create(
        deputy=small.b.deputy, household=small.b.households[0], happened_on=date(2026, 4, 2), kind="home", logged_at=AT
    )
    return {"matter": matter, "visit": visit, "activity": activity, "other": other}


def pick(record, by, **words):
    return cases.pick(record, year=2026, **{**WORDS, **words}, by=by, at=AT, on=ON)


@pytest.mark.rule("D5-三b", "D9-4")
def test_a_case_is_told_in_the_report_of_its_deputy_group_town_and_county(small, records):
    told = {name: pick(record, small.office) for name, record in records.items()}
    place = small.a.place
    asked = {
        f"deputy:{small.a.deputy.pk}": ["matter", "visit"],
        f"group:{small.a.group.pk}": ["matter", "visit", "activity"],
        f"town:{place.code}": ["matter", "visit", "activity"],
        "county": ["matter", "visit", "activity", "other"],
    }
    for name, expected in asked.items():
        subject = find(name)[0]
        assert list(TypicalCase.objects.told_of(subject, 2026, 2026)) == [told[one] for one in expected], name
        assert not TypicalCase.objects.told_of(subject, 2025, 2025).exists()


def test_a_matter_that_is_opened_again_is_not_told_any_more(small, records):
    pick(records["matter"], small.office)
    Petition.objects.update(status="routed")
    assert not TypicalCase.objects.told_of(find("county")[0], 2026, 2026).exists()


def test_a_matter_is_a_case_only_when_it_has_ended_and_a_contact_only_of_its_year(small, records):
    Petition.objects.update(status="routed")
    for record, year in ((records["matter"], 2026), (records["visit"], 2025), (records["activity"], 2027)):
        record.refresh_from_db()
        with pytest.raises(cases.CannotPick):
            cases.pick(record, year=year, **WORDS, by=small.office, at=AT, on=ON)
    assert not TypicalCase.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["欧阳 金鸾反映", "钱小妹反映", "和孙大成一起", "13857126688", "可打 0571-88012345", "13900001111"],
)
def test_a_text_that_names_the_visitor_or_carries_a_number_is_refused(small, records, words):
    with pytest.raises(cases.CannotPick, match="姓名和电话"):
        pick(records["matter"], small.office, text=f"群众{words}路灯不亮。")


def test_words_for_nobody_in_particular_are_no_names(small, records):
    Visit.objects.filter(pk=records["visit"].pk).update(household=None, met="群众、李有财等3人")
    records["visit"].refresh_from_db()
    assert cases.named_in(records["visit"], "群众反映 2026 年 3 月修路") == []
    assert cases.named_in(records["visit"], "李有财反映") == ["李有财"]


def test_a_clerk_picks_a_case_from_the_page_of_the_record_and_takes_it_back(client, small, records):
    client.force_login(small.a.staff)
    page = client.get(reverse("constituents:detail", args=[records["matter"].pk])).content.decode()
    address = f"{reverse(ADD)}?petition={records['matter'].pk}"
    assert address in page
    form = client.get(address).context["adminform"].form
    assert list(form.fields) == ["seen", "petition", "year", "title", "text"]
    sent = {"petition": records["matter"].pk, "year": 2026, "seen": 1, **WORDS}
    refused = client.post(address, {**sent, "text": "欧阳金鸾来访"})
    assert "欧阳金鸾" in str(refused.context["errors"])
    assert client.post(address, sent).status_code == 302
    case = TypicalCase.objects.get()
    assert (case.record, case.jurisdiction, case.picked_by) == (records["matter"], small.a.place, small.a.staff)
    assert "路灯亮了" in client.get(reverse("constituents:detail", args=[records["matter"].pk])).content.decode()
    client.post(reverse("admin:reports_typicalcase_delete", args=[case.pk]), {"post": "yes"})
    assert not TypicalCase.objects.exists()
    trail = AuditEvent.objects.filter(action__startswith="typicalcase").order_by("id")
    assert [event.action for event in trail] == ["typicalcase.added", "typicalcase.removed"]


def test_one_record_is_chosen_and_only_of_the_own_town(client, small, records):
    client.force_login(small.a.staff)
    both = {"petition": records["matter"].pk, "visit": records["visit"].pk, "year": 2026, "seen": 1, **WORDS}
    assert "只选一条" in str(client.post(reverse(ADD), both).context["errors"])
    foreign = {"visit": records["other"].pk, "year": 2026, "seen": 1, **WORDS}
    assert client.post(reverse(ADD), foreign).status_code == 200
    assert not TypicalCase.objects.exists()


def test_a_contact_that_is_taken_back_takes_its_case_along(small, records):
    pick(records["visit"], small.office)
    records["visit"].delete()
    assert not TypicalCase.objects.exists()


def test_a_clerk_who_is_a_deputy_elsewhere_is_led_to_no_case_of_there(small, records):
    """They see the record as its deputy; what the office there made of it is the office's."""
    Deputy.objects.filter(pk=small.a.deputy.pk).update(user=small.b.staff)
    Assignment.objects.create(user=small.b.staff, role=Role.DEPUTY)
    case = pick(records["visit"], small.office)
    assert typical_case(records["visit"], small.b.staff)["case"] is None
    assert typical_case(records["visit"], small.a.staff)["case"] == case
