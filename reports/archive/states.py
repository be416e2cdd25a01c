"""How each record that a group files stands with the office: filed, received, returned, not yet; and for how long."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office.models import Rule
from reports.archive.scope import Scope
from reports.measures.spans import spans
from visits.areas.actions import HOW_OFTEN
from visits.models import AreaFiling, GroupActivity

OVERDUE, NOT_YET, RETURNED, FILED, RECEIVED = "overdue", "draft", "returned", "filed", "received"
NAMES = {
    OVERDUE: _("overdue"),
    NOT_YET: _("not filed yet"),
    RETURNED: _("returned for correction"),
    FILED: _("filed, not received yet"),
    RECEIVED: _("received by the office"),
}
"""In the order in which they are to be looked at."""


@dataclass(frozen=True)
class Line:
    """One record that is filed, or is to be: ``days`` is how long it is overdue."""

    group: object
    what: str
    on: date
    due: date | None
    state: str
    days: int
    clause: str
    link: str
    row: object

    @property
    def name(self) -> str:
        return NAMES[self.state]


def lines(user, year: int, *, roles, on: date, group=None) -> list[Line]:
    """All of a year in sight, those that are overdue first, the longest first; three questions."""
    activities = GroupActivity.objects.visible_to(user, roles=roles).filter(happened_on__year=year)
    filings = AreaFiling.objects.visible_to(user, roles=roles).filter(last__year=year)
    if group:
        activities, filings = activities.filter(group=group), filings.filter(group=group)
    about = ("group__jurisdiction", "filed_by", "received_by")
    found = [_activity(one, on) for one in activities.select_related(*about)]
    rule = Rule.objects.holding(on, HOW_OFTEN)
    found += [_area(one, rule, on) for one in filings.select_related(*about)]
    order = list(NAMES)
    return sorted(found, key=lambda one: (order.index(one.state), -one.days, one.on, one.what))


def _activity(row, on) -> Line:
    due = row.report_due_on
    state, days = _stands(row, due, on)
    what, link = row.topic or str(row.get_kind_display()), reverse("group:activity", args=[row.pk])
    return Line(row.group, what, row.happened_on, due, state, days, "D9-3", link, row)


def _area(row, rule, on) -> Line:
    # No text says by when an area files (D1-3a): it is overdue only where the county has set a day.
    due = next((span.last for span in spans(rule, row.last, row.last)), None) if rule else None
    state, days = _stands(row, due, on)
    link = reverse("areas:filing", args=[row.pk])
    return Line(row.group, row.title, row.last, due, state, days, "D1-3a", link, row)


def _stands(row, due, on) -> tuple[str, int]:
    """How a record stands with the office, and how many days it is overdue."""
    state = str(row.filing)
    return (OVERDUE, (on - due).days) if state in (NOT_YET, RETURNED) and due and due < on else (state, 0)


def sums(found: list[Line]) -> list[tuple]:
    """For each group how many stand in each state, and how many there are."""
    counted, groups = Counter((one.group.pk, one.state) for one in found), {one.group.pk: one.group for one in found}
    rows = [(group, [counted[pk, state] for state in NAMES]) for pk, group in groups.items()]
    return sorted(
        ((group, numbers, sum(numbers)) for group, numbers in rows), key=lambda row: (-row[1][0], row[0].name)
    )


def stored(scope: Scope):
    """Every file that people added and that belongs to the archive, by name and place; one question."""
    arms = [
        _files(scope.activity_files()),
        _files(scope.area_files()),
        _files(scope.report_files()),
        _files(scope.duty_files()),
        _files(scope.attachments()),
        _files(scope.scans(), "scan"),
        _files(scope.photos(), "file", None),
    ]
    return arms[0].union(*arms[1:], all=True)


def _files(rows, path="file", name="name"):
    said = Cast(F(name), TextField()) if name else Value("", TextField())
    return rows.order_by().values_list(said, Cast(F(path), CharField(max_length=200)))
