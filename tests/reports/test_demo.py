"""The demo county, loaded once by the real importer on a day early in March of the year after its workbooks."""

import json
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max, Min
from django.test import override_settings

from constituents.models import Designation, Household, Petition, PetitionEvent, Referral, Suggestion
from deputies.models import Absence, CongressSession, Deputy, ElectoralDistrict, Term
from liaison_stations.models import Reception, Station, StationPost, TurnRequest
from office.clock import add_months
from office.models import Clause, User, Watermark
from office.watermarks import SWEEP
from reports import demo
from reports.commendations.models import Commendation
from reports.models import Flag
from reports.narrative.models import ReportTemplate, TypicalCase
from reports.sweep import sweep
from visits.models import Consultation, GroupActivity, Meeting, Visit

pytestmark = pytest.mark.django_db
AT = datetime(2027, 3, 5, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = AT.date()
MOVED = 4  # months from October 2026, where the ledger of the workbooks ends, to February 2027


@pytest.fixture(scope="module", autouse=True)
def demo_county(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loading takes seconds, so all tests here share it; each test's own changes are rolled back as ever."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with media, django_db_blocker.unblock(), transaction.atomic():
        demo.load(at=AT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


@pytest.fixture(scope="module")
def truth():
    """What a careful clerk reads in the workbooks."""
    return json.loads((demo.WORKBOOKS / "truth.json").read_text("utf-8"))


def rows_of_all_tables():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_everything_in_the_workbooks_comes_in(truth):
    counts = {
        "districts": ElectoralDistrict.objects.count(),
        "deputies": Deputy.objects.count(),
        "households": Household.objects.count(),
        "stations": Station.objects.count(),
        "visits": Visit.objects.filter(imported=True).count(),
        "petitions": Petition.objects.filter(imported=True).count(),
    }
    assert counts == {kind: truth["counts"][kind] for kind in counts}


def test_the_ledger_ends_last_month(truth):
    days = Visit.objects.filter(imported=True).aggregate(first=Min("happened_on"), last=Max("happened_on"))
    dates = [date.fromisoformat(visit["date"]) for visit in truth["visits"]]
    assert days == {"first": add_months(min(dates), MOVED), "last": add_months(max(dates), MOVED)}
    assert (days["last"].year, days["last"].month) == (2027, 2)
    assert Term.objects.get().records_since == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2026, 11, 1), 0),
        (date(2026, 11, 30), 0),
        (date(2026, 10, 31), -1),
        (date(2026, 12, 31), 1),
        (date(2027, 1, 1), 2),
        (date(2028, 2, 29), 15),
        (date(2025, 1, 31), -22),
    ],
)
def test_the_dates_are_moved_by_whole_months(on, months):
    assert demo.months_to_shift(on) == months
    ends = add_months(date(2026, 10, 1), months)
    assert add_months(ends, 1) == on.replace(day=1)


def test_an_answer_that_has_not_come_yet_is_open(truth):
    given = [add_months(date.fromisoformat(p["replied"]), MOVED) for p in truth["petitions"] if p["replied"]]
    come = [day for day in given if day <= ON]
    assert 0 < len(come) < len(given)
    answered = Referral.objects.filter(petition__imported=True).exclude(replied_on=None)
    assert sorted(answered.values_list("replied_on", flat=True)) == sorted(come)
    later = [p for p in truth["petitions"] if p["replied"] and add_months(date.fromisoformat(p["replied"]), MOVED) > ON]
    for told in later:
        received = add_months(date.fromisoformat(told["date"]), MOVED)
        petition = Petition.objects.get(visitor=told["visitor"], received_on=received)
        assert (petition.status, petition.satisfaction) == (Petition.Status.ROUTED, "")


def test_this_month_is_neither_empty_nor_full():
    logged = Visit.objects.filter(imported=False, activity=None, voter_report=None)
    days = logged.aggregate(first=Min("happened_on"), last=Max("happened_on"), written=Max("logged_at"))
    assert days == {"first": ON.replace(day=1), "last": ON, "written": AT}
    share = logged.values("deputy").distinct().count() / Deputy.objects.in_office(ON, ON).count()
    assert 0.4 < share < 0.6


