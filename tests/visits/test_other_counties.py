"""Counties that keep their workbooks otherwise than the demo county: the same facts come out, or are named."""

import json
from collections import Counter
from datetime import datetime, timedelta, timezone

import openpyxl
import pytest

from constituents.models import Designation, Household, Petition, Referral
from deputies.models import Deputy, ElectoralDistrict
from liaison_stations.models import Station, StationPost
from office.models import AuditEvent, Jurisdiction
from office.workbooks import WorkbookRefused
from tests.visits import messy_county
from visits import county_import
from visits.models import Visit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))
DEMO = messy_county.DEMO
SATISFACTION = {"满意": "satisfied", "基本满意": "fairly", "不满意": "dissatisfied", None: ""}
COURSES = {
    "ok": ("route", False),
    "urgent": ("route", True),
    "reject": ("decline", False),
    "onspot": ("answer", False),
    "motion": ("suggestion", False),
    "inspection": ("inspection", False),
    "escalate": ("escalate", False),
}


def run(folder=DEMO, at=AT, **options):
    return county_import.run(sorted(folder.glob("*.xlsx")), by=None, at=at, **options)


def truth():
    return json.loads((DEMO / "truth.json").read_text("utf-8"))


def iso(day):
    return day.isoformat() if day else None


def deputies_on_record():
    rows = Deputy.objects.select_related("district__jurisdiction", "group")
    return {
        d.name: (
            d.sex,
            d.nation,
            iso(d.born),
            d.party,
            d.education,
            d.job,
            d.district.number,
            d.district.jurisdiction.name,
            d.group.name,
            d.phone,
            d.end_reason,
        )
        for d in rows
    }


def deputies_expected(deputies):
    keys = ("sex", "nation", "born", "party", "edu", "job", "district", "town", "group", "phone")
    return {d["name"]: (*(d[key] for key in keys), d["ended"] or "") for d in deputies}


def households_on_record():
    rows = Designation.objects.select_related("deputy", "household__jurisdiction")
    return Counter(
        (d.deputy.name, h.head, h.jurisdiction.name, h.address, h.phone, h.people, h.kind, iso(d.since))
        for d in rows
        for h in [d.household]
    )


def households_expected(households):
    keys = ("deputy", "head", "town", "addr", "phone", "people", "kind", "since")
    return Counter(tuple(h[key] or "" if key == "phone" else h[key] for key in keys) for h in households)


def stations_on_record():
    found = {}
    for s in Station.objects.select_related("jurisdiction", "head").prefetch_related("posts", "deputies"):
        [post] = s.posts.all()
        deputies = sorted(d.name for d in s.deputies.all())
        found[s.name] = (
            s.jurisdiction.name,
            s.address,
            s.head.name if s.head else s.head_name,
            post.name,
            post.job,
            post.phone,
            s.reception_hours,
            deputies,
        )
    return found


def stations_expected(stations):
    keys = ("town", "addr", "head", "officer", "officer_job", "officer_phone", "day")
    return {s["name"]: (*(s[key] for key in keys), sorted(s["deputies"])) for s in stations}


def visits_on_record():
    rows = Visit.objects.select_related("deputy")
    return Counter((iso(v.happened_on), v.deputy.name, v.met, v.kind_words, v.place, v.content) for v in rows)


def visits_expected(visits):
    return Counter(tuple(v[key] for key in ("date", "deputy", "who", "way", "place", "text")) for v in visits)


def petitions_on_record():
    rows = Petition.objects.select_related("station", "deputy").prefetch_related("referrals__unit")
    found = Counter()
    for p in rows:
        [referral] = p.referrals.all() or [Referral()]
        unit = referral.unit.name if referral.unit_id else ""
        course = (p.course, p.urgent)
        about = (p.situation, p.category, unit, course, iso(referral.replied_on), p.satisfaction)
        found[(iso(p.received_on), p.visitor, p.phone, p.address, p.station.name, p.deputy.name, *about)] += 1
    return found


def petitions_expected(petitions):
    keys = ("date", "visitor", "phone", "addr", "station", "deputy", "text", "category", "dept")
    return Counter(
        (*(p[key] for key in keys), COURSES[p["outcome"]], p["replied"], SATISFACTION[p["rating"]]) for p in petitions
    )


def tallies(result):
    return {kind: tuple(vars(result.tallies[kind]).values()) for kind in county_import.KINDS}


