"""What a page of 25 rows costs at the least: session, user, one query, a plain table. Settings, address and view."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import path

from benchmarks.served import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare"
MIDDLEWARE = [
    "benchmarks.helpdesk.counting.statements",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

_ROWS = """
SELECT p.id, p.visitor, p.category, s.name, d.name, p.received_on::text, p.status, p.phone
FROM constituents_petition p
JOIN liaison_stations_station s ON s.id = p.station_id
JOIN deputies_deputy d ON d.id = p.deputy_id
ORDER BY p.received_on DESC, p.id DESC LIMIT 25
"""
_TABLE = Engine().from_string(
    '<!doctype html><html><head><meta charset="utf-8"><title>register</title></head><body><table>{% for row in rows %}'
    "<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table></body></html>"
)


@login_required
def rows(request):
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        return HttpResponse(_TABLE.render(Context({"rows": cursor.fetchall()})))


urlpatterns = [path("", rows)]
