"""Tables in a form that a file can keep: what is no plain number or text says what it is."""

from datetime import date

from office.sheets import Head, Ident, Marked, Table, Tenths


def table_to_json(table: Table) -> dict:
    """A table with its heads, rows, notes and sums."""
    return {
        "name": table.name,
        "title": table.title,
        "heads": [list(head) for head in table.heads],
        "rows": [[_kept(cell) for cell in row] for row in table.rows],
        "notes": list(table.notes),
        "sums": table.sums and [_kept(cell) for cell in table.sums],
        "fixed": table.fixed,
    }


def table_from_json(kept: dict) -> Table:
    """The table that was kept."""
    heads, rows = [Head(*head) for head in kept["heads"]], [[_cell(cell) for cell in row] for row in kept["rows"]]
    sums = kept["sums"] and [_cell(cell) for cell in kept["sums"]]
    return Table(kept["name"], kept["title"], heads, rows, tuple(kept["notes"]), sums, kept["fixed"])


def _kept(cell):
    if isinstance(cell, Marked):
        return {"mark": cell.mark, "value": _kept(cell.value)}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    names = {Tenths: "tenths", Ident: "ident"}
    return {names[type(cell)]: int(cell)} if type(cell) in names else cell


def _cell(kept):
    if not isinstance(kept, dict):
        return kept
    if "mark" in kept:
        return Marked(_cell(kept["value"]), kept["mark"])
    ((kind, value),) = kept.items()
    return {"date": date.fromisoformat, "tenths": Tenths, "ident": Ident}[kind](value)
