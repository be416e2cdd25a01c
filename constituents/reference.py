"""The tables that an office starts with: reasons to decline, classes of results, policy texts, words that hint."""

import tomllib
from pathlib import Path

from django.db import transaction

from constituents.models import DeclineReason, HintWord, ResultClass, Snippet

FILE = Path(__file__).with_name("data") / "tables.toml"


@transaction.atomic
def load() -> dict[str, int]:
    """Bring in what is missing, and say how many rows of each table that were; a second time brings nothing.

    Reasons and classes are known by their keys and never written again, so what the office edited stays. Policy texts
    and words have no key that stays: they come as long as the office has none.
    """
    table = tomllib.loads(FILE.read_text("utf-8"))
    return {
        "reasons": _keyed(DeclineReason, table["reason"]),
        "results": _keyed(ResultClass, table["result"]),
        "snippets": _first(Snippet, _placed(table["snippet"])),
        "words": _first(HintWord, _words(table["hint"])),
    }


def _keyed(model, entries) -> int:
    known = set(model.objects.values_list("key", flat=True))
    return _create(model, (entry for entry in _placed(entries) if entry["key"] not in known))


def _first(model, entries) -> int:
    return 0 if model.objects.exists() else _create(model, entries)


def _create(model, entries) -> int:
    return len(model.objects.bulk_create([model(**entry) for entry in entries], ignore_conflicts=True))


def _placed(entries):
    """The entries in the order of the file, with room between them."""
    return ({"position": 10 * place, **entry} for place, entry in enumerate(entries, 1))


def _words(hints):
    reasons = dict(DeclineReason.objects.values_list("key", "pk"))
    for hint in hints:
        about = {"kind": hint["kind"], "why": hint["why"], "reason_id": reasons.get(hint.get("reason"))}
        yield from ({**about, "word": word} for word in hint["words"])
