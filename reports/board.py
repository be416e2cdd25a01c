"""The flag board: which flags are asked for, in which order, and the counts above them."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from django import forms
from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from constituents import rules
from constituents.models import Petition
from deputies.models import Deputy, DeputyGroup
from liaison_stations.models import Station
from office.models import Jurisdiction, Rule, Unit
from office.roles import STAFF
from reports.models import Flag

STATES = {
    "open": _("open"),
    "urged": _("urged"),
    "waived": _("waived"),
    "cleared": _("cleared"),
    "all": _("all"),
}
"""The tabs; ``urged`` are those of the open ones that somebody was reminded of."""

SORTS = {
    "": _("longest overdue first"),
    "due": _("due day"),
    "place": _("township"),
    "rule": _("clause"),
    "reminder": _("longest without a reminder"),
}

# What a flag has to do with a group, a station or a unit, whichever of its subjects it is about.
_OF = {
    "group": ("deputy__group", "group", "activity__group"),
    "station": ("station", "reception__station", "petition__station", "referral__petition__station"),
    "unit": ("referral__unit",),
    "deputy": ("deputy",),
}
_SEARCHED = (
    "deputy__name",
    "group__name",
    "activity__group__name",
    "station__name",
    "reception__station__name",
    "referral__unit__name",
    "referral__suggestion__title",
    "rule_key",
    "rule__name",
)


def _key(label):
    """A field for the key of a row: none that no database could hold."""
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=2**63 - 1)


class BoardForm(forms.Form):
    """What is asked of the board; the address of a page of it is this form."""

    state = forms.ChoiceField(choices=STATES.items(), required=False)
    severity = forms.ChoiceField(
        label=_("severity"), choices=[("", _("red and amber")), *Rule.Severity.choices], required=False
    )
    rule = forms.CharField(label=_("rule"), max_length=20, required=False)
    town = _key(_("township"))
    group = _key(_("deputy group"))
    station = _key(_("liaison station"))
    unit = _key(_("handling unit"))
    deputy = _key(_("deputy"))
    q = forms.CharField(label=_("search"), max_length=60, required=False)
    sort = forms.ChoiceField(label=_("order"), choices=SORTS.items(), required=False)

    def clean_state(self):
        return self.cleaned_data["state"] or "open"


def found(asked: dict, *, user) -> QuerySet:
    """The flags of a person's scope as asked, whatever their state, severity, rule and town: what the counts count."""
    flags = Flag.objects.visible_to(user, roles=STAFF)
    for name, lookups in _OF.items():
        if asked.get(name) is not None:
            flags = flags.filter(_any(lookups, asked[name]))
    return flags.filter(_matching(asked["q"], user)) if asked.get("q") else flags


def narrowed(flags: QuerySet, asked: dict) -> QuerySet:
    """Those of ``found`` that the list shows."""
    exact = {"rule_key": asked.get("rule"), "severity": asked.get("severity"), "jurisdiction": asked.get("town")}
    return flags.filter(_IN_STATE[asked["state"]], **{name: value for name, value in exact.items() if value})


def ordered(flags: QuerySet, asked: dict, *, on: date) -> QuerySet:
    """In the order asked for; without one the overdue come first, red before amber, the longest overdue on top."""
    late = Case(When(due_on__lt=on, then=0), default=1, output_field=IntegerField())
    first = _FIRST.get(asked.get("sort") or "", ())
    if not first and asked["state"] in ("waived", "cleared"):
        first = ("-cleared_on",)
    return flags.order_by(*first, late, "-severity", "due_on", "pk")


def _any(lookups, value) -> Q:
    condition = Q()
    for lookup in lookups:
        condition |= Q(**{lookup: value})
    return condition


def _matching(text, user) -> Q:
    petitions = Petition.objects.matching(text, user).order_by().values("pk")
    named = _any([f"{lookup}__icontains" for lookup in _SEARCHED], text)
    return named | _any(["petition__in", "referral__petition__in"], petitions) | _numbered(text)


