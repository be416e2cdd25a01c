"""What stands on the papers of one matter: the 《人大代表接访登记表》, the visitor's receipt, the feedback slip.

Without a matter each is a blank to be filled in by hand, at a station without a computer (N5).
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from constituents import receipts
from constituents.models import Feedback, Petition
from office import clock, papers, qr
from office.papers import box, choice, day, frame, row

# The steps by which a matter is taken up or not, and those in which somebody says how it is to be handled.
_SCREENED = ("decline", "answer", "admit")
_PROPOSED = ("escalate", "explain")
_OF_FEEDBACK = ("told", "told_by", "way", "reaction", "attitude", "result")


def register_form(petition=None, *, station=None) -> papers.Paper:
    """The 《人大代表接访登记表》, filled in as far as the matter has come (D5-三a).

    ``station`` names the place on a blank.
    """
    said = _registered(petition) if petition else _Blank(place=station or "")
    return _framed(
        _("Deputies' reception register form"), petition, [*_came(said), *_what_was_done(said), _signatures()]
    )


def _came(said) -> list:
    """Who came when and where, and with what."""
    return [
        row(box(_("Date of reception"), said["day"], 2), box(_("Place of reception"), said["place"], 2)),
        row(box(_("Receiving deputy"), said["deputy"], 2), box(_("Recorder"), said["recorder"], 2)),
        row(box(_("Visitor's name"), said["visitor"]), box(_("Sex")), box(_("Age"))),
        row(box(_("Work unit or address"), said["address"], 3), box(_("Number of people"), said["count"])),
        row(box(_("Phone"), said["phone"]), box(_("Came by"), said["channel"]), box(_("Category"), said["category"])),
        row(box(_("Main situation"), said["situation"], 5, hint=_("(the visitor's own words)")), tall=42),
        row(box(_("Problem to be solved"), said["request"], 5), tall=34),
    ]


def _what_was_done(said) -> list:
    """How the matter was taken up, by whom it is handled, and what came of it."""
    return [
        row(choice(_("Admitted or not"), _screenings(), said["screened"], 3), box(_("Day of it"), said["screened_on"])),
        row(box(_("Answer on the spot"), said["answer"], 5, hint=_("(or why not, and guidance)")), tall=17),
        row(box(_("Proposed handling"), said["proposed"], 5), tall=17),
        row(choice(_("Level"), Petition.Level.choices, said["level"], 2), box(_("Handling unit"), said["units"], 2)),
        row(box(_("Reply due on"), said["due"], 2), box(_("Told to the deputy on"), said["handed"], 2)),
        row(box(_("Reply"), said["replies"], 5), tall=20),
        row(
            box(_("Told to the visitor on"), said["told_on"]),
            choice(_("Satisfaction"), Petition.Satisfaction.choices, said["satisfaction"], 3),
            tall=11.5,
        ),
    ]


def _signatures():
    names = (_("Visitor's signature"), _("Deputy's signature"), _("Recorder's signature"))
    return row(*map(box, names), tall=13, signed=True)


class _Blank(dict):
    """A form that nobody has filled in: every box is empty."""

    def __missing__(self, key):
        return ""


def _framed(title, petition, rows) -> papers.Paper:
    number = petition.number if petition else papers.GAP
    mark = ""
    if petition and petition.paper_id:
        typed = _(" (typed in %(at)s)") % {"at": clock.local_date(petition.registered_at)}
        mark = f"{pgettext('mark', 'from paper')}{typed}　"
    return frame(title, rows, left=settings.OFFICE_NAME, right=f"{mark}{_('Register number')}：{number}")


def _screenings() -> list[tuple]:
    return [("admit", _("admitted")), ("answer", _("answered on the spot")), ("decline", _("not admitted"))]


def _registered(petition) -> dict:
    """What is known of a matter, in the words of the form."""
    steps = {step.verb: step for step in petition.events.filter(verb__in=_SCREENED + _PROPOSED)}
    return {**_taken_down(petition), **_screened(petition, steps), **_handled(petition, _handed(petition))}


def _taken_down(petition) -> dict:
    return {
        "day": day(petition.received_on),
        "place": petition.station,
        "deputy": petition.deputy or "",
        "recorder": petition.registered_by or "",
        "visitor": _people(petition),
        "address": petition.address,
        "count": petition.visitor_count,
        "phone": petition.phone,
        "channel": petition.get_channel_display(),
        "category": petition.category,
        "situation": petition.situation,
        "request": petition.request,
    }


def _screened(petition, steps) -> dict:
    """How the matter was taken up or not, and what was proposed."""
    screened = next((steps[verb] for verb in _SCREENED if verb in steps), None)
    reason = f"{petition.decline_reason}\n" if petition.decline_reason else ""
    return {
        "screened": screened.verb if screened else "",
        "screened_on": day(clock.local_date(screened.at)) if screened else "",
        "answer": f"{reason}{petition.answer}",
        "proposed": _proposal(petition, next((steps[verb] for verb in _PROPOSED if verb in steps), None)),
    }


def _handled(petition, referrals) -> dict:
    """At whom it was handled by when, what they replied, and what the person said of it."""
    return {
        "level": petition.level if petition.course or referrals else "",
        "units": "、".join(str(one.unit) for one in referrals),
        "due": "、".join(day(one.due_on) for one in referrals if one.due_on),
        "handed": day(petition.handed_over_on),
        "replies": _replies(referrals),
        "told_on": day(getattr(petition.feedbacks.last(), "told_on", None)),
        "satisfaction": petition.satisfaction,
    }


def _handed(petition) -> list:
    return list(petition.referrals.filter(recalled_on=None).select_related("unit", "result"))


def _people(petition) -> str:
    return "、".join([petition.visitor, *(one.name for one in petition.representatives.all())])


def _proposal(petition, step) -> str:
    return "\n".join(filter(None, [petition.get_course_display(), step and step.note]))


def _replies(referrals) -> str:
    return "\n".join(
        f"{day(one.replied_on)} {one.unit}{f'（{one.result}）' if one.result else ''}：{one.reply}"
        for one in referrals
        if one.replied_on
    )


# The feedback slip


def feedback_slip(petition=None) -> papers.Paper:
    """反馈单: what became of the matter, brought back to the person, who judges it (D3-六f, D5-四b)."""
    said = {**_registered(petition), **_told(petition)} if petition else _Blank()
    judged = Petition.Satisfaction.choices
    rows = [
        row(box(_("Visitor's name"), said["visitor"], 2), box(_("Phone"), said["phone"], 2)),
        row(box(_("Registered on"), said["day"], 2), box(_("Station"), said["place"], 2)),
        row(box(_("Receiving deputy"), said["deputy"], 2), box(_("Handling unit"), said["units"], 2)),
        row(box(_("Problem to be solved"), said["request"] or said["situation"], 5), tall=36),
        row(box(_("Reply"), said["replies"], 5, hint=_("(unit, day, result)")), tall=50),
        row(box(_("What the person is told"), said["told"], 5), tall=30),
        row(box(_("Told on"), said["told_on"], 2), box(_("Told by"), said["told_by"], 2)),
        row(choice(_("Way of it"), _ways(), said["way"], 5)),
        row(box(_("What the person says"), said["reaction"], 5), tall=26),
        row(choice(_("Satisfaction with the attitude"), judged, said["attitude"], 5), tall=11),
        row(choice(_("Satisfaction with the result"), judged, said["result"], 5), tall=11),
        row(
            box(_("Visitor's signature"), "", 2, hint=_("(and date)")),
            box(_("Signature of who tells"), "", 2, hint=_("(and date)")),
            tall=15,
            signed=True,
        ),
    ]
    return _framed(_("Feedback slip of a visitor's matter"), petition, rows)


def _ways() -> list[tuple]:
    """The ways in which a person is reached."""
    return [pair for pair in Feedback.Way.choices if pair[0] != Feedback.Way.NOT_REACHED]


def _told(petition) -> dict:
    last = petition.feedbacks.select_related("told_by").last()
    if last is None:
        return dict.fromkeys(_OF_FEEDBACK, "")
    return {name: getattr(last, name) for name in _OF_FEEDBACK} | {"told_on": day(last.told_on)}


# The receipt


def receipt(petition=None, *, address: str = "") -> papers.Paper:
    """What the visitor takes home: the number, the code, and how to see what became of the matter (D5-三a).

    ``address`` is that of the public page; without one the code stands alone.
    """
    code = code_of(petition) if petition else ""
    parts = [
        {"kind": "number", "name": _("Register number"), "words": petition.number if petition else papers.GAP},
        {"kind": "facts", "facts": _facts(petition) if petition else _blank_facts()},
        *([_code(petition, code, address)] if code else []),
        {"kind": "h", "words": _("What happens next")},
        {"kind": "steps", "steps": _next()},
    ]
    data = {
        "title": _("Receipt of a visitor's matter"),
        "sender": settings.OFFICE_NAME,
        "parts": parts,
        "foot": _station_lines(petition.station) if petition else [_station_to_fill_in()],
        "stamp": _("(station stamp)"),
    }
    files = {"qr.svg": qr.file(f"{address}?c={code}")} if code and address else {}
    return papers.Paper("sheet", data, files)


def code_of(petition) -> str:
    """The code of a matter; nothing for one that was given none when it came in."""
    if not petition.code_hash:
        return ""
    return receipts.code_of(petition.station.number, petition.year, petition.seq)


def _fact(name, words, *, wide=False) -> dict:
    return {"name": name, "words": words, "wide": wide}


def _facts(petition) -> list[dict]:
    count = petition.visitor_count
    visitor = petition.visitor + (f"（{_('%(n)s people') % {'n': count}}）" if count > 1 else "")
    others = "、".join(one.name for one in petition.representatives.all())
    facts = [
        _fact(_("Visitor"), visitor),
        _fact(_("Phone"), petition.phone or "—"),
        *([_fact(_("More people"), others, wide=True)] if others else []),
        _fact(_("Registered on"), day(petition.received_on)),
        _fact(_("Came by"), petition.get_channel_display()),
        *([_fact(_("Receiving deputy"), petition.deputy)] if petition.deputy else []),
        _fact(_("Recorder"), petition.registered_by or "—"),
    ]
    if petition.paper_id:
        typed = _("typed in %(at)s") % {"at": clock.local_date(petition.registered_at)}
        facts.append(_fact(pgettext("mark", "from paper"), typed))
    facts.append(_fact(_("Main situation"), petition.situation, wide=True))
    if petition.request:
        facts.append(_fact(_("Problem to be solved"), petition.request, wide=True))
    return facts


def _blank_facts() -> list[dict]:
    short = (_("Visitor"), _("Phone"), _("Registered on"), _("Came by"), _("Receiving deputy"), _("Recorder"))
    long = (_("Main situation"), _("Problem to be solved"))
    return [_fact(name, "", wide=False) for name in short] + [_fact(name, "\n\n\n", wide=True) for name in long]


def _code(petition, code, address) -> dict:
    asked = (
        _("You are asked for the last four digits of your phone number.")
        if petition.phone
        else _("You are asked for your name as it is registered.")
    )
    seen = _("There you see how far your matter is, and say whether you are satisfied.")
    return {
        "kind": "code",
        "name": _("Query code"),
        "code": receipts.printed(code),
        "how": _("Scan the picture with a telephone, or open this address and type in the code:") if address else "",
        "address": address,
        "asked": f"{asked}{seen}" if address else "",
        "warning": _("Keep the code to yourself: whoever has it can read what became of the matter."),
        "picture": "qr.svg" if address else "",
    }


def _next() -> list[str]:
    return [
        _("The station passes your matter on to the deputy and the congress office."),
        _(
            "What the township can settle goes to the township government; what needs a higher level is reported to "
            "the county. Deputies see to it that it is dealt with, they do not settle it themselves."
        ),
        _(
            "Private matters and matters before a court cannot be taken up here; you will then be told who is "
            "responsible."
        ),
        _(
            "The station's liaison officer tells you the outcome. Please keep this receipt and name the number when "
            "you ask."
        ),
    ]


def _station_lines(station) -> list[str]:
    """The station, and how it is reached."""
    posts = [f"{post.phone}（{post.name}）" for post in contacts_of(station)]
    told = (
        (_("Address"), station.address),
        (_("Phone"), "、".join(posts)),
        (_("Reception hours"), station.reception_hours),
    )
    return [str(station), *(f"{name}：{words}" for name, words in told if words)]


def contacts_of(station):
    """Who at a station can be telephoned."""
    return station.posts.exclude(phone="").order_by("kind", "id")


def _station_to_fill_in() -> str:
    return f"{_('Station')}：{papers.GAP}　{_('Phone')}：{papers.GAP}"
