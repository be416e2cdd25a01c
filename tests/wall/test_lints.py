"""D1, D3, D4: where a page reads rows, it asks ``visible_to``; where a form takes rows, it says which."""

import ast
from pathlib import Path

from django.apps import apps
from django.contrib import admin

from office.admin_site import Scoped, ScopedAdmin
from office.scoping import PATHS

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("office", "deputies", "liaison_stations", "constituents", "visits", "reports")
PAGES = ("views", "forms", "admin", "xlsx", "exports", "tables", "screens")
SCOPED = {apps.get_model(label).__name__ for label in PATHS}


def pages():
    """The files in which pages are made: views, forms, admin classes, exports."""
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if "probe" not in file.parts and file.stem.rpartition("_")[2] in PAGES:
                yield file


def unscoped(file):
    """Each place where a file reads a scoped model and does not ask ``visible_to`` at once: function and model."""
    tree = ast.parse(file.read_text("utf-8"))
    scoped = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "visible_to"
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                reads = isinstance(node, ast.Attribute) and node.attr in (
                    "objects",
                    "_base_manager",
                    "_default_manager",
                )
                named = reads and isinstance(node.value, ast.Name) and node.value.id in SCOPED
                if named and id(node) not in scoped:
                    yield f"{file.relative_to(ROOT)} {function.name} {node.value.id}"


BESIDE = "a sub-query or a prefetch beside rows that were scoped"
OWN = "found by the person themselves: their mandate, their turn, their feed"
PROOF = "whoever asks has shown a secret, a signed form or a code instead of a role"
HANGS = "hangs on a row that was found in the person's sight just before"
ROSTER = "names of one congress, which every roster prints, or units to which a place may turn"
SET_UP = "the administrators of the set-up see the land and its units, nothing of the office"
UNSCOPED = {
    "office/admin.py people_of Jurisdiction": "what is left when the person's own land is taken away",
    "office/admin.py rows Jurisdiction": SET_UP,
    "office/admin.py choices Unit": SET_UP,
    "deputies/admin.py rows CongressSession": "of the terms in sight, which everybody below the congress reads",
    "deputies/admin.py clean Term": "whether one runs in the place that was chosen among those in sight",
    "deputies/admin.py rows Term": "the terms of the congresses above one's own land",
    "deputies/admin.py make_sign_ins Deputy": BESIDE,
    "deputies/admin.py queryset Deputy": BESIDE,
    "deputies/admin.py queryset Absence": BESIDE,
    "deputies/admin.py get_queryset Deputy": BESIDE,
    "liaison_stations/admin.py get_changeform_initial_data Station": "the highest number given so far, no row",
    "liaison_stations/admin.py queryset ReceptionDuty": BESIDE,
    "liaison_stations/turn_views.py _act Reception": HANGS,
    "liaison_stations/views.py _next_turn ReceptionDuty": OWN,
    "liaison_stations/views.py _of_person Reception": OWN,
    "liaison_stations/views.py _of_person ReceptionDuty": OWN,
    "liaison_stations/views.py _of_person StationPost": OWN,
    "liaison_stations/views.py station Deputy": HANGS,
    "liaison_stations/views.py appoint Deputy": HANGS,
    "constituents/admin.py queryset Designation": BESIDE,
    "constituents/admin.py get_queryset Designation": BESIDE,
    "constituents/admin.py get_queryset Household": BESIDE,
    "constituents/admin.py queryset Referral": BESIDE,
    "constituents/admin.py get_queryset Referral": BESIDE,
    "constituents/forms.py __init__ Petition": "none at all",
    "constituents/link_views.py _open UnitLink": PROOF,
    "constituents/link_views.py _sent_before UnitLink": PROOF,
    "constituents/link_views.py _files Attachment": PROOF,
    "constituents/link_views.py _is_repeated Referral": PROOF,
    "constituents/matter_forms.py units_at Unit": ROSTER,
    "constituents/matter_forms.py __init__ Deputy": "of the station's deputies, and the one who has it",
    "constituents/matter_views.py _turned Petition": "keys of a number, with which rows in sight are narrowed",
    "constituents/matter_views.py _with_dues Referral": BESIDE,
    "constituents/paper_forms.py _registered Petition": HANGS,
    "constituents/public_views.py _known Petition": PROOF,
    "constituents/public_views.py _opened Petition": PROOF,
    "constituents/public_views.py _judged Petition": PROOF,
    "constituents/referral_views.py referral Referral": "narrowed by visible_to in the next line",
    "constituents/suggestion_forms.py _colleagues Deputy": ROSTER,
    "constituents/suggestion_views.py _lead_column Referral": BESIDE,
    "constituents/suggestion_views.py _referrals UnitLink": BESIDE,
    "constituents/views.py receptions_on ReceptionDuty": BESIDE,
    "visits/consultation_admin.py clean_asked Deputy": "at a place that the form offers: those in the clerk's sight",
    "visits/views.py topics_of Consultation": OWN,
    "visits/activity_admin.py _alone GroupActivity": HANGS,
    "visits/activity_admin.py get_queryset GroupActivity": BESIDE,
    "visits/activity_admin.py get_field_queryset Term": BESIDE,
    "visits/activity_forms.py _offered Deputy": "none at all",
    "visits/activity_forms.py _took_part Deputy": HANGS,
    "visits/admin.py _was_theirs Designation": HANGS,
    "visits/group_views.py _attended Visit": BESIDE,
    "visits/raise_views.py _own_visit Deputy": OWN,
    "visits/raise_views.py _stations Station": OWN,
    "visits/duty_forms.py _sessions CongressSession": "of the terms of the deputies in sight",
    "visits/record_forms.py _serving Deputy": BESIDE,
    "visits/views.py deputy_of Deputy": BESIDE,
    "reports/archive/tables.py referrals Referral": HANGS,
    "visits/voters/published_views.py _published VoterReport": "what an office has published, one by one (L1-58)",
    "reports/objections/forms.py __init__ Designation": HANGS,
    "reports/objections/views.py _duty Flag": OWN,
    "reports/objections/views.py _line Deputy": OWN,
}
"""Where a page reads a scoped model without asking ``visible_to`` at once, and why that is no hole."""


