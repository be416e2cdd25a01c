"""When a unit's reply is due, and by which dated rule; the row keeps both, whatever the rule says later."""

from dataclasses import dataclass
from datetime import date

from liaison_stations.models import Station
from office.clocks import CLOCKS
from office.models import Rule
from office.rule_sets import WITH_USES, governs, level_of_station
from office.workdays import Calendar

MEASURE = "reply_overdue"


@dataclass(frozen=True)
class ReplyClock:
    """All that the day of a reply rests on, read once: four queries for one referral as for a whole register."""

    rules: list[Rule]
    calendar: Calendar

    @classmethod
    def load(cls) -> "ReplyClock":
        rules = Rule.objects.sweepable(date.max, [MEASURE]).select_related("clause", "rule_set")
        return cls(list(rules.prefetch_related(WITH_USES)), Calendar.load())

    def due(self, routed_on: date, station: Station) -> tuple[date | None, Rule | None]:
        """The last day for the reply to what a station routed on a day (D3-七), and the rule that says so.

        Where no rule is in force or in use on that day no reply is due; of two rules the earlier deadline holds.
        """
        here = {"path": station.jurisdiction.path, "level": level_of_station(station.jurisdiction)}
        asked = [rule for rule in self.rules if rule.holds_on(routed_on) and governs(rule, routed_on, **here)]
        dues = [(CLOCKS[MEASURE].reckon(routed_on, rule, self.calendar).due, rule.pk, rule) for rule in asked]
        due_on, _pk, rule = min(dues, key=lambda one: one[:2], default=(None, None, None))
        return due_on, rule
