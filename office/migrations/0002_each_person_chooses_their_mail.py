"""Whoever wanted only urgent mail goes on getting that alone; a mail a day is a third choice."""

from django.db import migrations, models


def to_choice(apps, schema_editor):
    apps.get_model("office", "User").objects.filter(mail_only_urgent=True).update(mail="urgent")


def to_yes_or_no(apps, schema_editor):
    apps.get_model("office", "User").objects.filter(mail="urgent").update(mail_only_urgent=True)


class Migration(migrations.Migration):
    dependencies = [("office", "0001_all_tables")]
    operations = [
        migrations.AddField(
            "user",
            "mail",
            models.CharField(
                choices=[
                    ("each", "an e-mail for each notice"),
                    ("daily", "one e-mail in the morning with what came the day before"),
                    ("urgent", "an e-mail only for what is urgent"),
                ],
                db_default="each",
                default="each",
                max_length=6,
                verbose_name="e-mail",
            ),
        ),
        migrations.RunPython(to_choice, to_yes_or_no),
        migrations.RemoveField("user", "mail_only_urgent"),
    ]
