"""In which figures a record counts: the one place that says so, for numbers and for the lists of keys behind them.

Each function puts records into tallies; a figure's value is the number of the keys that were put under it. The
keys of records are those of their rows, those of months judged are ``deputy:month`` (D1-3①b).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import NamedTuple

from constituents.models import Petition, Suggestion
from constituents.models.petitions import Satisfaction
from deputies.models import Absence
from office import masking
from reports.annual.columns import REPLIES, Reply, Tally
from reports.annual.frame import HOUSEHOLDS, VOTERS, Frame, Month
from reports.annual.months import NotOwed, counts, in_office
from reports.annual.period import month_number
from reports.annual.whose import Owned
from visits import rules

DUE = (Reply.IN_TIME, Reply.LATE, Reply.OVERDUE)
ANSWERED = (Reply.IN_TIME, Reply.LATE, Reply.UNDATED)


def contacts(tally: Tally, rows: Iterable[tuple], deputy, frame: Frame, is_listed: bool):
    """The contacts of each month and way, and how many were written down late; by number, or one by one."""
    asked = frame.months(deputy)
    first = month_number(frame.first)
    for _deputy, number, kind, n, late, _known in rows:
        if not 0 <= number - first < len(asked):
            continue
        month = asked[number - first]
        keys, late_keys = month.ways.get(kind) or month.ways.setdefault(kind, _keys_of(kind, month))
        if is_listed:
            tally.put(n, *keys, *(late_keys if late else ()))
        else:
            tally.count(n, *keys)
            if late:
                tally.count(late, *late_keys)


def _keys_of(kind, month) -> tuple[tuple, tuple]:
    """The figures in which a way of contact counts, and those in which one that was written down late does."""
    keys = ("contacts", f"month.{month.number}", *([f"kind.{kind}"] if kind else []))
    if counts(kind, month.amounts or {}):
        return (*keys, f"counting.{month.number}"), (f"late.{month.number}",)
    return keys, ()


def months(tally: Tally, deputy, why: tuple, held: list[Month]):
    """D1-3①b: each month is owed and met, owed and missed, or left out for a reason.

    A month is met late when the contacts that were on record by its end would not have been enough.
    """
    for reason, month in zip(why, held, strict=True):
        key, keys = f"{deputy.pk}:{month.key}", _keys_of_month(month.number)
        if reason:
            tally.put(key, _NOT_OWED[reason])
            continue
        minimum = month.amounts.get("minimum", rules.CONTACTS_A_MONTH)
        n = tally.get(keys.counting, 0)
        tally.put(key, *(keys.met if n >= minimum else keys.missed))
        if n >= minimum and n - tally.get(keys.late, 0) < minimum:
            tally.put(key, *keys.met_late)


class _OfMonth(NamedTuple):
    """The keys of one month of a period, by its number."""

    counting: str
    late: str
    met: tuple
    missed: tuple
    met_late: tuple


@cache
def _keys_of_month(n: int) -> _OfMonth:
    """Put together once: a county's report asks for them some ten thousand times."""
    owed = ("owed", f"owed.{n}")
    met, missed, late = (("met", f"met.{n}"), ("missed", f"missed.{n}"), ("met_late", f"met_late.{n}"))
    return _OfMonth(f"counting.{n}", f"late.{n}", owed + met, owed + missed, late)


_NOT_OWED = {reason: f"not_owed.{reason}" for reason in NotOwed}


class Apart:
    """The tallies of a report: of deputies, of petitions that belong to none of them, of groups, stations, offices."""

    def __init__(self, tallies: dict[int, Tally]):
        self.tallies = tallies
        self.nobody, self.others, self.own = {}, {}, {}
        # The names of the towns that petitions come from.
        self.towns = {}

    def of_petition(self, one: Owned) -> Tally:
        """Of the receiving deputy; of nobody, or of a deputy without a row, by the station's town."""
        self.towns[_key_of(one.path)] = one.record.told[3]
        if one.deputy in self.tallies:
            return self.tallies[one.deputy]
        elsewhere = self.nobody if one.deputy is None else self.others
        return elsewhere.setdefault(tuple(one.record.told[2:4]), Tally())

    def of(self, one: Owned) -> Tally:
        """Of the deputy, and otherwise of the group, the station or the office whose it is."""
        if one.deputy in self.tallies:
            return self.tallies[one.deputy]
        whose = (("group", one.group), ("station", one.station), ("office", one.office), ("deputy", one.deputy))
        return self.own.setdefault(next((who for who in whose if who[1]), ("", 0)), Tally())


class Beside(NamedTuple):
    """By deputy what decides what is asked of them: absences, exemptions by year, contacts before sessions by key."""

    away: dict
    exempt: dict
    heard: dict

    def absences(self, deputy: int) -> tuple:
        return tuple(sorted(self.away.get(deputy, ()), key=lambda absence: (absence.since, absence.pk)))


