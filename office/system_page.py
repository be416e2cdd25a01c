"""How the system itself is: what it did last night, what waits, what it runs on. No record of the office is read."""

import platform
import shutil

import django
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.db.models import Count, Q
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import clock
from office.models import Job, Outbox, Session, Watermark

GIGABYTE = 2**30

NIGHTLY = {"sweep": gettext_lazy("sweep of the duties"), "retention": gettext_lazy("clearing of what is kept too long")}
"""The jobs that the schedule does, in words."""


@admin.site.admin_view
def system(request):
    """For the system administrator, and for a county office that has none."""
    disk = shutil.disk_usage(settings.BASE_DIR)
    context = {
        "title": _("State of the system"),
        "nights": [(NIGHTLY.get(one.job, one.job), one.done_through) for one in Watermark.objects.order_by("job")],
        "jobs": _jobs(),
        "outbox": _outbox(),
        "signed_in": Session.objects.filter(user__isnull=False, expire_date__gt=clock.now()).count(),
        "runs_on": [("Python", platform.python_version()), ("Django", django.get_version()), _database()],
        "free": round(disk.free / GIGABYTE, 1),
        "size": round(disk.total / GIGABYTE, 1),
    }
    return render(request, "admin/system.html", {**admin.site.each_context(request), **context})


def _jobs() -> list[tuple]:
    """How many imports there are in each state; whose they are and what they read is nobody's business here."""
    counted = Job.objects.order_by("state").values_list("state").annotate(n=Count("pk"))
    return [(Job.State(state).label, n) for state, n in counted]


def _outbox() -> list[tuple]:
    failed = Q(tries__gte=Outbox.TRIES)
    n = Outbox.objects.filter(done_at=None).aggregate(
        waiting=Count("pk", filter=~failed), failed=Count("pk", filter=failed)
    )
    return [(Outbox.State.WAITING.label, n["waiting"]), (Outbox.State.FAILED.label, n["failed"])]


def _database() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        return connection.display_name, cursor.fetchone()[0]
