"""The petition in the admin site: what was written down is corrected there, what becomes of it is not."""

import re
from datetime import date

import pytest
from django.urls import reverse

from constituents.models import Engagement, Petition, Referral, Suggestion
from office import clock, reveals
from office.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(small):
    return Petition.objects.create(
        station=small.a.station,
        year=2026,
        seq=1,
        received_on=date(2026, 3, 2),
        registered_at=clock.now(),
        visitor="来访人",
        phone="19900001111",
        situation="路灯不亮",
        request="修好",
    )


def page(petition):
    return reverse("admin:constituents_petition_change", args=[petition.pk])


def shown(petition, *people):
    """Each of these has had the phone shown, and may write it anew."""
    for one in people:
        reveals.show(row=petition, field="phone", reason="check", by=one, at=clock.now())


def save(client, petition, **told):
    """Save the page as it was opened, but for ``told``."""
    form = {
        "seen": petition.version,
        "visitor": petition.visitor,
        "visitor_count": 1,
        "phone": petition.phone,
        "channel": "walk_in",
        "situation": petition.situation,
        "request": petition.request,
        "events-TOTAL_FORMS": 0,
        "events-INITIAL_FORMS": 0,
        "referrals-TOTAL_FORMS": 0,
        "referrals-INITIAL_FORMS": 0,
        **told,
    }
    return client.post(page(petition), form)


@pytest.mark.rule("D5-三a")
def test_what_was_written_down_is_corrected_and_counted_as_a_change(client, small, petition):
    client.force_login(small.a.staff)
    shown(petition, small.a.staff)
    assert save(client, petition, phone="19900002222", category="民生").status_code == 302
    now = Petition.objects.get(pk=petition.pk)
    assert (now.phone, now.category, now.version) == ("19900002222", "民生", 2)
    event = AuditEvent.objects.get(action="petition.changed")
    # That it was corrected is written down, what it was is not: the trail is read by more people.
    assert event.detail["fields"] == {"phone": None, "category": None}


def test_a_page_saved_as_it_was_counts_no_change(client, small, petition):
    client.force_login(small.a.staff)
    assert save(client, petition).status_code == 302
    assert Petition.objects.get(pk=petition.pk).version == 1
    assert AuditEvent.objects.filter(action="petition.changed").count() == 0


@pytest.mark.rule("D3-六f", "D3-六h", "D3-七")
def test_what_becomes_of_a_matter_is_not_moved_here(client, small, petition):
    client.force_login(small.office)
    moved = {
        "status": "closed",
        "course": "answer",
        "satisfaction": "satisfied",
        "handed_over_on": "2026-03-04",
        "referrals-TOTAL_FORMS": 1,
        "referrals-0-petition": petition.pk,
        "referrals-0-unit": small.a.unit.pk,
        "referrals-0-routed_on": "2026-03-03",
    }
    save(client, petition, **moved)
    now = Petition.objects.get(pk=petition.pk)
    assert (now.status, now.course, now.satisfaction, now.handed_over_on) == ("received", "", "", None)
    assert Referral.objects.count() == 0


def test_the_page_leads_to_where_the_matter_is_dealt_with(client, small, petition):
    client.force_login(small.a.staff)
    assert reverse("constituents:detail", args=[petition.pk]) in client.get(page(petition)).content.decode()


# -- two clerks at once


def test_the_list_says_in_words_how_a_matter_stands_and_when_its_reply_is_due(client, small, petition):
    routed = {"unit": small.a.unit, "place": small.a.place, "routed_on": date(2026, 3, 2)}
    Referral.objects.create(petition=petition, due_on=clock.today(), **routed)
    petition.status = "replied"
    petition.save()
    client.force_login(small.office)
    html = client.get(reverse("admin:constituents_petition_changelist")).content.decode()
    cells = [" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", html, re.DOTALL)]
    assert ("已答复" in cells, clock.today().isoformat() in cells, "replied" in cells) == (True, True, False)


def test_whoever_saves_second_sees_what_the_first_one_wrote_and_loses_nothing(client, small, petition):
    shown(petition, small.office, small.a.staff)
    client.force_login(small.office)
    assert save(client, petition, phone="19900002222", category="民生").status_code == 302
    client.force_login(small.a.staff)
    answer = save(client, petition, phone="19900003333", situation="路灯不亮，已有一月")
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert {name: len(form.errors.get(name, ())) for name in ("__all__", "phone", "category", "visitor")} == {
        "__all__": 1,
        "phone": 1,
        "category": 1,
        "visitor": 0,
    }
    assert ["19900002222" in form.errors["phone"][0], "民生" in form.errors["category"][0]] == [True, True]
    assert (form["phone"].value(), form["situation"].value()) == ("19900003333", "路灯不亮，已有一月")
    assert (form["seen"].value(), Petition.objects.get(pk=petition.pk).phone) == (2, "19900002222")
    # Having seen it, the person decides.
    petition.version = form["seen"].value()
    assert save(client, petition, phone="19900003333", category="民生").status_code == 302
    now = Petition.objects.get(pk=petition.pk)
    assert (now.phone, now.category, now.version) == ("19900003333", "民生", 3)


def test_a_move_made_meanwhile_is_not_undone_by_a_correction(client, small, petition):
    client.force_login(small.a.staff)
    Petition.objects.filter(pk=petition.pk).update(status="admitted", version=2)
    assert save(client, petition, phone="19900002222").status_code == 200
    now = Petition.objects.get(pk=petition.pk)
    assert (now.status, now.phone) == ("admitted", "19900001111")


def test_a_page_without_its_version_is_not_saved(client, small, petition):
    client.force_login(small.a.staff)
    for seen in ("", "x"):
        assert save(client, petition, seen=seen, phone="19900002222").status_code == 200
    assert Petition.objects.get(pk=petition.pk).phone == "19900001111"


# -- suggestions and inspections are read here


@pytest.fixture
def suggestion(small):
    return Suggestion.objects.create(
        deputy=small.a.deputy,
        jurisdiction=small.a.place,
        title="修路灯",
        grounds="理由",
        proposal="建议",
        written_on=date(2026, 3, 2),
    )


def test_suggestions_and_inspections_are_read_and_not_written(client, small, petition, suggestion):
    asked = Engagement.objects.create(
        deputy=small.a.deputy, kind="request", asked_on=date(2026, 3, 2), about="路灯", place="一村", petition=petition
    )
    client.force_login(small.office)
    for row in (suggestion, asked):
        name = f"admin:constituents_{row._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.get(reverse(f"{name}_add")).status_code == 403
        assert client.post(reverse(f"{name}_change", args=[row.pk]), {"title": "改"}).status_code == 403


def test_another_town_s_suggestion_is_not_there(client, small, suggestion):
    client.force_login(small.b.staff)
    shown = client.get(reverse("admin:constituents_suggestion_changelist"))
    assert len(shown.context["cl"].result_list) == 0
