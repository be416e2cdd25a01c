"""Why a search found a matter: which of its words carry what was typed."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from constituents import rules
from office.text_search import folded

_COLUMNS = (
    ("visitor", _("full name")),
    ("phone", _("phone")),
    ("address", _("address")),
    ("category", _("category")),
    ("situation", _("situation")),
    ("request", _("problem")),
)
_READ = ("category", "situation", "request")
"""Of these columns the words around are shown; of a person no more than was typed."""
_AROUND = 12


class Why(NamedTuple):
    """In which column it was found, and the words there: before, what was typed, after."""

    label: str
    before: str
    hit: str
    after: str


def why(petition, text: str) -> list[Why]:
    """Where each word of ``text`` stands in a matter that ``PetitionQuerySet.matching`` has found."""
    if _numbered(petition, rules.number_parts(text)):
        return [Why(_("number"), "", petition.number, "")]
    for wanted in (text, *rules.phone_fragments(text)):
        found = [_first(petition, word) for word in folded(wanted).split()]
        if found and all(found):
            return list(dict.fromkeys(found))
    return []


def _numbered(petition, parts) -> bool:
    own = {"station": petition.station.number, "year": petition.year, "seq": petition.seq}
    return bool(parts) and all(own[part] == n for part, n in parts.items())


def _first(petition, word) -> Why | None:
    for name, label in _COLUMNS:
        value = getattr(petition, name)
        at = folded(value).find(word)
        if at >= 0:
            return _shown(name, label, value, at, at + len(word))
    return None


def _shown(name, label, value, start, end) -> Why:
    hit = value[start:end]
    if name not in _READ:
        return Why(label, "…" if start else "", hit, "…" if end < len(value) else "")
    first, last = max(0, start - _AROUND), end + _AROUND
    before, after = value[first:start].replace("\n", " "), value[end:last].replace("\n", " ")
    return Why(label, ("…" if first else "") + before, hit, after + ("…" if last < len(value) else ""))
