"""Paper out (N5): each form filled and blank, page-true, in scope and on record; and the command that prints them."""

import io
import json
import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.urls import reverse

from constituents import actions
from constituents.models import DeclineReason, Petition, Referral
from liaison_stations.models import Reception, ReceptionDuty
from office import pdf, regulations
from office.models import AuditEvent
from reports.printing.kinds import FORMS, GROUPS
from tests import papers
from tests.queries import asked
from visits.models import GroupActivity, Visit

NOW = datetime(2026, 3, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
TODAY = date(2026, 3, 18)
NAME, PHONE = "欧阳䶮㛃", "19912345678"
ACROSS = {"rota"}


@pytest.fixture
def town(small):
    regulations.load(on=TODAY)
    return small.a


def matter(town, **more):
    told = {"visitor": NAME, "phone": PHONE, "situation": "路面*积水*", "request": "请#垫高", **more}
    return actions.register(by=town.officer, at=NOW, on=TODAY, station=town.station, **told)


def handed(town):
    petition = actions.admit(matter(town), by=town.staff, at=NOW)
    return actions.route(petition, by=town.staff, at=NOW, on=TODAY, unit=town.unit, brief="请整治$路面$。")


def declined(town):
    reason = DeclineReason.objects.create(key="x1", name="已进入诉讼程序", guidance="请向法院反映。", basis="第五项")
    return actions.decline(matter(town), by=town.officer, at=NOW, reason=reason)


def reception(town, **more):
    planned = {"planned_on": date(2026, 3, 30), "starts_at": "09:00", "ends_at": "11:00", "topics": "农田水利", **more}
    made = Reception.objects.create(station=town.station, **planned)
    ReceptionDuty.objects.create(reception=made, deputy=town.deputy)
    made.refresh_from_db()
    return made


def activity(town):
    made = GroupActivity.objects.create(
        group=town.group, happened_on=TODAY, topic="走访养老站", content="冬季供水不足。", logged_at=NOW
    )
    Visit.objects.create(activity=made, deputy=town.deputy, happened_on=TODAY, kind="group", met="老人", logged_at=NOW)
    return made


def visit(town):
    return Visit.objects.create(
        deputy=town.deputy,
        household=town.households[0],
        happened_on=TODAY,
        kind="home",
        content="盼修渠",
        logged_at=NOW,
    )


# Each form, and the record it is filled from.
RECORDS = {
    "reception_register": ("petition", matter),
    "receipt": ("petition", matter),
    "decline_notice": ("petition", declined),
    "transfer_letter": ("referral", handed),
    "urging_letter": ("referral", lambda town: urged(town)),
    "feedback_slip": ("petition", matter),
    "reception_notice": ("reception", reception),
    "sign_in_sheet": ("reception", reception),
    "rota": ("station", lambda town: reception(town).station),
    "visit_card": ("deputy", lambda town: town.deputy),
    "activity_record": ("activity", activity),
    "ballots": ("deputy", lambda town: town.deputy),
    "tally": ("deputy", lambda town: town.deputy),
}
SAYS = {
    "reception_register": [NAME, PHONE, "路面*积水*", "请#垫高", "01〔2026〕0001", "拟办意见", "答复期限"],
    "receipt": [NAME, "请#垫高", "查询码", "接下来怎么办"],
    "decline_notice": [f"{NAME}：", "已进入诉讼程序", "请向法院反映。"],
    "transfer_letter": ["东山镇人民政府：", "请整治$路面$。", "2026年4月17日", "（D3-七）"],
    "urging_letter": ["东山镇人民政府：", "第1次催办", "请整治$路面$。"],
    "feedback_slip": [NAME, "请#垫高", "对办理结果", "基本满意"],
    "reception_notice": ["接待公告", "2026年3月30日（星期一）9:00—11:00", "农田水利", "代表1"],
    "sign_in_sheet": ["签到表", "代表1", "试验县"],
    "rota": ["3月30日", "星期一", "9:00—11:00", "代表1"],
    "visit_card": ["户主11", "东山镇一村1组", "19900001001", "代表1"],
    "activity_record": ["走访养老站", "冬季供水不足。", "代表1", "到会1人"],
    "ballots": ["代表1代表2026年度向选民述职", "满意", "基本满意", "不满意"],
    "tally": ["代表1", "监票人", "基本满意"],
}


def urged(town):
    lead = handed(town)
    actions.urge(lead, by=town.staff, at=NOW, on=TODAY)
    return Referral.objects.get(pk=lead.pk)


def opened(client, name, **query):
    answer = client.get(reverse("reports:print_form", args=[name]), query)
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else b""


def printed(tmp_path, name, *options) -> tuple[dict, bytes]:
    out, said = tmp_path / f"{name}.pdf", io.StringIO()
    call_command("print_form", name, *options, "--out", str(out), "--json", stdout=said)
    return json.loads(said.getvalue()), out.read_bytes()


def test_every_form_has_a_record_here_a_picture_and_a_blank():
    pictures = {file.stem for file in Path(project.BASE_DIR / "static/img/papers").glob("*.png")}
    assert set(RECORDS) == set(SAYS) == set(FORMS) == pictures


@pytest.mark.parametrize("name", FORMS)
def test_a_blank_is_one_page_of_a4_with_nobody_on_it(db, name):
    FORMS[name].blank().pdf()
    began = time.process_time()
    content = FORMS[name].blank().pdf()
    took = time.process_time() - began
    told = papers.info(content)
    size = "841.89 x 595.276 pts (A4)" if name in ACROSS else "595.276 x 841.89 pts (A4)"
    assert (told["Pages"], told["Page size"], pdf.pages_of(content)) == ("1", size, 1)
    assert took < 0.5
    assert "None" not in papers.pages(content)[0]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_says_what_the_record_says_and_is_opened_in_the_browser(client, small, town, name):
    kind, make = RECORDS[name]
    client.force_login(town.staff)
    code, content = opened(client, name, **{kind: make(town).pk}, **_period(name), reason="call")
    text = "".join(papers.pages(content))
    assert (code, [word for word in SAYS[name] if word not in text]) == (200, [])
    assert b"pdfaid" in content


def _period(name):
    return {"month": "2026-03"} if name == "rota" else {}


@pytest.mark.parametrize("name", ["reception_register", "receipt", "feedback_slip"])
def test_four_thousand_signs_and_long_names_go_on_overleaf_inside_the_frame(town, name):
    long = matter(town, visitor="赵" * 50, situation="水" * 3990, request="渠" * 3999 + "完")
    content = FORMS[name].paper(_of(long)).pdf()
    right, bottom = papers.edges(content)
    text = "".join(papers.pages(content))
    assert (pdf.pages_of(content) > 1, right <= 210 - 13.5, bottom <= 297 - 6) == (True, True, True)
    assert (text.count("渠"), text.count("完") >= 1) == (3999, True)


def _of(row, **more):
    from reports.printing.kinds import Asked

    return Asked(kind="petition", row=row, on=TODAY, **more)


def test_copies_are_so_many_sheets_and_ballots_so_many_to_cut(tmp_path, town):
    told = [printed(tmp_path, name, "--copies", "17")[0]["pages"] for name in ("receipt", "ballots")]
    assert told == [17, 3]


def test_screen_and_paper_say_the_same(client, town):
    row = matter(town)
    client.force_login(town.officer)
    for page, name in (("form", "reception_register"), ("receipt", "receipt")):
        words = client.get(reverse(f"constituents:{page}", args=[row.pk])).context["paper"]
        _code, content = opened(client, name, petition=row.pk)
        paper = "".join("".join(papers.pages(content)).split("□"))
        labels = [cell["words"] for line in words.get("rows", ()) for cell in line["cells"] if cell["kind"] == "label"]
        labels += [fact["name"] for part in words.get("parts", ()) for fact in part.get("facts", ())]
        assert (len(labels) > 5, [one for one in labels if "".join(one.split()) not in paper]) == (True, [])


ROLES = ["officer", "staff", "deputy_user", "leader_user", "unit_user"]
MAY = {
    "reception_register": [200, 200, 403, 403, 403],
    "receipt": [200, 200, 404, 404, 403],
    "decline_notice": [200, 200, 403, 403, 403],
    "transfer_letter": [200, 200, 403, 403, 200],
    "urging_letter": [200, 200, 403, 403, 200],
    "feedback_slip": [200, 200, 404, 404, 403],
    "reception_notice": [200, 200, 200, 404, 403],
    "sign_in_sheet": [200, 200, 200, 404, 403],
    "rota": [200, 200, 200, 404, 403],
    "visit_card": [403, 200, 200, 403, 403],
    "activity_record": [403, 200, 200, 200, 403],
    "ballots": [403, 200, 200, 200, 403],
    "tally": [403, 200, 200, 200, 403],
}


@pytest.mark.parametrize("name", FORMS)
def test_a_filled_form_is_opened_by_those_who_see_its_record_and_nobody_of_another_town(client, small, town, name):
    kind, make = RECORDS[name]
    query = {kind: make(town).pk, **_period(name), "reason": "call"}
    here = [_code(client, getattr(town, who), name, query) for who in ROLES]
    there = {_code(client, getattr(small.b, who), name, query) for who in ROLES}
    assert (there <= {403, 404}, here) == (True, MAY[name])


def _code(client, user, name, query):
    client.force_login(user)
    return opened(client, name, **query)[0]


def test_whom_a_matter_complains_about_never_prints_it(client, town):
    lead = handed(town)
    petition = Petition.objects.get(pk=lead.petition_id)
    actions.name_complained(petition, by=town.staff, at=NOW, on=TODAY, people=[town.officer])
    client.force_login(town.officer)
    assert opened(client, "receipt", petition=lead.petition_id)[0] == 404


def lines():
    shown = AuditEvent.objects.filter(action="personal.printed").order_by("pk")
    return [(one.user_id, one.subject_type, one.detail["paper"], one.detail["reason"]) for one in shown]


def test_each_printing_of_a_person_is_on_record_and_a_blank_is_not(client, town):
    row = matter(town)
    client.force_login(town.officer)
    opened(client, "receipt", petition=row.pk)
    opened(client, "receipt")
    opened(client, "reception_notice", reception=reception(town).pk)
    assert lines() == [(town.officer.pk, "constituents.petition", "receipt", "")]


def test_an_office_says_why_before_a_households_card_is_printed_and_a_leader_never_prints_one(client, small, town):
    client.force_login(town.staff)
    asked_without = client.get(reverse("reports:print_form", args=["visit_card"]), {"deputy": town.deputy.pk})
    code, content = opened(client, "visit_card", deputy=town.deputy.pk, reason="call")
    assert (asked_without.status_code, asked_without["Location"], code) == (302, reverse("reports:papers"), 200)
    assert pdf.pages_of(content) == 2
    assert lines() == [(town.staff.pk, "constituents.household", "visit_card", "call")] * 2
    client.force_login(small.leader)
    assert opened(client, "visit_card", deputy=town.deputy.pk, reason="call")[0] == 403


def test_a_groups_leader_prints_the_cards_of_the_own_households_alone(client, town):
    own = town.households[1].designations.get()
    own.deputy = town.leader
    own.save()
    client.force_login(town.leader_user)
    codes = [opened(client, "visit_card", deputy=one.pk)[0] for one in (town.leader, town.deputy)]
    assert codes == [200, 403]


def test_a_deputy_prints_the_card_of_one_contact(client, town):
    client.force_login(town.deputy_user)
    code, content = opened(client, "visit_card", visit=visit(town).pk)
    assert (code, "盼修渠" in papers.pages(content)[0], "户主11" in papers.pages(content)[0]) == (200, True, True)


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        ("receipt", {"number": "99〔2026〕0001"}, "99〔2026〕0001"),
        ("ballots", {"name": "无此人"}, "无此人"),
        ("receipt", {"copies": "0"}, "200"),
        ("receipt", {"copies": "x"}, "200"),
        ("rota", {"month": "2026-13"}, "2026-13"),
        ("rota", {"year": "2025"}, "2025"),
    ],
)
def test_what_cannot_be_printed_is_said_on_the_page_of_the_papers(client, town, name, query, words):
    client.force_login(town.staff)
    answer = client.get(reverse("reports:print_form", args=[name]), query, follow=True)
    assert answer.redirect_chain == [(reverse("reports:papers"), 302)]
    assert words in str(next(iter(answer.context["messages"])))


