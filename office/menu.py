"""The main menu: the pages that a person may open, in the order of their day. The first is where they begin.

And the side menu of the admin site, which the settings name.
"""

from functools import cache, partial

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office import notices, policy
from office.roles import STAFF, Role

_PAGES = (
    ("admin:index", _("Office")),
    ("admin:office_user_changelist", _("Users")),
    ("admin:office_auditevent_changelist", _("Audit trail")),
    ("office:system", _("State of the system")),
    ("reports:today", pgettext_lazy("menu", "To do")),
    ("visits:my_month", _("My month")),
    ("reports:duties", _("What I still owe")),
    ("reports:group", _("My group")),
    ("group:activities", _("Group activities")),
    ("voters:mine", _("My report to voters")),
    ("constituents:desk", _("Station desk")),
    ("constituents:list", _("Matters")),
    ("constituents:tasks", _("Tasks of the unit")),
    ("constituents:suggestions", _("Suggestions")),
    ("stations:calendar", _("Reception rota")),
    ("voters:plan", _("Reports to voters")),
    ("areas:filings", _("Filings of the areas")),
    ("consultations:list", _("Consultations")),
    ("reports:my_year", _("My year so far")),
    ("reports:my_records", _("My records")),
    ("reports:objections", pgettext_lazy("menu", "My record is wrong")),
    ("reports:my_duty_file", _("My duty file")),
    ("reports:duty_files", _("Duty files")),
    ("duty:entries", _("Entries of the duty file")),
    ("reports:filings", _("States of the filings")),
    ("reports:group_duties", _("Group duties")),
    ("reports:trends", _("Figures over time")),
    ("reports:annual", _("Annual report")),
    ("reports:coverage", _("Coverage by month")),
    ("reports:exports", _("My exports")),
    ("reports:papers", _("Papers")),
    ("office:deadline", _("Deadline calculator")),
)
# Open to more people than those whose day they belong to.
_SHOWN_TO = {
    "admin:index": STAFF,
    "admin:office_user_changelist": {Role.SECURITY_ADMIN},
    "admin:office_auditevent_changelist": {Role.AUDIT_ADMIN},
    "office:system": {Role.SYSTEM_ADMIN},
    "office:deadline": STAFF,
    "reports:group_duties": STAFF | {Role.GROUP_LEADER},
    "reports:group": {Role.GROUP_LEADER},
    "reports:filings": {Role.GROUP_LEADER},
    "reports:duty_files": {Role.GROUP_LEADER, Role.LEADER},
    "duty:entries": {Role.DEPUTY, Role.GROUP_LEADER},
    "group:activities": {Role.GROUP_LEADER},
}


def pages_of(user) -> list[tuple]:
    """The name of the address and the label of each page that ``user`` may open."""
    return [
        (name, label) for name, label in _PAGES if policy.line_for(name).allows(user, "GET") and _is_shown(name, user)
    ]


def _is_shown(name, user) -> bool:
    return name not in _SHOWN_TO or user.is_superuser or user.has_role(*_SHOWN_TO[name])


def labels_for(role) -> list[str]:
    """What stands in the menu of somebody with this role alone."""
    return [str(label) for name, label in _PAGES if role in _meant_for(name)]


def _meant_for(name) -> set:
    return set(_SHOWN_TO.get(name, Role)) & (policy.line_for(name).roles or set(Role))


def menu(request) -> dict:
    """For the templates: the menu of whoever is signed in, empty for a stranger and on pages without a person.

    ``logs_contacts``: a deputy, on whose phone contacts may wait.
    """
    user = getattr(request, "user", None)
    if not (user and user.is_authenticated):
        return {"menu": []}
    return {"menu": SimpleLazyObject(partial(pages_of, user)), "logs_contacts": user.has_role(Role.DEPUTY)}


def side(request) -> list[dict]:
    """The groups of the side menu with what their reader may open, as the templates of the theme ask for them.

    The theme's own way copies and resolves every entry for everybody, which took a fifth of the time of each page.
    """
    groups = settings.UNFOLD["SIDEBAR"]["navigation"]
    return [_NOT_OURS | group | {"items": list(_opened(group["items"], request))} for group in groups]


_NOT_OURS = dict.fromkeys(("badge", "collapsible", "link_callback", "separator"))
"""What the theme's template looks for at each entry: what is missing takes it longer than what is empty."""


def _opened(entries, request):
    for entry in entries:
        if entry["permission"](request):
            link = _address(entry["page"])
            active = entry["active"](request) if "active" in entry else _is_here(link, request.path)
            yield _NOT_OURS | entry | {"link": link, "active": active, "has_permission": True}


@cache
def _address(page) -> str:
    return reverse(page)


def _is_here(link, path) -> bool:
    """Whether a page is that of an entry or lies below it; everything lies below the first."""
    return path == link or (link != _address("admin:index") and path.startswith(link))


def bell(request) -> dict:
    """For the templates: how many notices wait for whoever is signed in; as a rule it was read with the person."""
    user = getattr(request, "user", None)
    if not (user and user.is_authenticated):
        return {"unread": 0}
    known = getattr(user, "unread_notices", None)
    return {"unread": notices.unread(user) if known is None else known}
