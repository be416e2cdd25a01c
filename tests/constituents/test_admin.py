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


def refer(client, petition, unit, **more):
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
    }
    return client.post(reverse("admin:constituents_petition_change", args=[petition.pk]), form)


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
