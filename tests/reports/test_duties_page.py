"""What a deputy still owes, and a group: every state in words, one thing to do, the clause, nobody else's record."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from constituents.models import Designation, Household, LiaisonVoter, Petition, Referral
from deputies.models import Absence, CongressSession, Deputy, DeputyGroup, ElectoralDistrict, Term
from liaison_stations.models import Reception, ReceptionDuty
from office import clocks, menu, regulations
from office.models import Assignment, Jurisdiction, Rule
from office.roles import Role
from reports.duties import Duty, State, screen, wording
from reports.models import Flag
from reports.subjects import Kind, Subject
from tests import county
from tests.queries import asked
from tests.reports.world import at
from visits.models import GroupActivity, Visit

pytestmark = pytest.mark.django_db
OWN, GROUP = reverse("reports:duties"), reverse("reports:group_duties")
TODAY = date(2026, 10, 25)
CANARY = "金丝雀不该出现在这里"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(at(TODAY), tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def small(small):
    regulations.load(on=date(2026, 1, 1))
    return small


@pytest.fixture
def phone(client, small):
    return signed_in(client, small.a.deputy_user)


def signed_in(client, user):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def saw(deputy, *days, kind="visit", logged=None, **more):
    for day in days:
        Visit.objects.create(deputy=deputy, met="村民", happened_on=day, kind=kind, logged_at=at(logged or day), **more)


def give_homes(deputy, number=2):
    """So many contact households of a deputy."""
    for n in range(number):
        home = Household.objects.create(head=f"户{deputy.pk}-{n}", jurisdiction=deputy.district.jurisdiction)
        Designation.objects.create(household=home, deputy=deputy, since=date(2026, 1, 1))


def saw_every_month(deputy, *, but=(), until=10):
    saw(deputy, *(date(2026, month, 5) for month in range(1, until + 1) if month not in but))


def be_away(deputy, since, until=None, *, reason="病假", approved_by="主任会议"):
    Absence.objects.create(deputy=deputy, since=since, until=until, reason=reason, approved_by=approved_by)


def petition(town, seq, *, channel="visit", received_on=date(2026, 10, 1), situation="路灯不亮", **more):
    return Petition.objects.create(
        station=town.station,
        year=2026,
        seq=seq,
        received_on=received_on,
        registered_at=at(received_on),
        visitor="来访人",
        situation=situation,
        request="修好",
        channel=channel,
        deputy=town.deputy,
        **more,
    )


def replied(town, seq, on, **more):
    matter = petition(town, seq, channel="walk_in", received_on=on - timedelta(days=20), status="replied", **more)
    days = {"routed_on": on - timedelta(days=19), "replied_on": on}
    return Referral.objects.create(petition=matter, place=town.place, unit=town.unit, **days)


def turn(town, planned_on, *, deputy=None, confirmed_on=None, **more):
    """A turn at a reception whose deputies are asked to confirm three days before (D5-二a)."""
    asked_by = {
        "notice_due_on": planned_on - timedelta(days=3),
        "notice_rule": Rule.objects.get(measure="reception_notice"),
    }
    held = Reception.objects.create(station=town.station, planned_on=planned_on, **asked_by, **more)
    ReceptionDuty.objects.create(reception=held, deputy=deputy or town.deputy, confirmed_on=confirmed_on)
    return held


def stamp_all(on=TODAY):
    for measure in clocks.CLOCKS:
        clocks.stamp(measure, on=on)


def told(cards):
    """The sentences of some cards, with the days."""
    return [(item.sentence, item.days) for card in cards for item in card.items]


def lines(found):
    return [(line.rule.clause.key, line.state, line.periods, line.why) for line in found]


def sheet_of(client):
    page = client.get(OWN)
    assert page.status_code == 200
    return page.context["sheet"]


def town_deputy(small):
    """A deputy of the first town's own congress, under the town rule set, signed in by a name of their own."""
    place = Jurisdiction.objects.get(pk=small.a.place.pk)
    term = Term.objects.create(jurisdiction=place, ordinal=19, records_since=date(2026, 1, 1))
    district = ElectoralDistrict.objects.create(term=term, number=1, name="镇第1选区", jurisdiction=place)
    group = DeputyGroup.objects.create(term=term, name="镇代表小组", jurisdiction=place)
    user = county.person("town_deputy", Role.DEPUTY)
    return Deputy.objects.create(term=term, district=district, group=group, user=user, name="镇代表")