def everything():
    """Every row that an import may touch, as it stands in the database."""
    models = (Jurisdiction, ElectoralDistrict, Deputy, Station, Household, Designation, Visit, Petition, Referral)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models} | {
        "links": list(Station.deputies.through.objects.order_by("pk").values()),
        "trail": list(AuditEvent.objects.order_by("pk").values()),
    }


@pytest.mark.parametrize("seed", range(10))
def test_a_county_that_keeps_its_workbooks_otherwise_reads_the_same(tmp_path, seed):
    expected = messy_county.write(tmp_path, seed)
    result = run(tmp_path)
    assert {(p.file, p.row, p.code) for p in result.problems} == expected.problems
    assert {kind: result.tallies[kind].rejected for kind in expected.rejected} == dict(expected.rejected)
    assert deputies_on_record() == deputies_expected(expected.deputies)
    assert households_on_record() == households_expected(expected.households)
    assert stations_on_record() == stations_expected(expected.stations)
    assert visits_on_record() == visits_expected(expected.visits)
    assert petitions_on_record() == petitions_expected(expected.petitions)
    before = everything()
    run(tmp_path)
    assert everything() == before


def change(tmp_path, name, edit):
    """The demo county with one workbook edited."""
    for file in DEMO.glob("*.xlsx"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    book = openpyxl.load_workbook(tmp_path / name)
    edit(book.active)
    book.save(tmp_path / name)
    return tmp_path


def test_what_is_no_longer_in_the_workbook_stays_on_record(tmp_path):
    run()
    result = run(change(tmp_path, "代表花名册.xlsx", lambda sheet: sheet.delete_rows(4)))
    assert (Deputy.objects.count(), tallies(result)["deputies"]) == (186, (0, 0, 185, 0))


def test_a_deputy_who_is_left_out_takes_their_rows_along_and_each_is_named(tmp_path):
    def edit(sheet):
        assert sheet["B4"].value == "高强洋"
        sheet["I4"] = None

    result = run(change(tmp_path, "代表花名册.xlsx", edit))
    known = truth()
    lost = {
        kind: sum(row["deputy"] == "高强洋" for row in known[kind]) for kind in ("households", "visits", "petitions")
    }
    assert {kind: result.tallies[kind].rejected for kind in lost} == lost
    named = Counter(p.code for p in result.problems)
    in_stations = sum("高强洋" in s["deputies"] for s in known["stations"])
    assert named == {"missing": 1, "unknown_deputy": sum(lost.values()) + in_stations}


def test_a_folder_without_any_readable_workbook_is_refused(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"no workbook at all")
    with pytest.raises(WorkbookRefused) as refused:
        run(tmp_path)
    assert refused.value.code == "not_a_workbook"


def test_one_unreadable_file_beside_readable_ones_is_named(tmp_path):
    folder = change(tmp_path, "代表花名册.xlsx", lambda sheet: None)
    (folder / "坏的.xlsx").write_bytes(b"PK\x03\x04 broken")
    result = run(folder)
    assert [(p.file, p.row, p.code) for p in result.problems] == [("坏的.xlsx", 0, "damaged")]
    assert Deputy.objects.count() == 186


def folder_of(tmp_path, **books):
    """Workbooks of one sheet each, by name."""
    for name, rows in books.items():
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / f"{name}.xlsx")
    return tmp_path


ROSTER = [
    ["安县第十九届人民代表大会代表花名册"],
    ["姓名", "性别", "选区", "所属乡镇", "联系电话"],
    ["张三", "男", "第一选区", "东镇", "13800000001"],
    ["李四", "女", "第二选区", "东镇", "13800000002"],
    ["张三", "男", "第1选区", "西乡", "13800000003"],
    ["王五", "女", "第2选区", "西乡", "13800000004"],
]


def test_where_each_township_counts_its_districts_from_one_they_stay_apart(tmp_path):
    result = run(folder_of(tmp_path, 花名册=ROSTER))
    assert (result.problems, tallies(result)["districts"], tallies(result)["deputies"]) == (
        [],
        (4, 0, 0, 0),
        (4, 0, 0, 0),
    )
    names = Deputy.objects.order_by("pk").values_list("name", "district__name", "district__jurisdiction__name")
    assert list(names) == [
        ("张三", "东镇第1选区", "东镇"),
        ("李四", "东镇第2选区", "东镇"),
        ("张三", "西乡第1选区", "西乡"),
        ("王五", "西乡第2选区", "西乡"),
    ]
    assert tallies(run(tmp_path))["deputies"] == (0, 0, 4, 0)


