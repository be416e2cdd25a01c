"""What the office enters about petitions in the admin site."""

from datetime import date

import pytest
from django.urls import reverse

from constituents.models import Petition, Referral
from office import clock, regulations

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(small):
    regulations.load(on=date(2026, 1, 1))
    return Petition.objects.create(
        station=small.a.station,
        year=2026,
        seq=1,
        received_on=date(2026, 3, 2),
        registered_at=clock.now(),
        visitor="来访人",
        situation="路灯不亮",
        request="修好",
    )


def refer(client, petition, unit, *, told=(), **more):
    form = {
        "visitor": "来访人",
        "visitor_count": 1,
        "channel": "walk_in",
        "situation": "路灯不亮",
        "request": "修好",
        "status": "routed",
        "events-TOTAL_FORMS": 0,
        "events-INITIAL_FORMS": 0,
        "referrals-TOTAL_FORMS": 1,
        "referrals-INITIAL_FORMS": 0,
        "referrals-0-petition": petition.pk,
        "referrals-0-unit": unit.pk,
        "referrals-0-routed_on": "2026-03-03",
        **{f"referrals-0-{name}": value for name, value in more.items()},
        **dict(told),
    }
    return client.post(reverse("admin:constituents_petition_change", args=[petition.pk]), form)


@pytest.mark.rule("D3-七")
def test_a_referral_entered_by_the_office_is_due_by_the_rule_in_force(client, small, petition):
    client.force_login(small.office)
    assert refer(client, petition, small.a.unit).status_code == 302
    referral = Referral.objects.get()
    assert (referral.due_on, referral.due_rule.clause.key) == (date(2026, 4, 2), "D3-七")


def test_a_day_that_the_office_names_is_kept(client, small, petition):
    client.force_login(small.office)
    assert refer(client, petition, small.a.unit, due_on="2026-03-20").status_code == 302
    referral = Referral.objects.get()
    assert (referral.due_on, referral.due_rule) == (date(2026, 3, 20), None)


@pytest.mark.rule("D3-六f")
def test_the_person_is_told_after_the_reply_has_come(client, small, petition):
    client.force_login(small.a.staff)
    for day in ("2026-03-09", "2126-01-01"):
        assert refer(client, petition, small.a.unit, replied_on="2026-03-10", fed_back_on=day).status_code == 200
    assert refer(client, petition, small.a.unit, fed_back_on="2026-03-09").status_code == 200
    assert Referral.objects.count() == 0
    told = refer(client, petition, small.a.unit, replied_on="2026-03-10", fed_back_on="2026-03-12")
    assert (told.status_code, Referral.objects.get().fed_back_on) == (302, date(2026, 3, 12))


@pytest.mark.rule("D3-六h")
def test_the_day_of_handing_over_is_entered_and_does_not_lie_before_the_matter(client, small, petition):
    client.force_login(small.a.staff)
    for day in ("2026-03-01", "2126-01-01"):
        assert refer(client, petition, small.a.unit, told={"handed_over_on": day}).status_code == 200
    assert refer(client, petition, small.a.unit, told={"handed_over_on": "2026-03-04"}).status_code == 302
    petition.refresh_from_db()
    assert petition.handed_over_on == date(2026, 3, 4)