def test_a_page_that_reads_rows_asks_who_may_see_them_or_says_why_not():
    found = {line for file in pages() for line in unscoped(file)}
    assert (sorted(found - UNSCOPED.keys()), sorted(UNSCOPED.keys() - found)) == ([], [])


def test_every_page_of_the_admin_site_is_scoped():
    registered = admin.site._registry.values()
    assert [type(page).__name__ for page in registered if not isinstance(page, ScopedAdmin)] == []
    inlines = [inline for page in registered for inline in page.inlines]
    assert [inline.__name__ for inline in inlines if not issubclass(inline, Scoped)] == []


def test_every_page_of_the_admin_site_that_writes_names_its_fields():
    pages = [
        *admin.site._registry.values(),
        *(inline for page in admin.site._registry.values() for inline in page.inlines),
    ]
    assert [str(page) for page in pages if page.adding | page.changing and not (page.fields or page.fieldsets)] == []


def test_no_form_takes_every_column_of_a_model():
    """``__all__`` and ``exclude`` take the column that is added next year as well."""
    found = []
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                named = isinstance(node, ast.Assign) and {getattr(target, "id", "") for target in node.targets}
                whole = named and "fields" in named and getattr(node.value, "value", None) == "__all__"
                if whole or (named and "exclude" in named):
                    found.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_the_exact_look_ups_of_the_admin_site_are_all_that_it_answers(rf):
    """A08: a prefix of a hidden column would spell it out, letter by letter."""
    answered = []
    for model, page in admin.site._registry.items():
        columns = [column.name for column in model._meta.get_fields()]
        for name in columns:
            for lookup in ("startswith", "contains", "gt", "regex", "in"):
                if page.lookup_allowed(f"{name}__{lookup}", "x", rf.get("/")):
                    answered.append(f"{model._meta.label_lower} {name}__{lookup}")
            related = getattr(model._meta.get_field(name), "related_model", None)
            for column in related._meta.concrete_fields if related else ():
                if page.lookup_allowed(f"{name}__{column.name}__startswith", "x", rf.get("/")):
                    answered.append(f"{model._meta.label_lower} {name}__{column.name}__startswith")
    assert answered == []
