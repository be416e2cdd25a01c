"""The document: every figure is its records, whatever the subject and the period; its fingerprint is theirs alone."""

from datetime import date

import pytest
from django.core.management import call_command

from deputies.models import Deputy, Term
from liaison_stations.models import Reception, ReceptionDuty
from office.models import Jurisdiction, Rule
from office.sheets import Tenths
from reports.annual import counting, document
from reports.annual.columns import tenths_of_a_percent
from reports.annual.document import Document
from reports.annual.period import BadPeriod, Period
from reports.models import Flag
from reports.subjects import find
from tests.queries import asked
from tests.reports.annual_year import ON, YEAR, build
from visits.models import ReportExemption, Visit

pytestmark = pytest.mark.django_db
QUARTER = Period.between("2026-04", "2026-06")


def read(subject="county", period=YEAR, *, on=ON):
    return document.read(find(subject)[0], period, on=on)


def subjects(small):
    town = small.a
    return ["county", f"town:{town.place.code}", f"group:{town.group.pk}", f"station:{town.station.pk}"] + [
        f"deputy:{deputy.pk}" for deputy in (town.deputy, town.leader)
    ]


def check(made: Document):
    """Each figure is the number of its records, or what they add up to, or the share of two that are."""
    keys = [figure.key for figure in made.figures()]
    assert len(keys) == len(set(keys))
    for figure in made.figures():
        if figure.is_share:
            part, whole = made.figure(figure.part), made.figure(figure.whole)
            assert figure.value == tenths_of_a_percent(part.value, whole.value), figure.key
            assert figure.value is None or isinstance(figure.value, Tenths)
        elif not figure.adds:
            assert (figure.value, len(set(figure.ids))) == (len(figure.ids), len(figure.ids)), figure.key
        assert list(figure.ids) == sorted(figure.ids)
        assert figure.clause
        assert figure.label


def test_every_figure_is_its_records_for_every_subject_and_period(db):
    small = build()
    for subject in subjects(small):
        for period in (YEAR, QUARTER):
            check(read(subject, period))


def test_a_quarter_is_its_part_of_the_year(db):
    build()
    year, quarter = read(), read(period=QUARTER)
    months = [f"month.2026-{n:02}" for n in (4, 5, 6)]
    assert [quarter.figure(key).ids for key in months] == [year.figure(key).ids for key in months]
    assert quarter.figure("contacts").value == sum(year.figure(key).value for key in months) > 0
    assert quarter.figure("month.2026-07") is None


def test_each_document_of_one_reading_is_that_of_its_own(db):
    small = build(deputies=3, visits=40, petitions=20)
    whole = find("county")[0]
    with asked() as statements:
        each = list(document.read_each(whole, YEAR, on=ON, parts=document.parts_of(whole)))
    assert len(statements) == 9
    assert {str(one.subject) for one in each} >= set(subjects(small)[1:])
    for one in each:
        alone = read(str(one.subject))
        assert one.fingerprint == alone.fingerprint, one.subject
        assert [figure.before for figure in one.figures()] == [figure.before for figure in alone.figures()]


def test_a_document_is_read_by_six_queries(db):
    build(deputies=2, visits=10, petitions=5)
    with asked() as statements:
        document.read(find("county")[0], YEAR, on=ON)
    assert len(statements) == 6


def test_the_fingerprint_is_that_of_the_records_alone(db, settings):
    build(deputies=2, visits=20, petitions=10)
    before = read()
    Visit.objects.update(content="另一种说法")
    settings.LANGUAGE_CODE = "en"
    assert read().fingerprint == before.fingerprint
    Visit.objects.filter(happened_on__year=YEAR).first().delete()
    assert read().fingerprint != before.fingerprint


def test_a_document_kept_in_a_file_is_read_back_as_it_was(db):
    build(deputies=2, visits=20, petitions=10)
    made = read()
    back = Document.from_json(made.as_json())
    assert back.fingerprint == made.fingerprint
    assert back.as_json() == made.as_json()


@pytest.mark.parametrize(
    "months", [("2026-06", "2026-05"), ("2026-13", "2026-14"), ("", "2026-01"), ("2020-01", "2026-01")]
)
def test_what_is_no_period_says_so(months):
    with pytest.raises(BadPeriod):
        Period.between(*months)


def test_a_period_is_compared_with_the_same_months_a_year_earlier():
    assert QUARTER.before == Period.between("2025-04", "2025-06")
    assert Period.between("2024-01", "2025-12").before == Period.between("2022-01", "2023-12")
    assert (Period.year(2026).is_year, QUARTER.is_year, str(QUARTER)) == (True, False, "2026-04—2026-06")
    assert Period.year(2026).last == date(2026, 12, 31)


