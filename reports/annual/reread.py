"""A report put together again from a document that was frozen, so that the page shows it like any other."""

from collections import defaultdict

from deputies.models import Deputy
from reports.annual.columns import Tally
from reports.annual.figures import Report, Row
from reports.annual.parts import Document, Figure
from reports.annual.period import Period


def report_of(document: Document) -> Report:
    """Rows, lines apart and sums as they were frozen; one query, for the deputies' names and districts."""
    tallies = defaultdict(Tally)
    for figure in document.figures():
        if not figure.is_share:
            who, _slash, key = figure.key.rpartition("/")
            _take(tallies[who], inside(key, document.period), figure)
    keys = document.figure("deputies").ids if document.figure("deputies") else ()
    ordered = Deputy.objects.filter(pk__in=keys).select_related("district__jurisdiction", "group", "term__jurisdiction")
    ordered = ordered.order_by("district__jurisdiction__code", "district__number", "district__name", "pk")
    unjudged = (None,) * len(document.period.months)
    only = len(keys) == 1 and str(document.subject.kind) == "deputy"
    rows = [Row(one, tallies["" if only else f"deputy:{one.pk}"], unjudged) for one in ordered]
    apart = {name: _apart(tallies, name) for name in ("nobody", "others")}
    report = Report(document.subject, document.period, document.on, rows, **apart)
    report.__dict__["total"] = report.__dict__["whole"] = tallies[""]
    return report


def _take(tally: Tally, key: str, figure: Figure):
    tally[key] = figure.value
    tally.ids[key] = list(figure.ids)


def inside(key: str, period: Period) -> str:
    """The key under which a figure is counted: a month by its place in the period, ``month.2026-04`` as ``month.4``."""
    name, _dot, month = key.partition(".")
    if name not in ("month", "owed", "missed") or month.count("-") != 1:
        return key
    year, number = map(int, month.split("-"))
    return f"{name}.{period.number_of(period.first.replace(year=year, month=number))}"


def _apart(tallies, name) -> dict:
    return {(who.partition(":")[2], ""): tally for who, tally in tallies.items() if who.startswith(f"{name}:")}
