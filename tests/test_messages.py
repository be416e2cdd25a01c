"""The Chinese catalogue is complete: every message in the source is in it, translated, and compiled."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
SOURCES = ["config", "office", "deputies", "liaison_stations", "constituents", "visits", "reports"]
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(FOLDER / "django.po"))


def messages_of_code(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if name in CALLS and node.args:
            text = node.args[1 if name.startswith("pgettext") else 0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def messages_of_template(file):
    code = templatize(file.read_text("utf-8"), origin=str(file))
    for quoted in re.findall(r"""\bn?gettext\(\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))""", code):
        yield ast.literal_eval(quoted)


def all_messages():
    for app in SOURCES:
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" not in file.parts:
                yield from messages_of_code(file)
    for file in (ROOT / "templates").rglob("*.html"):
        yield from messages_of_template(file)


def test_every_message_in_the_source_is_in_the_catalogue(catalogue):
    assert sorted(set(all_messages()) - {entry.msgid for entry in catalogue}) == []


def test_every_message_is_translated_and_none_is_fuzzy(catalogue):
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []


def test_placeholders_are_the_same_in_both_languages(catalogue):
    def holes(text):
        return sorted(set(re.findall(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}", text)))

    single = [entry for entry in catalogue if not entry.msgid_plural]
    assert [entry.msgid for entry in single if holes(entry.msgid) != holes(entry.msgstr)] == []


def test_the_compiled_catalogue_is_that_of_the_source(catalogue):
    compiled = polib.mofile(str(FOLDER / "django.mo"))
    assert {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in compiled} == {
        (e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in catalogue
    }
