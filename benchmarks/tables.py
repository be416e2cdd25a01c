"""The results as tables that read well on a terminal and as Markdown."""

from collections.abc import Iterable
from itertools import pairwise
from math import log


def table(heads: list[str], rows: Iterable[list]) -> str:
    lines = [heads, ["---"] * len(heads), *([_word(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _word(cell) -> str:
    return "–" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell)


def ms(seconds: float | None) -> str | None:
    """Milliseconds with three digits that mean something."""
    if seconds is None:
        return None
    value = 1000 * seconds
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def exponents(found: list[dict], size: str) -> list[str | None]:
    """The k in time ~ size^k from each row to the next; the first row has none."""
    steps = [
        log(later["median"] / earlier["median"]) / log(later[size] / earlier[size])
        for earlier, later in pairwise(found)
    ]
    return [None, *(f"{k:.2f}" for k in steps)]


def contest_table(found: dict[str, dict], size: str) -> str:
    """Program against SQL, one row a size, with the night after where there is one."""
    heads = ["", size, "rows", "rounds", "program ms", "best SQL ms", "which", "program ÷ SQL", "k"]
    after = ["next night ms", "its SQL ms", "rows written", "peak MB", "load s"]
    rows = [
        [
            name, one[size], one["rows"], one["rounds"], ms(one["median"]), ms(one["sql"]), one["best"],
            f"{one['ratio']:.2f}", k, ms(one.get("second")), ms(one.get("second_sql")), one.get("second_writes"),
            round(one["memory"]), f"{one['load']:.0f}",
        ]
        for (name, one), k in zip(found.items(), exponents(list(found.values()), size), strict=True)
    ]  # fmt: skip
    return table(heads + after, rows)


def night_table(found: dict[str, dict]) -> str:
    """Rule by rule, the sizes side by side."""
    keys = next(iter(found.values()))["rules"]
    heads = ["rule", "measure"]
    for name in found:
        heads += [f"{name}: flags", "ms", "next night ms"]
    rows = [[key, rule["measure"], *_of_rule(found, key)] for key, rule in keys.items()]
    whole = [cell for one in found.values() for cell in (None, ms(one["whole"]["first"]), ms(one["whole"]["second"]))]
    return table(heads, [*rows, ["all, one transaction", "", *whole]])


def _of_rule(found, key):
    for one in found.values():
        rule = one["rules"][key]
        yield from (rule["raised"], ms(rule["seconds"]), ms(rule["second"]))


def annual_table(found: dict[str, dict]) -> str:
    """The report's statement against the SQL, and the whole report with a row of objects a deputy."""
    heads = ["", "deputies", "its statement ms", "SQL ms", "statement ÷ SQL", "k"]
    heads += ["a query a deputy ms", "whole report ms", "peak MB"]
    rows = [
        [name, one["deputies"], ms(one["median"]), ms(one["sql"]), f"{one['ratio']:.2f}", k]
        + [ms(one["one_by_one"]), ms(one["whole"]), round(one["memory"])]
        for (name, one), k in zip(found.items(), exponents(list(found.values()), "deputies"), strict=True)
    ]
    return table(heads, rows)


def pages_table(found: dict[str, dict]) -> str:
    rows = [
        [name, clerk, page, one["sql"], ms(one["seconds"]), one["bytes"] // 1024]
        for name, clerks in found.items()
        for clerk, pages in clerks["clerks"].items()
        for page, one in pages.items()
    ]
    return table(["database", "clerk of the", "page", "SQL", "server ms", "KB"], rows)


def workbooks_table(found: dict[str, dict]) -> str:
    """The program beside the bare libraries, table by table; how much memory each takes besides."""
    heads = ["", "table", "rows", "program ms", "peak MB", "beside", "its ms", "its peak MB", "times faster"]
    rows = [
        [size, name, one["rows"], ms(one["median"]), round(one["peaks"]["program"]), other, ms(seconds)]
        + [round(one["peaks"][other]), f"{times:.2f}"]
        for size, tables in found.items()
        for name, one in tables["tables"].items()
        for other, (seconds, times) in one["others"].items()
    ]
    peaks = [f"{size}: ten times the contacts take {one['ten_times']:.0f} MB." for size, one in found.items()]
    return "\n\n".join([table(heads, rows), *peaks])


def word_table(found: dict[str, dict]) -> str:
    """Reports in Word: one document of each, how many times faster the program is, and all of them."""
    heads = ["", "deputies", "one ms", "docxtpl ms", "× docxtpl", "python-docx ms", "× python-docx", "all s", "MB more"]
    rows = [
        [name, one["deputies"], ms(one["one"]["program"]), ms(one["one"]["docxtpl"]), f"{one['faster']['docxtpl']:.1f}"]
        + [ms(one["one"]["python-docx"]), f"{one['faster']['python-docx']:.1f}", f"{one['whole']:.1f}"]
        + [round(one["flat"])]
        for name, one in found.items()
    ]
    return table(heads, rows)