@pytest.mark.parametrize("query", [{"petition": "99999"}, {"petition": "x"}, {"petition": "9" * 30}])
def test_a_record_that_is_not_there_is_not_found(client, town, query):
    client.force_login(town.staff)
    assert opened(client, "receipt", **query)[0] == 404
    assert client.get("/print/nothing/").status_code == 404


def test_a_matter_is_found_by_its_number_and_a_deputy_by_name(client, town):
    row = matter(town)
    client.force_login(town.staff)
    assert NAME in papers.pages(opened(client, "receipt", number=row.number)[1])[0]
    answer = client.get(reverse("reports:print_form", args=["ballots"]), {"name": "代表1"})
    ballots = b"".join(answer.streaming_content)
    assert "代表1代表" in papers.pages(ballots)[0]


def test_neither_number_name_nor_month_leads_to_a_record_of_another_town(client, small, town):
    row, _planned = handed(town).petition, reception(town)
    client.force_login(small.b.staff)
    asked = [("receipt", {"number": row.number}), ("transfer_letter", {"number": row.number})]
    asked += [("ballots", {"name": "代表1"}), ("rota", {"month": "2026-03"})]

    def answers():
        return [client.get(reverse("reports:print_form", args=[name]), query).status_code for name, query in asked]

    assert answers() == [302] * 4
    client.force_login(town.staff)
    assert answers() == [200] * 4


