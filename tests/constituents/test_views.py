"""The pages of the desk, as a liaison officer and those who must not use them see them."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from constituents import actions
from constituents.models import Petition, Referral
from liaison_stations.models import StationPost
from office import clock
from office.models import Submission
from office.roles import Role
from tests import county

NOW = datetime(2026, 3, 15, 1, 30, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]


@pytest.fixture
def officer(client, small):
    """The first station's liaison officer, signed in."""
    client.force_login(small.a.officer)
    return client


def petition(town, *, days_ago=0, **more):
    at = NOW - timedelta(days=days_ago)
    given = {"visitor": "张凤英", "situation": "三组的路积水。", "request": "请把路面垫高。", **more}
    status = given.pop("status", None)
    made = actions.register(by=town.officer, at=at, on=clock.local_date(at), station=town.station, **given)
    if status:
        made.status, made.answer = status, "当场说明了政策。"
        made.save()
    return made


def typed(**otherwise):
    return {
        "key": str(uuid4()),
        "visitor": "张凤英",
        "visitor_count": "1",
        "channel": "walk_in",
        "situation": "三组到村小学的路积水。",
        "request": "请把路面垫高。",
    } | otherwise


def listed(response):
    return [p.number for p in response.context["page"]]


# --- the desk ---


def test_the_desk_lists_today_and_what_is_open_newest_first(officer, small):
    petition(small.a, days_ago=40)
    petition(small.a, days_ago=3, status="closed")
    petition(small.a, days_ago=2, status="replied")
    petition(small.a, status="answered")
    petition(small.a)
    petition(small.b)
    response = officer.get("/desk/")
    assert listed(response) == ["01〔2026〕0005", "01〔2026〕0004", "01〔2026〕0003", "01〔2026〕0001"]
    assert response.context["counts"] == {"today": 2, "open": 3}


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("status=all", [5, 4, 3, 2, 1]),
        ("status=closed", [2]),
        ("status=received", [5, 4, 3, 1]),
        ("status=nonsense", [5, 4, 3, 1]),
        ("q=王小明", [2]),
        ("q=01〔2026〕0003", [3]),
        ("q=２０２６-4", [4]),
        ("q=199-0849-0085", [3]),
        ("q=0849", [3]),
        ("q=双井", [5]),
        ("q=路灯", [4]),
        ("q=修好", [4]),
        ("q=王小明&status=open", []),
        ("q=%25", []),
        ("q=没有", []),
        ("status=screen", [5, 4, 3, 1]),
        ("status=ended", [2]),
        ("status=back", []),
        ("after=0", [5, 4, 3, 1]),
        ("after=2026-03-15.999999999999999999999", [5, 4, 3, 1]),
        ("after=x", [5, 4, 3, 1]),
        ("after=last", [5, 4, 3, 1]),
        ("q=%ED%A0%80", []),
    ],
)
def test_the_register_is_searched_and_narrowed(officer, small, asked, numbers):
    petition(small.a, days_ago=40)
    petition(small.a, days_ago=3, visitor="王小明", status="closed")
    petition(small.a, phone="19908490085")
    petition(small.a, situation="路灯坏了。", request="修好。")
    petition(small.a, address="双井村")
    petition(small.b, visitor="王小明", phone="19908490085", situation="路灯", request="修好", address="双井")
    assert [int(number[-4:]) for number in listed(officer.get(f"/desk/?{asked}"))] == numbers


def test_a_long_register_is_shown_in_pages_that_keep_the_search(officer, small):
    for _ in range(26):
        petition(small.a)
    first = officer.get("/desk/", {"q": "张凤英"})
    page = first.context["page"]
    assert (len(listed(first)), page.previous) == (25, None)
    assert f"?q={'%E5%BC%A0%E5%87%A4%E8%8B%B1'}&amp;after={page.next}" in first.content.decode()
    assert listed(officer.get("/desk/", {"q": "张凤英", "after": page.next})) == ["01〔2026〕0001"]


def test_an_empty_desk_says_what_to_do(officer):
    response = officer.get("/desk/")
    assert (response.status_code, listed(response)) == (200, [])


def test_a_nul_byte_in_a_search_is_refused_without_an_error(officer):
    assert officer.get("/desk/?q=%00").status_code == 400


def test_a_person_with_two_stations_chooses_one_and_it_is_remembered(officer, small):
    StationPost.objects.create(station=small.b.station, name="兼任", user=small.a.officer)
    assert officer.get("/desk/").context["stations"] == [small.a.station, small.b.station]
    assert officer.get("/desk/new/").url == "/desk/"
    there = officer.get("/desk/", {"station": small.b.station.pk})
    assert there.context["station"] == small.b.station
    assert officer.get("/desk/").context["station"] == small.b.station
    assert officer.get("/desk/new/").context["station"] == small.b.station
    officer.post(f"/desk/new/?station={small.a.station.pk}", typed())
    assert [p.station for p in Petition.objects.all()] == [small.a.station]


