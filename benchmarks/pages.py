"""Job 7, the pages that a county's office opens first: statements and milliseconds of the server, through the views."""

from statistics import median

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.contest import seconds
from benchmarks.sizes import NIGHT
from office.models import User
from reports.models import Flag
from reports.sweep import sweep

PAGES = {
    "dashboard": ("admin:index", {}),
    "flag board": ("admin:reports_flag_changelist", {}),
    "heat map": ("reports:coverage", {"year": NIGHT.year}),
    "routing desk": ("admin:constituents_petition_routing", {"tab": "overdue"}),
    "figures over time": ("reports:trends", {"year": NIGHT.year}),
    "figures of matters": ("reports:trend_matters", {"year": NIGHT.year}),
    "figures of units": ("reports:trend_units", {"year": NIGHT.year}),
}
BOUNDS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET TRANSACTION")
PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
"""Addresses of static files as they are written: nothing has collected them here."""


def run(size, rounds=None) -> dict:
    if not Flag.objects.exists():
        sweep(on=NIGHT)
    names = [name for name in ("county", "prefecture") if User.objects.filter(username=name).exists()]
    with override_settings(STORAGES=PLAIN_FILES):
        return {"clerks": {name: _walk(name, rounds or 9) for name in names}}


def _walk(username, rounds) -> dict:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=username))
    return {page: _opened(client, reverse(name), asked, rounds) for page, (name, asked) in PAGES.items()}


def _opened(client, address, asked, rounds) -> dict:
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address, asked)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    statements = sum(not query["sql"].startswith(BOUNDS) for query in seen)
    times = [seconds(lambda: client.get(address, asked)) for _ in range(rounds)]
    return {"sql": statements, "seconds": median(times), "bytes": len(answer.content)}
