"""Word documents by GB/T 9704-2012, and templates: filled in as docxtpl would, and refused when they are not sound."""

import io
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate

from office.sheets import Head, Ident, Table, Tenths
from office.word import gbt9704 as layout
from office.word import sandbox
from office.word.drawing import Grid, Picture
from office.word.fill import BrokenTemplate, Template, TooLarge, many
from office.word.placeholders import Many, Text

SCHEMA = {
    "标题": Text("", "报告"),
    "各节": Many("", {"名": Text("", "甲"), "各行": Many("", {"a": Text("", "1"), "b": Text("", "2")})}),
}
LINES = [{"a": n, "b": f"第{n}行"} for n in range(3)]
TOLD = {"标题": "年度<&>\n报告\t表", "各节": [{"名": "甲 & 乙", "各行": LINES}, {"名": "丙", "各行": []}]}
TEXT = ["{{ 标题 }}", "{%p for 节 in 各节 %}", "{{ loop.index }}、{{ 节.名 }}", "{%p if 节.各行 %}"]
TEXT += [
    "{% for 行 in 节.各行 %}{{ 行.b }}{% if not loop.last %}；{% endif %}{% endfor %}",
    "{%p endif %}",
    "{%p endfor %}",
]


def written(*texts, change=None) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def texts(content: bytes) -> list[str]:
    document = Document(io.BytesIO(content))
    return [Paragraph(one, document).text for one in document.element.body.iter(qn("w:p"))]


def repacked(content: bytes, more: dict, level=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", level) as new:
        for name in old.namelist():
            if name not in more:
                new.writestr(name, old.read(name))
        for name, text in more.items():
            new.writestr(name, text)
    return out.getvalue()


# -- filling in


def test_a_document_says_what_docxtpl_would_say():
    content = written(*TEXT)
    theirs = DocxTemplate(io.BytesIO(content))
    theirs.render(TOLD, autoescape=True)
    out = io.BytesIO()
    theirs.save(out)
    assert texts(Template(content, SCHEMA).render(TOLD)) == texts(out.getvalue())


def test_a_placeholder_in_pieces_is_one_and_a_row_of_a_table_is_repeated():
    def change(document):
        paragraph = document.add_paragraph()
        for piece in ("{", "{ 标", "题 }", "}"):
            paragraph.add_run(piece).bold = True
        table = document.add_table(3, 2)
        table.cell(0, 0).text, table.cell(2, 0).text = "{%tr for 行 in 各节[0].各行 %}", "{%tr endfor %}"
        table.cell(1, 0).text, table.cell(1, 1).text = "{{ 行.a }}", "{{ 行.b }}"

    made = texts(Template(written(change=change)).render(TOLD))
    assert made == [TOLD["标题"], "0", "第0行", "1", "第1行", "2", "第2行"]


def test_a_document_is_a_sound_zip_file_and_the_same_for_the_same_content():
    template = Template(written(*TEXT), SCHEMA)
    one = template.render(TOLD)
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml"
    assert template.render(TOLD) == one


def test_signs_that_no_document_can_hold_are_left_out():
    assert texts(Template(written("{{ 标题 }}"), SCHEMA).render({"标题": "甲\x00\x08乙\ud800"}))[0] == "甲乙"


def test_a_title_in_the_properties_and_a_header_are_filled_in_too():
    def change(document):
        document.core_properties.title = "{{ 标题 }}"
        document.sections[0].header.paragraphs[0].text = "{{ 标题 }}"

    made = Document(io.BytesIO(Template(written("正文", change=change), SCHEMA).render({"标题": "报告"})))
    assert (made.core_properties.title, made.sections[0].header.paragraphs[0].text) == ("报告", "报告")


def test_many_documents_go_into_one_file_one_after_the_other(tmp_path):
    template = Template(written("{{ 标题 }}"), SCHEMA)
    n = many(((f"{k}.docx", template.render({"标题": k})) for k in ("甲", "乙")), tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        found = {name: texts(archive.read(name))[0] for name in archive.namelist()}
    assert (n, found) == (2, {"甲.docx": "甲", "乙.docx": "乙"})


def test_a_picture_stands_in_the_line_and_in_the_file():
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "PNG")
    picture = Picture(out.getvalue(), "图<一>", width=40)
    made = Template(written("前{{ 标题 }}后"), SCHEMA).render({"标题": picture}, [picture])
    document = Document(io.BytesIO(made))
    shape = document.inline_shapes[0]
    assert (round(shape.width.mm), round(shape.height.mm)) == (40, 20)
    assert document.part.related_parts[picture.key].blob == picture.content
    assert document.paragraphs[0].text == "前后"


def test_a_table_of_two_thousand_rows_has_its_heads_its_figures_and_its_sums():
    heads = [Head("序号"), Head("代表"), Head("次数", "联系"), Head("率", "联系")]
    rows = [[Ident(n), f"代表{n}", n, Tenths(955)] for n in range(2000)]
    grid = Grid(Table("表", "表", heads, rows, sums=[None, "合计", 7, None]))
    table = Document(io.BytesIO(Template(written("{{p 标题 }}")).render({"标题": grid}))).tables[0]
    found = [[cell.text for cell in table.rows[n].cells] for n in (1, 2, 2002)]
    assert found == [["序号", "代表", "次数", "率"], ["0", "代表0", "0", "95.5%"], ["", "合计", "7", ""]]
    assert [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows[:3]] == [True, True, False]
    assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) <= layout.TEXT_WIDTH + 10


