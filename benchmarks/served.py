"""The settings under which the program's own pages are served and measured: those of a real installation.

Only addresses of static files are as they are written, because nothing has collected the files here.
"""

from config.settings import *  # noqa: F403

MIDDLEWARE = ["benchmarks.helpdesk.counting.statements", *MIDDLEWARE]  # noqa: F405
# What a connection has used is read until the end.
DATABASES["default"]["CONN_MAX_AGE"] = 3600  # noqa: F405
ALLOWED_HOSTS = ["127.0.0.1"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
