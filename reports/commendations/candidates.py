"""Who may be commended (D9-6): each criterion with its figure, the amount asked, and the records behind it.

The figures are those of the annual report; the amounts are those of the rule in force at the end of the year. Nobody is
chosen by this: it lists, and people choose.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from deputies.models import Absence, Deputy, DeputyGroup
from office.models import Rule
from office.regulations.wording import NAMES
from office.roles import STAFF
from reports import closing
from reports.annual import figures
from reports.annual.period import Period
from reports.annual.shown import links_of
from reports.commendations import points
from reports.commendations.models import Commendation
from reports.subjects import Kind, Subject
from visits.models import GroupActivity

MEASURE, CLAUSE = "commendation", "D9-6"
RATED = ("satisfaction.satisfied", "satisfaction.fairly", "satisfaction.dissatisfied")
OF_DEPUTIES = {
    "met_share": ("D1-3①b", "met"),
    "contacts": ("D1-3①b", "contacts"),
    "receptions": ("D3-三", "receptions"),
    "suggestions": ("D9-2二b", "suggestions"),
    "satisfied_share": ("D6-b", "satisfaction.satisfied"),
}
OF_GROUPS = {"activities": ("D9-1a", "activities"), "filed_share": ("D9-3", "activities.filed")}
"""The criteria: the clause of the figure, and the key under which its records open."""
SHARES = frozenset({"met_share", "satisfied_share", "filed_share"})


@dataclass(frozen=True)
class Line:
    """One criterion of one candidate; ``value`` is None where nothing is there to be counted."""

    key: str
    value: int | None
    threshold: int
    clause: str
    address: str

    @property
    def label(self) -> str:
        return str(NAMES[self.key])

    @property
    def is_met(self) -> bool:
        return self.value is not None and self.value >= self.threshold

    @property
    def shown(self) -> str:
        return "–" if self.value is None else f"{self.value}%" if self.key in SHARES else str(self.value)

    @property
    def asked(self) -> str:
        return f"{self.threshold}%" if self.key in SHARES else str(self.threshold)

    def as_json(self) -> dict:
        """What is kept as evidence when somebody is chosen."""
        names = ("key", "value", "threshold", "clause", "address")
        return {name: getattr(self, name) for name in names} | {"label": self.label, "met": self.is_met}


@dataclass(frozen=True)
class Candidate:
    """One deputy or group of the year, with every criterion; ``excluded`` says why somebody cannot be chosen."""

    row: Deputy | DeputyGroup
    lines: list[Line]
    excluded: str = ""
    chosen: Commendation | None = None
    # While a rule on points is in force for the deputy.
    score: points.Score | None = None

    @property
    def meets_all(self) -> bool:
        return not self.excluded and all(line.is_met for line in self.lines)

    @property
    def number_met(self) -> int:
        return sum(line.is_met for line in self.lines)


@dataclass(frozen=True)
class Candidates:
    """All of one kind and year, those who meet everything first."""

    kind: str
    year: int
    rule: Rule | None
    rows: list[Candidate]
    scheme: points.Scheme

    @cached_property
    def heads(self) -> list[str]:
        return [line.label for line in self.rows[0].lines] if self.rows else []

    @property
    def meeting(self) -> list[Candidate]:
        return [one for one in self.rows if one.meets_all]

    def by_key(self, keys) -> list[Candidate]:
        return [one for one in self.rows if one.row.pk in keys]


def read(kind: str, subject: Subject, year: int, *, on: date, user) -> Candidates:
    """The candidates of a kind (``deputy`` or ``group``) of a place's year; a fixed number of queries.

    Of a closed year by the figures that were frozen. Raises ``closing.Damaged``.
    """
    known = Commendation.objects.visible_to(user, roles=STAFF).standing().filter(year=year, kind=kind)
    chosen = {getattr(one, f"{kind}_id"): one for one in known}
    day = points.last_day(year, on)
    if kind == Commendation.Kind.DEPUTY:
        [report] = closing.as_frozen(figures.read(subject, year, on=on, user=user))
        scheme = points.Scheme.among(report.rules, year, on=on)
        rule = next(iter(points.held(report.rules, MEASURE, day)), None)
        rows = _deputies(report, year, day, rule.amounts, chosen, scheme) if rule else []
    else:
        rule, scheme = Rule.objects.holding(day, MEASURE), points.Scheme.of(year, on=on)
        rows = _groups(subject, year, on, user, rule.amounts, chosen) if rule else []
    rows.sort(key=lambda one: (bool(one.excluded), -one.number_met))
    return Candidates(kind, year, rule, rows, scheme)


def _deputies(report, year, ends_on, amounts, chosen, scheme):
    asked, found = [key for key in OF_DEPUTIES if key in amounts], []
    for row in report.rows:
        link = links_of(Subject(Kind.DEPUTY, str(row.deputy.pk), row.deputy.name), Period.year(year))
        lines = [_line(key, _of_deputy(key, row.figures), amounts, OF_DEPUTIES, link) for key in asked]
        known = chosen.get(row.deputy.pk)
        found.append(Candidate(row.deputy, lines, _why_not(row, ends_on), known, scheme.score(row)))
    return found


def _of_deputy(key, counted) -> int | None:
    if key == "met_share":
        return _share(counted["met"], counted["owed"])
    if key == "satisfied_share":
        said = [counted[name] for name in RATED]
        return _share(said[0] + said[1], sum(said))
    return counted[key]


def _share(part, whole) -> int | None:
    return 100 * part // whole if whole else None


def _why_not(row, ends_on) -> str:
    """Whoever was suspended in the year, or is not in office at its end, is left out."""
    deputy = row.deputy
    if deputy.has_ended and (deputy.left_on is None or deputy.left_on <= ends_on):
        return _("no longer in office: %s") % deputy.end_reason
    if deputy.joined_on and deputy.joined_on > ends_on:
        return _("not yet in office")
    suspended = [one for one in row.absences if one.kind == Absence.Kind.SUSPENDED]
    return _("suspended: %s") % suspended[0].reason if suspended else ""


def _line(key, value, amounts, criteria, link) -> Line:
    clause, records = criteria[key]
    return Line(key, value, amounts[key], clause, link(records))


def _groups(subject, year, on, user, amounts, chosen):
    asked = [key for key in OF_GROUPS if key in amounts]
    rows = subject.groups(user).select_related("jurisdiction", "term").annotate(serving=_serving(year, on))
    groups, found = list(rows.order_by("jurisdiction__code", "pk")), []
    counted = _frozen_activities(groups, year) or _activities(year, on)
    for group in groups:
        number, in_time = counted.get(group.pk, (0, 0))
        link = links_of(Subject(Kind.GROUP, str(group.pk), group.name), Period.year(year))
        values = {"activities": number, "filed_share": _share(in_time, number)}
        lines = [_line(key, values[key], amounts, OF_GROUPS, link) for key in asked]
        why = "" if group.serving else _("no deputy of the group was in office")
        if number or group.serving:
            found.append(Candidate(group, lines, why, chosen.get(group.pk)))
    return found


def _serving(year, on):
    day = min(date(year, 12, 31), on)
    there = Q(deputies__joined_on=None) | Q(deputies__joined_on__lte=day)
    stays = Q(deputies__left_on__gt=day) | Q(deputies__left_on=None, deputies__end_reason="")
    return Count("deputies", filter=there & stays)


def _frozen_activities(groups, year) -> dict:
    """The same as ``_activities`` as it was frozen; nothing of a year that is open."""
    kept = closing.frozen_each([f"{Kind.GROUP}:{group.pk}" for group in groups], year) or ()
    found = {}
    for document in kept:
        told = {figure.key: figure.value for figure in document.figures()}
        number, filed, late = (told.get(f"activities{key}", 0) for key in ("", ".filed", ".filed_late"))
        found[int(document.subject.key)] = number, filed - late
    return found


def _activities(year, on) -> dict:
    """By group: the activities of the year, and those of which the report came in time (D9-3)."""
    rows = GroupActivity.objects.between(date(year, 1, 1), min(date(year, 12, 31), on)).order_by()
    in_time = Q(reported_on__lte=F("report_due_on")) | Q(reported_on__isnull=False, report_due_on=None)
    counted = rows.values("group").annotate(n=Count("pk"), filed=Count("pk", filter=in_time))
    return {group: (n, filed) for group, n, filed in counted.values_list("group", "n", "filed")}
