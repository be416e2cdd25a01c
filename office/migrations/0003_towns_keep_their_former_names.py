from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0002_each_person_chooses_their_mail")]
    operations = [
        migrations.AddField(
            "jurisdiction",
            "former_names",
            models.CharField(
                blank=True,
                db_default="",
                help_text="Older addresses call it so. Between several stands “、”; the name is added here when it is "
                "changed.",
                max_length=200,
                verbose_name="former names",
            ),
        ),
    ]
