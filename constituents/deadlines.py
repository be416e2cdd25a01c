"""When a unit's reply is due, and by which dated rule; the row keeps both, whatever the rule says later."""

from datetime import date

from constituents.models import Referral
from office.clocks import Rulebook
from office.models import Jurisdiction, Rule

RECEIPT = "unit_receipt"
REDO = "redo_reply"
REPLIES = {
    Referral.Kind.STATION: "reply_overdue",
    Referral.Kind.LETTERS: "letters_reply",
    Referral.Kind.SUGGESTION: "suggestion_reply",
    Referral.Kind.WIDE: "suggestion_reply_wide",
}
"""What the matter is decides which rule asks for the first reply (D3-七, L2-34, L1-51)."""


class ReplyClock(Rulebook):
    """The rules of a referral's days: its reply, and its receipt by the unit."""

    @classmethod
    def load(cls) -> "ReplyClock":
        return super().load(*REPLIES.values(), REDO, RECEIPT)

    def due(
        self, routed_on: date, place: Jurisdiction, kind=Referral.Kind.STATION, round=1
    ) -> tuple[date | None, Rule | None]:
        """The last day for the reply to what was routed on a day from a place, and the rule that says so.

        Where no rule is in force or in use on that day no reply is due (None, None); of two rules the earlier deadline
        holds. ``round`` 2 is the second handling of what somebody was dissatisfied with.
        """
        return self.deadline(REDO if round == 2 else REPLIES[kind], routed_on, place)

    def receipt(self, routed_on: date, place: Jurisdiction) -> tuple[date | None, Rule | None]:
        """The last day on which the unit accepts it or gives it back (L2-23), and the rule that says so."""
        return self.deadline(RECEIPT, routed_on, place)
