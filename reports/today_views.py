"""The page that says what to do today and this week; where everybody's day begins."""

from django.shortcuts import render

from office import clock
from office.admin_site import for_county
from office.roles import STAFF, Role
from office.workdays import Calendar
from reports import dashboard, worklist
from reports.worklist.figures import figures
from reports.worklist.item import LATE, TODAY


def today(request):
    """The worklist of whoever is signed in; for a leader who only reads, three figures."""
    on, user = clock.today(), request.user
    context = {"on": on, "figures": figures(user, on) if user.has_role(Role.LEADER) else []}
    if worklist.has_one(user):
        context |= shown(worklist.read(user, on, _office(request, on)))
    return render(request, "reports/today.html", context)


def _office(request, on):
    if not request.user.has_role(*STAFF):
        return None
    flags = dashboard.findings(request.user)["all_rules"]
    return worklist.Office(flags, Calendar.load().missing(on), for_county(request))


def shown(sections) -> dict:
    """For the template: the sections, whether anything presses, and what comes next where nothing does."""
    items = [item for section in sections for item in section.shown]
    presses = any(section.part in (LATE, TODAY) for section in sections)
    return {"sections": sections, "works": True, "presses": presses, "coming": items[0] if items else None}
