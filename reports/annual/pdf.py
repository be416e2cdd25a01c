"""The duty report as a PDF, page-true and searchable: the words of the Word document, tables and drawings of its own.

Title, sentences, figures and the annex of records are taken from ``reports.annual.word``, tables and charts from the
document itself; nothing is counted or worded here.
"""

from office import pdf
from office.sheets import Table
from office.word.drawing import said, widths_of
from reports import charts
from reports.annual import word
from reports.annual.word import Letter

__all__ = ["Letter", "pdf_of"]

MANY_ROWS = 500
"""From so many rows on the file has no structure for screen readers: it would be twenty times as large."""
_LOOKS = (charts.NOW, charts.BEFORE, charts.OPEN)
_ALIGNED_LEFT = 12


def pdf_of(document, *, letter: Letter) -> bytes:
    """The report as a PDF/A. Raises ``office.pdf.PaperRefused``."""
    told, _pictures = word.context_of(document, letter)
    drawn = {f"{section.key}.svg": _svg(section.chart) for section in document.sections if _is_drawn(section.chart)}
    sections = [section for section in document.sections if section.key != word.CASES]
    data = {
        "title": told["标题"],
        "sender": told["发文机关"],
        "number": told["发文字号"],
        "signer": told["签发人"],
        "to": told["主送机关"],
        "opening": told["引言"],
        "sections": [_section(*pair, drawn) for pair in zip(told["各节"], sections, strict=True)],
        "cases": [[one["标题"], one["内容"]] for one in told["典型案例"]],
        "cases_number": told["案例序号"],
        "lying": [_table(one) for one in told["附表"]],
        "day": told["日期"],
        "evidence": [[one["名称"], one["数"], one["记录"], one["编号"]] for one in told["附件"]],
        "fingerprint": told["指纹"],
        "counted": told["统计日"],
    }
    rows = sum(len(table["rows"]) for table in _tables(data))
    return pdf.render("report", data, files=drawn, tagged=rows < MANY_ROWS)


def _section(told, section, drawn) -> dict:
    name = f"{section.key}.svg"
    return {
        "number": told["序号"],
        "title": told["标题"],
        "clauses": told["依据"],
        "sentences": told["文字"],
        "figures": [[one["名称"], one["数"], one["上年"], one["增减"], one["依据"]] for one in told["数字"]],
        "picture": name if name in drawn and told["图"] else "",
        "caption": told["图题"],
        "months": [[one["名称"], one["数"]] for one in told["月份"]],
        "tables": [_table(one) for one in told["表"]],
    }


def _table(one) -> dict:
    table: Table = one["表格"].table
    rows = [[said(cell) for cell in row] for row in table.rows]
    sums = [said(cell) for cell in table.sums] if table.sums else []
    measured = [*rows[:200], *([sums] if sums else [])]
    widths = widths_of(table.heads, measured, one["表格"].width)
    return {
        "name": one["标题"],
        "note": one["说明"],
        "heads": [[head.label, head.group] for head in table.heads],
        "rows": rows or [["–"] + [""] * (len(table.heads) - 1)],
        "sums": sums,
        "widths": widths,
        "left": [max((len(row[n]) for row in measured), default=0) >= _ALIGNED_LEFT for n in range(len(widths))],
    }


def _tables(data) -> list[dict]:
    return [*data["lying"], *(table for section in data["sections"] for table in section["tables"])]


def _is_drawn(chart) -> bool:
    return bool(chart) and any(value for series in chart.series for value in series.values)


def _svg(chart) -> bytes:
    make = {"bars": charts.bars, "rows": charts.rows, "stacks": charts.stacks}[chart.kind]
    series = [charts.Series(one.name, one.values, _LOOKS[n % len(_LOOKS)]) for n, one in enumerate(chart.series)]
    return str(make("paper", chart.title, chart.labels, series)).encode()
