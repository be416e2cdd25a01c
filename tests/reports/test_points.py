"""Points for duty (履职积分): off as delivered; once a text of the office has a rule, each item with its records."""

import io
import zlib
from datetime import date

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from constituents.models import Designation, Suggestion
from deputies.models import CongressSession, Deputy
from office import clock, rule_versions
from office.models import Rule, User
from office.regulations import loading
from office.regulations.measures import MEASURES, fault
from office.regulations.wording import in_words
from office.rule_forms import AmendForm
from reports import closing
from reports.commendations import points
from reports.models import ClosedYear, FrozenReport
from reports.subjects import find
from tests.queries import asked
from visits.models import DutyEntry, GroupActivity, Visit

ON = date(2026, 11, 24)
AT = clock.now().replace(year=2026, month=11, day=24, hour=2)
SAMPLE = settings.BASE_DIR / "docs" / "points"
BOARD, XLSX = reverse("admin:reports_commendation_points"), reverse("admin:reports_commendation_points_xlsx")
CANDIDATES, MY_YEAR = reverse("admin:reports_commendation_candidates"), reverse("reports:my_year")
WORD = "履职积分"


@pytest.fixture
def year(small):
    """A year of the deputy of town A; the rules are those that are delivered, so the scheme is off."""
    loading.load(on=ON)
    deputy, told = small.a.deputy, {"logged_at": AT}
    home = Designation.objects.filter(deputy=deputy).first().household
    for n in range(30):
        who = {"met": "村民"} if n else {"household": home}
        Visit.objects.create(deputy=deputy, happened_on=date(2026, 1 + n // 3, 5), kind="visit", **who, **told)
    session = CongressSession.objects.create(term=small.term, name="六次会议", opens_on=date(2026, 1, 20))
    for month, kind, part, there in (
        (2, "training", "training", "present"),
        (3, "training", "training", "present"),
        (4, "training", "training", "absent"),
        (5, "meeting", "meetings", "present"),
        (6, "standing", "meetings", "leave"),
        (7, "media", "commendations", ""),
        (8, "media", "commendations", ""),
        (9, "media", "commendations", ""),
        (1, "session", "meetings", "leave"),
    ):
        of = {"session": session} if kind == "session" else {}
        DutyEntry.objects.create(
            deputy=deputy, happened_on=date(2026, month, 20), kind=kind, part=part, title=f"{kind}{month}",
            attendance=there, status="confirmed", **of, **told,
        )  # fmt: skip
    for seq in (1, 2):
        Suggestion.objects.create(
            deputy=deputy, jurisdiction=small.county, title=f"村道{seq}", status="filed", year=2026, seq=seq,
            written_on=date(2026, 3, 1), submitted_on=date(2026, 3, 1),
        )  # fmt: skip
    with time_machine.travel("2026-11-24 10:00+08:00", tick=False):
        yield small


@pytest.fixture
def on(year):
    """The same with the sample of the manual in force, as an office would load its own text."""
    loading.load(on=ON, directory=SAMPLE)
    return year


def scores(user, year=2026, day=ON) -> dict:
    _scheme, found = points.read(find("county")[0], year, on=day, user=user)
    return {score.deputy.name: score for score in found}


# -- off


@pytest.mark.parametrize(
    ("who", "address"),
    [("office", CANDIDATES), ("office", f"{CANDIDATES}?every=on"), ("deputy1", MY_YEAR), ("office", "/admin/")],
)
def test_as_delivered_no_page_says_a_word_of_points_and_with_a_rule_it_does(year, client, who, address):
    client.force_login(User.objects.get(username=who))
    assert not Rule.objects.filter(measure=points.MEASURE).exists()
    assert WORD not in client.get(address).text
    loading.load(on=ON, directory=SAMPLE)
    # The menu has no entry in either case.
    assert (WORD in client.get(address).text) == (address != "/admin/")


def test_the_page_itself_says_that_the_scheme_is_off_and_there_is_no_workbook(year, client):
    client.force_login(year.office)
    answer = client.get(BOARD, {"year": 2026})
    assert (answer.status_code, answer.context["lines"]) == (200, [])
    assert "积分未启用" in answer.text
    assert client.get(XLSX).url == BOARD


def test_a_rule_that_begins_later_or_was_ended_leaves_the_scheme_off(on):
    assert points.Scheme.of(2025, on=ON).is_on is False
    rule = points.Scheme.of(2026, on=ON).rules[0]
    rule_versions.end(rule, by=on.office, at=AT, on=date(2026, 11, 23))
    assert points.Scheme.of(2026, on=ON).is_on is False


def test_the_office_s_own_text_stays_when_the_delivered_ones_are_loaded_again(on):
    loading.load(on=ON)
    assert [rule.clause.key for rule in points.Scheme.of(2026, on=ON).rules] == ["J1-1"]


# -- on


def test_each_item_is_the_number_of_the_annual_report_times_its_points_up_to_its_cap(on):
    score = scores(on.office)["代表1"]
    assert {item.key: (item.number, item.each, item.points) for item in score.items if item.number} == {
        "contacts": (30, 1, 24),
        "training": (2, 3, 6),
        "meeting": (1, 2, 2),
        "homes": (1, 2, 2),
        "suggestions": (2, 3, 6),
        "media": (3, 1, 2),
        "leave": (1, -1, -1),
    }
    assert [item.key for item in score.items if item.is_capped] == ["contacts", "media"]
    assert (score.sum, score.total) == (41, 41)
    assert scores(on.office)["代表2"].total == 0


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ({"good": 40, "fair": 20}, (40, "好")),
        ({"good": 41, "fair": 40}, (40, "一般")),
        ({"good": 42, "fair": 41}, (40, "差")),
        ({"good": 41}, (40, "")),
        ({}, (40, "")),
        ({"total_cap": 30, "good": 40, "fair": 30}, (30, "一般")),
    ],
)
def test_the_grade_is_that_of_the_total_and_none_where_the_rule_names_none(amounts, told):
    items = [points.Item("contacts", 30, 2, 50, ""), points.Item("absent", 2, -5, None, "")]
    score = points.Score(None, Rule(amounts=amounts), items)
    assert (score.sum, score.total, score.grade) == (40, *told)


