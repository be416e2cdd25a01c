"""What a deputy's phone asks the server for, and how a contact that waited on it comes in."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.templatetags.static import static
from django.test import Client
from django.urls import reverse

from constituents.models import Designation
from tests import county
from tests.office.test_uploads import picture
from tests.queries import asked
from visits import actions, phone_views
from visits.forms import LogForm
from visits.models import Visit, VisitPhoto

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)
SEND = reverse("visits:send")
JPEG = b"\xff\xd8\xff"
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(client, small):
    """The deputy of the first town, signed in."""
    client.force_login(small.a.deputy_user)
    return client


def photo(name="IMG_1.jpg", colour="red"):
    return SimpleUploadedFile(name, picture("JPEG", colour=colour), content_type="image/jpeg")


def draft(town, **changes):
    """What a phone sends for one contact with the deputy's first household."""
    given = {
        "key": str(uuid4()),
        "owner": town.deputy_user.pk,
        "household": town.households[0].pk,
        "on": "2026-10-12",
        "kind": "home",
        "content": "家里都好。",
        "written_at": "2026-10-12T01:30:00.000Z",
    }
    return {**given, **changes}


def stored(settings_root):
    return sorted(file.name for file in settings_root.rglob("*") if file.is_file())


# What the phone may know


def test_a_phone_learns_who_it_is_of_and_the_households_but_neither_number_nor_address(phone, small):
    answer = phone.get(reverse("visits:mine"), headers=JSON)
    told = answer.json()
    assert told.pop("token")
    assert told == {
        "user": small.a.deputy_user.pk,
        "homes": [{"id": home.pk, "head": home.head, "place": "东山镇一村"} for home in small.a.households],
    }
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_phone_whose_sign_in_ran_out_is_told_so_and_not_led_to_a_page(client, small):
    answers = [client.get(reverse("visits:mine"), headers=JSON), client.post(SEND, draft(small.a), headers=JSON)]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(401, "signed_out")] * 2
    assert client.get(reverse("visits:mine")).status_code == 302


def test_who_has_left_office_looks_after_nobody(phone, small):
    small.a.deputy.end_reason = "辞职"
    small.a.deputy.save()
    assert phone.get(reverse("visits:mine")).json()["homes"] == []


class Links(HTMLParser):
    """The files that a page takes."""

    def __init__(self, page):
        super().__init__()
        self.found = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.found |= {attrs[name] for name in ("src", "href") if tag in ("script", "img", "link") and name in attrs}


def test_the_page_without_a_signal_is_made_of_what_is_kept_and_holds_nothing_of_anybody(client, phone, small):
    stranger = Client().get(reverse("visits:waiting")).content.decode()
    assert Links(stranger).found == {static(name) for name in phone_views.ASSETS}
    known = [small.a.deputy_user.username, small.a.households[0].head, f'data-user="{small.a.deputy_user.pk}"']
    signed_in = phone.get(reverse("visits:waiting")).content.decode()
    assert [text in stranger for text in known] == [False, False, False]
    assert f'data-user="{small.a.deputy_user.pk}"' in signed_in


def test_the_worker_may_answer_for_the_whole_site_and_changes_with_what_it_keeps(client, db, monkeypatch):
    first = client.get(reverse("visits:worker"))
    assert first.headers["Service-Worker-Allowed"] == "/"
    assert first.headers["Content-Type"] == "text/javascript"
    assert client.get(reverse("visits:worker")).content == first.content
    monkeypatch.setattr(phone_views.rules, "PHOTOS", 5)  # a word of the page
    assert client.get(reverse("visits:worker")).content != first.content