def test_two_deputies_of_one_name_are_told_apart_by_what_the_row_says_or_not_at_all(tmp_path):
    ledger = [
        ["安县2026年人大代表联系选民活动台账"],
        ["日期", "代表", "联系对象", "方式", "地点"],
        ["1月3日", "张三", "甲一", "入户", "西乡一村"],
        ["1月4日", "张三", "甲二", "入户", ""],
        ["1月5日", "张三", "甲三", "入户", ""],
    ]
    households = [
        ["安县人大代表定点联系户登记表"],
        ["代表姓名", "户主", "住址", "电话"],
        ["张三", "甲二", "东镇二村", ""],
    ]
    result = run(folder_of(tmp_path, 花名册=ROSTER, 台账=ledger, 联系户=households))
    assert [(p.file, p.row, p.column, p.code) for p in result.problems] == [
        ("台账.xlsx", 5, "代表", "ambiguous_deputy")
    ]
    seen = Visit.objects.order_by("happened_on").values_list("met", "deputy__district__name", "household__head")
    assert list(seen) == [("甲一", "西乡第1选区", None), ("甲二", "东镇第1选区", "甲二")]


def test_a_corrected_word_makes_no_second_contact_and_no_second_matter(tmp_path):
    run()
    numbers = list(Petition.objects.order_by("pk").values_list("pk", "seq"))

    def edit(sheet):
        sheet["G4"] = "了解生产生活情况,宣传惠农政策,另反映路灯不亮。"

    result = run(change(tmp_path, "联系选民活动台账.xlsx", edit), at=AT + timedelta(days=1))
    assert tallies(result)["visits"] == (0, 1, 3497, 0)

    def reword(sheet):
        assert sheet["H4"].value.startswith("河口镇卫生院")
        sheet["H4"] = "河口镇卫生院没有儿科医生。"

    result = run(change(tmp_path, "接访登记汇总表.xlsx", reword), at=AT + timedelta(days=1))
    assert tallies(result)["petitions"] == (0, 1, 239, 0)
    assert list(Petition.objects.order_by("pk").values_list("pk", "seq")) == numbers


def test_a_matter_that_went_on_here_is_not_put_back_by_its_workbook():
    run()
    routed = Petition.objects.filter(status=Petition.Status.ROUTED).first()
    Petition.objects.filter(pk=routed.pk).update(status=Petition.Status.CLOSED)
    result = run()
    assert tallies(result)["petitions"] == (0, 0, 240, 0)
    assert Petition.objects.get(pk=routed.pk).status == Petition.Status.CLOSED


def test_an_officer_with_a_new_telephone_number_is_the_same_officer(tmp_path):
    run()

    def edit(sheet):
        assert (sheet["F4"].value, sheet["H4"].value) == ("贺文文", "19932983728")
        sheet["H4"] = "13800000000"

    result = run(change(tmp_path, "联络站一览表.xlsx", edit))
    assert tallies(result)["stations"] == (0, 1, 20, 0)
    [post] = StationPost.objects.filter(station__name="城关镇人大代表联络站")
    assert (post.name, post.phone) == ("贺文文", "13800000000")


def test_a_station_is_known_by_its_short_name(tmp_path):
    def edit(sheet):
        assert sheet["F4"].value == "河口镇人大代表联络站"
        sheet["F4"] = "河口镇联络站"

    result = run(change(tmp_path, "接访登记汇总表.xlsx", edit))
    assert (result.problems, tallies(result)["petitions"]) == ([], (240, 0, 0, 0))


def test_a_workbook_of_another_county_is_named_and_enters_no_county(tmp_path):
    ledger = [
        ["丙县2026年人大代表联系选民活动台账"],
        ["日期", "代表", "联系对象", "方式"],
        ["1月3日", "李四", "甲一", "入户"],
    ]
    result = run(folder_of(tmp_path, 花名册=ROSTER, 台账=ledger))
    assert [(p.file, p.code) for p in result.problems] == [("台账.xlsx", "no_county")]
    assert tallies(result)["visits"] == (0, 0, 0, 1)
    assert list(Jurisdiction.objects.filter(level="county").values_list("name", flat=True)) == ["安县"]
