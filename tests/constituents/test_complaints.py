"""A matter that complains about a unit or an official is never routed, listed or told to them (A14)."""

import random
from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from constituents import actions, audiences
from constituents.models import Attachment, Extension, Petition, Referral, ResultClass
from office.models import Assignment, Notice, Unit
from office.roles import Role
from tests.county import person

AT = datetime(2026, 3, 17, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = date(2026, 3, 17)
CASES = 200


@pytest.fixture
def town(small):
    """A town with a second unit that may be asked, and a clerk of the office who may be complained about."""
    town = small.a
    town.county_office = small.office
    town.other_unit = Unit.objects.create(name="东山镇城管所", jurisdiction=town.place)
    town.other_user = person("other-unit", Role.HANDLING_UNIT, unit=town.other_unit)
    town.clerk = person("clerk", Role.TOWN_OFFICE, jurisdiction=town.place)
    town.result = ResultClass.objects.create(key="A", name="已解决", counts_as_solved=True)
    return town


def register(town, **more) -> Petition:
    told = {"visitor": "王来访", "situation": "办事推诿", "request": "请公开答复"} | more
    return actions.register(by=town.officer, at=AT, on=ON, station=town.station, deputy=town.deputy, **told)


def route(matter, town, unit):
    return actions.route(matter, by=town.staff, at=AT, on=ON, unit=unit, brief="请核实")


def named(matter, town, **whom):
    return actions.name_complained(matter, by=town.officer, at=AT, on=ON, **whom)


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def sees(user, matter) -> bool:
    """Whether anything of the matter is in this person's sight, along whatever line."""
    user = fresh(user)
    return (
        Petition.objects.visible_to(user).filter(pk=matter.pk).exists()
        or Referral.objects.visible_to(user).filter(petition=matter).exists()
        or Extension.objects.visible_to(user).filter(referral__petition=matter).exists()
        or Attachment.objects.visible_to(user).filter(petition=matter).exists()
    )


def told_of(user, matter) -> list[str]:
    """The notices that name the matter."""
    return list(Notice.objects.filter(user=user, text__contains=matter.number).values_list("text", flat=True))


def test_it_is_not_routed_to_the_unit_it_complains_about(town):
    matter = actions.admit(named(register(town), town, units=[town.unit]), by=town.staff, at=AT)
    with pytest.raises(actions.CannotMove) as refused:
        route(matter, town, town.unit)
    assert (refused.value.field, matter.referrals.count()) == ("unit", 0)
    assert route(matter, town, town.other_unit).unit == town.other_unit


def test_it_is_not_routed_to_the_unit_for_which_the_named_official_answers(town):
    matter = actions.admit(named(register(town), town, people=[town.unit_user]), by=town.staff, at=AT)
    with pytest.raises(actions.CannotMove):
        route(matter, town, town.unit)


def test_a_unit_that_has_it_already_loses_it_when_it_is_named(town):
    matter = actions.admit(register(town), by=town.staff, at=AT)
    route(matter, town, town.unit)
    assert sees(town.unit_user, matter)
    named(matter, town, units=[town.unit])
    matter.refresh_from_db()
    assert (matter.status, sees(town.unit_user, matter)) == (Petition.Status.RETURNED, False)


def test_an_official_of_the_office_neither_sees_it_nor_is_told(town):
    matter = named(register(town), town, people=[town.clerk])
    actions.alarm(matter, by=town.officer, at=AT, reason="群众情绪激动")
    assert (sees(town.clerk, matter), told_of(town.clerk, matter)) == (False, [])
    assert (sees(town.staff, matter), len(told_of(town.staff, matter))) == (True, 1)


def test_who_is_named_twice_is_on_record_once(town):
    matter = named(register(town), town, units=[town.unit])
    named(matter, town, units=[town.unit], names=["某科长"])
    named(matter, town, names=["某科长"])
    assert sorted(map(str, matter.complaints.all())) == ["东山镇人民政府", "某科长"]


def test_a_complaint_about_nobody_is_refused(town):
    with pytest.raises(actions.CannotMove):
        named(register(town), town)


def test_the_offices_above_a_place_are_those_that_are_told(town, small):
    assert set(audiences.offices(town.place)) == {small.office, town.staff, town.clerk}


def walk(matter, town, accused, choose):
    """A random life of a matter: somebody is named at a random moment, and whatever can be done is done."""
    whom = {"units": [accused]} if choose.random() < 0.5 else {"people": [person_of(accused, town)]}
    acts = [
        lambda: actions.admit(matter, by=town.staff, at=AT),
        lambda: route(matter, town, choose.choice([town.unit, town.other_unit])),
        lambda: actions.alarm(matter, by=town.officer, at=AT, reason="紧急"),
        lambda: actions.release(matter, by=town.county_office, at=AT, reason="需核实"),
        lambda: actions.add_unit(matter, by=town.staff, at=AT, on=ON, unit=choose.choice([town.unit, town.other_unit])),
    ]
    moment = choose.randrange(len(acts))
    for n, act in enumerate([*acts, acts[1]]):
        if n == moment:
            named(matter, town, **whom)
            yield
        with suppress(actions.CannotMove):
            act()


def person_of(unit, town):
    return town.unit_user if unit == town.unit else town.other_user


@pytest.mark.rule("D3-五a")
@pytest.mark.long_walk
def test_in_200_random_lives_who_is_complained_about_holds_sees_and_hears_nothing_from_then_on(town):
    choose, faults = random.Random(20260317), []
    for n in range(CASES):
        matter, accused = register(town, situation=f"办事推诿第{n}件"), choose.choice([town.unit, town.other_unit])
        life = walk(matter, town, accused, choose)
        next(life)
        user = person_of(accused, town)
        before = told_of(user, matter)
        for _rest in life:
            pass
        holds = Referral.objects.filter(Referral.IN_HAND, petition=matter, unit=accused).exists()
        if holds or sees(user, matter) or told_of(user, matter) != before:
            faults.append(n)
    assert faults == []


def test_the_other_unit_went_on_seeing_what_it_held(town):
    """What the random lives would hide if nobody were ever shown anything."""
    matter = actions.admit(named(register(town), town, units=[town.unit]), by=town.staff, at=AT)
    route(matter, town, town.other_unit)
    assert (sees(town.other_user, matter), len(told_of(town.other_user, matter))) == (True, 1)


def test_somebody_who_later_joins_the_unit_sees_nothing_either(town):
    matter = named(register(town), town, units=[town.unit])
    Assignment.objects.create(user=town.staff, role=Role.HANDLING_UNIT, unit=town.unit)
    assert sees(town.staff, matter) is False