# -- what I still owe


@pytest.mark.rule("D1-3①b", "D1-4", "D9-2二a")
def test_what_is_overdue_comes_first_then_what_has_the_fewest_days_left(phone, small):
    saw_every_month(small.a.deputy, but=(3, 7, 10))
    sheet = sheet_of(phone)
    assert told(sheet.missed) == [
        ("Month 3: contacts with voters still missing: 1", "208 days overdue"),
        ("Month 7: contacts with voters still missing: 1", "86 days overdue"),
    ]
    assert told(sheet.ahead) == [
        ("this month: contacts with voters still missing: 1", "6 days left"),
        ("this year: no report to the voters yet", "67 days left"),
    ]
    assert [card.mood for card in sheet.ahead] == [State.DUE, State.OPEN]
    assert (sheet.n_missed, sheet.n_ahead) == (2, 2)


def test_each_card_names_and_quotes_its_clause(phone, small):
    page = phone.get(OWN).content.decode()
    cited = re.findall(r'<p class="cite">(.*?)</p>', page)
    assert cited == [
        "《人大代表联系选民制度》 第3项①: “每月不少于一次开展联系选民活动” (D1-3①b)",
        "《人大代表联系选民制度》 第3项①: “每月不少于一次开展联系选民活动” (D1-3①b)",
        "《人大代表联系选民制度》 第4项: “坚持每年向选区选民汇报一次” (D1-4)",
        "《县人大代表联系选民制度》 第二条(二): “除定期参加代表小组活动外,每年至少一次深入到原选区” (D9-2二a)",
    ]


@pytest.mark.rule("D1-3①b")
def test_a_missed_month_leads_to_the_page_of_that_month_and_says_that_it_stays_late(phone, small):
    saw_every_month(small.a.deputy, but=(7,))
    (card,) = sheet_of(phone).missed
    assert [item.step for item in card.items] == [("Log it late", f"{reverse('visits:my_month')}?month=2026-07")]
    assert card.may_be_late is True
    saw(small.a.deputy, date(2026, 7, 8), logged=TODAY)
    sheet = sheet_of(phone)
    assert sheet.missed == []
    assert [line for line in lines(sheet.done) if line[0] == "D1-3①b"] == [
        ("D1-3①b", State.MET, "Month 1—Month 6、Month 8—Month 10", ""),
        ("D1-3①b", State.LATE, "Month 7: 1 time(s)", ""),
    ]


def test_every_link_of_the_page_opens(phone, small):
    saw_every_month(small.a.deputy, but=(2, 10))
    steps = [item.step for card in [*sheet_of(phone).missed, *sheet_of(phone).ahead] for item in card.items]
    assert [step.text for step in steps] == ["Log it late", "Log a contact", "Log the report to voters"]
    assert [phone.get(step.address).status_code for step in steps] == [200, 200, 200]


@pytest.mark.rule("D9-2二a")
def test_what_does_not_count_is_named_with_its_number(phone, small):
    saw(small.a.deputy, *(date(2026, month, 5) for month in range(1, 11)), kind="group")
    by_rule = {card.rule.clause.key: card.items[0].remark for card in sheet_of(phone).ahead}
    assert by_rule == {
        "D1-4": "does not count for this rule: group activity 10",
        "D9-2二a": "does not count for this rule: group activity 10",
    }


def test_what_counts_is_said_where_nothing_is_on_record_yet(phone, small):
    by_rule = {card.rule.clause.key: card.counting for card in sheet_of(phone).ahead}
    assert by_rule == {
        "D1-3①b": "",
        "D1-4": "Only these count: report to voters",
        "D9-2二a": "These do not count: group activity、phone call、online",
    }


@pytest.mark.rule("D1-3①a")
@pytest.mark.parametrize(
    ("homes", "sentence"), [(1, "Contact households missing: 1"), (4, "Contact households too many: 1")]
)
def test_households_are_entered_by_the_office_alone(phone, small, homes, sentence):
    Designation.objects.filter(deputy=small.a.deputy).delete()
    saw_every_month(small.a.deputy)
    give_homes(small.a.deputy, homes)
    sheet = sheet_of(phone)
    assert told(sheet.missed) == [(sentence, "")]
    assert sheet.missed[0].items[0].step == (
        "Only the congress office can enter this. Please tell it whom you have chosen.",
        "",
    )


