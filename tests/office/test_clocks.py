"""Clocks: each deadline is stamped once with its rule, and moves only when the calendar or its start day does."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core.management import call_command

from constituents.deadlines import ReplyClock
from constituents.models import Extension, Petition, Referral
from deputies.models import Term
from liaison_stations.models import Reception
from office import regulations, workdays
from office.clocks import CLOCKS, Moved, Rulebook, recompute, stamp
from office.models import AuditEvent, CalendarDay, Rule, RuleSetUse
from office.rule_sets import STATION
from tests import county
from visits.models import GroupActivity

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
ON = date(2026, 3, 10)


@pytest.fixture
def small(db):
    """A town and a street, with the nine texts and the calendar."""
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    return county.build(towns=("东山镇", "河西街道"))


def petition(town, received_on=date(2026, 2, 12), **more):
    return Petition.objects.create(
        station=town.station,
        year=received_on.year,
        seq=Petition.objects.count() + 1,
        received_on=received_on,
        registered_at=AT,
        visitor="来访人",
        situation="情况",
        request="问题",
        **more,
    )


def referral(town, routed_on=date(2026, 2, 12), **more):
    own = {"petition": petition(town, routed_on)} | more
    return Referral.objects.create(place=town.place, unit=town.unit, routed_on=routed_on, **own)


def stamped(row, due, rule):
    row.refresh_from_db()
    by = getattr(row, rule)
    return getattr(row, due), by and by.clause.key


# Stamping


def test_every_clock_names_columns_that_are_there():
    for clock in CLOCKS.values():
        columns = {field.name for field in apps.get_model(clock.model)._meta.get_fields()}
        assert {clock.start, clock.due, clock.rule, clock.done} <= columns
        clock.waiting(ON).exists()


def test_every_clock_rule_of_the_texts_has_a_clock():
    assert set(Rule.objects.filter(kind=Rule.Kind.CLOCK).values_list("measure", flat=True)) <= set(CLOCKS)


@pytest.mark.rule("D3-六h")
def test_a_walk_in_matter_is_handed_to_the_deputy_within_five_working_days(small):
    row = petition(small.a)
    assert stamp("hand_over", on=ON) == 1
    assert stamped(row, "hand_over_due_on", "hand_over_rule") == (date(2026, 2, 26), "D3-六h")


def test_who_asks_the_rulebook_is_told_what_a_stamp_would_write(small):
    book, begun = Rulebook.load("hand_over", "forward", "unit_receipt", "feedback_overdue"), date(2026, 2, 12)
    for town in (small.a, small.b):
        sent, replied = referral(town), referral(town, replied_on=begun, reply="已办")
        heard = petition(town, channel="visit", deputy=town.deputy)
        rows = {"hand_over": sent.petition, "forward": heard, "unit_receipt": sent, "feedback_overdue": replied}
        for measure, row in rows.items():
            level = town.deputy.term.jurisdiction.level if measure == "forward" else STATION
            stamp(measure, on=ON, among=[row.pk])
            row.refresh_from_db()
            clock = CLOCKS[measure]
            told = (getattr(row, clock.due), getattr(row, clock.rule))
            assert (measure, *book.deadline(measure, begun, town.place, level)) == (measure, *told)


@pytest.mark.rule("D1-3①e")
def test_a_matter_that_a_deputy_heard_is_passed_on_within_five_working_days(small):
    heard = petition(small.a, channel="visit", deputy=small.a.deputy)
    nobody_s = petition(small.a, channel="visit")
    walked_in = petition(small.a, deputy=small.a.deputy)
    assert stamp("forward", on=ON) == 1
    assert stamped(heard, "hand_over_due_on", "hand_over_rule") == (date(2026, 2, 26), "D1-3①e")
    assert stamped(nobody_s, "hand_over_due_on", "hand_over_rule") == (None, None)
    assert stamped(walked_in, "hand_over_due_on", "hand_over_rule") == (None, None)


def test_a_deputy_of_a_town_s_congress_does_not_owe_what_the_county_s_rules_ask(small):
    Term.objects.create(jurisdiction=small.a.place, ordinal=1)
    small.a.deputy.term = Term.objects.get(jurisdiction=small.a.place)
    small.a.deputy.save()
    petition(small.a, channel="letter", deputy=small.a.deputy)
    assert stamp("forward", on=ON) == 0


def test_what_came_from_a_workbook_with_its_course_decided_has_no_hand_over(small):
    petition(small.a, imported=True, course="route")
    undecided = petition(small.a, imported=True)
    assert stamp("hand_over", on=ON) == 1
    assert stamped(undecided, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 26)


@pytest.mark.rule("D3-六f", "D5-四b", "D8-四4")
def test_a_reply_is_fed_back_within_five_working_days_by_the_text_that_is_met_first(small):
    town = referral(small.a, replied_on=date(2026, 2, 12))
    street = referral(small.b, replied_on=date(2026, 2, 12))
    referral(small.a)
    assert stamp("feedback_overdue", on=ON) == 2
    assert stamped(town, "feedback_due_on", "feedback_rule") == (date(2026, 2, 26), "D3-六f")
    assert stamped(street, "feedback_due_on", "feedback_rule") == (date(2026, 2, 26), "D3-六f")


def test_of_two_rules_the_earlier_deadline_holds(small):
    rule = Rule.objects.get(clause__key="D5-四b")
    rule.amounts["days"] = 3
    rule.save()
    street, town = referral(small.b, replied_on=date(2026, 2, 12)), referral(small.a, replied_on=date(2026, 2, 12))
    stamp("feedback_overdue", on=ON)
    assert stamped(street, "feedback_due_on", "feedback_rule") == (date(2026, 2, 24), "D5-四b")
    assert stamped(town, "feedback_due_on", "feedback_rule") == (date(2026, 2, 26), "D3-六f")


@pytest.mark.rule("D9-3")
def test_an_activity_is_reported_within_ten_working_days(small):
    row = GroupActivity.objects.create(group=small.a.group, happened_on=date(2026, 2, 12), content="走访", logged_at=AT)
    assert stamp("activity_report", on=ON) == 1
    assert stamped(row, "report_due_on", "report_rule") == (date(2026, 3, 4), "D9-3")


@pytest.mark.rule("D5-二a", "D5-三a")
def test_a_reception_in_a_street_is_announced_before_and_recorded_after(small):
    street = Reception.objects.create(station=small.b.station, planned_on=date(2026, 5, 15))
    town = Reception.objects.create(station=small.a.station, planned_on=date(2026, 5, 15))
    Reception.objects.create(station=small.b.station, planned_on=date(2026, 7, 15), cancelled=True)
    assert (stamp("reception_notice", on=ON), stamp("reception_record", on=ON)) == (1, 1)
    assert stamped(street, "notice_due_on", "notice_rule") == (date(2026, 5, 12), "D5-二a")
    assert stamped(street, "record_due_on", "record_rule") == (date(2026, 5, 18), "D5-三a")
    assert stamped(town, "notice_due_on", "notice_rule") == (None, None)


def test_a_clock_that_has_not_started_by_that_day_waits(small):
    petition(small.a, date(2026, 3, 11))
    assert stamp("hand_over", on=ON) == 0
    assert stamp("hand_over", on=date(2026, 3, 11)) == 1


def test_a_deadline_is_stamped_once(small):
    row = petition(small.a)
    stamp("hand_over", on=ON)
    Rule.objects.filter(measure="hand_over").update(amounts={"days": 1, "unit": "days"})
    assert stamp("hand_over", on=ON) == 0
    assert stamped(row, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 26)


def test_the_version_in_force_on_the_start_day_counts(small):
    old = Rule.objects.get(measure="hand_over")
    new = Rule.objects.get(pk=old.pk)
    new.pk, new.effective_from, new.amounts = None, date(2026, 2, 13), {"days": 1, "unit": "working-days"}
    Rule.objects.filter(pk=old.pk).update(effective_to=date(2026, 2, 12))
    new.save()
    before, after = petition(small.a), petition(small.a, date(2026, 2, 13))
    assert stamp("hand_over", on=ON) == 2
    assert stamped(before, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 26)
    assert stamped(after, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 14)


def test_where_a_rule_set_is_not_in_use_nothing_is_stamped(small):
    RuleSetUse.objects.filter(rule_set__key="station").update(area=small.b.place)
    here, elsewhere = petition(small.b), petition(small.a)
    assert stamp("hand_over", on=ON) == 1
    assert stamped(here, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 26)
    assert stamped(elsewhere, "hand_over_due_on", "hand_over_rule") == (None, None)


def test_only_the_rows_asked_for_are_stamped(small):
    one, other = petition(small.a), petition(small.a)
    assert stamp("hand_over", on=ON, among=[one.pk]) == 1
    assert stamped(other, "hand_over_due_on", "hand_over_rule") == (None, None)


@pytest.mark.parametrize("rows", [1, 30])
def test_one_start_day_is_stamped_by_as_many_statements_for_one_row_as_for_many(small, rows, django_assert_num_queries):
    for _n in range(rows):
        petition(small.a)
    # Whether any waits, the rules, their uses, the days, the calendar, the update.
    with django_assert_num_queries(6):
        assert stamp("hand_over", on=ON) == rows


# Replies


@pytest.mark.rule("D3-七")
def test_a_reply_is_due_by_the_unit_of_the_rule_and_only_where_its_set_is_used(small):
    assert ReplyClock.load().due(date(2026, 2, 12), small.a.place)[0] == date(2026, 3, 14)
    Rule.objects.filter(measure="reply_overdue").update(amounts={"days": 5, "unit": "working-days"})
    RuleSetUse.objects.filter(rule_set__key="station").update(area=small.a.place)
    due, rule = ReplyClock.load().due(date(2026, 2, 12), small.a.place)
    assert (due, rule.clause.key) == (date(2026, 2, 26), "D3-七")
    assert ReplyClock.load().due(date(2026, 2, 12), small.b.place) == (None, None)


def test_a_referral_without_a_deadline_gets_none_from_the_sweep(small):
    referral(small.a)
    assert stamp("reply_overdue", on=ON) == 0


# Moving


def free(day, name="防汛"):
    CalendarDay.objects.update_or_create(day=day, defaults={"working": False, "name": name, "edited": True})


def test_a_change_of_the_calendar_moves_what_runs_and_writes_down_what_changed(small):
    running, other, done = petition(small.a), petition(small.a), petition(small.a, handed_over_on=date(2026, 2, 13))
    before = petition(small.a, date(2026, 1, 5))
    stamp("hand_over", on=ON)
    free(date(2026, 2, 25))
    assert recompute(by=small.office, at=AT, why="2月25日防汛") == [
        Moved("hand_over", [running.pk, other.pk], date(2026, 2, 26), date(2026, 2, 27))
    ]
    assert stamped(running, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 27)
    assert stamped(done, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 26)
    assert stamped(before, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 1, 12)
    events = AuditEvent.objects.filter(action="deadline.moved").order_by("subject_id")
    assert [(e.subject_type, e.subject_id, e.user) for e in events] == [
        ("constituents.petition", running.pk, small.office),
        ("constituents.petition", other.pk, small.office),
    ]
    assert events[0].detail == {
        "field": "hand_over_due_on",
        "was": "2026-02-26",
        "now": "2026-02-27",
        "why": "2月25日防汛",
    }
    assert recompute(by=small.office, at=AT) == []


def test_calendar_days_are_not_moved_by_a_holiday(small):
    due, rule = ReplyClock.load().due(date(2026, 2, 12), small.a.place)
    row = referral(small.a, due_on=due, due_rule=rule)
    free(date(2026, 2, 25))
    assert recompute(by=small.office, at=AT) == []
    assert stamped(row, "due_on", "due_rule") == (date(2026, 3, 14), "D3-七")


def extend(row, by, amount, unit):
    return Extension.objects.create(
        referral=row, amount=amount, unit=unit, reason="案情复杂", approved_by=by, approved_on=ON
    )


def test_an_extension_in_working_days_moves_with_the_calendar(small):
    due, rule = ReplyClock.load().due(date(2026, 2, 12), small.a.place)
    row = referral(small.a, due_on=date(2026, 3, 20), due_rule=rule)
    assert due == date(2026, 3, 14)  # a Saturday
    extend(row, small.office, 5, "working-days")
    assert recompute(by=small.office, at=AT) == []
    free(date(2026, 3, 18))
    assert recompute(by=small.office, at=AT) == [Moved("reply_overdue", [row.pk], date(2026, 3, 20), date(2026, 3, 23))]


def test_a_day_that_the_office_named_by_hand_is_never_moved(small):
    row = referral(small.a, due_on=date(2026, 3, 20))
    extend(row, small.office, 5, "working-days")
    free(date(2026, 3, 18))
    assert recompute(by=small.office, at=AT) == []


def test_a_corrected_start_day_moves_its_deadline_whatever_the_unit(small):
    due, rule = ReplyClock.load().due(date(2026, 2, 12), small.a.place)
    row = referral(small.a, due_on=due, due_rule=rule)
    Referral.objects.filter(pk=row.pk).update(routed_on=date(2026, 2, 13))
    assert recompute(by=small.office, at=AT) == []
    moved = recompute(by=small.office, at=AT, why="更正转办日期", among={"constituents.referral": [row.pk]})
    assert moved == [Moved("reply_overdue", [row.pk], date(2026, 3, 14), date(2026, 3, 15))]


@pytest.mark.parametrize("rows", [1, 30])
def test_a_recomputation_costs_the_same_for_one_row_as_for_many(small, rows, django_assert_max_num_queries):
    for _n in range(rows):
        petition(small.a)
    stamp("hand_over", on=ON)
    free(date(2026, 2, 25))
    with django_assert_max_num_queries(30):
        (moved,) = recompute(by=small.office, at=AT)
    assert len(moved.keys) == rows


def test_a_calendar_that_comes_with_a_new_version_of_the_system_moves_what_runs(small):
    CalendarDay.objects.filter(day__year=2026).delete()
    row = petition(small.a)
    stamp("hand_over", on=ON)
    assert stamped(row, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 19)
    call_command("load_regulations", verbosity=0)
    assert stamped(row, "hand_over_due_on", "hand_over_rule")[0] == date(2026, 2, 26)
    assert AuditEvent.objects.get(action="deadline.moved").user is None
