"""The routing desk: the office's matters by what they wait for, what presses most first (D3-五, D3-六, D3-七).

A tab is a part of the open matters with the day by which its lines stand: the day something is due, or the day since
which it waits.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from django import forms
from django.db.models import CharField, Count, DateField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from constituents import next_step
from constituents.forms import Words
from constituents.models import ExtensionRequest, Petition, Referral, Urging
from liaison_stations.models import Station
from office import keyset
from office.models import Jurisdiction
from office.roles import STAFF

SIZE = 25
ORDER = ("day", "id")
PATIENCE = timedelta(days=7)
"""So long a matter may wait for the office before it presses, where no rule sets a day."""
_S = Petition.Status
_NEVER = Value(date.max, DateField())
_LATE, _SOON = "late", "soon"


def _of_matter(**wanted):
    return Referral.objects.filter(petition=OuterRef("pk"), **wanted).order_by()


def _first(rows, name):
    """The earliest day of a column among the referrals of a matter."""
    return Subquery(rows.values("petition").annotate(first=Min(name)).values("first"))


def _overdue(on) -> Q:
    late = _of_matter(due_on__lt=on, paused_on=None).filter(Referral.IN_HAND)
    return Q(Exists(late), status=_S.ROUTED)


def _asking(on) -> Q:
    asked = ExtensionRequest.objects.filter(referral=OuterRef("pk"), state=ExtensionRequest.State.ASKED)
    return Q(Exists(_of_matter().filter(Referral.IN_HAND, Exists(asked))), status=_S.ROUTED)


def _in(*states):
    return lambda on: Q(status__in=states)


class Tab(NamedTuple):
    """One thing that matters wait for; ``bulk``: what can be done with several of its lines at once."""

    name: str
    label: str
    rows: Callable[[date], Q]
    # The day of a line, what it is called, and whether it is one that something is due by.
    day: object
    day_label: str
    is_due: bool
    clause: str
    bulk: str = ""


_WAITS = _("received on")
_REPLY_DUE = _first(_of_matter().filter(Referral.IN_HAND), "due_on")
_TELL_BY = _first(_of_matter(replied_on__isnull=False).filter(~Referral.GONE), "feedback_due_on")
TABS = (
    Tab("screen", _("to be screened"), _in(_S.RECEIVED), F("received_on"), _WAITS, False, "D3-五a", "admit"),
    Tab("route", _("to be routed"), _in(_S.ADMITTED, _S.ESCALATED), F("received_on"), _WAITS, False, "D3-六c", "route"),
    Tab("returned", _("returned by the unit"), _in(_S.RETURNED), F("received_on"), _WAITS, False, "L2-23", "route"),
    Tab("overdue", _("reply overdue"), _overdue, _REPLY_DUE, _("reply due on"), True, "D3-七", "urge"),
    Tab("asking", _("more time asked for"), _asking, _REPLY_DUE, _("reply due on"), True, "L2-34"),
    Tab(
        "feedback",
        _("to be brought back"),
        _in(_S.REPLIED),
        _TELL_BY,
        _("feedback due on"),
        True,
        "D3-六f",
        "remind",
    ),
    Tab("close", _("to be closed"), _in(_S.JUDGED), F("received_on"), _WAITS, False, "D3-七"),
)
BY_NAME = {tab.name: tab for tab in TABS}


class DeskForm(forms.Form):
    """What the desk is narrowed to; its address is this form."""

    tab = forms.ChoiceField(choices=[(tab.name, tab.label) for tab in TABS], required=False)
    q = Words(longest=100, label=_("Search"), required=False)
    town = forms.ChoiceField(label=_("township"), required=False)
    station = forms.ChoiceField(label=_("Liaison station"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    level = forms.ChoiceField(label=_("level"), choices=[("", _("all")), *Petition.Level.choices], required=False)
    due = forms.ChoiceField(
        label=_("how pressing"),
        choices=[("", _("all")), (_LATE, _("overdue, or waiting for over a week")), (_SOON, _("not pressing yet"))],
        required=False,
    )

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("all")), *choices]

    def clean_tab(self):
        return self.cleaned_data["tab"] or TABS[0].name


def offered(user) -> dict[str, list]:
    """The townships, stations and categories to choose from; one query."""
    towns = _named(Jurisdiction.objects.visible_to(user, roles=STAFF).filter(level="town"), "town", "name")
    stations = _named(Station.objects.visible_to(user, roles=STAFF), "station", "name")
    open_ = matters(user).filter(status__in=Petition.OPEN).exclude(category="")
    categories = open_.order_by().values_list(Value("category", CharField()), Cast("category", CharField()), "category")
    found = {"town": [], "station": [], "category": []}
    for kind, key, name in sorted(towns.union(stations, categories), key=lambda row: row[2]):
        found[kind].append((key, name))
    return found


def _named(rows, kind, name):
    return rows.order_by().values_list(Value(kind, CharField()), Cast("pk", CharField()), name)


def matters(user) -> QuerySet:
    """The matters of an office."""
    return Petition.objects.visible_to(user, roles=STAFF)


def narrowed(rows: QuerySet, asked: dict, user) -> QuerySet:
    """The matters as asked, of whatever tab: what the tabs count."""
    columns = {"town": "station__jurisdiction", "station": "station", "category": "category", "level": "level"}
    rows = rows.filter(**{columns[name]: asked[name] for name in columns if asked.get(name)})
    return rows.matching(asked["q"], user) if asked.get("q") else rows


def counts(rows: QuerySet, on: date) -> dict[str, int]:
    """How many matters wait for each thing; one query."""
    counted = {f"n_{tab.name}": Count("pk", filter=tab.rows(on)) for tab in TABS}
    found = rows.filter(status__in=Petition.OPEN).order_by().aggregate(**counted)
    return {tab.name: found[f"n_{tab.name}"] for tab in TABS}


def listed(rows: QuerySet, tab: Tab, asked: dict, on: date) -> QuerySet:
    """The matters of one tab, each with its day; without a day it stands at the end."""
    found = rows.filter(tab.rows(on)).annotate(day=Coalesce(Cast(tab.day, DateField()), _NEVER))
    presses = Q(day__lt=on) if tab.is_due else Q(day__lt=on - PATIENCE)
    if asked.get("due"):
        found = found.filter(presses if asked["due"] == _LATE else ~presses)
    return found


class Line(NamedTuple):
    """One matter on the desk: its day, how many days it is over or waits, its units, and what is done next."""

    petition: Petition
    day: date | None
    days: int
    presses: bool
    units: list
    urged_on: date | None
    step: next_step.Step | None


def page(rows: QuerySet, after) -> keyset.Page:
    """One page of the listed matters."""
    shown = rows.select_related("station__jurisdiction", "deputy").defer("words", "answer", "address", "phone")
    return keyset.page(shown, order=ORDER, after=after, size=SIZE)


def lines(rows, tab: Tab, user, on: date) -> list[Line]:
    """The rows of a page with what they need beside them; their referrals are read at once."""
    asked = ExtensionRequest.objects.filter(referral=OuterRef("pk"), state=ExtensionRequest.State.ASKED)
    urged = Urging.objects.filter(referral=OuterRef("pk")).order_by("-on").values("on")[:1]
    held = Referral.objects.filter(~Referral.GONE, petition__in=[row.pk for row in rows]).select_related("unit")
    by_matter = {}
    for one in held.annotate(asking=Exists(asked), last_urged=Subquery(urged)).defer("brief", "reply").order_by("pk"):
        by_matter.setdefault(one.petition_id, []).append(one)
    return [_line(row, by_matter.get(row.pk, []), tab, user, on) for row in rows]


def _line(row, referrals, tab, user, on) -> Line:
    day = None if row.day == date.max else row.day
    days = (on - day).days if day else 0
    presses = days > 0 if tab.is_due else days > PATIENCE.days
    units = [one.unit for one in referrals if one.is_in_hand or tab.name == "feedback"]
    urged = max((one.last_urged for one in referrals if one.last_urged), default=None)
    return Line(row, day, days, presses, units, urged, next_step.next_of(row, referrals, user, on))


def late_referrals(petition, on: date) -> QuerySet:
    """What of a matter lies with a unit past its day."""
    return petition.referrals.filter(Referral.IN_HAND, due_on__lt=on, paused_on=None).select_related("unit")
