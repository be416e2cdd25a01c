"""A05, A06, A12, A13, A16: files, exports, a right that is taken away, a matter that moves, what people are told."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from constituents import actions
from constituents.models import Attachment, Petition, Referral
from deputies.models import Deputy
from liaison_stations.models import StationPost
from office.models import Assignment, Notice, Outbox, Unit, User
from reports.models import Flag
from reports.probe.asker import WORD, taken_back
from reports.probe.matrix import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def undone(probe):
    """What a test writes is taken back, so that the next finds the county as it was built."""
    with taken_back():
        yield


# -- A05


def test_no_stored_file_is_read_by_its_path(probe, asker):
    paths = [f"/{root}/{path}" for path in list(probe.files)[:40] for root in ("media", "static", "var/media")]
    everybody = ("anonymous", "deputy-T1S1D1", "county")
    assert Counter(asker.ask(person, "GET", path).status for person in everybody for path in paths) == {
        404: len(paths) * len(everybody)
    }


@pytest.mark.parametrize("asked", [{}, {"range": "bytes=0-9"}])
def test_a_file_of_somebody_else_is_no_file(probe, asker, asked):
    mine, others = files_of(probe, "deputy-T1S1D1")
    assert {asker.ask("deputy-T1S1D1", "GET", path, **asked).status for path in mine} == {200}
    for question in ("", "?inline", "?download=1"):
        assert {asker.ask("deputy-T1S1D1", "GET", path + question, **asked).status for path in others} == {404}
    assert {asker.ask("anonymous", "GET", path, **asked).status for path in mine} == {302}


def files_of(probe, person):
    seen = {pk: readers for (label, pk), readers in probe.seen.items() if label == "constituents.attachment"}
    paths = {pk: reverse("constituents:attachment", args=[pk]) for pk in seen}
    mine = [paths[pk] for pk, readers in seen.items() if person in readers]
    return mine, [paths[pk] for pk in seen if paths[pk] not in mine]


@pytest.mark.usefixtures("undone")
def test_after_signing_out_no_file_opens(probe):
    client = Client()
    client.force_login(probe.people["deputy-T1S1D1"])
    [path, *_more] = files_of(probe, "deputy-T1S1D1")[0]
    opened = client.get(path)
    for close in opened._resource_closers:  # not opened.close(), which ends the connection to the database as well
        close()
    client.post(reverse("office:sign_out"))
    assert (opened.status_code, client.get(path).status_code) == (200, 302)


# -- A06


@pytest.mark.parametrize("person", ["county", "town-T1", "town-T2"])
def test_the_list_of_flags_as_a_workbook_has_the_rows_of_its_reader_and_no_others(probe, asker, person):
    answer = asker.ask(person, "GET", reverse("admin:reports_flag_xlsx"))
    told = sum(person in seen for (label, _pk), seen in probe.seen.items() if label == "reports.flag")
    rows = answer.body.count(b"<row ")
    headings = rows - told
    assert (answer.status, asker.foreign(person, answer)) == (200, [])
    assert headings == asker.ask("county", "GET", reverse("admin:reports_flag_xlsx")).body.count(
        b"<row "
    ) - county_flags(probe)


def county_flags(probe) -> int:
    return sum("county" in seen for (label, _pk), seen in probe.seen.items() if label == "reports.flag")


# -- A12

TAKEN = {
    "county_office": lambda user: Assignment.objects.filter(user=user).delete(),
    "town_office": lambda user: Assignment.objects.filter(user=user).delete(),
    "station_officer": lambda user: Assignment.objects.filter(user=user).delete(),
    "station_head": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "deputy": lambda user: Assignment.objects.filter(user=user).delete(),
    "group_leader": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "handling_unit": lambda user: Assignment.objects.filter(user=user).delete(),
    "leader": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
}


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("role", TAKEN)
def test_a_right_taken_away_is_gone_with_the_next_request(probe, role):
    user = probe.people[people()[role]]
    client = Client()
    client.force_login(user)
    before = client.get("/today/").status_code
    TAKEN[role](user)
    assert (before, client.get("/today/").status_code in (302, 403)) == (200, True)


@pytest.mark.usefixtures("undone")
def test_an_officer_who_leaves_a_station_sees_it_no_more(probe):
    user = probe.people["officer-T1S1"]
    client = Client()
    client.force_login(user)
    matter = Petition.objects.filter(station__posts__user=user).first()
    path = reverse("constituents:detail", args=[matter.pk])
    before = client.get(path).status_code
    StationPost.objects.filter(user=user).update(user=None)
    assert (before, client.get(path).status_code) == (200, 404)


# -- A13 (who may see a complaint: tests/constituents/test_complaints.py; which moves there are: test_moves.py)


@pytest.mark.usefixtures("undone")
def test_a_matter_that_goes_from_one_unit_to_another_is_lost_by_the_first_and_seen_by_the_second(probe):
    one, two = Unit.objects.get(pk=unit_of(probe, "unit-T1U1")), Unit.objects.get(pk=unit_of(probe, "unit-T1U2"))
    referral = Referral.objects.filter(unit=one, petition__status="routed", returned_on=None).first()
    matter, clerk = referral.petition, fresh(probe.people["town-T1"])
    table = [sees(probe, matter)]
    actions.recall(referral, by=clerk, at=probe.at, on=probe.on, reason="转错")
    table.append(sees(probe, matter))
    actions.route(Petition.objects.get(pk=matter.pk), by=clerk, at=probe.at, on=probe.on, unit=two, brief="请办理")
    table.append(sees(probe, matter))
    assert table == [(True, False), (False, False), (False, True)]


def unit_of(probe, person) -> int:
    return probe.people[person].assignments.get().unit_id


def fresh(user):
    return User.objects.get(pk=user.pk)


def sees(probe, matter) -> tuple:
    """Whether each of the town's units sees anything of a matter."""
    return tuple(
        Petition.objects.visible_to(fresh(probe.people[unit])).filter(pk=matter.pk).exists()
        or Referral.objects.visible_to(fresh(probe.people[unit])).filter(petition=matter).exists()
        or Attachment.objects.visible_to(fresh(probe.people[unit])).filter(petition=matter).exists()
        for unit in ("unit-T1U1", "unit-T1U2")
    )


