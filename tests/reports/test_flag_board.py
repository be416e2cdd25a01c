"""The flag board: what stands on it in which order, what it is narrowed to, its counts, and what it costs."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents.models import Petition
from deputies.models import Deputy
from liaison_stations.models import Reception
from office.models import AuditEvent
from reports.about import page_of
from reports.models import Flag
from tests.queries import asked
from tests.reports.flags import ON, raise_all, raise_one
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]
BOARD = reverse("admin:reports_flag_changelist")
URGE, WAIVE, UNWAIVE = (reverse(f"admin:reports_flag_{verb}") for verb in ("urge", "waive", "unwaive"))
XLSX, PAPER = reverse("admin:reports_flag_xlsx"), reverse("admin:reports_flag_print")


@pytest.fixture
def flags(small):
    return raise_all(small)


@pytest.fixture
def as_county(client, small, flags):
    client.force_login(small.office)
    return client


@pytest.fixture
def as_town(client, small, flags):
    client.force_login(small.a.staff)
    return client


def shown(client, **query):
    return [line["flag"] for line in client.get(BOARD, query).context["lines"]]


def kinds(client, **query):
    """The kinds of subject of the flags shown."""
    return {flag.about[0] for flag in shown(client, **query)}


def of(flags, *keys):
    return {flags[key] for key in keys}


# -- what stands on it


def test_a_town_sees_its_own_flags_of_every_kind(as_town, flags):
    assert set(shown(as_town)) == {flag for (_kind, n), flag in flags.items() if n == 1}
    page = as_town.get(BOARD).content.decode()
    assert [word for word in ("西河", "代表2", "来访人2") if word in page] == []


def test_red_comes_before_amber_the_longest_overdue_first_and_what_is_not_due_last(as_town, small, flags):
    rule = flags["deputy", 1].rule
    Flag.objects.all().delete()
    days = [("amber", -1), ("red", 3), ("red", -2), ("amber", 9), ("red", 40)]
    for n, (severity, late) in enumerate(days):
        due = ON - timedelta(days=late)
        raise_one(rule, small.a, deputy=small.a.deputy, period=str(n), severity=severity, due_on=due)
    assert [(flag.severity, (ON - flag.due_on).days) for flag in shown(as_town)] == [
        ("red", 40),
        ("red", 3),
        ("amber", 9),
        ("red", -2),
        ("amber", -1),
    ]
    assert [line["overdue"] for line in as_town.get(BOARD).context["lines"]] == [40, 3, 9, 0, 0]


@pytest.mark.parametrize("sort", ["due", "place", "rule", "reminder"])
def test_it_can_be_sorted_otherwise(as_county, flags, sort):
    Flag.objects.filter(pk=flags["deputy", 1].pk).update(urged_on=ON, urged_times=1, due_on=date(2026, 1, 1))
    key = {
        "due": lambda flag: flag.due_on,
        "place": lambda flag: flag.jurisdiction.code,
        "rule": lambda flag: flag.rule_key,
        "reminder": lambda flag: (flag.urged_on is not None, flag.urged_on),
    }[sort]
    rows = shown(as_county, sort=sort)
    assert rows == sorted(rows, key=key)
    assert len(rows) == 16


def test_each_subject_is_named_and_leads_to_its_page(as_town, flags, small):
    about = {line["flag"].about[0]: line["about"] for line in as_town.get(BOARD).context["lines"]}
    petition = flags["petition", 1].petition
    assert {kind: subject.name for kind, subject in about.items()} == {
        "deputy": "代表1",
        "group": "东山镇代表小组",
        "station": "东山镇人大代表联络站",
        "reception": _("%(day)s, %(station)s") % {"day": "2026-03-12", "station": "东山镇人大代表联络站"},
        "petition": petition.number,
        "referral": f"{petition.number} → 东山镇人民政府",
        "activity": f"2026-02-03 东山镇代表小组 {_('visit to voters')}",
        "office": "东山镇",
    }
    assert about["deputy"].link == reverse("admin:deputies_deputy_change", args=[small.a.deputy.pk])
    assert about["referral"].link == reverse("constituents:detail", args=[petition.pk])
    assert {as_town.get(subject.link).status_code for subject in about.values() if subject.link} == {200}


# -- what it is narrowed to


def test_it_is_narrowed_by_what_a_flag_has_to_do_with(as_county, small, flags):
    town = small.a
    own = lambda *wanted: of(flags, *((kind, 1) for kind in wanted))  # noqa: E731
    assert set(shown(as_county, group=town.group.pk)) == own("deputy", "group", "activity")
    assert set(shown(as_county, station=town.station.pk)) == own("station", "reception", "petition", "referral")
    assert set(shown(as_county, unit=town.unit.pk)) == own("referral")
    assert set(shown(as_county, deputy=town.deputy.pk)) == own("deputy")
    assert {flag.jurisdiction for flag in shown(as_county, town=town.place.pk)} == {town.place}
    assert kinds(as_county, severity="red") == {"deputy", "group", "referral"}
    assert kinds(as_county, rule="D9-5") == {"office"}
    assert set(shown(as_county, rule="D9-5", town=town.place.pk)) == own("office")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("代表1", {"deputy"}),
        ("东山镇代表小组", {"group", "activity"}),
        ("东山镇人大代表联络站", {"station", "reception"}),
        ("东山镇人民政府", {"referral"}),
        ("来访人1", {"petition", "referral"}),
        ("D3-三", {"station"}),
        ("没有这个人", set()),
    ],
)
def test_it_is_searched(as_town, text, found):
    assert kinds(as_town, q=text) == found


def test_each_state_has_its_tab(as_county, flags, small):
    states = {
        "deputy": {"urged_on": ON, "urged_times": 1},
        "group": {
            "cleared_on": ON,
            "cleared_why": "waived",
            "waived_by": small.office,
            "waived_reason": "合并",
        },
        "station": {"cleared_on": ON, "cleared_why": "late"},
    }
    for kind, values in states.items():
        Flag.objects.filter(pk=flags[kind, 1].pk).update(**values)
    found = {state: set(shown(as_county, state=state)) for state in ("urged", "waived", "cleared", "open", "all")}
    assert found["urged"] == of(flags, ("deputy", 1))
    assert found["waived"] == of(flags, ("group", 1))
    assert found["cleared"] == of(flags, ("station", 1))
    assert found["all"] - found["open"] == found["waived"] | found["cleared"]
    tabs = as_county.get(BOARD).context["tally"].states()
    assert [(key, n) for key, _label, n in tabs] == [
        ("open", 14),
        ("urged", 1),
        ("waived", 1),
        ("cleared", 1),
        ("all", 16),
    ]


def test_the_counts_are_those_of_the_list(as_county, small, flags):
    for query in ({}, {"severity": "red"}, {"town": small.a.place.pk, "rule": "D3-七"}, {"q": "代表"}):
        context = as_county.get(BOARD, query).context
        rows = [line["flag"] for line in context["lines"]]
        assert context["page"].paginator.count == len(rows) > 0
    tally = as_county.get(BOARD).context["tally"]
    assert [(town["name"], town["n"]) for town in tally.towns()] == [("东山镇", 8), ("西河乡", 8)]
    assert {rule["key"]: (rule["red"], rule["amber"]) for rule in tally.rules()}["D3-七"] == (2, 0)
    assert [rule["red"] for rule in tally.rules()] == [2, 2, 2, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "query", ["state=x", "town=x", "severity=x", "sort=x", "deputy=-", f"group={10**30}", "page=x", "rule=" + 30 * "x"]
)
def test_an_address_that_cannot_be_read_is_never_an_error(as_county, query):
    for address in (BOARD, PAPER, XLSX):
        assert as_county.get(f"{address}?{query}").status_code == 200


def test_fifty_stand_on_a_page(as_county, small, flags):
    rule = flags["deputy", 1].rule
    for n in range(60):
        raise_one(rule, small.a, deputy=small.a.deputy, period=f"2020-{n}")
    first, second = (as_county.get(BOARD, {"page": n}).context for n in (1, 2))
    assert (len(first["lines"]), len(second["lines"]), first["page"].paginator.count) == (50, 26, 76)


def test_the_board_asks_the_same_number_of_questions_whatever_it_holds(as_county, small, flags):
    def cost(address):
        with asked() as statements:
            assert as_county.get(address).status_code == 200
        return len(statements)

    addresses = [
        BOARD,
        f"{BOARD}?q=代表&state=all",
        PAPER,
        reverse("admin:reports_flag_change", args=[flags["deputy", 1].pk]),
    ]
    before = [cost(address) for address in addresses]
    for town in small.towns:
        for n in range(20):
            deputy = Deputy.objects.create(term=small.term, district=town.district, group=town.group, name=f"新{n}")
            raise_one(flags["deputy", 1].rule, town, deputy=deputy, period="2026-02")
            Visit.objects.create(
                deputy=town.deputy,
                met="某户",
                happened_on=date(2026, 2, n + 1),
                kind="home",
                logged_at="2026-03-01T00:00Z",
            )
    assert [cost(address) for address in addresses] == before
    assert max(before) <= 10


# -- urging and waiving


def test_the_ticked_flags_are_urged_and_the_person_is_told(as_town, flags):
    mine, foreign = flags["deputy", 1], flags["deputy", 2]
    answer = as_town.post(URGE, {"flag": [mine.pk, foreign.pk], "asked": "state=open&sort=due"})
    assert answer.url == f"{BOARD}?state=open&sort=due"
    assert list(Flag.objects.filter(urged_on=ON)) == [mine]
    told = [str(message) for message in as_town.get(answer.url).context["messages"]]
    assert told == [_("%(n)d flags urged.") % {"n": 1}]


def test_all_that_match_are_urged_only_after_the_number_was_shown(as_county, flags):
    form = {"all": "1", "asked": "severity=red"}
    page = as_county.post(URGE, form)
    assert (page.context["total"], Flag.objects.filter(urged_times=1).count()) == (6, 0)
    as_county.post(URGE, {**form, "confirmed": "1"})
    assert set(Flag.objects.filter(urged_times=1)) == set(Flag.objects.filter(severity="red"))


def test_a_waiver_asks_for_its_reason_and_can_be_undone(as_county, small, flags):
    older = Flag.objects.filter(pk=flags["group", 1].pk)
    older.update(cleared_on=ON, cleared_why="waived", waived_by=small.office, waived_reason="合并")
    keys = [flags["deputy", 1].pk, flags["deputy", 2].pk, older.get().pk]
    page = as_county.post(WAIVE, {"flag": keys})
    assert (page.status_code, page.context["total"]) == (200, 3)
    refused = as_county.post(WAIVE, {"flag": keys, "confirmed": "1", "reason": " "})
    assert str(refused.context["fault"]) == _("Say why nothing more is asked here.")
    assert Flag.objects.filter(cleared_why="waived").count() == 1
    as_county.post(WAIVE, {"flag": keys, "confirmed": "1", "reason": "住院"})
    assert Flag.objects.filter(waived_reason="住院", waived_by=small.office).count() == 2
    page = as_county.get(UNWAIVE)
    assert page.context["total"] == 2
    as_county.post(UNWAIVE, {"last": "1", "confirmed": "1"})
    assert Flag.objects.filter(waived_reason="住院").count() == 0
    assert older.get().waived_reason == "合并"


def test_a_waived_flag_is_opened_again_from_its_tab(as_county, small, flags):
    Flag.objects.filter(pk=flags["deputy", 1].pk).update(
        cleared_on=ON, cleared_why="waived", waived_by=small.office, waived_reason="住院"
    )
    assert as_county.post(UNWAIVE, {"flag": flags["deputy", 1].pk}).context["total"] == 1
    as_county.post(UNWAIVE, {"flag": flags["deputy", 1].pk, "confirmed": "1"})
    assert Flag.objects.open().count() == 16


def test_a_foreign_flag_is_not_waived(as_town, flags):
    as_town.post(WAIVE, {"flag": flags["deputy", 2].pk, "confirmed": "1", "reason": "住院"})
    as_town.post(WAIVE, {"all": "1", "asked": "town=2", "confirmed": "1", "reason": "住院"})
    assert set(Flag.objects.open()) >= {flag for (_kind, n), flag in flags.items() if n == 2}
    assert AuditEvent.objects.exclude(subject_id__in=[f.pk for (_k, n), f in flags.items() if n == 1]).count() == 0


@pytest.mark.parametrize("form", [{}, {"flag": "x"}, {"flag": str(10**30)}, {"flag": str(10**18 - 1)}])
@pytest.mark.parametrize("verb", [WAIVE, UNWAIVE])
def test_nothing_chosen_is_said_and_changes_nothing(as_county, verb, form):
    answer = as_county.post(verb, form)
    assert answer.url == BOARD
    told = [str(message) for message in as_county.get(BOARD).context["messages"]]
    assert told == [_("Choose at least one flag.")]


def test_urging_and_waiving_are_never_done_by_an_address_alone(as_county):
    assert [as_county.get(address).status_code for address in (URGE, WAIVE)] == [403, 403]


@pytest.mark.parametrize("who", ["leader", "deputy_user", "leader_user", "officer", "unit_user"])
def test_others_do_not_get_to_the_board(client, small, flags, who):
    client.force_login(small.leader if who == "leader" else getattr(small.a, who))
    addresses = [BOARD, PAPER, XLSX, UNWAIVE, reverse("admin:reports_flag_change", args=[flags["deputy", 1].pk])]
    assert {client.get(address).status_code for address in addresses} == {403}
    assert client.post(URGE, {"all": "1", "confirmed": "1"}).status_code == 403


# -- one flag


@pytest.mark.parametrize(
    "kind", ["deputy", "group", "station", "reception", "petition", "referral", "activity", "office"]
)
def test_each_flag_has_a_page_with_its_clause_and_records(as_town, flags, kind):
    page = as_town.get(reverse("admin:reports_flag_change", args=[flags[kind, 1].pk]))
    text = page.content.decode()
    clause = flags[kind, 1].rule.clause
    assert [word in text for word in (clause.quote, clause.key, page.context["evidence"].heading)] == [True] * 3
    assert [word for word in ("西河", "代表2", "来访人2") if word in text] == []
    counted = kind in ("reception", "petition", "referral", "activity")
    assert bool(page.context["deadline"]) == counted
    assert not counted or as_town.get(page.context["deadline"]).status_code == 200


def test_the_records_behind_a_missed_month_are_the_contacts_of_that_month(as_town, small, flags):
    for day, deputy in ((1, small.a.deputy), (28, small.a.deputy), (15, small.a.leader)):
        Visit.objects.create(
            deputy=deputy, met="某户", happened_on=date(2026, 2, day), kind="home", logged_at="2026-03-02T00:00Z"
        )
    Visit.objects.create(
        deputy=small.a.deputy, met="某户", happened_on=date(2026, 3, 1), kind="home", logged_at="2026-03-02T00:00Z"
    )
    found = as_town.get(reverse("admin:reports_flag_change", args=[flags["deputy", 1].pk])).context["evidence"]
    assert [record.day for record in found.records] == [date(2026, 2, 28), date(2026, 2, 1)]
    assert as_town.get(found.more).status_code == 200
    assert len(as_town.get(found.more).context["cl"].result_list) == 2


def test_its_history_names_each_step_and_who_took_it(as_town, small, flags):
    one = {"flag": flags["deputy", 1].pk, "confirmed": "1"}
    as_town.post(URGE, one)
    as_town.post(WAIVE, {**one, "reason": "住院"})
    history = as_town.get(reverse("admin:reports_flag_change", args=[one["flag"]])).context["history"]
    assert [(day, what, who, why) for day, what, who, why in history] == [
        (date(2026, 3, 1), _("raised by the nightly check"), "", ""),
        (ON, _("urged"), small.a.staff, ""),
        (ON, _("waived"), small.a.staff, "住院"),
    ]


def test_a_foreign_flag_is_as_if_it_were_not_there(as_town, flags):
    for pk in (flags["deputy", 2].pk, 10**9, "x", 10**30):
        assert as_town.get(reverse("admin:reports_flag_change", args=[pk])).url == BOARD


# -- paper and workbook


def test_the_workbook_holds_every_flag_that_was_asked_for(as_town, flags):
    answer = as_town.get(XLSX, {"severity": "red"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))[_("Flags")]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert {(row[1][:5].strip(), row[4], row[8]) for row in rows} == {
        ("D1-3①", "代表1", 10),
        ("D9-1a", "东山镇代表小组", 10),
        ("D3-七", f"{flags['petition', 1].petition.number} → 东山镇人民政府", 10),
    }


def test_paper_has_every_flag_without_the_frame_of_the_site(as_town):
    page = as_town.get(PAPER)
    assert len(page.context["lines"]) == 8
    assert "西河" not in page.content.decode()


def test_a_matter_that_a_deputy_took_in_stands_among_the_receptions_of_the_month(as_town, small, flags):
    held = Reception.objects.create(station=small.a.station, planned_on=date(2026, 2, 20), held_on=date(2026, 2, 20))
    page = as_town.get(reverse("admin:reports_flag_change", args=[flags["station", 1].pk]))
    matter = Petition.objects.get(station=small.a.station)
    found = [(record.day, record.link) for record in page.context["evidence"].records]
    assert found == [(matter.received_on, page_of(matter)), (date(2026, 2, 20), page_of(held))]
