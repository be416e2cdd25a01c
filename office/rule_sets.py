"""Where the rules of a set apply: to congresses of which level, in which area, from when to when."""

from datetime import date

from django.db.models import Prefetch, Q

from office.models import Jurisdiction, Rule, RuleSetUse

STATION = "station"
"""As ``level`` of ``governed``: no look-up to a congress, but a station, which lies in a street (街道) or a town."""
WITH_USES = Prefetch("rule_set__uses", RuleSetUse.objects.select_related("area"))
"""For ``prefetch_related`` of rules, so that ``governed`` asks nothing more."""

_STREET = "街道"


def level_of_station(place: Jurisdiction) -> str:
    """The level of a station that lies in this place."""
    return RuleSetUse.Level.STREET if place.name.endswith(_STREET) else RuleSetUse.Level.TOWN


def governs(rule: Rule, on: date, *, path: str, level: str) -> bool:
    """Whether a rule's set is in use on a day for a congress (or a station's place) of this path and level."""
    return any(use.covers(path=path, level=level, on=on) for use in rule.rule_set.uses.all())


def governed(queryset, rule: Rule, on: date, *, place="district__jurisdiction", level="term__jurisdiction__level"):
    """The rows of ``queryset`` to which a rule's set applies on a day.

    ``place`` is the look-up to the jurisdiction where a row lies (``pk`` of a jurisdiction itself), ``level`` the one
    to the level of its congress, or ``STATION``.
    """
    path = "path" if place == "pk" else f"{place}__path"
    found = Q(pk__in=[])
    for use in rule.rule_set.uses.all():
        if not use.holds_on(on):
            continue
        here = Q(**{f"{path}__startswith": use.area.path}) if use.area else Q()
        meant = _of_level(use.level, place, level) & here
        if not meant:
            return queryset  # all of them
        found |= meant
    return queryset.filter(found)


def _of_level(wanted: str, place: str, level: str) -> Q:
    """The condition that a row is of the level that a use names; none where it names none."""
    if not wanted:
        return Q()
    if level != STATION:
        return Q(**{level: wanted})
    in_street = Q(**{f"{place}__name__endswith": _STREET})
    stations = {RuleSetUse.Level.STREET: in_street, RuleSetUse.Level.TOWN: ~in_street}
    return stations.get(wanted, Q(pk__in=[]))
