"""Several people generate the same year, or answer the same question, at once; without the guards it goes wrong."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from liaison_stations import actions, plan
from liaison_stations.models import Reception, ReceptionDuty, Station
from office.models import AuditEvent
from tests import county
from tests.liaison_stations.world import TODAY, deputies_of, names, reception, recurrence, turn, when

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
PEOPLE = 4
UNIQUE = ("one_reception_of_a_rule_a_day", "one_reception_at_a_time")


@pytest.fixture
def small():
    small = county.build()
    small.people = deputies_of(small.a)
    for town in small.towns:
        recurrence(town.station)
    return small


def at_once(*works):
    """What each of the works gives, all begun at the same moment on a connection of its own; errors are raised."""
    start = Barrier(len(works))

    def one(work):
        try:
            start.wait(timeout=20)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def generate(small):
    stations = Station.objects.all()
    return actions.generate(by=small.office, year=2027, stations=stations, **when(TODAY))


def assert_each_reception_is_there_once():
    days = list(Reception.objects.values_list("station", "planned_on"))
    assert len(days) == len(set(days)) == 24
    assert ReceptionDuty.objects.count() == 24 + 12


@pytest.fixture
def without_lock(monkeypatch):
    """Nobody locks, and everybody has planned before the first one writes."""
    planned, of_year = Barrier(PEOPLE), plan.of_year

    def late(*args, **kwargs):
        found = of_year(*args, **kwargs)
        planned.wait(timeout=30)
        return found

    monkeypatch.setattr(plan, "of_year", late)
    monkeypatch.setattr(actions, "_locked_stations", lambda stations: list(stations.order_by("pk")))


@pytest.fixture
def without_keys():
    """The table without its unique keys, as long as the test runs."""
    keys = [one for one in Reception._meta.constraints if one.name in UNIQUE]
    with connection.schema_editor() as editor:
        for key in keys:
            editor.remove_constraint(Reception, key)
    yield
    Reception.objects.all().delete()
    with connection.schema_editor() as editor:
        for key in keys:
            editor.add_constraint(Reception, key)


def test_people_who_generate_a_year_at_once_make_each_reception_once(small):
    done = at_once(*[lambda: generate(small)] * PEOPLE)
    assert sorted(one.made for one in done) == [0, 0, 0, 24]
    assert_each_reception_is_there_once()
    assert AuditEvent.objects.filter(action="station.rota_generated").count() == 2


def test_the_unique_key_alone_keeps_each_reception_single(small, without_lock):
    at_once(*[lambda: generate(small)] * PEOPLE)
    assert_each_reception_is_there_once()


def test_without_lock_and_key_the_same_assertion_sees_the_duplicates(small, without_lock, without_keys):
    at_once(*[lambda: generate(small)] * PEOPLE)
    with pytest.raises(AssertionError):
        assert_each_reception_is_there_once()


def told(verb):
    """Whether it was done, or refused because somebody else was first."""

    def work():
        try:
            verb()
        except actions.TurnRefused:
            return False
        return True

    return work


def test_a_question_is_answered_or_taken_back_and_never_both(small):
    one, _two, three, _four = small.people
    first = reception(small.a.station, when()["on"], one)
    row = actions.ask_substitute(turn(first, one).pk, by=one.user, to_deputy=three, **when())
    done = at_once(
        *[told(lambda: actions.answer_request(row.pk, by=three.user, agree=True, **when()))] * 3,
        told(lambda: actions.withdraw_request(row.pk, by=one.user, at=when()["at"])),
    )
    row.refresh_from_db()
    assert sum(done) == 1
    assert (row.state, names(first)) == (("withdrawn", ["代表1"]) if done[3] else ("agreed", ["代表1之3"]))


def test_a_deputy_whom_two_ask_at_once_takes_one_turn_at_one_time(small):
    one, two, three, _four = small.people
    small.b.station.deputies.set([two, three])
    here, there = reception(small.a.station, when()["on"], one), reception(small.b.station, when()["on"], two)
    rows = [
        actions.ask_substitute(turn(place, deputy).pk, by=deputy.user, to_deputy=three, **when())
        for place, deputy in ((here, one), (there, two))
    ]

    def agree(row):
        return told(lambda: actions.answer_request(row.pk, by=three.user, agree=True, **when()))

    assert sorted(at_once(*map(agree, rows))) == [False, True]
    assert ReceptionDuty.objects.filter(deputy=three).count() == 1
