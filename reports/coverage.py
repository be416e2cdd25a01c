"""Which rule is carried out by what, and proven by which test: ``docs/coverage.md``, written from the code itself.

It is read by the office as well, so it is in Chinese whatever the language of the server.
"""

import ast
from collections import Counter, defaultdict
from importlib import import_module
from pathlib import Path

from django.conf import settings

from office import regulations
from office.regulations.entries import NOT_BUILT, ClauseEntry, RegulationEntry, RuleEntry
from reports.commendations import candidates, points
from reports.measures import ALL

FILE = settings.BASE_DIR / "docs" / "coverage.md"
TESTS = settings.BASE_DIR / "tests"
HEAD = """# 规则覆盖表

九部制度（D1—D9）的每一条、谁来执行、哪个测试证明；其后是制度之外所依据的法律法规。
本表由 `manage.py coverage` 从数据文件和程序中生成，请勿手改。
规则编号（如 D1-3①b）在程序、测试和页面中通用；“指标”和“期限”由每晚的巡查判定，其余由所列的程序执行。
"""
LAWS = """## 法律法规

九部制度没有写明期限的，按下列法律法规执行。此处只摘录有关条款，引用前请核对国家法律法规数据库。
"""
STATUS = {"in_force": "现行", "superseded": "已被取代，从不执行", "descriptive": "说明性文字，不是规则"}
KINDS = {"measure": "指标", "clock": "期限", "workflow": "流程", "form": "表单记录", "access": "权限"}


def page() -> str:
    """The whole document as it should stand."""
    texts, tests = regulations.read(), proofs(TESTS)
    sets = {entry.key: entry.name for entry in regulations.read_rule_sets().sets}
    nine, laws = [text for text in texts if not is_law(text)], [text for text in texts if is_law(text)]
    parts = []
    for head, listed in ((HEAD, nine), (LAWS, laws)):
        parts += [head, _summary(listed, tests), *(_section(text, sets, tests) for text in listed)]
    return "\n".join(parts)


def is_law(text: RegulationEntry) -> bool:
    """Whether a text is a law (L1, L2 …) and none of the nine that the system was made for."""
    return text.key.startswith("L")


def proofs(folder: Path) -> dict[str, list[str]]:
    """The tests that carry the marker ``rule``, by the rule id they prove: ``reports/test_sweep.py::test_…``."""
    found = defaultdict(list)
    for file in sorted(folder.rglob("test_*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            for key in _marked(node):
                found[key].append(f"{file.relative_to(folder).as_posix()}::{node.name}")
    return dict(found)


def _marked(node) -> list[str]:
    """The rule ids of a test's markers."""
    calls = [mark for mark in getattr(node, "decorator_list", []) if isinstance(mark, ast.Call)]
    marks = [call for call in calls if ast.unparse(call.func) == "pytest.mark.rule"]
    return [key.value for mark in marks for key in mark.args if isinstance(key, ast.Constant)]


def thing_named(name: str):
    """What a dotted name of ``implements`` stands for; raises ImportError or AttributeError when nothing does."""
    module, *rest = name.split(".")
    thing = import_module(module)
    for part in rest:
        module = f"{module}.{part}"
        thing = getattr(thing, part) if hasattr(thing, part) else import_module(module)
    return thing


def carried_out_by(rule: RuleEntry) -> list[str]:
    """The names in the program that carry a rule out; empty when none does yet."""
    if not rule.measure:
        return [name for name in rule.implements or [] if thing_named(name) is not None]
    for owed_by_nobody in (candidates, points):
        if rule.measure == owed_by_nobody.MEASURE:
            return [f"{owed_by_nobody.__name__}.MEASURE"]
    measure = ALL.get(rule.measure)
    return [f'reports.measures.ALL["{rule.measure}"]: {type(measure).__name__}'] if measure else []


def _summary(texts: list[RegulationEntry], tests) -> str:
    rows = ["| 制度 | 条目 | 只作文字 | 规则 | 已实现 | 部分实现 | 尚未实现 | 有测试证明的条目 |", "|---|" + "--:|" * 7]
    total = Counter()
    for text in texts:
        counts = _counts(text, tests)
        total.update(counts)
        rows.append(_row(f"{text.key} 《{text.title}》", *counts.values()))
    return "\n".join([*rows, _row("合计", *total.values())]) + "\n"


def _counts(text: RegulationEntry, tests) -> dict:
    states = Counter(_state(rule) for rule in text.rules)
    return {
        "clauses": len(text.clauses),
        "text only": sum(bool(clause.text_only) for clause in text.clauses),
        "rules": len(text.rules),
        "built": states["built"],
        "partly": states["partly"],
        "not built": states["not built"],
        "proven": sum(clause.id in tests for clause in text.clauses),
    }


def _state(rule: RuleEntry) -> str:
    if not carried_out_by(rule):
        return "not built"
    return "partly" if rule.planned else "built"


def _section(text: RegulationEntry, sets, tests) -> str:
    lines = [f"## {text.key} 《{text.title}》", "", f"{STATUS[text.status]}。{text.scope}。", ""]
    lines += ["| 编号 | 原文 | 规则 | 实现 | 证明 |", "|---|---|---|---|---|"]
    rules = defaultdict(list)
    for rule in text.rules:
        rules[rule.key].append(rule)
    for clause in text.clauses:
        lines += _clause(clause, rules[clause.id], sets, tests.get(clause.id, []))
    return "\n".join(lines) + "\n"


def _clause(clause: ClauseEntry, rules: list[RuleEntry], sets, tests) -> list[str]:
    """One line for each rule of a clause; the quote and the tests stand on its first."""
    proven = "<br>".join(f"`{test}`" for test in tests) or "–"
    if not rules:
        return [_row(clause.id, clause.quote, "只作文字", clause.text_only, proven)]
    first, *others = (
        (f"{rule.name}<br>{KINDS[rule.kind]}，{sets[rule.set]}，{rule.effective_from} 起", _implementation(rule))
        for rule in rules
    )
    return [
        _row(clause.id, clause.quote, *first, proven),
        *(_row(clause.id, "同上", *other, "同上") for other in others),
    ]


def _implementation(rule: RuleEntry) -> str:
    names = [f"`{name}`" for name in carried_out_by(rule)]
    return "<br>".join(filter(None, [*names, rule.missing])) or NOT_BUILT


def _row(*cells) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
