"""A deputy's own year on the phone: the annual report's figures of two years, and the page behind each.

The figures are those of ``reports.annual.figures``; only turns and suggestions, which no report counts, are read here.
"""

from collections import Counter
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from reports import closing
from reports.annual import figures
from reports.annual.columns import REPLIES
from reports.annual.screen import Bar, month_bars
from reports.subjects import OWN, Kind, Subject
from visits.models import Visit

_RECORDS, _HOMES, _MATTERS = "records", "homes", "matters"
_PARTS = (
    (
        gettext_lazy("Contacts with voters"),
        "D1-3①b",
        (
            ("contacts", gettext_lazy("number of contacts"), _RECORDS),
            ("met", gettext_lazy("months met"), _RECORDS),
            ("missed", gettext_lazy("months missed"), _RECORDS),
            *((f"kind.{kind.value}", kind.label, _RECORDS) for kind in Visit.Kind),
        ),
    ),
    (
        gettext_lazy("Contact households"),
        "D1-3①a",
        (
            ("households", gettext_lazy("households of the year"), _HOMES),
            ("seen", gettext_lazy("households seen"), _HOMES),
            ("unseen", gettext_lazy("households missed"), _HOMES),
        ),
    ),
    (
        gettext_lazy("Receptions and suggestions"),
        "D3-三 · D9-2二b",
        (
            ("receptions", pgettext_lazy("own year", "receptions at the station"), "stations"),
            ("suggestions", pgettext_lazy("own year", "suggestions handed in"), "suggestions"),
            ("suggestions.replied", pgettext_lazy("own year", "of these, replied to"), "suggestions"),
        ),
    ),
    (
        gettext_lazy("Matters that voters raised"),
        "D5-三a · D3-七",
        (
            ("petitions", gettext_lazy("taken in"), _MATTERS),
            *((f"reply.{key}", label, _MATTERS) for key, label in REPLIES.values()),
            ("satisfaction.satisfied", pgettext_lazy("own year", "judged satisfied"), _MATTERS),
        ),
    ),
)
_ALWAYS = {"contacts", "met", "missed", "households", "seen", "unseen", "receptions", "suggestions", "petitions"}
_ALWAYS |= {f"kind.{Visit.Kind.REPORT}", f"kind.{Visit.Kind.GROUP}"}
"""What is shown also where it is nothing; any other figure is shown where one of the years has it."""
_BAD = {"missed", "unseen", "reply.overdue"}


class Figure(NamedTuple):
    """One figure of the year with last year's beside it, and the page of the records behind it."""

    key: str
    label: str
    number: int
    before: int
    link: str
    is_bad: bool


class Part(NamedTuple):
    title: str
    clause: str
    figures: list[Figure]


class Year(NamedTuple):
    """A deputy's year and the one before it."""

    report: figures.Report
    row: figures.Row
    before: Counter
    parts: list[Part]
    bars: list[tuple[Bar, str]]


def label_of(key: str) -> str | None:
    """What a figure of this page is called; None for a key that is none."""
    return next((str(label) for _title, _clause, shown in _PARTS for one, label, _to in shown if one == key), None)


def read(user, year: int, *, on: date) -> Year | None:
    """The own year as it stands on ``on``, a closed one as it was frozen; None without a mandate.

    Eight queries inside ``report_tx()``. Raises ``closing.Damaged``.
    """
    subject = Subject(Kind.DEPUTY, OWN, str(user))
    last, this = closing.as_frozen(*figures.read_years(subject, [year - 1, year], on=on, user=user))
    if not this.rows:
        return None
    row, before = this.rows[0], last.rows[0].figures
    parts = [Part(str(title), clause, _figures(shown, row, before, year)) for title, clause, shown in _PARTS]
    months = [reverse("visits:my_month") + f"?month={year}-{n:02d}" for n in range(1, 13)]
    return Year(this, row, before, parts, list(zip(month_bars(row.figures), months, strict=True)))


def _figures(shown, row, before, year) -> list[Figure]:
    return [
        Figure(
            key,
            str(label),
            row.figures[key],
            before[key],
            _link(to, key, row, year),
            key in _BAD and bool(row.figures[key]),
        )
        for key, label, to in shown
        if key in _ALWAYS or row.figures[key] or before[key]
    ]


def _link(to, key, row, year) -> str:
    records = reverse("reports:deputy_records", args=[row.deputy.pk])
    kind = f"&kind={key.removeprefix('kind.')}" if key.startswith("kind.") else ""
    return {
        _RECORDS: f"{records}?year={year}{kind}",
        _HOMES: f"{records}?year={year}#homes",
        _MATTERS: f"{reverse('constituents:list')}?part=all&first={year}-01-01&last={year}-12-31",
        "stations": reverse("stations:calendar"),
        "suggestions": f"{reverse('constituents:suggestions')}?part=all",
    }[to]
