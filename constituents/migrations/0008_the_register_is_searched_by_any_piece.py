from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Concat

from office.text_search import Folded, GramIndex, Grams


def words():
    """A generated column is not altered: it is taken away and made anew."""
    break_ = Value("\n")
    parts = ("visitor", "phone", "address", "category", "situation", "request")
    text = [piece for part in parts for piece in (part, break_)][:-1]
    return models.GeneratedField(
        db_persist=True,
        expression=Folded(Concat(*text, output_field=models.TextField())),
        output_field=models.TextField(),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("constituents", "0007_one_lead_at_a_time"),
        ("office", "0010_grams_for_the_search_in_texts"),
    ]

    operations = [
        migrations.RemoveField(model_name="petition", name="words"),
        migrations.AddField(model_name="petition", name="words", field=words()),
        migrations.AddIndex(model_name="petition", index=GramIndex(Grams("words"), name="petition_by_words")),
        migrations.AddIndex(
            model_name="petition", index=models.Index(fields=["seq", "year"], name="petition_by_number")
        ),
    ]
