"""A referral of a deputy's suggestion in flags, evidence and duties; and what happened to a referral as evidence."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from constituents.models import (
    Extension,
    Feedback,
    Petition,
    PetitionEvent,
    Referral,
    ResultClass,
    Suggestion,
    Urging,
)
from office import regulations, workdays
from office.models import Rule
from reports.about import about
from reports.duties import duties
from reports.duties.duty import State
from reports.evidence import evidence
from reports.models import Flag
from reports.subjects import Kind, Subject
from reports.sweep import sweep
from tests import county
from tests.queries import asked

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
BOARD = reverse("admin:reports_flag_changelist")


@pytest.fixture
def small(db):
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    return county.build()


@pytest.fixture
def suggested(small):
    """A suggestion of the first town's deputy that was to be answered by the twelfth of May."""
    suggestion = Suggestion.objects.create(
        deputy=small.a.deputy,
        jurisdiction=small.county,
        year=2026,
        seq=3,
        title="关于修路灯的建议",
        grounds="理由",
        proposal="建议",
        status="routed",
        written_on=date(2026, 2, 2),
    )
    return Referral.objects.create(
        suggestion=suggestion,
        place=small.county,
        unit=small.a.unit,
        kind="suggestion",
        routed_on=date(2026, 2, 12),
        accepted_on=date(2026, 2, 13),
        due_on=date(2026, 5, 12),
    )


@pytest.fixture
def flag(suggested):
    sweep(on=date(2026, 5, 13), only=["L1-51"])
    return Flag.objects.get(rule_key="L1-51")


@pytest.mark.rule("L1-51")
def test_a_flag_about_a_suggestion_names_it_and_leads_to_its_page(flag, suggested):
    told = about(flag)
    assert told.name == "建议〔2026〕0003 关于修路灯的建议 → 东山镇人民政府"
    assert told.link == reverse("constituents:suggestion", args=[suggested.suggestion_id])


@pytest.mark.rule("L1-51")
@pytest.mark.parametrize(
    ("text", "found"), [("建议〔2026〕0003", 1), ("建议〔2026〕0004", 0), ("修路灯", 1), ("修桥", 0)]
)
def test_the_board_finds_it_by_its_number_and_its_title(client, small, flag, text, found):
    client.force_login(small.office)
    assert client.get(BOARD, {"q": text}).context["page"].paginator.count == found


def test_the_board_and_the_flag_s_page_stay_cheap(client, small, flag):
    client.force_login(small.office)
    for address in (BOARD, reverse("admin:reports_flag_change", args=[flag.pk])):
        client.get(address)
        with asked() as statements:
            assert client.get(address).status_code == 200
        assert len(statements) <= 14, [s["sql"][:80] for s in statements]


@pytest.mark.rule("L1-51")
def test_a_suggestion_is_a_duty_under_its_deputy_and_under_no_station(small, suggested):
    def found(kind, key):
        read = duties(date(2026, 1, 1), date(2026, 12, 31), on=date(2026, 5, 13), subject=Subject(kind, str(key), ""))
        return [(d.name, d.about, d.whose, d.state) for d in read if d.rule.clause.key == "L1-51"]

    expected = [("建议〔2026〕0003", "关于修路灯的建议", small.a.deputy.pk, State.MISSED)]
    assert found(Kind.DEPUTY, small.a.deputy.pk) == expected
    assert found(Kind.GROUP, small.a.group.pk) == expected
    assert found(Kind.DEPUTY, small.b.deputy.pk) == found(Kind.STATION, small.a.station.pk) == []
    Referral.objects.filter(pk=suggested.pk).update(paused_on=date(2026, 5, 1))
    assert [state for *_rest, state in found(Kind.DEPUTY, small.a.deputy.pk)] == [State.EXCLUDED]


@pytest.mark.rule("D3-七", "D3-六f", "L2-23")
def test_the_evidence_of_a_referral_is_all_that_happened_to_it_in_order(small):
    petition = Petition.objects.create(
        station=small.a.station,
        year=2026,
        seq=1,
        received_on=date(2026, 2, 2),
        registered_at=AT,
        visitor="来访人",
        situation="情况",
        request="问题",
        status="fed_back",
    )
    referral = Referral.objects.create(
        petition=petition,
        place=small.a.place,
        unit=small.a.unit,
        routed_on=date(2026, 2, 2),
        receipt_due_on=date(2026, 2, 9),
        accepted_on=date(2026, 2, 3),
        due_on=date(2026, 3, 4),
        replied_on=date(2026, 3, 20),
        reply="已修好",
        result=ResultClass.objects.create(key="A", name="已经解决", counts_as_solved=True),
    )
    step = {"petition": petition, "referral": referral, "by": small.office}
    PetitionEvent.objects.create(**step, verb="pause", at=datetime(2026, 2, 5, 1, tzinfo=UTC), note="等待鉴定")
    PetitionEvent.objects.create(**step, verb="resume", at=datetime(2026, 2, 6, 1, tzinfo=UTC))
    more = {"amount": 5, "unit": "days", "reason": "案情复杂", "approved_by": small.office}
    Extension.objects.create(referral=referral, approved_on=date(2026, 2, 20), **more)
    Urging.objects.create(referral=referral, on=date(2026, 3, 10), by=small.office)
    told = {"told_on": date(2026, 3, 21), "told_by": small.a.officer, "way": "phone", "told": "已修好"}
    Feedback.objects.create(petition=petition, result="satisfied", judged_at=AT, **told)
    shown = evidence(Flag(referral=referral, rule=reply_rule(), rule_key="D3-七"), small.office)
    assert [record.day.isoformat() for record in shown.records] == [
        "2026-02-02",
        "2026-02-03",
        "2026-02-05",
        "2026-02-06",
        "2026-02-09",
        "2026-02-20",
        "2026-03-04",
        "2026-03-10",
        "2026-03-20",
        "2026-03-21",
    ]
    words = [record.text for record in shown.records]
    assert [part in text for part, text in zip(("等待鉴定", "A 已经解决"), (words[2], words[8]), strict=True)] == [
        True
    ] * 2
    assert shown.more == reverse("constituents:detail", args=[petition.pk])


def reply_rule():
    return Rule.objects.get(measure="reply_overdue")


@pytest.mark.rule("L2-23")
def test_what_a_unit_gave_back_says_why_in_the_evidence(small, suggested):
    Referral.objects.filter(pk=suggested.pk).update(returned_on=date(2026, 2, 16), return_reason="不属本单位职责")
    suggested.refresh_from_db()
    shown = evidence(Flag(referral=suggested, rule=reply_rule(), rule_key="L1-51"), small.office)
    assert any("不属本单位职责" in record.text and record.day == date(2026, 2, 16) for record in shown.records)
