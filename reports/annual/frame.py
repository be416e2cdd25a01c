"""What holds for every row of a report: the period, the day of the reading, the rules and where their sets are used."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.functional import cached_property

from office import clock
from office.models import Rule
from office.regulations.measures import MEASURES
from office.rule_sets import WITH_USES, governs, level_of_station
from reports.annual.months import Service, in_force, why_not_owed
from reports.annual.period import Period
from reports.measures import ALL, asks_stations
from visits import rules

HOUSEHOLDS, VOTERS = "household_count", "liaison_voters"
# The texts' own numbers (D1-3①b, D1-3①a); they hold until the office has loaded its dated rules.
TEXT = {
    rules.MEASURE: [Rule(effective_from=date.min, amounts={"minimum": rules.CONTACTS_A_MONTH})],
    HOUSEHOLDS: [Rule(effective_from=date.min, amounts={"minimum": 2, "maximum": 3})],
}


class Levels(NamedTuple):
    """A place, and of which level a congress and a station are there; any level where none is named."""

    path: str
    congress: str = ""
    station: str = ""


class Month(NamedTuple):
    """A month of a period at a place, by its number in the period; ``amounts`` are None where no rule governs it.

    ``ways`` keeps in which figures a way of contact counts in it, once that was worked out.
    """

    number: int
    first: date
    last: date
    key: str
    amounts: dict | None
    ways: dict


@dataclass(frozen=True)
class Frame:
    """One period of a reading; ``number`` is its place among the periods that were read together."""

    period: Period
    on: date
    rules: list
    number: int = 0
    # The congress sessions, as (term, opening), before which something is asked.
    sessions: frozenset = frozenset()
    # What is asked once, as (rule, span); nothing where no such figure is asked for.
    once: tuple = ()

    @classmethod
    def of(cls, periods: list[Period], on: date, ruled: bool = True) -> list["Frame"]:
        """A frame a period: two queries, for the rules of all that is measured and the uses of their sets."""
        if not ruled:
            return [cls(period, on, [], number) for number, period in enumerate(periods)]
        begun = Rule.objects.sweepable(min(max(period.last for period in periods), on), MEASURES)
        known = list(begun.select_related("clause__regulation", "rule_set").prefetch_related(WITH_USES))
        return [cls(period, on, known, number) for number, period in enumerate(periods)]

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def last(self) -> date:
        return self.period.last

    @property
    def years(self) -> range:
        """The calendar years that it touches."""
        return range(self.first.year, self.last.year + 1)

    @property
    def ends_on(self) -> date:
        """The last day that is known: the period's, or while it runs that of the reading."""
        return min(self.last, self.on)

    @property
    def tells_ways(self) -> bool:
        """Whether a rule on contacts of a month leaves some ways of contact out."""
        asked = [rule.amounts for rule in self.rules if rule.measure == rules.MEASURE]
        return any("counting" in amounts or "not_counting" in amounts for amounts in asked)

    @cached_property
    def _known(self):
        return {}

    @cached_property
    def owed_once(self):
        """What is asked once, by who served alike (see ``reports.annual.once``)."""
        return {}

    @cached_property
    def _places(self):
        return {}

    def place(self, deputy) -> tuple[str, str]:
        """The path and level of a deputy's place; looked up once for all of a district and a term."""
        key = deputy.district_id, deputy.term_id
        return self._places.get(key) or self._places.setdefault(key, tuple(place_of(deputy).values()))

    def months(self, deputy) -> list[Month]:
        """Each month with the amounts that govern the deputy's contacts in it."""
        place = self.place(deputy)
        if place not in self._known:
            self._known[place] = [self._month(number, day, place) for number, day in enumerate(self.period.months, 1)]
        return self._known[place]

    def _month(self, number, first, place) -> Month:
        last = clock.month_end(first)
        return Month(number, first, last, clock.month_key(first), self._amounts(rules.MEASURE, place, last), {})

    def not_owed(self, deputy, service: Service) -> tuple:
        """Why each month is not judged (None: it is); worked out once for all deputies of one service and place."""
        key = (service, self.place(deputy))
        if key not in self._known:
            months = self.months(deputy)
            self._known[key] = tuple(why_not_owed(service, m.first, on=self.on, amounts=m.amounts) for m in months)
        return self._known[key]

    def amounts(self, measure: str, deputy) -> dict | None:
        """The amounts of a measure that govern the deputy at the end; None where no rule does."""
        place = self.place(deputy)
        key = (measure, *place)
        if key not in self._known:
            self._known[key] = self._amounts(measure, place, self.ends_on)
        return self._known[key]

    def duties_for(self, deputies, path: str) -> tuple[Rule, ...]:
        """The duties in force on some day of the period where these deputies are; without any, below a path."""
        districts = {(one.district_id, one.term_id): one for one in deputies}
        places = frozenset(map(_levels, districts.values())) or frozenset({Levels(path)})
        if places not in self._known:
            duties = [rule for rule in self.rules if rule.measure in ALL and _overlaps(rule, self.period)]
            self._known[places] = tuple(rule for rule in duties if _is_used(rule, places, self.period))
        return self._known[places]

    def _amounts(self, measure, place, on):
        path, level = place
        begun = [rule for rule in self.rules if rule.measure == measure and rule.effective_from <= self.ends_on]
        if not begun:
            return in_force(TEXT.get(measure, ()), on)
        return in_force([rule for rule in begun if governs(rule, on, path=path, level=level)], on)


def _levels(deputy) -> Levels:
    town = deputy.district.jurisdiction
    return Levels(town.path, deputy.term.jurisdiction.level, level_of_station(town))


def _is_used(rule: Rule, places: Collection[Levels], period: Period) -> bool:
    """Whether the rule's set is in use at one of the places on some day of the period."""
    wanted = "station" if asks_stations(rule.measure) else "congress"
    uses = [use for use in rule.rule_set.uses.all() if _overlaps(use, period)]
    return any(_reaches(use, place, getattr(place, wanted)) for use in uses for place in places)


def _reaches(use, place: Levels, level: str) -> bool:
    here = use.area is None or place.path.startswith(use.area.path)
    return here and (not use.level or not level or use.level == level)


def _overlaps(one, period) -> bool:
    return one.effective_from <= period.last and (one.effective_to is None or one.effective_to >= period.first)


def place_of(deputy) -> dict[str, str]:
    """What decides which sets of rules govern a deputy: the path of the district, the level of the congress."""
    return {"path": deputy.district.jurisdiction.path, "level": deputy.term.jurisdiction.level}
