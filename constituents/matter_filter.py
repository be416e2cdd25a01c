"""Which part of the register is listed; nothing of it is ever counted."""

from datetime import date

from django import forms
from django.db.models import CharField, Value
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents import dues, next_step
from constituents.actions.routing import units_for
from constituents.forms import Words
from constituents.models import Petition, Referral
from constituents.verb_forms import attrs
from liaison_stations.models import Station
from office.roles import STAFF, Role

OPEN, MINE, OVERDUE, ALL = "open", "mine", "overdue", "all"
PARTS = [(OPEN, pgettext_lazy("matters", "open")), (MINE, _("mine to do")), (OVERDUE, _("overdue")), (ALL, _("all"))]
_COLUMNS = {"station": "station", "category": "category", "first": "received_on__gte", "last": "received_on__lte"}
_LONGEST_SEARCH = 100
_DAY = {"widget": forms.DateInput(attrs(type="date"), format="%Y-%m-%d"), "required": False}
_WRONG_DAY = {"invalid": _("This is no day. Please choose one from the calendar.")}


class Day(forms.DateField):
    """A day between the years that a register can have."""

    def to_python(self, value):
        day = super().to_python(value)
        if day and not 1954 <= day.year <= 2200:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class Places(forms.Select):
    """A list as long as a county has units: it is written at once, not each option by a template of its own."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen, marks = "" if value is None else str(value), {True: mark_safe(" selected"), False: ""}
        rows = ((key, marks[str(key) == chosen], label) for key, label in self.choices)
        options = format_html_join("\n", '<option value="{}"{}>{}</option>', rows)
        told = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>\n{}\n</select>', name, told, options)


class Narrow(forms.Form):
    """What the list is narrowed to; an address holds it, so that it can be kept and sent on."""

    q = Words(longest=_LONGEST_SEARCH, label=_("Search"), required=False, widget=forms.TextInput(attrs(type="search")))
    part = forms.ChoiceField(choices=[*PARTS, *Petition.Status.choices], required=False, widget=forms.HiddenInput)
    station = forms.ChoiceField(label=_("Liaison station"), required=False, widget=Places(attrs("form-select")))
    unit = forms.ChoiceField(label=_("Handling unit"), required=False, widget=Places(attrs("form-select")))
    category = Words(longest=30, label=_("Category"), required=False, widget=forms.TextInput(attrs()))
    urgent = forms.BooleanField(
        label=_("urgent only"), required=False, widget=forms.CheckboxInput(attrs("form-check-input"))
    )
    paper = forms.BooleanField(
        label=_("from paper only"), required=False, widget=forms.CheckboxInput(attrs("form-check-input"))
    )
    first = Day(label=_("From"), error_messages=_WRONG_DAY, **_DAY)
    last = Day(label=_("To"), error_messages=_WRONG_DAY, **_DAY)

    def __init__(self, asked, *, user, **kwargs):
        super().__init__(asked, **kwargs)
        stations, units = _places(user)
        for name, places in (("station", stations), ("unit", units)):
            self.fields[name].choices = [("", _("every one")), *places]
            if len(places) < 2:
                del self.fields[name]

    @property
    def part_shown(self) -> str:
        """A search goes through the whole register unless a part was asked for; otherwise what is open is listed."""
        asked = self.cleaned_data.get("part")
        return asked or (ALL if self.cleaned_data.get("q") else OPEN)

    @property
    def narrowed(self) -> bool:
        """Whether more than the part was asked for."""
        return any(value for name, value in self.cleaned_data.items() if name not in ("q", "part"))

    def apply(self, petitions, *, user, on: date):
        """The matters that are left; what was typed wrong narrows nothing and is said in the form."""
        told = self.cleaned_data
        kept = {_COLUMNS[name]: told[name] for name in _COLUMNS if told.get(name)}
        if told.get("urgent"):
            kept["urgent"] = True
        if told.get("paper"):
            kept["paper__isnull"] = False
        petitions = petitions.filter(**kept)
        if told.get("unit"):
            petitions = petitions.filter(pk__in=_at_unit(told["unit"]))
        return self._part(petitions, user, on)

    def _part(self, petitions, user, on):
        part = self.part_shown
        if part == ALL:
            return petitions
        if part == MINE:
            return petitions.filter(next_step.turn_of(user))
        if part == OVERDUE:
            return petitions.filter(dues.overdue(on))
        return petitions.filter(status__in=Petition.OPEN if part == OPEN else [part])


def _at_unit(unit):
    held = Referral.objects.filter(holder=unit, petition__isnull=False)
    return held.order_by().values("petition")


def _places(user) -> tuple[list, list]:
    """The stations and the units to choose from, read at once."""
    stations = _named(Station.objects.visible_to(user), "station")
    staff = user.is_superuser or user.has_role(*STAFF, Role.LEADER)
    rows = list(stations.union(_named(units_for(user), "unit"), all=True)) if staff else list(stations)
    found = {"station": [], "unit": []}
    for kind, pk, name in sorted(rows, key=lambda row: row[2]):
        found[kind].append((str(pk), name))
    return found["station"], found["unit"]


def _named(rows, kind):
    return rows.order_by().annotate(kind=Value(kind, CharField())).values_list("kind", "pk", "name")
