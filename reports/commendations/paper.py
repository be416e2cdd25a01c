"""The candidates for commendation on A4: each figure, what is asked, its clause (``templates/paper/sheet.typ``)."""

from django.conf import settings
from django.utils.translation import gettext as _

from office import papers, pdf

MANY = 300
"""A longer list is set without the structure for screen readers, which would take many times as long."""


def pdf_of(title: str, found, rows, *, on) -> bytes:
    """``rows`` of the candidates ``found`` as a PDF; PaperRefused where it cannot be made."""
    data = {"title": title, "sender": settings.OFFICE_NAME, "parts": _parts(found, rows)}
    data["foot"] = [_("Printed on %(day)s from the records of the system.") % {"day": papers.day(on)}]
    return pdf.render("sheet", data, tagged=len(rows) < MANY)


def _parts(found, rows) -> list[dict]:
    said = _("%(n)d of %(all)d meet everything.") % {"n": len(found.meeting), "all": len(found.rows)}
    words = {"kind": papers.TEXT, "words": f"{said}{_asked(found.rule)}"}
    if not rows:
        return [words, {"kind": papers.TEXT, "words": _("Nobody meets everything.")}]
    lines = rows[0].lines
    heads = [_("full name"), _("place"), *(f"{one.label}\n≥ {one.asked}\n{one.clause}" for one in lines), _("remark")]
    table = {"kind": papers.TABLE, "tall": 8, "heads": heads, "widths": [3, 3, *[3] * len(lines), 4]}
    return [words, {**table, "rows": [_row(one) for one in rows]}]


def _asked(rule) -> str:
    if rule is None:
        return ""
    told = _("The amounts are those of the rule %(clause)s; the texts name none. The list chooses nobody.")
    return told % {"clause": rule.clause}


def _row(one) -> list[str]:
    place = one.row.district.jurisdiction if hasattr(one.row, "district") else one.row.jurisdiction
    figures = [f"{line.shown} {'√' if line.is_met else '×'}" for line in one.lines]
    return [str(one.row), str(place), *figures, one.excluded or (one.chosen and one.chosen.get_state_display()) or ""]
