"""The house stands: layers, policy table, scope table, no forgotten migration."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import get_resolver

from office import policy
from office.scoping import PATHS, ScopedQuerySet, lookups

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["office", "deputies", "liaison_stations", "constituents", "visits", "reports"]
INSIDE = {"rules": 0, "models": 1, "actions": 2, "forms": 3, "views": 4, "admin": 4, "tasks": 4, "urls": 5}


def imports(file):
    """The modules that a file imports, as dotted names."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("app", LAYERS)
def test_no_app_imports_upwards_nor_config_nor_tests(app):
    forbidden = {*LAYERS[LAYERS.index(app) + 1 :], "config", "tests"}
    found = [
        (str(file.relative_to(ROOT)), name)
        for file in (ROOT / app).rglob("*.py")
        for name in imports(file)
        if name.split(".")[0] in forbidden
    ]
    assert found == []


@pytest.mark.parametrize("app", LAYERS)
def test_inside_an_app_nothing_imports_from_above(app):
    found = []
    for file in (ROOT / app).rglob("*.py"):
        own = INSIDE.get(file.relative_to(ROOT / app).parts[0].removesuffix(".py"))
        for name in imports(file):
            parts = name.split(".")
            if own is not None and parts[0] == app and INSIDE.get(parts[1] if len(parts) > 1 else "", -1) > own:
                found.append((str(file.relative_to(ROOT)), name))
    assert found == []


def names(resolver, prefix=""):
    """Every address name of the project, with its namespace."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def test_every_address_has_a_line_in_the_policy_table():
    def has_line(name):
        try:
            return policy.line_for(name)
        except KeyError:
            return None

    assert [name for name in names(get_resolver()) if not has_line(name)] == []


def test_every_line_of_the_policy_table_names_an_address():
    from fnmatch import fnmatchcase

    known = set(names(get_resolver()))
    assert [line.pattern for line in policy.lines() if not any(fnmatchcase(n, line.pattern) for n in known)] == []


def test_every_model_with_a_scope_has_an_entry_in_the_scope_table():
    scoped = {m._meta.label_lower for m in apps.get_models() if isinstance(m._default_manager.all(), ScopedQuerySet)}
    assert scoped == set(PATHS)


@pytest.mark.django_db
def test_every_scope_path_is_a_real_look_up(small):
    for label, paths in PATHS.items():
        for lookup in (lookup for path in paths.values() for lookup in lookups(path)):
            apps.get_model(label)._base_manager.filter(**{lookup: 0}).exists()


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_only_the_clock_module_reads_the_clock():
    banned = ("datetime.now(", "date.today(", "utcnow(", "timezone.now(", "localdate(")
    found = [
        str(file.relative_to(ROOT))
        for app in LAYERS
        for file in (ROOT / app).rglob("*.py")
        if file.name != "clock.py" and any(word in file.read_text("utf-8") for word in banned)
    ]
    assert found == []


def test_every_sign_on_a_page_is_drawn():
    """A sign (``bi bi-printer``) without a line in signs.css would be an empty place."""
    drawn = re.findall(r"^\.bi-([\w-]+) ", (ROOT / "static/css/signs.css").read_text("utf-8"), re.MULTILINE)
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").glob("*.js")]
    used = {name for file in pages for name in re.findall(r"\bbi bi-([\w-]+)", file.read_text("utf-8"))}
    assert used - set(drawn) == set()


def test_no_template_holds_a_script_or_a_style_that_the_content_policy_blocks():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:|hx-on")
    styled = re.compile(r"<style(?![^>]*nonce=)|\sstyle=")
    found = [
        (str(file.relative_to(ROOT)), what.group())
        for file in (ROOT / "templates").rglob("*.html")
        for what in [*inline.finditer(file.read_text("utf-8")), *_on_front_pages(file, styled)]
    ]
    assert found == []


def _on_front_pages(file, pattern):
    """The admin site's own policy lets styles stand in a page: its theme puts its colours there."""
    return [] if "admin" in file.parts else pattern.finditer(file.read_text("utf-8"))
