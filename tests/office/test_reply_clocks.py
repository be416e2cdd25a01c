"""Which day a unit's reply and its receipt are due on: what the matter is decides the rule, and what ends the clock."""

from datetime import UTC, date, datetime

import pytest

from constituents.deadlines import ReplyClock
from constituents.models import Petition, Referral, Suggestion
from office import regulations, workdays
from office.clocks import CLOCKS, Moved, recompute, stamp
from office.explanation import explain
from office.models import AuditEvent, CalendarDay, RuleSetUse
from reports.models import Flag
from reports.sweep import sweep
from tests import county

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
ROUTED = date(2026, 2, 12)  # a Thursday; Spring Festival lies between it and the 24th
REPLIES = ["reply_overdue", "letters_reply", "suggestion_reply", "suggestion_reply_wide", "redo_reply"]


@pytest.fixture
def small(db):
    """A town and a street, with the rules of the data files and the calendar."""
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    return county.build(towns=("东山镇", "河西街道"))


def petition(town, **more):
    return Petition.objects.create(
        station=town.station,
        year=2026,
        seq=Petition.objects.count() + 1,
        received_on=ROUTED,
        registered_at=AT,
        visitor="来访人",
        situation="情况",
        request="问题",
        handed_over_on=ROUTED,
        **{"status": "routed"} | more,
    )


def suggestion(small, **more):
    return Suggestion.objects.create(
        deputy=small.a.deputy,
        jurisdiction=small.county,
        year=2026,
        seq=Suggestion.objects.count() + 1,
        title="修路",
        grounds="理由",
        proposal="建议",
        written_on=ROUTED,
        **{"status": "routed"} | more,
    )


def referral(small, kind="station", round=1, routed_on=ROUTED, **more):
    """A referral with the day of its reply and that of its receipt, as it is when a matter was routed."""
    of = {"suggestion": suggestion(small)} if kind in ("suggestion", "wide") else {"petition": petition(small.a)}
    place = small.county if "suggestion" in of else small.a.place
    clock = ReplyClock.load()
    due_on, due_rule = clock.due(routed_on, place, kind, round)
    made = Referral.objects.create(
        **of | more,
        place=place,
        unit=small.a.unit,
        kind=kind,
        round=round,
        routed_on=routed_on,
        due_on=due_on,
        due_rule=due_rule,
    )
    stamp("unit_receipt", on=routed_on, among=[made.pk])
    made.refresh_from_db()
    return made


def flags(key, *days):
    """The flags of a rule after the sweeps of these days."""
    for day in days:
        sweep(on=day, only=[key])
    return [(flag.severity, flag.cleared_why) for flag in Flag.objects.filter(rule_key=key).order_by("pk")]


def becomes(row, **columns):
    type(row).objects.filter(pk=row.pk).update(**columns)


# -- which rule, which day

BY_KIND = [
    pytest.param("station", 1, date(2026, 3, 14), "reply_overdue", marks=pytest.mark.rule("D3-七")),
    pytest.param("letters", 1, date(2026, 4, 13), "letters_reply", marks=pytest.mark.rule("L2-34")),
    pytest.param("suggestion", 1, date(2026, 5, 12), "suggestion_reply", marks=pytest.mark.rule("L1-51")),
    pytest.param("wide", 1, date(2026, 8, 12), "suggestion_reply_wide", marks=pytest.mark.rule("L1-51")),
    pytest.param("station", 2, date(2026, 3, 12), "redo_reply", marks=pytest.mark.rule("D3-七")),
    pytest.param("suggestion", 2, date(2026, 3, 12), "redo_reply", marks=pytest.mark.rule("D3-七")),
]


@pytest.mark.rule("D3-七", "L1-51", "L2-34")
@pytest.mark.parametrize(("kind", "round", "due", "measure"), BY_KIND)
def test_what_the_matter_is_sets_the_day_of_the_reply(small, kind, round, due, measure):
    row = referral(small, kind, round)
    assert (row.due_on, row.due_rule.measure) == (due, measure)
    assert [name for name in REPLIES if CLOCKS[name].has(row)] == [measure]
    assert [name for name in REPLIES if CLOCKS[name].rows.filter(pk=row.pk).exists()] == [measure]


@pytest.mark.rule("L1-51")
def test_three_months_from_the_end_of_a_month_end_with_the_shorter_month(small):
    assert ReplyClock.load().due(date(2026, 11, 30), small.county, "suggestion")[0] == date(2027, 2, 28)


