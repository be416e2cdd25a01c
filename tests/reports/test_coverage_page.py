"""Coverage by month: every figure is the annual report's, every cell says what it is, and everybody sees their own."""

from collections import Counter
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import Absence, Deputy
from office.models import User
from reports.annual import figures
from reports.annual.screen import percent
from reports.subjects import find
from tests import county
from tests.queries import asked
from tests.reports.annual_year import AT, ON, YEAR, build, owed, recount
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock(AT)]
PAGE = reverse("reports:coverage")


@pytest.fixture
def small(db):
    return build()


def lines(page):
    return [line for band in page.context["bands"] for line in band["lines"]]


def visit(deputy, day, **more):
    return Visit.objects.create(deputy=deputy, met="村民", happened_on=day, kind="visit", logged_at=AT, **more)


@pytest.mark.rule("D1-3①b")
@pytest.mark.parametrize("subject", ["county", "town", "group"])
def test_each_sum_is_the_annual_reports(as_county, small, subject):
    key = {"county": "990901", "town": small.b.place.code, "group": str(small.b.group.pk)}[subject]
    report = figures.read(find(f"{subject}:{key}")[0], YEAR, on=ON)
    page = as_county.get(PAGE, {"year": YEAR, **({} if subject == "county" else {subject: key})})
    total = report.total
    assert [(m.met, m.owed, m.late) for m in page.context["sums"]] == [
        (total[f"met.{n}"], total[f"owed.{n}"], total[f"met_late.{n}"]) for n in range(1, 13)
    ]
    assert page.context["year_sum"] == {
        "met": total["met"],
        "owed": total["owed"],
        "late": total["met_late"],
        "rate": percent((2000 * total["met"] + total["owed"]) // (2 * total["owed"])),
        "left_out": sum(len(entry["entry"].months) for g in page.context["left_out"] for entry in g.entries),
    }
    assert total["met_late"] > 0


@pytest.mark.rule("D1-3①b")
def test_each_cell_is_that_of_a_recount(as_county, small):
    shown = lines(as_county.get(PAGE))
    assert len(shown) == Deputy.objects.count() == 22
    states = Counter()
    for line in shown:
        figures_ = recount(line["deputy"])
        for month, cell in enumerate(line["cells"], 1):
            expected = "not_owed"
            if month >= ON.month:
                expected = "running" if month == ON.month else "ahead"
            elif owed(line["deputy"], month):
                found = (name for name in ("met_late", "met", "missed") if figures_[f"{name}.{month}"])
                expected = next(found)
            assert (cell.state, cell.contacts) == (expected, figures_[f"month.{month}"]), (line["deputy"], month)
            states[cell.state] += 1
        assert (line["met"], line["owed"]) == (figures_["met"], figures_["owed"])
    assert set(states) == {"met", "met_late", "missed", "not_owed", "running", "ahead"}


def test_what_is_left_out_stands_under_the_rate_of_each_month(as_county, small):
    page = as_county.get(PAGE)
    for month in range(1, ON.month):
        expected = sum(not owed(deputy, month) for deputy in Deputy.objects.all())
        assert page.context["sums"][month - 1].left_out == expected


def test_a_cell_says_why_a_month_is_not_owed_and_its_sign_needs_no_colour(as_county, small):
    away = {"since": date(2026, 2, 3), "until": date(2026, 2, 3), "reason": "住院", "approved_by": "镇人大主席团"}
    Absence.objects.create(deputy=small.a.deputy, **away)
    page = as_county.get(PAGE, {"group": small.a.group.pk})
    (line,) = [line for line in lines(page) if line["deputy"] == small.a.deputy]
    words = {"month": "2026-02", "state": _("approved leave"), "n": line["cells"][1].contacts}
    assert line["cells"][1].words == _("%(month)s: %(state)s, contacts: %(n)d") % words
    signs = {cell.state: cell.sign for line in lines(page) for cell in line["cells"]}
    assert len(set(signs.values())) == len(signs)
    assert [word in page.content.decode() for word in ("住院", "镇人大主席团", "2026-02-03")] == [True] * 3


def test_only_those_with_a_missed_month_are_listed_and_the_sums_stay_those_of_all(as_county):
    everybody, missing = as_county.get(PAGE), as_county.get(PAGE, {"only": "missed"})
    wanted = [line["deputy"] for line in lines(everybody) if any(c.state == "missed" for c in line["cells"])]
    assert [line["deputy"] for line in lines(missing)] == wanted
    assert 0 < len(wanted) < len(lines(everybody))
    assert missing.context["sums"] == everybody.context["sums"]


def test_rows_stand_by_town_and_group(as_county, small):
    page = as_county.get(PAGE)
    assert [(band["town"], band["group"]) for band in page.context["bands"]] == [
        ("东山镇", "东山镇代表小组"),
        ("西河乡", "西河乡代表小组"),
    ]


def test_a_town_and_a_group_that_is_not_in_it_have_nobody_in_common(as_county, small):
    page = as_county.get(PAGE, {"town": small.a.place.code, "group": small.b.group.pk})
    assert (lines(page), page.context["year_sum"]["owed"]) == ([], 0)


def test_the_chart_is_the_rate_of_the_year_and_of_the_year_before(client, small):
    small.term.records_since = date(2025, 7, 1)
    small.term.save()
    client.force_login(small.office)
    page = client.get(PAGE, {"year": 2026})
    before, now = client.get(PAGE, {"year": 2025}).context["sums"], page.context["sums"]
    expected = [month.rate for month in [*before, *now] if month.owed]
    assert [point.rate for point in page.context["trend"]["points"]] == expected
    assert len(expected) == 6 + 10
    assert len(page.context["trend"]["lines"]) == 1


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("office", {"代表1", "组长1", "代表2", "组长2"}),
        ("leader", {"代表1", "组长1", "代表2", "组长2"}),
        ("town1", {"代表1", "组长1"}),
        ("group1", {"代表1", "组长1"}),
        ("deputy1", {"代表1"}),
    ],
)
def test_each_role_sees_its_own_deputies(client, small, username, seen):
    client.force_login(User.objects.get(username=username))
    named = {line["deputy"].name for line in lines(client.get(PAGE))}
    assert {name for name in named if "之" not in name} == seen


