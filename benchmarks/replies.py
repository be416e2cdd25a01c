"""Job 2, overdue replies (D3-七), against the SQL that writes the same flags."""

from datetime import timedelta

from benchmarks.contest import PROGRAM, by_hand, contest
from benchmarks.second_night import second_night
from benchmarks.sizes import NIGHT
from office.models import Rule
from reports.sweep import sweep

KEY = "D3-七"
DEFAULT_ROUNDS = {1_000: 15, 10_000: 9, 100_000: 7, 1_000_000: 5}


def program(night=NIGHT):
    sweep(on=night, only=[KEY])


def by_sql(night=NIGHT) -> dict:
    figures = {"rule": Rule.objects.get(measure="reply_overdue").pk, "night": night}
    return by_hand({"join": "reply_overdue"}, "referral", figures)


def run(size, rounds=None) -> dict:
    outcome = contest(program, by_sql(), rounds=rounds or DEFAULT_ROUNDS[size.petitions])
    tomorrow = NIGHT + timedelta(days=1)
    again = second_night(lambda: program(tomorrow), by_sql(tomorrow)[outcome.best], first=program)
    return {"referrals": size.petitions, "median": outcome.median(PROGRAM), **outcome.summary(), **again}
