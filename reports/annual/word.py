"""The duty report in words, as the .docx that an office signs (GB/T 9704-2012): one Document, filled into a template.

What stands in it are the document's own sentences, figures and tables; nothing is counted here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from office.sheets import Table
from office.word.drawing import LANDSCAPE_WIDTH, Grid, Picture, said
from office.word.fill import Template
from reports import charts
from reports.annual.wording import closing_of
from reports.narrative import templates
from reports.subjects import Kind

CASES, LEFT_OUT, MISSING = "cases", "left_out", "missing"
NARROW = 8
"""A table of more columns stands on a page of its own, lying."""
MOST_COLUMNS = 16
"""Of a lying page; a wider table goes on in a second one with the same first columns."""
_DIGITS = "零一二三四五六七八九"
_LOOKS = (charts.NOW, charts.BEFORE, charts.OPEN)


class Letter(NamedTuple):
    """What the office writes around a report: who sends it, its number, its day, to whom it goes, who signed it off."""

    day: date
    office: str = ""
    number: str = ""
    to: str = ""
    signer: str = ""


def docx_of(document, *, letter: Letter, template: Template | None = None) -> bytes:
    """The report as a .docx, by ``template`` or by that in use at the subject's place.

    Raises ``TooLarge``, and ``CannotUse`` where the office's own template cannot be read any more.
    """
    template = template or templates.in_use(document.subject.kind, templates.place_of(document.subject))
    context, pictures = context_of(document, letter)
    return template.render(context, pictures)


def context_of(document, letter: Letter) -> tuple[dict, list[Picture]]:
    """What the placeholders of ``built_in.ANNUAL`` stand for, and the pictures among them."""
    told = [section for section in document.sections if section.key != CASES]
    sections = [_section(n, section, document) for n, section in enumerate(told, 1)]
    wide = [piece for section in told for table in _tables(section, document) for piece in _lying(table)]
    office = letter.office or settings.OFFICE_NAME
    context = {
        "发文机关": office,
        "发文字号": letter.number,
        "签发人": letter.signer,
        "主送机关": letter.to,
        "标题": document.title,
        "对象": document.subject.name,
        "期间": f"{day(document.first)}至{day(document.last)}",
        "统计日": day(document.on),
        "依据": "、".join(_clauses(told)),
        "引言": _opening(document),
        "各节": sections,
        "典型案例": _cases(document.section(CASES)),
        "案例序号": chinese(len(sections) + 1),
        "附表": [{"序号": str(n), **piece} for n, piece in enumerate(wide, 1)],
        "署名": office,
        "日期": day(letter.day),
        "附件": evidence(document),
        "指纹": document.fingerprint,
    }
    return context, [section["图"] for section in sections if section["图"]]


def _opening(document) -> str:
    """The first paragraph: the period, the day it was counted, and who closed the year and when."""
    counted = _(
        "This report covers %(first)s to %(last)s and says how the records stood on %(on)s. Each figure stands with "
        "the clause that it was counted under; the records behind it are listed in the annex."
    ) % {"first": day(document.first), "last": day(document.last), "on": day(document.on)}
    return counted + closing_of(document)


def _clauses(sections) -> list[str]:
    return list(dict.fromkeys(clause for section in sections for clause in section.clauses))


def _section(n, section, document) -> dict:
    chart, is_deputys = section.chart, document.subject.kind == Kind.DEPUTY
    narrow = [table for table in _tables(section, document) if not _is_wide(table)]
    return {
        "序号": chinese(n),
        "标题": section.title,
        "依据": "、".join(section.clauses),
        "文字": section.sentences,
        "数字": [_figure(figure) for figure in section.figures if figure.value or figure.before],
        "图": _drawn(chart) if chart and not is_deputys else "",
        "图题": chart.title if chart else "",
        "月份": _months(chart) if chart and is_deputys else [],
        "表": [{"标题": table.name, "说明": "；".join(table.notes[1:]), "表格": Grid(table)} for table in narrow],
    }


def _tables(section, document) -> list[Table]:
    """Of a deputy's report those tables alone that say more than its sentences and figures."""
    is_told = document.subject.kind == Kind.DEPUTY and section.key not in (LEFT_OUT, MISSING)
    return [] if is_told else section.tables


def _is_wide(table: Table) -> bool:
    return len(table.heads) > NARROW


def _figure(figure) -> dict:
    return {
        "名称": figure.label,
        "数": said(figure.value) or "–",
        "上年": said(figure.before) or "–",
        "增减": _difference(figure),
        "依据": figure.clause,
    }


def _difference(figure) -> str:
    if figure.difference is None:
        return "–"
    if figure.is_share:
        return f"{figure.difference / 10:+.1f}".replace("+0.0", "0.0").replace("-0.0", "0.0")
    return f"{figure.difference:+d}" if figure.difference else "0"


def _months(chart) -> list[dict]:
    """The values of a chart in words, for a report without a picture."""
    values = chart.series[0].values if chart.series else []
    return [{"名称": label, "数": said(value) or "0"} for label, value in zip(chart.labels, values, strict=False)]


def _cases(section) -> list[dict]:
    rows = section.tables[0].rows if section and section.tables else []
    return [{"序号": chinese(n), "标题": str(row[1]), "内容": str(row[2])} for n, row in enumerate(rows, 1)]