@pytest.mark.rule("D1-3①e", "D3-六f")
def test_a_matter_to_pass_on_and_a_reply_to_bring_back_are_named_by_their_first_words(phone, small):
    saw_every_month(small.a.deputy)
    saw(small.a.deputy, TODAY, kind="report")
    petition(small.a, 1, situation="村口的路灯有两盏已经不亮三个月了，老人夜里出门容易摔倒，希望尽快修好")
    replied(small.a, 2, date(2026, 10, 22), situation="水渠漏水")
    petition(small.a, 3, situation="已经反映", handed_over_on=date(2026, 10, 9))
    stamp_all()
    sheet = sheet_of(phone)
    assert told(sheet.missed) == [
        ("Not passed on yet: “村口的路灯有两盏已经不亮三个月了，老人夜里出门…”", "12 days overdue")
    ]
    assert told(sheet.ahead) == [("There is a reply, the person has not been told yet: “水渠漏水”", "4 days left")]
    steps = [card.items[0] for card in (*sheet.missed, *sheet.ahead)]
    assert [(item.remark, item.step.address) for item in steps] == [
        ("Number 01〔2026〕0001", ""),
        ("Number 01〔2026〕0002", ""),
    ]
    assert steps[0].step.text == (
        "Please pass it on to 代表联络点召集人或人大主席, and then tell the congress office, which enters the day."
    )


@pytest.mark.rule("D5-二a")
def test_a_deputy_is_asked_to_confirm_the_own_turn_and_not_for_the_notice(phone, small):
    saw_every_month(small.a.deputy)
    saw(small.a.deputy, TODAY, kind="report")
    mine = turn(small.a, date(2026, 10, 30))
    ReceptionDuty.objects.create(reception=mine, deputy=small.a.leader)
    turn(small.a, date(2026, 10, 29), deputy=small.a.leader)
    turn(small.a, date(2026, 10, 28), confirmed_on=date(2026, 10, 20))
    turn(small.a, date(2026, 10, 20))
    sheet = sheet_of(phone)
    assert (told(sheet.missed), told(sheet.ahead)) == (
        [],
        [("Reception on October 30 (东山镇人大代表联络站): not confirmed yet", "2 days left")],
    )
    assert ("D5-二a", State.MET, "October 28", "") in lines(sheet.done)
    why = "the matter has come to its end, or its clock is stopped"
    assert lines(sheet.not_asked) == [("D5-二a", State.EXCLUDED, "October 20", why)]


@pytest.mark.rule("D8-二a", "D8-二b", "D8-三")
def test_a_deputy_of_the_town_is_asked_by_the_rules_of_the_town(client, small):
    deputy = town_deputy(small)
    for n in range(4):
        LiaisonVoter.objects.create(deputy=deputy, name=f"联络员{n}", since=date(2026, 1, 1))
    CongressSession.objects.create(term=deputy.term, name="人代会", opens_on=date(2026, 11, 4))
    saw(deputy, date(2026, 10, 20), kind="phone")
    sheet = sheet_of(signed_in(client, deputy.user))
    assert told(sheet.missed) == [
        ("Contact month (Month 8): contacts still missing: 1", "55 days overdue"),
        ("Liaison voters missing: 1", ""),
    ]
    assert told(sheet.ahead) == [("Before the congress of Nov. 4, 2026: contacts still missing: 1", "9 days left")]
    assert sheet.ahead[0].items[0].remark == "does not count for this rule: phone call 1"
    assert {line.rule.rule_set.key for line in (*sheet.done, *sheet.not_asked)} <= {"town"}