def test_the_deputy_has_something_done_and_something_to_do():
    deputy = Deputy.objects.get(user__username="deputy")
    homes = set(Designation.objects.on(ON).filter(deputy=deputy).values_list("household", flat=True))
    seen = set(deputy.visits.filter(happened_on__gte=ON.replace(day=1)).values_list("household", flat=True))
    assert len(homes) in (2, 3)
    assert set() < seen < homes
    missed = Flag.objects.open().filter(deputy=deputy, period="2027-02")
    assert [flag.severity for flag in missed] == ["red"]


def test_the_people_who_sign_in_belong_together():
    deputy = Deputy.objects.get(user__username="deputy")
    leader = Deputy.objects.get(user__username="groupleader")
    post = StationPost.objects.get(user__username="officer")
    town = User.objects.get(username="town").assignments.get().jurisdiction
    assert (leader.group, leader.group.leader) == (deputy.group, leader)
    assert leader != deputy
    assert list(post.station.deputies.filter(pk=deputy.pk)) == [deputy]
    assert town == post.station.jurisdiction
    assert User.objects.get(username="unit").assignments.get().unit.referrals.exists()
    assert [login.name for login in demo.logins()][2:5] == [deputy.name, leader.name, post.name]


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("county", "/admin/"),
        ("town", "/admin/"),
        ("deputy", "/today/"),
        ("groupleader", "/today/"),
        ("officer", "/today/"),
        ("unit", "/today/"),
        ("viewer", "/today/"),
    ],
)
def test_each_sign_in_opens_its_first_page(client, username, address):
    assert client.login(username=username, password=demo.PASSWORD)
    response = client.get("/", follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, address)


@pytest.mark.parametrize("username", [*demo.SIGN_INS, *demo.MORE_UNITS])
@pytest.mark.long_walk
def test_whatever_a_sign_in_has_to_do_opens_the_page_where_it_is_done(client, username):
    with time_machine.travel(AT, tick=False):
        assert client.login(username=username, password=demo.PASSWORD)
        page = client.get("/today/")
        items = [item for section in page.context.get("sections", ()) for item in section.shown]
        links = {item.link for item in items} | {figure.link for figure in page.context["figures"]}
        assert {client.get(link).status_code for link in links} == {200}
    known = set(Clause.objects.values_list("key", flat=True))
    assert {item.clause.key for item in items} - known == set()


def test_the_deputy_and_the_unit_have_something_to_do_of_each_kind(client):
    def kinds(username):
        with time_machine.travel(AT, tick=False):
            client.login(username=username, password=demo.PASSWORD)
            sections = client.get("/today/").context["sections"]
        return {item.clause.key for section in sections for item in section.items}

    assert kinds("deputy") >= {"D1-3①b", "D1-3①e", "D3-六f", "D3-六d", "L1-51", "D9-2二b"}
    assert kinds("unit") >= {"L2-23", "D3-七"}


def test_matters_stand_in_every_state_of_the_chain():
    own = Petition.objects.filter(imported=False)
    states = set(Petition.Status.values) - {Petition.Status.VOID}
    assert set(own.values_list("status", flat=True)) == states
    assert set(Suggestion.objects.values_list("status", flat=True)) == set(Suggestion.Status.values) - {
        Suggestion.Status.JUDGED,
        Suggestion.Status.WITHDRAWN,
    }
    assert (own.filter(urgent=True).count(), own.filter(complaints__isnull=False).count()) == (1, 1)
    assert PetitionEvent.objects.filter(petition__in=own, at__gt=AT).count() == 0
    # Whether the group leader finds a turn to swap depends on the day; the question about leave is always there.
    assert TurnRequest.objects.filter(kind="leave", state="asked").count() == 1


PAGES = {
    "county": [
        "/matters/",
        "/suggestions/",
        "/consultations/",
        "/engagements/",
        "/stations/",
        "/reports/coverage/",
        "/notices/",
    ],
    "town": ["/matters/", "/suggestions/", "/engagements/", "/stations/", "/reports/annual/"],
    "deputy": [
        "/my/",
        "/consultations/",
        "/matters/",
        "/suggestions/",
        "/suggestions/new/",
        "/engagements/",
        "/reports/duties/",
    ],
    "groupleader": ["/my/", "/reports/group-duties/", "/suggestions/", "/stations/"],
    "officer": ["/desk/", "/desk/new/", "/matters/", "/stations/"],
    "unit": ["/tasks/"],
    "unit2": ["/tasks/"],
    "unit3": ["/tasks/"],
    "viewer": ["/matters/", "/reports/annual/", "/reports/coverage/", "/stations/"],
}


