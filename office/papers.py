"""Papers as data: what stands on one is put together once, for the screen and for the PDF alike.

A sheet has facts and tables, a frame is a form of labelled boxes, a letter has an address and a seal. Each is a
``Paper``: the layout of ``templates/paper`` that draws it, and the words. ``printed`` writes down that one was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from office import audit, pdf

GAP = "＿＿＿＿＿＿"
"""A line to write on, inside a sentence."""
FACT, TEXT, HEAD, LINES, TABLE, QR = "fact", "p", "h", "lines", "table", "qr"
"""What a sheet or a letter is made of."""


@dataclass(frozen=True)
class Paper:
    """One paper: the layout that draws it, the words on it, and the pictures that it names."""

    layout: str
    data: dict
    files: dict = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.data["title"]

    def pdf(self, copies: int = 1) -> bytes:
        """As a PDF, so many times in one file; raises ``office.pdf.PaperRefused``."""
        return pdf.render(self.layout, {**self.data, "copies": copies}, files=self.files)


def day(on) -> str:
    """A day as a paper writes it: 2026年3月18日; empty where there is none."""
    return date_format(on, "DATE_FORMAT") if on else ""


def day_to_fill_in() -> str:
    return _("____ / __ / __")


# The boxes of a frame: a row is as high as ``tall`` millimetres at least, and higher where its words need it.


def row(*cells, tall: float = 9.5, signed: bool = False) -> dict:
    return {"tall": tall, "signed": signed, "cells": [cell for one in cells for cell in one]}


def box(name: str, words="", span: int = 1, *, hint: str = "") -> list[dict]:
    """A label and beside it a box with words, ``span`` columns wide."""
    return [{"kind": "label", "words": name, "hint": hint, "span": 1}, {"kind": "words", "words": words, "span": span}]


def choice(name: str, options: Sequence[tuple], chosen: str = "", span: int = 1) -> list[dict]:
    """A label and beside it boxes to tick; ``options`` are pairs of value and name."""
    ticks = [{"name": str(name), "on": value == chosen} for value, name in options]
    return [{"kind": "label", "words": name, "hint": "", "span": 1}, {"kind": "ticks", "ticks": ticks, "span": span}]


def frame(title: str, rows: Sequence[dict], *, left: str = "", right: str = "", notes: Sequence[str] = ()) -> Paper:
    """A form of six columns."""
    return Paper("frame", {"title": title, "rows": list(rows), "left": left, "right": right, "notes": list(notes)})


def printed(row, *, paper: str, by, at, reason: str = "") -> None:
    """Write down that a paper about ``row`` was made, and for what where a reason is asked for."""
    audit.record(by=by, at=at, action="personal.printed", subject=row, detail={"paper": paper, "reason": reason})
