"""A county comes in from its own workbooks exactly as a careful clerk reads them, or not at all."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Max, Min

from constituents.models import Designation, Petition, Referral
from deputies.models import Deputy, ElectoralDistrict, Term
from liaison_stations.models import Station
from office import clock, regulations
from office.jobs import Cancelled
from office.models import AuditEvent, Jurisdiction
from visits import county_import
from visits.models import Visit

pytestmark = pytest.mark.django_db
FOLDER = Path(county_import.__file__).with_name("demo_county")
TRUTH = json.loads((FOLDER / "truth.json").read_text("utf-8"))
COURSES = {
    "ok": ("route", False),
    "urgent": ("route", True),
    "reject": ("decline", False),
    "onspot": ("answer", False),
    "motion": ("suggestion", False),
    "inspection": ("inspection", False),
    "escalate": ("escalate", False),
}
RATINGS = {"满意": "satisfied", "基本满意": "fairly", "不满意": "dissatisfied", None: ""}


def books(*names):
    return [path for path in sorted(FOLDER.glob("*.xlsx")) if not names or any(n in path.name for n in names)]


def run(*names, **options):
    return county_import.run(books(*names), by=None, at=clock.now(), **options)


def counts(result):
    return {kind: vars(result.tallies[kind]) for kind in county_import.KINDS}


def tally(kind, **figures):
    return {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0} | figures


def day(value):
    return value and value.isoformat()


def test_every_value_is_what_a_careful_clerk_reads(db):
    regulations.load(on=date(2026, 1, 1))
    result = run()
    assert result.problems == []
    assert counts(result) == {kind: tally(kind, created=TRUTH["counts"][kind]) for kind in county_import.KINDS}
    assert Jurisdiction.objects.filter(level="county").get().name == TRUTH["county"]
    assert sorted(t.name for t in Jurisdiction.objects.filter(level="town")) == sorted(TRUTH["towns"])
    assert deputies_on_record() == TRUTH["deputies"]
    assert districts_on_record() == TRUTH["districts"]
    assert households_on_record() == key_sorted(TRUTH["households"], "deputy", "head")
    assert stations_on_record() == TRUTH["stations"]
    assert visits_on_record() == key_sorted(TRUTH["visits"], "date", "deputy", "who", "way")
    assert petitions_on_record() == key_sorted(TRUTH["petitions"], "date", "visitor", "phone")


def key_sorted(rows, *keys):
    return sorted(rows, key=lambda row: [row[key] for key in keys])


def deputies_on_record():
    missing = {row["no"]: row["phone"] for row in TRUTH["deputies"] if row["phone_missing"]}
    rows = Deputy.objects.select_related("district__jurisdiction", "group").order_by("pk")
    return [
        {
            "no": no,
            "name": d.name,
            "sex": d.sex,
            "nation": d.nation,
            "born": day(d.born),
            "party": d.party,
            "edu": d.education,
            "job": d.job,
            "district": d.district.number,
            "town": d.district.jurisdiction.name,
            "group": d.group.name,
            "phone": d.phone or missing.get(no),
            "ended": d.end_reason or None,
            "phone_missing": d.phone == "",
        }
        for no, d in enumerate(rows, 1)
    ]


def districts_on_record():
    rows = ElectoralDistrict.objects.select_related("jurisdiction").order_by("number")
    return [{"no": d.number, "town": d.jurisdiction.name, "name": d.name} for d in rows]


def households_on_record():
    rows = Designation.objects.select_related("household__jurisdiction", "deputy")
    found = [
        {
            "deputy": d.deputy.name,
            "head": d.household.head,
            "town": d.household.jurisdiction.name,
            "addr": d.household.address,
            "phone": d.household.phone or None,
            "people": d.household.people,
            "kind": d.household.kind,
            "since": day(d.since),
        }
        for d in rows
    ]
    return key_sorted(found, "deputy", "head")


def stations_on_record():
    found = []
    for station in Station.objects.select_related("jurisdiction", "head").order_by("number"):
        post = station.posts.get()
        own = {d.name for d in station.deputies.all()}
        told = next(row["deputies"] for row in TRUTH["stations"] if row["name"] == station.name)
        found.append(
            {
                "name": station.name,
                "town": station.jurisdiction.name,
                "addr": station.address,
                "head": station.head.name,
                "officer": post.name,
                "officer_job": post.job,
                "officer_phone": post.phone,
                "deputies": told if own == set(told) else sorted(own),
                "day": station.reception_hours,
            }
        )
    return found


def visits_on_record():
    found = [
        {
            "date": day(v.happened_on),
            "deputy": v.deputy.name,
            "who": v.met,
            "way": v.kind_words,
            "place": v.place,
            "text": v.content,
        }
        for v in Visit.objects.select_related("deputy")
    ]
    return key_sorted(found, "date", "deputy", "who", "way")


def petitions_on_record():
    outcomes = {value: key for key, value in COURSES.items()}
    ratings = {value: key for key, value in RATINGS.items()}
    referrals = {r.petition_id: r for r in Referral.objects.select_related("unit")}
    found = []
    for p in Petition.objects.select_related("station", "deputy"):
        referral = referrals.get(p.pk)
        found.append(
            {
                "date": day(p.received_on),
                "visitor": p.visitor,
                "phone": p.phone,
                "addr": p.address,
                "station": p.station.name,
                "deputy": p.deputy.name,
                "text": p.situation,
                "category": p.category,
                "dept": referral.unit.name if referral else "",
                "outcome": outcomes[p.course, p.urgent],
                "replied": day(referral.replied_on) if referral else None,
                "rating": ratings[p.satisfaction],
            }
        )
    return key_sorted(found, "date", "visitor", "phone")


def test_the_second_time_nothing_changes(db):
    run()
    before = AuditEvent.objects.count()
    assert counts(run()) == {kind: tally(kind, unchanged=TRUTH["counts"][kind]) for kind in county_import.KINDS}
    assert AuditEvent.objects.count() == before


def test_a_preview_says_the_same_and_writes_nothing(db):
    preview = run(check=True)
    assert (Deputy.objects.count(), Jurisdiction.objects.count(), Visit.objects.count()) == (0, 0, 0)
    assert counts(preview) == counts(run())


def test_register_numbers_have_no_gap_at_any_station(db):
    run()
    for station in Station.objects.all():
        numbers = sorted(station.petitions.values_list("seq", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_crash_in_the_middle_of_a_workbook_leaves_nothing_of_it(db, monkeypatch):
    run("花名册", "联系户")
    monkeypatch.setattr("visits.imports._records_begin", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    assert Visit.objects.count() == 0
    assert Deputy.objects.count() == TRUTH["counts"]["deputies"]
    assert Petition.objects.count() == 0


def test_a_cancelled_import_leaves_nothing_of_the_workbook_in_hand(db):
    seen = []

    def progress(done, total, what):
        if "联系选民活动台账.xlsx" in seen:
            raise Cancelled
        seen.append(what)

    with pytest.raises(Cancelled):
        run(progress=progress)
    assert Visit.objects.count() == 0
    assert Station.objects.count() == TRUTH["counts"]["stations"]


def test_rows_that_refer_to_a_deputy_left_out_are_left_out_and_named(db):
    result = run("联系户", "台账")
    assert result.tallies["households"].rejected == TRUTH["counts"]["households"]
    assert result.tallies["visits"].rejected == TRUTH["counts"]["visits"]
    assert {p.code for p in result.problems} == {"unknown_deputy"}
    assert len(result.problems) == TRUTH["counts"]["households"] + TRUTH["counts"]["visits"]


def test_a_corrected_value_is_updated_and_the_old_one_is_kept_in_the_trail(db):
    run()
    deputy = Deputy.objects.get(name="高强洋")
    Deputy.objects.filter(pk=deputy.pk).update(phone="13900000000")
    assert counts(run())["deputies"] == tally("deputies", updated=1, unchanged=185)
    event = AuditEvent.objects.get(action="import.updated")
    assert (event.subject_id, event.detail) == (deputy.pk, {"phone": ["139****0000", "199****2582"]})


def test_a_blank_cell_never_replaces_what_is_on_record(db):
    run()
    nobody = next(row["name"] for row in TRUTH["deputies"] if row["phone_missing"])
    Deputy.objects.filter(name=nobody).update(phone="13900000000")
    assert counts(run())["deputies"] == tally("deputies", unchanged=186)
    assert Deputy.objects.get(name=nobody).phone == "13900000000"


def test_the_records_begin_with_the_first_month_of_the_ledger(db):
    run()
    assert Term.objects.get().records_since == date(2026, 1, 1)


def test_contacts_are_tied_to_the_household_whose_head_was_met(db):
    run()
    heads = {(row["deputy"], row["head"]) for row in TRUTH["households"]}
    told = sum((row["deputy"], row["who"]) in heads for row in TRUTH["visits"])
    assert Visit.objects.filter(household__isnull=False).count() == told


def test_the_demo_moves_every_date_but_births_by_whole_months(db):
    run(shift_months=4)
    span = Visit.objects.aggregate(first=Min("happened_on"), last=Max("happened_on"))
    assert span == {"first": date(2026, 5, 1), "last": date(2027, 2, 28)}
    assert day(Deputy.objects.get(name="高强洋").born) == "1981-10-01"


def test_the_command_prints_one_object_and_nothing_else(db):
    out = StringIO()
    call_command("import_county", str(FOLDER), check=True, json=True, stdout=out)
    printed = json.loads(out.getvalue())
    assert printed == {
        **{kind: tally(kind, created=TRUTH["counts"][kind]) for kind in county_import.KINDS},
        "problems": [],
    }
    assert Deputy.objects.count() == 0


def test_the_command_loads_the_regulations_where_there_are_none_so_that_replies_are_due(db):
    call_command("import_county", str(FOLDER), json=True, stdout=StringIO())
    assert Referral.objects.filter(petition__course="route", due_rule=None).count() == 0


@pytest.mark.parametrize("folder", ["/nowhere/at/all", str(Path(__file__).parent)])
def test_a_folder_without_workbooks_is_refused(db, folder):
    with pytest.raises(CommandError):
        call_command("import_county", folder)
