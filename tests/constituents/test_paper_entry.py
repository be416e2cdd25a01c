"""Typing in from paper: every row right or none saved, each once, numbered by its day, marked, with its scan."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from constituents import actions, paper_forms
from constituents.models import Attachment, PaperBatch, Petition
from liaison_stations.models import Reception, ReceptionDuty
from office.models import AuditEvent
from tests.queries import asked

NOW = datetime(2026, 3, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = [pytest.mark.django_db, pytest.mark.clock(NOW)]
TODAY = date(2026, 3, 18)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ROW = {"on": "2026-3-10", "visitor": "张凤英", "situation": "三组的路积水。", "request": "请把路面垫高。"}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(client, small):
    client.force_login(small.a.officer)
    return client


def sheet(*rows, do="save", **more):
    """What a browser sends for these rows, with two empty ones behind them."""
    blank = dict.fromkeys(paper_forms.COLUMNS, "")
    typed = {
        f"row-{n}-{name}": value for n, row in enumerate([*rows, {}, {}]) for name, value in {**blank, **row}.items()
    }
    total = {"row-TOTAL_FORMS": str(len(rows) + 2), "row-INITIAL_FORMS": "0"}
    return {"key": str(uuid4()), "do": do, **total, **typed, **more}


def send(desk, *rows, **more):
    return desk.post("/desk/paper/", sheet(*rows, **more))


def said(response):
    return response.content.decode()


def wrong(response):
    """The errors of each row, by its number in the sheet."""
    forms = response.context["rows"].forms
    return {n: dict(form.errors.items()) for n, form in enumerate(forms, 1) if form.errors}


def test_the_rows_are_registered_in_the_order_of_their_days_and_marked(desk, small):
    rows = [
        {**ROW, "visitor": name, "on": on} for name, on in (("丙", "3月12日"), ("甲", "2025.12.30"), ("乙", "2026/3/2"))
    ]
    answer = send(desk, *rows)
    made = Petition.objects.order_by("year", "seq")
    numbers = [(one.number, one.visitor, one.received_on.isoformat(), one.registered_at) for one in made]
    assert numbers == [
        ("01〔2025〕0001", "甲", "2025-12-30", NOW),
        ("01〔2026〕0001", "乙", "2026-03-02", NOW),
        ("01〔2026〕0002", "丙", "2026-03-12", NOW),
    ]
    batch = PaperBatch.objects.get()
    assert answer.url == reverse("constituents:paper_batch", args=[batch.pk])
    assert ({one.paper for one in made}, batch.entered_by, [one.entered_late for one in made]) == (
        {batch}, small.a.officer, [78, 16, 6],
    )  # fmt: skip


def test_all_the_columns_are_kept_as_they_stand_on_the_paper(desk, small):
    send(desk, {**ROW, "address": "一村 3组", "phone": "199-0849-0085", "category": "道路", "deputy": "代表1"})
    one = Petition.objects.get()
    kept = (one.address, one.phone, one.category, one.deputy, one.channel, one.situation, one.request)
    assert kept == (
        "一村 3组", "19908490085", "道路", small.a.deputy, "walk_in", ROW["situation"], ROW["request"],
    )  # fmt: skip


def test_who_was_received_at_a_reception_is_entered_there(desk, small):
    reception = Reception.objects.create(station=small.a.station, planned_on=date(2026, 3, 10))
    ReceptionDuty.objects.create(reception=reception, deputy=small.a.deputy)
    send(desk, {**ROW, "deputy": "代表1"}, {**ROW, "visitor": "李四"})
    told = list(Petition.objects.order_by("seq").values_list("visitor", "channel", "reception"))
    assert told == [("张凤英", "reception", reception.pk), ("李四", "walk_in", None)]


def test_one_wrong_row_keeps_all_of_them_out_and_everything_typed_stays(desk):
    answer = send(desk, ROW, {**ROW, "visitor": "李四", "request": "", "phone": "1990849"}, {**ROW, "on": "三月"})
    assert (answer.status_code, Petition.objects.count(), PaperBatch.objects.count()) == (200, 0, 0)
    assert [(n, sorted(errors)) for n, errors in wrong(answer).items()] == [(2, ["phone", "request"]), (3, ["on"])]
    assert [said(answer).count(f'value="{text}"') for text in ("李四", "1990849", "三月")] == [1, 1, 1]
    assert said(answer).count("有 2 行需要更正") == 1


@pytest.mark.parametrize(
    ("column", "written", "text"),
    [
        ("on", "2026-3-19", "这一天还没有到"),
        ("on", "2016-3-10", "早于去年"),
        ("on", "2月30日", ""),
        ("deputy", "代表2", "当天本站没有这个姓名的代表"),
        ("visitor", "名" * 51, ""),
        ("situation", "坏\x02字", ""),
    ],
)
def test_what_cannot_be_is_said_at_its_cell(desk, column, written, text):
    [(n, errors)] = wrong(send(desk, {**ROW, column: written})).items()
    assert (n, list(errors), errors[column][0].startswith(text)) == (1, [column], True)
    assert Petition.objects.count() == 0


def test_two_deputies_of_one_name_are_not_guessed_between(desk, small):
    small.a.station.deputies.add(small.b.deputy)
    type(small.b.deputy).objects.filter(pk=small.b.deputy.pk).update(name="代表1")
    assert list(wrong(send(desk, {**ROW, "deputy": "代表1"}))[1]) == ["deputy"]


def test_a_sheet_sent_twice_is_entered_once(desk):
    body = sheet(ROW, {**ROW, "visitor": "李四"})
    first, second = (desk.post("/desk/paper/", body) for _ in range(2))
    assert (first.url, Petition.objects.count(), PaperBatch.objects.count()) == (second.url, 2, 1)


def test_other_rows_typed_into_the_saved_sheet_are_a_new_sheet(desk):
    body = sheet(ROW)
    desk.post("/desk/paper/", body)
    answers = [
        desk.post("/desk/paper/", {**sheet(ROW, {**ROW, "visitor": "李四"}), "key": body["key"]}),
        desk.post("/desk/paper/", {**sheet({**ROW, "visitor": "李四"}), "key": body["key"]}),
    ]
    assert ([list(wrong(answers[0])), answers[1].status_code], Petition.objects.count()) == ([[1], 302], 2)


def test_a_row_that_is_in_the_register_or_twice_in_the_sheet_is_named(desk, small):
    send(desk, ROW)
    answer = send(desk, ROW, {**ROW, "visitor": "李四"}, {**ROW, "visitor": "李四"})
    found = {n: errors["visitor"][0] for n, errors in wrong(answer).items()}
    assert found == {1: "登记簿中已有：01〔2026〕0001。", 3: "登记簿中已有：本表第 2 行。"}
    assert Petition.objects.count() == 1


def test_what_was_declared_void_may_be_typed_in_anew(desk, small):
    send(desk, ROW)
    actions.void(Petition.objects.get(), by=small.a.officer, at=NOW, reason="录错")
    send(desk, ROW)
    assert list(Petition.objects.order_by("seq").values_list("status", flat=True)) == ["void", "received"]


def test_an_empty_sheet_saves_nothing_and_says_so(desk):
    answer = send(desk)
    assert (answer.context["rows"].non_form_errors(), PaperBatch.objects.count()) == (["还没有录入内容。"], 0)


def test_looking_through_saves_nothing(desk):
    answer = send(desk, ROW, do="check")
    assert (answer.context["good"], said(answer).count("各行均无误"), Petition.objects.count()) == (True, 1, 0)


@pytest.mark.parametrize("total", [None, "x", "100000", "-1"])
def test_a_sheet_that_nobody_made_is_refused_without_a_fault(desk, total):
    body = {"row-TOTAL_FORMS": total, "row-INITIAL_FORMS": "0"} if total else {}
    assert (desk.post("/desk/paper/", body).status_code, Petition.objects.count()) == (200, 0)


# -- pasted


def test_rows_from_excel_stand_behind_what_was_typed_and_are_looked_through(desk):
    pasted = "2026-3-1\t李四\t二村\t19908490085\t路灯坏了\t修好\t照明\t代表1\n2026-3-2\t王五\t\t123\t水管漏水\t\n\n"
    answer = send(desk, ROW, do="paste", pasted=pasted)
    rows = answer.context["rows"]
    assert [form["visitor"].value() for form in rows.forms][:4] == ["张凤英", "李四", "王五", None]
    assert [sorted(errors) for errors in wrong(answer).values()] == [["phone", "request"]]
    assert (said(answer).count("已带入 2 行"), Petition.objects.count()) == (1, 0)


def test_a_header_of_the_offices_own_says_which_column_is_which():
    rows = paper_forms.rows_pasted(
        '来访人\t联系电话\t登记日期\t反映的主要问题\t要求\t备注\n张凤英\t199\t3月5日\t"路\n积水"\t垫高\t无'
    )
    assert rows == [
        {**dict.fromkeys(paper_forms.COLUMNS, ""), "visitor": "张凤英", "phone": "199", "on": "3月5日",
         "situation": "路\n积水", "request": "垫高"}
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n\t\n", '"' * 200_000])
def test_nothing_pasted_is_no_row(text):
    assert paper_forms.rows_pasted(text)[1:] == []


def test_more_rows_than_a_sheet_holds_are_counted_and_said(desk):
    pasted = "\n".join(f"2026-3-1\t来访{n}\t\t\t路\t修" for n in range(paper_forms.MOST + 3))
    answer = send(desk, do="paste", pasted=pasted)
    assert (len(answer.context["rows"].forms), answer.context["too_many"]) == (paper_forms.MOST, 3)


# -- scans


def scan(name="登记表.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_scan_of_all_sheets_hangs_on_the_batch_and_one_of_a_row_on_its_matter(desk, small):
    send(desk, ROW, {**ROW, "visitor": "李四"}, **{"scan": scan("整批.pdf"), "row-1-files": scan("李四.pdf")})
    assert (PaperBatch.objects.get().name, [(a.name, a.petition.visitor) for a in Attachment.objects.all()]) == (
        "整批.pdf", [("李四.pdf", "李四")],
    )  # fmt: skip


def test_a_scan_that_is_no_sheet_keeps_everything_out(desk):
    answer = send(desk, ROW, scan=SimpleUploadedFile("表.docx", b"PK\x03\x04", "application/zip"))
    assert (answer.context["sheet"].errors["scan"][0].count("扫描件请用 PDF"), Petition.objects.count()) == (1, 0)


def test_the_scan_is_opened_by_who_keeps_the_register_and_each_opening_is_written_down(client, desk, small):
    send(desk, {**ROW, "deputy": "代表1"}, scan=scan())
    address = reverse("constituents:paper_scan", args=[PaperBatch.objects.get().pk])
    answers = {}
    for user in (
        small.a.officer,
        small.a.staff,
        small.office,
        small.a.deputy_user,
        small.leader,
        small.b.officer,
        small.b.staff,
    ):
        client.force_login(user)
        answer = client.get(address)
        answers[user.username] = (answer.status_code, answer.getvalue() == PDF)
    assert {name: code if is_it == (code == 200) else None for name, (code, is_it) in answers.items()} == {
        "officer1": 200, "town1": 200, "office": 200, "deputy1": 403, "leader": 403, "officer2": 404, "town2": 404,
    }  # fmt: skip
    assert AuditEvent.objects.filter(action="paper.opened").count() == 3


def test_whom_one_of_the_matters_complains_about_sees_neither_batch_nor_scan(client, desk, small):
    send(desk, ROW, {**ROW, "visitor": "李四"}, scan=scan())
    batch = PaperBatch.objects.get()
    actions.name_complained(Petition.objects.first(), by=small.a.officer, at=NOW, on=TODAY, people=[small.a.staff])
    client.force_login(small.a.staff)
    pages = [reverse(f"constituents:{name}", args=[batch.pk]) for name in ("paper_batch", "paper_scan")]
    assert [client.get(page).status_code for page in pages] == [404, 404]


# -- where it shows


def test_the_mark_stands_on_the_matter_in_the_lists_and_on_the_papers(client, desk, small):
    send(desk, ROW)
    plain = actions.register(
        by=small.a.officer, at=NOW, on=TODAY, station=small.a.station, visitor="李四", situation="灯", request="修"
    )
    paper = Petition.objects.exclude(pk=plain.pk).get()
    pages = ("detail", "timeline", "receipt", "form")
    shown = {
        one.visitor: [
            said(desk.get(reverse(f"constituents:{name}", args=[one.pk]))).count("纸质补录") > 0 for name in pages
        ]
        for one in (paper, plain)
    }
    assert shown == {"张凤英": [True] * 4, "李四": [False] * 4}
    assert said(desk.get(reverse("constituents:detail", args=[paper.pk]))).count("晚录 8 天") == 1
    assert [said(desk.get(page)).count("tag-paper") for page in ("/desk/", "/matters/")] == [1, 1]
    assert [row.petition.pk for row in desk.get("/matters/?paper=on").context["rows"]] == [paper.pk]
    client.force_login(small.office)
    found = {
        wanted: [
            row.pk for row in client.get(f"/admin/constituents/petition/?paper={wanted}").context["cl"].result_list
        ]
        for wanted in ("yes", "no")
    }
    assert found == {"yes": [paper.pk], "no": [plain.pk]}


def test_only_a_desk_types_in_from_paper_and_only_at_its_own_station(client, small):
    answers = {}
    for user in (small.a.staff, small.a.deputy_user, small.a.unit_user, small.office):
        client.force_login(user)
        answers[user.username] = client.post("/desk/paper/", sheet(ROW)).status_code
    assert answers == {"town1": 403, "deputy1": 403, "unit1": 403, "office": 403}
    client.force_login(small.a.officer)
    assert client.post(f"/desk/paper/?station={small.b.station.pk}", sheet(ROW)).status_code == 404
    assert Petition.objects.count() == 0


def test_the_page_and_the_batch_ask_as_little_for_many_as_for_one(desk):
    counts = {}
    for more in (1, 4):
        send(desk, *[{**ROW, "visitor": f"来访{more}{n}"} for n in range(more)])
        for page in ("/desk/paper/", reverse("constituents:paper_batch", args=[PaperBatch.objects.first().pk])):
            with asked() as statements:
                desk.get(page)
            counts.setdefault(page.count("/"), []).append(len(statements))
    assert [(few == many, many <= 10) for few, many in counts.values()] == [(True, True)] * 2
