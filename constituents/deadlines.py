"""When a unit's reply is due, and by which dated rule; the row keeps both, whatever the rule says later."""

from datetime import date, timedelta

from office.models import Rule

MEASURE = "reply_overdue"


def reply_due(routed_on: date) -> tuple[date | None, Rule | None]:
    """The last day for the reply to what was routed on a day (D3-七): calendar days after that day, and the rule.

    Without a rule in force on that day no reply is due.
    """
    for rule in reversed(Rule.objects.sweepable(routed_on, [MEASURE]).order_by("effective_from")):
        if rule.holds_on(routed_on):
            return routed_on + timedelta(days=rule.amounts["days"]), rule
    return None, None
