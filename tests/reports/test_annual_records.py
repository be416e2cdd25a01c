"""Each number of the duty report's page opens exactly the records behind it, for whoever may read the report (N2)."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from constituents.models import Petition
from office.models import User
from reports import closing
from reports.annual import behind, document
from reports.annual.period import Period
from reports.subjects import find
from tests.queries import asked
from tests.reports.annual_year import AT, ON, YEAR, build
from visits.models import Visit

pytestmark = pytest.mark.django_db
PAGE, RECORDS, FILE = reverse("reports:annual"), reverse("reports:figure"), reverse("reports:annual_file")
SPAN = {"from": "2026-01", "to": "2026-12"}


@pytest.fixture
def at(monkeypatch):
    """The day on which everything is counted."""
    monkeypatch.setattr("office.clock.today", lambda: ON)


def links(page) -> set:
    """The addresses of records that a page offers, each with the number that stands in it."""
    found = re.findall(rf'<a[^>]*href="({re.escape(RECORDS)}[^"]*)"[^>]*>([^<]*)</a>', page.content.decode())
    return {(unescape(link), words.strip()) for link, words in found}


@pytest.mark.long_walk
def test_every_number_of_the_page_opens_as_many_records(client, at):
    small = build(deputies=3, visits=40, petitions=20)
    client.force_login(small.office)
    found = links(client.get(PAGE, {"year": YEAR, "subject": "county"}))
    assert len(found) > 80
    checked = 0
    for link, words in found:
        if not words.isdigit():
            continue
        page = client.get(link)
        assert page.status_code == 200, link
        assert (page.context["page"].paginator.count, page.context["figure"].value) == (int(words), int(words)), link
        assert [line.is_seen for line in page.context["shown"].lines] == [True] * min(int(words), 50), link
        checked += 1
    assert checked > 60


def test_a_figure_read_alone_is_that_of_the_document(db):
    build(deputies=3, visits=40, petitions=20)
    subject, period = find("county")[0], Period.year(YEAR)
    whole = document.read(subject, period, on=ON)
    for key in ("contacts", "missed", "seen", "below", "petitions", "handed", "not_owed.leave", "deputies"):
        alone = document.figure(subject, period, key, on=ON)
        assert (alone.value, alone.ids) == (whole.figure(key).value, whole.figure(key).ids), key
    nobody = document.figure(subject, period, "nobody/petitions", on=ON)
    of_towns = [one for one in whole.figures() if re.fullmatch("nobody:[0-9]+/petitions", one.key)]
    assert nobody.value == sum(one.value for one in of_towns) > 0
    assert document.figure(subject, period, "nothing", on=ON) is None


def test_records_stand_newest_first_page_by_page(client, small, at):
    for n in range(60):
        day = f"2026-{n % 9 + 1:02}-{n % 28 + 1:02}"
        Visit.objects.create(
            deputy=small.a.deputy, met="王老五", happened_on=day, kind="phone", logged_at=f"{day}T00:00Z"
        )
    client.force_login(small.office)
    told = {"subject": f"town:{small.a.place.code}", **SPAN, "key": "contacts"}
    first, last = client.get(RECORDS, told), client.get(RECORDS, told | {"page": "99"})
    assert (len(first.context["shown"].lines), len(last.context["shown"].lines)) == (50, 10)
    days = [line.words[0] for one in (first, last) for line in one.context["shown"].lines]
    assert days == sorted(days, reverse=True)
    assert "王老五" not in first.content.decode()


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("office", 200),
        ("leader", 200),
        ("town1", 200),
        ("group1", 200),
        ("deputy1", 200),
        ("town2", 404),
        ("group2", 404),
    ],
)
def test_records_are_open_to_whoever_reads_the_report(client, small, at, username, status):
    Visit.objects.create(
        deputy=small.a.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at="2026-03-01T00:00Z"
    )
    client.force_login(User.objects.get(username=username))
    told = {"subject": f"deputy:{small.a.deputy.pk}", **SPAN, "key": "contacts"}
    assert client.get(RECORDS, told).status_code == status


def test_a_record_behind_a_figure_that_is_not_in_sight_is_counted_and_not_named(small):
    """The county's figures, as the office of one town would read them line by line."""
    Petition.objects.create(
        station=small.a.station, year=2026, seq=1, received_on=date(2026, 3, 2), registered_at=AT, visitor="张三",
        situation="路灯不亮", request="修",
    )  # fmt: skip
    subject, here = find("county")[0], small.a.place.name
    for key, unseen in (("deputies", 2), ("petitions", 1), ("missed", 20)):
        shown = behind.shown(document.figure(subject, Period.year(YEAR), key, on=ON), 1, small.b.staff)
        words = {word for line in shown.lines for word in line.words}
        assert (sum(not line.is_seen for line in shown.lines), here in words) == (unseen, False), key


