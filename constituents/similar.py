"""While a matter is typed: what may be the same, and what its words hint at. It only says so; a person decides."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import F, Q, TextField, Value

from constituents import rules
from constituents.models import HintWord, Petition
from office import normalise
from office.models import Unit

NEWEST = 300
"""So many matters are compared with what is typed."""
SPAN = timedelta(days=180)
"""What has come to its end is compared for half a year."""
SHOWN = 5
_COMPARED = 500
"""Characters of a text that are compared: what a matter is about is said at its beginning."""
_ENOUGH = 8
"""Characters from which on a text says what it is about."""
_GONE = (Petition.Status.MERGED, Petition.Status.VOID)


class Hints(NamedTuple):
    """What stands in the text: words that may be urgent, words of what may be declined, units that are named."""

    urgent: list
    decline: list
    units: list

    def __bool__(self):
        return any(self)


def comparable(user, station, on):
    """The matters of a register's town with which a new one may be the same, as far as ``user`` sees them (D5-三b)."""
    near = Q(status__in=Petition.OPEN) | Q(received_on__gte=on - SPAN)
    seen = Petition.objects.visible_to(user).filter(near, station__jurisdiction=station.jurisdiction_id)
    return seen.exclude(status__in=_GONE).select_related("station")


def find(user, station, *, phone: str, situation: str, on) -> list[Petition]:
    """Who called from the same phone comes first, then the texts that are most alike; at most ``SHOWN``."""
    phones, words = _phones(phone), situation[:_COMPARED]
    if not phones and len(words) < _ENOUGH:
        return []
    matters = comparable(user, station, on)
    same = list(matters.filter(_any_of(phones))[:SHOWN]) if phones else []
    alike = _most_alike(matters[:NEWEST], words) if len(words) >= _ENOUGH else []
    return list({one.pk: one for one in (*same, *alike)}.values())[:SHOWN]


def _phones(written) -> list[str]:
    try:
        return normalise.phones(written).split("、") if written.strip() else []
    except normalise.NotUnderstood:
        return []


def _any_of(phones) -> Q:
    found = Q(pk__in=[])
    for phone in phones:
        found |= Q(phone__contains=phone)
    return found


def _most_alike(matters, words) -> list[Petition]:
    alike = [one for one in matters if rules.is_alike(words, one.situation[:_COMPARED])]
    return sorted(alike, key=lambda one: -rules.likeness(words, one.situation[:_COMPARED]))


def hints(station, *, situation: str) -> Hints:
    """What the office's table of words, and the names of the units here and above, find in a text (D3-五b, D3-六i)."""
    text = Value(situation, output_field=TextField())
    said = HintWord.objects.annotate(text=text).filter(text__contains=F("word"), kind__in=("urgent", "decline"))
    words = list(said.select_related("reason").order_by("kind", "reason", "word"))
    here = Value(station.jurisdiction.path, output_field=TextField())
    units = Unit.objects.annotate(text=text, here=here).filter(
        active=True, text__contains=F("name"), here__startswith=F("jurisdiction__path")
    )
    return Hints(
        [word for word in words if word.kind == HintWord.Kind.URGENT],
        [word for word in words if word.kind == HintWord.Kind.DECLINE],
        list(units[:SHOWN]),
    )