def test_a_deputy_alone_is_no_sum_and_no_course_of_a_rate(client, small):
    client.force_login(small.office)
    told = client.get(PAGE).content.decode()
    assert ("<tfoot>" in told, "<polyline" in told) == (True, True)
    client.force_login(small.a.deputy_user)
    told = client.get(PAGE).content.decode()
    assert ("<tfoot>" in told, "<polyline" in told) == (False, False)


def test_what_is_not_in_sight_is_404_and_desks_have_no_such_page(client, small):
    client.force_login(small.a.staff)
    foreign = [{"town": small.b.place.code}, {"group": small.b.group.pk}, {"group": "x"}, {"town": "x"}]
    assert [client.get(PAGE, query).status_code for query in foreign] == [404] * 4
    for user in (small.a.officer, small.a.unit_user):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("query", ["year=1900", "year=x", "year=", "only=x", "page=x", "page=999"])
def test_an_address_that_cannot_be_read_is_never_an_error(as_county, query):
    assert as_county.get(f"{PAGE}?{query}").status_code == 200


def test_without_any_record_it_says_so(client, db):
    client.force_login(county.build().office)
    page = client.get(PAGE)
    assert "bands" not in page.context
    assert _("There are no contacts and no petitions on record yet.") in page.content.decode()


def test_each_cell_leads_to_the_records_that_its_reader_may_open(client, small):
    deputy = small.a.deputy
    Visit.objects.filter(deputy=deputy).delete()
    for day in (1, 2):
        visit(deputy, date(2026, 5, day))
    visit(deputy, date(2026, 6, 1))
    for user in (small.office, small.leader, small.a.leader_user, small.a.deputy_user):
        client.force_login(user)
        (line,) = [line for line in lines(client.get(PAGE)) if line["deputy"] == deputy]
        answer = client.get(line["cells"][4].link)
        assert answer.status_code == 200, user
        if user == small.office:
            assert len(answer.context["cl"].result_list) == 2
    assert line["cells"][4].link == f"{reverse('visits:my_month')}?month=2026-05"


def test_a_hundred_stand_on_a_page_and_the_questions_are_the_same(as_county, small):
    def cost(**query):
        with asked() as statements:
            assert as_county.get(PAGE, query).status_code == 200
        return len(statements)

    before = cost()
    for town in small.towns:
        for n in range(60):
            deputy = Deputy.objects.create(term=small.term, district=town.district, name=f"又一位{n}")
            visit(deputy, date(2026, 3, n % 28 + 1))
            Absence.objects.create(deputy=deputy, since=date(2026, 2, n % 28 + 1), reason="病", approved_by="主任")
    assert cost() == cost(town=small.a.place.code) == before <= 10
    pages = [as_county.get(PAGE, {"page": n}) for n in (1, 2)]
    assert [len(lines(page)) for page in pages] == [100, 42]
    assert pages[0].context["sums"] == pages[1].context["sums"]