# -- what is refused


FAULTS = {
    "{{ 姓名 }}": "“姓名”",
    "{{ 各节.名 }}": "“各节.名”",
    "{{ 标题": "成对",
    "{% for 行 in 各节 %}{{ 行.名 }}": "endfor",
    "{% for 字 in 标题 %}{{ 字 }}{% endfor %}": "“标题”",
    "{{ 标题.__class__ }}": "“__class__”",
    "{{ 标题.upper() }}": "“Call”",
    "{{ 标题 * 99999999 }}": "“Mul”",
    "{% set 甲 = 标题 ~ 标题 %}": "“Assign”",
    "{{ 标题|safe }}": "“|safe”",
    "{% include '/etc/passwd' %}": "“Include”",
    "{{ range(9) }}": "“Call”",
    "{{ self }}": "“self”",
    "{{ _steps }}": "“_steps”",
    "{{ 标 题 }}": "“题”",
    "{{ 标题。名 }}": "“。”",
    "{{ 标\u200b题 }}": "“U+200B”",
    "{{ 各节 }}": "“各节”",
    "｛｛ 标题 ｝｝": "半角",
    "{ 标题 }": "半角",
    "标题 }}": "半角",
}


@pytest.mark.parametrize("said", FAULTS)
def test_a_template_that_says_what_it_may_not_is_refused_with_its_paragraph(said):
    with pytest.raises(BrokenTemplate) as refused:
        Template(written("第一段", said), SCHEMA)
    assert FAULTS[said] in str(refused.value)
    assert "第2段" in str(refused.value) or "处" in str(refused.value)


def test_braces_that_are_no_placeholder_stay_as_they_are():
    template = Template(written("集合 {1, 2}，完成 95%。{{ 标题 }}"), SCHEMA)
    assert texts(template.render({"标题": "{甲}"})) == ["集合 {1, 2}，完成 95%。{甲}"]


def test_tracked_changes_are_to_be_settled_first():
    def change(document):
        paragraph = document.paragraphs[0]._p
        inserted = paragraph.makeelement(qn("w:ins"), {qn("w:id"): "1", qn("w:author"): "甲"})
        inserted.append(paragraph.r_lst[0])
        paragraph.append(inserted)

    with pytest.raises(BrokenTemplate, match="修订"):
        Template(written("{{ 标题 }}", change=change), SCHEMA)


