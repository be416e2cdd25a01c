"""The papers of a report to voters: agenda, sign-in sheet, tally sheet, and the letter with the result (D1-4, D6-b)."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from office import pdf
from visits.models.voters import BALLOTS

PAPERS = {
    "agenda": gettext_lazy("Agenda of a report to voters"),
    "sign_in": gettext_lazy("Sign-in sheet of a report to voters"),
    "tally": gettext_lazy("Tally sheet of a report to voters"),
    "result": gettext_lazy("Letter with the result of the report to voters"),
}
"""By the name in the address."""
ROOM = 40
"""So many lines has a sign-in sheet at least."""
MOST = 300


def offered(row) -> list[tuple[str, str]]:
    """The papers that can be made of a report as it stands: the letter as soon as there is a result."""
    return [(name, title) for name, title in PAPERS.items() if name != "result" or row.is_tallied]


def render(row, name: str, *, meeting) -> bytes:
    """One paper as PDF; ``meeting`` are all reports of the meeting. Raises ``pdf.PaperRefused``."""
    if name == "result":
        return pdf.render("letter", _letter(row))
    return pdf.render("meeting", {**_head(row, PAPERS[name], meeting), **_BODIES[name](row)})


def _head(row, title, meeting) -> dict:
    when = date_format(row.day, "DATE_FORMAT") + (f" {row.starts_at:%H:%M}" if row.starts_at else "")
    facts = [
        (_("date"), when),
        (_("place"), row.place),
        (_("electoral district"), f"{row.district.name}（{row.district.jurisdiction}）"),
        (_("deputies"), "、".join(str(one.deputy) for one in meeting)),
    ]
    bare = {"points": [], "columns": [], "rows": [], "tall": 8, "signs": []}
    return {"title": str(title), "subtitle": "", "facts": facts, "sender": sender(row), **bare}


def _agenda(row) -> dict:
    usual = (
        _("The chair opens the meeting and says who is present."),
        _("The deputies report to the voters."),
        _("Voters ask questions and say what they think; the deputies answer."),
        _("Voters rate each deputy by secret ballot: satisfied, fairly satisfied, dissatisfied."),
        _("The ballots are counted under watch, and the result is announced."),
    )
    points = [line.strip() for line in row.agenda.splitlines() if line.strip()]
    return {"points": points or [str(one) for one in usual]}


def _sign_in(row) -> dict:
    """Room for each voter's signature: no telephone numbers and no numbers of identity cards are asked for."""
    columns = [(_("No."), 1), (_("Signature"), 3), (_("village or unit"), 4), (_("remark"), 2)]
    room = min(max(ROOM, row.voters_invited or 0, row.voters_present or 0), MOST)
    return {"columns": columns, "rows": [[str(n), "", "", ""] for n in range(1, room + 1)], "tall": 8}


def _tally(row) -> dict:
    names = [(str(row._meta.get_field(name).verbose_name), name) for name in BALLOTS]
    known = [[label, str(getattr(row, name)) if row.is_tallied else ""] for label, name in names]
    facts = [(_("Deputy"), str(row.deputy)), (_("voters present"), str(row.voters_present or ""))]
    signs = [(_("counted by"), row.counted_by), (_("counting watched by"), row.watched_by)]
    head = _head(row, PAPERS["tally"], [row])
    return {
        "facts": head["facts"][:3] + facts,
        "subtitle": _("Satisfied + fairly satisfied + dissatisfied + void = returned ≤ given out ≤ present."),
        "columns": [(_("item"), 2), (pgettext("report to voters", "number of ballots"), 1)],
        "rows": known,
        "tall": 13,
        "signs": signs,
    }


_BODIES = {"agenda": _agenda, "sign_in": _sign_in, "tally": _tally}


def _letter(row) -> dict:
    """The result in writing, for the deputy."""
    told = {name: getattr(row, name) for name in BALLOTS}
    told |= {"day": date_format(row.held_on, "DATE_FORMAT"), "place": row.place, "present": row.voters_present}
    parts = [
        (
            "p",
            _("On %(day)s you reported to the voters of your district at %(place)s; %(present)d came.") % told,
        ),
        ("p", _("Ballots given out %(ballots_out)d, returned %(ballots_back)d, void %(ballots_void)d.") % told),
        ("p", _("Satisfied %(satisfied)d, fairly satisfied %(fairly)d, dissatisfied %(dissatisfied)d.") % told),
    ]
    if row.comments:
        parts += [("h", _("What voters said")), ("p", row.comments)]
    parts.append(("p", _("Please study what was said and improve your work for the voters.")))
    return {
        "sender": sender(row),
        "number": "",
        "title": str(PAPERS["result"]),
        "to": _("Deputy %s:") % row.deputy,
        "parts": parts,
        "day": date_format(row.returned_at or row.tallied_at, "DATE_FORMAT"),
        "stamp": _("(stamp)"),
    }


def sender(row) -> str:
    """The congress office to which the deputy belongs."""
    return row.deputy.term.jurisdiction.congress_office
