"""Each place where the system asks ``visible_to``, and what happens when one of them forgets to (A17).

A place that forgets shows every row to everybody. One is opened at a time, and what came by it in the sound system is
asked again. A word of somebody else tells it, a row that answers otherwise than none, a figure or choice that is
another than before (in the sound system no page depends on rows out of sight, which the tests of totals prove).
"""

import ast
import sys
from collections import Counter, defaultdict
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from django.apps import apps
from django.db.models import manager

from reports.probe.matrix import Matrix

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("office", "deputies", "liaison_stations", "constituents", "visits", "reports")
SHARED = "office/admin_site.py rows 1"
"""The one place by which every page of the admin site reads its rows: forgotten for one model at a time."""


class Cell(NamedTuple):
    """One question of the matrix that came by a place."""

    address: object
    role: str
    person: str
    method: str
    kind: str
    path: str


@cache
def calls(file: str) -> list[tuple[range, str]]:
    """The calls of one file: their lines, and what they are called in a report."""
    tree, found, counted = ast.parse((ROOT / file).read_text("utf-8")), [], defaultdict(int)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_asking(node.func)]
    for node in sorted(asked, key=lambda node: (node.lineno, node.col_offset)):
        around = [one for one in functions if one.lineno <= node.lineno <= one.end_lineno]
        name = max(around, key=lambda one: one.lineno).name if around else "-"
        counted[name] += 1
        found.append((range(node.lineno, node.end_lineno + 1), f"{file} {name} {counted[name]}"))
    return found


def _is_asking(called) -> bool:
    return isinstance(called, ast.Attribute) and called.attr == "visible_to"


def everywhere() -> list[str]:
    """Every place in the system."""
    files = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "probe" not in path.parts]
    return [place for path in files for _lines, place in calls(str(path.relative_to(ROOT)))]


@cache
def _place(path: str, line: int) -> str:
    file = path.removeprefix(f"{ROOT}/")
    known = calls(file) if file.split("/")[0] in APPS and "/probe/" not in file else ()
    return next((place for lines, place in known if line in lines), "")


def _asked_from(rows) -> str:
    """The place from which the function that calls this one was called."""
    frame = sys._getframe(2)
    while frame.f_code.co_filename == manager.__file__:
        frame = frame.f_back
    place = _place(frame.f_code.co_filename, frame.f_lineno)
    return f"{place} {rows.model._meta.label_lower}" if place == SHARED else place


@contextmanager
def _instead(told):
    """Every ``visible_to`` answers what ``told(place, rows, sound)`` makes of it."""
    kinds = {type(model._default_manager.all()) for model in apps.get_models()}
    owners = {next(one for one in kind.__mro__ if "visible_to" in vars(one)) for kind in kinds if _is_scoped(kind)}
    changed = [mock.patch.object(owner, "visible_to", _asking(owner.visible_to, told)) for owner in owners]
    for change in changed:
        change.start()
    try:
        yield
    finally:
        for change in changed:
            change.stop()


def _is_scoped(kind) -> bool:
    return hasattr(kind, "visible_to")


def _asking(sound, told):
    def visible_to(self, user, **narrowed):
        return told(_asked_from(self), self, lambda: sound(self, user, **narrowed))

    return visible_to


def forgotten(place):
    """One place shows everything."""
    return _instead(lambda asked, rows, sound: rows if asked == place else sound())


def watched(note):
    """``note`` is told each place that asks."""

    def told(place, _rows, sound):
        if place:
            note(place)
        return sound()

    return _instead(told)


class CallSites:
    """Which questions come by which place, and what was answered in the sound system."""

    def __init__(self, matrix: Matrix):
        self.matrix = matrix
        self.cells: dict[str, list[Cell]] = defaultdict(list)
        self.sound: dict[Cell, tuple] = {}
        self._came_by: set[str] = set()

    def walk(self):
        """The whole matrix once, watched."""
        cell = self.matrix.cell

        def noted(*question):
            self._came_by.clear()
            answer = cell(*question)
            for place in self._came_by:
                self.cells[place].append(Cell(*question))
            if self._came_by:
                self.sound[Cell(*question)] = answer.status, hash(answer.plain)
            return answer

        with mock.patch.object(self.matrix, "cell", noted), watched(self._came_by.add):
            self.matrix.run()

    def places(self) -> list[str]:
        """Every place in the system, and the shared one once for each model that came by it."""
        return sorted({*self.cells, *everywhere()} - {SHARED})

    def seen(self, place) -> str:
        """By what it is first seen that a place forgets: ``read``, ``written``, ``told apart`` or ``counted``; nothing
        where it is not."""
        with forgotten(place):
            return next(filter(None, map(self._asked_again, self._likeliest_first(place))), "")

    def _likeliest_first(self, place) -> list[Cell]:
        """Reading before writing; of whose rows it is about, one after the other: a list shows it in one's own page,
        the search for one row in the page of somebody else's."""
        turns, turn = Counter(), {}
        for cell in self.cells[place]:
            turns[cell.method, cell.kind] += 1
            turn[cell] = cell.method != "GET", turns[cell.method, cell.kind]
        return sorted(turn, key=turn.get)

    def _asked_again(self, cell) -> str:
        before = len(self.matrix.result.leaks)
        answer = self.matrix.cell(*cell)
        leaked = self.matrix.result.leaks[before:]
        del self.matrix.result.leaks[before:]
        if leaked:
            return "read" if leaked[0].where != "database" else "written"
        if (answer.status, hash(answer.plain)) == self.sound[cell]:
            return ""
        return "told apart" if cell.kind in ("sibling", "elsewhere") else "counted"