def test_what_is_not_asked_says_why_with_reason_and_approver(phone, small):
    deputy = small.a.deputy
    saw_every_month(deputy, but=(3, 4))
    be_away(deputy, date(2026, 3, 10), date(2026, 3, 12), reason="住院", approved_by="镇人大主席团")
    rule = Rule.objects.get(measure="monthly_contact")
    Flag.objects.create(
        rule=rule,
        rule_key="D1-3①b",
        deputy=deputy,
        jurisdiction=small.a.place,
        period="2026-04",
        severity="red",
        starts_on=date(2026, 4, 1),
        due_on=date(2026, 4, 30),
        raised_on=date(2026, 5, 1),
        cleared_on=date(2026, 5, 2),
        cleared_why="waived",
        waived_by=small.office,
        waived_reason="防汛值守",
    )
    sheet = sheet_of(phone)
    assert sheet.missed == []
    assert lines(sheet.not_asked) == [
        ("D1-3①b", State.EXCLUDED, "Month 3", "approved leave: 住院, approved by 镇人大主席团"),
        ("D1-3①b", State.WAIVED, "Month 4", "防汛值守 (office)"),
    ]


def test_a_visit_at_home_is_a_figure_and_never_owed(phone, small):
    sheet = sheet_of(phone)
    assert Rule.objects.filter(measure="home_visit").count() == 1
    cards = [card.rule.measure for card in (*sheet.missed, *sheet.ahead)]
    assert cards == ["monthly_contact", "monthly_contact", "annual_report_to_voters", "individual_return"]
    assert {line.rule.measure for line in (*sheet.done, *sheet.not_asked)} == {"household_count"}


def test_on_new_year_s_day_the_december_that_was_missed_is_still_there(client, small, today):
    saw_every_month(small.a.deputy, but=(11, 12), until=12)
    today.move_to(at(date(2027, 1, 1)))
    sheet = sheet_of(signed_in(client, small.a.deputy_user))
    assert told(sheet.missed) == [
        ("December 2026: contacts with voters still missing: 1", "1 day overdue"),
        ("the year 2026: no report to the voters yet", "1 day overdue"),
    ]
    assert sheet.missed[0].items[0].step.address == f"{reverse('visits:my_month')}?month=2026-12"
    assert told(sheet.ahead)[0] == ("this month: contacts with voters still missing: 1", "30 days left")


def test_a_matter_of_last_year_that_was_never_passed_on_is_still_owed(client, small, today):
    saw_every_month(small.a.deputy, until=12)
    petition(small.a, 1)
    stamp_all()
    today.move_to(at(date(2027, 3, 1)))
    sheet = sheet_of(signed_in(client, small.a.deputy_user))
    assert ("Not passed on yet: “路灯不亮”", "139 days overdue") in told(sheet.missed)


def test_a_deadline_beyond_the_end_of_the_year_is_there_in_december(client, small, today):
    today.move_to(at(date(2026, 12, 29)))
    petition(small.a, 1, received_on=date(2026, 12, 29))
    stamp_all(date(2026, 12, 29))
    sheet = sheet_of(signed_in(client, small.a.deputy_user))
    assert [card.items[0].duty.last.year for card in sheet.ahead if card.rule.measure == "forward"] == [2027]


def test_whoever_owes_nothing_finds_a_calm_page(phone, small):
    saw_every_month(small.a.deputy)
    saw(small.a.deputy, TODAY, kind="report")
    page = phone.get(OWN)
    sheet = page.context["sheet"]
    assert (sheet.missed, sheet.ahead, sheet.not_asked) == ([], [], [])
    assert lines(sheet.done) == [
        ("D1-3①a", State.MET, "at present: 2 household(s)", ""),
        ("D1-3①b", State.MET, "Month 1—Month 10", ""),
        ("D1-4", State.MET, "this year: 1 time(s)", ""),
        ("D9-2二a", State.MET, "this year: 11 time(s)", ""),
    ]
    text = page.content.decode()
    assert ("Nothing is missing at present" in text, "card-duty" in text) == (True, False)


def test_a_mandate_that_has_ended_leaves_nothing_to_log(phone, small):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(left_on=date(2026, 9, 1), end_reason="调离")
    page = phone.get(OWN)
    assert page.context["serves"] is False
    assert told(page.context["sheet"].missed)[-1] == (
        "Month 8: contacts with voters still missing: 1",
        "55 days overdue",
    )
    assert "owed-act" not in page.content.decode()


