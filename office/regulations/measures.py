"""What a rule must say by the measure it names, and which numbers are possible.

How a measure is taken is known to the apps above (``reports.measures``); here stand only its name and its amounts.
"""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.models import Rule


class Measure(NamedTuple):
    """``needed`` amounts must be given, ``optional`` ones may; any other is refused."""

    kind: str
    period: str
    needed: frozenset
    optional: frozenset = frozenset()
    raises_flags: bool = True
    # The model whose kinds ``counting`` and ``not_counting`` name.
    counts: str = "visits.visit"
    noun: str = gettext_lazy("time(s)")
    # A clock that runs backwards from its day.
    before: bool = False

    @property
    def amounts(self) -> list[str]:
        """The names of the amounts that it takes, in the order in which a form asks for them."""
        return [name for name in AMOUNTS if name in self.needed | self.optional]


def _measure(period, needed, optional="", **more) -> Measure:
    return Measure(Rule.Kind.MEASURE, period, frozenset(needed.split()), frozenset(optional.split()), **more)


_CLOCK = Measure(Rule.Kind.CLOCK, "clock", frozenset({"days", "unit"}))
_REPLY = _CLOCK._replace(optional=frozenset({"amber_days"}))
_PEOPLE = gettext_lazy("person(s)")
_YEAR = "minimum amber_month full_months"

EARNING = (
    "session",
    "standing",
    "meeting",
    "training",
    "survey",
    "contacts",
    "homes",
    "receptions",
    "suggestions",
    "reports",
    "media",
)
DEDUCTED = ("leave", "absent")
"""What earns a deputy points (履职积分), each with a highest number of its own, and what takes points off."""
_POINTS = [f"{kind}_{item}" for item in EARNING for kind in ("points", "cap")] + [f"minus_{item}" for item in DEDUCTED]
POINTS = (*_POINTS, "total_cap", "good", "fair")
"""The amounts of the points scheme; from ``good`` and from ``fair`` on a total has that grade, below it is poor."""

MEASURES = {
    "monthly_contact": _measure("month", "minimum amber_day", "not_counting"),
    "home_visit": _measure("month", "minimum", "not_counting", raises_flags=False),
    "household_count": _measure("standing", "minimum maximum", noun=gettext_lazy("household(s)")),
    "liaison_voters": _measure("standing", "minimum maximum", noun=_PEOPLE),
    "individual_return": _measure("year", _YEAR, "not_counting"),
    "annual_report_to_voters": _measure("year", _YEAR, "counting"),
    "contact_month": _measure("contact_month", "minimum month amber_day"),
    "pre_session_contact": _measure("session", "minimum days", "counting"),
    "group_visit": _measure("year", "minimum amber_month", "maximum counting", counts="visits.groupactivity"),
    # The text has no frequency: as long as the office has not said every how many months, nothing is asked.
    "area_filing": _measure("filing", "minimum", "every_months days_after", noun=gettext_lazy("filing(s)")),
    "group_leader_meeting": _measure("year", "minimum amber_month", "maximum"),
    "commendation": _measure(
        "year",
        "met_share",
        "contacts receptions suggestions satisfied_share activities filed_share",
        raises_flags=False,
    ),
    # In the office's own text alone: no file of the system has such a rule.
    "points": _measure("year", "", " ".join(POINTS), raises_flags=False),
    "reception_month": _measure("month", "minimum amber_day"),
    "station_head": _measure("standing", "minimum", noun=_PEOPLE),
    "station_tracker": _measure("standing", "minimum", noun=_PEOPLE),
    "reception_notice": _CLOCK._replace(before=True),
    "reception_record": _CLOCK,
    "hand_over": _CLOCK,
    "forward": _CLOCK,
    "unit_receipt": _CLOCK,
    "reply_overdue": _REPLY,
    "letters_reply": _REPLY,
    "suggestion_reply": _REPLY,
    "suggestion_reply_wide": _REPLY,
    "redo_reply": _REPLY,
    "feedback_overdue": _CLOCK,
    "activity_report": _CLOCK,
}

