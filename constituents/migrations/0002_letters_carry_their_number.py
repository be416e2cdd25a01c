from django.db import migrations, models


def letter_number():
    return models.CharField(blank=True, db_default="", editable=False, max_length=60, verbose_name="letter number")


class Migration(migrations.Migration):
    dependencies = [("constituents", "0001_all_tables")]
    operations = [
        migrations.AddField(model, "letter_number", letter_number()) for model in ("petition", "referral", "urging")
    ]