@pytest.mark.rule("D8-二a")
def test_the_contact_month_is_asked_of_whom_its_rule_governs(small):
    call_command("load_regulations", verbosity=0)
    for town in small.towns:
        town.district.term.jurisdiction.level = "town"
        town.district.term.jurisdiction.save()
    Visit.objects.create(
        deputy=small.a.deputy, met="村民", happened_on=date(2026, 8, 3), kind="phone", logged_at="2026-08-03T00:00Z"
    )
    made = read(f"group:{small.a.group.pk}")
    told = {key: made.figure(f"contact_month{key}").ids for key in ("", ".met", ".missed")}
    assert told == {
        "": tuple(f"{one.pk}:2026-08" for one in sorted((small.a.deputy, small.a.leader), key=lambda d: str(d.pk))),
        ".met": (f"{small.a.deputy.pk}:2026-08",),
        ".missed": (f"{small.a.leader.pk}:2026-08",),
    }
    assert read(f"group:{small.a.group.pk}", QUARTER).figure("contact_month") is None


def test_the_rules_set_out_are_those_of_the_congress_and_of_the_towns_stations(small):
    call_command("load_regulations", verbosity=0)

    def sets():
        return set(Rule.objects.filter(pk__in=read().figure("rules").ids).values_list("rule_set__key", "measure"))

    told = sets()
    assert {("county", "monthly_contact"), ("station", "reception_month"), ("town", "feedback_overdue")} <= told
    assert not {name for key, name in told if key in ("town", "street")} - {"feedback_overdue"}
    Jurisdiction.objects.filter(pk=small.a.place.pk).update(name="东山街道")
    assert ("street", "reception_notice") in sets()
    Term.objects.update(jurisdiction=small.a.place)
    assert ("town", "liaison_voters") in sets()
    assert ("county", "monthly_contact") not in sets()


@pytest.mark.rule("D5-二a")
def test_a_reception_that_is_still_to_come_was_neither_missed_nor_a_turn_not_taken(small):
    rows = {}
    for name, day, told in (
        ("held", date(2026, 11, 16), {"held_on": date(2026, 11, 16)}),
        ("passed", date(2026, 11, 23), {}),
        ("today", ON, {}),
        ("to come", date(2026, 12, 15), {}),
    ):
        rows[name] = Reception.objects.create(station=small.a.station, planned_on=day, **told)
        ReceptionDuty.objects.create(reception=rows[name], deputy=small.a.deputy, came=bool(told))
    made = read()
    assert made.figure("sessions.not_held").ids == (rows["passed"].pk,)
    assert [made.figure(key).value for key in ("sessions", "turns", "receptions")] == [1, 2, 1]
    assert made.figure("share.receptions").value == 500


@pytest.mark.rule("D9-2一")
def test_an_exemption_stands_in_the_report_that_judges_its_year_whole(small):
    told = {"reason": "新任", "approved_by": "县人大常委会", "made_at": "2026-01-05T00:00Z"}
    gone = Deputy.objects.create(
        term=small.term, district=small.a.district, name="早已离任", left_on=date(2025, 3, 1), end_reason="调离"
    )
    for deputy in (small.a.deputy, gone):
        ReportExemption.objects.create(deputy=deputy, year=YEAR, **told)
    assert read().figure("exemptions").value == 2
    assert read(period=QUARTER).figure("exemptions") is None
    assert gone.pk not in read(period=QUARTER).figure("deputies").ids


def test_findings_of_a_clause_that_several_rules_read_carry_the_names_of_all(small):
    call_command("load_regulations", verbosity=0)
    rule = Rule.objects.get(measure="reply_overdue")
    Flag.objects.create(
        rule=rule,
        rule_key="D3-七",
        deputy=small.a.deputy,
        jurisdiction=small.a.place,
        severity="red",
        starts_on=ON,
        due_on=ON,
        raised_on=ON,
    )
    assert read().figure("missing.D3-七").label == "承办单位逾期未答复、第二次办理逾期未答复"


@pytest.mark.parametrize(
    ("address", "village"),
    [
        ("东山镇和平村三组", "和平村"),
        ("试验县东岭镇和平村", "和平村"),
        ("和平村", "和平村"),
        ("西河乡新桥村", "西河乡新桥村"),
        ("东山镇", ""),
        ("", ""),
        ("和平村/新桥村", "和平村"),
        ("东一/二村", "东一／二村"),
    ],
)
def test_a_village_stands_without_the_town_that_is_its_own_under_whatever_name(address, village):
    assert counting.village_of(address, "东山镇", "东岭镇、东乡镇") == village
