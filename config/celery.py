"""The background worker and its schedule: Celery on Redis, or on a folder below ``var/`` where there is no Redis."""

import os

from celery import Celery
from celery.signals import worker_ready

from config import local_broker
from config.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ALWAYS = {
    # A task is finished when it is done, not when it is begun: a killed worker loses nothing (see docs).
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    # Seconds. Must stay below the visibility timeout, or a slow task would be started a second time.
    "task_time_limit": 300,
    "task_soft_time_limit": 270,
    # Results are rows of our own tables; nothing is ever pickled.
    "task_ignore_result": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    "timezone": "Asia/Shanghai",
    "enable_utc": True,
    "broker_connection_retry_on_startup": True,
    # The log goes where settings.LOGGING says.
    "worker_hijack_root_logger": False,
}
REDIS = {
    # A message of a dead worker is handed out again after 15 minutes; looked for every 10 seconds.
    "broker_transport_options": {
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
    },
}


def options(redis_url, broker_folder, schedule=SCHEDULE):
    """All Celery settings; without ``redis_url`` the messages are files below ``broker_folder``."""
    broker = {"broker_url": redis_url, **REDIS} if redis_url else local_broker.options(broker_folder)
    return {**ALWAYS, **broker, "beat_schedule": _beat_schedule(schedule)}


def _beat_schedule(schedule):
    """In Celery's words. A call nobody picked up before the next one is due is dropped: the next does its work."""
    return {
        task: {"task": task, "schedule": every, "options": {"expires": every.total_seconds()}}
        for task, every in schedule.items()
    }


def _options_from_settings():
    from django.conf import settings  # late: this module is loaded before the settings are

    return options(settings.REDIS_URL, settings.VAR_DIR / "broker")


app = Celery("config")
app.add_defaults(_options_from_settings)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def run_schedule_once(sender, **kwargs):
    """Catch up at the start what was due while the machine was off."""
    for entry in sender.app.conf.beat_schedule.values():
        sender.app.send_task(entry["task"], **entry["options"])
