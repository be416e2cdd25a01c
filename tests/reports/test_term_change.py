"""What a change of term does to reports and duties: nothing to what lies before it, and nobody owes twice."""

from datetime import date

import pytest

from deputies.models import Deputy, DeputyGroup
from office.models import Rule
from office.regulations import loading
from reports.annual import figures
from reports.duties import reading
from reports.measures import MEASURES
from reports.measures.spans import Night
from reports.measures.subjects import DEPUTIES, GROUPS
from reports.subjects import Kind, Subject, find
from tests.reports.annual_year import fill
from tests.visits.test_term_change import ON, ROSTER, begun, carry_out, change_of, new, world  # noqa: F401 (a fixture)
from visits.models import Visit

pytestmark = pytest.mark.django_db


def told(year, small):
    """The rows of every subject of a year, figure by figure."""
    subjects = [find("county")[0], *(Subject(Kind.GROUP, str(t.group.pk), "") for t in small.towns)]
    subjects += [Subject(Kind.STATION, str(t.station.pk), "") for t in small.towns]
    subjects += [Subject(Kind.TOWN, t.place.code, "", t.place.path) for t in small.towns]
    found = {}
    for subject in subjects:
        report = figures.read(subject, year, on=ON)
        rows = [(row.deputy.pk, dict(row.figures), row.months) for row in report.rows]
        found[str(subject)] = (rows, report.nobody, report.others)
    return found


def test_the_figures_of_the_years_before_do_not_move(world):  # noqa: F811
    fill(world, seed=7)
    Deputy.objects.filter(joined_on__gte="2026-11-20").delete()
    Visit.objects.filter(happened_on__year=2026, happened_on__lt="2026-07-01").update(happened_on="2025-05-05")
    before = told(2025, world)
    carry_out(begun(world, *ROSTER, again={"第1选区|代表1": world.a.deputy.pk}), world.office)
    assert told(2025, world) == before


def test_in_the_year_of_the_change_the_months_before_it_are_judged_as_they_were(world):  # noqa: F811
    def months():
        rows = figures.read(find("county")[0], 2026, on=ON).rows
        return {row.deputy.pk: (row.months[:10], row.missed) for row in rows if row.deputy.term == world.term}

    before = months()
    carry_out(change_of(world), world.office)
    assert months() == before


@pytest.mark.parametrize(
    ("first", "whole"),
    [("2026-11-20", {"old": 10, "new": 12}), ("2026-11-01", {"old": 10, "new": 11})],
)
def test_a_month_is_owed_by_one_mandate_or_by_none(world, first, whole):  # noqa: F811
    carry_out(change_of(world, first_day=first), world.office)
    again = new("代表1")
    owed = {
        n: [d.pk for d in Deputy.objects.owing(date(2026, n, 1), date(2026, n, 28)).filter(user=world.a.deputy_user)]
        for n in range(1, 13)
    }
    last_of_old = max(n for n, who in owed.items() if world.a.deputy.pk in who)
    first_of_new = min(n for n, who in owed.items() if again.pk in who)
    assert all(len(who) < 2 for who in owed.values())
    assert (last_of_old, first_of_new) == (whole["old"], whole["new"])


@pytest.fixture
def rules(db):
    loading.load(on=date(2026, 1, 1))


@pytest.mark.rule("D1-4")
@pytest.mark.parametrize(("first", "owing"), [("2026-11-20", "old"), ("2026-07-01", "old"), ("2026-03-15", "new")])
def test_the_year_of_the_change_is_owed_once_by_who_is_elected_again(world, rules, first, owing):  # noqa: F811
    carry_out(change_of(world, first_day=first), world.office)
    rule = Rule.objects.filter(measure="annual_report_to_voters").first()
    asked = DEPUTIES.asked(rule, date(2026, 1, 1), date(2026, 12, 31))
    mine = {one.pk for one in asked.filter(user=world.a.deputy_user)}
    assert mine == {world.a.deputy.pk if owing == "old" else new("代表1").pk}
    found = reading.duties(date(2026, 1, 1), date(2026, 12, 31), on=date(2027, 1, 5), measures={rule.measure})
    assert {duty.pk for duty in found if not duty.excluded and duty.pk in (world.a.deputy.pk, new("代表1").pk)} == mine


@pytest.mark.rule("D1-4")
def test_what_was_done_in_either_mandate_counts_for_the_year(world, rules):  # noqa: F811
    carry_out(change_of(world), world.office)
    Visit.objects.create(deputy=new("代表1"), met="选民", happened_on=ON, kind="report", logged_at="2026-11-24T02:00Z")
    found = reading.duties(
        date(2026, 1, 1), date(2026, 12, 31), on=date(2027, 1, 5), measures={"annual_report_to_voters"}
    )
    assert {duty.state for duty in found if duty.pk == world.a.deputy.pk} == {"met"}
    rule = Rule.objects.filter(measure="annual_report_to_voters").first()
    night = Night(date(2027, 1, 5), date(2026, 1, 1))
    owed = [pk for one in MEASURES[rule.measure].owed(rule, night) for pk in one.subjects.values_list("pk", flat=True)]
    assert world.a.deputy.pk not in owed


@pytest.mark.rule("D9-1a")
def test_neither_the_old_group_nor_the_new_one_owes_the_year_of_the_change(world, rules):  # noqa: F811
    rule = Rule.objects.filter(measure="group_visit").first()
    whole = (date(2026, 1, 1), date(2026, 12, 31))
    assert set(GROUPS.asked(rule, *whole)) == {town.group for town in world.towns}
    carry_out(change_of(world), world.office)
    assert list(GROUPS.asked(rule, *whole)) == []
    following = set(GROUPS.asked(rule, date(2027, 1, 1), date(2027, 12, 31)))
    assert following == set(DeputyGroup.objects.filter(term__ordinal=19))
