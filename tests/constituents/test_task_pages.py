"""The pages of a handling unit: what it has in hand, one task, its four verbs; and what it never sees."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse

from constituents import actions
from constituents.models import Attachment, Complaint, ExtensionRequest, Referral, ResultClass, Urging
from office import policy, regulations
from office.models import Unit
from office.roles import Role
from tests.county import person
from tests.queries import asked

NOW = datetime(2026, 3, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
TODAY = date(2026, 3, 18)
BRIEF = "村小学门前约四百米路面积水，请现场查看并提出整治方案。"
# What only the office and the desk may read; none of it stands in a brief.
CANARIES = {
    "visitor": "金丝雀甲",
    "phone": "19912345678",
    "address": "金丝雀村九组",
    "situation": "金丝雀情况：邻居家的金丝雀吵闹。",
    "request": "金丝雀诉求：请把金丝雀搬走。",
    "category": "金丝雀类",
}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world(small):
    small.result = ResultClass.objects.create(key="A", name="已解决", counts_as_solved=True)
    small.result_b = ResultClass.objects.create(key="B", name="正在解决")
    small.second = Unit.objects.create(name="县交通局", jurisdiction=small.a.place)
    small.second_user = person("second", Role.HANDLING_UNIT, unit=small.second)
    return small


@pytest.fixture
def unit(client, world):
    client.force_login(world.a.unit_user)
    return client


def matter(town, **more):
    made = actions.register(
        by=town.officer, at=NOW, on=TODAY, station=town.station, deputy=town.deputy, **{**CANARIES, **more}
    )
    return actions.admit(made, by=town.staff, at=NOW, note="金丝雀受理说明")


def hand(world, *, assisting=(), on=TODAY, due=None, petition=None, town=None, **more):
    town = town or world.a
    petition = petition or matter(town)
    given = {"brief": BRIEF, "unit": town.unit, **more}
    lead = actions.route(petition, by=town.staff, at=NOW, on=on, assisting=assisting, **given)
    if due:
        Referral.objects.filter(petition=petition).update(due_on=due)
    lead.refresh_from_db()
    return lead


def page(client, referral, verb=""):
    name, keys = ("task_move", [referral.pk, verb]) if verb else ("task", [referral.pk])
    return client.get(reverse(f"constituents:{name}", args=keys))


def send(client, referral, verb, key=None, **told):
    told = {"key": key or str(uuid4()), "seen": 1, **told}
    return client.post(reverse("constituents:task_move", args=[referral.pk, verb]), told)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def listed(response):
    return [row.pk for row, _standing in response.context["rows"]]


# -- the list


def test_the_list_begins_with_what_is_overdue_then_what_is_due_soonest_and_ends_with_what_has_no_day(unit, world):
    late, soon, later, free = (
        hand(world, due=day) for day in (date(2026, 3, 1), date(2026, 3, 19), date(2026, 4, 9), None)
    )
    Referral.objects.filter(pk=free.pk).update(due_on=None)
    response = unit.get("/tasks/")
    assert listed(response) == [late.pk, soon.pk, later.pk, free.pk]
    assert [tuple(standing) for _row, standing in response.context["rows"]] == [
        ("late", 17), ("soon", 1), ("running", 22), ("free", 0),
    ]  # fmt: skip
    assert response.context["counts"] == {"sent": 4, "accepted": 0, "overdue": 1}


def test_a_reply_whose_clock_is_stopped_is_not_counted_as_overdue(unit, world):
    stopped = hand(world, due=date(2026, 3, 1))
    actions.pause(stopped, by=world.a.staff, at=NOW, on=TODAY, reason="等汛期过后")
    response = unit.get("/tasks/")
    assert (response.context["counts"]["overdue"], response.context["rows"][0][1].word) == (0, "paused")


def test_each_part_of_the_list_holds_what_its_name_says(unit, world):
    sent, accepted, replied = hand(world), hand(world), hand(world)
    actions.accept(accepted, by=world.a.unit_user, at=NOW, on=TODAY, person="李工")
    actions.reply(replied, by=world.a.unit_user, at=NOW, on=TODAY, text="已修", result=world.result)
    parts = {part: listed(unit.get("/tasks/", {"part": part})) for part in ("sent", "accepted", "replied", "all")}
    assert parts == {
        "sent": [sent.pk],
        "accepted": [accepted.pk],
        "replied": [replied.pk],
        "all": [replied.pk, accepted.pk, sent.pk],
    }
    assert listed(unit.get("/tasks/", {"part": "no such"})) == [sent.pk, accepted.pk]


@pytest.mark.parametrize(
    ("text", "found"),
    [("01〔2026〕0001", [0]), ("2", [1]), ("积水", [0, 1]), ("水渠", [2]), ("李工", [1]), ("金丝雀", [])],
)
def test_a_unit_finds_what_it_has_by_number_brief_and_person_and_never_by_the_visitors_words(unit, world, text, found):
    rows = [hand(world), hand(world), hand(world, brief="水渠清淤")]
    actions.accept(rows[1], by=world.a.unit_user, at=NOW, on=TODAY, person="李工")
    hand(world, town=world.b)
    assert listed(unit.get("/tasks/", {"q": text})) == [rows[n].pk for n in found]


def test_a_long_list_is_paged_by_its_days_and_loses_no_row(unit, world):
    petition = matter(world.a)
    rows = [
        Referral.objects.create(
            petition=matter(world.a) if n else petition, unit=world.a.unit, place=world.a.place, routed_on=TODAY,
            brief=BRIEF, due_on=None if n % 3 == 0 else TODAY + timedelta(days=n % 5),
        )
        for n in range(30)
    ]  # fmt: skip
    first = unit.get("/tasks/")
    second = unit.get("/tasks/", {"after": first.context["page"].next})
    found = listed(first) + listed(second)
    assert (len(listed(first)), sorted(found)) == (25, sorted(row.pk for row in rows))
    assert listed(unit.get("/tasks/", {"after": second.context["page"].previous})) == listed(first)
    assert listed(unit.get("/tasks/", {"after": "2026-13-99.x"})) == listed(first)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_few_questions_for_one_row_as_for_thirty(unit, world, rows):
    for _ in range(rows):
        hand(world)
    with asked() as statements:
        unit.get("/tasks/")
    assert len(statements) <= 10


def test_a_task_asks_few_questions_however_much_hangs_on_it(unit, world):
    lead = hand(world, assisting=[world.second], due=date(2026, 4, 15))
    with asked() as few:
        page(unit, lead)
    for _ in range(5):
        actions.urge(fresh(lead), by=world.a.staff, at=NOW, on=TODAY, words="请答复")
        actions.extend(fresh(lead), by=world.a.staff, at=NOW, on=TODAY, amount=1, unit="days", reason="雨天")
    with asked() as many:
        page(unit, lead)
    assert len(few) == len(many) <= 10


# -- what a unit never sees


def everything_open_to(client, referral):
    """The text of every page that a unit can open about a matter, by its address; each of them does open."""
    own, urging = [referral.pk], Urging.objects.filter(referral=referral).first()
    addresses = [
        "/", "/tasks/", "/tasks/?part=all", "/notices/", reverse("reports:today"),
        reverse("constituents:task", args=own),
        *[reverse("constituents:task_move", args=[*own, verb]) for verb in ("accept", "return", "reply", "ask_time")],
        reverse("constituents:letter", args=own), reverse("constituents:referral", args=own),
        reverse("reports:papers"),
        reverse("office:deadline_of", args=["referral", *own]),
        reverse("office:deadline_of", args=["petition", referral.petition_id]),
        *([reverse("constituents:urging_letter", args=[urging.pk])] if urging else []),
    ]  # fmt: skip
    answers = {address: client.get(address, follow=True) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    return {address: answer.content.decode() for address, answer in answers.items()}


def busy_matter(world):
    """A matter of which much is known that is not for the unit: words, steps, another unit's opinion, its files."""
    regulations.load(on=TODAY)
    lead = hand(world, assisting=[world.second], due=date(2026, 3, 1))
    actions.urge(lead, by=world.a.staff, at=NOW, on=TODAY, words="请尽快答复")
    other = Referral.objects.get(petition=lead.petition, unit=world.second)
    actions.reply(other, by=world.second_user, at=NOW, on=TODAY, text="金丝雀协办意见")
    actions.alarm(lead.petition, by=world.a.staff, at=NOW, reason="金丝雀紧急")
    actions.explain(fresh(lead).petition, by=world.a.officer, at=NOW, text="金丝雀解释")
    for name in ("金丝雀身份证.jpg", "路面.jpg"):
        Attachment.objects.create(
            petition=lead.petition, name=name, file=ContentFile(b"x", "x.jpg"), kind="image/jpeg", size=1, added_at=NOW,
            added_by=world.a.officer,
        )  # fmt: skip
    lead.released_attachments.add(Attachment.objects.get(name="路面.jpg"))
    return fresh(lead)


