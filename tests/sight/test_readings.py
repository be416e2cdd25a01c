"""A17: what another county has is no line, figure or choice here, wherever it is read from.

Each reading is made for the same people of two counties. Then rows of every kind come into the second one: every
reading changes there, and none here.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from constituents import actions as matters
from constituents import views as register_views
from constituents.models import Petition
from deputies.models import Deputy
from liaison_stations.models import Recurrence
from office import regulations, rule_pages, rule_versions
from office.models import Rule
from reports import dashboard, evidence
from reports.hints import questions
from reports.models import Flag
from reports.worklist import figures
from reports.worklist.reading import SOURCES
from tests import county
from visits import filing, reviews
from visits.models import Visit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = AT.date()
LONG_AGO = AT - timedelta(days=200)
WORDS = "村口的路灯坏了两个月，晚上老人出门看不见路"
ROWS = {source.name: source.rows for source in SOURCES}
MONTHLY = "D1-3①b"
LATE = f"{reverse('admin:reports_hintanswer_changelist')}?tab=late"


@pytest.fixture(autouse=True)
def one_morning(db):
    regulations.load(on=date(2026, 1, 1))
    with time_machine.travel(AT, tick=False):
        yield


def readings(one, client) -> dict:
    """What the people of a county read, by the place that asks."""
    office, leader, town = one.office, one.leader, one.a
    client.force_login(office)
    late = client.get(LATE).context
    named = rule_versions.versions(Rule.objects.filter(clause__key=MONTHLY).first())
    lines = {
        name: list(ROWS[name](user, ON).values_list("pk", flat=True))
        for name, user in (
            ("urgent", office),
            ("receive_report", office),
            ("correct_record", office),
            ("rota", office),
            ("route_county", office),
            ("route_town", town.staff),
            ("file_activity", town.leader_user),
            ("settle_question", town.leader_user),
        )
    }
    return lines | {
        "figures": [figure.number for figure in figures.figures(leader, ON)],
        "overdue": [late for _one, _page, late in dashboard.overdue_replies(office, ON)],
        "late": [visit.pk for visit, _days in late["late"]],
        "towns": [name for _pk, name in late["towns"]],
        "hints": [(one.contacts, one.answer) for one in questions.asked(office, on=ON)],
        "rule": list(rule_pages._findings(office, named)),
        "categories": register_views._categories_in_use(town.officer),
    }


def fill(one) -> Flag:
    """Rows of every kind that the readings are about, in the first town of a county; the flag among them."""
    town = one.a
    for verb in ("urgent", "routed", "admitted", "escalated", "judged"):
        _matter(town, verb)
    told = {"happened_on": LONG_AGO.date(), "kind": "visit", "topic": "饮水", "place": "一村", "content": "走访"}
    everybody = town.group.deputies.all()
    filing.write(None, by=town.leader_user, at=AT, group=town.group, present=everybody, absent={}, **told)
    visits = [_contact(town.deputy, day) for day in (1, 2, 9)]
    question = reviews.ask(visits[0], by=town.leader_user, at=AT, question="那天您在县里开会？")
    reviews.answer(question, by=town.deputy_user, at=AT, finding="wrong", answer="写错了日子")
    rule = "FREQ=MONTHLY;BYMONTHDAY=15"
    Recurrence.objects.create(station=town.station, kind="custom", rule=rule, since=LONG_AGO.date())
    monthly = Rule.objects.filter(clause__key=MONTHLY).first()
    days = {"starts_on": date(2026, 2, 1), "due_on": date(2026, 2, 28), "raised_on": date(2026, 3, 1)}
    kept = {"rule": monthly, "rule_key": MONTHLY, "severity": "red", "period": "2026-02", **days}
    return Flag.objects.create(jurisdiction=town.place, deputy=town.deputy, **kept)


def _contact(deputy, day):
    told = {"met": f"选民{day}", "kind": "home", "content": "看望老人并帮忙量血压", "logged_at": AT}
    return Visit.objects.create(deputy=deputy, happened_on=date(2026, 2, day), **told)


def _matter(town, verb):
    told = {
        "visitor": "张来访",
        "situation": WORDS,
        "request": "请修好",
        "category": "路灯",
        "urgent": verb == "urgent",
    }
    when = {"at": LONG_AGO, "on": LONG_AGO.date()}
    made = matters.register(by=town.officer, station=town.station, deputy=town.deputy, **when, **told)
    if verb != "urgent":
        matters.admit(made, by=town.staff, at=LONG_AGO)
    if verb == "routed":
        matters.route(made, by=town.staff, unit=town.unit, brief="请修路灯", **when)
    if verb == "escalated":
        matters.escalate(made, by=town.staff, at=LONG_AGO, note="跨镇")
    if verb == "judged":
        Petition.objects.filter(pk=made.pk).update(satisfaction="satisfied", status="answered", answer="修好了")


def test_what_comes_into_another_county_changes_what_is_read_there_and_nothing_here(small, client):
    there = county.build(towns=("南江镇",), name="邻县", code="990902", mark="c2-")
    here, before = readings(small, client), readings(there, client)
    fill(there)
    after = readings(there, client)
    assert readings(small, client) == here
    assert [name for name in after if after[name] == before[name]] == ["towns"]
    assert here["towns"] == [town.place.name for town in small.towns]


def test_of_a_deputy_who_moved_to_another_town_the_first_has_the_flag_and_the_second_the_contacts(small):
    flag = fill(small)
    Deputy.objects.filter(pk=small.a.deputy.pk).update(district=small.b.district)
    read = [len(evidence.evidence(flag, town.staff).records) for town in small.towns]
    assert read == [0, 3]