@pytest.mark.parametrize(
    ("who", "n"), [("officer", 13), ("staff", 13), ("deputy_user", 9), ("leader_user", 9), ("unit_user", 2)]
)
def test_the_page_of_the_papers_offers_what_fits_the_person_and_asks_few_questions(client, town, who, n):
    reception(town)
    client.force_login(getattr(town, who))
    with asked() as statements:
        answer = client.get(reverse("reports:papers"))
    assert (answer.status_code, len(answer.context["offers"]), len(statements) <= 10) == (200, n, True)


def test_every_paper_stands_under_one_head():
    assert sorted(name for _title, names in GROUPS for name in names) == sorted(FORMS)


def test_a_blank_stays_blank_whatever_was_chosen_beside_it(client, town):
    row = matter(town)
    client.force_login(town.staff)
    answer = client.get(reverse("reports:print_form", args=["receipt"]), {"number": row.number, "blank": "1"})
    blank = papers.pages(b"".join(answer.streaming_content))[0]
    assert (NAME in blank, row.number in blank) == (False, False)
    assert client.get(reverse("reports:print_form", args=["rota"]), {"year": "2025", "blank": "1"}).status_code == 200


def test_a_broken_template_is_said_to_whoever_asked(client, town, settings, tmp_path):
    settings.PAPER_TEMPLATES = tmp_path
    client.force_login(town.staff)
    answer = client.get(reverse("reports:print_form", args=["receipt"]), follow=True)
    assert "“sheet”" in str(next(iter(answer.context["messages"])))


