"""Every rule of the nine texts and the laws is accounted for: what carries it out, which test proves it, the page."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from office import regulations
from office.models import Rule
from reports import coverage
from tests.office.test_regulations import IDS, LAWS

TESTS = {
    "test_month.py": """
import pytest

@pytest.mark.rule("D1-3①b", "D1-4")
@pytest.mark.parametrize("day", [1, 2])
def test_a_month(day):
    pass

def test_nothing_of_the_rules():
    pass
""",
    "visits/test_home.py": """
import pytest

@pytest.mark.rule("D1-3①b")
def test_at_the_door():
    pass
""",
    "helpers.py": """
import pytest

@pytest.mark.rule("D1-3①b")
def test_that_nobody_runs():
    pass
""",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in TESTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def rules():
    return [rule for text in regulations.read() for rule in text.rules]


def test_the_page_names_every_rule_id_of_the_nine_texts_and_then_of_the_laws():
    nine, laws = coverage.page().split("\n## 法律法规\n")
    assert [ids(part) for part in (nine, laws)] == [IDS, LAWS]


def ids(part):
    rows = [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("| ")]
    return [key for key in dict.fromkeys(rows) if "-" in key]


def test_every_name_that_carries_out_a_rule_is_there():
    gone = []
    for rule in rules():
        for name in rule.implements or []:
            try:
                coverage.thing_named(name)
            except (ImportError, AttributeError):
                gone.append((rule.key, name))
    assert gone == []


def test_every_measure_and_deadline_is_carried_out():
    assert [rule.key for rule in rules() if rule.measure and not coverage.carried_out_by(rule)] == []


def test_every_measure_and_deadline_is_proven_by_a_test():
    proven = coverage.proofs(coverage.TESTS)
    owed = {rule.key for rule in rules() if rule.kind in (Rule.Kind.MEASURE, Rule.Kind.CLOCK)}
    assert sorted(owed - proven.keys()) == []


def test_a_test_proves_no_rule_that_is_not_there():
    assert sorted(coverage.proofs(coverage.TESTS).keys() - {*IDS, *LAWS}) == []


def test_the_page_in_docs_is_that_of_the_code():
    assert coverage.FILE.read_text("utf-8") == coverage.page(), "run: manage.py coverage"


def test_tests_are_found_by_their_marker(folder):
    assert coverage.proofs(folder) == {
        "D1-3①b": ["test_month.py::test_a_month", "visits/test_home.py::test_at_the_door"],
        "D1-4": ["test_month.py::test_a_month"],
    }


@pytest.mark.parametrize("name", ["office.models.Rules", "office.nothing", "nowhere.at.all"])
def test_a_name_that_stands_for_nothing_is_an_error(name):
    with pytest.raises((ImportError, AttributeError)):
        coverage.thing_named(name)


def test_what_is_not_built_is_said_so():
    (line,) = [line for line in coverage.page().splitlines() if line.startswith("| D9-4 |")]
    told = "`reports/test_typical_cases.py::test_a_case_is_told_in_the_report_of_its_deputy_group_town_and_county` |"
    assert line.split(" | ")[3:] == ["尚未实现：好经验的标注和推广清单", told]


def test_the_command_writes_the_page_and_check_finds_it_out_of_date(tmp_path, monkeypatch):
    monkeypatch.setattr(coverage, "FILE", tmp_path / "coverage.md")
    with pytest.raises(CommandError):
        call_command("coverage", "--check")
    assert not coverage.FILE.exists()
    call_command("coverage", stdout=StringIO())
    assert coverage.FILE.read_text("utf-8") == coverage.page()
    call_command("coverage", "--check", stdout=StringIO())
    coverage.FILE.write_text(coverage.page() + "x", "utf-8")
    with pytest.raises(CommandError):
        call_command("coverage", "--check")
