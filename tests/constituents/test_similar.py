"""What is suggested while a matter is typed: only of this register's town, and only what this person may see."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from constituents import actions, receipts, similar
from constituents.models import DeclineReason, HintWord, Petition
from liaison_stations.models import Station, StationPost
from office.models import Notice
from tests import queries
from tests.office.test_uploads import picture

NOW = datetime(2026, 3, 15, 1, 30, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
ON = date(2026, 3, 15)
ROAD = "三组到村小学的路下雨天就积水，孩子上学要绕路。"
ALIKE = "三组到村小学的路下雨天就积水，老人也不好走。"


@pytest.fixture
def officer(client, small):
    client.force_login(small.a.officer)
    return client


def register(town, *, days_ago=0, status=None, station=None, **more):
    at, on = NOW - timedelta(days=days_ago), ON - timedelta(days=days_ago)
    given = {"visitor": "张凤英", "situation": ROAD, "request": "请把路面垫高。", **more}
    made = actions.register(by=town.officer, at=at, on=on, station=station or town.station, **given)
    if status:
        made.status, made.answer = status, "说明了政策。"
        made.save()
    return made


def found(town, phone="", situation=ALIKE):
    return similar.find(town.officer, town.station, phone=phone, situation=situation, on=ON)


@pytest.mark.rule("D5-三b")
def test_a_text_about_the_same_is_found_and_one_about_something_else_is_not(small):
    mine = register(small.a)
    register(small.a, situation="医保卡刷不了，跑了两趟都没有办好。")
    assert found(small.a) == [mine]


@pytest.mark.rule("D5-三b", "D3-二b")
def test_a_matter_of_another_town_is_never_suggested(officer, small):
    register(small.b, visitor="别镇的人", phone="19908490085")
    assert found(small.a, phone="19908490085") == []
    typed = {"phone": "19908490085", "situation": ALIKE}
    assert officer.post("/desk/similar/", typed).content.decode().count("别镇的人") == 0


def test_a_station_of_the_same_town_is_suggested_to_who_has_a_post_there_alone(small):
    other = Station.objects.create(name="第二站", jurisdiction=small.a.place, number=7)
    theirs = register(small.a, station=other)
    assert found(small.a) == []
    StationPost.objects.create(station=other, name="兼任", user=small.a.officer)
    assert found(small.a) == [theirs]


def test_the_same_phone_comes_before_a_text_that_is_alike(small):
    alike = register(small.a)
    called = register(small.a, phone="19908490085、19932983728", situation="路灯坏了。")
    assert found(small.a, phone="199-3298-3728") == [called, alike]


@pytest.mark.parametrize(
    ("days_ago", "status", "is_found"),
    [(400, None, True), (180, "closed", True), (181, "closed", False), (10, "void", False), (10, "answered", True)],
)
def test_what_is_open_or_of_half_a_year_is_compared(small, days_ago, status, is_found):
    made = register(small.a, days_ago=days_ago, status=status)
    assert found(small.a) == ([made] if is_found else [])


@pytest.mark.parametrize(("phone", "situation"), [("", "路坏了"), ("123", ""), ("x", "\x00")])
def test_too_little_to_go_by_finds_nothing(small, phone, situation):
    register(small.a, phone="19908490085")
    assert found(small.a, phone=phone, situation=situation) == []


def test_it_asks_the_database_as_often_for_one_matter_as_for_thirty(officer, small):
    typed = {"phone": "19908490085", "situation": ALIKE}
    counts = []
    for more in (1, 29):
        for _ in range(more):
            register(small.a)
        with queries.asked() as statements:
            officer.post("/desk/similar/", typed)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


@pytest.mark.rule("D3-五b", "D3-六i", "D3-五a")
def test_words_hint_at_urgency_at_what_may_be_declined_and_at_a_unit_that_is_named(small):
    court = DeclineReason.objects.create(key="court", name="涉法涉诉", guidance="请到法院咨询。")
    urgent = HintWord.objects.create(kind="urgent", word="塌方")
    decline = HintWord.objects.create(kind="decline", word="法院判决", reason=court)
    HintWord.objects.create(kind="no_suggestion", word="塌方")
    text = f"后山塌方，不服法院判决，{small.a.unit.name}没有管，{small.b.unit.name}也没有管。"
    assert similar.hints(small.a.station, situation=text) == ([urgent], [decline], [small.a.unit])
    assert not similar.hints(small.a.station, situation="路灯坏了。")


def test_the_page_of_a_stranger_and_of_a_foreign_station_is_shut(client, officer, small):
    assert officer.post(f"/desk/similar/?station={small.b.station.pk}", {}).status_code == 404
    assert officer.get("/desk/similar/").status_code == 403


# --- registering with what came with it ---


def typed(**otherwise):
    return {
        "key": str(uuid4()),
        "visitor": "张凤英",
        "visitor_count": "1",
        "channel": "walk_in",
        "situation": ALIKE,
        "request": "请把路面垫高。",
    } | otherwise


@pytest.mark.rule("D5-三b")
def test_a_duplicate_is_registered_and_merged_in_one_go(officer, small):
    other = register(small.a)
    sent = typed(merge_into=other.pk)
    answers = {officer.post("/desk/new/", sent).url for _ in range(2)}
    made = Petition.objects.exclude(pk=other.pk).get()
    assert (made.status, made.merged_into, len(answers)) == ("merged", other, 1)
    assert list(made.events.values_list("verb", flat=True)) == ["register", "merge"]


def test_a_duplicate_of_what_one_may_not_see_is_refused_and_nothing_is_registered(officer, small):
    foreign = register(small.b)
    response = officer.post("/desk/new/", typed(merge_into=foreign.pk))
    assert (sorted(response.context["form"].errors), Petition.objects.count()) == (["merge_into"], 1)


def photo(name="路面.jpg"):
    return SimpleUploadedFile(name, picture(), content_type="image/jpeg")


@pytest.mark.rule("L2-20", "D3-六h")
def test_people_and_photos_are_kept_with_the_matter(officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    sent = typed(representatives_name=["李四", "王五"], representatives_phone=["19908490085", ""])
    officer.post("/desk/new/", sent | {"files": [photo(), photo("门牌.jpg")]})
    made = Petition.objects.get()
    assert (made.visitor_count, list(made.representatives.values_list("name", "phone"))) == (
        3,
        [("李四", "19908490085"), ("王五", "")],
    )
    assert list(made.attachments.values_list("name", flat=True)) == ["路面.jpg", "门牌.jpg"]


def test_a_refused_file_is_named_with_the_reason_and_all_that_was_typed_stays(officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bad = SimpleUploadedFile("安装.exe", b"MZ")
    response = officer.post("/desk/new/", typed(representatives_name=["李四"], files=[photo(), bad]))
    form = response.context["form"]
    assert [error.split("：")[0] for error in form.errors["files"]] == ["安装.exe"]
    assert (form["situation"].value(), form.people()[0], form.files_were_chosen) == (ALIKE, ("李四", ""), True)
    assert (Petition.objects.count(), list(tmp_path.iterdir())) == (0, [])


def test_a_matter_takes_twenty_files_and_not_one_more(officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    refused = officer.post("/desk/new/", typed(files=[photo(f"{n}.jpg") for n in range(21)]))
    assert (list(refused.context["form"].errors), Petition.objects.count()) == (["files"], 0)
    officer.post("/desk/new/", typed(files=[photo(f"{n}.jpg") for n in range(20)]))
    assert Petition.objects.get().attachments.count() == 20


# --- the receipt ---


@pytest.mark.rule("D3-六i")
def test_after_an_urgent_matter_the_receipt_says_how_many_were_told(officer, small):
    url = officer.post("/desk/new/", typed(urgent="on")).url
    assert officer.get(url).context["told"] == Notice.objects.filter(urgent=True).count() == 2
    calm = officer.post("/desk/new/", typed()).url
    assert officer.get(calm).context["told"] is False


def test_the_receipt_bears_the_code_and_its_picture_and_an_older_one_bears_none(officer, small):
    made = register(small.a)
    code = receipts.printed(receipts.code_of(1, 2026, 1))
    text = officer.get(f"/matters/{made.pk}/receipt/").content.decode()
    assert (text.count(code), text.count("<svg"), text.count("http://testserver/q/")) == (1, 1, 1)
    Petition.objects.update(code_hash=None)
    text = officer.get(f"/matters/{made.pk}/receipt/").content.decode()
    assert (text.count(code), text.count("<svg"), text.count("http://testserver/q/")) == (0, 0, 0)


@pytest.mark.rule("D5-三a")
def test_the_form_is_filled_with_all_that_is_known(officer, small):
    made = register(small.a, deputy=small.a.deputy)
    actions.admit(made, by=small.a.officer, at=NOW)
    actions.hand_over(made, by=small.a.officer, at=NOW, on=ON)
    lead = actions.route(made, by=small.a.staff, at=NOW, on=ON, unit=small.a.unit, brief="路")
    text = officer.get(f"/matters/{made.pk}/form/").content.decode()
    assert [text.count(word) for word in (small.a.unit.name, "已受理", "2026年3月15日")] == [1, 1, 3]
    assert lead.part == "lead"


def test_the_form_is_printed_empty_too(officer, small):
    response = officer.get("/desk/form/")
    assert (response.status_code, response.context["station"]) == (200, small.a.station)
