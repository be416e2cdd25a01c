"""The nine regulation texts as data: nothing of them is missing, and nothing wrong gets in."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from office import regulations
from office.dated_files import FileRefused
from office.models import Clause, Regulation, Rule, RuleSet, RuleSetUse
from reports.models import Flag
from visits.models import GroupActivity, Visit

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

# And of the laws that set the deadlines of which the nine texts say nothing.
LAWS = ["L1-51", "L1-58", "L2-20", "L2-23", "L2-34"]

NOT_AT_THE_DOOR = [kind for kind in Visit.Kind.values if kind not in ("home", "visit")]

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
kind = "measure"
set = "county"
name = "每月联系"
measure = "monthly_contact"
minimum = 1
amber_day = 20
severity = "red"
effective_from = 2016-01-01
"""
CLAUSE = GOOD[GOOD.index("[[clause]]") : GOOD.index("[[rule]]")]
RULE = GOOD[GOOD.index("[[rule]]") :]
MONTHLY = 'measure = "monthly_contact"\nminimum = 1\namber_day = 20\n'
CLOCKLESS = f'kind = "measure"\nset = "county"\nname = "每月联系"\n{MONTHLY}'
REPLY = 'kind = "clock"\nset = "county"\nname = "答复"\nmeasure = "reply_overdue"\ndays = 30\nunit = "days"\n'
TEXT_ONLY = GOOD.replace(RULE, "").replace('duty = "', 'text_only = "提倡性文字"\nduty = "')
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


def test_every_id_of_the_nine_texts_and_the_laws_is_a_clause_and_nothing_else_is():
    assert [clause.id for entry in regulations.read() for clause in entry.clauses] == [*IDS, *LAWS]


def test_the_nine_texts_the_laws_and_who_stands_in_for_whom():
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
        ("L1", "in_force", ""),
        ("L2", "in_force", ""),
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
        "L1": "基本信息和履职信息。",
        "L2": "告知信访人延期理由。",
    }


def test_the_rules_that_are_evaluated_their_sets_and_their_numbers():
    rules = {
        (rule.key, rule.measure): (rule.set, rule.amounts, rule.severity)
        for entry in regulations.read()
        for rule in entry.rules
        if rule.measure
    }
    working_days = {"unit": "working-days"}
    year = {"minimum": 1, "amber_month": 10}
    assert rules == {
        ("D1-3a", "area_filing"): ("county", {"minimum": 1}, "amber"),
        ("D1-3①a", "household_count"): ("county", {"minimum": 2, "maximum": 3}, "amber"),
        ("D1-3①b", "monthly_contact"): ("county", {"minimum": 1, "amber_day": 20}, "red"),
        ("D1-3①c", "home_visit"): ("county", {"minimum": 1, "not_counting": NOT_AT_THE_DOOR}, ""),
        ("D1-3①e", "forward"): ("county", {"days": 5, **working_days}, "amber"),
        ("D1-4", "annual_report_to_voters"): (
            "county",
            {"minimum": 1, "amber_month": 12, "full_months": 6, "counting": ["report"]},
            "red",
        ),
        ("D3-二a", "station_head"): ("station", {"minimum": 1}, "amber"),
        ("D3-三", "reception_month"): ("station", {"minimum": 1, "amber_day": 25}, "amber"),
        ("D3-六f", "feedback_overdue"): ("station", {"days": 5, **working_days}, "red"),
        ("D3-六h", "hand_over"): ("station", {"days": 5, **working_days}, "amber"),
        ("D3-七", "reply_overdue"): ("station", {"days": 30, "unit": "days"}, "red"),
        ("D3-七", "redo_reply"): ("station", {"days": 1, "unit": "months"}, "red"),
        ("D5-一b", "station_tracker"): ("street", {"minimum": 1}, "amber"),
        ("D5-二a", "reception_notice"): ("street", {"days": 3, "unit": "days"}, "amber"),
        ("D5-三a", "reception_record"): ("street", {"days": 1, **working_days}, "amber"),
        ("D5-四b", "feedback_overdue"): ("street", {"days": 5, **working_days}, "red"),
        ("D8-二a", "contact_month"): ("town", {"minimum": 1, "month": 8, "amber_day": 20}, "amber"),
        ("D8-二b", "pre_session_contact"): (
            "town",
            {"minimum": 1, "days": 30, "counting": ["forum", "home", "visit"]},
            "amber",
        ),
        ("D8-三", "liaison_voters"): ("town", {"minimum": 5, "maximum": 5}, "amber"),
        ("D8-四4", "feedback_overdue"): ("town", {"days": 5, **working_days}, "red"),
        ("D9-1a", "group_visit"): ("county", {**year, "maximum": 2, "counting": ["visit"]}, "red"),
        ("D9-2二a", "individual_return"): (
            "county",
            {**year, "full_months": 6, "not_counting": ["group", "phone", "online"]},
            "red",
        ),
        ("D9-3", "activity_report"): ("county", {"days": 10, **working_days}, "amber"),
        ("D9-5", "group_leader_meeting"): ("county", {**year, "maximum": 2}, "amber"),
        ("D9-6", "commendation"): (
            "county",
            {"met_share": 100, "contacts": 12, "satisfied_share": 80, "activities": 2, "filed_share": 100},
            "",
        ),
        ("L1-51", "suggestion_reply"): ("law", {"days": 3, "unit": "months", "amber_days": 15}, "red"),
        ("L1-51", "suggestion_reply_wide"): ("law", {"days": 6, "unit": "months", "amber_days": 15}, "red"),
        ("L2-23", "unit_receipt"): ("law", {"days": 5, **working_days}, "amber"),
        ("L2-34", "letters_reply"): ("law", {"days": 60, "unit": "days", "amber_days": 10}, "red"),
    }


