"""What every answer tells the browser, whatever the answer is; and what a server on https is held to."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from office import policy
from office.models import User

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
}
THEME = STRICT - {"script-src 'self'", "style-src 'self'"} | {
    "script-src 'self' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def told(answer):
    """The headers that every answer has, and the content policy as a set."""
    return {name: answer.get(name) for name in ALWAYS}, set(answer["Content-Security-Policy"].split("; "))


def answers(small, tmp_path, monkeypatch, settings):
    """One answer of each kind, by name."""
    (tmp_path / "office.css").write_text("body {}")
    settings.STATIC_ROOT = tmp_path
    client = Client(raise_request_exception=False)
    found = {
        "front page": client.get("/signin/"),
        "redirect": client.get("/"),
        "static file": client.get("/static/office.css"),
        "no such address": client.get("/nowhere/"),
        "no such static file": client.get("/static/nothing.css"),
        "broken text": client.get("/?%00=1"),
        "another host": client.get("/signin/", headers={"host": "elsewhere.example"}),
        "forged form": Client(enforce_csrf_checks=True).post("/signin/", {"username": "x", "password": "y"}),
    }
    found["static file"].getvalue()
    client.force_login(small.a.officer)
    found |= {"signed in": client.get("/desk/"), "not for this role": client.get("/admin/")}
    monkeypatch.setattr("office.menu.pages_of", None)
    return found | {"fault of ours": client.get("/")}


def test_every_kind_of_answer_has_every_header(small, tmp_path, monkeypatch, settings):
    found = answers(small, tmp_path, monkeypatch, settings)
    assert {name: answer.status_code for name, answer in found.items()} == {
        "front page": 200,
        "redirect": 302,
        "static file": 200,
        "no such address": 404,
        "no such static file": 404,
        "broken text": 400,
        "another host": 400,
        "forged form": 403,
        "signed in": 200,
        "not for this role": 403,
        "fault of ours": 500,
    }
    assert {name: told(answer) for name, answer in found.items()} == dict.fromkeys(found, (ALWAYS, STRICT))


def test_only_the_admin_site_s_own_pages_let_the_theme_s_script_read_the_page(client, small):
    client.force_login(small.office)
    assert told(client.get("/admin/")) == (ALWAYS, THEME)
    assert told(client.get("/admin/nothing/"))[1] == STRICT
    client.force_login(small.a.officer)
    assert told(client.get("/admin/"))[1] == STRICT


def test_what_somebody_signed_in_sees_is_kept_nowhere(client, small):
    assert client.get("/").get("Cache-Control") is None
    client.force_login(small.office)
    for page in ("/q/", "/admin/", "/matters/", "/notices/", "/nowhere/"):
        assert client.get(page)["Cache-Control"] == "no-store", page


def test_a_forged_form_is_told_in_chinese_what_to_do(small):
    answer = Client(enforce_csrf_checks=True).post("/signin/", {"username": "x", "password": "y"})
    assert "请返回上一页" in answer.content.decode()


def of_a_server_on_https(*command):
    """What the settings of a server on https say, in a process of its own."""
    ours = "DJANGO_ALLOW_ASYNC_UNSAFE"  # set for the browser tests of the same run
    environ = {
        **{name: value for name, value in os.environ.items() if name != ours},
        "HTTPS": "true",
        "DEBUG": "false",
        "TRUSTED_PROXIES": "1",
        "SECRET_KEY": "pKq8-a-key-of-fifty-signs-made-for-this-one-test-42xyz",
        "ALLOWED_HOSTS": "liaison.example.gov.cn",
    }
    return subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True
    )


def test_a_server_on_https_has_no_open_issue():
    checked = of_a_server_on_https("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (checked.returncode, checked.stdout, checked.stderr) == (
        0,
        "System check identified no issues (0 silenced).\n",
        "",
    )


PROBE = """
import django; django.setup()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
client = Client(headers={"host": "liaison.example.gov.cn"})
print(client.get("/signin/")["Location"])
answer = client.get("/signin/", headers={"x-forwarded-proto": "https"})
print(answer["Strict-Transport-Security"])
chosen = client.post("/i18n/setlang/", {"language": "en"}, headers={"x-forwarded-proto": "https"})
for name, cookie in sorted({**answer.cookies, **chosen.cookies}.items()):
    print(name, cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"] or "-")
"""


def test_on_https_everything_travels_by_https_and_no_cookie_without():
    told = of_a_server_on_https("-c", f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n{PROBE}")
    assert told.stdout.splitlines() == [
        "https://liaison.example.gov.cn/signin/",
        "max-age=31536000; includeSubDomains; preload",
        "__Host-csrftoken True True Lax / -",
        "__Host-language True True Lax / -",
    ], told.stderr


# -- what nobody gets at


@pytest.mark.parametrize(
    "path", ["/.git/config", "/.env", "/var/db.sqlite3", "/static/../config/settings.py", "/static/%2e%2e/manage.py"]
)
def test_nothing_but_pages_and_static_files_is_served(client, path):
    assert client.get(path).status_code == 404


def test_a_request_is_never_echoed(client, small):
    client.force_login(small.office)
    for page in ("/", "/signin/", "/admin/"):
        assert client.generic("TRACE", page, headers={"x-secret": "canary"}).status_code in (302, 403)


def test_nobody_is_there_before_the_office_makes_somebody_and_nothing_is_debugged():
    assert (User.objects.count(), settings.DEBUG) == (0, False)


def views(resolver, space=""):
    """Every view of the project with the name of its address."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}", pattern.callback


def test_without_the_token_of_its_browser_a_form_is_taken_only_where_nobody_signs_in(client):
    found = list(views(get_resolver()))
    exempt = [name for name, view in found if getattr(view, "csrf_exempt", False)]
    assert (len(found) > 150, exempt != []) == (True, True)
    assert [name for name in exempt if not policy.line_for(name).public] == []
