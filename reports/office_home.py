"""What the first page of the office shows beside its worklist: the week's receptions, charts, imports, kept filters.

Two queries whatever there is: one of counts, one of rows. Each figure has the list with the rows it was counted from.
"""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, DateField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Left, TruncDate
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from constituents.models import Petition
from liaison_stations.models import Reception
from office import clock
from office.models import Job
from office.models.places import Level
from office.roles import STAFF
from reports import charts, trends
from reports.annual.columns import REPLIES, Reply, tenths_of_a_percent
from reports.annual.screen import percent
from reports.subjects import Kind, Subject
from reports.worklist.source import week_end
from visits.import_runs import KIND
from visits.models import Visit

MONTHS, RECEPTIONS, IMPORTS = 12, 12, 3
_CONTACTS, _STATES, _REPLIES, _RECEPTION, _IMPORT, _KEPT = (
    "contacts",
    "states",
    "replies",
    "reception",
    "import",
    "kept",
)
_SHOWN_REPLIES = (Reply.IN_TIME, Reply.LATE, Reply.OVERDUE)


class Counted(NamedTuple):
    """One count: of what, under which key."""

    kind: str
    key: str
    n: int


class Row(NamedTuple):
    """One row of a short list: what the columns hold depends on its kind."""

    kind: str
    pk: int
    name: str
    more: str
    on: date | None


def place_of(user) -> Subject | None:
    """The place of a person's office as the subject of a report; None for who sets the system up."""
    places = [one.jurisdiction for one in user.standing() if one.role in STAFF and one.jurisdiction]
    if not places:
        return None
    place = min(places, key=lambda one: len(one.path))
    kind = Kind.COUNTY if place.level == Level.COUNTY else Kind.TOWN
    return Subject(kind, place.code, place.name, place.path)


def read(user, on: date) -> dict:
    """All that stands beside the worklist."""
    subject = place_of(user)
    counts = [Counted(*row) for row in _counts(user, on, subject)]
    rows = sorted((Row(*row) for row in _rows(user, on)), key=lambda row: (row.on or date.max, row.pk))
    return {
        "contact_chart": _contact_chart(counts, on),
        "state_chart": _state_chart(counts),
        "replies": _replies(counts, on),
        "receptions": [row for row in rows if row.kind == _RECEPTION],
        "imports": [_import(row) for row in reversed(rows) if row.kind == _IMPORT],
        "kept": sorted((row for row in rows if row.kind == _KEPT), key=lambda row: (row.name, row.pk)),
    }


def _counts(user, on, subject) -> QuerySet:
    since = clock.add_months(clock.month_start(on), 1 - MONTHS)
    visits = Visit.objects.visible_to(user, roles=STAFF).between(since, clock.month_end(on))
    month = Left(Cast("happened_on", TextField()), 7)  # as it is written: no function of dates for each of them
    petitions = Petition.objects.visible_to(user, roles=STAFF).filter(status__in=Petition.OPEN)
    arms = [_arm(visits, _CONTACTS, month), _arm(petitions, _STATES, Cast("status", TextField()))]
    if subject:
        referrals = trends.referrals_of(subject, on.year, range(1, 13), on=on, user=user)
        arms.append(_arm(referrals.filter(state__in=_SHOWN_REPLIES), _REPLIES, Cast("state", TextField())))
    return arms[0].union(*arms[1:], all=True)


def _arm(rows, kind, key) -> QuerySet:
    named = rows.order_by().annotate(home_kind=Value(kind, TextField()), home_key=key)
    return named.values_list("home_kind", "home_key").annotate(n=Count("pk"))


def _rows(user, on) -> QuerySet:
    monday = on - timedelta(days=on.weekday())
    receptions = Reception.objects.visible_to(user, roles=STAFF).filter(
        planned_on__range=(monday, week_end(on)), cancelled=False
    )
    imports = Job.objects.visible_to(user).filter(kind=KIND).order_by("-id")
    return _list(
        _first(receptions.order_by("planned_on", "pk"), RECEPTIONS),
        _RECEPTION,
        "station__name",
        "starts_at",
        F("planned_on"),
    ).union(
        _list(_first(imports, IMPORTS), _IMPORT, "state", Value(""), TruncDate("created_at")),
        _list(
            user.saved_filters.all(),
            _KEPT,
            "name",
            Concat("path", Value("?"), "query", output_field=TextField()),
            Value(None, DateField()),
        ),
        all=True,
    )


def _first(rows, n) -> QuerySet:
    return rows.model._base_manager.filter(pk__in=rows.values("pk")[:n])


def _list(rows, kind, name, more, on) -> QuerySet:
    return rows.order_by().values_list(
        Value(kind, TextField()), "pk", Cast(name, TextField()), Cast(more, TextField()), Cast(on, DateField())
    )


def _contact_chart(counts, on) -> dict | None:
    """The contacts of twelve months, each month on its list."""
    found = {one.key: one.n for one in counts if one.kind == _CONTACTS}
    if not found:
        return None
    first = clock.add_months(clock.month_start(on), 1 - MONTHS)
    months = [clock.add_months(first, n) for n in range(MONTHS)]
    numbers = [found.get(f"{day:%Y-%m}") for day in months]
    page = reverse("admin:visits_visit_changelist")
    links = [f"{page}?happened_on__year={day.year}&happened_on__month={day.month}" for day in months]
    labels = [_("Month %(number)d") % {"number": day.month} for day in months]
    title = _("Contacts a month")
    drawn = charts.bars("contacts", title, labels, [charts.Series(_("Contacts"), numbers, charts.NOW, links)])
    return {"title": title, "chart": drawn, "rows": list(zip(months, [n or 0 for n in numbers], links, strict=True))}


def _state_chart(counts) -> dict | None:
    """The open matters by what they stand at, each on its list."""
    found = {one.key: one.n for one in counts if one.kind == _STATES}
    if not found:
        return None
    states = [(state, label) for state, label in Petition.Status.choices if found.get(state)]
    page = reverse("admin:constituents_petition_changelist")
    links = [f"{page}?status__exact={state}" for state, _label in states]
    labels, numbers = [str(label) for _state, label in states], [found[state] for state, _label in states]
    title = _("Open matters")
    drawn = charts.rows("states", title, labels, [charts.Series(_("Matters"), numbers, charts.NOW, links)])
    return {"title": title, "chart": drawn, "rows": list(zip(labels, numbers, links, strict=True)), "sum": sum(numbers)}


def _replies(counts, on) -> dict | None:
    """How many replies of this year's matters came in time, of those that were due (D3-七)."""
    found = {int(one.key): one.n for one in counts if one.kind == _REPLIES}
    due = sum(found.values())
    if not due:
        return None
    page = reverse("reports:records")
    parts = [
        (
            REPLIES[state][1],
            found.get(state, 0),
            f"{page}?{urlencode({'what': 'replies', 'year': on.year, 'reply': REPLIES[state][0]})}",
        )
        for state in _SHOWN_REPLIES
    ]
    share = tenths_of_a_percent(found.get(Reply.IN_TIME, 0), due)
    return {"share": percent(share), "percent": share // 10, "due": due, "parts": parts}


def _import(row) -> dict:
    return {"pk": row.pk, "on": row.on, "state": Job.State(row.name).label}
