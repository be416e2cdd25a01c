"""The letters that the office prints: declined with guidance, handed to a unit, urged; and who may open them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from constituents import actions
from constituents.models import DeclineReason, Referral
from office import regulations
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
