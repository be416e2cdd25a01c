"""The letters that the office prints: declined with guidance, handed to a unit, urged; and who may open them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from constituents import actions
from constituents.models import DeclineReason, Referral
from office import regulations
from office.models import Jurisdiction, Unit
from tests.queries import asked

NOW = datetime(2026, 3, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
TODAY = date(2026, 3, 18)
BRIEF = "村小学门前约四百米路面积水，请整治。"


@pytest.fixture
def town(small):
    regulations.load(on=TODAY)
    return small.a


def matter(town):
    told = {"visitor": "张凤英", "phone": "19912345678", "situation": "路面积水", "request": "请垫高"}
    return actions.register(by=town.officer, at=NOW, on=TODAY, station=town.station, **told)


def handed(town, **more):
    petition = actions.admit(matter(town), by=town.staff, at=NOW)
    return actions.route(petition, by=town.staff, at=NOW, on=TODAY, unit=town.unit, brief=BRIEF, **more)


def declined(town):
    reason = DeclineReason.objects.create(key="x1", name="已进入诉讼程序", guidance="请向法院反映。", basis="第五项")
    return actions.decline(matter(town), by=town.officer, at=NOW, reason=reason)


def urged(referral, by, on=TODAY, words=""):
    return actions.urge(Referral.objects.get(pk=referral.pk), by=by, at=NOW, on=on, words=words)


def letter(client, name, row):
    return client.get(reverse(f"constituents:{name}", args=[row.pk]))


def texts(answer, *words):
    page = answer.content.decode()
    return [word in page for word in words]


@pytest.mark.rule("D3-五b")
def test_who_is_declined_takes_home_why_on_what_basis_and_where_to_turn(client, town):
    client.force_login(town.officer)
    answer = letter(client, "decline_notice", declined(town))
    assert texts(answer, "张凤英：", "已进入诉讼程序", "第五项", "请向法院反映。", "2026年3月18日") == [True] * 5


def test_a_matter_that_was_not_declined_has_no_such_notice(client, town):
    client.force_login(town.officer)
    assert letter(client, "decline_notice", matter(town)).status_code == 404


def test_the_transfer_letter_says_what_is_asked_by_when_and_by_which_clause(client, town):
    lead = handed(town)
    client.force_login(town.unit_user)
    answer = letter(client, "letter", lead)
    assert (answer.context["due"], lead.due_rule.clause.key) == (date(2026, 4, 17), "D3-七")
    assert texts(answer, BRIEF, "2026年4月17日", "D3-七", "东山镇人民政府", "东山镇人大") == [True] * 5
    assert texts(answer, "张凤英", "19912345678") == [False] * 2


def test_the_letter_keeps_the_day_it_was_written_with_whatever_time_is_given_later(client, town):
    lead = handed(town)
    actions.extend(lead, by=town.staff, at=NOW, on=TODAY, amount=10, unit="days", reason="雨天")
    client.force_login(town.staff)
    assert letter(client, "letter", lead).context["due"] == date(2026, 4, 17)


@pytest.mark.rule("D3-七")
def test_an_urging_letter_counts_the_days_over_on_its_own_day_and_which_urging_it_is(client, town):
    lead = handed(town)
    first = urged(lead, town.staff, on=date(2026, 4, 20))
    actions.extend(
        Referral.objects.get(pk=lead.pk),
        by=town.staff,
        at=NOW,
        on=date(2026, 4, 21),
        amount=5,
        unit="days",
        reason="雨",
    )
    second = urged(lead, town.staff, on=date(2026, 4, 30), words="请三日内答复。")
    client.force_login(town.unit_user)
    shown = [
        {name: letter(client, "urging_letter", one).context[name] for name in ("nth", "first", "due", "late")}
        for one in (first, second)
    ]
    assert shown == [
        {"nth": 1, "first": date(2026, 4, 17), "due": date(2026, 4, 17), "late": 3},
        {"nth": 2, "first": date(2026, 4, 17), "due": date(2026, 4, 22), "late": 8},
    ]
    assert texts(letter(client, "urging_letter", second), "请三日内答复。", "第2次催办", "8天") == [True] * 3


def test_a_reply_without_a_rule_or_a_day_still_has_its_letters(client, town):
    lead = handed(town)
    Referral.objects.filter(pk=lead.pk).update(due_on=None, due_rule=None)
    client.force_login(town.staff)
    answers = [letter(client, "letter", lead), letter(client, "urging_letter", urged(lead, town.staff))]
    assert [answer.status_code for answer in answers] == [200, 200]


def numbers(client, *pairs):
    return [letter(client, name, row).context["paper"]["number"] for name, row in pairs]


def test_letters_have_the_numbers_of_an_office_that_has_a_code_in_the_order_in_which_they_are_written(client, town):
    client.force_login(town.staff)
    before = handed(town)
    Jurisdiction.objects.filter(pk=town.place.pk).update(letter_code="东山人大")
    lead, sheet = handed(town), declined(town)
    late = [urged(lead, town.staff), urged(lead, town.staff, on=date(2027, 1, 4))]
    Jurisdiction.objects.filter(pk=town.place.pk).update(letter_code="东山人办")
    told = numbers(client, ("letter", before), ("letter", lead), ("decline_notice", sheet))
    told += numbers(client, *(("urging_letter", one) for one in late))
    given = ["2026〕1号", "2026〕2号", "2026〕3号", "2027〕1号"]
    assert told == [before.matter.number, *(f"东山人大〔{number}" for number in given)]


def test_what_the_county_hands_over_has_the_number_of_the_countys_office(client, small, town):
    Jurisdiction.objects.filter(pk=small.county.pk).update(letter_code="试人大联办")
    petition = actions.admit(matter(town), by=town.staff, at=NOW)
    petition = actions.escalate(petition, by=town.staff, at=NOW, note="请县里处理")
    one = Unit.objects.create(name="县水利局", jurisdiction=small.county)
    told = {"by": small.office, "at": NOW, "on": TODAY, "brief": BRIEF}
    lead = actions.route(petition, unit=one, assisting=[town.unit], **told)
    client.force_login(small.office)
    both = [("letter", referral) for referral in lead.matter.referrals.order_by("pk")]
    assert numbers(client, *both) == ["试人大联办〔2026〕1号", "试人大联办〔2026〕2号"]


def test_a_matter_that_is_taken_up_again_and_declined_again_has_a_new_notice(client, town):
    Jurisdiction.objects.filter(pk=town.place.pk).update(letter_code="东山人大")
    sheet = declined(town)
    again = actions.reopen(sheet, by=town.staff, at=NOW, reason="补充了材料")
    assert again.letter_number == ""
    again = actions.decline(again, by=town.officer, at=NOW, reason=sheet.decline_reason)
    assert again.letter_number == "东山人大〔2026〕2号"
    assert [step.note[:12] for step in again.events.filter(verb="decline")] == [
        "东山人大〔2026〕1号",
        "东山人大〔2026〕2号",
    ]


@pytest.mark.parametrize("code", ["东山人大〔2026〕", "DSRD", "东山人大1"])
def test_a_code_is_chinese_characters_alone(code):
    with pytest.raises(ValidationError):
        Jurisdiction(letter_code=code).clean_fields(exclude=["name", "level", "code", "path"])


ROLES = ["officer", "staff", "unit_user", "deputy_user", "leader_user"]


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("officer", [200, 200, 200]),
        ("staff", [200, 200, 200]),
        ("unit_user", [403, 200, 200]),
        ("deputy_user", [403, 403, 403]),
        ("leader_user", [403, 403, 403]),
    ],
)
def test_letters_are_opened_by_those_who_write_and_receive_them(client, small, town, who, codes):
    lead, sheet = handed(town), declined(town)
    urging = urged(lead, town.staff)
    client.force_login(getattr(town, who))
    answers = [letter(client, name, row) for name, row in _three(sheet, lead, urging)]
    assert [answer.status_code for answer in answers] == codes


def _three(sheet, lead, urging):
    return (("decline_notice", sheet), ("letter", lead), ("urging_letter", urging))


@pytest.mark.parametrize("who", ["officer", "staff", "unit_user"])
def test_another_town_finds_no_such_letter(client, small, town, who):
    lead, sheet = handed(town), declined(town)
    urging = urged(lead, town.staff)
    client.force_login(getattr(small.b, who))
    answers = [letter(client, name, row) for name, row in _three(sheet, lead, urging)]
    assert {answer.status_code for answer in answers} <= {403, 404}


def test_a_unit_that_has_returned_the_matter_opens_its_letters_no_more(client, town):
    lead = handed(town)
    urging = urged(lead, town.staff)
    actions.give_back(Referral.objects.get(pk=lead.pk), by=town.unit_user, at=NOW, on=TODAY, reason="不属本单位职责")
    client.force_login(town.unit_user)
    answers = [letter(client, "letter", lead), letter(client, "urging_letter", urging)]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_each_letter_asks_few_questions(client, town):
    lead, sheet = handed(town), declined(town)
    urging = urged(lead, town.staff)
    client.force_login(town.staff)
    counts = []
    for name, row in _three(sheet, lead, urging):
        with asked() as statements:
            letter(client, name, row)
        counts.append(len(statements))
    assert max(counts) <= 10, counts
