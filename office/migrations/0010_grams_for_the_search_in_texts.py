from django.db import migrations

# Single signs, pairs of signs, and four digits at a time where four or more stand together.
GRAMS = """
CREATE FUNCTION grams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT signs
        || ARRAY(SELECT a || b FROM unnest(signs, signs[2:]) AS pair (a, b) WHERE b IS NOT NULL)
        || ARRAY(SELECT substr(run[1], i, 4)
                 FROM regexp_matches($1, '[0-9]{4,}', 'g') AS run, generate_series(1, length(run[1]) - 3) AS i)
    FROM string_to_array($1, NULL) AS signs
$$;
"""
NO_GRAMS = "DROP FUNCTION grams(text)"


def _on_postgresql(sql):
    """SQLite needs none of it: it reads through the texts (office.text_search says why)."""

    def execute(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return execute


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0009_notices_and_what_is_to_be_sent"),
    ]

    operations = [migrations.RunPython(_on_postgresql(GRAMS), _on_postgresql(NO_GRAMS))]