def test_every_measure_there_is_has_a_rule_except_points_which_an_office_puts_on_itself():
    named = {rule.measure for entry in regulations.read() for rule in entry.rules if rule.measure}
    assert named == set(regulations.MEASURES) - {"points"}


def test_every_kind_of_contact_that_a_rule_names_is_one():
    kinds = {"group_visit": GroupActivity.Kind.values}
    unknown = [
        (rule.key, word)
        for entry in regulations.read()
        for rule in entry.rules
        for word in (rule.counting or []) + (rule.not_counting or [])
        if word not in kinds.get(rule.measure, Visit.Kind.values)
    ]
    assert unknown == []


def test_each_clause_is_read_by_rules_or_says_why_not():
    entries = regulations.read()
    reasons = {clause.id for entry in entries for clause in entry.clauses if clause.text_only}
    assert reasons == {
        *(key for key in IDS if key[:2] in ("D2", "D4", "D6", "D7")),
        "D9-1b",
    }
    assert reasons.isdisjoint(rule.key for entry in entries for rule in entry.rules)


def test_a_text_s_rules_are_those_of_its_set():
    sets = {(entry.key, rule.set) for entry in regulations.read() for rule in entry.rules}
    assert sets == {
        ("D1", "county"),
        ("D3", "station"),
        ("D5", "street"),
        ("D8", "town"),
        ("D9", "county"),
        ("L1", "law"),
        ("L2", "law"),
    }


def test_the_five_rule_sets_and_where_they_apply_at_first():
    entry = regulations.read_rule_sets()
    assert entry.keys == ["county", "town", "street", "station", "law"]
    first = date(2016, 1, 1)
    assert [(use.set, use.level, use.effective_from, use.effective_to) for use in entry.uses] == [
        ("county", "county", first, None),
        ("town", "town", first, None),
        ("street", "street", first, None),
        ("station", "", first, None),
        ("law", "", first, None),
    ]


# Loading


