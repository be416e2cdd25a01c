import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.tables_at_once import CreateTables


class Migration(migrations.Migration):
    # An installation that came by these steps has all of it already.
    replaces = [
        ('deputies', '0001_initial'),
        ('deputies', '0002_initial'),
        ('deputies', '0003_term_number_may_be_unknown'),
        ('deputies', '0004_people_have_a_full_name'),
        ('deputies', '0005_absences_and_sessions'),
        ('deputies', '0006_terms_follow_one_another'),
    ]
    initial = True

    dependencies = [
        ('office', '0001_all_tables'),
    ]

    operations = [CreateTables([
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='office.jurisdiction', verbose_name='jurisdiction')),
                ('ordinal', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='ordinal')),
                ('records_since', models.DateField(blank=True, null=True, verbose_name='records since')),
                ('began_on', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('successor', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessor', to='deputies.term', verbose_name='next term')),
            ],
            options={
                'verbose_name': 'term',
                'verbose_name_plural': 'terms',
                'ordering': [models.OrderBy(models.F('ordinal'), descending=True, nulls_last=True)],
                'constraints': [models.UniqueConstraint(fields=('jurisdiction', 'ordinal'), name='one_term_of_a_number'), models.CheckConstraint(condition=models.Q(('began_on__isnull', True), ('ended_on__isnull', True), ('ended_on__gte', models.F('began_on')), _connector='OR'), name='term_ends_after_it_begins', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=models.Q(('successor__isnull', True), ('ended_on__isnull', False), _connector='OR'), name='a_term_that_was_followed_has_ended')],
            },
        ),
        migrations.CreateModel(
            name='CongressSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='deputies.term', verbose_name='term')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('opens_on', models.DateField(verbose_name='opens on')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='closes on')),
            ],
            options={
                'verbose_name': 'congress session',
                'verbose_name_plural': 'congress sessions',
                'ordering': ['-opens_on'],
                'constraints': [models.UniqueConstraint(fields=('term', 'opens_on'), name='one_session_a_day'), models.CheckConstraint(condition=models.Q(('closes_on__isnull', True), ('closes_on__gte', models.F('opens_on')), _connector='OR'), name='session_closes_after_it_opens', violation_error_message='The last day lies before the first.')],
            },
        ),
        migrations.CreateModel(
            name='DeputyGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='deputies.term', verbose_name='term')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='office.jurisdiction', verbose_name='jurisdiction')),
            ],
            options={
                'verbose_name': 'deputy group',
                'verbose_name_plural': 'deputy groups',
                'ordering': ['term', 'name'],
                'constraints': [models.UniqueConstraint(fields=('term', 'name'), name='one_group_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='ElectoralDistrict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='districts', to='deputies.term', verbose_name='term')),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='number')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='office.jurisdiction', verbose_name='township')),
            ],
            options={
                'verbose_name': 'electoral district',
                'verbose_name_plural': 'electoral districts',
                'ordering': ['term', 'number', 'name'],
                'constraints': [models.UniqueConstraint(fields=('term', 'name'), name='one_district_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='TermChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='deputies.term', verbose_name='term')),
                ('state', models.CharField(choices=[('draft', 'in preparation'), ('done', 'carried out'), ('undone', 'taken back'), ('dropped', 'given up')], default='draft', max_length=7, verbose_name='state')),
                ('plan', models.JSONField(default=dict)),
                ('written', models.JSONField(default=dict)),
                ('begun_at', models.DateTimeField(verbose_name='begun at')),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='carried out at')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='carried out by')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
            ],
            options={
                'verbose_name': 'change of term',
                'verbose_name_plural': 'changes of term',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'done'))), fields=('term',), name='a_term_changes_once'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='what_was_carried_out_says_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='Deputy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to='deputies.term', verbose_name='term')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to='deputies.electoraldistrict', verbose_name='electoral district')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to='deputies.deputygroup', verbose_name='deputy group')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='sign-in')),
                ('succeeds', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='continued_as', to='deputies.deputy', verbose_name='mandate before')),
                ('name', models.CharField(max_length=50, verbose_name='full name')),
                ('sex', models.CharField(blank=True, max_length=4, verbose_name='sex')),
                ('nation', models.CharField(blank=True, max_length=20, verbose_name='ethnic group')),
                ('born', models.DateField(blank=True, null=True, verbose_name='month of birth')),
                ('party', models.CharField(blank=True, max_length=30, verbose_name='political affiliation')),
                ('education', models.CharField(blank=True, max_length=30, verbose_name='education')),
                ('job', models.CharField(blank=True, max_length=120, verbose_name='work unit and post')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='phone')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='remark')),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='in office since')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='left office on')),
                ('end_reason', models.CharField(blank=True, max_length=100, verbose_name='why the mandate ended')),
            ],
            options={
                'verbose_name': 'deputy',
                'verbose_name_plural': 'deputies',
                'ordering': ['district__number', 'id'],
                'indexes': [models.Index(fields=['name'], name='deputy_by_name')],
                'constraints': [models.UniqueConstraint(fields=('district', 'name'), name='one_deputy_of_a_name_in_a_district'), models.UniqueConstraint(condition=models.Q(('end_reason', '')), fields=('user',), name='one_mandate_of_a_person_at_a_time', violation_error_message='This sign-in belongs to another deputy in office.'), models.CheckConstraint(condition=models.Q(('joined_on__isnull', True), ('left_on__isnull', True), ('left_on__gte', models.F('joined_on')), _connector='OR'), name='deputy_leaves_after_joining', violation_error_message='The day of leaving lies before the day of joining.'), models.CheckConstraint(condition=models.Q(('left_on__isnull', True), models.Q(('end_reason', ''), _negated=True), _connector='OR'), name='an_end_has_a_reason', violation_error_message='Say why the mandate ended.')],
            },
        ),
        migrations.CreateModel(
            name='DistrictSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passed_to', to='deputies.electoraldistrict', verbose_name='old district')),
                ('new', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='made_of', to='deputies.electoraldistrict', verbose_name='new district')),
            ],
            options={
                'verbose_name': 'succession of districts',
                'verbose_name_plural': 'successions of districts',
                'ordering': ['old', 'new'],
                'constraints': [models.UniqueConstraint(fields=('old', 'new'), name='a_district_passes_to_another_once'), models.CheckConstraint(condition=models.Q(('old', models.F('new')), _negated=True), name='no_district_follows_itself')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='deputies.deputy', verbose_name='deputy')),
                ('kind', models.CharField(choices=[('suspended', 'suspended'), ('leave', 'approved leave')], default='leave', max_length=10, verbose_name='kind')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(max_length=100, verbose_name='reason')),
                ('approved_by', models.CharField(max_length=60, verbose_name='approved by')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ['-since'],
                'indexes': [models.Index(fields=['deputy', 'since'], name='absence_by_deputy')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='absence_ends_after_it_begins', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('approved_by', ''), _negated=True)), name='an_absence_has_reason_and_approver')],
            },
        ),
        migrations.AddField(
            model_name='deputygroup',
            name='leader',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='deputies.deputy', verbose_name='group leader'),
        ),
    ])]
