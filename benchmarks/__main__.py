"""``python -m benchmarks [county province country] [--fresh] [--rounds N] [--drop]``: all jobs, as tables.

Needs PostgreSQL 15 or newer and a user who may create databases: DATABASE_URL names the server. Ends with 1 when
program and SQL do not write the same, or when a night on which nothing is new writes a row; never because of a time.
"""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from benchmarks.runs import Runs
from benchmarks.sizes import COUNTY, REFERRALS, TEN, referrals
from benchmarks.tables import annual_table, contest_table, night_table, pages_table

RESULTS = Path(__file__).parent / "RESULTS.md"
WHOLE = ("county", "province", "country")
REPORTED = ("county", "province")
"""The sizes of the annual report: nobody reads 2.77 million rows."""
NOTE = """Times are milliseconds, medians of alternating rounds on a machine that others use too: what can be compared
is the ratio in one row, the median of its rounds' ratios. *k* is the exponent in time ~ size^k since the row above. A
round begins without any flag. Program and SQL have the same connection, settings, tables and indexes; the SQL's time
holds its commit and the checks of foreign keys, the program's its own statements besides."""


def main() -> int:
    asked = _asked()
    runs = Runs(fresh=asked.fresh, rounds=asked.rounds)
    began, load = datetime.now().astimezone(), os.getloadavg()[0]
    parts = []
    for title, text in _jobs(runs, asked.sizes):
        parts.append(f"## {title}\n\n{text}")
        _say(parts[-1] + "\n")
    faults = (
        "\n".join(f"- {fault}" for fault in runs.faults) or "None: equal flags, and no row on a night with nothing new."
    )
    _say(f"## Faults\n\n{faults}")
    made = f"`{_command(asked)}` on {began:%Y-%m-%d %H:%M}, load {load:.1f}"
    head = ["# How fast it is", made, runs.machine, NOTE]
    RESULTS.write_text("\n\n".join([*head, *parts, f"## Faults\n\n{faults}\n"]), "utf-8")
    if asked.drop:
        runs.drop()
    return 1 if runs.faults else 0


def _jobs(runs, sizes):
    """Each job's title and table, as soon as it is measured."""
    found = runs.of("monthly_contact", sizes)
    yield "Missed contacts of a month (D1-3①b): the sweep against SQL", contest_table(found, "deputies")
    yield "A whole night, rule by rule", night_table(runs.of("night", sizes))
    found = runs.of("replies", [referrals(n).name for n in REFERRALS])
    yield "Overdue replies (D3-七): the sweep against SQL", contest_table(found, "referrals")
    found = runs.of("annual", [size for size in sizes if size in REPORTED])
    yield "Deputies by months, of the annual report and the heat map, against SQL", annual_table(found)
    yield "Pages", pages_table(runs.of("pages", ["demo", COUNTY.name, TEN.name]))


def _asked():
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help="county, province, country; without one the first two")
    parser.add_argument("--fresh", action="store_true", help="load the data anew")
    parser.add_argument("--rounds", type=int, help="as many rounds for every size")
    parser.add_argument("--drop", action="store_true", help="remove the databases at the end")
    asked = parser.parse_args()
    unknown = set(asked.sizes) - set(WHOLE)
    if unknown:
        parser.error(f"no such size: {', '.join(sorted(unknown))}")
    asked.sizes = [size for size in WHOLE if size in (asked.sizes or REPORTED)]
    return asked


def _command(asked) -> str:
    return f'make bench SIZES="{" ".join(asked.sizes)}"' + (" FRESH=1" if asked.fresh else "")


def _say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