def test_nobody_is_called_poor_while_the_year_runs(on):
    assert scores(on.office)["代表1"].grade == ""
    assert scores(on.office, day=date(2027, 1, 2))["代表1"].grade == "差"
    Rule.objects.filter(measure=points.MEASURE).update(amounts={"points_contacts": 1, "good": 40, "fair": 30})
    assert scores(on.office)["代表1"].grade == "一般"


def test_each_number_opens_exactly_the_records_that_it_counts(on, client):
    counted = [item for item in scores(on.office)["代表1"].items if item.number]
    for user in (on.office, on.a.deputy_user):
        client.force_login(user)
        opened = {item.key: client.get(item.address).context["figure"].value for item in counted}
        assert opened == {item.key: item.number for item in counted}


def test_a_year_keeps_the_rule_that_held_at_its_end(on):
    old = points.Scheme.of(2026, on=ON).rules[0]
    amounts = {**old.amounts, "points_suggestions": 5}
    said = {"amounts": amounts, "severity": "", "recipient": "", "note": "主任会议决定"}
    rule_versions.amend(old, by=on.office, at=AT, effective_from=date(2027, 1, 1), **said)
    Suggestion.objects.filter(seq=2).update(written_on=date(2027, 2, 1), submitted_on=date(2027, 2, 1))
    later = date(2027, 3, 1)
    of = [scores(on.office, n, later)["代表1"].of("suggestions") for n in (2026, 2027)]
    assert [(item.number, item.each) for item in of] == [(1, 3), (1, 5)]


def test_a_deputy_of_a_congress_without_the_rule_set_has_no_points(on):
    Rule.objects.get(measure=points.MEASURE).rule_set.uses.update(area=on.b.place)
    assert list(scores(on.office)) == ["代表2", "组长2"]


def test_the_table_is_sorted_by_an_item_or_the_total_and_cites_its_clause(on, client):
    client.force_login(on.office)
    Visit.objects.create(deputy=on.b.deputy, met="村民", happened_on="2026-02-05", kind="visit", logged_at=AT)
    as_it_stands = [score.deputy.name for score, _items in client.get(BOARD).context["lines"]]
    assert as_it_stands == ["代表1", "组长1", "代表2", "组长2"]
    for sort, first in (("total", ["代表1", "代表2"]), ("leave", ["代表1", "组长1"]), ("nonsense", ["代表1", "组长1"])):
        answer = client.get(BOARD, {"sort": sort, "year": 2026})
        assert [score.deputy.name for score, _items in answer.context["lines"]][:2] == first
        assert "代表履职按年度计分，满分100分" in answer.text
    only = client.get(BOARD, {"of": on.b.deputy.pk})
    assert [score.deputy for score, _items in only.context["lines"]] == [on.b.deputy]