@pytest.mark.rule("D3-二b")
@pytest.mark.parametrize("address", ["/desk/", "/desk/new/"])
def test_a_foreign_station_is_not_there(officer, small, address):
    for station in (small.b.station.pk, 0, "x", "9" * 30):
        assert officer.get(address, {"station": station}).status_code == 404
        assert officer.post(f"/desk/new/?station={station}", typed()).status_code == 404
    assert Petition.objects.count() == 0


def test_a_post_taken_away_closes_the_register_at_once(officer, small):
    mine = petition(small.a)
    small.a.station.posts.all().delete()
    assert officer.get("/desk/").context["stations"] == []
    assert officer.post("/desk/new/", typed()).url == "/desk/"
    assert officer.get(f"/matters/{mine.pk}/").status_code == 404
    assert Petition.objects.count() == 1


def test_a_deputy_of_a_station_who_is_an_officer_elsewhere_keeps_only_the_register_of_that_post(client, small):
    county.person("both", Role.DEPUTY, Role.STATION_OFFICER)
    both = StationPost.objects.create(
        station=small.b.station, name="兼任", user=county.person("both2", Role.DEPUTY, Role.STATION_OFFICER)
    ).user
    small.a.deputy.user = both
    small.a.deputy.save()
    client.force_login(both)
    assert client.get("/desk/").context["station"] == small.b.station
    assert client.get("/desk/", {"station": small.a.station.pk}).status_code == 404


# --- registering ---


def test_a_visitor_is_registered_and_the_receipt_follows(officer, small):
    response = officer.post(
        "/desk/new/",
        typed(
            visitor="张 三",
            phone="199-0849-0085",
            address=" 石桥村  三组 ",
            visitor_count="４",
            deputy=small.a.deputy.pk,
            channel="letter",
            category="道 路",
            urgent="on",
            situation="第一行\r\n第二行",
        ),
    )
    made = Petition.objects.get()
    assert response.url == reverse("constituents:receipt", args=[made.pk])
    assert officer.get(response.url).status_code == 200
    assert (made.visitor, made.phone, made.address, made.visitor_count) == ("张三", "19908490085", "石桥村 三组", 4)
    assert (made.deputy, made.channel, made.category, made.urgent) == (small.a.deputy, "letter", "道路", True)
    assert (made.situation, made.received_on, made.registered_at) == ("第一行\n第二行", date(2026, 3, 15), NOW)
    assert (made.station, made.registered_by, made.number) == (small.a.station, small.a.officer, "01〔2026〕0001")


def test_fields_that_the_form_does_not_have_change_nothing(officer, small):
    officer.post(
        "/desk/new/",
        typed(station=small.b.station.pk, seq=77, year=1999, status="closed", imported="on", registered_by=1, id=9),
    )
    made = Petition.objects.get()
    assert (made.station, made.number, made.status) == (small.a.station, "01〔2026〕0001", "received")
    assert (made.imported, made.registered_by) == (False, small.a.officer)


def test_a_form_that_is_wrong_keeps_everything_typed_and_registers_nothing(officer, small):
    sent = typed(
        request=" ", phone="123", address="石桥村", category="道路", deputy=str(small.a.deputy.pk), urgent="on"
    )
    response = officer.post("/desk/new/", sent)
    form = response.context["form"]
    assert (response.status_code, sorted(form.errors)) == (200, ["phone", "request"])
    shown = {name: form[name].value() for name in sent}
    assert shown == sent | {"urgent": True}
    assert [field.name for field in form if "autofocus" in field.field.widget.attrs] == ["phone"]
    assert (Petition.objects.count(), Submission.objects.count()) == (0, 0)


@pytest.mark.parametrize("field", ["visitor", "phone", "address", "category", "situation", "request", "key", "deputy"])
@pytest.mark.parametrize("broken", ["%00", "%ED%A0%80", "%FF", "%EF%BF%BF", "%1B"])
def test_a_broken_character_in_any_field_is_answered_in_the_form(officer, field, broken):
    pairs = "&".join(f"{name}={value}" for name, value in typed().items() if name != field)
    body = f"{pairs}&{field}=a{broken}"
    response = officer.post("/desk/new/", body, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert Petition.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"visitor", b"visitor=1&visitor=2"])