@pytest.mark.django_db
def test_the_texts_are_loaded_with_their_clauses_and_rules():
    counts = regulations.load(on=date(2026, 10, 31))
    assert counts == {
        "regulations": {"created": 11, "updated": 0, "unchanged": 0},
        "clauses": {"created": 93, "updated": 0, "unchanged": 0},
        "sets": {"created": 5, "updated": 0, "unchanged": 0},
        "rules": {"created": 73, "updated": 0, "unchanged": 0, "kept": 0, "removed": 0},
        "in_force": 73,
    }
    assert list(Clause.objects.values_list("key", flat=True)) == [*IDS, *LAWS]
    assert Regulation.objects.get(superseded_by__isnull=False).superseded_by.key == "D9"
    rule = Rule.objects.get(clause__key="D1-3①b")
    assert rule.amounts == {"minimum": 1, "amber_day": 20}
    assert (rule.kind, rule.period, rule.rule_set.key) == ("measure", "month", "county")
    assert (rule.effective_from, rule.effective_to) == (date(2016, 1, 1), None)
    rule = Rule.objects.get(clause__key="D9-3", kind="clock")
    assert (rule.period, rule.recipient) == ("clock", "县人大常委会人事代表选举工委")
    clause = Clause.objects.get(key="D9-1b")
    assert clause.duty == "代表小组：探索和创新代表活动方式"
    assert clause.text_only == "提倡性文字，没有可核查的义务；小组活动的种类由办公室设置"
    text = Regulation.objects.get(key="D6")
    assert (text.kind, text.level, text.scope) == ("descriptive", "", "只作背景")


@pytest.mark.django_db
def test_loading_twice_leaves_the_same_rows():
    def rows():
        return [list(m.objects.order_by("pk").values()) for m in (Regulation, Clause, RuleSet, RuleSetUse, Rule)]

    regulations.load(on=date(2026, 10, 31))
    before = rows()
    counts = regulations.load(on=date(2026, 10, 31))
    assert counts == {
        "regulations": {"created": 0, "updated": 0, "unchanged": 11},
        "clauses": {"created": 0, "updated": 0, "unchanged": 93},
        "sets": {"created": 0, "updated": 0, "unchanged": 5},
        "rules": {"created": 0, "updated": 0, "unchanged": 73, "kept": 0, "removed": 0},
        "in_force": 73,
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
        "sets": {"created": 0, "updated": 0, "unchanged": 5},
        "rules": {"created": 0, "updated": 1, "unchanged": 0, "kept": 0, "removed": 0},
        "in_force": 1,
    }
    assert Rule.objects.get().amounts == {"minimum": 2, "amber_day": 20}
    assert Clause.objects.get() == clause


@pytest.mark.django_db
def test_a_version_that_the_office_edited_is_not_overwritten(folder):
    regulations.load(on=date(2026, 10, 31), directory=folder(GOOD))
    Rule.objects.update(amounts={"minimum": 3, "amber_day": 15}, edited=True)
    counts = regulations.load(on=date(2026, 10, 31), directory=folder(GOOD))
    assert counts["rules"] == {"created": 0, "updated": 0, "unchanged": 0, "kept": 1, "removed": 0}
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
    assert counts["rules"] == {"created": 1, "updated": 1, "unchanged": 0, "kept": 0, "removed": 0}
    assert counts["in_force"] == 1
    assert list(Rule.objects.values_list("effective_from", "effective_to", "amounts")) == [
        (date(2016, 1, 1), date(2026, 6, 30), {"minimum": 1, "amber_day": 20}),
        (date(2026, 7, 1), None, {"minimum": 2, "amber_day": 20}),
    ]


FORGOTTEN = GOOD.replace("2016-01-01", "2015-01-01")


