from django.db import migrations

from office import audit_guard


def put_up(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        audit_guard.put_up(cursor, schema_editor.connection.vendor)


def take_down(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        audit_guard.take_down(cursor, schema_editor.connection.vendor)


class Migration(migrations.Migration):
    dependencies = [("office", "0015_audit_lines_are_signed_and_sealed")]

    operations = [migrations.RunPython(put_up, take_down)]
