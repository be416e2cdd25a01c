"""``python prepare.py TICKETS NIGHT FILE…``: tables and tickets in the empty database of PEER_DATABASE_URL."""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command


def main(tickets, night, *files):
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    django.setup()
    from django.apps import apps
    from django.contrib.auth.models import User
    from django.core.management.color import no_style
    from django.db import connection
    from helpdesk.models import UserSettings

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        for file in files:
            cursor.execute(Path(file).read_text("utf-8"), {"told": int(tickets), "night": night})
        for advance in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(advance)
        for user in User.objects.all():
            UserSettings.objects.get_or_create(user=user)
        cursor.execute("VACUUM (FREEZE, ANALYZE)")


if __name__ == "__main__":
    main(*sys.argv[1:])