# The command


def test_the_command_writes_one_json_object_and_the_file(tmp_path, town):
    told, content = printed(tmp_path, "receipt", "--petition", str(matter(town).pk))
    assert told == {"form": "receipt", "file": str(tmp_path / "receipt.pdf"), "pages": 1}
    assert NAME in papers.pages(content)[0]
    assert lines() == [(None, "constituents.petition", "receipt", "command")]


def test_without_a_record_or_with_blank_the_command_prints_a_blank(tmp_path, town):
    row = matter(town)
    for options in ([], ["--petition", str(row.pk), "--blank"]):
        assert NAME not in papers.pages(printed(tmp_path, "receipt", *options)[1])[0]


def test_the_command_lists_what_there_is():
    said = io.StringIO()
    call_command("print_form", "--list", stdout=said)
    assert [line.split()[0] for line in said.getvalue().splitlines()] == list(FORMS)
    told = io.StringIO()
    call_command("print_form", "--list", "--json", stdout=told)
    assert [form["name"] for form in json.loads(told.getvalue())["forms"]] == list(FORMS)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["nothing"], "reception_register"),
        ([], "reception_register"),
        (["receipt", "--referral", "1"], "--petition"),
        (["receipt", "--petition", "99999"], "99999"),
        (["receipt", "--petition", "-1"], "-1"),
        (["receipt", "--petition", "abc"], "abc"),
        (["receipt", "--year", "20x6"], "20x6"),
        (["receipt", "--copies", "0"], "200"),
        (["rota", "--month", "2026"], "2026"),
        (["rota", "--year", "1066"], "1066"),
        (["decline_notice", "--petition", "MATTER"], "01〔2026〕0001"),
    ],
)
def test_what_the_command_cannot_print_it_says_and_writes_nothing(tmp_path, town, options, words):
    made = str(matter(town).pk)
    options = [made if one == "MATTER" else one for one in options]
    with pytest.raises(CommandError, match=words):
        call_command("print_form", *options, "--out", str(tmp_path / "x.pdf"))
    assert list(tmp_path.iterdir()) == []


def test_the_command_leaves_nothing_half_written(tmp_path, town, monkeypatch):
    with pytest.raises(CommandError, match="none"):
        call_command("print_form", "receipt", "--out", str(tmp_path / "none" / "x.pdf"))
    with pytest.raises(CommandError, match="out"):
        call_command("print_form", "receipt")
    monkeypatch.setattr("office.pdf._fonts", lambda own: type("None_", (), {"families": lambda self: []})())
    with pytest.raises(CommandError, match="Noto Serif SC"):
        call_command("print_form", "receipt", "--out", str(tmp_path / "x.pdf"))
    assert list(tmp_path.iterdir()) == []