def test_the_candidates_stand_with_their_total(on, client):
    client.force_login(on.office)
    rows = client.get(CANDIDATES, {"year": 2026, "every": "on"}).context["found"].rows
    assert {one.row.name: one.score.total for one in rows} == {"代表1": 41, "代表2": 0, "组长1": 0, "组长2": 0}


def test_the_workbook_has_each_number_and_its_points(on, client):
    client.force_login(on.office)
    book = openpyxl.load_workbook(io.BytesIO(client.get(XLSX, {"year": 2026, "sort": "total"}).getvalue()))
    rows = [[cell for cell in row if cell is not None] for row in book.worksheets[0].iter_rows(values_only=True)]
    [mine] = [row for row in rows if row and row[0] == "代表1"]
    numbers = [0, 0, 0, 0, 1, 2, 2, 6, 0, 0, 30, 24, 1, 2, 0, 0, 2, 6, 0, 0, 3, 2, 1, -1, 0, 0]
    assert mine == ["代表1", "东山镇", *numbers, 41, ""]


def test_a_deputy_sees_the_own_points_and_nobody_else_s(on, client):
    for user, total in ((on.a.deputy_user, 41), (on.a.leader_user, 0)):
        client.force_login(user)
        answer = client.get(MY_YEAR, {"year": 2026})
        assert (answer.context["score"].deputy.user, answer.context["score"].total) == (user, total)
        for page in (BOARD, XLSX, CANDIDATES):
            assert client.get(page).status_code in (302, 403)
    client.force_login(on.a.leader_user)
    assert WORD not in client.get(reverse("reports:deputy_records", args=[on.a.deputy.pk])).text


def test_an_office_sees_the_points_of_its_own_place(on, client):
    client.force_login(on.a.staff)
    lines = client.get(BOARD, {"year": 2026}).context["lines"]
    assert {score.deputy.name for score, _items in lines} == {"代表1", "组长1"}


def asked_for(client, address, **more):
    client.get(address, {"year": 2026, "every": "on", **more})
    with asked() as statements:
        client.get(address, {"year": 2026, "every": "on", **more})
    return len(statements)


@pytest.mark.parametrize(("who", "address"), [("office", BOARD), ("office", CANDIDATES), ("deputy1", MY_YEAR)])
def test_a_page_asks_no_more_with_points_than_without_and_for_many_than_for_few(year, client, who, address):
    client.force_login(User.objects.get(username=who))
    off = asked_for(client, address)
    loading.load(on=ON, directory=SAMPLE)
    for i in range(9):
        Deputy.objects.create(term=year.term, district=year.a.district, name=f"更多{i}")
    assert asked_for(client, address) == off
    assert off <= 10


@pytest.mark.parametrize("query", ["?year=x", "?year=99999", "?page=x&sort=x", "?of=x"])
def test_an_address_that_makes_no_sense_shows_the_page(on, client, query):
    client.force_login(on.office)
    assert client.get(BOARD + query).status_code == 200


# -- the rule


@pytest.mark.parametrize(
    ("amounts", "name"),
    [
        ({"points_contacts": 1}, None),
        ({"points_contacts": 3, "cap_contacts": 3, "good": 80, "fair": 60}, None),
        ({}, "points_session"),
        ({"minus_leave": 1}, "points_session"),
        ({"points_contacts": 1, "cap_media": 3}, "cap_media"),
        ({"points_contacts": 3, "cap_contacts": 2}, "cap_contacts"),
        ({"points_contacts": 1, "good": 60, "fair": 60}, "good"),
        ({"points_contacts": 0}, "points_contacts"),
        ({"points_contacts": 1, "minimum": 1}, "minimum"),
    ],
)
def test_amounts_that_make_no_scheme_are_refused(amounts, name):
    found = fault(MEASURES[points.MEASURE], amounts)
    assert (found and found[0]) == name


