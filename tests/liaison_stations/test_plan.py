"""The rota of a year: what it would be, what is written, and what stays when it is made again."""

import io
import json
from datetime import date, time

import pytest
from django.core.management import CommandError, call_command

from deputies.models import Absence
from liaison_stations import actions, plan, rota
from liaison_stations.models import Reception, ReceptionDuty, Recurrence, Station
from office import regulations
from office.models import AuditEvent
from tests.liaison_stations.world import ODD_15TH, TODAY, deputies_of, names, reception, recurrence, turn, when
from tests.queries import asked

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-11-25 10:00+08:00")]


def generate(small, year=2027, stations=None, on=TODAY):
    stations = Station.objects.all() if stations is None else stations
    return actions.generate(by=small.office, year=year, stations=stations, **when(on))


def told(*args):
    out, err = io.StringIO(), io.StringIO()
    call_command("rota", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


# Generating


@pytest.mark.rule("D5-二a", "D5-一a")
def test_a_year_is_written_with_its_turns_and_what_was_moved_and_why(small):
    deputies_of(small.a)
    recurrence(small.a.station, ODD_15TH)
    assert generate(small)[:2] == (6, 0)
    rows = Reception.objects.order_by("planned_on")
    assert [(r.planned_on, r.moved_from, r.moved_why, names(r)) for r in rows] == [
        (date(2027, 1, 15), None, "", ["代表1", "代表1之2"]),
        (date(2027, 3, 15), None, "", ["代表1之3", "代表1之4"]),
        (date(2027, 5, 17), date(2027, 5, 15), "星期六", ["代表1", "代表1之2"]),
        (date(2027, 7, 15), None, "", ["代表1之3", "代表1之4"]),
        (date(2027, 9, 16), date(2027, 9, 15), "中秋节", ["代表1", "代表1之2"]),
        (date(2027, 11, 15), None, "", ["代表1之3", "代表1之4"]),
    ]
    assert {(r.starts_at, r.ends_at) for r in rows} == {(time(9), time(11))}


@pytest.mark.rule("D5-一a")
def test_one_line_of_the_trail_for_each_station(small):
    for town in small.towns:
        recurrence(town.station, ODD_15TH)
    generate(small)
    lines = AuditEvent.objects.filter(action="station.rota_generated").order_by("subject_id")
    assert [(line.user, line.subject_id, line.detail) for line in lines] == [
        (small.office, town.station.pk, {"year": 2027, "receptions": 6}) for town in small.towns
    ]


@pytest.mark.rule("D5-二a")
def test_the_deadlines_of_notice_and_record_are_stamped_where_the_rules_are_in_force(small):
    regulations.load(on=TODAY)
    recurrence(small.a.station, ODD_15TH)
    generate(small)
    rows = Reception.objects.order_by("planned_on")
    with_rule = [row for row in rows if row.notice_rule]
    assert with_rule == [row for row in rows if row.notice_due_on]
    for row in with_rule:
        assert (row.planned_on - row.notice_due_on).days == 3


def test_a_second_time_nothing_is_doubled(small):
    deputies_of(small.a)
    recurrence(small.a.station)
    assert generate(small)[:2] == (12, 0)
    turns = set(ReceptionDuty.objects.values_list("pk", "deputy"))
    assert generate(small)[:2] == (0, 12)
    assert set(ReceptionDuty.objects.values_list("pk", "deputy")) == turns
    assert AuditEvent.objects.filter(action="station.rota_generated").count() == 1


def test_what_people_changed_by_hand_stays(small):
    people = deputies_of(small.a)
    recurrence(small.a.station)
    generate(small)
    first, second, third, fourth, *_rest = Reception.objects.order_by("planned_on")
    Reception.objects.filter(pk=first.pk).update(cancelled=True, cancel_reason="大雪")
    Reception.objects.filter(pk=second.pk).update(planned_on=date(2027, 2, 18), starts_at=time(14), ends_at=time(16))
    turn(third, people[0]).delete()
    Reception.objects.filter(pk=fourth.pk).delete()
    before = {r.pk: (r.planned_on, r.cancelled, names(r)) for r in Reception.objects.all()}
    assert generate(small)[:2] == (1, 11)
    after = {r.pk: (r.planned_on, r.cancelled, names(r)) for r in Reception.objects.all()}
    assert {pk: after.pop(pk) for pk in before} == before
    assert [day for day, _cancelled, _names in after.values()] == [date(2027, 4, 15)]


def test_a_reception_entered_by_hand_takes_the_place_of_the_one_of_the_rule(small):
    recurrence(small.a.station)
    reception(small.a.station, date(2027, 3, 15), starts_at=time(10), ends_at=time(12))
    reception(small.a.station, date(2027, 4, 15), starts_at=None, ends_at=None)
    reception(small.a.station, date(2027, 6, 15), starts_at=time(14), ends_at=time(16))
    assert generate(small)[:2] == (10, 2)


def test_an_appointment_at_the_same_time_takes_nobodys_place(small):
    recurrence(small.a.station)
    more = {"kind": "appointment", "with_whom": "三组村民", "about": "水渠", "starts_at": time(10), "ends_at": time(12)}
    reception(small.a.station, date(2027, 3, 15), **more)
    assert generate(small)[:2] == (12, 0)


def test_days_that_are_over_are_not_written(small):
    recurrence(small.a.station)
    assert generate(small, 2026)[:2] == (1, 0)
    assert Reception.objects.get().planned_on == date(2026, 12, 15)


def test_a_rule_that_moved_its_time_does_not_write_the_year_again(small):
    rule = recurrence(small.a.station)
    generate(small)
    rule.starts_at, rule.ends_at = time(14), time(16)
    rule.save()
    assert generate(small)[:2] == (0, 12)


def test_only_the_stations_that_were_chosen_are_written(small):
    for town in small.towns:
        recurrence(town.station)
    generate(small, stations=Station.objects.filter(pk=small.b.station.pk))
    assert set(Reception.objects.values_list("station", flat=True)) == {small.b.station.pk}


def test_a_deputy_on_leave_is_passed_over_and_comes_next(small):
    one, *_others = deputies_of(small.a)
    leave = {"since": date(2027, 1, 10), "until": date(2027, 1, 20), "reason": "出差", "approved_by": "主任"}
    Absence.objects.create(deputy=one, **leave)
    recurrence(small.a.station)
    generate(small)
    first, second, *_rest = Reception.objects.order_by("planned_on")
    assert (names(first), names(second)) == (["代表1之2", "代表1之3"], ["代表1", "代表1之4"])


def test_a_deputy_of_two_stations_gets_no_two_receptions_at_one_time(small):
    for town in small.towns:
        town.station.deputies.set([small.a.deputy])
        recurrence(town.station)
    generate(small)
    taken = ReceptionDuty.objects.values_list("reception__planned_on", flat=True)
    assert len(taken) == len(set(taken)) == 12


def test_turns_elsewhere_and_of_the_year_before_count(small):
    one, two, three, four = deputies_of(small.a)
    small.b.station.deputies.set([three])
    reception(small.b.station, date(2027, 1, 5), three)
    reception(small.a.station, date(2026, 12, 15), one, two)
    recurrence(small.a.station, deputies_each=3)
    planned = plan.of_year(2027, [small.a.station], on=TODAY)
    assert planned.sessions[0].deputies == [four.name, one.name, two.name]


def test_a_weekly_rule_moved_onto_its_own_next_day_is_one_reception(small):
    recurrence(small.a.station, "FREQ=WEEKLY;BYDAY=SU,MO", deputies_each=1)
    planned = plan.of_year(2027, [small.a.station], on=TODAY)
    days = [one.day for one in planned.sessions]
    assert len(days) == len(set(days))
    assert date(2027, 1, 4) in days


def test_a_year_that_cannot_be_is_refused(small):
    with pytest.raises(plan.NoYear):
        plan.of_year(1999, [small.a.station], on=TODAY)


def test_what_is_odd_is_said(small):
    small.b.station.deputies.clear()
    recurrence(small.b.station)
    third = Station.objects.create(name="第三站", jurisdiction=small.a.place, number=3)
    third.deputies.add(small.a.leader)
    recurrence(third, ODD_15TH)
    said = plan.of_year(2027, list(Station.objects.order_by("pk")), on=TODAY).warnings
    assert said == [
        "2027年放假安排尚未录入：已按法定节日和周末推算。国务院办公厅通知发布并录入后，请核对日期。",
        "东山镇人大代表联络站未设定接待周期，没有安排接待。",
        "西河乡人大代表联络站已设定接待周期，但没有登记接待代表。",
        "第三站：有 6 次接待可轮值的代表不足规定人数。",
    ]


def test_a_year_costs_the_same_questions_for_one_station_and_for_thirty(small):
    deputies_of(small.a)
    recurrence(small.a.station)
    generate(small)

    def count():
        with asked() as statements:
            plan.of_year(2027, list(Station.objects.order_by("pk")), on=TODAY)
        return len(statements)

    alone = count()
    for n in range(3, 33):
        station = Station.objects.create(name=f"站{n}", jurisdiction=small.b.place, number=n)
        station.deputies.set([small.a.deputy, small.b.deputy])
        recurrence(station, ODD_15TH)
    generate(small)
    assert count() == alone <= 10


def test_one_rule_is_set_at_many_stations_and_where_it_stands_it_stays(small):
    recurrence(small.a.station)
    said = {"kind": rota.MONTHLY, "rule": "FREQ=MONTHLY;BYMONTHDAY=15", "since": date(2026, 1, 1), "until": None}
    said |= {"starts_at": time(9), "ends_at": time(11), "deputies_each": 3, "shift": rota.NEXT_WORKING_DAY}
    stations = list(Station.objects.all())
    made = actions.set_recurrence(by=small.office, at=when()["at"], stations=stations, **said)
    assert [one.station for one in made] == [small.b.station]
    assert actions.set_recurrence(by=small.office, at=when()["at"], stations=stations, **said) == []
    assert Recurrence.objects.count() == 2


# The command


def test_the_command_prints_one_object_and_writes_nothing(small):
    deputies_of(small.a)
    recurrence(small.a.station, ODD_15TH)
    out, err = told("--year", "2027", "--station", str(small.a.station.pk), "--json")
    answer = json.loads(out)
    assert sorted(answer) == ["sessions", "turns", "warnings", "year"]
    assert (answer["year"], len(answer["sessions"])) == (2027, 6)
    assert answer["sessions"][2] == {
        "station": "东山镇人大代表联络站",
        "station_id": small.a.station.pk,
        "date": "2027-05-17",
        "start": "09:00",
        "end": "11:00",
        "deputies": ["代表1", "代表1之2"],
        "moved_from": "2027-05-15",
        "moved_why": "星期六",
        "state": "new",
    }
    assert answer["turns"][0]["turns"] == {"代表1": 3, "代表1之2": 3, "代表1之3": 3, "代表1之4": 3}
    assert err.strip() == answer["warnings"][0]
    assert Reception.objects.count() == 0


@pytest.mark.rule("D5-二a")
def test_the_command_shows_the_days_that_are_over_too(small):
    recurrence(small.a.station, ODD_15TH)
    sessions = json.loads(told("--year", "2026", "--json")[0])["sessions"]
    assert [(one["date"], one["moved_from"], one["state"]) for one in sessions] == [
        ("2026-01-15", None, "past"),
        ("2026-03-16", "2026-03-15", "past"),
        ("2026-05-15", None, "past"),
        ("2026-07-15", None, "past"),
        ("2026-09-15", None, "past"),
        ("2026-11-16", "2026-11-15", "past"),
    ]
    assert [one["deputies"] for one in sessions] == [["代表1"]] * 6


def test_the_command_shows_what_stands_already_as_it_stands(small):
    deputies_of(small.a)
    recurrence(small.a.station)
    generate(small)
    Reception.objects.filter(planned_on=date(2027, 2, 15)).update(planned_on=date(2027, 2, 18))
    sessions = json.loads(told("--year", "2027", "--json")[0])["sessions"]
    assert {one["state"] for one in sessions} == {"there"}
    assert sessions[1]["date"] == "2027-02-18"


def test_the_command_in_words(small):
    recurrence(small.a.station, ODD_15TH)
    out, _err = told("--year", "2027")
    assert out.splitlines()[2] == (
        "2027-05-17 星期一 9:00—11:00  东山镇人大代表联络站  代表1  由 2027-05-15 顺延 (星期六)"
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "请指明年份：--year 2027。"),
        (["--year", "明年"], "“明年”不是整数。"),
        (["--year", "1999"], "年份须在2000至2100之间。"),
        (["--year", "99999"], "年份须在2000至2100之间。"),
        (["--year", "2027", "--station", "0"], "没有编号为 0 的联络站。"),
        (["--year", "2027", "--station", "一"], "“一”不是整数。"),
    ],
)
def test_the_command_refuses_in_plain_words(small, args, said):
    with pytest.raises(CommandError) as refused:
        told(*args)
    assert str(refused.value) == said
