"""A duty file on A4: what the template ``templates/paper/duty_file.typ`` is filled with."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.duty_file import basics

NUMERALS = ("一、", "二、", "三、", "四、", "五、", "六、", "七、", "八、", "")


def title(file) -> str:
    return _("Duty file of %(name)s %(period)s") % {"name": file.deputy.name, "period": _years(file)}


def data(file, *, user, on) -> dict:
    """Everything that is printed, as words."""
    heads = [name for name, _first, _last in file.spans()]
    return {
        "title": title(file),
        "sender": str(file.deputy.term.jurisdiction),
        "name": file.deputy.name,
        "period": f"{file.first:%Y-%m-%d} — {file.last:%Y-%m-%d}",
        "labels": {
            "heading": _("Deputy's duty file"),
            "summary": _("Summary"),
            "part": _("Part of the file"),
            "sum": _("in all"),
            "nothing": _("Nothing on record."),
            "heads": [_("Date"), pgettext("duty file", "what it was"), _("Place, role or result"), _("Clause, record")],
            "foot": _("Printed on %(day)s from the records of the system; names of voters are masked.")
            % {"day": on.isoformat()},
            "signs": [_("Deputy (signature)"), _("Group leader (signature)"), _("Congress office (seal)")],
        },
        "basics": basics.of(file.deputy, user),
        "heads": heads,
        "summary": [[name, *map(str, numbers), str(total)] for _part, name, numbers, total in file.summary()],
        "parts": [
            {"title": f"{numeral}{name}", "clauses": "、".join(clauses), "lines": [_cells(line) for line in lines]}
            for numeral, (_part, name, clauses, lines) in zip(NUMERALS, file.parts(), strict=True)
        ],
    }


def _cells(line) -> list[str]:
    day = line.on.isoformat()
    if line.until and line.until != line.on:
        day = f"{day}\n{line.until.isoformat()}"
    what = [line.what, line.kind if line.kind != line.what else ""]
    more = [line.place, line.result, line.state_words, line.note]
    return [day, "\n".join(filter(None, what)), "；".join(filter(None, more)), f"{line.clause}\n{line.record_words}"]


def _years(file) -> str:
    if file.first.year == file.last.year:
        return str(file.first.year)
    return f"{file.first.year}-{file.last.year}"
