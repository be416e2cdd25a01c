"""Who sees which rows: the two towns mirror each other, so a leak is always there to be seen."""

import pytest

from constituents.models import Designation, Household
from deputies.models import Deputy
from liaison_stations.models import Station
from office.models import User
from reports.models import Flag
from tests.reports.flags import raise_all

pytestmark = pytest.mark.django_db


def names(rows):
    return sorted(str(row) for row in rows)


def heads(households):
    """Whose households: everywhere else the name is masked."""
    return sorted(household.head for household in households)


def test_the_county_office_sees_both_towns(small):
    assert heads(Household.objects.visible_to(small.office)) == ["户主11", "户主12", "户主21", "户主22"]


def test_a_township_office_sees_its_own_town_only(small):
    assert heads(Household.objects.visible_to(small.a.staff)) == ["户主11", "户主12"]
    assert names(Station.objects.visible_to(small.b.staff)) == ["西河乡人大代表联络站"]


def test_a_deputy_sees_their_own_households_only(small):
    assert heads(Household.objects.visible_to(small.a.deputy_user)) == ["户主11", "户主12"]
    assert heads(Household.objects.visible_to(small.a.leader_user)) == ["户主11", "户主12"]  # the group's
    assert names(Deputy.objects.visible_to(small.a.deputy_user)) == ["代表1"]


def test_a_group_leader_sees_the_group(small):
    assert names(Deputy.objects.visible_to(small.b.leader_user)) == ["代表2", "组长2"]


@pytest.mark.rule("D3-二b")
def test_a_liaison_officer_sees_the_station_but_no_household(small):
    assert names(Station.objects.visible_to(small.a.officer)) == ["东山镇人大代表联络站"]
    assert names(Designation.objects.visible_to(small.a.officer)) == []


def test_a_flag_is_seen_by_those_whom_its_subject_concerns(small):
    flags = raise_all(small)

    def seen_by(user):
        seen = set(Flag.objects.visible_to(user))
        return {(kind, n) for (kind, n), flag in flags.items() if flag in seen}

    everything = {kind for kind, _n in flags}
    assert seen_by(small.leader) == set(flags)
    assert seen_by(small.a.staff) == {(kind, 1) for kind in everything}
    assert seen_by(small.a.deputy_user) == {(kind, 1) for kind in ("deputy", "petition", "reception")}
    assert seen_by(small.a.leader_user) == {(kind, 1) for kind in ("deputy", "group", "activity")}
    assert seen_by(small.a.officer) == {(kind, 1) for kind in ("station", "reception", "petition", "referral")}
    assert seen_by(small.b.unit_user) == {("referral", 2)}


def test_a_person_without_a_role_sees_nothing(small):
    stranger = User.objects.create(username="stranger")
    assert names(Deputy.objects.visible_to(stranger)) == []


def test_a_row_reached_by_two_ways_is_seen_once(small):
    small.a.station.deputies.add(small.a.leader)
    assert names(Station.objects.visible_to(small.a.deputy_user)) == ["东山镇人大代表联络站"]
