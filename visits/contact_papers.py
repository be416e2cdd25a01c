"""What stands on the papers of contacts and activities: visit card, record and sign-in sheet of a group's activity,
and the ballots and tally of a report to voters. Without a record each is a blank to be filled in by hand (N5)."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from constituents.models import Petition
from office import papers
from office.papers import GAP, box, choice, day, frame, row
from visits.models import Visit

_CARD_WAYS = (Visit.Kind.HOME, Visit.Kind.PHONE, Visit.Kind.MET, Visit.Kind.ONLINE)
_BLANK_LINES = 14
_MEMBERS = 17


def visit_card(household=None, *, deputy=None, visit=None) -> papers.Paper:
    """走访卡: one contact with one household, filled in on the doorstep or from the record of it (D1-3①b).

    ``household`` is the one to be visited, or the one that ``visit`` saw.
    """
    household = household or (visit.household if visit else None)
    deputy = deputy or (visit.deputy if visit else None)
    note = _("Every month at least one contact, at home where it can be (D1-3①b, D1-3①c).")
    rows = _card(household, deputy, visit)
    return frame(_("Visit card"), rows, left=settings.OFFICE_NAME, right=_matter_of(visit), notes=[note])


def visit_cards(households, *, deputy) -> papers.Paper:
    """A card for each household of one deputy, each on a sheet of its own."""
    cards = [visit_card(one, deputy=deputy).data for one in households]
    return papers.Paper("frame", {"title": _("Visit card"), "forms": cards})


def _card(household, deputy, visit) -> list[dict]:
    when, where, heard, way = (day(visit.happened_on), visit.place, visit.content, visit.kind) if visit else [""] * 4
    whom, phone, address = (household.head, household.phone, household.address) if household else [""] * 3
    return [
        row(box(_("Deputy"), deputy or "", 2), box(_("Electoral district"), _district(deputy), 2)),
        row(box(_("Date"), when, 2), box(_("Place"), where, 2)),
        row(box(_("Whom the deputy met"), whom or (visit.met if visit else ""), 2), box(_("Phone"), phone, 2)),
        row(box(_("Address"), address, 5)),
        row(choice(pgettext("visit card", "Way"), _ways(), way, 5)),
        row(box(_("What was heard"), heard, 5), tall=70),
        row(box(_("What is asked for"), "", 5), tall=38),
        row(choice(_("What becomes of it"), _next_steps(), _next_of(visit), 5)),
        row(box(_("Remark"), "", 5), tall=18),
        row(box(_("Signature of the household"), "", 2), box(_("Deputy's own signature"), "", 2), tall=15, signed=True),
    ]


def _district(deputy):
    return (deputy and deputy.district) or ""


def _ways() -> list[tuple]:
    return [(kind.value, kind.label) for kind in _CARD_WAYS]


def _next_steps() -> list[tuple]:
    return [
        ("explained", _("explained on the spot")),
        ("raised", _("registered as a matter")),
        ("suggestion", _("to become a suggestion")),
        ("none", _("nothing asked for")),
    ]


def _next_of(visit) -> str:
    return "raised" if visit and visit.petition_id else ""


def _matter_of(visit) -> str:
    if not (visit and visit.petition_id):
        return ""
    return f"{_('Register number')}：{visit.petition.number}"


# A group's activity


def activity_record(activity=None, *, there=(), away=()) -> papers.Paper:
    """The record of a group's activity on A4: what, who was there, the minutes; filed with the office (D9-3)."""
    parts = [
        {"kind": "h", "words": _("1. The activity")},
        {"kind": "facts", "facts": _activity_facts(activity)},
        {"kind": "h", "words": _("2. Attendance")},
        *([{"kind": "p", "words": _counted(there, away)}] if activity else []),
        _attendance(there, away) if activity else _signing(_BLANK_LINES - 7),
        {"kind": "h", "words": _("3. Minutes")},
        {"kind": "p", "words": activity.content} if activity else {"kind": "lines", "count": 6},
        {"kind": "sign", "names": [_("Group leader"), _("Recorded by")]},
    ]
    foot = [_due(activity)] if activity and activity.report_due_on else []
    sender = activity.group.name if activity else settings.OFFICE_NAME
    data = {"title": _("Record of a group activity"), "sender": sender, "parts": parts, "foot": foot}
    return papers.Paper("sheet", data)


