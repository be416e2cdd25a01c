"""What each role sees, does and opens, read from the tables that decide it, for a page in the admin site.

Nothing is written down here a second time: rows come from the scope table, deeds from the table of moves, pages from
the policy table, rights in the admin site from its own classes.
"""

from dataclasses import dataclass

from django.apps import apps
from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from constituents import moves
from office import menu, policy
from office.roles import LINE, Line, Role
from office.scoping import PATHS

LINES = {
    Line.PLACE: _("what lies in the own jurisdiction and below it"),
    Line.PERSON: _("what is about or by this person"),
    Line.GROUP: _("what belongs to the group that this person leads"),
    Line.STATION: _("what belongs to the stations where this person has a post"),
    Line.UNIT: _("what was handed to the own unit"),
    None: _("no record of the office at all"),
}
# By whether rows may be added and changed; those that are listed may be seen.
RIGHTS = {
    (True, True): _("sees, adds and changes"),
    (True, False): _("sees and adds"),
    (False, True): _("sees and changes"),
    (False, False): _("only sees"),
}
SUBJECTS = {"petition": _("Petitions"), "suggestion": _("Suggestions"), "engagement": _("Inspections and talks")}


@dataclass
class Entry:
    """One role, in words."""

    role: Role
    line: str
    rows: list[str]
    deeds: list[tuple]
    pages: list[str]
    admin: list[tuple]


def entries() -> list[Entry]:
    """Every role, in the order of the table of roles."""
    return [_entry(role) for role in Role]


def _entry(role) -> Entry:
    line = LINE.get(role)
    return Entry(role, LINES[line], _rows(line), _deeds(role), menu.labels_for(role), _admin(role))


def _rows(line) -> list[str]:
    return [str(apps.get_model(label)._meta.verbose_name_plural) for label, paths in PATHS.items() if line in paths]


def _deeds(role) -> list[tuple]:
    """For each subject the names of the verbs, each once."""
    found = [(name, _verbs(subject, role)) for subject, name in SUBJECTS.items()]
    return [(name, verbs) for name, verbs in found if verbs]


def _verbs(subject, role) -> list[str]:
    lines = [one for one in moves.MOVES if one.subject == subject and role in one.roles]
    return list(dict.fromkeys(str(one.name) for one in lines))


def _admin(role) -> list[tuple]:
    """The lists of the admin site, by what the role may do there."""
    found = {rights: [] for rights in RIGHTS}
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        if role in page.viewing and role in policy.line_for(name).roles:
            title = capfirst(str(model._meta.verbose_name_plural))
            found[(role in page.adding, role in page.changing)].append(title)
    return [(RIGHTS[rights], titles) for rights, titles in found.items() if titles]
