"""The list of placeholders as it is read: each written as it stands in a template, with its meaning and an example."""

from typing import NamedTuple

from office.word.placeholders import Block, Many, Picture


class Line(NamedTuple):
    """One placeholder; ``depth`` says within how many lists it stands."""

    written: str
    meaning: object
    example: str
    depth: int


def listed(schema: dict) -> list[Line]:
    return list(_lines(schema, "", 0))


def _lines(schema, within, depth):
    for name, part in schema.items():
        full = f"{within}{name}"
        if isinstance(part, Many):
            yield Line(f"{{%p for {part.one} in {full} %}} … {{%p endfor %}}", part.meaning, "", depth)
            yield from _members(part, depth + 1)
        else:
            shown = "" if isinstance(part, Block | Picture) else part.example
            yield Line(
                f"{{{{p {full} }}}}" if isinstance(part, Block) else f"{{{{ {full} }}}}", part.meaning, shown, depth
            )


def _members(part, depth):
    if isinstance(part.each, dict):
        yield from _lines(part.each, f"{part.one}.", depth)
    else:
        yield Line(f"{{{{ {part.one} }}}}", part.each.meaning, part.each.example, depth)