@pytest.mark.usefixtures("undone")
def test_a_deputy_who_moves_to_another_town_keeps_what_is_theirs_and_the_old_town_sees_the_person_no_more(probe):
    deputy = Deputy.objects.get(user=probe.people["deputy-T1S1D1"])
    there = Deputy.objects.get(user=probe.people["deputy-T2S1D1"]).district
    own = set(Flag.objects.visible_to(fresh(deputy.user)).values_list("pk", flat=True))
    Deputy.objects.filter(pk=deputy.pk).update(district=there)
    seen = [
        Deputy.objects.visible_to(fresh(probe.people[town])).filter(pk=deputy.pk).exists()
        for town in ("town-T1", "town-T2")
    ]
    assert (seen, set(Flag.objects.visible_to(fresh(deputy.user)).values_list("pk", flat=True))) == ([False, True], own)


# -- A16


@pytest.mark.usefixtures("undone")
def test_what_people_are_told_holds_no_word_that_is_not_theirs(probe, asker):
    known = set(Notice.objects.values_list("pk", flat=True))
    clerk, officer = fresh(probe.people["county"]), fresh(probe.people["officer-T1S1"])
    waiting = Petition.objects.filter(station__posts__user=officer, status="received").first()
    actions.alarm(waiting, by=officer, at=probe.at, reason="群众情绪激动")
    actions.admit(Petition.objects.get(pk=waiting.pk), by=clerk, at=probe.at)
    referral = Referral.objects.filter(unit__jurisdiction__path__endswith="/t1/", petition__status="routed").first()
    actions.urge(referral, by=clerk, at=probe.at, on=probe.on)
    told = Notice.objects.exclude(pk__in=known).select_related("user")
    keys = {user.pk: key for key, user in probe.people.items() if user}
    wrong = [(keys[one.user_id], one.text) for one in told if unreadable(asker, keys[one.user_id], one.text)]
    sent = [(keys[one.user_id], str(one.payload)) for one in Outbox.objects.exclude(user=None).select_related("user")]
    wrong += [(key, text) for key, text in sent if unreadable(asker, key, text)]
    assert (wrong, told.count() > 2) == ([], True)


def unreadable(asker, person, text) -> list:
    return [word for word in WORD.findall(text.encode()) if not asker.may_read(person, word.decode())]
