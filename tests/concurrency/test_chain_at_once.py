"""Two people at one matter: the second is told; a reply in the second of the sweep is in time or overdue, not both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.urls import reverse

from constituents import actions
from constituents.models import Petition, PetitionEvent, Referral, ResultClass
from office import numbering, regulations, watermarks
from office.models import Jurisdiction, Rule
from office.versions import ChangedMeanwhile
from office.watermarks import SWEEP
from reports.models import Flag
from reports.sweep import run_due
from tests import county

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 17, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = date(2026, 3, 17)
DUE = date(2026, 4, 15)
THE_NIGHT = date(2026, 4, 16)
CLERKS, ROUNDS = 10, 12


@pytest.fixture
def town():
    regulations.load(on=date(2026, 1, 1))
    Rule.objects.exclude(measure="reply_overdue").delete()
    return county.build().a


def register(town, n=1) -> Petition:
    return actions.register(
        by=town.officer, at=AT, on=ON, station=town.station, visitor=f"来访人{n}", situation="路灯坏了", request="修好"
    )


def at_once(*jobs):
    """Run the jobs in threads that begin at the same moment; what each returned or raised, in their order."""
    gate = Barrier(len(jobs))

    def run(job):
        try:
            gate.wait(timeout=20)
            return job()
        except (ChangedMeanwhile, actions.CannotMove) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def corrections(matter, town, seen):
    """Each clerk opened the same form and adds a line of their own to the same words."""

    def one(n):
        return lambda: actions.correct(
            matter, by=town.officer, at=AT, seen=seen, situation=f"{matter.situation}（第{n}位补充）"
        )

    return [one(n) for n in range(CLERKS)]


def lost(matter) -> int:
    """How many corrections were acknowledged whose words are neither on record nor shown to who came later."""
    written = PetitionEvent.objects.filter(petition=matter, verb="correct").count()
    return written - 1


def test_of_ten_clerks_who_correct_the_same_form_one_is_taken_and_nine_are_told(town):
    matter = register(town)
    answers = at_once(*corrections(matter, town, seen=matter.version))
    assert sorted(type(answer).__name__ for answer in answers) == ["ChangedMeanwhile"] * 9 + ["Petition"]
    assert lost(matter) == 0


def test_without_the_version_nine_corrections_are_lost_in_silence(town):
    """The negative control: the same ten clerks with the guard off."""
    matter = register(town)
    answers = at_once(*corrections(matter, town, seen=None))
    assert {type(answer).__name__ for answer in answers} == {"Petition"}
    assert lost(matter) == 9


def test_a_matter_is_routed_once_however_many_route_it(town):
    matter = register(town)
    actions.admit(matter, by=town.staff, at=AT)
    job = lambda: actions.route(matter, by=town.staff, at=AT, on=ON, unit=town.unit, brief="请办理")  # noqa: E731
    answers = at_once(*[job] * 6)
    assert sorted(type(answer).__name__ for answer in answers) == ["Referral"] + ["WrongState"] * 5
    assert Referral.objects.filter(petition=matter).count() == 1


def free(matters) -> list[int]:
    """Those of the matters that somebody else could take now."""
    rows = Petition.objects.filter(pk__in=[one.pk for one in matters]).order_by("pk")
    with transaction.atomic():
        return [row.pk for row in rows.select_for_update(of=("self",), skip_locked=True)]


@pytest.mark.postgres
def test_whoever_works_on_many_matters_has_them_all_before_the_first_number_is_given(town, client, monkeypatch):
    """Else two wait for each other: one with a number for the other's matter, the other with the matter for one."""
    matters = [actions.admit(register(town, n), by=town.staff, at=AT) for n in range(2)]
    Jurisdiction.objects.filter(pk=town.place.pk).update(letter_code="东山人大")
    seen, letters = [], numbering.letters

    def watched(place, **told):
        seen.extend(at_once(lambda: free(matters)))
        return letters(place, **told)

    monkeypatch.setattr(numbering, "letters", watched)
    client.force_login(town.staff)
    sent = {"verb": "route", "matter": [one.pk for one in matters], "confirmed": 1, "key": uuid4(), "kind": "station"}
    for one in matters:
        sent |= {f"brief_{one.pk}": "请办理", f"seen_{one.pk}": one.version, "unit": town.unit.pk}
    client.post(reverse("admin:constituents_petition_routing_do"), sent)
    assert (seen, Referral.objects.exclude(letter_number="").count()) == ([[], []], 2)


def routed(town, n) -> Referral:
    matter = register(town, n)
    actions.admit(matter, by=town.staff, at=AT)
    return actions.route(matter, by=town.staff, at=AT, on=date(2026, 3, 16), unit=town.unit, brief="请办理")


def replies(town, n):
    """So many referrals due on the same day, and a reply to each, filed in the last second of that day."""
    result = ResultClass.objects.create(key="A", name="已解决", counts_as_solved=True)
    referrals = [routed(town, i) for i in range(n)]
    last_second = datetime(2026, 4, 15, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai"))

    def one(referral):
        return lambda: actions.reply(referral, by=town.unit_user, at=last_second, on=DUE, text="已修好", result=result)

    return [one(referral) for referral in referrals]


def both() -> int:
    """Referrals that were answered in time and stand flagged as overdue together."""
    in_time = Referral.objects.filter(replied_on__lte=DUE)
    return Flag.objects.open().filter(referral__in=in_time).count()


@pytest.mark.rule("D3-七")
def test_a_reply_in_the_second_of_the_sweep_is_never_both_in_time_and_overdue(town):
    jobs = replies(town, ROUNDS)
    run_due(until=DUE)
    for job in jobs:
        watermarks.rewind(SWEEP, to=THE_NIGHT)
        at_once(job, lambda: run_due(until=THE_NIGHT))
        assert both() == 0
    assert Referral.objects.filter(replied_on__isnull=False).count() == ROUNDS


@pytest.mark.postgres
def test_a_reply_that_does_not_wait_for_the_sweep_is_both(town, monkeypatch):
    """The negative control: the same second, with the reply taking no notice of the night that is being judged."""
    monkeypatch.setattr("constituents.actions.replies.watermarks.judged_through", lambda job: None)
    [job] = replies(town, 1)
    run_due(until=DUE)
    with transaction.atomic():
        job()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_elsewhere, lambda: run_due(until=THE_NIGHT)).result(timeout=30)
    assert both() == 1


def _elsewhere(job):
    try:
        return job()
    finally:
        connection.close()
