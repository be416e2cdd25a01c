from django.db import migrations

# Characters and pairs of characters; the second one, for digits, gives the pieces of one length.
GRAMS = """
CREATE FUNCTION grams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT signs || ARRAY(SELECT a || b FROM unnest(signs, signs[2:]) AS pair (a, b) WHERE b IS NOT NULL)
    FROM string_to_array($1, NULL) AS signs
$$;
CREATE FUNCTION grams(text, integer) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT substr($1, i, $2) FROM generate_series(1, length($1) - $2 + 1) AS i)
$$;
"""
NO_GRAMS = "DROP FUNCTION grams(text); DROP FUNCTION grams(text, integer);"


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