def test_the_pages_of_reports_are_not_empty_and_what_stands_there_is_marked_as_an_example():
    assert TypicalCase.objects.exclude(petition=None).count() == TypicalCase.objects.exclude(activity=None).count() == 1
    used = ReportTemplate.objects.filter(active=True)
    assert sorted(used.values_list("kind", flat=True)) == sorted(ReportTemplate.Kind.values)
    [candidate] = Commendation.objects.all()
    assert all(line["met"] for line in candidate.evidence)
    [topic] = Consultation.objects.all()
    assert topic.asked.count() > topic.opinions.count() == 2
    told = [*TypicalCase.objects.values_list("title", flat=True), *used.values_list("note", flat=True)]
    assert [text for text in [*told, candidate.ground, topic.topic] if "演示" not in text] == []


@pytest.mark.parametrize("username", PAGES)
@pytest.mark.long_walk
def test_every_list_opens_with_the_demo_county_in_it(client, username):
    with time_machine.travel(AT, tick=False):
        assert client.login(username=username, password=demo.PASSWORD)
        assert [client.get(page).status_code for page in PAGES[username]] == [200] * len(PAGES[username])


@pytest.mark.parametrize("username", ["county", "town", "officer", "deputy", "viewer"])
@pytest.mark.long_walk
def test_every_matter_under_way_opens_for_whoever_sees_it(client, username):
    user = User.objects.get(username=username)
    seen = Petition.objects.visible_to(user).filter(imported=False)
    with time_machine.travel(AT, tick=False):
        assert client.login(username=username, password=demo.PASSWORD)
        pages = [f"/matters/{pk}/{part}" for pk in seen.values_list("pk", flat=True) for part in ("", "timeline/")]
        assert [page for page in pages if client.get(page).status_code != 200] == []
    assert pages != []


def test_every_night_of_the_ledger_is_swept():
    assert Watermark.objects.get(job=SWEEP).done_through == ON
    again = sweep(on=ON)
    assert {(c.raised, c.cleared) for c in again.values()} == {(0, 0)}
    open_ones = {key for key, counts in again.items() if counts.unchanged}
    assert open_ones >= {"D1-3①a", "D1-3①b", "D3-七", "D3-三", "D9-1a", "D9-3"}


def test_what_the_county_has_done_besides_is_on_record():
    term = Term.objects.get()
    (leave,) = Absence.objects.all()
    assert (leave.reason, leave.approved_by) == ("住院治疗", "县人大常委会主任会议")
    assert Reception.objects.filter(held_on__isnull=False).count() > 12 * len(Station.objects.all()) // 2
    reports = GroupActivity.objects.values_list("reported_on", flat=True)
    assert {day is None for day in reports} == {True, False}
    assert Meeting.objects.get().jurisdiction == term.jurisdiction
    assert CongressSession.objects.get().term == term


def test_the_second_call_only_prints_the_logins_again(var):
    before, out = rows_of_all_tables(), StringIO()
    call_command("load_demo", on="2027-06-01", stdout=out)
    assert rows_of_all_tables() == before
    assert (var / "demo-logins.txt").read_text("utf-8") == out.getvalue()
    table = [line.split() for line in out.getvalue().splitlines()[2:]]
    assert [(row[-3], row[-2]) for row in table] == [(username, demo.PASSWORD) for username in demo.SIGN_INS]


def test_a_login_with_another_password_is_no_longer_printed(var):
    User.objects.filter(username="viewer").update(password="!")
    call_command("load_demo", stdout=StringIO())
    assert [login.username for login in demo.logins()] == list(demo.SIGN_INS)[:-1]


def test_a_county_of_its_own_is_left_alone(var):
    User.objects.update(password="!")
    before = rows_of_all_tables()
    call_command("load_demo", stdout=StringIO())
    assert rows_of_all_tables() == before
    assert not (var / "demo-logins.txt").exists()


def test_a_sign_in_name_that_is_taken_stops_it_before_anything_is_written():
    before = rows_of_all_tables()
    with pytest.raises(demo.NamesTaken):
        demo.load(at=AT)
    assert rows_of_all_tables() == before


def test_a_word_that_is_not_a_date_is_refused():
    with pytest.raises(CommandError):
        call_command("load_demo", "--on", "2026-02-30")