@pytest.mark.rule("L2-23")
def test_a_unit_has_five_working_days_to_accept_or_return_whatever_the_matter_is(small):
    for kind in ("station", "letters", "suggestion"):
        row = referral(small, kind)
        assert (row.receipt_due_on, row.receipt_rule.clause.key) == (date(2026, 2, 26), "L2-23")


@pytest.mark.rule("L2-23")
def test_the_sweep_stamps_the_receipt_of_what_has_none_but_not_of_old_registers(small):
    mine = Referral.objects.create(petition=petition(small.a), place=small.a.place, unit=small.a.unit, routed_on=ROUTED)
    old = petition(small.a, imported=True)
    Referral.objects.create(petition=old, place=small.a.place, unit=small.a.unit, routed_on=ROUTED)
    gone = petition(small.a)
    back = {"returned_on": ROUTED, "return_reason": "不属本单位职责"}
    Referral.objects.create(petition=gone, place=small.a.place, unit=small.a.unit, routed_on=ROUTED, **back)
    assert stamp("unit_receipt", on=date(2026, 3, 10)) == 1
    mine.refresh_from_db()
    assert (mine.receipt_due_on, mine.receipt_rule.clause.key) == (date(2026, 2, 26), "L2-23")


@pytest.mark.rule("L1-51", "L2-23", "L2-34")
def test_the_law_holds_everywhere_from_the_day_it_came_into_force(small):
    clock = ReplyClock.load()
    for place in (small.county, small.a.place, small.b.place):
        assert clock.due(ROUTED, place, "suggestion")[1].clause.key == "L1-51"
        assert clock.due(ROUTED, place, "letters")[1].clause.key == "L2-34"
    assert clock.due(date(2025, 3, 11), small.county, "suggestion") == (None, None)
    assert clock.due(date(2022, 4, 30), small.county, "letters") == (None, None)
    assert referral(small, routed_on=date(2022, 4, 30)).receipt_rule is None


def test_a_place_without_the_station_s_set_has_the_law_all_the_same(small):
    RuleSetUse.objects.filter(rule_set__key="station").update(area=small.b.place)
    clock = ReplyClock.load()
    assert clock.due(ROUTED, small.a.place) == (None, None)
    assert clock.due(ROUTED, small.a.place, "letters")[0] == date(2026, 4, 13)


def test_all_days_of_a_referral_are_read_with_three_questions(small, django_assert_num_queries):
    with django_assert_num_queries(3):
        clock = ReplyClock.load()
        clock.due(ROUTED, small.a.place, "letters")
        clock.due(ROUTED, small.b.place, round=2)


# -- flags


@pytest.mark.rule("D3-七", "L1-51", "L2-34")
@pytest.mark.parametrize(
    ("kind", "round", "key", "due"),
    [
        ("station", 1, "D3-七", date(2026, 3, 14)),
        ("station", 2, "D3-七", date(2026, 3, 12)),
        ("letters", 1, "L2-34", date(2026, 4, 13)),
        ("suggestion", 1, "L1-51", date(2026, 5, 12)),
        ("wide", 1, "L1-51", date(2026, 8, 12)),
    ],
)
def test_what_is_not_replied_to_in_time_is_flagged_red_by_its_own_rule(small, kind, round, key, due):
    row = referral(small, kind, round)
    late = due.replace(day=due.day + 1)
    assert [severity for severity, _why in flags(key, due)] in ([], ["amber"])
    assert flags(key, late) == [("red", "")]
    flag = Flag.objects.get(rule_key=key)
    assert (flag.referral, flag.jurisdiction, flag.due_on, flag.rule) == (row, row.place, due, row.due_rule)
    becomes(row, replied_on=late)
    assert flags(key, late) == [("red", "late")]


@pytest.mark.rule("L1-51", "L2-34")
def test_the_law_s_replies_turn_amber_before_they_are_due(small):
    referral(small, "letters")
    assert flags("L2-34", date(2026, 4, 2)) == []
    assert flags("L2-34", date(2026, 4, 3)) == [("amber", "")]
    referral(small, "suggestion")
    assert flags("L1-51", date(2026, 4, 26)) == []
    assert flags("L1-51", date(2026, 4, 27)) == [("amber", "")]


