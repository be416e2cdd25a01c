"""Points for duty (履职积分): off until a text of the office's own has a rule with the measure ``points`` in force.

The figures are those of the annual report, under the same keys; the amounts are those of the rule that governs the
deputy at the end of the year, or today while it runs. Nothing is decided by points: they are shown, with their records.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext

from deputies.models import Deputy
from office.models import Rule
from office.regulations.measures import DEDUCTED, EARNING
from office.regulations.wording import ITEMS
from office.rule_sets import WITH_USES, governs
from reports import closing
from reports.annual import figures
from reports.annual.frame import place_of
from reports.annual.period import Period
from reports.annual.shown import links_of
from reports.subjects import Kind, Subject

MEASURE = "points"
FIGURES = {
    "session": "entries.session.present",
    "standing": "entries.standing.present",
    "meeting": "entries.meeting.present",
    "training": "entries.training.present",
    "survey": "entries.survey.present",
    "contacts": "contacts",
    "homes": "seen",
    "receptions": "receptions",
    "suggestions": "suggestions",
    "reports": "reports",
    "media": "entries.media",
    "leave": "entries.session.leave",
    "absent": "entries.session.absent",
}
"""The figure of the annual report that each item counts."""


def last_day(year: int, on: date) -> date:
    """The day whose rules decide a year: its last, or ``on`` while it runs."""
    return min(date(year, 12, 31), on)


def held(rules: Iterable[Rule], measure: str, day: date) -> list[Rule]:
    """The rules of a measure that are in force on a day, the latest first."""
    found = [rule for rule in rules if rule.measure == measure and rule.holds_on(day)]
    return sorted(found, key=lambda rule: rule.effective_from, reverse=True)


@dataclass(frozen=True)
class Item:
    """One item of one deputy: how many times, points each (below zero where they are taken off), points at most."""

    key: str
    number: int
    each: int
    cap: int | None
    address: str

    @property
    def label(self) -> str:
        return str(ITEMS[self.key])

    @property
    def is_capped(self) -> bool:
        return self.cap is not None and self.number * self.each > self.cap

    @property
    def points(self) -> int:
        return self.cap if self.is_capped else self.number * self.each


@dataclass(frozen=True)
class Score:
    """One deputy's points of one year under the rule that governs them."""

    deputy: Deputy
    rule: Rule
    items: list[Item]
    is_over: bool = True

    @property
    def sum(self) -> int:
        return sum(item.points for item in self.items)

    @property
    def total(self) -> int:
        return min(self.sum, self.rule.amounts.get("total_cap", self.sum))

    @property
    def grade(self) -> str:
        """Good, fair or poor in words; empty where the rule does not say from where on.

        Nobody is called poor while the year runs: there is time to do more.
        """
        amounts = self.rule.amounts
        if self.total >= amounts.get("good", self.total + 1):
            return pgettext("points", "good")
        if "fair" not in amounts:
            return ""
        if self.total >= amounts["fair"]:
            return pgettext("points", "fair")
        return pgettext("points", "poor") if self.is_over else ""

    def of(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True)
class Scheme:
    """The rules on points in force on a day, the last of a year or today while it runs; none while it is off."""

    year: int
    day: date
    rules: list[Rule]

    @classmethod
    def among(cls, rules: Iterable[Rule], year: int, *, on: date) -> "Scheme":
        """Those among the rules of a report."""
        day = last_day(year, on)
        return cls(year, day, held(rules, MEASURE, day))

    @classmethod
    def of(cls, year: int, *, on: date) -> "Scheme":
        """The same where no report is read; two queries at most."""
        begun = Rule.objects.sweepable(on, [MEASURE]).select_related("clause__regulation", "rule_set")
        return cls.among(begun.prefetch_related(WITH_USES), year, on=on)

    @property
    def is_on(self) -> bool:
        return bool(self.rules)

    @property
    def keys(self) -> list[str]:
        """The items that one of the rules names, in their order."""
        named = {name.partition("_")[2] for rule in self.rules for name in rule.amounts if name.startswith(_EACH)}
        return [key for key in (*EARNING, *DEDUCTED) if key in named]

    def score(self, row: figures.Row) -> Score | None:
        """The points of a row of the annual report; None for a deputy whom no rule governs."""
        rule = next((rule for rule in self.rules if governs(rule, self.day, **place_of(row.deputy))), None)
        is_over = self.day == date(self.year, 12, 31)
        return rule and Score(row.deputy, rule, list(self._items(row, rule.amounts)), is_over)

    def _items(self, row, amounts):
        link = links_of(Subject(Kind.DEPUTY, str(row.deputy.pk), row.deputy.name), Period.year(self.year))
        for key in self.keys:
            each = amounts.get(f"points_{key}") or -amounts.get(f"minus_{key}", 0)
            if each:
                figure = FIGURES[key]
                yield Item(key, row.figures[figure], each, amounts.get(f"cap_{key}"), link(figure))


_EACH = ("points_", "minus_")


def read(subject: Subject, year: int, *, on: date, user) -> tuple[Scheme, list[Score]]:
    """The scheme of a year, and the points of everybody in a subject whom it governs, by town and district.

    Of a closed year those that were frozen. The queries of the annual report and one more; to be made in
    ``report_tx()``. Raises ``closing.Damaged``.
    """
    [report] = closing.as_frozen(figures.read(subject, year, on=on, user=user))
    scheme = Scheme.among(report.rules, year, on=on)
    return scheme, [score for row in report.rows if (score := scheme.score(row))]


def ordered(scores: list[Score], key: str) -> list[Score]:
    """By how often an item was done, or by the ``total``, the highest first; else as they stand."""
    if key == "total":
        return sorted(scores, key=lambda score: -score.total)
    if key not in FIGURES:
        return scores
    return sorted(scores, key=lambda score: -item.number if (item := score.of(key)) else 1)
