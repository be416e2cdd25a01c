"""The letters of the office about a matter: declined with guidance, handed to a unit, urged (D3-五b, D5-三c, D3-七).

Each is put together once, for the screen and for the PDF; without a record it is a blank to be filled in by hand.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from constituents.matter_papers import contacts_of
from constituents.standing import due_as_of
from office import papers
from office.papers import GAP, HEAD, LINES, TEXT, day, day_to_fill_in
from office.workdays import Calendar

_MATTER = ("petition__station__jurisdiction__parent", "suggestion__deputy", "suggestion__jurisdiction", "place", "unit")
_RULES = ("due_rule__clause__regulation", "receipt_rule__clause__regulation", "routed_by")
READ = _MATTER + _RULES
"""What a referral is read with for its letters."""


def _letter(title, *parts, sender="", number="", to="", on="", contact="") -> papers.Paper:
    data = {
        "title": title,
        "sender": sender or settings.OFFICE_NAME,
        "number": number or GAP,
        "to": f"{to or GAP}：",
        "parts": [part for part in parts if part[1]],
        "day": on or day_to_fill_in(),
        "stamp": _("(stamp)"),
        "contact": f"（{contact}）" if contact else "",
    }
    return papers.Paper("letter", data)


def _head(words) -> tuple:
    return (HEAD, words)


def _text(words) -> tuple:
    return (TEXT, words)


def _to_write_on(lines) -> tuple:
    return (LINES, lines)


def _written(words, *, else_lines) -> tuple:
    """What is on record, or room to write it by hand."""
    return _text(words) if words else _to_write_on(else_lines)


# 告知单


def decline_notice(petition=None) -> papers.Paper:
    """不予受理告知单: why a matter is not taken up, on what basis, and where its person is guided to (D3-五b)."""
    told = _declined(petition) if petition else {}
    came = {
        "number": told.get("number", GAP),
        "on": told.get("came", day_to_fill_in()),
        "station": told.get("station", GAP),
    }
    return _letter(
        _("Notice that a matter is not taken up"),
        _text(
            _(
                "On %(on)s you brought a matter to %(station)s; it was registered as %(number)s. It is not one that "
                "the station takes up."
            )
            % came
        ),
        _head(_("1. Why")),
        _written(told.get("reason"), else_lines=2),
        _head(_("2. Basis")),
        _text(told.get("basis") or _("Rules of the liaison stations, clause five.")),
        _head(_("3. Where you can turn")),
        _written(told.get("guidance"), else_lines=2),
        _text(_("Please bring this sheet with you. If you have questions, the station explains it to you.")),
        **told.get("head", {}),
    )


def _declined(petition) -> dict:
    reason = petition.decline_reason
    step = petition.events.filter(verb="decline").order_by("-pk").first()
    return {
        "number": petition.number,
        "came": day(petition.received_on),
        "station": petition.station,
        "reason": reason.name if reason else "",
        "basis": reason.basis if reason else "",
        "guidance": petition.answer or (reason.guidance if reason else ""),
        "head": {
            "sender": petition.office_place.congress_office,
            "number": petition.letter_number or petition.number,
            "to": petition.visitor,
            "on": day(step.at) if step else day(petition.received_on),
            "contact": _station(petition.station),
        },
    }


def _station(station) -> str:
    posts = "、".join(f"{post.name} {post.phone}" for post in contacts_of(station))
    return " · ".join(filter(None, [str(station), station.address, posts]))


# 交办函


def transfer(referral=None) -> papers.Paper:
    """交办函: what the office asks of a unit, by when, and by which clause (D5-三c, L1-51)."""
    if referral is None:
        return _blank_transfer()
    due = first_due(referral)
    kind = f"{pgettext('letter', 'Kind')}：{referral.get_kind_display()}。"
    by = _("Please reply in writing by %(on)s.") % {"on": day(due)} + _basis(referral) if due else _as_soon()
    return _letter(
        _("Letter handing over %(number)s") % {"number": referral.matter.number},
        _text(_origin(referral) + _as_what(referral)),
        _head(_("1. What is asked")),
        _text(referral.brief),
        _head(_("2. By when")),
        _text(kind + by),
        _text(_to_be_accepted(referral)),
        _head(_("3. What we ask you to write")),
        _text(_wanted(referral.part == referral.Part.LEAD)),
        number=referral.letter_number or referral.matter.number,
        on=day(referral.routed_on),
        contact=_contact(referral.routed_by),
        **_between(referral),
    )


def _blank_transfer() -> papers.Paper:
    origin = {"number": GAP, "on": day_to_fill_in(), "station": GAP}
    return _letter(
        _("Letter handing over %(number)s") % {"number": GAP},
        _text(_matter_was_registered() % origin + _handed_as_lead()),
        _head(_("1. What is asked")),
        _to_write_on(2),
        _head(_("2. By when")),
        _text(_("Please reply in writing by %(on)s.") % {"on": day_to_fill_in()}),
        _head(_("3. What we ask you to write")),
        _text(_wanted(True)),
        contact=_contact(),
    )


def first_due(referral):
    """The day on which the reply is due as the letter says it; time given later does not change the letter."""
    return due_as_of(referral, referral.routed_on, Calendar.load())[0]


def _between(referral) -> dict:
    return {"sender": referral.matter.office_place.congress_office, "to": str(referral.unit)}


def _matter_was_registered() -> str:
    return _("The matter %(number)s was registered on %(on)s at %(station)s.")


def _handed_as_lead() -> str:
    return _("It is handed to your unit as the lead unit, to be handled as follows.")


def _origin(referral) -> str:
    matter = referral.matter
    again = referral.round == 2
    if referral.petition_id:
        told = {"number": matter.number, "on": day(matter.received_on), "station": matter.station}
        words = _matter_was_registered() % told
        return words + (_("The person was dissatisfied with the first answer.") if again else "")
    told = {"number": matter.number, "deputy": matter.deputy}
    words = _("The deputy %(deputy)s has made the suggestion %(number)s.") % told
    return words + (_("The deputy was dissatisfied with the first answer.") if again else "")


def _as_what(referral) -> str:
    if referral.part == referral.Part.LEAD:
        return _handed_as_lead()
    return _("It is handed to your unit as an assisting unit, to be handled as follows.")


def _as_soon() -> str:
    return _("Please reply in writing as soon as possible.")


def _basis(referral) -> str:
    if not referral.due_rule:
        return ""
    clause = referral.due_rule.clause
    told = {"key": clause.key, "text": clause.regulation, "place": clause.place, "quote": clause.quote}
    return _("Basis: %(text)s %(place)s: “%(quote)s” (%(key)s).") % told


def _to_be_accepted(referral) -> str:
    if not referral.receipt_due_on:
        return ""
    words = _(
        "Please accept it by %(on)s; what is not your unit's business is returned by the same day, with the reason "
        "(L2-23)."
    )
    return words % {"on": day(referral.receipt_due_on)}


def _wanted(lead) -> str:
    if not lead:
        return _("Please write your opinion to this office; the lead unit gives the reply.")
    return _(
        "Please write what was found, what was done and what will be done by when, with the class of the result. The "
        "reply is brought back to the person, who judges it; who is dissatisfied has it handled once more."
    )


def _contact(person=None) -> str:
    """Whom to ask; room to write it by hand where nobody, or no telephone, is on record."""
    return f"{_('Contact')}：{person or GAP}　{_('Phone')}：{getattr(person, 'phone', '') or GAP[:4]}"


# 催办函


def urging_facts(urging, referral) -> dict:
    """Which urging it was, when the reply was due at first and then, and how many days over on the day it was urged."""
    first, due = due_as_of(referral, urging.on, Calendar.load())
    return {
        "nth": referral.urgings.filter(pk__lte=urging.pk).count(),
        "first": first,
        "due": due,
        "late": (urging.on - due).days if due else 0,
    }


def urging(urging=None, referral=None, *, facts=None) -> papers.Paper:
    """催办函: how long a reply has been overdue on the day of one urging, and which urging it was (D3-七)."""
    if urging is None:
        return _blank_urging()
    number = referral.matter.number
    return _letter(
        _("Letter urging a reply to %(number)s") % {"number": number},
        _text(_overdue(urging, referral, **facts)),
        _text(urging.words),
        _text(_urged(facts["nth"]) + _basis(referral)),
        _head(_("What was asked")),
        _text(referral.brief),
        number=urging.letter_number or _("%(number)s, urging no. %(nth)s") % {"number": number, "nth": facts["nth"]},
        on=day(urging.on),
        contact=_contact(urging.by),
        **_between(referral),
    )


def _blank_urging() -> papers.Paper:
    handed = _("%(number)s was handed to your unit on %(routed)s.") % {"number": GAP, "routed": day_to_fill_in()}
    first = _("The reply was first due on %(first)s.") % {"first": day_to_fill_in()}
    missing = _("By %(on)s it has not reached us.") % {"on": day_to_fill_in()}
    return _letter(
        _("Letter urging a reply to %(number)s") % {"number": GAP},
        _text(handed + first + missing),
        _text(_urged("＿＿")),
        _head(_("What was asked")),
        _to_write_on(4),
        contact=_contact(),
    )


def _overdue(urging, referral, *, nth, first, due, late) -> str:
    told = {"number": referral.matter.number, "routed": day(referral.routed_on)}
    words = [_("%(number)s was handed to your unit on %(routed)s.") % told]
    if first:
        words.append(_("The reply was first due on %(first)s.") % {"first": day(first)})
        if due != first:
            words.append(_("More time was given until %(due)s.") % {"due": day(due)})
    if late > 0:
        over = _("By %(on)s it is %(late)s days overdue and has not reached us.")
        words.append(over % {"on": day(urging.on), "late": late})
    else:
        words.append(_("By %(on)s it has not reached us.") % {"on": day(urging.on)})
    return "".join(words)


def _urged(nth) -> str:
    words = _(
        "This is urging no. %(nth)s. Please handle it without delay and reply in writing; who cannot reply yet writes "
        "why, and by when."
    )
    return words % {"nth": nth}