def records(apart: Apart, owned: Iterable[Owned], frame: Frame) -> Beside:
    """Put every record of the period where it counts; what decides what is asked comes back."""
    homes, beside = defaultdict(dict), Beside(defaultdict(list), defaultdict(dict), defaultdict(dict))
    for one in owned:
        record = one.record
        if record.source == "absence":
            _absence(beside.away, record, frame)
        elif record.source == "heard":
            beside.heard[one.deputy][record.pk] = (record.day, record.told[1])
        elif record.source == "household":
            _household(homes, record, frame)
        elif record.source == "voter":
            _voter(apart.of(one), record, frame)
        elif record.source == "exemption":
            _exemption(apart.of(one), beside.exempt, record, frame)
        elif record.source == "case":
            _case(apart, record, frame)
        elif frame.first <= record.day <= frame.last:
            tally = apart.of_petition(one) if record.source == "petition" else apart.of(one)
            tally.put(record.pk, *KEYS[record.source](frame, record.told))
            if record.source == "voter_report":
                _votes(tally, record)
    for deputy, named in homes.items():
        _households(apart.tallies[deputy], named)
    return beside


def _exemption(tally, exempt, record, frame):
    """D9-2一: from the report of a year, which is asked for where that year lies whole in the period."""
    deputy, year, reason, approved_by = record.told
    exempt[deputy][year] = {"reason": reason, "who": approved_by}
    if year in frame.period.years:
        tally.put(record.pk, "exemptions")


def _case(apart, record, frame):
    """A case is told of a year, however the period lies in it; it is no record of the period that makes a row."""
    if record.told[_YEAR_OF_A_CASE] in frame.years:
        apart.own.setdefault(("case", 0), Tally()).put(record.pk, "cases")


def _absence(away, record, frame):
    deputy, kind, since, until, reason, approved_by = record.told
    days = {"since": _day(since), "until": _day(until)}
    if days["since"] <= frame.last and (days["until"] or frame.last) >= frame.first:
        words = {"kind": kind, "reason": reason, "approved_by": approved_by}
        away[deputy].append(Absence(pk=record.pk, deputy_id=deputy, **words, **days))


def _day(text) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _holds(since, until, first, last) -> bool:
    """Whether what lasts from a day to a day (ISO texts, or None) holds on some day of a period."""
    return (not since or since[:10] <= last.isoformat()) and (not until or until[:10] >= first.isoformat())


def _household(homes, record, frame):
    """A household named twice by the same deputy is one: the latest naming stands for it."""
    deputy, household, since, until, *seen = record.told
    keys = set()
    if _holds(since, until, frame.first, frame.last):
        keys = {"households", "seen" if seen[frame.number] else "unseen"}
    if _holds(since, until, frame.ends_on, frame.ends_on):
        keys.add("held")
    known = homes[deputy].setdefault(household, {})
    for key in keys:
        known[key] = max(known.get(key, 0), record.pk)


def _households(tally: Tally, named: dict):
    """D1-3①a: households of the period, seen and missed, and those held at the end."""
    for keys in named.values():
        for key, pk in keys.items():
            tally.put(pk, key)


def _voter(tally, record, frame):
    """D8-三: liaison voters named at the end."""
    _deputy, since, until = record.told
    if _holds(since, until, frame.ends_on, frame.ends_on):
        tally.put(record.pk, "voters")


def standing(tally: Tally, deputy, service, frame: Frame):
    """Whether the numbers held at the end are within the rules (D1-3①a, D8-三), for a deputy in office on that day."""
    if not in_office(service, frame.ends_on):
        return
    for measure, held, few, many in ((HOUSEHOLDS, "held", "below", "above"), (VOTERS, "voters", "voters.below", "")):
        allowed = frame.amounts(measure, deputy) or {}
        if tally[held] < allowed.get("minimum", 0):
            tally.put(deputy.pk, few)
        if many and tally[held] > allowed.get("maximum", tally[held]):
            tally.put(deputy.pk, many)


TOWN, VILLAGE = "town", "village"
"""Where a petition comes from: the town of its station, and as far as its address says the village.

Towns are told apart by their keys, so that one that is renamed stays the same.
"""