def test_a_member_of_a_list_that_may_be_empty_is_not_named_by_its_number():
    with pytest.raises(BrokenTemplate, match="可能是空的"):
        Template(written("{{ 各节[0].名 }}"), SCHEMA)


def test_what_stands_beside_a_loop_would_be_lost_and_is_refused():
    with pytest.raises(BrokenTemplate, match="第1段.*单独成段"):
        Template(written("{%p for 节 in 各节 %}{{ 节.名 }}", "{%p endfor %}"), SCHEMA)


def test_a_condition_that_begins_in_a_line_and_ends_in_a_table_would_break_the_document_and_is_refused():
    def change(document):
        document.add_table(1, 1).cell(0, 0).text = "{% endif %}"

    with pytest.raises(BrokenTemplate, match="各自单独成段"):
        Template(written("{% if 标题 %}", change=change), SCHEMA)


def test_a_whole_table_inside_a_line_and_a_word_outside_of_a_paragraph_are_refused():
    from office.word.placeholders import Block

    schema = {"表": Block("", Grid(Table("表", "表", [Head("甲")], [["1"]]))), "标题": Text("", "报告")}
    assert Template(written("{{p 表 }}"), schema)
    inside = Template(written("正文", change=lambda one: _in_a_cell(one, "{{p 表 }}")), schema)
    cell = Document(io.BytesIO(inside.render({"表": schema["表"].example}))).tables[0].cell(0, 0)
    assert [one.tag.rpartition("}")[2] for one in cell._tc] == ["tcPr", "p", "tbl", "p"]  # Word opens no other
    for said in ("{{ 表 }}", "{{p 标题 }}"):
        with pytest.raises(BrokenTemplate):
            Template(written(said), schema)


def _in_a_cell(document, said):
    document.add_table(1, 1).cell(0, 0).add_paragraph(said)


def _linked(document):
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    document.part.relate_to("http://somewhere.example/picture.png", link, is_external=True)


def _fetching(document):
    run = document.add_paragraph().add_run()
    told = run._r.makeelement(qn("w:instrText"), {})
    told.text = 'INCLUDETEXT "c:/secret.txt"'
    run._r.append(told)


@pytest.mark.parametrize("change", [_linked, _fetching])
def test_a_template_that_fetches_something_is_refused(change):
    with pytest.raises(BrokenTemplate, match="外部"):
        Template(written("正文", change=change), SCHEMA)


def test_broken_files_macros_bombs_and_foreign_parts_are_refused():
    sound = written("{{ 标题 }}")
    assert Template(sound, SCHEMA)
    bomb = repacked(sound, {"word/media/a.png": b"\0" * (60 * 2**20)})
    bad = [b"PK", b"", sound[:-60], repacked(sound, {"word/vbaProject.bin": b"x"}), bomb]
    bad += [repacked(sound, {"word/embeddings/a.bin": b"x"}), repacked(sound, {"word/document.xml": b"<w:document"})]
    for content in bad:
        with pytest.raises(BrokenTemplate):
            Template(content, SCHEMA)


def test_a_document_that_would_never_end_or_never_fit_is_stopped(monkeypatch):
    loops = "{% for a in 各节 %}{% for b in 各节 %}{% for c in 各节 %}{% endfor %}{% endfor %}{% endfor %}"
    template = Template(written(loops), SCHEMA)
    with pytest.raises(TooLarge):
        template.render({"各节": [{"名": ""}] * 1000})
    monkeypatch.setattr(sandbox, "MOST_TEXT", 5000)
    with pytest.raises(TooLarge):
        Template(written("{{ 标题 }}")).render({"标题": "长" * 6000})


# -- the layout


