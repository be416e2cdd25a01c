"""Registering a petition: one transaction for the number, the row, the step and the audit line."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from constituents import actions
from constituents.models import Petition, PetitionEvent
from office import clock
from office.models import AuditEvent, Counter, Notice

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 15, 1, 30, tzinfo=UTC)


def register(town, at=AT, **more):
    given = {"visitor": "张凤英", "situation": "三组到村小学的路积水。", "request": "请把路面垫高。", **more}
    return actions.register(by=town.officer, at=at, on=clock.local_date(at), station=town.station, **given)


@pytest.mark.rule("D1-3①d", "D3-五a", "D3-六i")
def test_a_petition_is_entered_with_its_number_its_step_and_its_audit_line(small):
    petition = register(
        small.a,
        phone="19908490085",
        address="石桥村三组",
        visitor_count=4,
        deputy=small.a.deputy,
        channel="letter",
        category="道路",
        urgent=True,
    )
    petition.refresh_from_db()
    assert petition.number == "01〔2026〕0001"
    assert (petition.year, petition.seq, petition.received_on.isoformat()) == (2026, 1, "2026-03-15")
    assert (petition.registered_at, petition.registered_by) == (AT, small.a.officer)
    assert (petition.visitor, petition.visitor_count, petition.phone) == ("张凤英", 4, "19908490085")
    assert (petition.situation, petition.request) == ("三组到村小学的路积水。", "请把路面垫高。")
    assert (petition.channel, petition.category, petition.urgent) == ("letter", "道路", True)
    assert (petition.address, petition.deputy) == ("石桥村三组", small.a.deputy)
    assert (petition.status, petition.imported) == (Petition.Status.RECEIVED, False)
    assert list(petition.events.values_list("verb", "at", "by")) == [("register", AT, small.a.officer.pk)]
    assert list(AuditEvent.objects.values_list("action", "subject_type", "subject_id", "user", "detail")) == [
        ("petition.register", "constituents.petition", petition.pk, small.a.officer.pk, {"number": "01〔2026〕0001"})
    ]


def test_the_receiving_deputy_hears_of_a_matter_that_somebody_else_wrote_down(small):
    petition = register(small.a, deputy=small.a.deputy)
    told = {"by": small.a.deputy_user, "at": AT, "on": clock.local_date(AT), "station": small.a.station}
    actions.register(**told, deputy=small.a.deputy, visitor="李四", situation="路灯不亮。", request="请修路灯。")
    assert list(Notice.objects.values_list("user", "key")) == [
        (small.a.deputy_user.pk, f"petition.register:{petition.pk}:1")
    ]


def test_each_station_counts_for_itself(small):
    numbers = [register(town).number for town in (small.a, small.a, small.b, small.a)]
    assert numbers == ["01〔2026〕0001", "01〔2026〕0002", "02〔2026〕0001", "01〔2026〕0003"]


def test_each_year_begins_with_one_at_midnight_in_shanghai(small):
    last_second = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    midnight = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    numbers = [register(small.a, at=at).number for at in (last_second, midnight, midnight)]
    assert numbers == ["01〔2026〕0001", "01〔2027〕0001", "01〔2027〕0002"]


@pytest.mark.rule("D5-三a")
@pytest.mark.parametrize("broken", [{"situation": ""}, {"request": ""}, {"visitor_count": 0}])
def test_what_the_register_refuses_takes_no_number_and_leaves_nothing(small, broken):
    register(small.a)
    with pytest.raises(IntegrityError):
        register(small.a, **broken)
    assert (Petition.objects.count(), PetitionEvent.objects.count(), AuditEvent.objects.count()) == (1, 1, 1)
    assert Counter.objects.get().n == 1
    assert register(small.a).seq == 2
