"""Long work: every change of state compares before it sets, and what died can be taken up again."""

from datetime import UTC, datetime, timedelta

import pytest

from office import jobs
from office.models import AuditEvent, Job, User

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
LATER = AT + jobs.SILENT_AFTER + timedelta(seconds=1)
State = Job.State


@pytest.fixture
def clerk():
    return User.objects.create(username="clerk")


@pytest.fixture
def job(clerk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    for name in ("f", "g"):
        (tmp_path / name).mkdir()
    return jobs.queue(kind="county_import", by=clerk, at=AT, folder="f", params={"check": True})


def state(job):
    job.refresh_from_db()
    return job.state


def test_queued_work_is_begun_once(job):
    assert jobs.take(job.pk, at=AT) == job
    assert jobs.take(job.pk, at=AT) is None
    assert state(job) == State.RUNNING


def test_work_whose_worker_died_is_taken_up_by_the_next_delivery(job):
    jobs.take(job.pk, at=AT)
    assert jobs.take(job.pk, at=AT + jobs.SILENT_AFTER) is None
    assert jobs.take(job.pk, at=LATER) == job
    assert jobs.take(job.pk, at=LATER) is None


def test_work_that_gives_signs_of_life_is_left_alone(job):
    jobs.take(job.pk, at=AT)
    jobs.note(job, jobs.Progress(at=LATER, done=3, total=10, doing="花名册"))
    assert jobs.take(job.pk, at=LATER) is None
    assert (jobs.progress_of(job).percent, jobs.progress_of(job).doing) == (30, "花名册")


def test_a_new_run_begins_without_the_notes_of_the_old(job, clerk):
    jobs.take(job.pk, at=AT)
    jobs.note(job, jobs.Progress(at=AT, done=3, total=10))
    job.refresh_from_db()
    jobs.ask_to_cancel(job, by=clerk, at=AT)
    assert (jobs.progress_of(job).percent, jobs.is_cancel_asked(job)) == (30, True)
    assert jobs.queue_again(job, by=clerk, at=LATER, params={}) is True
    assert (jobs.progress_of(job).percent, jobs.is_cancel_asked(job)) == (0, False)


def test_a_message_that_was_lost_shows_as_silence(job):
    assert jobs.is_silent(job, AT) is False
    assert jobs.is_silent(job, LATER) is True


def test_a_preview_is_confirmed_once(job, clerk):
    jobs.take(job.pk, at=AT)
    jobs.finish(job, at=AT, state=State.PREVIEW, result={"kinds": {}})
    job.refresh_from_db()
    same = Job.objects.get(pk=job.pk)
    assert jobs.queue_again(job, by=clerk, at=LATER, params={"check": False}) is True
    assert jobs.queue_again(same, by=clerk, at=LATER, params={"check": False}) is False
    assert (state(job), job.params) == (State.QUEUED, {"check": False})


def test_what_waits_is_cancelled_at_once_and_what_runs_is_asked_to_stop(job, clerk):
    jobs.take(job.pk, at=AT)
    job.refresh_from_db()
    assert jobs.is_cancel_asked(job) is False
    jobs.ask_to_cancel(job, by=clerk, at=AT)
    assert (state(job), jobs.is_cancel_asked(job)) == (State.RUNNING, True)
    waiting = jobs.queue(kind="county_import", by=clerk, at=AT, folder="g", params={})
    jobs.ask_to_cancel(waiting, by=clerk, at=AT)
    assert (state(waiting), jobs.take(waiting.pk, at=AT)) == (State.CANCELLED, None)


def test_the_wish_to_stop_reaches_work_that_began_after_the_page_was_read(job, clerk):
    as_read = Job.objects.get(pk=job.pk)
    jobs.take(job.pk, at=AT)
    jobs.ask_to_cancel(as_read, by=clerk, at=AT)
    job.refresh_from_db()
    assert (job.state, job.cancel_asked, jobs.is_cancel_asked(job)) == (State.RUNNING, True, True)


def test_what_died_is_cancelled_at_once(job, clerk):
    job = jobs.take(job.pk, at=AT)
    jobs.ask_to_cancel(job, by=clerk, at=LATER)
    assert state(job) == State.CANCELLED


def test_what_is_over_cannot_be_cancelled_or_ended_again(job, clerk):
    jobs.take(job.pk, at=AT)
    jobs.finish(job, at=AT, state=State.DONE, message="完成")
    jobs.ask_to_cancel(job, by=clerk, at=LATER)
    jobs.finish(job, at=LATER, state=State.FAILED)
    assert (state(job), job.message, job.finished_at) == (State.DONE, "完成", AT)


def test_whoever_starts_and_cancels_stands_in_the_trail(job, clerk):
    jobs.ask_to_cancel(job, by=clerk, at=AT)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "user")) == [
        ("county_import.queued", clerk.pk),
        ("county_import.cancelled", clerk.pk),
    ]


def test_the_wish_to_stop_outlives_the_worker(job, clerk):
    jobs.take(job.pk, at=AT)
    job.refresh_from_db()
    jobs.ask_to_cancel(job, by=clerk, at=AT)
    assert jobs.is_cancel_asked(jobs.take(job.pk, at=LATER)) is True


def test_work_is_seen_by_its_owner_alone(job, clerk):
    other = User.objects.create(username="other", is_superuser=True)
    assert list(Job.objects.visible_to(clerk)) == [job]
    assert list(Job.objects.visible_to(other)) == []