def _lying(table: Table) -> Iterable[dict]:
    """A wide table in pieces that a lying page holds, each with the columns that say whose row it is; no other."""
    if not _is_wide(table):
        return
    fixed = max(1, min(table.fixed, 4))
    rest = list(range(fixed, len(table.heads)))
    step = MOST_COLUMNS - fixed
    for n, start in enumerate(range(0, len(rest), step)):
        chosen = [*range(fixed), *rest[start : start + step]]
        name = table.name if not n else _("%(name)s (continued)") % {"name": table.name}
        grid = Grid(_columns(table, chosen), LANDSCAPE_WIDTH)
        yield {"标题": name, "说明": "；".join(table.notes[1:]), "表格": grid}


def _columns(table, chosen) -> Table:
    def of(row):
        return [row[n] for n in chosen]

    return replace(
        table, heads=of(table.heads), rows=[of(row) for row in table.rows], sums=of(table.sums) if table.sums else None
    )


def _drawn(chart) -> Picture | str:
    """The chart as a picture; nothing where there is nothing to be seen on it."""
    if not any(value for series in chart.series for value in series.values):
        return ""
    return _picture(
        chart.kind, chart.title, tuple(chart.labels), tuple((one.name, tuple(one.values)) for one in chart.series)
    )


@lru_cache(maxsize=64)
def _picture(kind, title, labels, series) -> Picture:
    make = {"bars": charts.bars, "rows": charts.rows, "stacks": charts.stacks}[kind]
    drawn = [charts.Series(name, values, _LOOKS[n % len(_LOOKS)]) for n, (name, values) in enumerate(series)]
    return Picture.of_svg(make("paper", title, labels, drawn), title)


# -- evidence

RECORDS = {
    "visit": pgettext_lazy("records", "contacts"),
    "deputy": pgettext_lazy("records", "deputies"),
    "deputy_month": pgettext_lazy("records", "months: deputies"),
    "deputy_period": pgettext_lazy("records", "years and sessions: deputies"),
    "designation": pgettext_lazy("records", "contact households"),
    "liaison_voter": pgettext_lazy("records", "liaison voters"),
    "petition": pgettext_lazy("records", "petitions"),
    "referral": pgettext_lazy("records", "referrals"),
    "suggestion": pgettext_lazy("records", "suggestions"),
    "reception": pgettext_lazy("records", "receptions"),
    "reception_duty": pgettext_lazy("records", "turns at receptions"),
    "activity": pgettext_lazy("records", "group activities"),
    "meeting": pgettext_lazy("records", "meetings"),
    "engagement": pgettext_lazy("records", "inspections and talks"),
    "voter_report": pgettext_lazy("records", "reports to voters"),
    "exemption": pgettext_lazy("records", "exemptions"),
    "duty_entry": pgettext_lazy("records", "entries of the duty file"),
    "case": pgettext_lazy("records", "typical cases"),
    "flag": pgettext_lazy("records", "flags"),
    "rule": pgettext_lazy("records", "rules"),
}
"""What the kinds of records are called in the annex."""


def evidence(document) -> list[dict]:
    """Each figure with the keys of the records behind it, those that follow one another as 12—35 (N2)."""
    names = _names(get_language())
    return [
        {
            "名称": figure.label,
            "数": said(figure.value),
            "记录": names.get(figure.records, figure.records),
            "编号": ranges(figure.ids),
        }
        for section in document.sections
        for figure in section.figures
        if figure.ids
    ]


@lru_cache
def _names(language) -> dict[str, str]:
    """What the kinds of records are called, looked up once for all documents in a language."""
    return {kind: str(name) for kind, name in RECORDS.items()}


def ranges(keys: Iterable) -> str:
    """Keys with those that follow one another drawn together: 3、5—9.

    Months of deputies (17:2026-04) stand by their months, 2026-01—2026-12：3—17, years and days as they are.
    """
    keys = list(keys)
    if all(isinstance(key, int) for key in keys):
        return "、".join(_runs(sorted(keys)))
    months = defaultdict(list)
    for key in keys:
        deputy, _colon, month = str(key).partition(":")
        months[int(deputy)].append(month)
    alike = defaultdict(list)
    for deputy, theirs in months.items():
        alike["、".join(_periods(theirs))].append(deputy)
    return "；".join(f"{those}：{'、'.join(_runs(sorted(deputies)))}" for those, deputies in alike.items())


def _periods(keys: list[str]) -> Iterable[str]:
    """Months that follow one another drawn together; a year, or the day on which a session opens, as it is."""
    months = [key for key in keys if key.count("-") == 1]
    return [*_runs(sorted(map(_number, months)), _month), *sorted(set(keys) - set(months))]


def _number(month) -> int:
    year, _dash, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def _month(number) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def _runs(keys, name=str) -> Iterable[str]:
    start = last = None
    for key in keys:
        if last is not None and key == last + 1:
            last = key
            continue
        if start is not None:
            yield _run(start, last, name)
        start = last = key
    if start is not None:
        yield _run(start, last, name)


def _run(start, last, name) -> str:
    return name(start) if start == last else f"{name(start)}—{name(last)}"


# -- words


def day(on: date) -> str:
    """A day as the standard writes it: Arabic figures without leading zeros (7.3.5.4)."""
    return f"{on.year}年{on.month}月{on.day}日"


def chinese(number: int) -> str:
    """一, 二 … 十, 十一 … 九十九."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")
