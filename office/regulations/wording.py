"""The amounts of a rule in words, as the office reads them."""

from collections.abc import Iterator

from django.apps import apps
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from office.models import Rule
from office.regulations.measures import DEDUCTED, EARNING, KINDS_OF_CONTACT, MEASURES, Measure

ITEMS = {
    "session": pgettext_lazy("points", "sessions of the congress attended"),
    "standing": pgettext_lazy("points", "meetings of the standing committee attended"),
    "meeting": pgettext_lazy("points", "other meetings attended"),
    "training": pgettext_lazy("points", "trainings attended"),
    "survey": pgettext_lazy("points", "inspections and surveys attended"),
    "contacts": pgettext_lazy("points", "contacts with voters"),
    "homes": pgettext_lazy("points", "contact households seen"),
    "receptions": pgettext_lazy("points", "receptions at the station"),
    "suggestions": pgettext_lazy("points", "suggestions handed in"),
    "reports": pgettext_lazy("points", "reports to voters"),
    "media": pgettext_lazy("points", "reports in the media"),
    "leave": pgettext_lazy("points", "sessions on leave"),
    "absent": pgettext_lazy("points", "sessions absent without leave"),
}
"""What earns a deputy points, and what takes them off."""
_POINT_NAMES = (
    ("points", EARNING, pgettext_lazy("points", "{}: points each")),
    ("cap", EARNING, pgettext_lazy("points", "{}: points at most")),
    ("minus", DEDUCTED, pgettext_lazy("points", "{}: points off each")),
)

NAMES = {
    **{f"{kind}_{one}": format_lazy(said, ITEMS[one]) for kind, items, said in _POINT_NAMES for one in items},
    "total_cap": pgettext_lazy("points", "total at most"),
    "good": pgettext_lazy("points", "good from"),
    "fair": pgettext_lazy("points", "fair from"),
    "minimum": gettext_lazy("at least"),
    "maximum": gettext_lazy("at most"),
    "days": gettext_lazy("time allowed"),
    "unit": gettext_lazy("counted in"),
    "amber_days": gettext_lazy("days of amber before the deadline"),
    "month": gettext_lazy("month"),
    "amber_day": gettext_lazy("amber from day of the month"),
    "amber_month": gettext_lazy("amber from month"),
    "full_months": gettext_lazy("full months in office"),
    "every_months": gettext_lazy("every so many months"),
    "days_after": gettext_lazy("days after the period"),
    "met_share": gettext_lazy("months met, per cent"),
    "contacts": gettext_lazy("contacts in the year"),
    "receptions": gettext_lazy("receptions in the year"),
    "suggestions": gettext_lazy("suggestions in the year"),
    "satisfied_share": gettext_lazy("satisfied or fairly satisfied, per cent"),
    "activities": gettext_lazy("group activities in the year"),
    "filed_share": gettext_lazy("activities reported in time, per cent"),
    "counting": gettext_lazy("only these count"),
    "not_counting": gettext_lazy("these do not count"),
}
THRESHOLDS = (
    "met_share",
    "contacts",
    "receptions",
    "suggestions",
    "satisfied_share",
    "activities",
    "filed_share",
)
"""What a candidate for commendation has at least (D9-6)."""
UNITS = {
    "days": gettext_lazy("calendar days"),
    "working-days": gettext_lazy("working days"),
    "months": gettext_lazy("months"),
}


def in_words(rule: Rule) -> str:
    """All amounts of a rule in one line; a rule without amounts has none."""
    measure = MEASURES.get(rule.measure)
    return "；".join(_phrases(measure, rule.amounts)) if measure else ""


def kinds_of(measure: Measure) -> dict[str, str]:
    """The kinds of contact or activity that this measure may count, with their labels.

    Their model stands in an app above and is known here by its name alone.
    """
    return dict(apps.get_model(measure.counts).Kind.choices)


def _phrases(measure, amounts) -> Iterator[str]:
    yield from _number(measure, amounts)
    yield from _time(measure, amounts)
    texts = {
        "month": _("in month %d"),
        "amber_day": _("amber from day %d"),
        "amber_month": _("amber from month %d"),
        "amber_days": _("amber %d days before the deadline"),
        "full_months": _("owed after %d full months in office"),
        "every_months": _("every %d months"),
        "days_after": _("by %d days after the period"),
    }
    if measure.period == "filing" and "every_months" not in amounts:
        yield _("the county has not said how often: nothing is asked")
    yield from (text % amounts[name] for name, text in texts.items() if name in amounts)
    yield from (f"{NAMES[name]} ≥ {amounts[name]}" for name in THRESHOLDS if name in amounts)
    yield from _of_points(amounts)
    labels = kinds_of(measure)
    for name in KINDS_OF_CONTACT:
        if name in amounts:
            yield f"{NAMES[name]}：{'、'.join(str(labels.get(word, word)) for word in amounts[name])}"


def _of_points(amounts) -> Iterator[str]:
    for item in EARNING:
        words = {"item": ITEMS[item], "n": amounts.get(f"points_{item}"), "most": amounts.get(f"cap_{item}")}
        if words["most"]:
            yield _("%(item)s: %(n)d points each, %(most)d at most") % words
        elif words["n"]:
            yield _("%(item)s: %(n)d points each") % words
    for item in DEDUCTED:
        if f"minus_{item}" in amounts:
            yield _("%(item)s: %(n)d points off each") % {"item": ITEMS[item], "n": amounts[f"minus_{item}"]}
    yield from (f"{NAMES[name]} {amounts[name]}" for name in ("total_cap", "good", "fair") if name in amounts)


def _number(measure, amounts) -> Iterator[str]:
    lowest, highest = amounts.get("minimum"), amounts.get("maximum")
    words = {"low": lowest, "high": highest, "noun": measure.noun}
    if lowest is not None and lowest == highest:
        yield _("exactly %(low)d %(noun)s") % words
    elif lowest is not None and highest is not None:
        yield _("%(low)d to %(high)d %(noun)s") % words
    elif lowest is not None:
        yield _("at least %(low)d %(noun)s") % words


def _time(measure, amounts) -> Iterator[str]:
    if "days" not in amounts:
        return
    words = {"n": amounts["days"], "unit": UNITS.get(amounts.get("unit"), UNITS["days"])}
    if "unit" not in amounts:
        yield _("in the %(n)d %(unit)s before") % words
    elif measure.before:
        yield _("%(n)d %(unit)s before") % words
    else:
        yield _("within %(n)d %(unit)s") % words
