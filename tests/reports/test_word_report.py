"""The duty report in words: what stands in the document stands in the .docx, in the layout of GB/T 9704."""

import io
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from office.word.fill import Template
from reports.annual import word
from reports.models import ReportTemplate
from reports.narrative import built_in
from tests.reports import paper_document

LETTER = word.Letter(date(2026, 1, 5), office="试验县人大常委会", number="试人代〔2026〕12号", to="县人大常委会")


def made(document, letter=LETTER):
    template = built_in.template(document.subject.kind)
    return Document(io.BytesIO(word.docx_of(document, letter=letter, template=template)))


def texts(document):
    return [Paragraph(one, document).text for one in document.element.body.iter(qn("w:p"))]


@pytest.mark.parametrize("kind", ReportTemplate.Kind.values)
def test_every_kind_has_a_built_in_template_that_stands_the_check(kind):
    assert Template(built_in.content(kind), built_in.schema(kind))


def test_the_report_says_who_when_and_under_which_clauses_then_section_by_section():
    found = texts(made(paper_document.document()))
    assert found[:4] == [
        "试验县人大常委会",
        "试人代〔2026〕12号",
        "试验县2026年度人大代表履职情况报告",
        "县人大常委会：",
    ]
    opening = "本报告统计期间为2026年1月1日至2026年12月31日，以2026年12月31日的记录为准。"
    assert found[4] == f"{opening}每项数字均注明统计所依据的条款，所对应的记录见附件。"
    heads = [text for text in found if text[:2] in ("一、", "二、", "三、", "四、")]
    assert heads == ["一、联系选民", "二、来访事项", "三、尚缺事项", "四、典型案例"]
    assert "40名代表共联系选民126次。上年同期118次。（D1-3①b）" in found
    assert found[found.index("（二）自来水<通>了") + 1] == "一户&一户接通。"
    signed = found.index("2026年1月5日")
    assert found[signed - 2 : signed] == ["附件：各项数字的记录编号", "试验县人大常委会"]
    assert found[-1] == "　试验县人大常委会\t2026年1月5日印发　"


def test_figures_stand_beside_those_of_last_year_and_nothing_is_said_of_what_was_never_counted():
    rows = [[cell.text for cell in row.cells] for row in made(paper_document.document()).tables[0].rows]
    assert rows == [
        ["项目", "本期", "上年同期", "增减", "依据"],
        ["联系选民次数", "126", "118", "+8", "D1-3①b"],
        ["应当联系的月份", "36", "36", "0", "D1-3①b"],
        ["完成率", "95.5%", "96.0%", "-0.5", "D1-3①b"],
    ]


def test_wide_tables_stand_on_lying_pages_in_pieces_that_fit():
    document = made(paper_document.document())
    shapes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in document.sections]
    assert shapes == [(210, 297), (297, 210), (210, 297)]
    titles = [text for text in texts(document) if text.startswith("附表")]
    assert titles == ["附表1　履职总表", "附表2　履职总表（续）"]
    for table in document.tables:
        assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) <= 225 / 25.4 * 1440 + 10


def test_the_annex_lists_the_records_behind_each_figure_and_the_fingerprint():
    document = made(paper_document.document())
    rows = [[cell.text for cell in row.cells] for row in document.tables[-1].rows[1:]]
    assert rows == [
        ["联系选民次数", "126", "联系活动", "3、5—129"],
        ["应当联系的月份", "36", "月份：代表", "2026-01—2026-12：3—4、9"],
        ["接待来访", "12", "来访事项", "1—2、7"],
    ]
    assert f"指纹：{'3f1a' * 16}" in texts(document)


def test_a_chart_is_a_picture_in_the_report_of_a_place_and_words_in_that_of_a_deputy():
    assert len(made(paper_document.document()).inline_shapes) == 1
    own = made(paper_document.document("deputy", name="代表3"))
    assert len(own.inline_shapes) == 0
    assert any(text.startswith("各月联系次数：1月0，2月1") for text in texts(own))
    assert len(own.sections) == 1


def test_without_a_letter_the_office_of_the_settings_signs_and_nothing_stands_for_a_missing_number(settings):
    settings.OFFICE_NAME = "某县代表工委"
    found = texts(made(paper_document.document(), word.Letter(date(2026, 12, 31))))
    assert found[:3] == ["某县代表工委", "", "试验县2026年度人大代表履职情况报告"]
    assert "2026年12月31日" in found


def test_numbers_of_sections_are_chinese():
    assert [word.chinese(n) for n in (1, 10, 11, 20, 21, 99)] == ["一", "十", "十一", "二十", "二十一", "九十九"]
