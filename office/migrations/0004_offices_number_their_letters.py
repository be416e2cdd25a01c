from django.core.validators import RegexValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0003_towns_keep_their_former_names")]
    operations = [
        migrations.AddField(
            "jurisdiction",
            "letter_code",
            models.CharField(
                blank=True,
                db_default="",
                help_text="The congress office's code before the number of its letters: with 县人大联办 the first "
                "letter of 2026 is 县人大联办〔2026〕1号. Empty: letters carry the number of the register.",
                max_length=20,
                validators=[
                    RegexValidator(
                        "^[\\u4e00-\\u9fff]+$", "Chinese characters alone; year and number are added."
                    )
                ],
                verbose_name="letter code",
            ),
        ),
    ]
