"""The periods by which a rule counts: months, years, one month of the year, the time between two days of filing."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min

from deputies.models import CongressSession, Term
from office import clock
from office.models import Rule

AMBER_BEFORE_SESSION = timedelta(days=10)
"""So long before the opening of a session, what is still owed before it turns amber."""
SESSIONS_BACK = timedelta(days=92)
"""A session that is entered so long after its opening is still judged."""
_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Night:
    """The day as of which flags are made right, with what decides which periods are judged on it."""

    on: date
    # The day on which the oldest ledger begins; without one nothing is judged.
    records_since: date | None
    # The days around it on which congress sessions open.
    openings: tuple[date, ...] = ()
    # Periods that ended since then are looked at once more: a record of theirs may have been taken back.
    again_from: date | None = None

    @classmethod
    def of(cls, on: date, rules, again_from: date | None = None) -> "Night":
        """Read it for these rules: one query, and one for the sessions where a rule asks for something before them."""
        since = Term.objects.aggregate(first=Min("records_since"))["first"]
        near = CongressSession.objects.filter(opens_on__range=(on - _YEAR, on + _YEAR)).order_by()
        before_sessions = any(rule.period == "session" for rule in rules)
        openings = near.values_list("opens_on", flat=True).distinct() if before_sessions else ()
        return cls(on, since, tuple(openings), again_from)


@dataclass(frozen=True, order=True)
class Span:
    """One period, from its first to its last day; the flags about it carry its key."""

    first: date
    last: date
    key: str
    amber_from: date


def spans(rule: Rule, first: date, last: date, openings=()) -> list[Span]:
    """Every period of a rule that shares a day with ``first`` to ``last``, the oldest first.

    ``openings`` are the days on which sessions open; only a rule of the period ``session`` looks at them.
    """
    found = _OF[rule.period](rule.amounts, first, last, openings)
    return sorted(span for span in found if span.first <= last and span.last >= first)


def judged(rule: Rule, night: Night) -> list[tuple[Span, str]]:
    """What is judged on a night, with the severity of a flag: what ended last, and what runs out soon (amber)."""
    on, since, again_from = night.on, night.records_since, night.again_from or night.on
    near = spans(rule, min(again_from, on - 2 * _YEAR), on, night.openings)
    near = [span for span in near if since and span.last >= since]
    ended = [span for span in near if span.last < on]
    still = on - SESSIONS_BACK if rule.period == "session" else max((span.last for span in ended), default=on)
    recent = [span for span in ended if span.last >= min(still, again_from)]
    soon = [(span, Rule.Severity.AMBER) for span in near if span.amber_from <= on <= span.last]
    return [(span, rule.severity) for span in recent] + soon


def _months(amounts, first, last, _openings):
    month = clock.month_start(first)
    while month <= last:
        yield Span(
            month, clock.month_end(month), clock.month_key(month), month.replace(day=amounts.get("amber_day", 1))
        )
        month = clock.add_months(month, 1)


def _contact_months(amounts, first, last, openings):
    return (span for span in _months(amounts, first, last, openings) if span.first.month == amounts["month"])


def _years(amounts, first, last, _openings):
    for year in range(first.year, last.year + 1):
        yield Span(date(year, 1, 1), date(year, 12, 31), str(year), date(year, amounts["amber_month"], 1))


def _before_sessions(amounts, _first, _last, openings):
    for opens_on in openings:
        begins, ends = opens_on - timedelta(days=amounts["days"]), opens_on - timedelta(days=1)
        yield Span(begins, ends, opens_on.isoformat(), max(begins, opens_on - AMBER_BEFORE_SESSION))


def _filings(amounts, first, last, _openings):
    """From one day of filing to the next, so many days after each period; none where the county sets no period.

    What is filed is about a period that ends in this time. The key is the period's last month.
    """
    months, after = amounts.get("every_months"), timedelta(days=amounts.get("days_after", 0))
    begins = date(first.year - 1, 1, 1)
    while months and begins + after <= last:
        ends = clock.month_end(clock.add_months(begins, months - 1))
        key, amber_from = clock.month_key(ends), min(ends + timedelta(days=1), ends + after)
        yield Span(begins + after, ends + after, key, amber_from)
        begins = ends + timedelta(days=1)


_OF = {
    "month": _months,
    "contact_month": _contact_months,
    "year": _years,
    "session": _before_sessions,
    "filing": _filings,
}