def test_a_deputy_without_regulations_or_records_is_still_a_deputy(client, db):
    small = county.build()
    small.term.records_since = None
    small.term.save()
    page = signed_in(client, small.a.deputy_user).get(OWN)
    assert (page.context["serves"], page.context["sheet"].done) == (True, [])
    assert "No rule asks anything of you at present." in page.content.decode()


def test_a_sign_in_without_a_mandate_is_told_so(client, small):
    page = signed_in(client, county.person("nobody", Role.DEPUTY)).get(OWN)
    assert [template.name for template in page.templates][0] == "visits/no_mandate.html"


def test_nobody_finds_the_record_of_another_on_their_page(client, small):
    for town in small.towns:
        petition(town, town.n, situation=f"{CANARY}{town.n}")
    stamp_all()
    for town, other in (small.towns, small.towns[::-1]):
        text = signed_in(client, town.deputy_user).get(OWN).content.decode()
        assert (f"{CANARY}{town.n}" in text, f"{CANARY}{other.n}" in text) == (True, False)
        # The leader of the group sees the deputy's record elsewhere; this page is the leader's own.
        text = signed_in(client, town.leader_user).get(OWN).content.decode()
        assert (CANARY in text, town.deputy.name in text) == (False, False)


@pytest.mark.parametrize("who", ["officer", "unit_user", "staff"])
def test_whoever_is_no_deputy_has_no_such_page(client, small, who):
    assert signed_in(client, getattr(small.a, who)).get(OWN).status_code == 403


def test_a_clerk_who_is_a_deputy_too_sees_the_own_duties_only(client, small):
    Assignment.objects.create(user=small.a.deputy_user, role=Role.COUNTY_OFFICE, jurisdiction=small.county)
    sheet = sheet_of(signed_in(client, small.a.deputy_user))
    assert {item.duty.subject for card in (*sheet.missed, *sheet.ahead) for item in card.items} == {
        f"deputy:{small.a.deputy.pk}"
    }


def fill(town, deputy, rows):
    """So many of each record that the page of a deputy reads."""
    for n in range(rows):
        saw(deputy, date(2026, n % 9 + 1, n % 28 + 1))
        be_away(deputy, date(2026, 1, n % 28 + 1), date(2026, 2, 1))
        petition(town, 100 * deputy.pk + n)
        replied(town, 100 * deputy.pk + 50 + n, date(2026, 10, 1))
        turn(town, date(2026, 11, 1) + timedelta(days=n), deputy=deputy)


@pytest.mark.parametrize("of", ["county", "town"])
def test_one_row_costs_as_many_questions_as_thirty(client, small, of):
    deputy = small.a.deputy if of == "county" else town_deputy(small)
    small.a.deputy = deputy
    CongressSession.objects.create(term=deputy.term, name="人代会", opens_on=date(2026, 11, 1))
    signed_in(client, deputy.user)

    def cost():
        stamp_all()
        with asked() as statements:
            assert client.get(OWN).status_code == 200
        return len(statements)

    fill(SimpleNamespace(**{**vars(small.a), "station": small.b.station}), deputy, 1)
    before = cost()
    fill(small.a, deputy, 30)
    sheet = client.get(OWN).context["sheet"]
    shown = {card.rule.measure for card in (*sheet.missed, *sheet.ahead)}
    assert {"feedback_overdue", "reception_notice"} <= shown
    assert cost() == before <= 10


# -- the group's


@pytest.fixture
def leader(client, small):
    return signed_in(client, small.a.leader_user)


def rows(page):
    return [(row.name, [(c.rule.measure, c.mood, c.periods) for c in row.chips]) for row in page.context["rows"]]


def member(town, name, **more):
    made = Deputy.objects.create(term=town.group.term, district=town.district, group=town.group, name=name, **more)
    give_homes(made)
    return made


@pytest.mark.rule("D9-1a", "D9-3")
def test_the_groups_own_duties_are_told_with_what_to_do(leader, small):
    GroupActivity.objects.create(
        group=small.a.group, happened_on=date(2026, 9, 1), kind="forum", content="座谈", logged_at=at(TODAY)
    )
    stamp_all()
    sheet = leader.get(GROUP).context["sheet"]
    assert told(sheet.missed) == [
        ("The group activity of September 1 is not reported in writing yet", "40 days overdue")
    ]
    assert told(sheet.ahead) == [("this year: the group has not visited voters yet", "67 days left")]
    assert [card.items[0].remark for card in sheet.ahead] == ["does not count for this rule: forum 1"]
    record = GroupActivity.objects.get()
    assert [card.items[0].step for card in (*sheet.missed, *sheet.ahead)] == [
        ("To the record", reverse("group:activity", args=[record.pk])),
        ("Write down an activity", reverse("group:activity_new")),
    ]