def leaks(pages):
    words = ["金丝雀", CANARIES["phone"], CANARIES["phone"][-4:]]
    return {address: word for address, text in pages.items() for word in words if word in text}


def test_no_page_a_unit_can_open_says_who_complains_or_in_which_words(unit, world):
    lead = busy_matter(world)
    pages = everything_open_to(unit, lead)
    assert leaks(pages) == {}
    assert BRIEF in pages[reverse("constituents:task", args=[lead.pk])]


def test_the_canaries_are_seen_by_the_office_on_its_own_page_so_the_search_for_them_can_fail(client, world):
    lead = busy_matter(world)
    client.force_login(world.a.staff)
    address = reverse("constituents:detail", args=[lead.petition_id])
    assert leaks({address: client.get(address).content.decode()}) != {}


def test_every_address_open_to_a_unit_is_among_those_searched_for_a_leak(world):
    """A new page for units must be added to ``everything_open_to``, or named here because it shows no matter."""
    unit_lines = {
        name
        for name in _names(get_resolver())
        if policy.line_for(name).allows(world.a.unit_user, "GET") and not policy.line_for(name).public
    }
    searched = {
        "constituents:tasks", "constituents:task", "constituents:task_move", "constituents:letter",
        "constituents:urging_letter", "constituents:referral", "constituents:attachment", "office:notices",
        "office:deadline_of", "reports:today", "reports:papers",
    }  # fmt: skip
    printed = {"reports:print_form"}  # what a unit gets on paper is read in tests/reports/test_printing.py
    without_a_matter = {"office:deadline", "office:password", "office:security"}
    assert unit_lines == searched | printed | without_a_matter