UNITS = ("days", "working-days", "months")
_AT_LEAST = {"months": 28}
"""So many days has one of a unit at least."""
KINDS_OF_CONTACT = ("counting", "not_counting")
"""Lists of the words of ``visits``; which words there are is known to the layer above."""
_RANGES = {
    "minimum": (1, 999),
    "maximum": (1, 999),
    "days": (1, 3650),
    "unit": None,
    "amber_days": (1, 3650),
    "month": (1, 12),
    "amber_day": (1, 28),
    "amber_month": (1, 12),
    "full_months": (1, 12),
    "every_months": (1, 12),
    "days_after": (1, 90),
    "met_share": (0, 100),
    "contacts": (0, 999),
    "receptions": (0, 999),
    "suggestions": (0, 999),
    "satisfied_share": (0, 100),
    "activities": (0, 999),
    "filed_share": (0, 100),
    **dict.fromkeys(POINTS, (1, 999)),
    "counting": None,
    "not_counting": None,
}
AMOUNTS = tuple(_RANGES)


def fault(measure: Measure, amounts: dict, called=str) -> tuple[str, str] | None:
    """The first amount that is missing or impossible, with the reason; None when all can be taken.

    ``called`` gives the name by which the reader knows an amount: that of the file, or the label of a form.
    """
    for name in sorted(amounts.keys() - (measure.needed | measure.optional)):
        return name, _("this measure has no “%(name)s”") % {"name": called(name)}
    for name in sorted(measure.needed - amounts.keys()):
        return name, _("this measure needs “%(name)s”") % {"name": called(name)}
    for name in measure.amounts:
        reason = name in amounts and _fault_of_one(name, amounts[name], called(name))
        if reason:
            return name, reason
    return _fault_of_two(amounts, called) or _fault_of_points(measure, amounts, called)


def bounds(name: str) -> tuple[int, int]:
    """The lowest and the highest number that an amount may be."""
    return _RANGES[name]


def _fault_of_one(name, value, label) -> str | None:
    if name == "unit":
        known = {"name": label, "words": ", ".join(UNITS)}
        return None if value in UNITS else _("“%(name)s” is one of: %(words)s") % known
    if name in KINDS_OF_CONTACT:
        words = type(value) is list and all(type(word) is str and re.fullmatch("[a-z_]+", word) for word in value)
        once = words and len(set(value)) == len(value) > 0
        return None if once else _("“%(name)s” is a list of lower-case words, each once") % {"name": label}
    lowest, highest = bounds(name)
    if type(value) is not int:
        return _("“%(name)s” must be %(kind)s") % {"name": label, "kind": _("a whole number")}
    words = {"name": label, "lowest": lowest, "highest": highest}
    return None if lowest <= value <= highest else _("“%(name)s” is a number from %(lowest)d to %(highest)d") % words


def _fault_of_two(amounts, called) -> tuple[str, str] | None:
    if "maximum" in amounts and amounts["maximum"] < amounts.get("minimum", 0):
        words = {"high": called("maximum"), "low": called("minimum")}
        return "maximum", _("“%(high)s” is below “%(low)s”") % words
    if "days" in amounts and amounts.get("amber_days", 0) > amounts["days"] * _AT_LEAST.get(amounts.get("unit"), 1):
        return "amber_days", _("“%(name)s” is longer than the whole time") % {"name": called("amber_days")}
    return _fault_of_filing(amounts, called)


def _fault_of_filing(amounts, called) -> tuple[str, str] | None:
    months, after = amounts.get("every_months", 12), amounts.get("days_after", 0)
    if 12 % months:
        return "every_months", _("“%(name)s” is one of: %(words)s") % {
            "name": called("every_months"),
            "words": "1, 2, 3, 4, 6, 12",
        }
    if after > months * _AT_LEAST["months"]:
        return "days_after", _("“%(name)s” is longer than the whole time") % {"name": called("days_after")}
    return None


def _fault_of_points(measure, amounts, called) -> tuple[str, str] | None:
    earning = [f"points_{item}" for item in EARNING]
    if earning[0] in measure.optional and not amounts.keys() & set(earning):
        return earning[0], _("say of at least one item how many points it earns")
    for item, points in zip(EARNING, earning, strict=True):
        cap = f"cap_{item}"
        if cap in amounts and amounts[cap] < amounts.get(points, 1000):
            words = {"cap": called(cap), "points": called(points)}
            return cap, _("“%(cap)s” needs “%(points)s”, and is not below it") % words
    if "good" in amounts and amounts["good"] <= amounts.get("fair", 0):
        return "good", _("“%(high)s” is not above “%(low)s”") % {"high": called("good"), "low": called("fair")}
    return None