def test_a_form_that_is_no_form_is_shown_again(officer, body):
    response = officer.post("/desk/new/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert [field.name for field in response.context["form"].hidden_fields() if field.errors] == ["key"]
    assert Petition.objects.count() == 0


def test_a_form_sent_twice_makes_one_petition_and_both_see_its_receipt(officer):
    sent = typed()
    answers = [officer.post("/desk/new/", sent).url for _ in range(3)]
    assert answers == [reverse("constituents:receipt", args=[Petition.objects.get().pk])] * 3


def test_the_next_visitor_in_an_old_form_is_not_lost_and_not_mistaken_for_the_first(officer):
    sent = typed()
    officer.post("/desk/new/", sent)
    again = officer.post("/desk/new/", sent | {"visitor": "王小明"})
    assert (again.status_code, Petition.objects.count()) == (200, 1)
    assert again.context["earlier"] == Petition.objects.get()
    assert again.context["form"]["visitor"].value() == "王小明"
    renewed = again.context["form"]["key"].value()
    assert renewed != sent["key"]
    officer.post("/desk/new/", sent | {"visitor": "王小明", "key": renewed})
    assert [p.visitor for p in Petition.objects.order_by("seq")] == ["张凤英", "王小明"]


def test_the_categories_in_use_are_offered_the_most_frequent_first(officer, small):
    for category in ("道路", "医疗", "医疗", ""):
        petition(small.a, category=category)
    petition(small.b, category="别站的类别")
    assert officer.get("/desk/new/").context["categories"] == ["医疗", "道路"]


def test_the_year_turns_at_midnight_in_shanghai(officer, small):
    for instant in (datetime(2026, 12, 31, 15, 59, 58, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        with time_machine.travel(instant, tick=False):
            officer.force_login(small.a.officer)
            officer.post("/desk/new/", typed())
            officer.post("/desk/new/", typed())
    numbers = [(p.number, p.received_on) for p in Petition.objects.order_by("pk")]
    assert numbers == [
        ("01〔2026〕0001", date(2026, 12, 31)),
        ("01〔2026〕0002", date(2026, 12, 31)),
        ("01〔2027〕0001", date(2027, 1, 1)),
        ("01〔2027〕0002", date(2027, 1, 1)),
    ]


# --- reading one matter ---


PAGES = ["receipt/", "form/"]


@pytest.mark.parametrize(("part", "of_a_deputy"), [("receipt/", 404), ("form/", 403)])
def test_the_papers_of_a_matter_are_read_by_its_station_and_by_the_offices_above_it(client, small, part, of_a_deputy):
    mine = petition(small.a)
    seen = {}
    for user in (small.a.officer, small.b.officer, small.a.staff, small.b.staff, small.office, small.a.deputy_user):
        client.force_login(user)
        seen[user.username] = client.get(f"/matters/{mine.pk}/{part}").status_code
    assert seen == {
        "officer1": 200,
        "officer2": 404,
        "town1": 200,
        "town2": 404,
        "office": 200,
        "deputy1": of_a_deputy,
    }


def test_a_deputy_prints_the_receipt_of_the_own_matter(client, small):
    mine = petition(small.a, deputy=small.a.deputy)
    client.force_login(small.a.deputy_user)
    assert client.get(f"/matters/{mine.pk}/receipt/").status_code == 200


@pytest.mark.parametrize("part", PAGES)
@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
def test_a_matter_that_is_not_there_is_not_found(officer, small, part, pk):
    assert officer.get(f"/matters/{pk}/{part}").status_code == 404


@pytest.mark.parametrize("part", PAGES)
def test_a_matter_shows_its_words_as_text_never_as_markup(officer, small, part):
    mine = petition(small.a, situation="<script>alert(1)</script>", request="<b>修</b>", visitor="<i>王</i>")
    text = officer.get(f"/matters/{mine.pk}/{part}").content.decode()
    assert [text.count(mark) for mark in ("<script>alert", "<b>修", "<i>王")] == [0, 0, 0]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_receipt_names_the_office_the_station_and_whom_to_call(officer, small, settings):
    settings.OFFICE_NAME = "试验县人大常委会代表工作委员会"
    small.a.station.posts.update(phone="0719-3221234")
    small.a.station.address = "镇政府一楼"
    small.a.station.save()
    mine = petition(small.a)
    text = officer.get(f"/matters/{mine.pk}/receipt/").content.decode()
    for words in ("试验县人大常委会代表工作委员会", "01〔2026〕0001", "0719-3221234", "镇政府一楼", "三组的路积水。"):
        assert text.count(words) > 0, words


# --- who, and how many queries ---


@pytest.mark.rule("D3-六j", "D5-四a")
def test_a_stranger_signs_in_and_a_wrong_role_is_refused(client, small):
    assert client.get("/desk/new/").url == "/signin/?next=/desk/new/"
    for user in (small.a.deputy_user, small.a.unit_user, small.leader, small.a.leader_user, small.office):
        client.force_login(user)
        assert client.get("/desk/").status_code == 403
        assert client.post("/desk/new/", typed()).status_code == 403
    assert Petition.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "/desk/",
        "/desk/?q=张",
        "/desk/?status=ended",
        "/desk/new/",
        "/desk/form/",
        *[f"/matters/{{pk}}/{p}" for p in PAGES],
    ],
)
def test_a_page_asks_the_database_at_most_ten_times_however_much_there_is(
    officer, small, address, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(10) as asked:
            officer.get(address.format(pk=Petition.objects.order_by("pk").first().pk))
        return len(asked)

    petition(small.a, deputy=small.a.deputy, category="道路")
    before = queries()
    for n in range(2):
        more = petition(small.a, deputy=small.a.deputy, category=f"类{n}")
        Referral.objects.create(petition=more, unit=small.a.unit, place=small.a.place, routed_on=date(2026, 3, 16))
        StationPost.objects.create(station=small.a.station, name=f"第{n}人", phone="3221234")
    assert queries() == before
