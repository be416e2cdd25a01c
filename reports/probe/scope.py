"""``visible_to`` against the county, and what happens to it when the scope table is wrong (A17)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from unittest import mock

from django.apps import apps
from django.contrib.auth import get_backends
from django.db.models import Q

from office import scoping


def models() -> list:
    """Every model whose rows are seen by some and not by others."""
    return [model for model in apps.get_models() if hasattr(model._default_manager.all(), "visible_to")]


class Scope:
    """What the people of a probe county may see, asked of ``visible_to``."""

    def __init__(self, probe):
        self.probe = probe
        signed_in = {key: user for key, user in probe.people.items() if user and user.is_active}
        self.people = {key: get_backends()[0].get_user(user.pk) for key, user in signed_in.items()}
        for user in self.people.values():
            user.standing()

    def wrong(self, model) -> Iterator[str]:
        """For whom ``visible_to`` shows other rows of a model than the county says."""
        label = model._meta.label_lower
        for person, user in self.people.items():
            shown = set(model._default_manager.visible_to(user).order_by().values_list("pk", flat=True))
            told = {pk for (kind, pk), seen in self.probe.seen.items() if kind == label and person in seen}
            if shown != told:
                yield f"{person} sees {label} {sorted(shown - told)} too many, {sorted(told - shown)} too few"


class Mutant(NamedTuple):
    """One way in which the scope table could be wrong."""

    name: str
    model: type
    changed: Callable


def mutants() -> Iterator[Mutant]:
    """Each line of the scope table left out, each of its look-ups left out, each line opened to everybody."""
    for label, lines in scoping.PATHS.items():
        model = apps.get_model(label)
        for line, path in lines.items():
            yield Mutant(f"{label} {line} left out", model, _without(label, line))
            yield Mutant(f"{label} {line} opened", model, _opened(label, line))
            several = scoping.lookups(path)
            for lookup in several if len(several) > 1 else ():
                kept = tuple(one for one in several if one != lookup)
                yield Mutant(f"{label} {line} without {lookup}", model, _replaced(label, line, kept))
    for label, several in scoping.COMPLAINTS.items():
        for lookup in several:
            kept = tuple(one for one in several if one != lookup)
            change = mock.patch.dict(scoping.COMPLAINTS, {label: kept})
            yield Mutant(f"{label} complaint {lookup} left out", apps.get_model(label), lambda change=change: change)


def _without(label, line):
    lines = {kind: path for kind, path in scoping.PATHS[label].items() if kind != line}
    return lambda: mock.patch.dict(scoping.PATHS, {label: lines})


def _replaced(label, line, path):
    return lambda: mock.patch.dict(scoping.PATHS, {label: {**scoping.PATHS[label], line: path}})


def _opened(label, line):
    along = scoping._along

    def everybody(kind, path, model, user, assignment):
        if kind == line and model._meta.label_lower == label:
            return Q()
        return along(kind, path, model, user, assignment)

    return lambda: mock.patch.object(scoping, "_along", everybody)


@contextmanager
def mutated(mutant):
    """The scope table with that fault in it."""
    with mutant.changed():
        yield


def survivors(scope) -> tuple[int, list[str]]:
    """How many faults were tried, and which of them nobody would have noticed."""
    tried, alive = 0, []
    for mutant in mutants():
        tried += 1
        with mutated(mutant):
            if not any(scope.wrong(mutant.model)):
                alive.append(mutant.name)
    return tried, alive
