from datetime import timedelta

from config.celery import app, options
from config.schedule import SCHEDULE


def test_each_scheduled_task_exists():
    app.loader.import_default_modules()
    assert set(SCHEDULE) - set(app.tasks) == set()


def test_the_worker_gets_the_whole_table_and_a_call_expires_when_the_next_is_due():
    given = options("", "/nowhere", schedule={"a.b": timedelta(minutes=1), "c.d": timedelta(hours=2)})["beat_schedule"]
    assert given == {
        "a.b": {"task": "a.b", "schedule": timedelta(minutes=1), "options": {"expires": 60.0}},
        "c.d": {"task": "c.d", "schedule": timedelta(hours=2), "options": {"expires": 7200.0}},
    }


def test_a_slow_task_is_ended_before_redis_hands_it_out_a_second_time():
    on_redis = options("redis://localhost:6379/0", "")
    assert on_redis["task_time_limit"] < on_redis["broker_transport_options"]["visibility_timeout"]


def test_what_keeps_a_killed_worker_from_losing_work_is_on_with_either_broker():
    promises = {"task_acks_late": True, "task_reject_on_worker_lost": True, "worker_prefetch_multiplier": 1}
    for given in (options("", "/nowhere"), options("redis://localhost:6379/0", "")):
        assert {name: given[name] for name in promises} == promises


def test_without_redis_the_messages_are_files_in_the_given_folder():
    given = options("", "/somewhere/broker")
    assert given["broker_url"] == "folder://localhost"
    assert given["broker_transport_options"]["folder"] == "/somewhere/broker"