def activity_sign_in(activity=None, *, members=()) -> papers.Paper:
    """签到表 of a group's activity: a line for each member, and some for guests."""
    rows = [[str(n), one, one.district or "", "", ""] for n, one in enumerate(members, 1)]
    parts = [
        {"kind": "facts", "facts": _activity_facts(activity)},
        _signing(max(2, _MEMBERS - len(rows)), rows),
        {"kind": "sign", "names": [_("Number present"), _("Recorded by")]},
    ]
    sender = activity.group.name if activity else settings.OFFICE_NAME
    return papers.Paper("sheet", {"title": _("Sign-in sheet of an activity"), "sender": sender, "parts": parts})


def _activity_facts(activity) -> list[dict]:
    told = [
        (_("Topic"), (activity.topic or activity.get_kind_display()) if activity else "", True),
        (_("Date"), day(activity.happened_on) if activity else "", False),
        (pgettext("activity", "Kind"), activity.get_kind_display() if activity else "", False),
        (_("Place"), activity.place if activity else "", True),
    ]
    return [{"name": name, "words": words, "wide": wide} for name, words, wide in told]


def _counted(there, away) -> str:
    words = _("%(n)s present") % {"n": len(there)}
    return words + (f"，{_('%(n)s not') % {'n': len(away)}}" if away else "")


def _heads() -> list[str]:
    return [_("No."), _("Full name"), _("Electoral district"), pgettext("attendance", "State"), _("Signature")]


def _attendance(there, away) -> dict:
    was = [[one, one.district or "", pgettext("attendance", "present"), ""] for one in there]
    missed = [[one.deputy, one.deputy.district or "", one.get_kind_display(), one.reason] for one in away]
    rows = [[str(n), *line] for n, line in enumerate(was + missed, 1)]
    tall = 10 if len(rows) <= _BLANK_LINES - 4 else 8
    return {"kind": "table", "widths": [1.4, 3, 5, 2, 4], "tall": tall, "heads": _heads(), "rows": rows}


def _signing(lines, rows=()) -> dict:
    heads = [_("No."), _("Full name"), _("Electoral district"), _("Time of arrival"), _("Signature")]
    blank = [[""] * 5 for _line in range(lines)]
    return {"kind": "table", "widths": [1.4, 3, 5, 3, 4], "tall": 9, "heads": heads, "rows": [*rows, *blank]}


def _due(activity) -> str:
    return _("To the county office by %(day)s (D9-3)") % {"day": day(activity.report_due_on)}


# A report to voters


def ballots(deputy=None, *, year=None) -> papers.Paper:
    """测评票: voters say of a deputy's report 满意, 基本满意 or 不满意 (D6-b, D9-2一); several to a sheet, no name."""
    whom = deputy or GAP
    about = _("%(deputy)s, report to voters of %(year)s") % {"deputy": whom, "year": year or "＿＿＿＿"}
    data = {
        "title": _("Ballot on a report to voters"),
        "about": about,
        "choices": [str(name) for _value, name in Petition.Satisfaction.choices],
        "hint": _("Tick one box; more than one or none is void."),
        "sender": _("(station stamp)"),
    }
    return papers.Paper("ballots", data)


def tally(deputy=None, *, year=None) -> papers.Paper:
    """The sheet on which the ballots are counted aloud, and signed by those who count and who watch."""
    facts = [
        (_("Deputy"), deputy or "", False),
        (_("Electoral district"), _district(deputy), False),
        (_("Year"), year or "", False),
        (_("Date"), "", False),
        (_("Place"), "", True),
        (_("Voters present"), "", False),
        (_("Ballots given out"), "", False),
        (_("Ballots returned"), "", False),
        (_("Void ballots"), "", False),
    ]
    parts = [
        {"kind": "facts", "facts": [{"name": name, "words": words, "wide": wide} for name, words, wide in facts]},
        _counting(),
        {"kind": "h", "words": _("What the voters said")},
        {"kind": "lines", "count": 3},
        {"kind": "sign", "names": [_("Who reads out"), _("Who counts"), _("Who watches")]},
    ]
    data = {"title": _("Tally of the ballots on a report to voters"), "sender": settings.OFFICE_NAME, "parts": parts}
    return papers.Paper("sheet", data)


def _counting() -> dict:
    verdicts = [str(name) for _value, name in Petition.Satisfaction.choices]
    heads = [
        pgettext("ballot", "Verdict"),
        _("Count, by strokes of 正"),
        pgettext("ballot", "Votes"),
        pgettext("ballot", "Share"),
    ]
    rows = [[name, "", "", ""] for name in [*verdicts, pgettext("ballot", "Void")]]
    return {"kind": "table", "widths": [3, 9, 2, 2], "tall": 21, "heads": heads, "rows": rows}
