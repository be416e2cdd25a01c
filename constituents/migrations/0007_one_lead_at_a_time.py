from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ("constituents", "0006_referrals_have_their_place_and_part"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['holder', 'status', 'due_on'], name='referral_by_holder'),
        ),
        migrations.AlterField(
            model_name="referral",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="office.jurisdiction",
                verbose_name="place",
            ),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('petition__isnull', True), ('suggestion__isnull', True), _connector='XOR'), name='referral_of_one_matter'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('recalled_on__isnull', True), ('replied_on__isnull', True), ('returned_on__isnull', True)), fields=('petition', 'unit'), name='one_open_referral_to_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('recalled_on__isnull', True), ('replied_on__isnull', True), ('returned_on__isnull', True)), fields=('suggestion', 'unit'), name='one_open_suggestion_at_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('part', 'lead'), ('recalled_on__isnull', True), ('replied_on__isnull', True), ('returned_on__isnull', True)), fields=('petition',), name='one_lead_of_a_petition'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('part', 'lead'), ('recalled_on__isnull', True), ('replied_on__isnull', True), ('returned_on__isnull', True)), fields=('suggestion',), name='one_lead_of_a_suggestion'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('replied_on__isnull', True), models.Q(('recalled_on__isnull', True), ('returned_on__isnull', True)), _connector='OR'), name='replied_returned_or_recalled'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('returned_on__isnull', True), models.Q(('return_reason', ''), _negated=True), _connector='XOR'), name='returned_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('round__in', (1, 2))), name='handled_once_or_twice'),
        ),
    ]
