"""The page and the download: who sees which report, what is shown first, sorting and paging."""

import io
from urllib.parse import unquote

import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from docx import Document

from constituents.models import Petition
from deputies.models import Absence, Deputy
from liaison_stations.models import StationPost
from office.models import Assignment, Job, User
from office.roles import Role
from reports.annual.columns import COURSE_CLAUSES
from reports.annual.screen import percent
from tests import county
from tests.queries import asked
from tests.reports.annual_year import AT, build, fill
from visits.models import Visit

pytestmark = pytest.mark.django_db
PAGE, XLSX = reverse("reports:annual"), reverse("reports:annual_xlsx")


def visit(deputy, day="2026-03-01"):
    return Visit.objects.create(deputy=deputy, met="村民", happened_on=day, kind="visit", logged_at=AT)


@pytest.fixture
def small(small):
    """The small county with one contact in each town, so that there is a year to report."""
    for town in small.towns:
        visit(town.deputy)
    return small


def subjects(small):
    """A subject of each kind in each town, by a short name."""
    named = {"county": "county"}
    for town, letter in zip(small.towns, "ab", strict=True):
        named |= {
            f"town {letter}": f"town:{town.place.code}",
            f"group {letter}": f"group:{town.group.pk}",
            f"station {letter}": f"station:{town.station.pk}",
            f"deputy {letter}": f"deputy:{town.deputy.pk}",
            f"leader {letter}": f"deputy:{town.leader.pk}",
        }
    return named


EVERYTHING = {
    "county",
    *(f"{kind} {letter}" for kind in ("town", "group", "station", "deputy", "leader") for letter in "ab"),
}
TOWN_A = {name for name in EVERYTHING if name.endswith(" a")}


@pytest.mark.rule("D8-五a")
@pytest.mark.parametrize("address", [PAGE, XLSX])
@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("office", EVERYTHING),
        ("leader", EVERYTHING),
        ("town1", TOWN_A),
        ("group1", {"group a", "deputy a", "leader a"}),
        ("deputy1", {"deputy a"}),
    ],
)
def test_each_role_opens_its_own_subjects_and_no_other(small, client, username, seen, address):
    client.force_login(User.objects.get(username=username))
    answers = {
        name: client.get(address, {"year": 2026, "subject": text}).status_code for name, text in subjects(small).items()
    }
    assert answers == {name: 200 if name in seen else 404 for name in answers}


@pytest.mark.parametrize("address", [PAGE, XLSX])
@pytest.mark.parametrize("username", ["officer1", "unit1"])
def test_desks_and_units_have_no_annual_report(small, client, username, address):
    client.force_login(User.objects.get(username=username))
    assert client.get(address, {"year": 2026, "subject": "county"}).status_code == 403


def test_a_deputy_who_also_works_at_a_desk_does_not_read_the_files_of_its_deputies(small, client):
    StationPost.objects.create(station=small.a.station, name="组长1", user=small.a.leader_user)
    Assignment.objects.filter(user=small.a.leader_user, role=Role.GROUP_LEADER).delete()
    Assignment.objects.create(user=small.a.leader_user, role=Role.STATION_OFFICER)
    client.force_login(small.a.leader_user)
    assert Deputy.objects.visible_to(small.a.leader_user).filter(pk=small.a.deputy.pk).exists()
    assert client.get(PAGE, {"subject": f"deputy:{small.a.deputy.pk}"}).status_code == 404
    assert client.get(PAGE, {"subject": f"station:{small.a.station.pk}"}).status_code == 404


@pytest.mark.parametrize(
    ("username", "title"),
    [("office", "试验县"), ("town2", "西河乡"), ("group1", "东山镇代表小组"), ("deputy1", "代表1")],
)
def test_without_a_choice_each_role_sees_its_own_report_of_the_last_year(small, client, username, title):
    client.force_login(User.objects.get(username=username))
    report = client.get(PAGE).context["report"]
    assert (report.subject.name, report.year) == (title, 2026)


def test_only_visible_subjects_are_offered(small, client):
    client.force_login(small.a.staff)
    offered = client.get(PAGE).context["form"].fields["subject"].choices
    assert [value for _group, choices in offered for value, _name in choices] == [
        f"town:{small.a.place.code}",
        f"group:{small.a.group.pk}",
        f"station:{small.a.station.pk}",
    ]


@pytest.mark.rule("D3-一")
def test_a_station_with_a_foreign_deputy_does_not_show_that_deputys_file(small, client):
    small.a.station.deputies.add(small.b.deputy)
    client.force_login(small.a.staff)
    rows = client.get(PAGE, {"subject": f"station:{small.a.station.pk}"}).context["report"].rows
    assert [row.deputy for row in rows] == [small.a.deputy]


