"""Where the rules of a set apply: to congresses of which level, in which area, from when to when."""

from datetime import date

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q

from office.models import Jurisdiction, Rule, RuleSet, RuleSetUse
from office.models.places import Level

STATION = "station"
"""As ``level`` of ``governed``: no look-up to a congress, but a station, which lies in a street (街道) or a town."""

_STREET = "街道"


def uses(rule_set: RuleSet | int, on: date):
    """The uses of a rule set that hold on a day."""
    lasts = Q(effective_to__isnull=True) | Q(effective_to__gte=on)
    return RuleSetUse.objects.filter(lasts, rule_set=rule_set, effective_from__lte=on).order_by()


def applies(use: RuleSetUse, rule: Rule, on: date, *, place: Jurisdiction, level: str) -> bool:
    """The same question about one place, of rows already read; ``use.area`` goes with the use."""
    here = use.area is None or place.path.startswith(use.area.path)
    return use.rule_set_id == rule.rule_set_id and use.holds_on(on) and here and use.level in ("", level)


def level_of_station(place: Jurisdiction) -> str:
    """The level of a station that lies in this place."""
    return RuleSetUse.Level.STREET if place.name.endswith(_STREET) else RuleSetUse.Level.TOWN


def places_under(rule: Rule, on: date, level: str):
    """The jurisdictions in which a rule's set is used on a day for this level (county, town or street)."""
    here = Q(area__isnull=True) | Q(place__startswith=F("area__path"))
    place = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    used = uses(rule.rule_set_id, on).filter(level__in=["", level]).annotate(place=place).filter(here)
    return Jurisdiction.objects.order_by().filter(Exists(used))


def governed(queryset, rule: Rule, on: date, *, place="district__jurisdiction", level="term__jurisdiction__level"):
    """The rows of ``queryset`` to which a rule's set applies on a day; no query is made here.

    ``place`` is the look-up to the jurisdiction where a row lies (``pk`` of a jurisdiction itself), ``level`` the one
    to the level of its congress, or ``STATION``. The places are chosen first, so the cost lies in their number.
    """
    if level == STATION:
        in_street = Q(**{f"{place}__name__endswith": _STREET})
        levels = {RuleSetUse.Level.STREET: in_street, RuleSetUse.Level.TOWN: ~in_street}
    else:
        levels = {value: Q(**{level: value}) for value in Level.values}
    found = Q(pk__in=[])
    for value, owes in levels.items():
        found |= owes & Q(**{f"{place}__in": places_under(rule, on, value).values("pk")})
    return queryset.filter(found)