@pytest.fixture(scope="module")
def letter():
    paper = layout.Paper(title="报告", author="办公室")
    paper.add("试验县人大常委会", layout.OFFICE)
    paper.add("试人代〔2026〕12号", layout.NUMBER)
    paper.add("2026年度报告", layout.TITLE)
    paper.add("一、概况", layout.LEVEL_1)
    paper.add("（一）走访", layout.LEVEL_2)
    for _n in range(40):
        paper.add("代表联系选民" * 10)
    paper.table(["项目", "数"], [["联系", "12"]] * 3, [3, 1])
    paper.add("试验县人大常委会", layout.SIGNATURE)
    paper.add("2026年1月5日", layout.DAY)
    return paper.bytes()


def test_the_page_is_that_of_the_standard(letter):
    document = Document(io.BytesIO(letter))
    page = document.sections[0]
    edges = (page.top_margin, page.left_margin, page.right_margin, page.bottom_margin)
    assert [round(edge.mm) for edge in edges] == [37, 28, 26, 35]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert round(page.page_width.mm - edges[1].mm - edges[2].mm) == 156
    assert round(page.page_height.mm - edges[0].mm - edges[3].mm) == 225
    grid = page._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert 22 * 579 / 20 <= (297 - 37 - 35) / 25.4 * 72 < 23 * 579 / 20
    assert page._sectPr[-1] is grid  # the order of elements is part of the format


def test_each_part_has_the_font_and_size_that_the_standard_names(letter):
    styles = Document(io.BytesIO(letter)).styles
    asked = {
        layout.BODY: ("仿宋_GB2312", 16),
        layout.TITLE: ("方正小标宋简体", 22),
        layout.LEVEL_1: ("黑体", 16),
        layout.LEVEL_2: ("楷体_GB2312", 16),
        layout.LEVEL_3: ("仿宋_GB2312", 16),
        layout.COLOPHON: ("仿宋_GB2312", 14),
        "Footer": ("宋体", 14),
    }
    for name, (font, size) in asked.items():
        faces = styles[name].element.rPr.find(qn("w:rFonts"))
        assert {faces.get(qn(f"w:{face}")) for face in ("ascii", "hAnsi", "eastAsia", "cs")} == {font}, name
        assert styles[name].font.size.pt == size, name
    body = styles[layout.BODY].paragraph_format
    assert (body.line_spacing.pt, body.first_line_indent.pt) == (28.95, 32)
    assert 28 * (16 + layout._TIGHT / 20) <= 156 / 25.4 * 72 < 29 * (16 + layout._TIGHT / 20)


def test_page_numbers_stand_between_dashes_on_the_outer_edge(letter):
    document = Document(io.BytesIO(letter))
    assert document.settings.odd_and_even_pages_header_footer
    odd, even = document.sections[0].footer.paragraphs[0], document.sections[0].even_page_footer.paragraphs[0]
    assert [str(one.alignment) for one in (odd, even)] == ["RIGHT (2)", "LEFT (0)"]
    for one in (odd, even):
        assert one.text == "— 1 —"
        assert [told.text.strip() for told in one._p.iter(qn("w:instrText"))] == ["PAGE"]


_ORDER = [
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
    "pBdr",
    "shd",
    "tabs",
]
_ORDER += ["snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "jc", "outlineLvl", "rPr", "sectPr"]


def test_the_elements_of_a_paragraph_stand_in_the_order_that_word_asks_for(letter):
    document = Document(io.BytesIO(letter))
    for root in (document.element, document.styles.element):
        for properties in root.iter(qn("w:pPr")):
            found = [one.tag.rpartition("}")[2] for one in properties]
            assert found == sorted(found, key=_ORDER.index), found


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_another_program_opens_it_as_a4_with_its_fonts_named(letter, tmp_path):
    (tmp_path / "letter.docx").write_bytes(letter)
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    told = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "letter.docx"),
    ]
    subprocess.run(told, check=True, capture_output=True, timeout=120)
    info = subprocess.run(["pdfinfo", str(tmp_path / "letter.pdf")], check=True, capture_output=True, text=True).stdout
    assert "A4" in info
    assert int(next(line.split()[1] for line in info.splitlines() if line.startswith("Pages:"))) == 7