def test_the_page_shows_the_sums_of_the_report_first(client):
    small = build()
    client.force_login(small.office)
    page = client.get(PAGE)
    total = page.context["report"].total
    assert [tile.figure for tile in page.context["tiles"]] == [
        str(total["contacts"]),
        percent((2000 * total["met"] + total["owed"]) // (2 * total["owed"])),
        percent((2000 * total["seen"] + total["households"]) // (2 * total["households"])),
        percent((2000 * total["reply.in_time"] + total["due"]) // (2 * total["due"])),
    ]
    assert [bar.number for bar in page.context["months"]] == [total[f"month.{n}"] for n in range(1, 13)]
    assert page.context["sums"][0].figure == str(total["contacts"])


def test_a_page_holds_fifty_deputies_sorted_by_what_is_asked_for(small, client):
    for n in range(60):
        deputy = Deputy.objects.create(term=small.term, district=small.a.district, name=f"代表甲{n}")
        Visit.objects.bulk_create(
            Visit(deputy=deputy, met="村民", happened_on="2026-05-01", kind="visit", logged_at=AT) for _ in range(n)
        )
    client.force_login(small.office)
    first = client.get(PAGE, {"sort": "contacts"})
    second = client.get(PAGE, {"sort": "contacts", "page": 2})
    assert (len(first.context["lines"]), len(second.context["lines"])) == (50, 14)
    contacts = [row.figures["contacts"] for page in (first, second) for row in page.context["page"]]
    assert contacts == sorted(contacts, reverse=True)
    assert contacts[0] == 59


def test_the_page_takes_at_most_ten_queries_at_any_size(small, client):
    client.force_login(small.office)

    def queries():
        with asked() as statements:
            assert client.get(PAGE, {"year": 2026, "subject": "county"}).status_code == 200
        return len(statements)

    before = queries()
    fill(small, deputies=6, visits=60, petitions=30)
    assert Absence.objects.count() > 1
    assert before == queries() <= 10


def test_a_deputys_page_takes_no_more_queries(small, client):
    client.force_login(small.office)
    with asked() as statements:
        client.get(PAGE, {"subject": f"deputy:{small.a.deputy.pk}"})
    assert len(statements) <= 10


@pytest.mark.rule("D1-3①b")
def test_who_is_left_out_of_the_rate_is_named_beside_it(small, client):
    away = {"since": "2026-02-20", "until": "2026-03-01", "reason": "住院", "approved_by": "镇人大主席团"}
    Absence.objects.create(deputy=small.a.deputy, **away)
    client.force_login(small.office)
    page = client.get(PAGE, {"year": 2026, "subject": "county"})
    assert [(ground.label, ground.deputies, ground.months) for ground in page.context["left_out"]] == [
        (_("approved leave"), 1, 2)
    ]
    assert page.context["tiles"][1].left_out == 2
    told = page.content.decode()
    assert [word in told for word in ("2026-02-20—2026-03-01", "住院", "镇人大主席团")] == [True] * 3


def test_the_download_is_the_report_of_the_page(small, client):
    client.force_login(small.office)
    answer = client.get(XLSX, {"year": 2026, "subject": f"town:{small.a.place.code}"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    title = _("%(subject)s: annual duty report %(year)d") % {"subject": "东山镇", "year": 2026}
    assert f"{title}.xlsx" in unquote(answer["Content-Disposition"])
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book[_("Evidence")].max_row == 5


def test_a_report_of_several_pages_is_printed_with_all_its_deputies(small, client, monkeypatch):
    monkeypatch.setattr("reports.annual_views.PAGE", 1)
    client.force_login(small.office)
    paged, whole = (client.get(PAGE, {"year": 2026, "subject": "county", **more}) for more in ({}, {"all": "1"}))
    assert (len(paged.context["lines"]), len(whole.context["lines"])) == (1, len(paged.context["report"].rows))
    assert len(paged.context["report"].rows) > 1
    link = f"?{paged.context['query']}&all=1".replace("&", "&amp;")
    told = [[link in one.content.decode(), "data-print-now" in one.content.decode()] for one in (paged, whole)]
    assert told == [[True, False], [False, True]]


def test_number_addressee_and_signer_are_asked_for_and_printed_in_the_letter(small, client):
    client.force_login(small.office)
    asked_for = {"year": 2026, "subject": f"group:{small.a.group.pk}", "format": "docx"}
    around = {"number": "试人常办〔2026〕7号", "to_office": "试验县人大常委会", "signer": "王五六"}
    assert {f'name="{name}"' in client.get(PAGE, asked_for).content.decode() for name in around} == {True}

    def words(**more):
        told = client.get(reverse("reports:annual_file"), {**asked_for, **more})
        paragraphs = Document(io.BytesIO(b"".join(told.streaming_content))).paragraphs
        return "\n".join(paragraph.text for paragraph in paragraphs)

    assert [text in words(**around) for text in around.values()] == [True] * 3
    assert [text in words() for text in around.values()] == [False] * 3


@pytest.mark.parametrize("written", ["两\n行", "号" * 61])
def test_a_number_that_no_letter_holds_is_refused_in_words(small, client, written):
    client.force_login(small.office)
    asked_for = {"year": 2026, "subject": f"group:{small.a.group.pk}", "format": "docx", "number": written}
    answer = client.get(reverse("reports:annual_file"), asked_for, follow=True)
    assert (answer.status_code, len(list(answer.context["messages"]))) == (200, 1)
    county_wide = client.post(reverse("reports:annual_export"), {**asked_for, "subject": "county"}, follow=True)
    assert (county_wide.status_code, len(list(county_wide.context["messages"]))) == (200, 1)
    assert not Job.objects.exists()


def test_a_large_report_takes_what_is_on_the_letter_along_to_the_worker(small, client):
    client.force_login(small.office)
    around = {"number": "试人常办〔2026〕7号", "to_office": "试验县人大常委会", "signer": "王五六"}
    client.post(reverse("reports:annual_export"), {"year": 2026, "subject": "county", "format": "docx", **around})
    assert Job.objects.get().params["asked"].items() >= around.items()


@pytest.mark.rule("D3-六a")
def test_every_course_of_a_matter_cites_the_clause_that_allows_it(client):
    small = build()
    client.force_login(small.office)
    [petitions] = [part for part in client.get(PAGE).context["sections"] if part.key == "petitions"]
    [course] = [group for group in petitions.groups if group.key == "course"]
    known = {str(label): COURSE_CLAUSES[value] for value, label in Petition.Course.choices}
    known[_("not decided")] = "D5-三c"
    assert {line.label: line.clause for line in course.figures}.items() <= known.items()
    assert len(course.figures) > 2


def test_the_page_lists_the_rules_it_judges_by_and_where_to_find_each_section(small, client):
    client.force_login(small.office)
    page = client.get(PAGE)
    [asked_part] = [part for part in page.context["sections"] if part.key == "asked"]
    rules = page.context["report"].rules_in_force
    rows = [row for table in asked_part.tables for row in [*table.rows, *table.more]]
    assert [row[:2] for row in rows] == [[rule.clause.key, rule.name] for rule in rules]
    body = page.content.decode()
    assert all(f'href="#part-{part.key}"' in body for part in page.context["sections"])


def test_a_year_without_records_says_so_and_gives_no_file(small, client):
    client.force_login(small.office)
    page = client.get(PAGE, {"year": 2019, "subject": "county"})
    message = _("The office has no records of %(value)s. Please choose another year.") % {"value": "2019"}
    assert page.context["form"].errors["year"] == [message]
    assert "report" not in page.context
    answer = client.get(XLSX, {"year": 2019, "subject": "county"})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?year=2019&subject=county")


@pytest.mark.parametrize("year", ["", "abc", "٢٠٢٦", "99999", "-1", "2026.5", "0"])
def test_what_is_no_year_is_never_an_error(small, client, year):
    client.force_login(small.office)
    assert client.get(PAGE, {"year": year, "subject": "county"}).status_code == 200
    assert client.get(XLSX, {"year": year, "subject": "county"}).status_code == 302


@pytest.mark.parametrize(
    "subject", ["foo", "foo:1", "deputy:", "deputy:x", "deputy:٣", "group:0", "town:", f"deputy:{'9' * 30}"]
)
def test_what_names_no_subject_is_not_found(small, client, subject):
    client.force_login(small.office)
    assert client.get(PAGE, {"year": 2026, "subject": subject}).status_code == 404
    assert client.get(XLSX, {"year": 2026, "subject": subject}).status_code == 404


def test_odd_sorting_and_paging_fall_back(small, client):
    client.force_login(small.office)
    page = client.get(PAGE, {"sort": "password", "page": "x"})
    assert (page.context["sort"], page.context["page"].number) == ("", 1)


def test_before_anything_is_recorded_the_page_says_so(db, client):
    client.force_login(county.build().office)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "report" not in page.context


def test_a_person_whose_sign_in_is_linked_to_no_deputy_gets_an_empty_page(small, client):
    client.force_login(county.person("new", Role.DEPUTY))
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "report" not in page.context


def test_a_name_with_markup_is_shown_as_it_is_written(small, client):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(name="<b>甲</b>")
    client.force_login(small.office)
    body = client.get(PAGE).content.decode()
    assert body.count("&lt;b&gt;甲&lt;/b&gt;") == 1
    assert "<b>甲" not in body