@pytest.mark.parametrize(
    "wrong",
    [{"key": "password"}, {"key": ""}, {"from": "x"}, {"to": "2025-01"}, {"key": "share.met"}, {"subject": "x:1"}],
)
def test_what_is_no_figure_is_not_found(client, small, at, wrong):
    client.force_login(small.office)
    assert client.get(RECORDS, {"subject": "county", **SPAN, "key": "contacts"} | wrong).status_code == 404


def test_pages_cost_the_same_with_few_rows_and_with_many(client, small, at):
    client.force_login(small.office)

    def costs():
        found = []
        for address, told in (
            (PAGE, {"year": YEAR, "subject": "county"}),
            *((RECORDS, {"subject": "county", **SPAN, "key": key}) for key in ("contacts", "owed", "held", "deputies")),
        ):
            with asked() as statements:
                assert client.get(address, told).status_code == 200
            found.append(len(statements))
        return found

    for town in small.towns:
        Visit.objects.create(
            deputy=town.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at="2026-03-01T00:00Z"
        )
    costs()  # the first page after signing in reads who one is
    few = costs()
    for n in range(3):
        Visit.objects.create(
            deputy=small.a.leader,
            met="村民",
            happened_on=f"2026-04-0{n + 1}",
            kind="home",
            logged_at="2026-05-01T00:00Z",
        )
    assert (costs(), max(few) <= 10) == (few, True)


def test_months_that_are_no_period_are_told_and_nothing_is_lost(client, small, at):
    Visit.objects.create(
        deputy=small.a.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at="2026-03-01T00:00Z"
    )
    client.force_login(small.office)
    page = client.get(PAGE, {"from": "2026-05", "to": "2026-02", "subject": "county"})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["from"])
    assert 'value="2026-05"' in page.content.decode()
    quarter = client.get(PAGE, {"from": "2026-01", "to": "2026-03", "subject": "county"})
    assert [bar.number for bar in quarter.context["months"]] == [0, 0, 1]


@pytest.mark.parametrize("form", ["docx", "json", "xlsx"])
def test_a_short_report_is_there_at_once_and_a_long_one_is_made_by_the_worker(client, small, at, form):
    Visit.objects.create(
        deputy=small.a.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at="2026-03-01T00:00Z"
    )
    client.force_login(small.office)
    short = client.get(FILE, {"year": YEAR, "subject": f"deputy:{small.a.deputy.pk}", "format": form})
    assert short["Content-Disposition"].startswith("attachment")
    answer = client.post(reverse("reports:annual_export"), {"year": YEAR, "subject": "county", "format": form})
    assert answer.status_code == 302
    assert client.get(FILE, {"year": YEAR, "subject": "county", "format": "odt"}).status_code == 404


def test_a_closed_year_is_shown_as_it_was_frozen(client, at):
    small = build(deputies=3, visits=40, petitions=20)
    client.force_login(small.office)
    told = {"year": YEAR - 1, "subject": "county"}
    before = client.get(PAGE, told)
    closing.close(str(find("county")[0]), YEAR - 1, by=None, at=AT, on=ON)
    Visit.objects.filter(happened_on__year=YEAR - 1).delete()
    after = client.get(PAGE, told)
    assert after.context["closed"].year == YEAR - 1
    for name in ("tiles", "months", "outcomes", "sums", "sections"):
        assert after.context[name] == before.context[name], name
    assert [line["cells"] for line in after.context["lines"]] == [line["cells"] for line in before.context["lines"]]
    n = before.context["report"].total["contacts"]
    page = client.get(RECORDS, {"year": YEAR - 1, "subject": "county", "key": "contacts"})
    assert (page.context["figure"].value, page.context["closed"].year, n > 0) == (n, YEAR - 1, True)
