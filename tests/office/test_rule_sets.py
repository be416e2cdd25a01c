"""Whom the rules of a set govern: the level of a congress, the place, and the days of use."""

from datetime import date

import pytest

from deputies.models import Deputy, DeputyGroup
from liaison_stations.models import Station
from office import rule_sets
from office.models import Clause, Jurisdiction, Regulation, Rule, RuleSet, RuleSetUse
from tests import county

ON = date(2026, 3, 2)


@pytest.fixture
def small(db):
    """A town and a street."""
    return county.build(towns=("东山镇", "河西街道"))


@pytest.fixture
def rule(db):
    """A rule of a set that is used nowhere yet."""
    text = Regulation.objects.create(key="T1", title="试验制度", status=Regulation.Status.IN_FORCE, text="每月一次")
    clause = Clause.objects.create(regulation=text, key="T1-1", quote="每月一次", position=1)
    own = RuleSet.objects.create(key="own", name="试验")
    return Rule.objects.create(clause=clause, rule_set=own, name="每月", effective_from=date(2016, 1, 1))


def use(rule, **more):
    return RuleSetUse.objects.create(rule_set=rule.rule_set, **{"effective_from": date(2026, 1, 1), **more})


def names(rows):
    return sorted(str(row) for row in rows)


def deputies(rule, on=ON):
    return names(rule_sets.governed(Deputy.objects.all(), rule, on))


def stations(rule, on=ON):
    found = rule_sets.governed(Station.objects.all(), rule, on, place="jurisdiction", level=rule_sets.STATION)
    return names(found)


def test_a_set_that_is_used_nowhere_governs_nobody(small, rule):
    assert deputies(rule) == []
    assert stations(rule) == []


def test_a_use_without_level_and_area_is_everywhere(small, rule):
    use(rule)
    assert deputies(rule) == ["代表1", "代表2", "组长1", "组长2"]
    assert stations(rule) == ["东山镇人大代表联络站", "河西街道人大代表联络站"]


def test_a_use_in_an_area_ends_at_its_border(small, rule):
    use(rule, area=small.b.place)
    assert deputies(rule) == ["代表2", "组长2"]
    assert stations(rule) == ["河西街道人大代表联络站"]


def test_a_deputy_s_level_is_that_of_the_congress_not_of_the_town_where_the_district_lies(small, rule):
    use(rule, level="town")
    assert deputies(rule) == []
    use(rule, level="county")
    assert deputies(rule) == ["代表1", "代表2", "组长1", "组长2"]


@pytest.mark.parametrize(("level", "found"), [("town", "东山镇"), ("street", "河西街道")])
def test_a_station_s_level_is_that_of_the_town_or_street_where_it_lies(small, rule, level, found):
    use(rule, level=level)
    assert stations(rule) == [f"{found}人大代表联络站"]


def test_level_and_area_of_two_uses_are_not_mixed(small, rule):
    use(rule, level="street", area=small.a.place)
    use(rule, level="town", area=small.b.place)
    assert stations(rule) == []


def test_a_use_holds_from_its_first_to_its_last_day(small, rule):
    use(rule, area=small.a.place, effective_to=ON)
    everyone = ["代表1", "组长1"]
    days = [date(2025, 12, 31), date(2026, 1, 1), ON, date(2026, 3, 3)]
    assert [deputies(rule, day) for day in days] == [[], everyone, everyone, []]


def test_groups_and_offices_are_asked_in_the_same_way(small, rule):
    use(rule, level="county")
    groups = rule_sets.governed(DeputyGroup.objects.all(), rule, ON, place="jurisdiction")
    offices = rule_sets.governed(Jurisdiction.objects.all(), rule, ON, place="pk", level="level")
    assert names(groups) == ["东山镇代表小组", "河西街道代表小组"]
    assert names(offices) == ["试验县"]


def test_who_is_governed_is_part_of_the_statement(small, rule, django_assert_num_queries):
    use(rule)
    rule = Rule.objects.prefetch_related(rule_sets.WITH_USES).select_related("rule_set").get(pk=rule.pk)
    with django_assert_num_queries(1):
        assert len(rule_sets.governed(Deputy.objects.all(), rule, ON)) == 4
