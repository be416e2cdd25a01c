"""Where the record behind a line is opened, by whoever reads the file."""

from django.urls import reverse

from office import clock, policy
from office.roles import STAFF

_PAGES = {
    "entered": "duty:entry",
    "declared": "duty:entry",
    "activity": "group:activity",
    "suggestion": "constituents:suggestion",
    "engagement": "constituents:engagement",
    "report": "voters:report",
    "reception": "stations:reception",
    "commendation": "admin:reports_commendation_change",
    "absence": "admin:deputies_deputy_change",
}


def opener(deputy, user):
    """A function of a line: the address of its record, empty where this person has no page for it."""
    may = {source: _is_open(name, user) for source, name in _PAGES.items()}
    records, is_staff = reverse("reports:deputy_records", args=[deputy.pk]), user.has_role(*STAFF)

    def link(line) -> str:
        if line.source in ("visit", "opinion"):
            if deputy.user_id == user.pk:
                return reverse("visits:contact", args=[line.pk])
            return f"{records}?month={clock.month_key(line.on)}#record-{line.pk}"
        if not may[line.source] or (_PAGES[line.source].startswith("admin:") and not is_staff):
            return ""
        return reverse(_PAGES[line.source], args=[deputy.pk if line.source == "absence" else line.pk])

    return link


def _is_open(name, user) -> bool:
    try:
        return policy.line_for(name).allows(user, "GET")
    except KeyError:
        return False
