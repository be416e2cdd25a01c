"""The nine regulation texts as data: nothing of them is missing, and nothing wrong gets in."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from office import regulations
from office.models import Clause, Regulation, Rule
from reports import measures

# Every citation key of the nine texts.
IDS = [
    key
    for line in (
        "D1-1 D1-2① D1-2② D1-2③ D1-2④ D1-3a D1-3b D1-3①a D1-3①b D1-3①c D1-3①d D1-3①e D1-3② D1-3③ D1-4",
        "D2-a D2-b",
        "D3-一 D3-二a D3-二b D3-三 D3-四 D3-五a D3-五b D3-六a D3-六b",
        "D3-六c D3-六d D3-六e D3-六f D3-六g D3-六h D3-六i D3-六j D3-七",
        "D4-1 D4-3 D4-4 D4-5 D4-7",
        "D5-一a D5-一b D5-二a D5-二b D5-三a D5-三b D5-三c D5-四a D5-四b",
        "D6-a D6-b D6-c",
        "D7-一 D7-二 D7-三1 D7-三2 D7-三3 D7-三4 D7-四1 D7-四2 D7-四3 D7-四4 D7-五1 D7-五2 D7-五3 D7-五4 D7-六1",
        "D8-一a D8-一b D8-二a D8-二b D8-三 D8-四1 D8-四2 D8-四3 D8-四4 D8-五a D8-五b",
        "D9-1a D9-1b D9-2一 D9-2二a D9-2二b D9-3 D9-4 D9-5 D9-6 D9-7",
    )
    for key in line.split()
]

GOOD = """\
key = "D1"
title = "联系选民制度"
kind = "rule_text"
status = "in_force"

text = '''
第一条 每月
不少于一次,主动上门。
'''

[[clause]]
id = "D1-1"
quote = "每月不少于一次"
duty = "contact voters"

