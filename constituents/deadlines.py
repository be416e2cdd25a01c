"""When a unit's reply is due, and by which dated rule; the row keeps both, whatever the rule says later."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from constituents.models import Referral
from office.clocks import CLOCKS
from office.models import Jurisdiction, Rule
from office.rule_sets import WITH_USES, governs, level_of_station
from office.workdays import Calendar

REDO = "redo_reply"
REPLIES = {
    Referral.Kind.STATION: "reply_overdue",
    Referral.Kind.LETTERS: "letters_reply",
    Referral.Kind.SUGGESTION: "suggestion_reply",
    Referral.Kind.WIDE: "suggestion_reply_wide",
}
"""What the matter is decides which rule asks for the first reply (D3-七, L2-34, L1-51)."""


@dataclass(frozen=True)
class ReplyClock:
    """All that the day of a reply rests on, read once: three queries for one referral as for a whole register."""

    rules: dict[str, list[Rule]]
    calendar: Calendar

    @classmethod
    def load(cls) -> "ReplyClock":
        found = Rule.objects.sweepable(date.max, [*REPLIES.values(), REDO])
        rules = defaultdict(list)
        for rule in found.select_related("clause", "rule_set").prefetch_related(WITH_USES):
            rules[rule.measure].append(rule)
        return cls(rules, Calendar.load())

    def due(
        self, routed_on: date, place: Jurisdiction, kind=Referral.Kind.STATION, round=1
    ) -> tuple[date | None, Rule | None]:
        """The last day for the reply to what was routed on a day from a place, and the rule that says so.

        Where no rule is in force or in use on that day no reply is due (None, None); of two rules the earlier deadline
        holds. ``round`` 2 is the second handling of what somebody was dissatisfied with.
        """
        measure = REDO if round == 2 else REPLIES[kind]
        here = {"path": place.path, "level": level_of_station(place)}
        rules = self.rules.get(measure, [])
        asked = [rule for rule in rules if rule.holds_on(routed_on) and governs(rule, routed_on, **here)]
        dues = [(CLOCKS[measure].reckon(routed_on, rule, self.calendar).due, rule.pk, rule) for rule in asked]
        due_on, _pk, rule = min(dues, key=lambda one: one[:2], default=(None, None, None))
        return due_on, rule
