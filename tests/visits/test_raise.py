"""From a contact to a matter: register, link and hand on are one deed, done by the deputy who heard it."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from constituents.actions import intake
from constituents.models import Petition, PetitionEvent
from liaison_stations.models import Station
from office.models import AuditEvent, Counter, Notice
from tests import queries
from visits import actions
from visits.models import Visit

AT = datetime(2026, 3, 15, 1, 30, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.clock(AT)]
ON = date(2026, 3, 15)


@pytest.fixture
def deputy(client, small):
    client.force_login(small.a.deputy_user)
    return client


def visit(town, **more):
    given = {"on": ON, "kind": "home", "household": town.households[0], "matter_raised": True, **more}
    given.setdefault("content", "家里都好。\n反映的问题：门前的路积水。")
    return actions.log_visit(by=town.deputy_user, deputy=town.deputy, at=AT, **given)


def typed(town, **otherwise):
    return {
        "key": str(uuid4()),
        "visitor": "户主11",
        "phone": "199-0000-1001",
        "situation": "门前的路积水。",
        "request": "请把路面垫高。",
        "station": town.station.pk,
        "to": "presidium",
    } | otherwise


@pytest.mark.rule("D1-3①e", "D8-一b", "D1-3①d")
def test_a_matter_is_registered_linked_and_passed_on_with_one_press(deputy, small):
    heard = visit(small.a)
    response = deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a))
    heard.refresh_from_db()
    made = Petition.objects.get()
    assert (response.url, heard.petition) == (f"/my/?saved={heard.pk}", made)
    assert (made.channel, made.deputy, made.station, made.phone) == (
        "visit",
        small.a.deputy,
        small.a.station,
        "19900001001",
    )
    assert list(made.events.values_list("verb", flat=True)) == ["register", "forward"]
    assert made.handed_over_on == ON
    told = set(Notice.objects.filter(kind="forward").values_list("user__username", flat=True))
    assert told == {"office", "town1"}
    page = deputy.get(response.url).content.decode()
    assert (page.count(made.number) > 0, page.count(f"/matters/{made.pk}/") > 0, page.count("/raise/")) == (
        True,
        True,
        0,
    )


def test_the_form_knows_what_the_contact_says(deputy, small):
    heard = visit(small.a)
    form = deputy.get(f"/my/contacts/{heard.pk}/raise/").context["form"]
    home = small.a.households[0]
    shown = {name: form[name].value() for name in ("visitor", "phone", "address", "situation", "request")}
    assert shown == {
        "visitor": home.head,
        "phone": home.phone,
        "address": home.address,
        "situation": "家里都好。",
        "request": "门前的路积水。",
    }


@pytest.mark.rule("D1-3①e")
def test_nothing_is_half_written_when_it_cannot_be_passed_on(deputy, small, monkeypatch):
    heard = visit(small.a)
    before = AuditEvent.objects.count()

    def refuse(*args, **kwargs):
        raise intake.CannotMove("不能反映")

    monkeypatch.setattr(actions.matters, "forward", refuse)
    response = deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a))
    heard.refresh_from_db()
    assert response.context["form"].non_field_errors() == ["不能反映"]
    assert (heard.petition, Petition.objects.count(), PetitionEvent.objects.count()) == (None, 0, 0)
    assert (Counter.objects.count(), AuditEvent.objects.count()) == (0, before)


def test_sent_twice_it_registers_once(deputy, small):
    heard, sent = visit(small.a), typed(small.a)
    answers = {deputy.post(f"/my/contacts/{heard.pk}/raise/", sent).url for _ in range(2)}
    assert (len(answers), Petition.objects.count()) == (1, 1)


def test_a_second_form_about_the_same_contact_is_refused_and_keeps_what_was_typed(deputy, small):
    heard = visit(small.a)
    deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a))
    again = deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a, visitor="另一人"))
    form = again.context["form"]
    assert (len(form.non_field_errors()), form["visitor"].value(), Petition.objects.count()) == (1, "另一人", 1)
    assert deputy.get(f"/my/contacts/{heard.pk}/raise/").url == f"/matters/{Petition.objects.get().pk}/"


@pytest.mark.rule("D3-六i")
def test_an_urgent_one_tells_the_offices_at_once(deputy, small):
    heard = visit(small.a)
    deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a, urgent="on"))
    assert Notice.objects.filter(urgent=True).count() == 2


@pytest.mark.parametrize("missing", ["visitor", "situation", "request", "to", "station"])
def test_what_is_missing_is_named_and_nothing_is_lost(deputy, small, missing):
    heard = visit(small.a)
    response = deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a, **{missing: ""}))
    assert (list(response.context["form"].errors), Petition.objects.count()) == ([missing], 0)


def test_a_station_of_another_township_is_not_taken(deputy, small):
    heard = visit(small.a)
    response = deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a, station=small.b.station.pk))
    assert (list(response.context["form"].errors), Petition.objects.count()) == (["station"], 0)


def test_who_belongs_to_no_station_chooses_among_those_of_the_township(deputy, small):
    small.a.station.deputies.clear()
    other = Station.objects.create(name="第二站", jurisdiction=small.a.place, number=7)
    heard = visit(small.a)
    response = deputy.get(f"/my/contacts/{heard.pk}/raise/")
    assert list(response.context["stations"]) == [small.a.station, other]


def test_another_deputy_s_contact_is_not_there(client, small):
    heard = visit(small.a)
    for user, status in {small.b.deputy_user: 404, small.a.leader_user: 404, small.a.officer: 403}.items():
        client.force_login(user)
        assert client.get(f"/my/contacts/{heard.pk}/raise/").status_code == status
        assert client.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a)).status_code == status
    assert Petition.objects.count() == 0


def test_who_is_no_deputy_any_more_raises_nothing(deputy, small):
    heard = visit(small.a)
    small.a.deputy.left_on, small.a.deputy.end_reason = date(2026, 3, 14), "辞职"
    small.a.deputy.save()
    assert deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a)).status_code == 404


def test_a_contact_of_which_a_matter_came_is_not_withdrawn(deputy, small):
    heard = visit(small.a)
    deputy.post(f"/my/contacts/{heard.pk}/raise/", typed(small.a))
    deputy.post(f"/my/contacts/{heard.pk}/withdraw/")
    assert Visit.objects.count() == 1


def test_my_month_offers_it_for_each_matter_without_a_register_number(deputy, small):
    open_, _calm = visit(small.a), visit(small.a, matter_raised=False, household=small.a.households[1])
    with queries.asked() as few:
        text = deputy.get("/my/").content.decode()
    assert (text.count(f"/my/contacts/{open_.pk}/raise/"), text.count("/raise/")) == (1, 1)
    for _ in range(5):
        more = visit(small.a)
        deputy.post(f"/my/contacts/{more.pk}/raise/", typed(small.a))
    with queries.asked() as many:
        deputy.get("/my/")
    # The message that confirms the last one is read from its cookie, not from the database.
    assert (len(few) == len(many), len(many) <= 10) == (True, True)