def _names(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def test_after_a_second_handling_the_person_s_words_of_dissatisfaction_stay_with_the_office(unit, world):
    regulations.load(on=TODAY)
    lead = hand(world)
    actions.reply(lead, by=world.a.unit_user, at=NOW, on=TODAY, text="已修好。", result=world.result)
    told = {"at": NOW, "on": TODAY}
    actions.feed_back(lead.petition, by=world.a.officer, way="phone", told="金丝雀反馈", **told)
    actions.judge(fresh(lead).petition, by=world.a.officer, result="dissatisfied", words="金丝雀不满意", **told)
    again = Referral.objects.get(petition=lead.petition, round=2)
    pages = everything_open_to(unit, again)
    assert leaks(pages) == {}
    own = page(unit, again)
    assert [one.said for one in own.context["own"]] == ["已修好。"]


@pytest.mark.rule("D3-五a")
def test_the_person_stands_on_the_task_only_once_the_office_has_released_them(unit, world):
    lead = hand(world)
    assert CANARIES["phone"] not in page(unit, lead).content.decode()
    actions.release(lead.petition, by=world.office, at=NOW, reason="需要入户")
    text = page(unit, lead).content.decode()
    assert [word in text for word in (CANARIES["visitor"], CANARIES["phone"], CANARIES["address"])] == [True] * 3
    assert CANARIES["situation"] not in text and CANARIES["request"] not in text


def test_a_unit_opens_the_files_that_were_released_to_it_and_no_others(unit, world):
    lead = busy_matter(world)
    files = {file.name: reverse("constituents:attachment", args=[file.pk]) for file in Attachment.objects.all()}
    assert [file.name for file, _mine in page(unit, lead).context["files"]] == ["路面.jpg"]
    answers = {name: unit.get(address) for name, address in files.items()}
    answers["路面.jpg"].close()
    codes = {name: answer.status_code for name, answer in answers.items()}
    assert codes == {"路面.jpg": 200, "金丝雀身份证.jpg": 404}


def test_what_complains_about_a_unit_is_gone_from_its_list_and_its_pages(unit, world):
    lead = hand(world)
    Complaint.objects.create(petition=lead.petition, unit=world.a.unit)
    assert (listed(unit.get("/tasks/")), page(unit, lead).status_code) == ([], 404)


@pytest.mark.parametrize("name", ["a.officer", "a.staff", "office", "leader", "a.deputy_user", "a.leader_user"])
def test_nobody_but_a_unit_opens_the_pages_of_a_unit(client, world, name):
    lead, who = hand(world), world
    for part in name.split("."):
        who = getattr(who, part)
    client.force_login(who)
    answers = [client.get("/tasks/"), page(client, lead), page(client, lead, "reply"), send(client, lead, "accept")]
    assert [answer.status_code for answer in answers] == [403] * 4


def test_another_unit_finds_no_such_task(client, world):
    lead = hand(world)
    client.force_login(world.b.unit_user)
    answers = [page(client, lead), page(client, lead, "accept"), send(client, lead, "accept", person="李工")]
    assert ([answer.status_code for answer in answers], fresh(lead).accepted_on) == ([404] * 3, None)


# -- the verbs


def test_a_unit_accepts_and_names_who_answers_for_it(unit, world):
    lead = hand(world)
    assert send(unit, lead, "accept", person="李工").headers["Location"] == f"/tasks/{lead.pk}/"
    assert (fresh(lead).accepted_on, fresh(lead).person) == (TODAY, "李工")


def test_an_acceptance_without_a_name_comes_back_with_what_was_asked(unit, world):
    lead = hand(world)
    answer = send(unit, lead, "accept", person="")
    assert (answer.status_code, list(answer.context["form"].errors), fresh(lead).accepted_on) == (200, ["person"], None)


def test_what_the_office_does_to_the_matter_meanwhile_does_not_cost_the_unit_its_reply(unit, world):
    lead = hand(world)
    actions.alarm(lead.petition, by=world.a.staff, at=NOW, reason="水涨了")
    answer = send(unit, lead, "reply", text="已派人抽水。", result=world.result.pk)
    assert (answer.status_code, fresh(lead).reply) == (302, "已派人抽水。")


@pytest.mark.rule("D3-七")
def test_a_reply_has_a_class_and_brings_the_matter_to_where_it_is_told_to_the_person(unit, world):
    lead = hand(world)
    answer = send(unit, lead, "reply", text="已修好", result="")
    assert list(answer.context["form"].errors) == ["result"]
    send(unit, lead, "reply", text="已修好", result=world.result.pk)
    done = fresh(lead)
    assert (done.reply, done.result, done.on_paper, done.petition.status) == ("已修好", world.result, False, "replied")


def test_the_classes_say_whether_they_count_as_solved(unit, world):
    lead = hand(world)
    choices = [str(label) for _value, label in page(unit, lead, "reply").context["form"].fields["result"].choices]
    assert choices == ["A 已解决（计入已解决）", "B 正在解决（不计入已解决）"]


def test_a_reply_that_is_sent_twice_is_written_once(unit, world):
    lead, key = hand(world), str(uuid4())
    answers = [send(unit, lead, "reply", key, text="已修好", result=world.result.pk) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"/tasks/{lead.pk}/"] * 2
    assert lead.petition.events.filter(verb="reply").count() == 1


def test_files_that_come_with_a_reply_are_made_harmless_or_refused_by_name(unit, world):
    lead = hand(world)
    bad = SimpleUploadedFile("照片.jpg", b"no picture")
    answer = send(unit, lead, "reply", text="已修好", result=world.result.pk, files=[bad])
    assert (answer.status_code, list(answer.context["form"].errors)[0]) == (200, "files")
    assert answer.context["form"].data["text"] == "已修好"
    good = SimpleUploadedFile("说明.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")
    send(unit, lead, "reply", text="已修好", result=world.result.pk, files=[good])
    assert [file.name for file in Attachment.objects.filter(reply_to=lead)] == ["说明.pdf"]


def test_a_unit_that_assists_gives_an_opinion_without_a_class(client, world):
    lead = hand(world, assisting=[world.second])
    part = Referral.objects.get(petition=lead.petition, unit=world.second)
    client.force_login(world.second_user)
    assert list(page(client, part, "reply").context["form"].fields) == ["key", "seen", "text", "files"]
    send(client, part, "reply", text="路基归我局。")
    assert (fresh(part).reply, fresh(part).petition.status) == ("路基归我局。", "routed")


@pytest.mark.rule("L2-23")
def test_a_unit_returns_what_is_not_its_business_and_finds_it_no_longer(unit, world):
    regulations.load(on=TODAY)
    lead, key = hand(world), str(uuid4())
    assert fresh(lead).receipt_due_on == date(2026, 3, 25)
    assert page(unit, lead, "return").context["too_late"] is False
    answers = [send(unit, lead, "return", key, reason="属县交通局职责") for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/tasks/"] * 2
    assert (page(unit, lead).status_code, fresh(lead).petition.status) == (404, "returned")


@pytest.mark.rule("L2-23")
def test_after_the_days_for_a_return_the_page_says_what_to_do_instead_and_nothing_is_returned(unit, world):
    lead = hand(world)
    Referral.objects.filter(pk=lead.pk).update(receipt_due_on=date(2026, 3, 17))
    assert "return" not in [verb for verb, _move in page(unit, lead).context["verbs"]]
    assert page(unit, lead, "return").context["too_late"] is True
    answer = send(unit, lead, "return", reason="属县交通局职责")
    assert (list(answer.context["form"].errors), fresh(lead).returned_on) == (["reason"], None)


def test_what_the_office_takes_back_is_gone_for_the_unit(unit, world):
    lead = hand(world)
    actions.recall(lead, by=world.a.staff, at=NOW, on=TODAY, reason="改交他处")
    answers = [page(unit, lead), page(unit, lead, "reply"), send(unit, lead, "accept", person="李工")]
    assert [answer.status_code for answer in answers] == [404] * 3


def test_a_unit_asks_for_more_time_once_and_sees_the_answer(unit, world):
    lead = hand(world, due=date(2026, 4, 15))
    send(unit, lead, "ask_time", amount="5", unit="days", reason="材料未到")
    assert [verb for verb, _move in page(unit, lead).context["verbs"]] == ["accept", "reply", "return"]
    answer = send(unit, lead, "ask_time", amount="5", unit="days", reason="材料未到")
    assert answer.context["form"].non_field_errors() == ["你单位已经申请，人大机关尚未答复。"]
    actions.refuse_time(fresh(lead), by=world.a.staff, at=NOW, answer="请按期答复")
    assert [one.answer for one in page(unit, lead).context["requests"]] == ["请按期答复"]


@pytest.mark.rule("L2-34")
@pytest.mark.parametrize(("days", "asked_for"), [(30, 1), (31, 0)])
def test_for_a_letters_and_visits_matter_no_more_than_thirty_days_can_be_asked_for(unit, world, days, asked_for):
    regulations.load(on=TODAY)
    lead = hand(world, kind=Referral.Kind.LETTERS)
    send(unit, lead, "ask_time", amount=str(days), unit="days", reason="情况复杂")
    assert ExtensionRequest.objects.count() == asked_for


@pytest.mark.rule("D3-六j", "D5-四a")
def test_a_deputy_who_also_answers_for_a_unit_may_read_its_tasks_but_handles_none(client, world):
    lead = hand(world)
    both = person("both", Role.DEPUTY)
    both.assignments.create(role=Role.HANDLING_UNIT, unit=world.a.unit)
    client.force_login(both)
    assert page(client, lead).context["verbs"] == []
    answers = [send(client, lead, verb) for verb in ("accept", "reply", "return", "ask_time")]
    assert ([answer.status_code for answer in answers], fresh(lead).status) == ([403] * 4, "sent")


@pytest.mark.parametrize("text", ["坏\x00字", "\u200b", "长" * 8001])
def test_a_reply_that_cannot_be_stored_comes_back_with_an_error(unit, world, text):
    lead = hand(world)
    answer = send(unit, lead, "reply", text=text, result=world.result.pk)
    assert (answer.status_code, list(answer.context["form"].errors), fresh(lead).replied_on) == (200, ["text"], None)


def test_a_number_that_is_none_is_refused_without_a_fault(unit, world):
    lead = hand(world, due=date(2026, 4, 15))
    for amount in ("", "0", "-1", "9" * 30, "十", "367"):
        answer = send(unit, lead, "ask_time", amount=amount, unit="days", reason="材料未到")
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["amount"])


def test_an_unknown_verb_is_no_page(unit, world):
    assert page(unit, hand(world), "close").status_code == 404
