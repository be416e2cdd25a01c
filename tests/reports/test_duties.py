"""Duties as they are derived for people, held against the flags that the sweep raises from the same records."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import ManagementUtility, call_command
from django.db import transaction

from office.models import Rule
from reports.commendations import candidates
from reports.duties import State, duties
from reports.measures import ALL, MEASURES
from reports.measures.spans import Night, judged
from reports.models import Flag
from reports.subjects import Kind, Subject
from reports.sweep import sweep
from tests.reports import world

pytestmark = pytest.mark.django_db


def flagged():
    return {(f.rule_key, *f.about, f.period, f.severity) for f in Flag.objects.open()}


def owed(on):
    """What the duties say is flagged on a day: what ended last or runs out soon, and is not done."""
    night, found = Night.of(on, Rule.objects.all()), set()
    for duty in duties(on - timedelta(days=800), on + timedelta(days=1), on=on, measures=MEASURES):
        severity = _severity(duty, night)
        if severity:
            found.add((duty.rule.clause.key, duty.kind, duty.pk, duty.period, severity))
    return found


def _severity(duty, night):
    if duty.state not in (State.MISSED, State.DUE):
        return None
    if duty.rule.kind == Rule.Kind.CLOCK:
        return duty.rule.severity if duty.state == State.MISSED else None
    if duty.rule.period == "standing":
        return duty.rule.severity
    spans = {span.key: severity for span, severity in judged(duty.rule, night)}
    return spans.get(duty.period)


@pytest.mark.rule("D1-3①a", "D1-3①b", "D1-3①e", "D1-4", "D3-二a", "D3-三", "D3-六f", "D3-六h", "D3-七", "D5-一b")
@pytest.mark.rule("D5-二a", "D5-三a", "D5-四b", "D8-二a", "D8-二b", "D8-三", "D9-1a", "D9-2二a", "D9-3", "D9-5")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("on", [date(2026, 8, 25), date(2026, 11, 15), date(2027, 1, 1)])
def test_page_and_sweep_say_the_same_of_everybody(seed, on):
    world.build(seed)
    sweep(on=on)
    assert flagged() == owed(on)


def test_the_random_worlds_have_flags_of_every_rule():
    seen = set()
    for seed in range(6):
        on = [date(2026, 8, 25), date(2026, 11, 15), date(2027, 1, 1)][seed % 3]
        with transaction.atomic():
            world.build(seed)
            sweep(on=on)
            measured = set(Rule.objects.filter(measure__in=MEASURES).values_list("clause__key", flat=True))
            seen |= {key for key, *_rest in flagged()}
            transaction.set_rollback(True)
    # Of the three rules that ask for feedback by the same day, one sets it.
    # These worlds hold no suggestion and no letters-and-visits matter: tests/office/test_reply_clocks.py.
    assert measured - seen == {"D5-四b", "D8-四4", "L1-51", "L2-34"}


@pytest.mark.parametrize("rows", [1, 20])
def test_as_many_queries_are_made_for_one_deputy_as_for_many(small, rows, django_assert_max_num_queries):
    call_command("load_regulations", verbosity=0)
    for town in small.towns:
        for n in range(rows):
            world._deputy(small.term, town, n, world.Random(n))
    with django_assert_max_num_queries(16):
        assert len(duties(date(2026, 1, 1), date(2026, 12, 31), on=date(2026, 11, 1))) > rows


def test_a_subject_shows_its_own_duties_only(small):
    call_command("load_regulations", verbosity=0)
    asked = {"first": date(2026, 10, 1), "last": date(2026, 10, 31), "on": date(2026, 11, 1)}
    of_one = duties(**asked, subject=Subject(Kind.DEPUTY, str(small.a.deputy.pk), ""))
    assert {duty.subject for duty in of_one} == {f"deputy:{small.a.deputy.pk}"}
    of_town = duties(**asked, subject=Subject(Kind.TOWN, small.b.place.code, "", small.b.place.path))
    theirs = {small.b.deputy.pk, small.b.leader.pk}
    assert {duty.pk for duty in of_town if duty.kind == "deputy"} == theirs
    assert {duty.subject for duty in of_town if duty.kind != "deputy"} == {
        f"group:{small.b.group.pk}",
        f"station:{small.b.station.pk}",
    }


def test_nobody_sees_the_duties_of_others(small):
    call_command("load_regulations", verbosity=0)
    asked = {"first": date(2026, 10, 1), "last": date(2026, 10, 31), "on": date(2026, 11, 1)}
    seen = {duty.subject for duty in duties(**asked, user=small.a.deputy_user)}
    assert seen == {f"deputy:{small.a.deputy.pk}"}
    seen = {duty.subject for duty in duties(**asked, user=small.a.leader_user)}
    assert seen == {f"deputy:{small.a.deputy.pk}", f"deputy:{small.a.leader.pk}", f"group:{small.a.group.pk}"}


def test_every_measure_of_the_data_files_is_there():
    call_command("load_regulations", verbosity=0)
    named = set(Rule.objects.exclude(measure="").values_list("measure", flat=True))
    # What candidates for a commendation need is a measure that nobody owes.
    assert named == {*ALL, candidates.MEASURE}


# -- the command


@pytest.mark.parametrize("words", [["duties", "--from", "2026-10-01", "--to", "2026-10-31"], ["sweep"]])
def test_a_database_without_tables_is_named_in_one_line(tmp_path, words):
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}
    run = subprocess.run([sys.executable, "manage.py", *words], env=env, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    told = "CommandError: 数据库尚未就绪（no such table: office_rule）。请先建表：manage.py migrate\n"
    assert run.stderr == told


def told(**options):
    out = StringIO()
    call_command("duties", **options, json=True, stdout=out)
    return json.loads(out.getvalue())["duties"]


def test_the_command_prints_one_object_with_every_duty(small):
    call_command("load_regulations", verbosity=0)
    rows = told(first="2026-10-01", last="2026-10-31", on="2026-11-01", subject=f"deputy:{small.a.deputy.pk}")
    (month,) = [row for row in rows if row["rule"] == "D1-3①b"]
    assert month == {
        "rule": "D1-3①b",
        "subject": f"deputy:{small.a.deputy.pk}",
        "name": "代表1",
        "period": "2026-10",
        "from": "2026-10-01",
        "to": "2026-10-31",
        "required": 1,
        "done": 0,
        "missing": 1,
        "state": "missed",
        "excluded": False,
        "why": "",
    }


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["--from", "2026-10-01", "--to", "2026-09-30"], "截止日期早于起始日期。"),
        (["--from", "昨天", "--to", "2026-09-30"], "“昨天”不是日期，请按 2026-03-01 的写法填写。"),
        (["--from", "2026-10-01", "--to", "2026-10-31", "--subject", "deputy:999"], "没有这个报告对象：deputy:999。"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(small, words, refusal, capsys):
    with pytest.raises(SystemExit):
        ManagementUtility(["manage.py", "duties", *words]).execute()
    assert capsys.readouterr().err.strip() == f"CommandError: {refusal}"
