"""Screen, Word, Excel, PDF and JSON of one report are one snapshot: the same figures under the same fingerprint."""

import io
import json
from urllib.parse import parse_qs, urlsplit

import docx
import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import Deputy
from office import clock
from office.word.drawing import said
from reports.annual import document, formats, shown, word
from reports.annual.period import Period
from reports.subjects import find
from tests import papers
from tests.queries import asked
from tests.reports.annual_year import AT, YEAR, build
from visits.models import Visit

pytestmark = pytest.mark.django_db
PERIOD = Period.year(YEAR)


@pytest.fixture
def small(db):
    return build(deputies=2, visits=30, petitions=12)


def told(one) -> list[tuple]:
    """The figures of a document as papers tell them: those that count something now or did a year before."""
    sections = [section for section in one.sections if section.key != word.CASES]
    shown = [figure for section in sections for figure in section.figures if figure.value or figure.before]
    return [(figure.key, figure.label, said(figure.value) or "–") for figure in shown]


def of_json(content) -> tuple[dict, str]:
    kept = json.loads(content)
    return {one["key"]: one["value"] for one in kept["figures"]}, kept["fingerprint"]


def of_xlsx(content) -> tuple[dict, str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = {row[0]: row[3] for row in book[_("Evidence of figures")].iter_rows(values_only=True)}
    facts = {row[1]: row[2] for row in book[_("Explanation")].iter_rows(values_only=True)}
    return rows, facts[_("Fingerprint")]


def of_docx(content) -> tuple[list, str]:
    """Every line of the tables of figures, in order, and all the text."""
    paper = docx.Document(io.BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    figures = [table for table in tables if len(table[0]) == 5 and table[0][0] == FIGURE_HEAD]
    return [tuple(row[:2]) for table in figures for row in table[1:]], "".join(one.text for one in paper.paragraphs)


FIGURE_HEAD = "项目"


def of_screen(page) -> dict[str, str]:
    """What the page shows of each figure, by the key of the records that it opens."""
    groups = [group for part in page.context["sections"] for group in (part.main, *part.groups) if group]
    lines = [(line.link, line.figure, line.label) for group in groups for line in (*group.figures, *group.more)]
    return {(key_of(link), label): figure for link, figure, label in lines}


def key_of(link) -> str:
    return parse_qs(urlsplit(link).query)["key"][0]


def assert_same(one, made: dict[str, bytes]):
    """All four files tell the figures of a document."""
    values, fingerprint = of_json(made["json"])
    assert (fingerprint, values) == (one.fingerprint, {figure.key: figure.value for figure in one.figures()})
    cells, fingerprint = of_xlsx(made["xlsx"])
    in_cells = {f.key: f.value / 1000 if f.is_share and f.value is not None else f.value for f in one.figures()}
    assert (fingerprint, {key: cells.get(key) for key in in_cells}) == (one.fingerprint, in_cells)
    lines, text = of_docx(made["docx"])
    assert lines == [(label, value) for _key, label, value in told(one)]
    assert one.fingerprint in text
    paged = "".join(papers.pages(made["pdf"]))
    assert [line for line in told(one) if "".join(f"{line[1]}{line[2]}".split()) not in paged] == []
    assert one.fingerprint in paged


def test_screen_and_all_files_tell_the_same_figures_under_the_same_fingerprint(small, client):
    client.force_login(small.office)
    one, at = document.read(find("county")[0], PERIOD, on=clock.today()), clock.now()
    assert_same(one, {form: formats.write("county", PERIOD, form, at=at).content for form in formats.FORMATS})
    page = client.get(reverse("reports:annual"), {"subject": "county", "year": YEAR})
    links = {figure.key: figure.whole or figure.key for figure in one.figures()}
    on_page = [
        f for section in one.sections for f in section.figures if section.key != "left_out" and shown._is_told(f)
    ]
    expected = {
        (links[f.key], f.label): shown.percent(f.value) if f.is_share else shown.number(f.value) for f in on_page
    }
    assert of_screen(page) == expected
    bars = {key_of(link): bar.number for bar, link in page.context["bars"]}
    assert bars == {key: one.figure(key).value for key in bars}
    assert min(len(expected), len(bars)) > 10


def test_what_is_written_after_the_reading_is_in_none_of_the_files(small):
    one, at = document.read(find("county")[0], PERIOD, on=clock.today()), clock.now()
    before = one.fingerprint
    Visit.objects.create(deputy=small.a.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at=at)
    Deputy.objects.filter(pk=small.b.deputy.pk).update(left_on="2026-02-01", end_reason="辞职")
    made = {name: form.make(one, at=at) for name, form in formats.FORMATS.items()}
    assert one.fingerprint == before
    assert_same(one, made)
    assert document.read(find("county")[0], PERIOD, on=clock.today()).fingerprint != before


KEYS = ("deputies", "owed", "below", "returns", "reporting", "petitions", "handed", "rules", "missing")


def test_page_figures_and_files_ask_no_more_than_ten_queries_with_the_rules_loaded(small, client):
    call_command("load_regulations", verbosity=0)
    client.force_login(small.office)

    def queries() -> dict[str, int]:
        found = {}
        at = {"subject": "county", "year": YEAR}
        addresses = {"page": (reverse("reports:annual"), at)}
        addresses |= {key: (reverse("reports:figure"), {**at, "key": key}) for key in KEYS}
        for name, (address, asked_for) in addresses.items():
            with asked() as statements:
                assert client.get(address, asked_for).status_code == 200, name
            found[name] = len(statements)
        for form in formats.FORMATS:
            with asked() as statements:
                formats.write("county", PERIOD, form, at=clock.now(), user=small.office)
            found[form] = len(statements)
        return found

    queries()  # What is asked once in a process is asked here.
    few = queries()
    assert {name: number for name, number in few.items() if number > MOST.get(name, 10)} == {}
    for n in range(12):
        one = Deputy.objects.create(term=small.term, district=small.a.district, group=small.a.group, name=f"新{n}")
        Visit.objects.create(deputy=one, met="村民", happened_on="2026-03-01", kind="visit", logged_at=AT)
    assert queries() == few


MOST = {"xlsx": 13}
"""The workbook writes lists of records and quotes every clause besides."""
