"""One job on one size, in a process of its own; its figures as one JSON object.

``python -m benchmarks.measure monthly_contact county [--fresh] [--rounds 5]``; DATABASE_URL is that size's database.
"""

import argparse
import json
import resource
import sys

import django


def main():
    asked = _asked()
    django.setup()
    from benchmarks import (
        annual,
        database,
        machine,
        monthly_contact,
        night,
        pages,
        petitions,
        replies,
        word_reports,
        workbooks,
    )
    from benchmarks.contest import Unequal
    from benchmarks.sizes import SIZES

    modules = (annual, monthly_contact, night, pages, petitions, replies, word_reports, workbooks)
    jobs = {module.__name__.rpartition(".")[2]: module.run for module in modules}
    if asked.job == "drop":
        return _drop(asked.size)
    size = SIZES.get(asked.size)
    load = database.prepare(size.name, fresh=asked.fresh) if size else database.prepare_demo()
    try:
        found = jobs[asked.job](size, asked.rounds)
    except Unequal as unequal:
        found = {"unequal": str(unequal)}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return sys.stdout.write(json.dumps({"load": load, "memory": memory, "machine": machine.described(), **found}))


def _drop(name):
    from benchmarks import database, peer
    from benchmarks.sizes import SIZES, database_of

    database.drop(database_of(name))
    if name in SIZES and SIZES[name].told:
        database.drop(peer.database_of(SIZES[name]))


def _asked():
    parser = argparse.ArgumentParser()
    parser.add_argument("job")
    parser.add_argument("size")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--rounds", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    main()
