"""The amounts of a rule in words, as the office reads them."""

from collections.abc import Iterator

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.models import Rule
from office.regulations.measures import KINDS_OF_CONTACT, MEASURES, Measure

NAMES = {
    "minimum": gettext_lazy("at least"),
    "maximum": gettext_lazy("at most"),
    "days": gettext_lazy("time allowed"),
    "unit": gettext_lazy("counted in"),
    "amber_days": gettext_lazy("days of amber before the deadline"),
    "month": gettext_lazy("month"),
    "amber_day": gettext_lazy("amber from day of the month"),
    "amber_month": gettext_lazy("amber from month"),
    "full_months": gettext_lazy("full months in office"),
    "counting": gettext_lazy("only these count"),
    "not_counting": gettext_lazy("these do not count"),
}
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
    }
    yield from (text % amounts[name] for name, text in texts.items() if name in amounts)
    labels = kinds_of(measure)
    for name in KINDS_OF_CONTACT:
        if name in amounts:
            yield f"{NAMES[name]}：{'、'.join(str(labels.get(word, word)) for word in amounts[name])}"


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