def test_the_office_changes_the_scheme_as_it_changes_any_rule(on):
    rule = Rule.objects.get(measure=points.MEASURE)
    filled = {**rule.amounts, "points_media": "", "cap_media": "", "effective_from": "2027-01-01", "note": "主任会议"}
    form = AmendForm(filled, rule=rule)
    assert form.is_valid(), form.errors
    new = rule_versions.amend(rule, by=on.office, at=AT, **form.said())
    assert rule.amounts.keys() - new.amounts.keys() == {"points_media", "cap_media"}
    assert "联系选民：每次 1 分，最多 24 分；" in in_words(new)
    assert in_words(new).endswith("人代会缺席：每次扣 3 分；总分上限 100；“好”不低于 80；“一般”不低于 60")


# -- a closed year


@pytest.fixture
def january(on):
    """In January the year before may be closed."""
    with time_machine.travel("2027-01-05 10:00+08:00", tick=False):
        yield on


def close(on):
    closing.close(f"county:{on.county.code}", 2026, by=on.office, at=clock.now(), on=date(2027, 1, 5))


@pytest.mark.parametrize(
    ("who", "address", "kind"),
    [
        ("office", BOARD, ""),
        ("office", CANDIDATES, "deputy"),
        ("office", CANDIDATES, "group"),
        ("deputy1", MY_YEAR, ""),
    ],
)
def test_the_page_of_a_year_that_is_over_asks_ten_times_at_most_open_or_closed(january, client, who, address, kind):
    client.force_login(User.objects.get(username=who))
    still_open = asked_for(client, address, kind=kind)
    close(january)
    assert max(still_open, asked_for(client, address, kind=kind)) <= 10


def told(on, client) -> dict:
    """What each page says of the deputy's year: the points, the contacts of the candidate, the own year."""
    client.force_login(on.office)
    [line] = [
        score for score, _items in client.get(BOARD, {"year": 2026}).context["lines"] if score.deputy == on.a.deputy
    ]
    rows = client.get(CANDIDATES, {"year": 2026, "every": "on"}).context["found"].rows
    [row] = [one for one in rows if one.row == on.a.deputy]
    contacts = {one.key: one.value for one in row.lines}["contacts"]
    client.force_login(on.a.deputy_user)
    own = client.get(MY_YEAR, {"year": 2026}).context
    bars = [bar.number for bar, _link in own["own"].bars]
    return {"total": line.total, "contacts": contacts, "own": own["score"].total, "bars": bars}


def test_the_points_of_a_closed_year_are_those_that_were_frozen(january, client):
    close(january)
    before = told(january, client)
    assert (before["total"], before["contacts"], before["own"], before["bars"][:2]) == (41, 30, 41, [3, 3])
    DutyEntry.objects.all().delete()
    Visit.objects.all().delete()
    Suggestion.objects.all().delete()
    assert told(january, client) == before
    closing.reopen(ClosedYear.objects.get(), by=january.office, at=clock.now(), reason="更正")
    assert told(january, client) == {"total": 0, "contacts": 0, "own": 0, "bars": [0] * 12}


def test_what_a_group_did_in_a_closed_year_is_what_was_frozen(january, client):
    did = {
        "group": january.a.group,
        "happened_on": date(2026, 3, 3),
        "kind": "visit",
        "content": "走访",
        "logged_at": AT,
    }
    GroupActivity.objects.create(**did, report_due_on=date(2026, 3, 10), reported_on=date(2026, 3, 12))
    GroupActivity.objects.create(
        **{**did, "kind": "forum"}, report_due_on=date(2026, 3, 10), reported_on=date(2026, 3, 4)
    )
    close(january)

    def values():
        rows = client.get(CANDIDATES, {"year": 2026, "kind": "group", "every": "on"}).context["found"].rows
        return {line.key: line.value for one in rows if one.row == january.a.group for line in one.lines}

    client.force_login(january.office)
    before = values()
    assert before == {"activities": 2, "filed_share": 50}
    GroupActivity.objects.all().delete()
    assert values() == before


@pytest.mark.parametrize(("who", "address"), [("office", BOARD), ("office", CANDIDATES), ("deputy1", MY_YEAR)])
def test_what_was_frozen_and_is_damaged_is_said_and_no_figure_shown(january, client, who, address):
    close(january)
    FrozenReport.objects.filter(subject=f"deputy:{january.a.deputy.pk}").update(content=zlib.compress(b"[]"))
    client.force_login(User.objects.get(username=who))
    assert "改动或损坏" in client.get(address, {"year": 2026}, follow=True).text