def test_whoever_has_most_that_is_overdue_comes_first(leader, small):
    saw(small.a.deputy, TODAY, kind="report")
    saw_every_month(small.a.deputy)
    saw_every_month(small.a.leader, but=(10,))
    saw(small.a.leader, date(2026, 10, 2), kind="report")
    saw_every_month(member(small.a, "三位"), but=(4, 5))
    give_homes(small.a.leader)
    page = leader.get(GROUP)
    assert rows(page) == [
        (
            "三位",
            [
                ("monthly_contact", State.MISSED, "Month 4、Month 5"),
                ("annual_report_to_voters", State.OPEN, ""),
            ],
        ),
        ("代表1", []),
        ("组长1", []),
    ]
    assert (page.context["n_rows"], page.context["n_missing"]) == (3, 1)
    assert [name for name, _chips in rows(leader.get(GROUP, {"only": "missing"}))] == ["三位"]


def test_a_matter_and_a_turn_stand_with_the_deputy_they_concern(leader, small):
    for town in small.towns:
        petition(town, 1, situation=CANARY)
        turn(town, date(2026, 10, 27))
    stamp_all()
    page = leader.get(GROUP)
    clocked = {
        name: [chip[:2] for chip in chips if chip[0] in ("forward", "reception_notice")] for name, chips in rows(page)
    }
    assert clocked == {
        "代表1": [("forward", State.MISSED), ("reception_notice", State.MISSED)],
        "组长1": [],
    }
    assert CANARY not in page.content.decode()


@pytest.mark.rule("D1-3①b")
def test_the_sum_counts_those_who_are_asked_and_names_the_others_with_the_reason(leader, small):
    saw(small.a.deputy, TODAY)
    member(small.a, "新来", joined_on=date(2026, 10, 9))
    be_away(member(small.a, "在外"), date(2026, 10, 1), reason="学习")
    page = leader.get(GROUP)
    month = page.context["month"]
    assert (month.done, month.asked) == (1, 2)
    assert sorted(month.left_out) == [
        ("approved leave: 学习, approved by 主任会议", "在外"),
        ("took office during or after the month", "新来"),
    ]
    text = page.content.decode()
    assert "Of 2 deputies, <b>1</b> had a contact this month" in text
    assert [f"Not counted: {names} ({why})" in text for why, names in month.left_out] == [True, True]


def test_a_group_of_the_town_is_asked_by_the_rules_of_the_town(client, small):
    deputy = town_deputy(small)
    deputy.group.leader = deputy
    deputy.group.save()
    Assignment.objects.create(user=deputy.user, role=Role.GROUP_LEADER)
    page = signed_in(client, deputy.user).get(GROUP)
    assert rows(page) == [
        ("镇代表", [("contact_month", State.MISSED, "Month 8"), ("liaison_voters", State.MISSED, "")]),
    ]
    assert (page.context["month"], told(page.context["sheet"].missed)) == (None, [])


def test_somebody_elses_group_is_not_there(client, small):
    for user in (small.a.leader_user, small.a.staff):
        signed_in(client, user)
        assert client.get(GROUP, {"group": small.a.group.pk}).status_code == 200
        foreign = [small.b.group.pk, 999, "x", ""]
        assert [client.get(GROUP, {"group": key}).status_code for key in foreign] == [404] * 4
    for user in (small.a.deputy_user, small.a.officer, small.a.unit_user):
        assert signed_in(client, user).get(GROUP).status_code == 403


def test_nothing_of_the_other_town_is_on_the_page(leader, small):
    small.b.deputy.name = CANARY
    small.b.deputy.save()
    text = leader.get(GROUP).content.decode()
    assert (small.a.deputy.name in text, CANARY in text, small.b.group.name in text) == (True, False, False)


