"""What a template may say: the placeholders with their meaning and an example, written down once.

The check of an uploaded template, the page that lists them, and the example figures all go by it.
"""

from typing import NamedTuple


class Text(NamedTuple):
    """A piece of text or a number."""

    meaning: str
    example: str


class Block(NamedTuple):
    """A whole table, put in with ``{{p … }}`` in a paragraph of its own."""

    meaning: str
    example: object


class Picture(NamedTuple):
    """A picture; empty where there is none."""

    meaning: str
    example: object = ""


class Many(NamedTuple):
    """A list, gone through with ``{%p for … in … %}`` or, in a table, ``{%tr for … in … %}``."""

    meaning: str
    each: object
    one: str = "项"


def example(schema: dict, *, empty: bool = False) -> dict:
    """Data by which a template is tried: every list with two members, or ``empty`` ones and no text at all."""
    return {name: _example(part, empty) for name, part in schema.items()}


def _example(part, empty):
    if isinstance(part, dict):
        return example(part, empty=empty)
    if isinstance(part, Many):
        return [] if empty else [_example(part.each, empty)] * 2
    return "" if empty else part.example
