"""The only language that a template may speak: show a placeholder, go through a list, leave something out.

No calls, no assignments, no arithmetic: nothing that grows by itself, reaches into Python or never ends. What is left
is bounded by the number of steps and by the size of the text.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from office.word.placeholders import Many, Text

MOST_STEPS = 500_000
"""Turns of loops in one document."""
MOST_TEXT = 60_000_000
"""Signs of one part of a document."""
FILTERS = {"default", "length", "first", "last", "join"}

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("[\t\n\r]|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PARTS = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.For,
    nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Filter, nodes.Test,
    nodes.Concat,
)  # fmt: skip
_TESTS = {"defined", "undefined", "none"}
_ANY = Text("", "")
_LOOP = dict.fromkeys(("index", "index0", "first", "last", "length"), _ANY)


class TooMuch(Exception):
    """Filling in this template makes more than a document can hold."""


class Fault(NamedTuple):
    """What is wrong in a template, in which line of its source, and the word that is wrong."""

    line: int
    text: str
    word: str = ""


class Steps:
    """How many turns are left in one document."""

    def __init__(self):
        self.left = MOST_STEPS

    def take(self, n):
        self.left -= n
        if self.left < 0:
            raise TooMuch


@pass_context
def _counted(context, rows):
    """The members of a list, each turn counted."""
    rows = list(rows)
    context["_steps"].take(len(rows) + 1)
    return rows


def _finished(value):
    """A value as it stands in a paragraph: line breaks and tabs as Word writes them, nothing that XML forbids."""
    if value is None:
        return ""
    if isinstance(value, str) and not hasattr(value, "__html__") and _BREAKS.search(value):
        clean = str(escape(_ILLEGAL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))))
        clean = clean.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
        return Markup(clean.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">'))
    return value


def _bounded(pieces) -> str:
    kept, size, pieces = [], 0, iter(pieces)
    while some := list(islice(pieces, 1000)):
        size += sum(map(len, some))
        if size > MOST_TEXT:
            raise TooMuch
        kept += some
    return "".join(kept)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with nothing in it but what ``FILTERS`` and ``_PARTS`` name."""

    concat = staticmethod(_bounded)

    def __init__(self):
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_finished)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS} | {"_counted": _counted}

    def getattr(self, obj, attribute):
        """What a placeholder stands for; jinja would first try every one as an attribute of the dictionary."""
        return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)

    def _parse(self, source, name, filename):
        tree = super()._parse(source, name, filename)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        return tree


def faults(tree: nodes.Template, schema: dict | None) -> list[Fault]:
    """What a template says that it may not, or that nobody knows; ``schema`` None: any name is known."""
    language = [fault for node in tree.find_all(nodes.Node) if (fault := _fault(node))]
    return language or (list(_walk(tree.body, schema)) if schema is not None else [])


def _fault(node) -> Fault | None:
    if isinstance(node, nodes.Getattr | nodes.Name) and _word(node).startswith("_"):
        return _unknown(node, _word(node))
    if not isinstance(node, _PARTS) or (isinstance(node, nodes.For) and (node.recursive or node.else_)):
        what = type(node).__name__
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS | {"_counted"}:
        what = f"|{node.name}"
    elif isinstance(node, nodes.Test) and node.name not in _TESTS:
        what = f"is {node.name}"
    else:
        return None
    return Fault(node.lineno, _("“%(what)s” cannot be used in a template.") % {"what": what}, what)


def _word(node) -> str:
    return node.attr if isinstance(node, nodes.Getattr) else node.name


def _unknown(node, name) -> Fault:
    return Fault(node.lineno, _("The placeholder “%(name)s” is not known.") % {"name": name}, name)


def _walk(body, scope) -> Iterator[Fault]:
    """The names in a piece of a template that are none of the placeholders in sight there."""
    for node in body:
        if isinstance(node, nodes.For):
            yield from _loop(node, scope)
        elif isinstance(node, nodes.If):
            yield from _names(node.test, scope)
            for branch in (node.body, node.elif_, node.else_):
                yield from _walk(branch, scope)
        else:
            yield from _names(node, scope)
            yield from _lists(node, scope)


def _lists(node, scope) -> Iterator[Fault]:
    """Lists that would be printed as a programmer sees them."""
    for part in node.nodes if isinstance(node, nodes.Output) else ():
        if isinstance(part, nodes.Name | nodes.Getattr | nodes.Getitem):
            found, name = _found(part, scope), _told(part)
            if isinstance(found, Many | dict):
                text = _("“%(name)s” has several parts. Name one of them, or go through it with {%%p for … %%}.")
                yield Fault(part.lineno, text % {"name": name}, name)


def _loop(node, scope):
    yield from _names(node.iter, scope)
    rows = _found(node.iter, scope)
    if rows and not isinstance(rows, Many):
        name = _told(node.iter)
        yield Fault(node.lineno, _("“%(name)s” is no list.") % {"name": name}, name)
    if not isinstance(node.target, nodes.Name):
        yield Fault(node.lineno, _("A list is gone through with one name."))
        return
    each = rows.each if isinstance(rows, Many) else None
    yield from _walk(node.body, {**scope, node.target.name: each, "loop": _LOOP})


def _names(node, scope):
    for part in _outermost(node):
        if _found(part, scope) is False:
            yield _unknown(part, _told(part))


def _outermost(node) -> Iterator[nodes.Expr]:
    """The names in an expression, each with all its parts (节.标题 and not 节 once more)."""
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        yield node
        return
    for child in node.iter_child_nodes():
        yield from _outermost(child)


def _found(node, scope):
    """What a name stands for; False for an unknown one, None where its list is unknown already."""
    if isinstance(node, nodes.Filter):
        return _found(node.node, scope) if node.node else None
    if isinstance(node, nodes.Name):
        return scope.get(node.name, False)
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        whole = _found(node.node, scope)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(whole, Many):
            return whole.each if isinstance(node.arg.value, int) else False
        if whole is None or whole is False:
            return whole
        name = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", "")
        return whole.get(name, False) if isinstance(whole, dict) else False
    return _ANY


def _told(node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_told(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_told(node.node)}[{getattr(node.arg, 'value', '')}]"
    return _told(node.node) if isinstance(node, nodes.Filter) else getattr(node, "name", "")
