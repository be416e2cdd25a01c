"""The catalogue of personal data (个人信息目录), read from ``data/personal_data.toml``: what masking, export and
deletion go by."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db.models import CharField, FileField, JSONField, TextField

from office import masking
from office.roles import STAFF, Role

FILE = Path(__file__).parent / "data" / "personal_data.toml"
CLEAR, ASK, HIDDEN = "clear", "ask", "hidden"
"""How a person sees a field: at once, masked until they say why they need it, or masked for good."""


@dataclass(frozen=True)
class Period:
    """How long something is kept: months from a beginning, 0 for as long as there is a duty to."""

    name: str
    months: int
    begins: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """What is held of persons in one model."""

    whose: str = ""
    purpose: str = ""
    basis: str = ""
    keep: str = ""
    name: str = ""
    labels: dict = field(default_factory=dict)
    within: str = ""
    clear: tuple = ()
    asks: tuple = ()
    hidden: tuple = ()
    fields: dict = field(default_factory=dict)
    open: tuple = ()

    def masked(self) -> dict:
        """The masked fields with their kinds."""
        return {name: kind for name, kind in self.fields.items() if kind in masking.OF_KIND}


@cache
def _table() -> dict:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def periods() -> dict[str, Period]:
    return {key: Period(**told) for key, told in _table()["keep"].items()}


@cache
def entries() -> dict[str, Entry]:
    """The entries by model label."""
    return {label: Entry(**told) for label, told in _table().items() if "." in label}


def entry_of(model) -> Entry:
    """The entry of a model or a row; an empty one for a model that is not in the catalogue."""
    return entries().get(model._meta.label_lower, Entry())


def mask(row, name: str) -> str:
    """What of one field of a row is shown to anybody who may see the row."""
    return masking.OF_KIND[entry_of(row).fields[name]](getattr(row, name) or "")


def for_trail(model, name: str, was, now):
    """What the trail, which is kept for good, says of a change: of a person's data no more than the masked signs."""
    kind = entry_of(model).fields.get(name)
    if kind in masking.OF_KIND:
        return [masking.OF_KIND[kind](was or ""), masking.OF_KIND[kind](now or "")]
    return None if kind in ("words", "file", "technical") else [was, now]


def view_of(user, model) -> str:
    """How this person sees the masked fields of a model: ``CLEAR``, ``ASK`` or ``HIDDEN``.

    An office looks after a whole place, so whoever works in one asks, whatever else they are; a role that sees rows
    of other people along another line comes before the role that reads its own in clear.
    """
    entry = entry_of(model)
    roles = {one.role for one in user.standing()} if user.is_authenticated else set()
    if user.is_superuser or roles & (STAFF | set(entry.asks)):
        return ASK
    if roles & set(entry.hidden) or not roles & set(entry.clear):
        return HIDDEN
    return CLEAR


def unlisted() -> list[str]:
    """The text, number and file fields of the system's own models that the catalogue does not name."""
    own = {one.split(".")[0] for one in entries()}
    models = [model for model in apps.get_models() if model._meta.app_label in own]
    return sorted(f"{model._meta.label_lower}.{one.name}" for model in models for one in _telling(model))


def unknown() -> list[str]:
    """What the catalogue names and no model has."""
    found = []
    for label, entry in entries().items():
        names = {one.name for one in apps.get_model(label)._meta.get_fields()}
        found += [f"{label}.{name}" for name in (*entry.fields, *entry.open) if name not in names]
        found += [f"{label}: {role}" for role in (*entry.clear, *entry.asks, *entry.hidden) if role not in Role.values]
        found += [f"{label}: {entry.keep}" for _ in range(bool(entry.fields) and entry.keep not in periods())]
    return found


def _telling(model):
    """Fields into which words can be written and that the catalogue leaves out."""
    entry = entry_of(model)
    listed = {*entry.fields, *entry.open}
    for one in model._meta.concrete_fields:
        words = isinstance(one, CharField | TextField | JSONField | FileField) or hasattr(one, "expression")
        if words and not one.choices and one.name not in listed and one.get_internal_type() != "BigIntegerField":
            yield one
