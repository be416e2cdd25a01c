"""When a unit's reply is due, and by which dated rule; the row keeps both, whatever the rule says later."""

from dataclasses import dataclass
from datetime import date

from liaison_stations.models import Station
from office import rule_sets
from office.clocks import CLOCKS
from office.models import Rule, RuleSetUse
from office.workdays import Calendar

MEASURE = "reply_overdue"


@dataclass(frozen=True)
class ReplyClock:
    """All that the day of a reply rests on, read once: three queries for one referral as for a whole register."""

    rules: list[Rule]
    uses: list[RuleSetUse]
    calendar: Calendar

    @classmethod
    def load(cls) -> "ReplyClock":
        rules = Rule.objects.sweepable(date.max, [MEASURE]).select_related("clause")
        uses = RuleSetUse.objects.select_related("area").order_by("pk")
        return cls(list(rules), list(uses), Calendar.load())

    def due(self, routed_on: date, station: Station) -> tuple[date | None, Rule | None]:
        """The last day for the reply to what a station routed on a day (D3-七), and the rule that says so.

        Where no rule is in force or in use on that day no reply is due; of two rules the earlier deadline holds.
        """
        asked = [rule for rule in self.rules if rule.holds_on(routed_on) and self._applies(rule, routed_on, station)]
        dues = [(CLOCKS[MEASURE].reckon(routed_on, rule, self.calendar).due, rule.pk, rule) for rule in asked]
        due_on, _pk, rule = min(dues, key=lambda one: one[:2], default=(None, None, None))
        return due_on, rule

    def _applies(self, rule, on, station) -> bool:
        where = {"place": station.jurisdiction, "level": rule_sets.level_of_station(station.jurisdiction)}
        return any(rule_sets.applies(use, rule, on, **where) for use in self.uses)
