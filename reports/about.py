"""What a flag is about, in words and with the page it is kept on: one of eight kinds of subject."""

from datetime import date
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from office import clocks

SELECT = (
    "rule__clause__regulation",
    "jurisdiction",
    "deputy__group",
    "group",
    "station",
    "reception__station",
    "petition__station",
    "referral__petition__station",
    "referral__suggestion",
    "referral__unit",
    "activity__group",
    "office",
)
"""All that the functions below read of a flag, for ``select_related``."""


_PAGES = {"constituents.petition": "constituents:detail", "constituents.suggestion": "constituents:suggestion"}
"""What is kept on a page of its own; everything else is kept in the admin site."""


class About(NamedTuple):
    """The subject of a flag: its kind, its name, and the page that it is kept on."""

    kind: str
    name: str
    link: str


def about(flag) -> About:
    """The subject of a flag read with ``SELECT``."""
    kind, _key = flag.about
    label = str(flag._meta.get_field(kind).verbose_name)
    return _READ.get(kind, _plain)(getattr(flag, kind), label)


def days_overdue(flag, on: date) -> int:
    """Days since the due day, up to the day it was cleared; negative as long as it is to come."""
    return ((flag.cleared_on or on) - flag.due_on).days


def deadline_page(flag) -> str:
    """The page that says why the due day is the day it is; none where no clock runs."""
    kind, key = flag.about
    return reverse("office:deadline_of", args=[kind, key]) if kind in clocks.SUBJECTS else ""


def page_of(row) -> str:
    """The page that a row is kept on; none where it has none."""
    label = row._meta.label_lower
    try:
        return reverse(_PAGES.get(label) or f"admin:{label.replace('.', '_')}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


def _plain(row, label) -> About:
    return About(label, str(row), page_of(row))


def _petition(petition, label) -> About:
    return About(label, petition.number, page_of(petition))


def _referral(referral, label) -> About:
    return About(label, str(referral), page_of(referral.matter))


def _reception(reception, label) -> About:
    name = _("%(day)s, %(station)s") % {"day": reception.planned_on.isoformat(), "station": reception.station}
    return About(label, name, page_of(reception))


def _activity(activity, label) -> About:
    name = f"{activity.happened_on.isoformat()} {activity.group} {activity.get_kind_display()}"
    return About(label, name, page_of(activity))


_READ = {"petition": _petition, "referral": _referral, "reception": _reception, "activity": _activity}
