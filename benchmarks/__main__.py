"""``python -m benchmarks [county province country] [--only CHAPTER] [--fresh] [--rounds N] [--drop]``: jobs as tables.

Needs PostgreSQL 15 or newer and a user who may create databases: DATABASE_URL names the server. The chapter
``petitions`` fetches its peer from the package index. ``--only`` leaves the other chapters of ``RESULTS.md`` as it is.
Ends with 1 when program and SQL do not write or find the same, or when a night on which nothing is new writes a row;
never because of a time.
"""

import argparse
import os
import re
import sys
from datetime import datetime
from pathlib import Path

from benchmarks.petition_tables import growth_table, searches_table, work_table
from benchmarks.runs import Runs
from benchmarks.sizes import COUNTY, REFERRALS, REGISTERS, TEN, referrals, register
from benchmarks.tables import annual_table, contest_table, night_table, pages_table, word_table, workbooks_table
from benchmarks.words import PEER, SLOW_ROUNDS

RESULTS = Path(__file__).parent / "RESULTS.md"
WHOLE = ("county", "province", "country")
REPORTED = ("county", "province")
"""The sizes of the annual report: nobody reads 2.77 million rows."""
NOTE = """Times are milliseconds, medians of alternating rounds on a machine that others use too: what can be compared
is the ratio in one row, the median of its rounds' ratios. *k* is the exponent in time ~ size^k since the row above. A
round begins without any flag. Program and SQL have the same connection, settings, tables and indexes; the SQL's time
holds its commit and the checks of foreign keys, the program's its own statements besides."""
REGISTER_NOTE = f"""Three servers side by side, two workers each, asked by turns, two requests at a time: the program;
{PEER} with as many tickets in the same words, on the same versions of Django, gunicorn and psycopg2; and the
*bare* page: session, user, one query for 25 rows, a plain table. *× bare* is the program's rate to that of the bare
page (0.5: half as many pages a second), *× peer* how many times faster it is than the peer; both are medians of the
rounds' ratios. CPU is milliseconds a request, of the workers and of their database connections together, without
parallel workers of the database. SQL counts no savepoints. What took the peer longer than a turn is marked \\* and was
asked in {SLOW_ROUNDS} rounds. The form of a POST was opened before. Every search found the rows of a plain scan."""


PAPER_NOTE = """Program and libraries run the same query, take the rows as the server sends them, and write the same
cells, compared one by one before any is timed. The program's file has styled cells, widths, heights, frozen heads and a
filter besides; the libraries' have none. *Times faster* is the median of the rounds' ratios; the peak is by how much
memory grew."""


def main() -> int:
    asked = _asked()
    runs = Runs(fresh=asked.fresh, rounds=asked.rounds)
    chapters = {
        "night": ("How fast it is", NOTE, _night),
        "petitions": ("The register over HTTP", REGISTER_NOTE, _register),
        "paper": ("Workbooks and papers", PAPER_NOTE, _paper),
    }
    for name, chapter in chapters.items():
        if asked.only in (None, name):
            _measure(runs, asked, *chapter)
    if asked.drop:
        runs.drop()
    return 1 if runs.faults else 0


def _measure(runs, asked, title, note, jobs):
    """One chapter of the results, from its jobs; the others stay as they are."""
    began, load = datetime.now().astimezone(), os.getloadavg()[0]
    parts = []
    for job, text in jobs(runs, asked.sizes):
        parts.append(f"## {job}\n\n{text}")
        _say(parts[-1] + "\n")
    faults = "\n".join(f"- {fault}" for fault in runs.faults)
    parts.append(f"## Faults\n\n{faults or 'None: equal rows, and none written on a night with nothing new.'}\n")
    _say(parts[-1])
    made = f"`{_command(asked)}` on {began:%Y-%m-%d %H:%M}, load {load:.1f}"
    _write(title, "\n\n".join([f"# {title}", made, runs.machine, note, *parts]))


def _write(title, chapter):
    written = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
    others = [one for one in re.split("(?m)^(?=# )", written) if one and not one.startswith(f"# {title}\n")]
    RESULTS.write_text("\n".join(one.rstrip("\n") + "\n" for one in [*others, chapter]), "utf-8")


def _night(runs, sizes):
    """Each job's title and table, as soon as it is measured."""
    found = runs.of("monthly_contact", sizes)
    yield "Missed contacts of a month (D1-3①b): the sweep against SQL", contest_table(found, "deputies")
    yield "A whole night, rule by rule", night_table(runs.of("night", sizes))
    found = runs.of("replies", [referrals(n).name for n in REFERRALS])
    yield "Overdue replies (D3-七): the sweep against SQL", contest_table(found, "referrals")
    yield "Pages", pages_table(runs.of("pages", ["demo", COUNTY.name, TEN.name]))


def _register(runs, sizes):
    """The same for the register, of 1,000, 100,000 and a million petitions."""
    wanted = [register(n).name for size, n in zip(WHOLE, REGISTERS, strict=True) if size in sizes]
    found = []
    for name in wanted:
        for one in runs.of("petitions", [name]).values():
            found.append(one)
            yield f"{one['petitions']:,} petitions", work_table(one)
    if found:
        yield "How the times grow", growth_table(found)
        yield "Searches inside the database", searches_table(found)


def _paper(runs, sizes):
    """What leaves the house: figures, workbooks and papers, from the database to the file."""
    found = runs.of("annual", [size for size in sizes if size in REPORTED])
    yield "Deputies by months, of the annual report and the heat map, against SQL", annual_table(found)
    yield "Tables as workbooks, beside the bare libraries", workbooks_table(runs.of("workbooks", [COUNTY.name]))
    yield "Reports of all deputies in Word, beside the libraries", word_table(runs.of("word_reports", [COUNTY.name]))


def _asked():
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help="county, province, country; without one the first two")
    parser.add_argument("--only", choices=("night", "petitions", "paper"), help="one chapter; without it all")
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
    only, fresh = f" ONLY={asked.only}" if asked.only else "", " FRESH=1" if asked.fresh else ""
    return f'make bench SIZES="{" ".join(asked.sizes)}"{only}{fresh}'


def _say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
