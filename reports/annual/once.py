"""What rules ask of a deputy once: a year's report and return (D1-4, D9-2二a), the contact month, before a session.

Whom a rule asks and how the period stands is said by ``reports.duties.judging``, as on the page of the duties; here
the records are counted for it.
"""

from collections.abc import Iterator
from dataclasses import replace

from office.models import Rule
from reports.annual.columns import Tally
from reports.annual.frame import Frame
from reports.annual.months import counts
from reports.annual.period import month_number
from reports.annual.registers import Record
from reports.duties import judging
from reports.duties.duty import State
from reports.duties.people import Person
from reports.measures import ALL, OF_A_YEAR
from reports.measures.spans import Span

NAMES = {
    "annual_report_to_voters": "reporting",
    "individual_return": "returns",
    "contact_month": "contact_month",
    "pre_session_contact": "before_session",
}
"""Under which figure each measure stands."""
READ = {"exemption", "heard"}
"""Where one of these is read, what is asked once is judged."""
_OUTCOMES = {
    State.MET: "met",
    State.LATE: "met",
    State.MISSED: "missed",
    State.DUE: "open",
    State.OPEN: "open",
}


def framed(frame: Frame, records: list[Record]) -> Frame:
    """A frame with the congress sessions that were read, and what is asked once in it."""
    sessions = frozenset((one.told[0], one.day) for one in records if one.source == "session")
    return replace(frame, sessions=sessions, once=tuple(_asked(frame, sessions)))


def _asked(frame, sessions) -> list[tuple[Rule, Span]]:
    """The rules and their periods that end in a report's: years whole, what leads up to a session as it falls.

    Of several versions or sets the one that came into force last stands first.
    """
    wanted = sorted((rule for rule in frame.rules if rule.measure in NAMES), key=lambda rule: rule.effective_from)
    found = judging.periods(reversed(wanted), frame.first, frame.last, sessions)
    whole = [(rule, span) for rule, span in found if rule.period == "session" or span.first >= frame.first]
    return [(rule, span) for rule, span in whole if frame.first <= span.last <= frame.last]


def count(tally: Tally, who: Person, frame: Frame, contacts: list[tuple], of_person: list[tuple], heard: dict):
    """Put each period that a deputy is asked where it counts: asked, and met, missed, or still open.

    ``contacts`` are the deputy's by month and way, ``of_person`` also those of the mandate before and after;
    ``heard`` those before sessions, as (day, way) by key. All of them have happened and are on record.
    """
    for rule, span in _owed(who, frame):
        name, key = NAMES[rule.measure], f"{who.pk}:{span.key}"
        before = list(_before(rule, span, heard)) if rule.period == "session" else []
        rows = of_person if ALL[rule.measure].sources == OF_A_YEAR else contacts
        done = len(before) + (0 if rule.period == "session" else _number(rule, span, rows))
        state, _why = judging.owed(rule, who, span, done, done, frame.on)
        if state in _OUTCOMES:
            tally.put(key, name, f"{name}.{_OUTCOMES[state]}")
            for pk in set(before) - set(tally.ids.get(f"{name}.contacts", ())):
                tally.put(pk, f"{name}.contacts")


def _owed(who: Person, frame: Frame) -> list[tuple[Rule, Span]]:
    """What a deputy is asked for, and nothing takes out of account; worked out once for all who served alike."""
    alike = (who.service, who.path, who.level, who.term, who.before)
    if alike not in frame.owed_once:
        frame.owed_once[alike] = list(_asked_of(who, frame))
    return frame.owed_once[alike]


def _asked_of(who, frame) -> Iterator[tuple[Rule, Span]]:
    """Of several rules that ask for the same in the same period the first one."""
    found = set()
    for rule, span in frame.once:
        same = NAMES[rule.measure], span.key
        if same in found or not judging.is_asked(rule, who, span, frame.sessions):
            continue
        if not judging.why_not(rule, who, span):
            found.add(same)
            yield rule, span


def _before(rule, span, heard) -> Iterator[int]:
    return (pk for pk, (day, way) in heard.items() if span.first <= day <= span.last and counts(way, rule.amounts))


def _number(rule, span, rows) -> int:
    first, last = month_number(span.first), month_number(span.last)
    return sum(
        known for _deputy, month, way, _n, _late, known in rows if first <= month <= last and counts(way, rule.amounts)
    )