@pytest.mark.rule("L2-23")
@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"accepted_on": date(2026, 2, 27)}, "late"),
        ({"accepted_on": date(2026, 2, 26)}, "satisfied"),
        ({"returned_on": date(2026, 2, 27), "return_reason": "不属本单位职责"}, "gone"),
        ({"recalled_on": date(2026, 2, 27)}, "gone"),
        ({"replied_on": date(2026, 2, 27)}, "gone"),
    ],
)
def test_a_unit_that_neither_accepts_nor_returns_is_flagged_until_it_does(small, columns, why):
    row = referral(small)
    assert flags("L2-23", date(2026, 2, 26)) == []
    assert flags("L2-23", date(2026, 2, 27)) == [("amber", "")]
    becomes(row, **columns)
    assert flags("L2-23", date(2026, 2, 28)) == [("amber", why)]


@pytest.mark.rule("D3-七")
def test_as_long_as_its_clock_is_stopped_a_reply_is_not_owed(small):
    row = referral(small)
    assert flags("D3-七", date(2026, 3, 15)) == [("red", "")]
    becomes(row, paused_on=date(2026, 3, 15))
    assert flags("D3-七", date(2026, 3, 16)) == [("red", "gone")]
    becomes(row, paused_on=None)
    assert flags("D3-七", date(2026, 3, 17)) == [("red", "")]


@pytest.mark.rule("D3-七", "L1-51")
@pytest.mark.parametrize("kind", ["station", "suggestion"])
@pytest.mark.parametrize(
    "columns",
    [{"returned_on": date(2026, 2, 20), "return_reason": "不属本单位职责"}, {"recalled_on": date(2026, 2, 20)}],
)
def test_a_unit_that_has_the_matter_no_longer_owes_no_reply(small, kind, columns):
    row = referral(small, kind)
    key = row.due_rule.clause.key
    becomes(row, **columns)
    assert flags(key, date(2026, 5, 13)) == []


@pytest.mark.rule("D3-七")
@pytest.mark.parametrize("status", ["merged", "void", "closed", "answered", "declined"])
def test_of_a_matter_that_came_to_its_end_no_reply_is_owed(small, status):
    petition(small.a)
    row = referral(small)
    becomes(row.petition, **county.ended(status))
    assert flags("D3-七", date(2026, 3, 16)) == []


@pytest.mark.rule("L1-51")
@pytest.mark.parametrize("status", ["closed", "withdrawn"])
def test_of_a_suggestion_that_came_to_its_end_no_reply_is_owed(small, status):
    row = referral(small, "suggestion")
    becomes(row.suggestion, status=status)
    assert flags("L1-51", date(2026, 5, 13)) == []


def test_the_answer_to_a_suggestion_goes_to_its_deputy_and_is_brought_back_to_nobody(small):
    row = referral(small, "suggestion", replied_on=date(2026, 3, 2))
    assert stamp("feedback_overdue", on=date(2026, 3, 20)) == 0
    assert not CLOCKS["feedback_overdue"].has(row)


# -- moving


def flood(day):
    CalendarDay.objects.update_or_create(day=day, defaults={"working": False, "name": "防汛", "edited": True})


@pytest.mark.rule("L2-23")
def test_the_calendar_moves_a_receipt_that_is_awaited_and_no_other(small):
    awaited, accepted = referral(small), referral(small, accepted_on=date(2026, 2, 13))
    back = {"returned_on": date(2026, 2, 13), "return_reason": "不属本单位职责"}
    for ended in (back, {"recalled_on": date(2026, 2, 13)}, {"replied_on": date(2026, 2, 13)}):
        referral(small, **ended)
    flood(date(2026, 2, 25))
    was, now = date(2026, 2, 26), date(2026, 2, 27)
    assert recompute(by=small.office, at=AT) == [Moved("unit_receipt", [awaited.pk], was, now)]
    accepted.refresh_from_db()
    assert accepted.receipt_due_on == was
    assert AuditEvent.objects.get(action="deadline.moved").detail["field"] == "receipt_due_on"


@pytest.mark.rule("L1-51", "L2-34")
def test_days_and_months_are_not_moved_by_a_holiday(small):
    for kind in ("letters", "suggestion", "wide"):
        referral(small, kind, accepted_on=date(2026, 2, 13))
    flood(date(2026, 2, 25))
    assert recompute(by=small.office, at=AT) == []


# -- why it is the day it is


@pytest.mark.parametrize(("kind", "round", "_due", "measure"), [one.values for one in BY_KIND])
def test_a_day_that_the_office_named_by_hand_is_explained_as_that_of_its_own_clock(small, kind, round, _due, measure):
    row = referral(small, kind, round)
    becomes(row, due_rule=None, due_on=date(2026, 4, 1))
    row.refresh_from_db()
    assert [one.clock for one in explain("referral", row, on=date(2026, 3, 1))] == [
        CLOCKS["unit_receipt"],
        CLOCKS[measure],
    ]