def test_a_phone_can_put_the_system_on_its_screen(client, db):
    about = client.get(reverse("visits:manifest")).json()
    assert (about["name"], about["start_url"], about["display"]) == ("代表联络工作平台", "/my/", "standalone")
    assert [(icon["sizes"], icon["purpose"]) for icon in about["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("192x192", "maskable"),
        ("512x512", "maskable"),
    ]


# A contact comes in


def test_a_contact_arrives_with_its_photos_and_both_times(phone, small):
    sent = draft(small.a, photos=[photo(), photo("IMG_2.jpg", "blue")])
    answer = phone.post(SEND, sent, headers=JSON)
    visit = Visit.objects.get()
    assert answer.json() == {"key": sent["key"], "page": f"/my/?saved={visit.pk}", "again": False}
    assert (visit.logged_at, visit.written_at) == (NOON, datetime(2026, 10, 12, 1, 30, tzinfo=UTC))
    assert visit.photos.count() == 2
    assert visit.photos.first().digest == hashlib.sha256(picture("JPEG", colour="red")).hexdigest()


def test_a_lost_answer_is_asked_for_again_even_when_the_contact_would_no_longer_be_taken(phone, small, clock):
    sent = draft(small.a)
    first = phone.post(SEND, sent, headers=JSON).json()
    Designation.objects.all().delete()
    clock.move_to(NOON + timedelta(days=400))
    phone.force_login(small.a.deputy_user)
    assert phone.post(SEND, sent, headers=JSON).json() == {**first, "again": True}
    assert Visit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_contact_that_is_sent_ten_times_at_once_is_written_once_with_its_photo(phone, small, tmp_path):
    sent = draft(small.a)

    def send(_):
        browser = Client()
        browser.cookies = phone.cookies
        try:
            return browser.post(SEND, {**sent, "photos": [photo()]}, headers=JSON).json()["page"]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as senders:
        pages = set(senders.map(send, range(10)))
    assert pages == {f"/my/?saved={Visit.objects.get().pk}"}
    assert VisitPhoto.objects.count() == 1
    assert len(stored(tmp_path)) == 2  # the photo and its small picture


def test_ten_keys_make_ten_contacts(phone, small):
    """What the test above would see if the key did not hold them together."""
    pages = {phone.post(SEND, draft(small.a), headers=JSON).json()["page"] for _ in range(10)}
    assert (len(pages), Visit.objects.count()) == (10, 10)


def test_a_contact_of_somebody_else_is_not_written_under_this_name(phone, small):
    answer = phone.post(SEND, draft(small.a, owner=small.b.deputy_user.pk), headers=JSON)
    assert (answer.status_code, Visit.objects.count()) == (409, 0)
    assert phone.post(SEND, draft(small.a, owner=""), headers=JSON).status_code == 409


def test_what_is_wrong_is_told_by_field_and_can_be_put_right_under_the_same_key(phone, small):
    sent = draft(small.a, content="", on="2026-10-13")
    answer = phone.post(SEND, sent, headers=JSON)
    assert (answer.status_code, sorted(answer.json()["errors"])) == (422, ["content"])
    answer = phone.post(SEND, {**sent, "content": "家里都好。"}, headers=JSON)
    assert (answer.status_code, answer.json()) == (422, {"errors": {"on": ["这一天还没有到，请核对日期。"]}})
    assert phone.post(SEND, {**sent, "content": "家里都好。", "on": "2026-10-12"}, headers=JSON).status_code == 200
    assert Visit.objects.count() == 1


def test_a_household_of_another_deputy_is_refused(phone, small):
    for home in (small.b.households[0].pk, 999999, "x"):
        answer = phone.post(SEND, draft(small.a, household=home), headers=JSON)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["household"])
    assert Visit.objects.count() == 0


def test_a_sign_in_without_a_mandate_is_refused(client, small):
    user = county.person("unlinked", "deputy")
    client.force_login(user)
    answer = client.post(SEND, draft(small.a, owner=user.pk), headers=JSON)
    assert (answer.status_code, Visit.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    "written", ["2026-10-12T04:00:01Z", "2025-10-01T00:00:00Z", "2026-10-12T01:00:00", "2026-99-99T01:00:00Z", "x", ""]
)
def test_a_time_of_writing_that_cannot_be_is_left_out_and_the_contact_is_taken(phone, small, written):
    phone.post(SEND, draft(small.a, written_at=written), headers=JSON)
    assert Visit.objects.get().written_at is None


def test_lateness_goes_by_arrival_and_the_time_of_writing_stands_beside_it(phone, small, clock):
    clock.move_to(datetime(2026, 11, 2, 4, tzinfo=UTC))
    phone.force_login(small.a.deputy_user)
    phone.post(SEND, draft(small.a, on="2026-10-31", written_at="2026-10-31T10:00:00Z"), headers=JSON)
    page = phone.get(reverse("visits:contact", args=[Visit.objects.get().pk]))
    assert (page.context["visit"].is_late, page.context["waited"]) == (True, True)


# Photos


def test_without_a_script_the_form_takes_photos_too(phone, small):
    answer = phone.post(reverse("visits:log"), draft(small.a, photos=[photo(), photo()]))
    assert (answer.status_code, VisitPhoto.objects.count()) == (302, 2)


@pytest.mark.parametrize(
    "files", [[photo() for _ in range(7)], [SimpleUploadedFile("a.jpg", b"no picture")], [photo("a.pdf")]]
)
def test_what_is_no_photo_or_too_many_is_named(phone, small, files):
    answer = phone.post(reverse("visits:log"), draft(small.a, photos=files))
    assert list(answer.context["form"].errors) == ["photos"]
    assert Visit.objects.count() == 0


