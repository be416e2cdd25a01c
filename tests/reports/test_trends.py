"""Figures over time: they are the annual report's, each opens its records, nobody reads beyond their sight."""

import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from constituents.models import Petition
from deputies.models import Deputy
from office.roles import Role
from reports import charts
from reports.annual import figures
from reports.subjects import find
from tests import county
from tests.queries import asked
from tests.reports.annual_year import AT, ON, YEAR, build
from visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock(AT)]
PAGES = [reverse(f"reports:{name}") for name in ("trends", "trend_matters", "trend_units")]
CONTACTS, MATTERS, UNITS = PAGES


@pytest.fixture
def small(db):
    return build()


@pytest.fixture
def as_leader(client, small):
    client.force_login(small.leader)
    return client


def number(text) -> int:
    return int(text.replace(",", ""))


def opened(client, link) -> int:
    """How many records the page behind a figure says there are."""
    page = client.get(link)
    assert page.status_code == 200
    return page.context["page"]["number"]


@pytest.mark.parametrize("key", ["county:990901", "town:990901002"])
def test_the_sums_are_those_of_the_annual_report(as_leader, small, key):
    report = figures.read(find(key)[0], YEAR, on=ON, user=small.leader).total
    town = {"town": key.partition(":")[2]} if key.startswith("town") else {}
    contacts = sums(as_leader.get(CONTACTS, {"year": YEAR, **town}), 1)
    assert contacts[1::2][:2] == [f"{report['contacts']:,}", f"{report['met']} / {report['owed']}"]
    matters = sums(as_leader.get(MATTERS, {"year": YEAR, **town}), 0)
    assert number(matters[1]) == report["petitions"] > 0
    assert matters[2] == f"{report['reply.in_time']} / {report['due']}"
    assert number(matters[4]) == report["reply.overdue"]


def test_two_years_stand_side_by_side_once_both_are_on_record(as_leader):
    def heads():
        return len(as_leader.get(MATTERS, {"year": YEAR}).context["panels"][0].table.heads)

    Petition.objects.filter(received_on__year=YEAR - 1).delete()
    Visit.objects.filter(happened_on__year=YEAR - 1).delete()
    alone = heads()
    Visit.objects.create(
        deputy=Deputy.objects.first(), met="村民", happened_on=f"{YEAR - 1}-05-05", kind="visit", logged_at=AT
    )
    assert heads() == alone + 1


def sums(response, n) -> list[str]:
    return [one.text for one in response.context["panels"][n].table.sums.figures]


def test_the_towns_add_up_to_the_county(as_leader):
    table = as_leader.get(CONTACTS).context["panels"][2].table
    assert len(table.lines) == 2
    assert (
        sum(number(line.figures[1].text) for line in table.lines)
        == Visit.objects.filter(happened_on__year=YEAR).count()
    )


@pytest.mark.parametrize("address", PAGES)
def test_each_figure_opens_as_many_records_as_it_says(as_leader, address):
    found = [
        figure
        for one in as_leader.get(address).context["panels"]
        for line in one.table.lines
        for figure in line.figures
        if "/records/" in figure.opens and "/" not in figure.text
    ]
    assert len(found) > 5
    assert [opened(as_leader, one.opens) for one in found] == [number(one.text) for one in found]


def test_each_bar_leads_where_the_table_leads(as_leader):
    one = as_leader.get(MATTERS).context["panels"][0]
    bars = re.findall(r'xlink:href="([^"]+)"', str(one.chart))
    assert [link.replace("&amp;", "&") for link in bars] == [
        line.figures[n].opens for n in (0, 1) for line in one.table.lines if line.figures[n].opens
    ]


def test_a_part_of_the_year_is_the_sum_of_its_months(as_leader):
    def total(period):
        page = as_leader.get(MATTERS, {"year": YEAR, "period": period})
        return number(sums(page, 0)[1])

    assert total("q1") + total("q2") == total("h1")
    assert total("h1") + total("h2") == total("year") == Petition.objects.filter(received_on__year=YEAR).count()


def test_a_township_reads_its_own_and_nothing_else(client, small):
    client.force_login(small.a.staff)
    for page in PAGES:
        own = client.get(page).content.decode()
        assert small.a.place.name in own
        assert (small.b.place.name in own) == (page == UNITS)  # a unit of that name has some of the own matters
        assert client.get(page, {"town": small.b.place.code}).status_code == 404
    for what in ("contacts", "matters", "replies"):
        records = f"{reverse('reports:records')}?what={what}&year={YEAR}"
        assert client.get(f"{records}&town={small.b.place.code}").status_code == 404
    listed = client.get(reverse("reports:records"), {"what": "matters", "year": YEAR}).context["page"]
    seen = set(Petition.objects.visible_to(small.a.staff).values_list("pk", flat=True))
    assert {int(urlsplit(cells[0][2]).path.split("/")[-2]) for _is_seen, cells in listed["rows"]} <= seen


