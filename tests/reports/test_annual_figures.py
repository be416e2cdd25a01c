"""The sums: every figure is recounted from the raw rows, and every total is the sum of its parts."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from constituents.models import Designation, Petition
from deputies.models import Deputy
from office.models import Clause, Regulation, Rule, RuleSet, RuleSetUse
from reports.annual import figures, records
from reports.annual.columns import (
    course_columns,
    kind_columns,
    month_columns,
    reply_columns,
    satisfaction_columns,
    status_columns,
)
from reports.annual.months import NotOwed
from reports.models import Flag
from reports.subjects import find
from reports.sweep import sweep
from tests.reports.annual_year import ON, YEAR, build, fill, outcome_of, recount, reply_of
from visits.models import Visit

pytestmark = pytest.mark.django_db


def read(subject="county", *, user=None, on=ON, year=YEAR):
    return figures.read(find(subject, user=user)[0], year, on=on, user=user)


def positive(counter):
    """Without zeros and without the reasons of months that are not owed."""
    return {key: n for key, n in counter.items() if n and not key.startswith("not_owed.")}


@pytest.mark.rule("D1-3①b", "D1-3①a")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_of_every_deputy_is_that_of_a_recount(db, seed):
    build(seed=seed)
    report = read()
    assert len(report.rows) == Deputy.objects.count() == 22
    assert min(report.total[key] for key in ("met_late", "not_owed.leave", "not_owed.suspended")) > 0
    for row in report.rows:
        assert positive(row.figures) == positive(recount(row.deputy)), row.deputy


def test_petitions_without_a_deputy_are_a_row_of_their_own(db):
    small = build()
    report = read()
    of_the_year = [p for p in Petition.objects.filter(deputy=None) if p.received_on.year == YEAR]
    assert len(of_the_year) > 0
    for town in small.towns:
        expected = Counter()
        for petition in of_the_year:
            if petition.station == town.station:
                expected.update(outcome_of(petition, ON))
        assert positive(report.nobody[town.place.code, town.place.name]) == positive(expected)
    assert report.others == {}


def test_the_countys_total_is_the_ledger_and_the_register(db):
    build()
    total = read().total
    assert total["contacts"] == sum(v.happened_on.year == YEAR for v in Visit.objects.all())
    assert total["petitions"] == sum(p.received_on.year == YEAR for p in Petition.objects.all())


def test_each_total_is_the_sum_of_its_rows_and_of_its_towns(db):
    build()
    report = read()
    rows = [row.figures for row in report.rows] + list(report.nobody.values())
    towns = list(report.by_town().values())
    assert len(towns) == 2
    for key in report.total:
        assert report.total[key] == sum(f[key] for f in rows) == sum(f[key] for f in towns), key


def test_each_figure_is_the_sum_of_its_parts(db):
    build()
    report = read()
    for figure in [report.total, *(row.figures for row in report.rows)]:
        assert figure["owed"] == figure["met"] + figure["missed"]
        assert figure["households"] == figure["seen"] + figure["unseen"]
        assert figure["contacts"] == sum(figure[c.key] for c in month_columns())
        assert figure["contacts"] == sum(figure[c.key] for c in kind_columns())
        for columns in (course_columns(), status_columns(), reply_columns(), satisfaction_columns()):
            assert figure["petitions"] == sum(figure[c.key] for c in columns)


def test_owed_and_left_out_months_of_each_deputy_are_twelve(db):
    build()
    for row in read().rows:
        assert row.figures["owed"] + sum(row.figures[f"not_owed.{why}"] for why in NotOwed) == 12


def test_the_report_of_a_town_is_its_part_of_the_county(db):
    small = build()
    county = read()
    for town in small.towns:
        report = read(f"town:{town.place.code}")
        assert positive(report.total) == positive(county.by_town()[town.place.code, town.place.name])


def test_towns_and_groups_and_deputies_add_up_to_the_county(db):
    small = build()
    county = read().total
    towns = sum((read(f"town:{t.place.code}").total for t in small.towns), Counter())
    groups = sum((read(f"group:{t.group.pk}").total for t in small.towns), Counter())
    deputies = sum((read(f"deputy:{d.pk}").total for d in Deputy.objects.all()), Counter())
    nobody = sum(read().nobody.values(), Counter())
    assert positive(towns) == positive(county)
    assert positive(groups + nobody) == positive(deputies + nobody) == positive(county)


def test_a_station_counts_its_whole_register(db):
    small = build()
    report = read(f"station:{small.a.station.pk}")
    register = [p for p in small.a.station.petitions.all() if p.received_on.year == YEAR]
    assert [row.deputy for row in report.rows] == [small.a.deputy]
    assert report.total["petitions"] == len(register)
    assert sum(f["petitions"] for f in report.others.values()) == sum(
        p.deputy not in (None, small.a.deputy) for p in register
    )


def test_a_deputy_is_in_the_report_of_a_year_only_when_they_may_have_served_or_left_a_record(small):
    common = {"term": small.term, "district": small.a.district}
    gone = Deputy.objects.create(name="早已离任", left_on=date(2025, 3, 1), end_reason="调离", **common)
    Deputy.objects.create(name="明年到任", joined_on=date(2027, 1, 1), **common)
    assert [row.deputy.name for row in read().rows] == ["代表1", "组长1", "代表2", "组长2"]
    Visit.objects.create(
        deputy=gone, met="村民", happened_on=date(2026, 2, 1), kind="visit", logged_at="2026-02-01T00:00Z"
    )
    assert [row.deputy.name for row in read().rows] == ["代表1", "组长1", "早已离任", "代表2", "组长2"]


def test_a_household_that_changed_deputies_counts_for_each(small):
    home = small.a.households[0]
    Designation.objects.filter(household=home).update(until=date(2026, 5, 31))
    Designation.objects.create(household=home, deputy=small.a.leader, since=date(2026, 6, 1))
    Visit.objects.create(
        deputy=small.a.leader, household=home, happened_on=date(2026, 7, 1), kind="home", logged_at="2026-07-01T00:00Z"
    )
    rows = {row.deputy: row.figures for row in read().rows}
    assert [rows[small.a.deputy][key] for key in ("households", "seen", "unseen", "held")] == [2, 1, 1, 1]
    assert [rows[small.a.leader][key] for key in ("households", "seen", "unseen", "held")] == [1, 1, 0, 1]


@pytest.mark.rule("D1-3①b")
def test_the_rule_in_force_in_a_month_says_how_many_contacts_it_asks_for(small):
    text = Regulation.objects.create(key="D1", title="制度", level="county", status="in_force", text="…")
    clause = Clause.objects.create(regulation=text, key="D1-3①b", quote="每月不少于一次", position=1)
    county = RuleSet.objects.create(key="county", name="县级")
    RuleSetUse.objects.create(rule_set=county, level="county", effective_from="2020-01-01")
    rule = {"clause": clause, "rule_set": county, "name": "每月联系", "measure": "monthly_contact", "severity": "red"}
    Rule.objects.create(**rule, amounts={"minimum": 1}, effective_from="2026-02-01", effective_to="2026-06-30")
    Rule.objects.create(**rule, amounts={"minimum": 2}, effective_from="2026-07-01")
    for month in range(1, 11):
        Visit.objects.create(
            deputy=small.a.deputy,
            met="村民",
            happened_on=date(2026, month, 9),
            kind="visit",
            logged_at="2026-11-01T00:00Z",
        )
    row = read(f"deputy:{small.a.deputy.pk}").rows[0]
    assert row.months[0] == NotOwed.NO_RULE
    assert (row.figures["met"], row.missed) == (5, [7, 8, 9, 10])


def test_a_rule_is_judged_only_where_its_set_is_in_use(small):
    text = Regulation.objects.create(key="D1", title="制度", level="county", status="in_force", text="…")
    clause = Clause.objects.create(regulation=text, key="D1-3①b", quote="每月不少于一次", position=1)
    own = RuleSet.objects.create(key="county", name="县级")
    RuleSetUse.objects.create(rule_set=own, level="county", area=small.a.place, effective_from="2026-03-01")
    RuleSetUse.objects.create(rule_set=own, level="town", effective_from="2020-01-01")
    Rule.objects.create(
        clause=clause,
        rule_set=own,
        name="每月联系",
        measure="monthly_contact",
        amounts={"minimum": 1},
        effective_from="2020-01-01",
    )
    rows = {row.deputy: row for row in read().rows}
    assert rows[small.a.deputy].missed == [3, 4, 5, 6, 7, 8, 9, 10]
    assert rows[small.b.deputy].months[:10] == (NotOwed.NO_RULE,) * 10


def test_the_number_of_queries_does_not_grow_with_the_deputies(small):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            report = read()
            records.read(report)
        return len(seen)

    assert connection.features.supports_json_field  # SQLite is asked once in a process, and not by the report
    before = queries()
    fill(small, deputies=6, visits=60, petitions=30)
    assert (before, queries()) == (8, 8)


def test_the_lists_are_what_the_figures_were_counted_from(db):
    build()
    report = read()
    behind = records.read(report)
    homes = Counter(record.designation.deputy_id for record in behind.households)
    seen = Counter(record.designation.deputy_id for record in behind.households if record.is_seen)
    contacts = Counter(visit.deputy_id for visit in behind.visits)
    petitions = Counter(record.petition.deputy_id for record in behind.petitions)
    for row in report.rows:
        pk = row.deputy.pk
        assert (contacts[pk], petitions[pk]) == (row.figures["contacts"], row.figures["petitions"])
        assert (homes[pk], seen[pk]) == (row.figures["households"], row.figures["seen"])
    assert petitions[None] == sum(f["petitions"] for f in report.nobody.values())


@pytest.mark.rule("D3-七")
def test_days_overdue_run_from_the_due_day_to_the_reply_or_to_today(db):
    build()
    checked = Counter()
    for record in records.read(read()).petitions:
        key = outcome_of(record.petition, ON)[3]
        if key == "reply.overdue":
            due = [r.due_on for r in record.referrals if r.due_on and not (r.replied_on and r.replied_on <= ON)]
            assert record.days_overdue == (ON - min(due)).days
        elif key == "reply.late":
            replies = [r for r in record.referrals if r.due_on and r.replied_on and r.replied_on <= ON]
            late = [(r.replied_on - r.due_on).days for r in replies if r.replied_on > r.due_on]
            assert record.days_overdue in late
        else:
            assert record.days_overdue is None
        checked[key] += 1
    assert checked["reply.overdue"] > 0
    assert checked["reply.late"] > 0


def test_the_report_says_what_the_nightly_sweep_has_flagged(db):
    build()
    call_command("load_regulations", verbosity=0)
    for month in range(2, 12):
        sweep(on=date(YEAR, month, 1))
    sweep(on=ON)
    flags = Flag.objects.open().filter(severity="red")
    report = read()
    months = {(row.deputy.pk, f"{YEAR}-{month:02}") for row in report.rows for month in row.missed}
    assert months == set(flags.filter(rule_key="D1-3①b").values_list("deputy", "period"))
    households = {row.deputy.pk for row in report.rows if row.figures["below"] or row.figures["above"]}
    assert households == set(Flag.objects.open().filter(rule_key="D1-3①a").values_list("deputy", flat=True))
    late = flags.filter(rule_key="D3-七", referral__petition__received_on__year=YEAR)
    overdue = [
        record.petition.pk for record in records.read(report).petitions if reply_of(record.petition, ON) == "overdue"
    ]
    assert set(overdue) == set(late.values_list("referral__petition", flat=True))
    assert min(len(months), len(households), len(overdue)) > 0