[[rule]]
key = "D1-1"
name = "每月联系"
measure = "monthly_contact"
period = "month"
minimum = 1
amber_day = 20
severity = "red"
effective_from = 2016-01-01
"""
CLAUSE = GOOD[GOOD.index("[[clause]]") : GOOD.index("[[rule]]")]
RULE = GOOD[GOOD.index("[[rule]]") :]
SECOND_VERSION = RULE.replace("2016-01-01", "2026-07-01").replace("minimum = 1", "minimum = 2")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path):
    """A function that writes regulation files, named a.toml, b.toml …, and returns their folder."""

    def write(*texts):
        for name, text in zip("abc", texts, strict=False):
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


# The nine texts


def test_every_id_of_the_nine_texts_is_a_clause_and_nothing_else_is():
    assert [clause.id for entry in regulations.read() for clause in entry.clauses] == IDS


def test_the_nine_texts_and_who_stands_in_for_whom():
    read = [(e.key, e.status, e.superseded_by) for e in regulations.read()]
    assert read == [
        ("D1", "in_force", ""),
        ("D2", "descriptive", ""),
        ("D3", "in_force", ""),
        ("D4", "superseded", "D9"),
        ("D5", "in_force", ""),
        ("D6", "descriptive", ""),
        ("D7", "in_force", ""),
        ("D8", "in_force", ""),
        ("D9", "in_force", ""),
    ]


def test_every_quote_stands_in_its_text_and_in_no_other_by_accident():
    entries = regulations.read()
    for entry in entries:
        for clause in entry.clauses:
            assert regulations.quoted(clause.quote, entry.text), clause.id
    assert [e.key for e in entries if regulations.quoted("每月不少于一次开展联系选民活动", e.text)] == ["D1"]


def test_the_texts_are_whole_to_their_last_sentence_without_the_download_site_s_lines():
    last = {entry.key: entry.text.splitlines()[-1][-10:] for entry in regulations.read()}
    assert last == {
        "D1": ",自觉接受选民监督。",
        "D2": "系群众工作提供保障。",
        "D3": "站实行回复责任制度。",
        "D4": "第 1 页共1 页。",
        "D5": "选民或群众进行反馈。",
        "D6": "- 1 -。",
        "D7": "员联络工作顺利开展。",
        "D8": "团申报个人履职情况。",
        "D9": "度自通过之日起施行。",
    }


def test_the_rules_that_are_evaluated_and_their_numbers():
    rules = {rule.key: (rule.measure, rule.amounts(), rule.severity) for e in regulations.read() for rule in e.rules}
    assert rules == {
        "D1-3①a": ("household_count", {"minimum": 2, "maximum": 3, "unit": "户"}, "amber"),
        "D1-3①b": ("monthly_contact", {"minimum": 1, "unit": "次", "amber_day": 20}, "red"),
        "D1-3①c": ("home_visit_share", {"unit": "%"}, ""),
        "D3-七": ("reply_overdue", {"days": 30, "unit": "自然日"}, "red"),
        "D5-三a": ("register_form_fields", {"minimum": 2, "unit": "项"}, ""),
    }


def test_every_measure_that_raises_flags_is_measured_and_no_other():
    assert {name for name, measure in regulations.MEASURES.items() if measure.raises_flags} == set(measures.MEASURES)


# Loading


@pytest.mark.django_db
def test_the_texts_are_loaded_with_their_clauses_and_rules():
    counts = regulations.load(on=date(2026, 10, 31))
    assert counts == {
        "regulations": {"created": 9, "updated": 0, "unchanged": 0},
        "clauses": {"created": 88, "updated": 0, "unchanged": 0},
        "rules": {"created": 5, "updated": 0, "unchanged": 0, "kept": 0},
        "in_force": 5,
    }
    assert list(Clause.objects.values_list("key", flat=True)) == IDS
    assert Regulation.objects.get(superseded_by__isnull=False).superseded_by.key == "D9"
    rule = Rule.objects.get(clause__key="D1-3①b")
    assert rule.amounts == {"minimum": 1, "unit": "次", "amber_day": 20}
    assert (rule.period, rule.effective_from, rule.effective_to) == ("month", date(2016, 1, 1), None)


@pytest.mark.django_db
def test_loading_twice_leaves_the_same_rows():
    def rows():
        return [list(m.objects.order_by("pk").values()) for m in (Regulation, Clause, Rule)]

    regulations.load(on=date(2026, 10, 31))
    before = rows()
    counts = regulations.load(on=date(2026, 10, 31))
    assert counts == {
        "regulations": {"created": 0, "updated": 0, "unchanged": 9},
        "clauses": {"created": 0, "updated": 0, "unchanged": 88},
        "rules": {"created": 0, "updated": 0, "unchanged": 5, "kept": 0},
        "in_force": 5,
    }
    assert rows() == before


@pytest.mark.django_db
def test_a_changed_file_changes_its_row_and_only_that(folder):
    regulations.load(on=date(2026, 10, 31), directory=folder(GOOD))
    clause = Clause.objects.get()
    changed = GOOD.replace("minimum = 1", "minimum = 2")
    assert regulations.load(on=date(2026, 10, 31), directory=folder(changed)) == {
        "regulations": {"created": 0, "updated": 0, "unchanged": 1},
        "clauses": {"created": 0, "updated": 0, "unchanged": 1},
        "rules": {"created": 0, "updated": 1, "unchanged": 0, "kept": 0},
        "in_force": 1,
    }
    assert Rule.objects.get().amounts == {"minimum": 2, "amber_day": 20}
    assert Clause.objects.get() == clause


@pytest.mark.django_db
def test_a_version_that_the_office_edited_is_not_overwritten(folder):
    regulations.load(on=date(2026, 10, 31), directory=folder(GOOD))
    Rule.objects.update(amounts={"minimum": 3, "amber_day": 15}, edited=True)
    counts = regulations.load(on=date(2026, 10, 31), directory=folder(GOOD))
    assert counts["rules"] == {"created": 0, "updated": 0, "unchanged": 0, "kept": 1}
    assert Rule.objects.get().amounts == {"minimum": 3, "amber_day": 15}


@pytest.mark.django_db
def test_a_version_that_the_office_moved_in_time_gets_no_twin_from_the_file(folder):
    regulations.load(on=date(2026, 10, 31), directory=folder(GOOD))
    Rule.objects.update(effective_from=date(2018, 3, 1), edited=True)
    regulations.load(on=date(2026, 10, 31), directory=folder(GOOD))
    assert Rule.objects.get().effective_from == date(2018, 3, 1)


@pytest.mark.django_db
def test_a_new_version_begins_where_the_old_one_ends_and_the_old_one_stays(folder):
    regulations.load(on=date(2026, 6, 30), directory=folder(GOOD))
    both = GOOD.rstrip("\n") + "\neffective_to = 2026-06-30\n\n" + SECOND_VERSION
    counts = regulations.load(on=date(2026, 6, 30), directory=folder(both))
    assert counts["rules"] == {"created": 1, "updated": 1, "unchanged": 0, "kept": 0}
    assert counts["in_force"] == 1
    assert list(Rule.objects.values_list("effective_from", "effective_to", "amounts")) == [
        (date(2016, 1, 1), date(2026, 6, 30), {"minimum": 1, "amber_day": 20}),
        (date(2026, 7, 1), None, {"minimum": 2, "amber_day": 20}),
    ]


@pytest.mark.django_db
def test_a_loaded_version_that_the_file_forgot_is_not_left_beside_its_successor(folder):
    regulations.load(on=date(2026, 6, 30), directory=folder(GOOD))
    with pytest.raises(regulations.RegulationRefused) as refused:
        regulations.load(on=date(2026, 6, 30), directory=folder(GOOD.replace("2016-01-01", "2015-01-01")))
    assert (refused.value.file, refused.value.line) == ("a.toml", 24)
    assert refused.value.reason == (
        "the version of 2016-01-01 was loaded before: keep it in the file, with an “effective_to”"
    )
    assert Rule.objects.get().effective_from == date(2016, 1, 1)


@pytest.mark.django_db
def test_nothing_is_loaded_when_the_second_of_two_files_is_refused(folder):
    second = GOOD.replace("D1", "D2").replace("monthly_contact", "yearly_contact")
    with pytest.raises(regulations.RegulationRefused) as refused:
        regulations.load(on=date(2026, 10, 31), directory=folder(GOOD, second))
    assert (refused.value.file, refused.value.line) == ("b.toml", 19)
    assert (Regulation.objects.count(), Clause.objects.count(), Rule.objects.count()) == (0, 0, 0)


# Refusals


def refusal(folder):
    with pytest.raises(regulations.RegulationRefused) as refused:
        regulations.read(folder)
    return refused.value.file, refused.value.line, refused.value.reason


def test_the_file_that_the_refusals_below_spoil_is_good(folder):
    (entry,) = regulations.read(folder(GOOD))
    assert (entry.key, len(entry.clauses), len(entry.rules)) == ("D1", 1, 1)


BAD = {
    "unknown measure": (("monthly_contact", "yearly_contact"), 19, "the measure “yearly_contact” is not known"),
    "rule without a clause": (('key = "D1-1"', 'key = "D1-2"'), 17, "no clause of this file has the id D1-2"),
    "quote not in the text": (
        ("每月不少于一次", "每周不少于一次"),
        13,
        "the quote does not stand in the text: 每周不少于一次",
    ),
    "gap in the wrong order": (
        ("每月不少于一次", "主动上门…每月"),
        13,
        "the quote does not stand in the text: 主动上门…每月",
    ),
    "clause of another text": (('id = "D1-1"', 'id = "D3-1"'), 12, "a clause of D1 begins with D1-"),
    "name not known": (('duty = "', 'dutty = "'), 14, "“dutty” is not known here"),
    "name that cannot be one": (('duty = "', '"du(ty" = "'), 11, "“du(ty” is not known here"),
    "name missing": (('duty = "contact voters"\n', ""), 11, "“duty” is missing"),
    "wrong type": (("minimum = 1", 'minimum = "1"'), 21, "“minimum” must be a whole number"),
    "empty": (('duty = "contact voters"', 'duty = ""'), 14, "“duty” is empty: leave the line out instead"),
    "too long": (("每月联系", "每" * 81), 18, "“name” is longer than 80 characters"),
    "below zero": (("minimum = 1", "minimum = -1"), 21, "“minimum” is below zero"),
    "moment instead of a date": (
        ("2016-01-01", "2016-01-01T00:00:00"),
        24,
        "“effective_from” must be a date such as 2016-01-01",
    ),
    "amount missing": (("amber_day = 20\n", ""), 19, "this measure needs “amber_day”"),
    "day not in February": (
        ("amber_day = 20", "amber_day = 29"),
        22,
        "“amber_day” is a day that every month has: 1 to 28",
    ),
    "maximum below minimum": (("minimum = 1", "minimum = 2\nmaximum = 1"), 22, "“maximum” is below “minimum”"),
    "another period": (('period = "month"', 'period = "year"'), 20, "this measure has the period “month”"),
    "severity": (('severity = "red"', 'severity = "pink"'), 23, "“severity” is one of: amber, red"),
    "ends before it begins": (
        ("2016-01-01", "2016-01-01\neffective_to = 2015-12-31"),
        25,
        "“effective_to” is before “effective_from”",
    ),
    "status not known": (('"in_force"', '"valid"'), 4, "“status” is one of: in_force, superseded, descriptive"),
    "status and kind": (('"in_force"', '"descriptive"'), 4, "“kind” and “status” do not agree"),
    "superseded by nobody": (
        ('"in_force"', '"superseded"'),
        4,
        "“superseded_by” goes with the status “superseded”, and only with it",
    ),
    "level not known": (
        ('kind = "', 'level = "village"\nkind = "'),
        3,
        "“level” is one of: county, town, street, station",
    ),
    "key not a key": (('key = "D1"', 'key = "DX"'), 1, "“key” is a letter and a number, such as D1"),
    "clause left out": (
        (CLAUSE, ""),
        12,
        "no clause of this file has the id D1-1",
    ),
    "clauses on one line": (
        (CLAUSE, 'clause = [{ id = "D1-1" }]\n'),
        11,
        "write each clause under a line of its own: [[clause]]",
    ),
    "rule of a text that is not in force": (
        ('"in_force"', '"superseded"\nsuperseded_by = "D9"'),
        17,
        "a text that is not in force is never evaluated: it has no rules",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_line_and_the_reason(folder, name):
    (good, bad), line, reason = BAD[name]
    assert GOOD.count(good) == 1
    assert refusal(folder(GOOD.replace(good, bad))) == ("a.toml", line, reason)


def test_two_versions_in_force_at_once_are_refused(folder):
    reason = "two versions of D1-1 are in force at once"
    assert refusal(folder(GOOD + "\n" + SECOND_VERSION)) == ("a.toml", 34, reason)


def test_a_day_between_two_versions_is_no_overlap(folder):
    both = GOOD + "effective_to = 2026-06-30\n\n" + SECOND_VERSION
    (entry,) = regulations.read(folder(both))
    assert [rule.effective_from for rule in entry.rules] == [date(2016, 1, 1), date(2026, 7, 1)]


def test_an_id_given_twice_in_one_file_is_refused(folder):
    twice = GOOD.replace(CLAUSE, CLAUSE + CLAUSE)
    assert refusal(folder(twice)) == ("a.toml", 17, "D1-1 is already given in a.toml, line 12")


def test_a_text_given_in_two_files_is_refused(folder):
    assert refusal(folder(GOOD, GOOD)) == ("b.toml", 1, "D1 is already given in a.toml, line 1")


def test_a_successor_that_no_file_holds_is_refused(folder):
    gone = GOOD.replace(RULE, "").replace('"in_force"', '"superseded"\nsuperseded_by = "D9"')
    assert refusal(folder(gone)) == ("a.toml", 5, "no other file has the key D9")


def test_a_text_cannot_be_superseded_by_itself(folder):
    itself = GOOD.replace(RULE, "").replace('"in_force"', '"superseded"\nsuperseded_by = "D1"')
    assert refusal(folder(itself)) == ("a.toml", 5, "no other file has the key D1")


def test_an_empty_folder_is_refused(tmp_path):
    assert refusal(tmp_path) == (str(tmp_path), 1, "there is no regulation file here")


def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path):
    (tmp_path / "a.toml").write_bytes(b'key = "D1"\n' + 'title = "制度"\n'.encode("gbk"))
    assert refusal(tmp_path) == ("a.toml", 2, "this is not UTF-8 text")


@pytest.mark.parametrize(("good", "bad", "line"), [("minimum = 1", "minimum = one", 21), ("'''\n\n[[", "[[", 22)])
def test_a_file_that_is_no_toml_is_refused_at_its_line(folder, good, bad, line):
    assert refusal(folder(GOOD.replace(good, bad)))[:2] == ("a.toml", line)


# The command


@pytest.mark.django_db
def test_the_command_prints_one_json_object(capsys):
    call_command("load_regulations", "--json")
    first = json.loads(capsys.readouterr().out)
    assert first["clauses"] == {"created": 88, "updated": 0, "unchanged": 0}
    call_command("load_regulations")
    assert capsys.readouterr().out == "9 texts, 88 clauses, 5 rules in force; 0 of the office kept\n"


@pytest.mark.django_db
def test_the_command_ends_with_file_line_and_reason_when_a_file_is_bad(folder):
    with pytest.raises(CommandError) as ended:
        call_command("load_regulations", folder(GOOD.replace("monthly_contact", "yearly_contact")))
    assert str(ended.value) == "a.toml, line 19: the measure “yearly_contact” is not known"