def test_a_matter_about_the_leader_is_counted_but_not_listed(as_leader, small):
    about = Petition.objects.filter(received_on__year=YEAR, deputy__isnull=True).first()
    about.complaints.create(person=small.leader)
    query = {"what": "matters", "year": YEAR, "period": f"m{about.received_on.month}"}
    page = as_leader.get(reverse("reports:records"), query)
    assert page.context["page"]["unseen"] == 1
    assert about.number not in page.content.decode()


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.HANDLING_UNIT, Role.STATION_OFFICER])
def test_they_are_for_leaders_and_offices_alone(client, small, role):
    client.force_login({"deputy": small.a.deputy_user, "handling_unit": small.a.unit_user}.get(role, small.a.officer))
    assert {client.get(page).status_code for page in [*PAGES, reverse("reports:records")]} == {403}


@pytest.mark.parametrize("address", [*PAGES, f"{reverse('reports:records')}?what=matters&year={YEAR}"])
def test_a_page_asks_at_most_ten_questions_however_much_there_is(as_leader, small, address):
    def cost():
        with asked() as statements:
            assert as_leader.get(address).status_code == 200
        return len(statements)

    before = cost()
    for n in range(5):
        same = {"received_on": ON, "registered_at": AT, "year": YEAR, "seq": 900 + n, "category": f"类别{n}"}
        Petition.objects.create(station=small.b.station, visitor="某", situation="某事", request="某事", **same)
        Visit.objects.create(deputy=small.b.deputy, met="村民", happened_on=ON, kind="visit", logged_at=AT)
    assert cost() == before <= 10


@pytest.mark.parametrize(
    "query", ["year=1066", "year=x", "period=q9", "year=2026&period=m1", "town=", "year=99999999999"]
)
def test_an_address_that_asks_for_nothing_on_record_says_so(as_leader, query):
    for page in PAGES:
        assert as_leader.get(f"{page}?{query}").status_code == 200


def test_an_address_of_records_that_means_nothing_leads_back_to_the_figures(as_leader):
    for query in ("", "what=secrets", f"what=matters&year={YEAR}&unit=99999999999999999999", "what=matters&year=x"):
        assert as_leader.get(f"{reverse('reports:records')}?{query}").url == CONTACTS


def test_before_there_is_anything_the_page_says_so(client, db):
    empty = county.build()
    client.force_login(empty.leader)
    for page in PAGES:
        assert "panels" not in client.get(page).context


def drawn(draw, **more):
    series = [
        charts.Series("去年<b>", [1, None, 3], charts.BEFORE),
        charts.Series("今年", [4, 5, 6], charts.SLOW, ["/a?x=1&y=<2>", "", "/c"]),
    ]
    return str(draw("one", "标题 & 更多", ["一", "二", "三"], series, **more))


@pytest.mark.parametrize("draw", [charts.bars, charts.curves, charts.rows, charts.stacks])
def test_a_chart_is_a_drawing_and_nothing_that_runs_or_styles(draw):
    root = ElementTree.fromstring(drawn(draw))
    tags = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert tags & {"script", "style", "foreignObject", "link", "image"} == set()
    names = {name for node in root.iter() for name in node.attrib}
    assert {name for name in names if name.startswith("on") or name == "style"} == set()
    assert root.find(".//{*}title").text == "标题 & 更多"
    assert root.attrib["aria-labelledby"] == root.find(".//{*}title").attrib["id"]


def test_a_chart_is_the_same_each_time(small):
    assert drawn(charts.bars) == drawn(charts.bars)


def test_a_hatched_shape_finds_its_stripes():
    root = ElementTree.fromstring(drawn(charts.stacks))
    [stripes] = root.iter("{http://www.w3.org/2000/svg}pattern")
    assert any(node.get("fill") == f"url(#{stripes.attrib['id']})" for node in root.iter())


def test_an_address_on_a_bar_is_kept_whole(small):
    root = ElementTree.fromstring(drawn(charts.bars))
    links = [node.get("{http://www.w3.org/1999/xlink}href") for node in root.iter("{http://www.w3.org/2000/svg}a")]
    assert links == ["/a?x=1&y=<2>", "/c"]
    assert parse_qs(urlsplit(links[0]).query) == {"x": ["1"], "y": ["<2>"]}