def test_whoever_leads_two_groups_chooses_and_the_office_may_see_all(client, small):
    DeputyGroup.objects.filter(pk=small.b.group.pk).update(leader=small.a.leader)
    for user in (small.a.leader_user, small.office, small.leader):
        signed_in(client, user)
        page = client.get(GROUP)
        assert [group.pk for group in page.context["groups"]] == [small.a.group.pk, small.b.group.pk]
        assert page.context["group"].pk == small.a.group.pk
        page = client.get(GROUP, {"group": small.b.group.pk})
        assert {name for name, _chips in rows(page)} == {"代表2", "组长2"}


def test_a_leader_without_a_group_is_told_so(client, small):
    page = signed_in(client, county.person("lonely", Role.GROUP_LEADER)).get(GROUP)
    assert (page.status_code, page.context["group"]) == (200, None)


def test_each_name_leads_to_a_record_that_its_reader_may_open(client, small):
    saw(small.a.deputy, TODAY)
    for user in (small.office, small.leader, small.a.staff, small.a.leader_user):
        page = signed_in(client, user).get(GROUP, {"group": small.a.group.pk}).content.decode()
        links = re.findall(r'href="(/reports/annual/[^"]+)"', page)
        assert {link.partition("subject=")[2] for link in links} == {
            f"deputy:{small.a.deputy.pk}",
            f"deputy:{small.a.leader.pk}",
        }
        assert [client.get(link.replace("&amp;", "&")).status_code for link in links] == [200, 200]


def test_two_deputies_cost_as_many_questions_as_thirty(leader, small):
    def cost():
        stamp_all()
        with asked() as statements:
            assert leader.get(GROUP).status_code == 200
        return len(statements)

    GroupActivity.objects.create(
        group=small.a.group, happened_on=date(2026, 9, 1), kind="forum", content="座谈", logged_at=at(TODAY)
    )
    fill(small.a, small.a.deputy, 1)
    before = cost()
    for n in range(28):
        deputy = member(small.a, f"又一位{n}")
        saw_every_month(deputy, but=(n % 9 + 1,))
        be_away(deputy, date(2026, 1, 1), date(2026, 1, 2))
        petition(SimpleNamespace(**{**vars(small.a), "deputy": deputy}), 5000 + n)
    assert cost() == before <= 10
    assert len(leader.get(GROUP).context["rows"]) == 30


# -- the words, and the menu


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_measure_of_a_deputy_and_of_a_group_has_its_words_and_its_step(small, language):
    measures = screen.OF_A_DEPUTY + screen.OF_A_GROUP
    with translation.override(language):
        rules = {rule.measure: rule for rule in Rule.objects.filter(measure__in=measures)}
        assert set(rules) == set(measures)
        for rule in rules.values():
            duty = a_duty(rule)
            assert wording.sentence(duty, TODAY) != ""
            assert wording.next_step(duty, TODAY).text != ""


def a_duty(rule):
    period = "2026-10-26" if rule.period == "session" else "2026-08"
    first, last = date(2026, 8, 1), date(2026, 8, 31)
    return Duty(rule, "deputy", 1, "代表", period, first, last, 1, 0, State.MISSED)


def test_a_leader_who_is_a_deputy_has_both_pages_in_the_menu_and_the_office_that_of_the_groups(small):
    def shown(user):
        return [name for name, _label in menu.pages_of(user) if name in ("reports:duties", "reports:group_duties")]

    assert shown(small.a.leader_user) == ["reports:duties", "reports:group_duties"]
    assert shown(small.a.deputy_user) == ["reports:duties"]
    assert shown(small.a.staff) == shown(small.office) == ["reports:group_duties"]
    assert shown(small.a.officer) == shown(small.leader) == []


def test_the_page_reads_the_duties_of_one_deputy(small):
    """The own page asks for whoever is signed in without looking them up; it is the same as asking by number."""
    saw_every_month(small.a.deputy, but=(3,))
    user, asked_for = small.a.deputy_user, screen.OF_A_DEPUTY
    own = screen.read(Subject(Kind.DEPUTY, "own", ""), asked_for, on=TODAY, user=user)
    by_number = screen.read(Subject(Kind.DEPUTY, str(small.a.deputy.pk), ""), asked_for, on=TODAY, user=user)
    assert own == by_number
    assert len(own) > 10