def _numbered(text) -> Q:
    """The suggestion of a register number, written in full: 建议〔2026〕0003."""
    parts = rules.number_parts(text.partition("建议〔")[2])
    return Q(**{f"referral__suggestion__{part}": n for part, n in parts.items()}) if parts else Q(pk__in=[])


class Tally:
    """The counts above the list, all from one query: by state, by rule and severity, by town."""

    def __init__(self, flags: QuerySet, asked: dict):
        state = Case(*(When(_IN_STATE[name], then=Value(name)) for name in ("urged", "open", "waived", "cleared")))
        rows = flags.order_by().values_list(state, "rule_key", "severity", "jurisdiction", "jurisdiction__name")
        self._rows = [_Counted(*row) for row in rows.annotate(n=Count("pk"), name=Max("rule__name"))]
        self._asked = asked

    def total(self) -> int:
        return sum(row.n for row in self._of("state", "rule", "severity", "town"))

    def states(self) -> list[tuple[str, str, int]]:
        """Each tab with its label and its count."""
        counted = Counter()
        for row in self._of("rule", "severity", "town"):
            counted.update({tab: row.n for tab, states in _TABS.items() if row.state in states})
        return [(tab, str(label), counted[tab]) for tab, label in STATES.items()]

    def rules(self) -> list[dict]:
        """Each rule with its flags of each severity, the rule with the most red ones first."""
        rules = {}
        for row in self._of("state", "town"):
            counts = rules.setdefault(row.rule, {"key": row.rule, "name": row.name, "red": 0, "amber": 0})
            counts[row.severity] += row.n
        return sorted(rules.values(), key=lambda rule: (-rule["red"], -rule["amber"], rule["key"]))

    def towns(self) -> list[dict]:
        """Each town with its flags, the one with the most first."""
        towns = {}
        for row in self._of("state", "rule", "severity"):
            counts = towns.setdefault(row.town, {"pk": row.town, "name": row.place, "n": 0})
            counts["n"] += row.n
        return sorted(towns.values(), key=lambda town: (-town["n"], town["name"]))

    def _of(self, *names):
        return [row for row in self._rows if all(self._fits(row, name) for name in names)]

    def _fits(self, row, name) -> bool:
        if name == "state":
            return row.state in _TABS[self._asked["state"]]
        return not self._asked.get(name) or getattr(row, name) == self._asked[name]


class _Counted(NamedTuple):
    state: str
    rule: str
    severity: str
    town: int
    place: str
    n: int
    name: str


def offered(user, *, deputy=None) -> dict[str, list[tuple[int, str]]]:
    """What the board may be narrowed to, by the name of the field, with the deputy asked for; one query."""
    rows = _arm("town", Jurisdiction, user, "code").union(
        _arm("group", DeputyGroup, user),
        _arm("station", Station, user),
        _arm("unit", Unit, user),
        _arm("deputy", Deputy, user, pk=deputy),
    )
    choices = {name: [] for name in ("town", *_OF)}
    for kind, pk, name, _order in sorted(rows, key=lambda row: row[3]):
        choices[kind].append((pk, name))
    return choices


def _arm(kind, model, user, order="name", **only) -> QuerySet:
    rows = model.objects.visible_to(user, roles=STAFF).filter(**only).order_by()
    return rows.values_list(Value(kind), "pk", "name", order)


_OPEN, _WAIVED = Q(cleared_on__isnull=True), Q(cleared_why=Flag.Why.WAIVED)
_IN_STATE = {
    "open": _OPEN,
    "urged": _OPEN & Q(urged_on__isnull=False),
    "waived": _WAIVED,
    "cleared": ~_OPEN & ~_WAIVED,
    "all": Q(),
}
_TABS = {
    "open": {"open", "urged"},
    "urged": {"urged"},
    "waived": {"waived"},
    "cleared": {"cleared"},
    "all": {"open", "urged", "waived", "cleared"},
}
_FIRST = {
    "due": ("due_on",),
    "place": ("jurisdiction__code",),
    "rule": ("rule_key",),
    "reminder": (F("urged_on").asc(nulls_first=True),),
}