def _key_of(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def village_of(address: str, town: str, former: str = "") -> str:
    """The village that an address names, without the town, by its name or a former one, before it; else nothing."""
    village = masking.address(address).rstrip("*")
    for name in (town, *filter(None, former.split("、"))):
        village = village.rpartition(name)[2]
    return village.replace("/", "／") if village.endswith(_VILLAGES) else ""


_VILLAGES = ("村", "社区", "居委会")


def _petition(frame, told) -> list[str]:
    _deputy, _station, _code, town, path, course, status, reply, satisfaction, attitude, *more = told
    category, declined, channel, address, former = more
    keys = ["petitions", f"course.{course or 'none'}", f"status.{status}", f"reply.{REPLIES[reply][0]}"]
    keys += [f"satisfaction.{satisfaction or 'none'}", f"attitude.{attitude or 'none'}", f"channel.{channel}"]
    about = f"category.{category or 'none'}"
    place = f"{_key_of(path)}.{village_of(address, town, former)}".rstrip(".")
    keys += [about, f"{TOWN}.{_key_of(path)}/{about}", f"{VILLAGE}.{place}/{about}"]
    if status == Petition.Status.DECLINED:
        keys.append(f"declined.{declined or 'none'}")
    return [*keys, "due"] if reply in DUE else keys


def _referral(frame, told) -> list[str]:
    return ["handed", *_handed("handed", frame, told)]


def _answer(frame, told) -> list[str]:
    return ["answers", *_handed("answers", frame, told)]


def _handed(name, frame, told) -> list[str]:
    """One handed to a unit: how its reply stands, its class of result, and whether the person was told."""
    _of, state, replied_on, fed_back_on, _due, _returned_on, _recalled_on, _part, result, _words, solved = told
    keys = [f"{name}.{REPLIES[state][0]}"]
    if state not in ANSWERED:
        return keys
    keys += [f"{name}.replied", f"{name}.class.{result or 'none'}"]
    if solved:
        keys.append(f"{name}.solved")
    return [*keys, f"{name}.told" if _by_then(fed_back_on, frame) else f"{name}.untold"]


def _by_then(day: str | None, frame) -> bool:
    """Whether something with this day (an ISO text) had happened by the day of the reading."""
    return bool(day) and day[:10] <= frame.on.isoformat()


def _suggestion(frame, told) -> list[str]:
    _deputy, status, wide, satisfaction, attitude = told
    keys = ["suggestions", f"suggestions.satisfaction.{satisfaction or 'none'}"]
    keys.append(f"suggestions.attitude.{attitude or 'none'}")
    if wide:
        keys.append("suggestions.wide")
    if status in (Suggestion.Status.REPLIED, Suggestion.Status.JUDGED, Suggestion.Status.CLOSED):
        keys.append("suggestions.replied")
    return keys


def _reception(frame, told) -> list[str]:
    _station, _path, _kind, held_on, cancelled, nobody_came = told
    if cancelled:
        return ["sessions.cancelled"]
    if not _by_then(held_on, frame):
        return ["sessions.not_held"]
    return ["sessions", "sessions.nobody"] if nobody_came else ["sessions"]


def _turn(frame, told) -> list[str]:
    _deputy, came, held_on, cancelled = told
    if cancelled:
        return []
    return ["turns", "receptions"] if came and _by_then(held_on, frame) else ["turns"]


def _activity(frame, told) -> list[str]:
    _group, _path, kind, reported_on, due_on, *_with_whom = told
    keys = ["activities", f"activities.{kind}"]
    if not _by_then(reported_on, frame):
        return [*keys, "activities.unfiled"]
    late = due_on and reported_on[:10] > due_on[:10]
    return [*keys, "activities.filed", *(["activities.filed_late"] if late else [])]


def _meeting(frame, told) -> list[str]:
    _office, _path, kind = told
    return [f"meetings.{kind}"]


def _engagement(frame, told) -> list[str]:
    _deputy, kind, status = told
    return ["engagements", f"engagements.{kind}", f"engagements.{status}"]


def _voter_report(frame, told) -> list[str]:
    _deputy, status, _present, satisfied, *_votes = told
    keys = ["reports", *(["reports.rated"] if satisfied is not None else [])]
    return [*keys, "reports.returned"] if status in ("returned", "filed", "published") else keys


def _votes(tally: Tally, record):
    """What is added up over reports to voters: how many came, and their votes (D6-b)."""
    _deputy, _status, present, *votes = record.told
    for key, n in zip(("present", *Satisfaction.values), (present, *votes), strict=True):
        if n is not None:
            tally.add(record.pk, f"reports.{key}", n)


def _entry(frame, told) -> list[str]:
    _deputy, kind, attendance = told
    keys = [f"entries.{kind}"]
    return [*keys, f"entries.{kind}.{attendance}"] if attendance else keys


def _opinion(frame, told) -> list[str]:
    return ["opinions"]


def _flag(frame, told) -> list[str]:
    return ["missing", f"missing.{told[6]}"]


_YEAR_OF_A_CASE = 4
"""Its place in what is told of a case."""
KEYS = {
    "petition": _petition,
    "referral": _referral,
    "suggestion": _suggestion,
    "answer": _answer,
    "reception": _reception,
    "turn": _turn,
    "activity": _activity,
    "meeting": _meeting,
    "engagement": _engagement,
    "voter_report": _voter_report,
    "entry": _entry,
    "opinion": _opinion,
    "flag": _flag,
}
"""The figures in which a record of each source counts."""
