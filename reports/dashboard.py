"""The first page of the admin site: what is flagged, what is late, and how far this month's contacts are."""

from django.db.models import Count, Exists, Max, OuterRef
from django.utils.translation import gettext as _

from constituents.models import Referral
from deputies.models import Deputy
from office import clock
from office.admin_site import for_county
from office.roles import STAFF
from reports.models import Flag
from visits.models import Visit

SHOWN = 6
"""So many overdue replies stand on the page; the list has them all."""


def overview(request, context):
    """Called by the site for its index page; all figures are those of the person's own scope."""
    user, today = request.user, clock.today()
    figures = {
        "findings": findings(user),
        "coverage": coverage(user, today),
        "late": overdue_replies(user, today),
        "may_import": for_county(request),
        "month": clock.month_key(today),
    }
    return {**context, **figures, "title": _("Overview")}


def findings(user):
    """Open flags by rule and severity, red first, with the sentence they rest on."""
    flags = Flag.objects.visible_to(user, roles=STAFF).open().values("rule_key", "severity")
    counted = flags.annotate(n=Count("pk"), name=Max("rule__name"), quote=Max("rule__clause__quote"))
    return counted.order_by("-severity", "rule_key")


def coverage(user, today) -> dict:
    """Of the deputies who owe this month a contact, how many have had one so far (D1-3①b)."""
    first, last = clock.month_start(today), clock.month_end(today)
    contact = Visit.objects.between(first, today).filter(deputy=OuterRef("pk"))
    owing = Deputy.objects.visible_to(user, roles=STAFF).in_office(first, last)
    figures = owing.aggregate(all=Count("pk"), seen=Count("pk", filter=Exists(contact)))
    return {**figures, "percent": 100 * figures["seen"] // figures["all"] if figures["all"] else 0}


def overdue_replies(user, today):
    """The longest waits for a reply that has not come in time, each with the days since it was due (D3-七)."""
    waiting = Referral.objects.visible_to(user, roles=STAFF).overdue(today).filter(replied_on=None)
    rows = waiting.select_related("petition__station", "unit").order_by("due_on", "pk")
    return [(referral, (today - referral.due_on).days) for referral in rows[:SHOWN]]
