"""What stands on a station's papers: the notice of a reception, the sheet to sign in on, the rota for the wall.

Without a reception each is a blank to be filled in by hand (N5).
"""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from liaison_stations.models import Reception, Station
from office import papers, qr
from office.papers import GAP, day, day_to_fill_in

_LINES = 8
"""Lines of a sign-in sheet."""
_BLANK_LINES = 14
_BLANK_SESSIONS = 12


def notice(reception=None, *, on: date | None = None, address: str = "") -> papers.Paper:
    """接待公告: when, where, who receives, about what; to be posted three days before (D5-二a).

    ``on`` is its day where it was not posted yet; ``address`` that of the page on which people ask after a matter.
    """
    return papers.Paper(
        "sheet",
        {
            "title": _("Reception notice (title)"),
            "big": True,
            "parts": [*_announced(reception), *_ask(address)],
            "foot": [settings.OFFICE_NAME, _posted(reception, on)],
        },
        {"ask.svg": qr.file(address)} if address else {},
    )


def _announced(reception) -> list[dict]:
    opening = _(
        "So that deputies keep in touch with the people and hear what they have to say, deputies receive voters and "
        "the public at %(station)s. The reception is announced as follows:"
    )
    welcome = _(
        "Voters and the public are welcome. Private disputes and matters before a court are for the petition office or "
        "the courts; we shall gladly show you the way."
    )
    words = [opening % {"station": reception.station if reception else GAP}, _moved(reception), welcome]
    first, moved, last = ({"kind": "p", "words": one} for one in words)
    facts = {"kind": "facts", "facts": _facts(reception) if reception else _blank_facts()}
    return [first, facts, *([moved] if moved["words"] else []), last]


def _facts(reception) -> list[dict]:
    station = reception.station
    posts = [f"{post.name} {post.phone}" for post in station.posts.exclude(phone="").order_by("kind", "pk")]
    told = [
        (_("Reception time"), _when(reception)),
        (_("Reception place"), _where(station)),
        (_("Receiving deputies"), "、".join(_titled(duty.deputy) for duty in _turns(reception)) or "　"),
        (_("Reception topics"), reception.topics or _any_topic()),
        (_("Whom to ask"), "；".join(posts)),
    ]
    return [_fact(name, words) for name, words in told if words]


def _blank_facts() -> list[dict]:
    names = (_("Reception time"), _("Reception place"), _("Receiving deputies"), _("Reception topics"))
    return [_fact(name, "") for name in (*names, _("Whom to ask"))]


def _fact(name, words) -> dict:
    return {"name": name, "words": words, "wide": True}


def _when(reception) -> str:
    return f"{day(reception.planned_on)}（{date_format(reception.planned_on, 'l')}）{reception.hours}"


def _where(station) -> str:
    return f"{station}（{station.address}）" if station.address else str(station)


def _titled(deputy) -> str:
    return f"{deputy}（{_title_of(deputy)}）"


def _title_of(deputy) -> str:
    return _("deputy to the %(place)s congress") % {"place": deputy.term.jurisdiction}


def _turns(reception):
    return reception.duties.select_related("deputy__term__jurisdiction").order_by("pk")


def _any_topic() -> str:
    return _("opinions and suggestions on the work of state organs, and whatever concerns the life of the people")


def _moved(reception) -> str:
    if not (reception and reception.moved_from):
        return ""
    told = {"day": day(reception.moved_from), "why": reception.moved_why}
    return _("The reception of %(day)s (%(why)s) is held on this day instead.") % told


def _ask(address) -> list[dict]:
    words = _("What became of your matter: scan, and enter the code on your receipt.")
    return [{"kind": "ask", "words": words, "picture": "ask.svg"}] if address else []


def _posted(reception, on) -> str:
    return day((reception and reception.notice_posted_on) or on) or day_to_fill_in()


# The sheet to sign in on


def sign_in_sheet(reception=None) -> papers.Paper:
    """签到表: on which the deputies of a reception sign in, with lines for those who come besides."""
    duties = list(_turns(reception)) if reception else []
    signed = [[str(n), duty.deputy, _title_of(duty.deputy), _arrived(duty), ""] for n, duty in enumerate(duties, 1)]
    lines = max(2, _LINES - len(duties)) if reception else _BLANK_LINES
    facts = [
        _fact(_("Reception time"), _when(reception) if reception else ""),
        _fact(_("Reception place"), _where(reception.station) if reception else ""),
    ]
    table = {
        "kind": "table",
        "widths": [1.4, 3, 4, 3, 5],
        "tall": 11,
        "heads": [_("No."), _("Full name"), _("Deputy to"), _("Time of arrival"), _("Signature")],
        "rows": signed + [[""] * 5 for _line in range(lines)],
    }
    signs = {"kind": "sign", "names": [_("Number of visitors"), _("Recorder")]}
    title = _("Sign-in sheet of the deputies' reception")
    return papers.Paper("sheet", {"title": title, "parts": [{"kind": "facts", "facts": facts}, table, signs]})


def _arrived(duty) -> str:
    return date_format(duty.signed_in_at, "H:i") if duty.signed_in_at else ""


# The rota for the wall


def rota(
    station: Station | None = None, receptions: Iterable[Reception] = (), *, period: str = "", large: bool = False
) -> papers.Paper:
    """轮值表: the receptions of a month or a year of one station, or of all; on A3 with ``large``."""
    rows = [_session(one, with_place=station is None) for one in receptions]
    heads = [_("Date"), _("weekday"), _("Time"), _("Receiving deputies"), _("Remark")]
    widths = [4, 3, 5, 11, 5]
    if station is None and rows:
        heads.insert(3, _("Station"))
        widths.insert(3, 10)
    title = f"{station or ''}{period or GAP}{_('Rota of receptions (title)')}"
    data = {
        "title": title,
        "large": large,
        "heads": heads,
        "widths": widths,
        "rows": rows or [[""] * len(heads) for _line in range(_BLANK_SESSIONS)],
        "left": _where(station) if station else "",
        "right": settings.OFFICE_NAME,
        "foot": f"{_('Reception hours')}：{station.reception_hours}" if station and station.reception_hours else "",
    }
    return papers.Paper("rota", data)


def _session(reception, *, with_place) -> list:
    who = "、".join(str(duty.deputy) for duty in reception.duties.all())
    place = [reception.station] if with_place else []
    when = [
        date_format(reception.planned_on, "MONTH_DAY_FORMAT"),
        date_format(reception.planned_on, "l"),
        reception.hours or "—",
    ]
    return [*when, *place, who, _remark(reception)]


def _remark(reception) -> str:
    if reception.cancelled:
        return _("cancelled")
    if reception.moved_from:
        told = {"day": date_format(reception.moved_from, "MONTH_DAY_FORMAT"), "why": reception.moved_why}
        return _("moved from %(day)s (%(why)s)") % told
    return reception.with_whom if reception.kind == Reception.Kind.APPOINTMENT else ""
