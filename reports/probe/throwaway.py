"""A database of its own for as long as the wall is tried: nothing real is read or written."""

import logging
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "probe"}}

PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@contextmanager
def database():
    """Switch to an empty database (in memory, or a new one on the same PostgreSQL), and drop it afterwards."""
    real = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = None if connection.vendor == "sqlite" else f"wall_{real}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(real, verbosity=0)


@contextmanager
def quiet_house():
    """Files in a folder of their own, no cache or mail of the real system, and everything written is taken back."""
    with (
        TemporaryDirectory() as folder,
        override_settings(
            MEDIA_ROOT=folder,
            CACHES=MEMORY,
            EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
            CELERY_TASK_ALWAYS_EAGER=True,
            SECURE_SSL_REDIRECT=False,
            DEBUG=False,
            STORAGES=PLAIN_FILES,
        ),
        transaction.atomic(),
    ):
        logging.disable(logging.CRITICAL)
        try:
            call_command("load_regulations", verbosity=0)
            call_command("load_tables", verbosity=0)
            yield
        finally:
            logging.disable(logging.NOTSET)
            transaction.set_rollback(True)