@pytest.mark.django_db
def test_a_loaded_version_that_the_file_forgot_and_nothing_cites_is_removed(folder):
    regulations.load(on=date(2026, 6, 30), directory=folder(GOOD))
    counts = regulations.load(on=date(2026, 6, 30), directory=folder(FORGOTTEN))
    assert counts["rules"] == {"created": 1, "updated": 0, "unchanged": 0, "kept": 0, "removed": 1}
    assert Rule.objects.get().effective_from == date(2015, 1, 1)


@pytest.mark.django_db
def test_a_forgotten_version_that_a_flag_cites_is_not_left_beside_its_successor(folder, small):
    regulations.load(on=date(2026, 6, 30), directory=folder(GOOD))
    cite(Rule.objects.get(), small)
    with pytest.raises(FileRefused) as refused:
        regulations.load(on=date(2026, 6, 30), directory=folder(FORGOTTEN))
    assert (refused.value.file, refused.value.line) == ("a.toml", 25)
    assert refused.value.reason == (
        "the version of 2016-01-01 was loaded before and is cited: keep it here, with an “effective_to”"
    )
    assert Rule.objects.get().effective_from == date(2016, 1, 1)


def cite(rule, small):
    day = date(2026, 5, 31)
    days = {"starts_on": date(2026, 5, 1), "due_on": day, "raised_on": day}
    about = {"deputy": small.a.deputy, "jurisdiction": small.a.place, **days}
    return Flag.objects.create(rule=rule, rule_key=rule.clause.key, period="2026-05", severity="red", **about)


@pytest.mark.django_db
def test_a_version_of_a_text_that_the_folder_does_not_hold_stays(folder):
    regulations.load(on=date(2026, 6, 30), directory=folder(GOOD))
    regulations.load(on=date(2026, 6, 30), directory=folder(GOOD.replace("D1", "D2")))
    assert list(Rule.objects.values_list("clause__key", flat=True)) == ["D1-1", "D2-1"]


@pytest.mark.django_db
def test_an_installation_with_the_rules_of_before_there_were_sets_takes_the_files(small):
    """Their measures were renamed since, and a unit was a word of the language."""
    regulations.load(on=date(2026, 10, 31))
    Rule.objects.exclude(measure__in=["monthly_contact", "reply_overdue"]).delete()
    RuleSetUse.objects.all().delete()
    before = Rule.objects.get(clause__key="D3-七")
    Rule.objects.filter(pk=before.pk).update(amounts={"days": 30, "unit": "自然日"}, period="")
    flag = cite(before, small)
    old = {"measure": "home_visit_share", "amounts": {"unit": "%"}, "name": "上门走访占比"}
    share = Clause.objects.get(key="D1-3①c").rules.create(
        rule_set=RuleSet.objects.get(key="county"), effective_from=date(2016, 1, 1), **old
    )
    counts = regulations.load(on=date(2026, 10, 31))
    assert counts["rules"] == {"created": 71, "updated": 1, "unchanged": 1, "kept": 0, "removed": 1}
    assert not Rule.objects.filter(pk=share.pk).exists()
    flag.refresh_from_db()
    assert (flag.rule.amounts, flag.rule.period) == ({"days": 30, "unit": "days"}, "clock")
    assert RuleSetUse.objects.count() == 5


@pytest.mark.django_db
def test_where_a_set_applies_is_the_office_s_word_once_it_has_spoken(small):
    regulations.load(on=date(2026, 10, 31))
    RuleSetUse.objects.filter(rule_set__key="town").update(level="county", effective_to=date(2026, 12, 31))
    RuleSetUse.objects.filter(rule_set__key="street").delete()
    regulations.load(on=date(2026, 10, 31))
    ends = RuleSetUse.objects.values_list("rule_set__key", "level", "effective_to")
    assert sorted(ends) == [
        ("county", "county", None),
        ("law", "", None),
        ("station", "", None),
        ("street", "street", None),
        ("town", "county", date(2026, 12, 31)),
    ]


