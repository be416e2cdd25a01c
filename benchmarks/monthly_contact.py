"""Job 1, the nightly sweep for the monthly contact (D1-3①b), against the best SQL that writes the same flags."""

from datetime import timedelta

from benchmarks.contest import PROGRAM, by_hand, contest
from benchmarks.second_night import second_night
from benchmarks.sizes import JUDGED, NIGHT
from office.clock import midnight_after, month_end, month_key
from office.models import Rule
from reports.sweep import sweep

KEY = "D1-3①b"
SELECTS = {"NOT EXISTS": "monthly_contact", "grouped": "monthly_contact_grouped"}
DEFAULT_ROUNDS = {"county": 15, "province": 7, "country": 3}


def figures(night) -> dict:
    """What ``monthly_contact.sql`` asks for."""
    return {
        "rule": Rule.objects.get(clause__key=KEY).pk,
        "first": JUDGED,
        "last": month_end(JUDGED),
        "period": month_key(JUDGED),
        "night": night,
        "midnight": midnight_after(night),
    }


def program(night=NIGHT):
    sweep(on=night, only=[KEY])


def by_sql(night=NIGHT) -> dict:
    return by_hand(SELECTS, "deputy", figures(night))


def run(size, rounds=None) -> dict:
    outcome = contest(program, by_sql(), rounds=rounds or DEFAULT_ROUNDS[size.name])
    tomorrow = NIGHT + timedelta(days=1)
    again = second_night(lambda: program(tomorrow), by_sql(tomorrow)[outcome.best], first=program)
    return {"deputies": size.deputies, "median": outcome.median(PROGRAM), **outcome.summary(), **again}
