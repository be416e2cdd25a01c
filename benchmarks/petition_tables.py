"""The register's results as tables."""

from benchmarks.tables import exponents, ms, table

_SIDES = ("program", "peer", "bare")


def work_table(found: dict) -> str:
    """What is done over HTTP, one row a piece of work."""
    heads = ["", "rounds", "SQL", "peer's", "ms", "p95", "peer ms", "bare ms", "× bare", "× peer"]
    heads += ["CPU ms", "peer's", "bare's"]
    return table(heads, [_work(name, one) for name, one in found["work"].items()])


def _work(name, one) -> list:
    program, peer, bare = (one[side] for side in _SIDES)
    slow = r"\*" if one["slow"] else ""
    return [
        name, one["rounds"], program["sql"], peer["sql"], ms(program["median"]), ms(program["p95"]),
        f"{ms(peer['median'])}{slow}", ms(bare["median"]), f"{one['to_bare']:.2f}", f"{one['to_peer']:.1f}",
        *(ms(side["cpu"]) for side in (program, peer, bare)),
    ]  # fmt: skip


def growth_table(found: list[dict]) -> str:
    """The k in time ~ size^k of program and peer, by the processor time, which others' work disturbs least."""
    steps = [f"{one['petitions']:,} → {later['petitions']:,}" for one, later in zip(found, found[1:], strict=False)]
    rows = [[name, *_steps(found, name, "program"), *_steps(found, name, "peer")] for name in found[0]["work"]]
    return table(["", *steps, *(f"peer {step}" for step in steps)], rows)


def _steps(found, name, side) -> list:
    used = [{"petitions": one["petitions"], "median": one["work"][name][side]["cpu"]} for one in found]
    return exponents(used, "petitions")[1:]


def searches_table(found: list[dict]) -> str:
    """The first page of a search, in the database and the program's own code, without a web server."""
    rows = [
        [
            f"{one['petitions']:,}",
            text,
            search["hits"],
            *(ms(search[way]) for way in ("program", "by index", "by reading")),
        ]
        for one in found
        for text, search in one["searches"].items()
    ]
    return table(
        ["petitions", "search", "rows that hold it", "program ms", "SQL by index ms", "SQL by reading ms"], rows
    )
