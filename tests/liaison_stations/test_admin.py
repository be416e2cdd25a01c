"""Receptions in the admin site: planned, announced, held or not."""

from datetime import date

import pytest
from django.urls import reverse

from liaison_stations.models import Reception, ReceptionDuty
from office.models import AuditEvent, Watermark
from office.watermarks import SWEEP

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-10-12 12:00+08:00")]

TODAY = date(2026, 10, 12)
LIST = reverse("admin:liaison_stations_reception_changelist")
ADD = reverse("admin:liaison_stations_reception_add")


def planned(town, *deputies, **more):
    rows = {f"duties-{n}-deputy": deputy.pk for n, deputy in enumerate(deputies)}
    form = {"station": town.station.pk, "planned_on": "2026-10-20", "starts_at": "09:00", "ends_at": "11:30"}
    return {**form, "duties-TOTAL_FORMS": len(deputies), "duties-INITIAL_FORMS": 0, **rows, **more}


def faults(answer):
    assert answer.status_code == 200
    return sorted(answer.context_data["adminform"].form.errors)


@pytest.mark.rule("D5-一a", "D5-二b")
def test_a_reception_is_planned_with_the_deputies_whose_turn_it_is(client, small):
    client.force_login(small.a.staff)
    assert client.post(ADD, planned(small.a, small.a.deputy, small.a.leader)).status_code == 302
    reception = Reception.objects.get()
    assert (reception.planned_on, [str(duty) for duty in reception.duties.all()]) == (
        date(2026, 10, 20),
        ["代表1", "组长1"],
    )
    assert AuditEvent.objects.get().action == "reception.added"


def test_a_reception_cannot_be_planned_with_a_deputy_out_of_sight(client, small):
    client.force_login(small.a.staff)
    assert client.post(ADD, planned(small.a, small.b.deputy)).status_code == 200
    assert client.post(ADD, planned(small.b, small.a.deputy)).status_code == 200
    assert Reception.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"held_on": "2026-10-13"}, ["held_on"]),
        ({"notice_posted_on": "2026-10-13"}, ["notice_posted_on"]),
        ({"ends_at": "08:00"}, ["__all__"]),
        ({"held_on": "2026-10-12", "cancelled": "on"}, ["__all__"]),
        ({"nobody_came": "on"}, ["held_on"]),
        ({"planned_on": ""}, ["planned_on"]),
    ],
)
def test_what_cannot_be_is_refused_and_named(client, small, more, named):
    client.force_login(small.office)
    assert faults(client.post(ADD, planned(small.a, **more))) == named
    assert Reception.objects.count() == 0


def test_what_happened_at_a_past_reception_is_judged_again(client, small):
    client.force_login(small.office)
    mark = Watermark.objects.create(job=SWEEP, done_through=TODAY)
    past = {"planned_on": "2026-08-03", "held_on": "2026-08-04"}
    assert client.post(ADD, planned(small.a, **past)).status_code == 302
    mark.refresh_from_db()
    assert mark.done_through == date(2026, 8, 2)


def test_the_list_says_what_is_still_to_be_done(client, small):
    def reception(day, **more):
        return Reception.objects.create(station=small.a.station, planned_on=date(2026, 10, day), **more)

    posted = reception(20, notice_posted_on=TODAY)
    unposted = reception(21)
    held = reception(5, held_on=date(2026, 10, 5))
    missed = reception(6)
    cancelled = reception(22, cancelled=True)
    ReceptionDuty.objects.create(reception=posted, deputy=small.a.deputy)
    ReceptionDuty.objects.create(reception=unposted, deputy=small.a.deputy, confirmed_on=TODAY)
    client.force_login(small.office)

    def found(course):
        return set(client.get(LIST, {"course": course}).context_data["cl"].queryset)

    assert {course: found(course) for course in ("coming", "unposted", "unconfirmed", "held", "missed")} == {
        "coming": {posted, unposted},
        "unposted": {unposted},
        "unconfirmed": {posted},
        "held": {held},
        "missed": {missed},
    }
    assert found("cancelled") == {cancelled}
    assert found("nonsense") == {posted, unposted, held, missed, cancelled}
