"""Job 9: the annual reports of all deputies in Word, in one zip file, from the database, against the libraries.

The program reads the figures and writes all documents. docxtpl and python-docx get their data ready made, and write as
many as ``SAMPLE`` of them; what is compared is the time of one document. All three say the same, paragraph by paragraph
and cell by cell.
"""

import io
import resource
import tempfile
import zipfile
from pathlib import Path
from statistics import median

from django.conf import settings
from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from benchmarks.contest import PROGRAM, Unequal, alternate
from benchmarks.sizes import NIGHT
from office.models import Jurisdiction
from office.word import gbt9704 as layout
from office.word.drawing import CELL, HEAD
from office.word.fill import many
from reports.annual import document, word
from reports.narrative import built_in
from reports.snapshot import report_tx
from reports.subjects import Kind, Subject

DOCXTPL, PYTHON_DOCX = "docxtpl", "python-docx"
SAMPLE = 30
DEFAULT_ROUNDS = 5
YEAR = NIGHT.year


def run(size, rounds=None) -> dict:
    """How long one document takes each of them, and what all of them take the program."""
    letter = word.Letter(NIGHT, office=settings.OFFICE_NAME)
    contexts = [word.context_of(one, letter)[0] for one in _read(SAMPLE)]
    _check_equal(contexts)
    before = _memory()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "all.zip"
        number = _program(letter, out)
        grown = _memory() - before
        again = _memory()
        _program(letter, out)
        flat = _memory() - again
        turns = {
            PROGRAM: lambda: _program(letter, out),
            DOCXTPL: lambda: _zipped(contexts, _by_docxtpl, out),
            PYTHON_DOCX: lambda: _zipped(contexts, _by_python_docx, out),
        }
        times = alternate(turns, rounds or DEFAULT_ROUNDS)
        kilobytes = out.stat().st_size // 1024
    each = {name: [one / (number if name == PROGRAM else len(contexts)) for one in times[name]] for name in times}
    return {
        "deputies": number,
        "whole": median(times[PROGRAM]),
        "one": {name: median(found) for name, found in each.items()},
        "faster": {name: _faster(each, name) for name in (DOCXTPL, PYTHON_DOCX)},
        "grown": grown,
        "flat": flat,
        "kilobytes": kilobytes,
    }


def _faster(each, name) -> float:
    return median(theirs / mine for mine, theirs in zip(each[PROGRAM], each[name], strict=True))


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _subject() -> Subject:
    top = Jurisdiction.objects.get(parent=None)
    return Subject(Kind.COUNTY, top.code, top.name, top.path)


def _read(most):
    with report_tx():
        for n, one in enumerate(document.read_each(_subject(), YEAR, on=NIGHT)):
            if n == most:
                return
            yield one


def _program(letter, out) -> int:
    template = built_in.template(built_in.DEPUTY)
    with report_tx():
        read = document.read_each(_subject(), YEAR, on=NIGHT)
        made = ((f"{n}.docx", word.docx_of(one, letter=letter, template=template)) for n, one in enumerate(read))
        return many(made, out)


def _zipped(contexts, make, out):
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for n, context in enumerate(contexts):
            archive.writestr(f"{n}.docx", make(context))


def _by_docxtpl(context) -> bytes:
    template = DocxTemplate(io.BytesIO(built_in.content(built_in.DEPUTY)))
    template.render(context, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


_EMPTY = layout.Paper(title="", author="").bytes()


def _by_python_docx(context) -> bytes:
    """The same document, paragraph by paragraph and cell by cell, as it is written with the library alone."""
    made = Document(io.BytesIO(_EMPTY))

    def add(text, style=layout.BODY):
        made.add_paragraph(text, style=made.styles[style])

    for text, style in (("发文机关", layout.OFFICE), ("发文字号", layout.NUMBER), ("标题", layout.TITLE)):
        add(context[text], style)
    add(context["引言"])
    for part in context["各节"]:
        _part(made, part, add)
    for n, case in enumerate(context["典型案例"]):
        if not n:
            add(f"{context['案例序号']}、典型案例", layout.LEVEL_1)
        add(f"（{case['序号']}）{case['标题']}", layout.LEVEL_2)
        add(case["内容"])
    add("附件：各项数字的记录编号", layout.ANNEXED)
    add(context["署名"], layout.SIGNATURE)
    add(context["日期"], layout.DAY)
    add("附件", layout.ANNEX)
    add("各项数字的记录编号", layout.TITLE)
    add("每一项数字都可以由下列编号的记录重新数出。编号为系统内的记录编号，连续的写作“3—9”。", layout.NOTE)
    rows = [[line[key] for key in ("名称", "数", "记录", "编号")] for line in context["附件"]]
    _table(made, ["项目", "数", "记录", "编号"], rows)
    add(f"指纹：{context['指纹']}", layout.NOTE)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _part(made, part, add):
    add(f"{part['序号']}、{part['标题']}", layout.LEVEL_1)
    if part["文字"]:
        add(f"{''.join(part['文字'])}（{part['依据']}）")
    if part["月份"]:
        months = "，".join(f"{month['名称']}{month['数']}" for month in part["月份"])
        add(f"{part['图题']}：{months}。")
    if part["数字"]:
        rows = [[line[key] for key in ("名称", "数", "上年", "增减", "依据")] for line in part["数字"]]
        _table(made, ["项目", "本期", "上年同期", "增减", "依据"], rows)
        add("", layout.NOTE)
    for shown in part["表"]:
        add(shown["标题"], layout.TABLE_TITLE)
        grid = shown["表格"].table
        _table(made, [head.label for head in grid.heads], [[word.said(cell) for cell in row] for row in grid.rows])
        add(shown["说明"], layout.NOTE)


def _table(made, heads, rows):
    table = made.add_table(rows=len(rows) + 1, cols=len(heads))
    cells = table._cells  # as its users learn to do: the way by rows and columns takes twice as long
    for n, text in enumerate(text for row in [heads, *rows] for text in row):
        cells[n].paragraphs[0].style = made.styles[HEAD if n < len(heads) else CELL]
        cells[n].paragraphs[0].add_run(text)


def _check_equal(contexts):
    template = built_in.template(built_in.DEPUTY)
    for context in contexts[:10]:
        mine = _texts(template.render(context))
        for name, make in ((DOCXTPL, _by_docxtpl), (PYTHON_DOCX, _by_python_docx)):
            if _texts(make(context)) != mine:
                raise Unequal(f"reports in Word: {name} says something else")


def _texts(content) -> list[str]:
    body = Document(io.BytesIO(content)).element.body
    return ["".join(one.text or "" for one in paragraph.iter(qn("w:t"))) for paragraph in body.iter(qn("w:p"))]
