"""Each measure by itself: what it asks, what counts for it and what does not, and how its flag ends."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from constituents.models import LiaisonVoter, Petition, Referral
from deputies.models import Absence, CongressSession, Deputy, Term
from liaison_stations.models import Reception, ReceptionDuty, Station, StationPost
from office import regulations, rule_versions
from office.models import Rule, RuleSet, RuleSetUse
from office.regulations.measures import MEASURES, fault
from reports import actions
from reports.duties import duties, wording
from reports.models import Flag
from reports.sweep import sweep
from tests import county
from visits.models import AreaFiling, GroupActivity, Meeting, Visit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def small(db):
    """A town and a street, whose leaders have left and owe nothing; the rules are those of the data files."""
    regulations.load(on=date(2026, 1, 1))
    small = county.build(towns=("东山镇", "河西街道"))
    Deputy.objects.filter(name__startswith="组长").update(end_reason="辞职", left_on=date(2025, 12, 1))
    return small


@pytest.fixture
def town_set(small):
    """The town's rule set is used for the county's deputies too, in the first town alone."""
    return RuleSetUse.objects.create(
        rule_set=RuleSet.objects.get(key="town"), level="county", area=small.a.place, effective_from=date(2026, 1, 1)
    )


def visit(deputy, on, kind="home", logged=None):
    at = datetime.combine(logged or on, time(9), ZoneInfo("Asia/Shanghai"))
    return Visit.objects.create(deputy=deputy, met="某人", happened_on=on, kind=kind, logged_at=at)


def flags(key, **about):
    rows = Flag.objects.filter(rule_key=key, **about).order_by("pk")
    return [(flag.period, flag.severity, flag.cleared_why) for flag in rows]


def swept(key, *days, **about):
    """The flags of a rule after the sweeps of these days."""
    for day in days:
        sweep(on=day, only=[key])
    return flags(key, **about)


def duty(key, subject, on, first=None, last=None):
    """The one duty of a subject under a rule in a period."""
    found = duties(first or on.replace(month=1, day=1), last or on, on=on)
    (one,) = [d for d in found if d.rule.clause.key == key and (d.kind, d.pk) == subject]
    return one


# -- a deputy's year


@pytest.mark.rule("D9-2二a")
@pytest.mark.parametrize(("kind", "counts"), [("home", True), ("visit", True), ("group", False), ("phone", False)])
def test_a_group_activity_or_a_call_is_no_return_to_the_district(small, kind, counts):
    visit(small.a.deputy, date(2026, 5, 1), kind)
    expected = [] if counts else [("2026", "amber", "")]
    assert swept("D9-2二a", date(2026, 10, 1), deputy=small.a.deputy) == expected
    one = duty("D9-2二a", ("deputy", small.a.deputy.pk), date(2026, 10, 1))
    assert (one.required, one.done) == (1, int(counts))
    names = {"group": "小组活动 1", "phone": "电话联系 1"}
    assert one.why == ("" if counts else f"不计入这项规则：{names[kind]}")


@pytest.mark.rule("D9-2二a", "D1-4")
def test_a_year_turns_amber_in_autumn_and_red_at_its_end(small):
    about = {"deputy": small.a.deputy}
    assert swept("D9-2二a", date(2026, 9, 30), **about) == []
    assert swept("D9-2二a", date(2026, 10, 1), date(2026, 12, 31), **about) == [("2026", "amber", "")]
    assert swept("D9-2二a", date(2027, 1, 1), **about) == [("2026", "red", "")]
    assert swept("D1-4", date(2026, 11, 30), **about) == []
    assert swept("D1-4", date(2026, 12, 1), date(2027, 1, 1), **about) == [("2026", "red", "")]


@pytest.mark.rule("D1-4")
def test_only_a_report_to_voters_is_one(small):
    visit(small.a.deputy, date(2026, 5, 1), "forum")
    assert swept("D1-4", date(2026, 12, 1), deputy=small.a.deputy) == [("2026", "amber", "")]
    visit(small.a.deputy, date(2026, 12, 2), "report")
    assert swept("D1-4", date(2026, 12, 2), deputy=small.a.deputy) == [("2026", "amber", "satisfied")]


@pytest.mark.rule("D1-4")
@pytest.mark.parametrize(("joined", "asked"), [(date(2026, 7, 1), True), (date(2026, 7, 2), False)])
def test_a_year_is_owed_after_six_full_months_in_office(small, joined, asked):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(joined_on=joined)
    assert len(swept("D1-4", date(2027, 1, 1), deputy=small.a.deputy)) == int(asked)
    one = duty("D1-4", ("deputy", small.a.deputy.pk), date(2027, 1, 1), date(2026, 1, 1), date(2026, 12, 31))
    assert (one.excluded, one.why) == ((False, "") if asked else (True, "在任 5 个整月，满 6 个整月才作要求"))


@pytest.mark.rule("D1-4")
def test_months_on_leave_are_no_full_months(small):
    leave = {"kind": "leave", "reason": "病假", "approved_by": "主任会议"}
    Absence.objects.create(deputy=small.a.deputy, since=date(2026, 1, 10), until=date(2026, 7, 2), **leave)
    assert swept("D1-4", date(2027, 1, 1), deputy=small.a.deputy) == []


@pytest.mark.rule("D1-3①c")
def test_a_call_counts_as_a_visit_at_the_door_only_when_the_office_says_so(small):
    visit(small.a.deputy, date(2026, 5, 4), "phone")
    who, on = ("deputy", small.a.deputy.pk), date(2026, 5, 31)
    assert duty("D1-3①c", who, on, on, on).done == 0
    rule = Rule.objects.get(measure="home_visit")
    amounts = {**rule.amounts, "not_counting": [k for k in rule.amounts["not_counting"] if k != "phone"]}
    said = {"amounts": amounts, "severity": "", "recipient": "", "note": ""}
    rule_versions.amend(rule, by=small.office, at=AT, effective_from=date(2026, 5, 1), **said)
    assert duty("D1-3①c", who, on, on, on).done == 1


@pytest.mark.rule("D1-4")
@pytest.mark.parametrize(("since", "asked"), [(date(2026, 7, 1), True), (date(2026, 8, 1), False)])
def test_months_that_the_office_has_no_records_of_are_no_full_months(small, since, asked):
    Term.objects.update(records_since=since)
    assert len(swept("D1-4", date(2027, 1, 1), deputy=small.a.deputy)) == int(asked)
    one = duty("D1-4", ("deputy", small.a.deputy.pk), date(2027, 1, 1), date(2026, 1, 1), date(2026, 12, 31))
    assert one.excluded != asked


# -- the town's set


@pytest.mark.rule("D8-二a")
def test_the_contact_month_is_august(small, town_set):
    about = {"deputy": small.a.deputy}
    visit(small.a.deputy, date(2026, 7, 31))
    assert swept("D8-二a", date(2026, 8, 19), **about) == []
    assert swept("D8-二a", date(2026, 8, 20), date(2026, 9, 1), **about) == [("2026-08", "amber", "")]
    visit(small.a.deputy, date(2026, 8, 25), logged=date(2026, 9, 2))
    assert swept("D8-二a", date(2026, 9, 2), **about) == [("2026-08", "amber", "late")]
    assert flags("D8-二a", deputy=small.b.deputy) == []


@pytest.mark.rule("D8-二b")
@pytest.mark.parametrize(
    ("on", "kind", "counts"),
    [
        (date(2026, 3, 1), "forum", True),
        (date(2026, 2, 1), "home", True),
        (date(2026, 3, 2), "home", False),
        (date(2026, 1, 30), "visit", False),
        (date(2026, 2, 20), "phone", False),
    ],
)
def test_before_a_session_a_deputy_holds_a_forum_or_goes_to_see_voters(small, town_set, on, kind, counts):
    CongressSession.objects.create(term=small.term, name="第六次会议", opens_on=date(2026, 3, 2))
    visit(small.a.deputy, on, kind)
    expected = [] if counts else [("2026-03-02", "amber", "")]
    assert swept("D8-二b", date(2026, 2, 18), date(2026, 3, 3), deputy=small.a.deputy) == expected


@pytest.mark.rule("D8-二b")
def test_what_is_owed_before_a_session_turns_amber_ten_days_before_it_opens(small, town_set):
    CongressSession.objects.create(term=small.term, name="第六次会议", opens_on=date(2026, 3, 2))
    assert swept("D8-二b", date(2026, 2, 19)) == []
    assert swept("D8-二b", date(2026, 2, 20), deputy=small.a.deputy) == [("2026-03-02", "amber", "")]


@pytest.mark.rule("D8-三")
@pytest.mark.parametrize(("count", "wrong"), [(4, True), (5, False), (6, True)])
def test_exactly_five_liaison_voters_are_right(small, town_set, count, wrong):
    for n in range(count):
        LiaisonVoter.objects.create(deputy=small.a.deputy, name=f"选民{n}")
    assert len(swept("D8-三", date(2026, 2, 5), deputy=small.a.deputy)) == int(wrong)
    assert duty("D8-三", ("deputy", small.a.deputy.pk), date(2026, 2, 5)).done == count


# -- groups and the office


@pytest.mark.rule("D9-1a")
def test_a_group_goes_to_see_voters_once_a_year(small):
    about = {"group": small.a.group}
    activity = {"group": small.a.group, "content": "走访", "logged_at": AT}
    GroupActivity.objects.create(happened_on=date(2026, 4, 1), kind="training", **activity)
    assert swept("D9-1a", date(2026, 9, 30), **about) == []
    assert swept("D9-1a", date(2026, 10, 1), **about) == [("2026", "amber", "")]
    GroupActivity.objects.create(happened_on=date(2026, 10, 2), kind="visit", **activity)
    assert swept("D9-1a", date(2026, 10, 2), **about) == [("2026", "amber", "satisfied")]


@pytest.mark.rule("D9-1a")
def test_a_third_visit_of_a_group_is_remarked_and_no_fault(small):
    for month in (2, 5, 8):
        GroupActivity.objects.create(
            group=small.a.group, happened_on=date(2026, month, 3), kind="visit", content="走访", logged_at=AT
        )
    one = duty("D9-1a", ("group", small.a.group.pk), date(2026, 12, 1))
    assert (one.state, one.done, one.why) == ("met", 3, "超过规定的 2 次")


@pytest.mark.rule("D9-1a")
def test_a_group_without_a_deputy_in_office_owes_nothing(small):
    Deputy.objects.update(end_reason="辞职", left_on=date(2026, 3, 1))
    assert swept("D9-1a", date(2026, 10, 1)) == []
    assert duty("D9-1a", ("group", small.a.group.pk), date(2026, 10, 1)).why == "小组内没有在任代表"


# -- what an area files


def set_by_the_county(small, **amounts):
    rule = Rule.objects.get(measure="area_filing")
    amounts = {"minimum": 1, **amounts}
    told = {"severity": "amber", "recipient": "乡镇人大", "note": "主任会议决定", "amounts": amounts}
    return rule_versions.amend(rule, by=small.office, at=AT, effective_from=date(2026, 3, 1), **told)


def filed(small, last, on):
    at = datetime.combine(on, time(9), ZoneInfo("Asia/Shanghai"))
    about = {"group": small.a.group, "first": date(2026, 1, 1), "last": last, "title": "材料", "content": "走访选民"}
    filing = {"written_at": at, "written_by": small.office, "filed_at": at, "filed_by": small.office}
    return AreaFiling.objects.create(**about, **filing, reported_on=on)


@pytest.mark.rule("D1-3a")
def test_as_long_as_the_county_has_not_said_how_often_an_area_files_nothing_is_asked(small):
    assert swept("D1-3a", date(2026, 7, 1), date(2027, 1, 20)) == []
    assert duties(date(2026, 1, 1), date(2026, 12, 31), on=date(2026, 12, 31), measures=["area_filing"]) == []


@pytest.mark.rule("D1-3a")
def test_an_area_files_by_the_day_that_the_county_has_set(small):
    set_by_the_county(small, every_months=6, days_after=15)
    about = {"group": small.a.group}
    assert swept("D1-3a", date(2026, 6, 30), **about) == []
    assert swept("D1-3a", date(2026, 7, 1), **about) == [("2026-06", "amber", "")]
    assert Flag.objects.get(**about, rule_key="D1-3a").due_on == date(2026, 7, 15)
    filed(small, date(2026, 6, 30), date(2026, 7, 10))
    assert swept("D1-3a", date(2026, 7, 20), **about) == [("2026-06", "amber", "satisfied")]
    assert swept("D1-3a", date(2027, 1, 20), **about)[1] == ("2026-12", "amber", "")
    filed(small, date(2026, 12, 31), date(2027, 1, 22))
    assert swept("D1-3a", date(2027, 1, 22), **about)[1] == ("2026-12", "amber", "late")


@pytest.mark.rule("D1-3a")
def test_what_an_area_has_not_filed_yet_is_said_with_its_months(small):
    set_by_the_county(small, every_months=3, days_after=10)
    late = duty("D1-3a", ("group", small.a.group.pk), date(2026, 7, 12), date(2026, 4, 20), date(2026, 7, 10))
    assert (late.state, late.last) == ("missed", date(2026, 7, 10))
    assert wording.sentence(late, date(2026, 7, 12)) == "2026年4月—6月：联系选民活动的书面材料还没有报乡镇人大备案"


@pytest.mark.parametrize(("months", "days", "wrong"), [(5, 10, "every_months"), (1, 29, "days_after")])
def test_a_year_is_divided_into_whole_periods_and_the_day_lies_within_the_next(months, days, wrong):
    amounts = {"minimum": 1, "every_months": months, "days_after": days}
    assert fault(MEASURES["area_filing"], amounts)[0] == wrong


@pytest.mark.rule("D9-5")
def test_the_county_s_office_calls_the_group_leaders_once_a_year(small):
    assert swept("D9-5", date(2026, 10, 1)) == [("2026", "amber", "")]
    assert Flag.objects.get(rule_key="D9-5").office == small.county
    meeting = {"jurisdiction": small.county, "happened_on": date(2026, 10, 8), "logged_at": AT}
    Meeting.objects.create(kind="other", **meeting)
    assert swept("D9-5", date(2026, 10, 8)) == [("2026", "amber", "")]
    Meeting.objects.create(kind="group_leaders", **meeting)
    assert swept("D9-5", date(2026, 10, 8)) == [("2026", "amber", "satisfied")]


# -- stations


def petition(town, on, **more):
    return Petition.objects.create(
        station=town.station,
        year=2026,
        seq=Petition.objects.count() + 1,
        received_on=on,
        registered_at=datetime.combine(on, time(9), ZoneInfo("Asia/Shanghai")),
        visitor="来访人",
        situation="情况",
        request="问题",
        **more,
    )


@pytest.mark.rule("D3-三")
@pytest.mark.parametrize("evidence", ["held", "planned", "cancelled", "deputy", "officer", "letter"])
def test_a_station_receives_the_public_once_a_month(small, evidence):
    town, day = small.a, date(2026, 2, 15)
    if evidence in ("held", "planned", "cancelled"):
        held = None if evidence == "planned" else day
        Reception.objects.create(station=town.station, planned_on=day, held_on=held, cancelled=evidence == "cancelled")
    else:
        channel = "letter" if evidence == "letter" else "walk_in"
        petition(town, day, channel=channel, deputy=None if evidence == "officer" else town.deputy)
    expected = [] if evidence in ("held", "deputy") else [("2026-02", "amber", "")]
    assert swept("D3-三", date(2026, 2, 25), date(2026, 3, 1), station=town.station, period="2026-02") == expected


@pytest.mark.rule("D3-二a")
@pytest.mark.parametrize(("head", "wrong"), [("leader", False), ("deputy", True), ("nobody", False)])
def test_a_station_is_headed_by_a_group_leader_as_a_rule(small, head, wrong):
    who = {"leader": small.a.leader, "deputy": small.a.deputy, "nobody": None}[head]
    Station.objects.filter(pk=small.a.station.pk).update(head=who, head_name="" if who else "镇干部")
    assert len(swept("D3-二a", date(2026, 2, 5), station=small.a.station)) == int(wrong)


@pytest.mark.rule("D5-一b")
def test_a_street_s_station_has_somebody_who_follows_matters_up(small):
    assert swept("D5-一b", date(2026, 2, 5)) == [("2026-02-05", "amber", "")]
    assert Flag.objects.get(rule_key="D5-一b").station == small.b.station
    StationPost.objects.create(station=small.b.station, kind="tracker", name="专职人员")
    assert swept("D5-一b", date(2026, 2, 6)) == [("2026-02-05", "amber", "satisfied")]


@pytest.mark.rule("D5-二a")
@pytest.mark.parametrize(("posted", "confirmed", "wrong"), [(12, 12, False), (12, None, True), (None, 12, True)])
def test_three_days_before_a_reception_its_notice_hangs_and_its_deputies_have_confirmed(
    small, posted, confirmed, wrong
):
    def day(n):
        return n and date(2026, 3, n)

    reception = Reception.objects.create(
        station=small.b.station, planned_on=date(2026, 3, 15), notice_posted_on=day(posted)
    )
    ReceptionDuty.objects.create(reception=reception, deputy=small.b.deputy, confirmed_on=day(confirmed))
    assert swept("D5-二a", date(2026, 3, 12)) == []
    assert len(swept("D5-二a", date(2026, 3, 13))) == int(wrong)


@pytest.mark.rule("D5-三a")
def test_after_a_reception_something_is_written_down_or_that_nobody_came(small):
    friday = {"planned_on": date(2026, 3, 13), "held_on": date(2026, 3, 13)}
    reception = Reception.objects.create(station=small.b.station, **friday)
    assert swept("D5-三a", date(2026, 3, 16)) == []
    assert swept("D5-三a", date(2026, 3, 17)) == [("", "amber", "")]
    Reception.objects.filter(pk=reception.pk).update(nobody_came=True)
    assert swept("D5-三a", date(2026, 3, 18)) == [("", "amber", "satisfied")]


@pytest.mark.rule("D5-三a")
def test_an_entry_of_the_day_is_enough_and_a_cancelled_reception_needs_none(small):
    Reception.objects.create(station=small.b.station, planned_on=date(2026, 3, 12), cancelled=True)
    Reception.objects.create(station=small.b.station, planned_on=date(2026, 3, 13), held_on=date(2026, 3, 13))
    petition(small.b, date(2026, 3, 13))
    assert swept("D5-三a", date(2026, 3, 20)) == []


# -- matters


@pytest.mark.rule("D3-六h", "D1-3①e")
@pytest.mark.parametrize(("channel", "key"), [("walk_in", "D3-六h"), ("letter", "D1-3①e")])
def test_a_matter_goes_on_within_five_working_days(small, channel, key):
    one = petition(small.a, date(2026, 2, 12), channel=channel, deputy=small.a.deputy)
    assert swept(key, date(2026, 2, 26)) == []
    assert swept(key, date(2026, 2, 27)) == [("", "amber", "")]
    Petition.objects.filter(pk=one.pk).update(handed_over_on=date(2026, 2, 27))
    assert swept(key, date(2026, 2, 28)) == [("", "amber", "late")]


@pytest.mark.parametrize("status", ["answered", "declined", "closed", "void"])
def test_a_matter_that_came_to_its_end_is_handed_to_nobody(small, status):
    one = petition(small.a, date(2026, 2, 12), deputy=small.a.deputy)
    assert swept("D3-六h", date(2026, 2, 27)) == [("", "amber", "")]
    Petition.objects.filter(pk=one.pk).update(**county.ended(status))
    assert swept("D3-六h", date(2026, 2, 28)) == [("", "amber", "gone")]


@pytest.mark.rule("D3-六f")
def test_a_reply_is_brought_back_within_five_working_days(small):
    asked = Referral.objects.create(
        petition=petition(small.a, date(2026, 1, 5)),
        place=small.a.place,
        unit=small.a.unit,
        routed_on=date(2026, 1, 5),
        due_on=date(2026, 2, 4),
        replied_on=date(2026, 2, 3),
    )
    assert swept("D3-六f", date(2026, 2, 10)) == []
    assert swept("D3-六f", date(2026, 2, 11)) == [("", "red", "")]
    Referral.objects.filter(pk=asked.pk).update(fed_back_on=date(2026, 2, 10))
    assert swept("D3-六f", date(2026, 2, 12)) == [("", "red", "satisfied")]


@pytest.mark.rule("D3-七")
def test_amber_days_warn_before_a_reply_is_due_and_red_follows(small):
    rule = Rule.objects.get(measure="reply_overdue")
    said = {"amounts": {**rule.amounts, "amber_days": 7}, "severity": "red", "recipient": "", "note": ""}
    rule = rule_versions.amend(rule, by=small.office, at=AT, effective_from=date(2026, 3, 1), **said)
    asked = Referral.objects.create(
        petition=petition(small.a, date(2026, 3, 2)),
        place=small.a.place,
        unit=small.a.unit,
        routed_on=date(2026, 3, 2),
        due_on=date(2026, 4, 1),
        due_rule=rule,
    )
    assert swept("D3-七", date(2026, 3, 24)) == []
    assert swept("D3-七", date(2026, 3, 25)) == [("", "amber", "")]
    Referral.objects.filter(pk=asked.pk).update(due_on=date(2026, 4, 3))
    assert swept("D3-七", date(2026, 3, 27)) == [("", "amber", "")]
    assert Flag.objects.get(rule_key="D3-七").due_on == date(2026, 4, 3)
    assert swept("D3-七", date(2026, 4, 4)) == [("", "red", "")]
    Referral.objects.filter(pk=asked.pk).update(due_on=date(2026, 4, 9))
    assert swept("D3-七", date(2026, 4, 5)) == [("", "amber", "")]
    Referral.objects.filter(pk=asked.pk).update(due_on=date(2026, 5, 9))
    assert swept("D3-七", date(2026, 4, 6)) == [("", "amber", "gone")]


@pytest.mark.rule("D9-3")
def test_an_activity_is_reported_within_ten_working_days(small):
    GroupActivity.objects.create(group=small.a.group, happened_on=date(2026, 3, 2), content="走访", logged_at=AT)
    assert swept("D9-3", date(2026, 3, 16)) == []
    assert swept("D9-3", date(2026, 3, 17)) == [("", "amber", "")]
    GroupActivity.objects.update(reported_on=date(2026, 3, 17))
    assert swept("D9-3", date(2026, 3, 17)) == [("", "amber", "late")]


# -- rules that change, sets that are switched, flags that are waived


def test_a_set_that_is_no_longer_used_takes_its_flags_with_it(small, town_set):
    assert swept("D8-三", date(2026, 2, 5), deputy=small.a.deputy) == [("2026-02-05", "amber", "")]
    RuleSetUse.objects.filter(pk=town_set.pk).update(effective_to=date(2026, 2, 5))
    assert swept("D8-三", date(2026, 2, 6), deputy=small.a.deputy) == [("2026-02-05", "amber", "gone")]


def test_a_month_is_judged_by_the_set_that_was_used_on_its_last_day(small, town_set):
    RuleSetUse.objects.filter(pk=town_set.pk).update(effective_from=date(2026, 8, 31))
    assert swept("D8-二a", date(2026, 9, 1), deputy=small.a.deputy) == [("2026-08", "amber", "")]
    RuleSetUse.objects.filter(pk=town_set.pk).update(effective_from=date(2026, 9, 1))
    assert swept("D8-二a", date(2026, 9, 2), deputy=small.a.deputy) == [("2026-08", "amber", "gone")]


def test_an_edited_amount_counts_from_its_day_and_an_old_month_keeps_the_old_one(small):
    for month in (1, 2, 3):
        visit(small.a.deputy, date(2026, month, 5))
    rule = Rule.objects.get(measure="monthly_contact")
    said = {"amounts": {**rule.amounts, "minimum": 2}, "severity": "red", "recipient": "", "note": ""}
    rule_versions.amend(rule, by=small.office, at=AT, effective_from=date(2026, 3, 1), **said)
    days = [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
    assert swept("D1-3①b", *days, deputy=small.a.deputy) == [("2026-03", "red", "")]
    visit(small.a.deputy, date(2026, 3, 9), logged=date(2026, 4, 2))
    assert swept("D1-3①b", date(2026, 4, 2), deputy=small.a.deputy) == [("2026-03", "red", "late")]


def test_a_flag_goes_on_under_the_version_that_came_into_force_while_it_was_open(small):
    rule = Rule.objects.get(measure="monthly_contact")
    assert swept("D1-3①b", date(2026, 3, 1), deputy=small.a.deputy) == [("2026-02", "red", "")]
    said = {"amounts": {**rule.amounts, "minimum": 2}, "severity": "red", "recipient": "", "note": ""}
    newer = rule_versions.amend(rule, by=small.office, at=AT, effective_from=date(2026, 2, 1), **said)
    visit(small.a.deputy, date(2026, 2, 9), logged=date(2026, 3, 2))
    assert swept("D1-3①b", date(2026, 3, 2), deputy=small.a.deputy) == [("2026-02", "red", "")]
    flag = Flag.objects.get(deputy=small.a.deputy, rule_key="D1-3①b")
    assert (flag.rule, flag.raised_on) == (newer, date(2026, 3, 1))


def test_a_year_that_runs_is_judged_by_the_version_of_its_last_day_before_that_begins(small):
    assert swept("D1-4", date(2026, 12, 1), deputy=small.a.deputy) == [("2026", "amber", "")]
    rule = Rule.objects.get(measure="annual_report_to_voters")
    said = {"amounts": {**rule.amounts, "minimum": 2}, "severity": "red", "recipient": "", "note": ""}
    newer = rule_versions.amend(rule, by=small.office, at=AT, effective_from=date(2026, 12, 15), **said)
    visit(small.a.deputy, date(2026, 5, 1), "report")
    assert swept("D1-4", date(2026, 12, 2), deputy=small.a.deputy) == [("2026", "amber", "")]
    flag = Flag.objects.get(rule_key="D1-4", deputy=small.a.deputy)
    assert (flag.rule, flag.raised_on) == (newer, date(2026, 12, 1))
    one = duty("D1-4", ("deputy", small.a.deputy.pk), date(2026, 12, 2))
    assert (one.required, one.done, one.state) == (2, 1, "due")


def test_what_was_waived_stays_waived(small):
    sweep(on=date(2026, 3, 1))
    mine = Flag.objects.filter(deputy=small.a.deputy, rule_key="D1-3①b")
    actions.waive(mine, by=small.office, at=AT, on=date(2026, 3, 2), reason="住院，主任会议同意")
    assert swept("D1-3①b", date(2026, 3, 2), date(2026, 3, 31), deputy=small.a.deputy)[0][2] == "waived"
    one = duty("D1-3①b", ("deputy", small.a.deputy.pk), date(2026, 3, 2), date(2026, 2, 1), date(2026, 2, 28))
    assert (one.state, one.why) == ("waived", "住院，主任会议同意（office）")
    actions.unwaive(mine, by=small.office, at=AT)
    assert swept("D1-3①b", date(2026, 4, 1), deputy=small.a.deputy)[0] == ("2026-02", "red", "")


def test_a_superseded_text_is_never_evaluated(small):
    sweep(on=date(2027, 1, 1))
    assert [key for key in Flag.objects.values_list("rule_key", flat=True).distinct() if key.startswith("D4")] == []
    assert Rule.objects.filter(clause__regulation__key="D4").count() == 0
