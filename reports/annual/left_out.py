"""Who is left out of the rate of months met, in which months, and on what ground (fair denominators, D1-3①b)."""

from typing import NamedTuple

from office import clock
from reports.annual.figures import Report, Row
from reports.annual.months import PERSONAL, NotOwed, touching


class LeftOut(NamedTuple):
    """Months of one deputy that are not judged for one ground; ``number`` is the deputy's line in the report."""

    number: int
    row: Row
    why: str
    days: str
    reason: str
    approved_by: str
    months: list


def left_out_of(report: Report) -> list[LeftOut]:
    """By deputy and ground; what holds for everybody is said once elsewhere (``wording.for_everybody``)."""
    return [left_out for number, row in enumerate(report.rows, 1) for left_out in _of_one(number, row, report.period)]


def _of_one(number, row, period):
    for why in PERSONAL:
        months = [n for n, reason in enumerate(row.months, 1) if reason == why]
        if months:
            yield LeftOut(number, row, str(why.label), *_ground(why, row, period, months), months)


def _ground(why, row, period, months) -> tuple[str, str, str]:
    """The days, the reason and who approved it; several absences stand one after another."""
    deputy = row.deputy
    if why in (NotOwed.SUSPENDED, NotOwed.LEAVE):
        absences = [a for a in row.absences if a.kind == why and _touches(a, period, months)]
        days = [f"{a.since}—{a.until or ''}" for a in absences]
        return "；".join(days), "；".join(a.reason for a in absences), "；".join(a.approved_by for a in absences)
    day = {
        NotOwed.JOINED: deputy.joined_on,
        NotOwed.LEFT: deputy.left_on,
        NotOwed.UNRECORDED: deputy.term.records_since,
    }.get(why)
    return day.isoformat() if day else "", deputy.end_reason if why in (NotOwed.LEFT, NotOwed.ENDED) else "", ""


def _touches(absence, period, months) -> bool:
    return any(touching([absence], day, clock.month_end(day)) for day in (period.months[n - 1] for n in months))