def test_more_photos_than_a_contact_holds_are_refused_by_the_action_too(small):
    given = {"on": date(2026, 10, 12), "kind": Visit.Kind.FORUM, "met": "选民", "photos": [None] * 7}
    with pytest.raises(actions.TooManyPhotos):
        actions.log_visit(by=small.a.deputy_user, deputy=small.a.deputy, at=NOON, **given)


@pytest.fixture
def taken(phone, small):
    """A photo of a contact of the first town's deputy."""
    phone.post(SEND, draft(small.a, photos=[photo()]), headers=JSON)
    return VisitPhoto.objects.get()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda small: small.a.deputy_user, 200),
        (lambda small: small.a.leader_user, 200),
        (lambda small: small.a.staff, 200),
        (lambda small: small.office, 200),
        (lambda small: small.b.deputy_user, 404),
        (lambda small: small.b.leader_user, 404),
        (lambda small: small.b.staff, 404),
        (lambda small: small.a.officer, 403),
        (lambda small: small.a.unit_user, 403),
    ],
)
def test_a_photo_is_shown_to_whoever_sees_the_contact(client, small, taken, who, status):
    client.force_login(who(small))
    address = reverse("visits:photo", args=[taken.pk])
    for query in ("", "?small"):
        answer = client.get(address + query)
        assert answer.status_code == status
        if status == 200:
            assert b"".join(answer.streaming_content)[:3] == JPEG


def test_a_withdrawn_contact_takes_its_photos_along(phone, small, taken, tmp_path, django_capture_on_commit_callbacks):
    assert len(stored(tmp_path)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        phone.post(reverse("visits:withdraw", args=[taken.visit_id]))
    assert (VisitPhoto.objects.count(), stored(tmp_path)) == (0, [])


# The own record


def test_a_contact_has_a_page_of_its_own_and_nobody_else_opens_it(client, phone, small, taken):
    address = reverse("visits:contact", args=[taken.visit_id])
    assert list(phone.get(address).context["photos"]) == [taken]
    client.force_login(small.b.deputy_user)
    assert client.get(address).status_code == 404
    client.force_login(small.a.leader_user)
    assert client.get(address).status_code == 404


def test_the_latest_contacts_come_first_each_with_its_photos_counted(phone, small):
    for day, photos in (("2026-10-11", [photo(), photo()]), ("2026-10-12", []), ("2026-10-10", [photo()])):
        phone.post(SEND, draft(small.a, on=day, photos=photos), headers=JSON)
    visits = phone.get(reverse("visits:my_month")).context["visits"]
    assert [(visit.happened_on.day, visit.shots) for visit in visits] == [(12, 0), (11, 2), (10, 1)]


def test_the_record_counts_each_month_of_the_year(phone, small):
    for day, home in (("2026-10-12", 0), ("2026-10-11", 0), ("2026-10-10", 1), ("2026-09-30", 0), ("2025-12-31", 0)):
        changes = {"household": small.a.households[home].pk, "on": day}
        phone.post(SEND, draft(small.a, **changes, matter_raised="on", matter="台阶"), headers=JSON)
    months = phone.get(reverse("visits:record")).context["months"]
    assert [month["first"].month for month in months] == list(range(10, 0, -1))
    assert months[0] == {"first": date(2026, 10, 1), "contacts": 3, "homes": 2, "matters": 3, "late": 0}
    assert months[1] == {"first": date(2026, 9, 1), "contacts": 1, "homes": 1, "matters": 1, "late": 1}
    assert [phone.get(reverse("visits:record"), {"year": year}).status_code for year in (2025, 2027, 1999)] == [
        200,
        404,
        404,
    ]


def test_the_pages_ask_as_much_for_many_contacts_as_for_one(phone, small):
    def numbers():
        found = []
        for address in (
            reverse("visits:my_month"),
            reverse("visits:record"),
            reverse("visits:contact", args=[Visit.objects.first().pk]),
            reverse("visits:mine"),
        ):
            with asked() as statements:
                assert phone.get(address).status_code == 200
            found.append(len(statements))
        return found

    phone.post(SEND, draft(small.a, photos=[photo()]), headers=JSON)
    one = numbers()
    for _ in range(3):
        phone.post(SEND, draft(small.a, photos=[photo(), photo()]), headers=JSON)
    assert numbers() == one
    assert max(one) <= 10


def test_the_script_sends_every_field_of_the_form():
    script = Path(finders.find("js/visits.js")).read_text("utf-8")
    [sent] = re.findall(r"FIELDS = \[(.*?)\]", script)
    by_themselves = {"key", "matter_raised", "photos", "written_at"}
    assert set(re.findall(r'"(\w+)"', sent)) == {*LogForm.base_fields, "household"} - by_themselves
