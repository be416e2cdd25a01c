"""The duty report as a PDF: the same words and figures as the document, page-true, and quick with thousands of rows."""

import time
from datetime import date

import pytest

from office import pdf as papers_out
from office.sheets import Tenths
from office.word.drawing import said
from reports.annual import pdf, word
from tests import papers
from tests.reports import paper_document

LETTER = pdf.Letter(date(2026, 1, 5), office="试验县人大常委会", number="试人代〔2026〕12号", to="县人大常委会")


def made(**more):
    return pdf.pdf_of(paper_document.document(**more), letter=LETTER)


@pytest.fixture(scope="module")
def report():
    return made()


def test_it_says_what_the_document_says_in_its_order(report):
    document, text = paper_document.document(), "".join(papers.pages(report))
    wanted = ["试验县人大常委会", "试人代〔2026〕12号", document.title, "县人大常委会：", "一、联系选民"]
    wanted += ["40名代表共联系选民126次。上年同期118次。（D1-3①b）", "二、来访事项", "三、尚缺事项", "四、典型案例"]
    wanted += ["（一）路灯亮了", "一户&一户接通。", "附件：各项数字的记录编号", "2026年1月5日"]
    wanted += ["附件各项数字的记录编号", document.fingerprint, "2026年1月5日印发"]
    found = [text.find(words) for words in wanted]
    assert (min(found) >= 0, found) == (True, sorted(found))


def test_every_figure_stands_with_its_clause_and_the_records_behind_it(report):
    document, text = paper_document.document(), "".join(papers.pages(report))
    shown = [one for section in document.sections for one in section.figures if one.value]
    lines = [f"{one.label}{said(one.value)}" for one in shown]
    kept = [word.ranges(one.ids) for one in shown if one.ids]
    assert (len(lines), [line for line in lines if line not in text]) == (4, [])
    assert [keys for keys in kept if keys not in text] == []
    assert said(Tenths(955)) == "95.5%"


def test_pages_are_a4_wide_tables_lie_and_numbers_are_on_the_outer_edge(report):
    sizes = papers.sizes(report)
    assert (sizes[0], set(sizes)) == ("595.276x841.89", {"595.276x841.89", "841.89x595.276"})
    pages = papers.pages(report)
    assert [f"—{n}—" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert b"pdfaid" in report


def test_two_thousand_rows_have_their_heads_on_every_page_and_take_a_few_seconds():
    began = time.process_time()
    content = made(rows=2000)
    took = time.process_time() - began
    lying = [page for page, size in zip(papers.pages(content), papers.sizes(content), strict=True) if size[:3] == "841"]
    assert (len(lying) > 40, {("代表" in page and "第1栏" in page) for page in lying[:40]}) == (True, {True})
    assert (took < 20, len(content) < 3_000_000) == (True, True)


def test_a_chart_without_values_is_left_out():
    document = paper_document.document()
    document.sections[0].chart.series[0].values[:] = [0] * 12
    assert "各月联系次数" not in "".join(papers.pages(pdf.pdf_of(document, letter=LETTER)))


def test_names_with_signs_of_the_template_stay_names():
    content = pdf.pdf_of(paper_document.document(name="#panic(1) $县$ *甲* [乙]"), letter=LETTER)
    assert "#panic(1)$县$*甲*[乙]2026年度" in papers.pages(content)[0]


def test_a_broken_template_is_named(settings, tmp_path):
    settings.PAPER_TEMPLATES = tmp_path
    with pytest.raises(papers_out.PaperRefused, match="report"):
        made()
