"""The first page of the admin site: what is to be done, what is flagged or late, how far this month's contacts are."""

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from constituents.models import Referral
from deputies.models import Deputy
from office import clock
from office.admin_site import for_county
from office.models import Rule
from office.roles import STAFF
from office.workdays import Calendar
from reports import office_home, worklist
from reports.about import page_of
from reports.models import Flag
from visits.models import Visit

SHOWN = 6
"""So many rules and overdue replies stand on the page; the lists have them all."""


def overview(request, context):
    """Called by the site for its index page; all figures are those of the person's own scope."""
    user, today, for_all = request.user, clock.today(), for_county(request)
    found, missing = findings(user), Calendar.load().missing(today)
    figures = {
        "sections": worklist.read(user, today, worklist.Office(found["all_rules"], missing, for_all)),
        "findings": found,
        "coverage": coverage(user, today),
        "late": overdue_replies(user, today),
        "years_missing": missing,
        "may_import": for_all,
        "month": clock.month_key(today),
        **office_home.read(user, today),
    }
    return {**context, **figures, "title": _("Overview")}


def findings(user) -> dict:
    """Open flags by rule, those with the most red ones first, each with the sentence it rests on; and all of them."""
    flags = Flag.objects.visible_to(user, roles=STAFF).open().values("rule_key")
    counted = flags.annotate(
        red=Count("pk", filter=Q(severity=Rule.Severity.RED)),
        amber=Count("pk", filter=Q(severity=Rule.Severity.AMBER)),
        name=Max("rule__name"),
        quote=Max("rule__clause__quote"),
    )
    rules = list(counted.order_by("-red", "-amber", "rule_key"))
    return {
        "rules": rules[:SHOWN],
        "all_rules": rules,
        "more": len(rules[SHOWN:]),
        "all": sum(r["red"] + r["amber"] for r in rules),
    }


def coverage(user, today) -> dict:
    """Of the deputies who owe this month a contact, how many have had one so far (D1-3①b).

    ``left_out`` are those who serve today without owing it: who took office within the month, is to leave office in
    it, or is suspended or on leave.
    """
    first, last = clock.month_start(today), clock.month_end(today)
    contact = Visit.objects.between(first, today).filter(deputy=OuterRef("pk"))
    owes = Q(pk__in=Deputy.objects.owing(first, last).order_by().values("pk"))
    serving = Deputy.objects.visible_to(user, roles=STAFF).in_office(today, today)
    figures = serving.aggregate(
        all=Count("pk", filter=owes),
        seen=Count("pk", filter=owes & Q(Exists(contact))),
        left_out=Count("pk", filter=~owes),
    )
    return {**figures, "percent": 100 * figures["seen"] // figures["all"] if figures["all"] else 0}


def overdue_replies(user, today):
    """The longest waits for a reply that has not come in time, each with its page and the days since it was due."""
    waiting = Referral.objects.visible_to(user, roles=STAFF).overdue(today).filter(replied_on=None)
    rows = waiting.select_related("petition__station", "suggestion", "unit").order_by("due_on", "pk")
    return [(one, page_of(one.matter), (today - one.due_on).days) for one in rows[:SHOWN]]