@pytest.mark.django_db
def test_nothing_is_loaded_when_the_second_of_two_files_is_refused(folder):
    second = GOOD.replace("D1", "D2").replace("monthly_contact", "yearly_contact")
    with pytest.raises(FileRefused) as refused:
        regulations.load(on=date(2026, 10, 31), directory=folder(GOOD, second))
    assert (refused.value.file, refused.value.line) == ("b.toml", 21)
    assert (Regulation.objects.count(), Clause.objects.count(), Rule.objects.count()) == (0, 0, 0)


# Refusals


def refusal(folder):
    with pytest.raises(FileRefused) as refused:
        regulations.read(folder)
    return refused.value.file, refused.value.line, refused.value.reason


def test_the_file_that_the_refusals_below_spoil_is_good(folder):
    (entry,) = regulations.read(folder(GOOD))
    assert (entry.key, len(entry.clauses), len(entry.rules)) == ("D1", 1, 1)


BAD = {
    "unknown measure": (("monthly_contact", "yearly_contact"), 21, "the measure “yearly_contact” is not known"),
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
    "wrong type": (("minimum = 1", 'minimum = "1"'), 22, "“minimum” must be a whole number"),
    "empty": (('duty = "contact voters"', 'duty = ""'), 14, "“duty” is empty: leave the line out instead"),
    "too long": (("每月联系", "每" * 81), 20, "“name” is longer than 80 characters"),
    "nothing asked": (("minimum = 1", "minimum = 0"), 22, "“minimum” is a number from 1 to 999"),
    "moment instead of a date": (
        ("2016-01-01", "2016-01-01T00:00:00"),
        25,
        "“effective_from” must be a date such as 2016-01-01",
    ),
    "amount missing": (("amber_day = 20\n", ""), 21, "this measure needs “amber_day”"),
    "day not in February": (
        ("amber_day = 20", "amber_day = 29"),
        23,
        "“amber_day” is a number from 1 to 28",
    ),
    "amount that the measure does not take": (
        ("minimum = 1", "minimum = 1\nmaximum = 2"),
        23,
        "this measure has no “maximum”",
    ),
    "maximum below minimum": (
        (MONTHLY, 'measure = "household_count"\nminimum = 2\nmaximum = 1\n'),
        23,
        "“maximum” is below “minimum”",
    ),
    "no month": (
        (MONTHLY, 'measure = "contact_month"\nminimum = 1\nmonth = 13\namber_day = 20\n'),
        23,
        "“month” is a number from 1 to 12",
    ),
    "unit not known": (
        (CLOCKLESS, REPLY.replace('"days"', '"weeks"')),
        23,
        "“unit” is one of: days, working-days, months",
    ),
    "longer warned than allowed": (
        (CLOCKLESS, REPLY.replace('"days"', '"days"\namber_days = 31')),
        24,
        "“amber_days” is longer than the whole time",
    ),
    "kind of contact that is no word": (
        ("amber_day = 20", 'amber_day = 20\nnot_counting = ["Phone"]'),
        24,
        "“not_counting” is a list of lower-case words, each once",
    ),
    "kind of contact twice": (
        ("amber_day = 20", 'amber_day = 20\nnot_counting = ["phone", "phone"]'),
        24,
        "“not_counting” is a list of lower-case words, each once",
    ),
    "kinds that are no list": (
        ("amber_day = 20", 'amber_day = 20\nnot_counting = "phone"'),
        24,
        "“not_counting” must be a list",
    ),
    "kind of rule not known": (
        ('kind = "measure"', 'kind = "wish"'),
        18,
        "“kind” is one of: measure, clock, workflow, form, access",
    ),
    "measure of another kind": (('kind = "measure"', 'kind = "clock"'), 18, "this measure is of the kind “measure”"),
    "set not known": (('set = "county"', 'set = "village"'), 19, "“set” is one of: county, town, street, station, law"),
    "clause that nobody reads": (
        (RULE, ""),
        12,
        "D1-1 has neither a rule nor “text_only”, the reason why it has none",
    ),
    "clause read and text only": (
        ('duty = "', 'text_only = "提倡性文字"\nduty = "'),
        14,
        "D1-1 has rules, so it is not text only",
    ),
    "form with a number": (
        ('kind = "measure"', 'kind = "form"'),
        21,
        "a rule of the kind “form” has no “measure”",
    ),
    "form that says nothing": (
        (RULE[RULE.index("kind") : RULE.index("effective")], 'kind = "form"\nset = "county"\nname = "表"\n'),
        18,
        "say in “implements” what carries it out, or in “planned” what is not built yet",
    ),
    "name of the program that is none": (
        (
            RULE[RULE.index("kind") : RULE.index("effective")],
            'kind = "form"\nset = "county"\nname = "表"\nimplements = ["visits"]\n',
        ),
        21,
        "“implements” lists names such as office.models.Rule",
    ),
    "measure that names a program": (
        ("amber_day = 20", 'amber_day = 20\nimplements = ["office.models.Rule"]'),
        24,
        "a measure says for itself what carries it out: no “implements”",
    ),
    "severity": (('severity = "red"', 'severity = "pink"'), 24, "“severity” is one of: amber, red"),
    "ends before it begins": (
        ("2016-01-01", "2016-01-01\neffective_to = 2015-12-31"),
        26,
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
        ('kind = "rule', 'level = "village"\nkind = "rule'),
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
    assert refusal(folder(GOOD + "\n" + SECOND_VERSION)) == ("a.toml", 36, reason)


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
    gone = TEXT_ONLY.replace('"in_force"', '"superseded"\nsuperseded_by = "D9"')
    assert refusal(folder(gone)) == ("a.toml", 5, "no other file has the key D9")


def test_a_text_cannot_be_superseded_by_itself(folder):
    itself = TEXT_ONLY.replace('"in_force"', '"superseded"\nsuperseded_by = "D1"')
    assert refusal(folder(itself)) == ("a.toml", 5, "no other file has the key D1")


def test_an_empty_folder_is_refused(tmp_path):
    assert refusal(tmp_path) == (str(tmp_path), 1, "there is no regulation file here")


def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path):
    (tmp_path / "a.toml").write_bytes(b'key = "D1"\n' + 'title = "制度"\n'.encode("gbk"))
    assert refusal(tmp_path) == ("a.toml", 2, "this is not UTF-8 text")


@pytest.mark.parametrize(("good", "bad", "line"), [("minimum = 1", "minimum = one", 22), ("'''\n\n[[", "[[", 23)])
def test_a_file_that_is_no_toml_is_refused_at_its_line(folder, good, bad, line):
    assert refusal(folder(GOOD.replace(good, bad)))[:2] == ("a.toml", line)


# The command


@pytest.mark.django_db
def test_the_command_prints_one_json_object(capsys):
    call_command("load_regulations", "--json")
    first = json.loads(capsys.readouterr().out)
    assert first["clauses"] == {"created": 93, "updated": 0, "unchanged": 0}
    call_command("load_regulations")
    assert capsys.readouterr().out == "11 texts, 93 clauses, 73 rules in force; 0 of the office kept\n"


@pytest.mark.django_db
def test_the_command_ends_with_file_line_and_reason_when_a_file_is_bad(folder):
    with pytest.raises(CommandError) as ended:
        call_command("load_regulations", folder(GOOD.replace("monthly_contact", "yearly_contact")))
    assert str(ended.value) == "a.toml, line 21: the measure “yearly_contact” is not known"


# Checking one file


def checked(file, capsys):
    """The answer for a machine and, when the file is refused, the line for a person."""
    try:
        call_command("regulations", "--check", str(file), "--json")
    except CommandError as error:
        return json.loads(capsys.readouterr().out), str(error)
    return json.loads(capsys.readouterr().out), ""


@pytest.mark.parametrize("name", ["regulations/d1.toml", "regulations/d4.toml", "rule_sets.toml", "calendar/2026.toml"])
def test_each_sort_of_data_file_can_be_checked_by_itself(name, capsys):
    file = regulations.RULE_SETS.parent / name
    assert checked(file, capsys) == ({"ok": True, "file": file.name, "line": None, "reason": ""}, "")


def test_the_check_says_what_is_in_the_file(capsys):
    call_command("regulations", "--check", str(regulations.DIRECTORY / "d9.toml"))
    assert capsys.readouterr().out == "d9.toml is right: D9 “县人大代表联系选民制度”, 10 clauses, 11 rules\n"
    call_command("regulations", "--check", str(regulations.RULE_SETS))
    assert capsys.readouterr().out == "rule_sets.toml is right: 5 rule sets, 5 uses\n"


def test_the_check_ends_with_file_line_and_reason(folder, capsys):
    file = folder(GOOD.replace("monthly_contact", "yearly_contact")) / "a.toml"
    reason = "the measure “yearly_contact” is not known"
    answer = {"ok": False, "file": "a.toml", "line": 21, "reason": reason}
    assert checked(file, capsys) == (answer, f"a.toml, line 21: {reason}")


def test_the_check_says_it_in_chinese_where_chinese_is_spoken(folder):
    file = folder(GOOD.replace("monthly_contact", "yearly_contact")) / "a.toml"
    with translation.override("zh-hans"), pytest.raises(CommandError) as ended:
        call_command("regulations", "--check", str(file))
    assert str(ended.value) == "a.toml 第 21 行：没有名为“yearly_contact”的指标"


def test_a_file_checked_alone_may_name_another(folder, capsys):
    gone = folder(TEXT_ONLY.replace('"in_force"', '"superseded"\nsuperseded_by = "D9"')) / "a.toml"
    assert checked(gone, capsys)[0]["ok"] is True
    twice = folder(GOOD.replace(CLAUSE, CLAUSE + CLAUSE)) / "a.toml"
    assert checked(twice, capsys)[0]["reason"] == "D1-1 is already given in a.toml, line 12"


@pytest.mark.parametrize("path", ["nothing.toml", "."])
def test_a_file_that_is_not_there_is_refused(tmp_path, capsys, path):
    answer, _line = checked(tmp_path / path, capsys)
    assert (answer["ok"], answer["reason"]) == (False, "the file is not there or cannot be read")


SETS = """\
[[set]]
key = "county"
name = "县级规则集"

[[use]]
set = "county"
level = "county"
effective_from = 2016-01-01
"""
BAD_SETS = {
    "set twice": (
        SETS + '\n[[set]]\nkey = "county"\nname = "二"\n',
        11,
        "county is already given in sets.toml, line 2",
    ),
    "key": (SETS.replace('"county"', '"县"'), 2, "the key of a set is a lower-case word of at most 12 letters"),
    "use of nothing": (SETS.replace('set = "county"', 'set = "town"'), 6, "“set” is one of: county"),
    "level": (SETS.replace('level = "county"', 'level = "village"'), 7, "“level” is one of: county, town, street"),
    "order": (SETS + "effective_to = 2015-12-31\n", 9, "“effective_to” is before “effective_from”"),
    "used twice at once": (
        SETS + SETS[SETS.index("\n[[use]]") :].replace("2016", "2026"),
        13,
        "the set is used twice at once for the same level",
    ),
}


@pytest.mark.parametrize("name", BAD_SETS)
def test_a_bad_file_of_rule_sets_is_refused_with_its_line_and_the_reason(tmp_path, name):
    text, line, reason = BAD_SETS[name]
    (tmp_path / "sets.toml").write_text(text, "utf-8")
    with pytest.raises(FileRefused) as refused:
        regulations.read_rule_sets(tmp_path / "sets.toml")
    assert (refused.value.file, refused.value.line, refused.value.reason) == ("sets.toml", line, reason)
