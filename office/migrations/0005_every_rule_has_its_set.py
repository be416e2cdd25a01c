from django.db import migrations, models

# The set of each text's rules, for installations that had loaded rules before there were sets.
SETS = {"D3": "station", "D5": "street", "D8": "town"}


def give_each_rule_its_set(apps, schema_editor):
    rules, sets = apps.get_model("office", "Rule"), apps.get_model("office", "RuleSet")
    for rule in rules.objects.filter(rule_set=None).select_related("clause__regulation"):
        key = SETS.get(rule.clause.regulation.key, "county")
        rule.rule_set, _created = sets.objects.get_or_create(key=key, defaults={"name": key})
        rule.save(update_fields=["rule_set"])


class Migration(migrations.Migration):
    dependencies = [("office", "0004_rules_belong_to_sets")]

    operations = [
        migrations.RunPython(give_each_rule_its_set, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="rule",
            name="rule_set",
            field=models.ForeignKey(
                on_delete=models.PROTECT, related_name="rules", to="office.ruleset", verbose_name="rule set"
            ),
        ),
    ]
