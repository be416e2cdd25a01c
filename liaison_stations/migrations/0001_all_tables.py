import datetime
import django.core.validators
import django.db.models.deletion
import liaison_stations.models
from django.conf import settings
from django.db import migrations, models

from office.tables_at_once import CreateTables


class Migration(migrations.Migration):
    # An installation that came by these steps has all of it already.
    replaces = [
        ('liaison_stations', '0001_initial'),
        ('liaison_stations', '0002_initial'),
        ('liaison_stations', '0003_people_have_a_full_name'),
        ('liaison_stations', '0004_receptions'),
        ('liaison_stations', '0005_recurrences_turns_and_feeds'),
    ]
    initial = True

    dependencies = [
        ('deputies', '0001_all_tables'),
        ('office', '0001_all_tables'),
    ]

    operations = [CreateTables([
        migrations.CreateModel(
            name='FeedToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='feed', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('token', models.CharField(default=liaison_stations.models.new_token, max_length=64, unique=True, verbose_name='address')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
            ],
            options={
                'verbose_name': 'calendar feed',
                'verbose_name_plural': 'calendar feeds',
            },
        ),
        migrations.CreateModel(
            name='Station',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='office.jurisdiction', verbose_name='township')),
                ('number', models.PositiveSmallIntegerField(verbose_name='station number')),
                ('address', models.CharField(blank=True, max_length=120, verbose_name='address')),
                ('head', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='heads', to='deputies.deputy', verbose_name='station head')),
                ('head_name', models.CharField(blank=True, max_length=50, verbose_name="station head's name")),
                ('reception_hours', models.CharField(blank=True, max_length=120, verbose_name='reception hours')),
                ('opening_hours', models.CharField(blank=True, max_length=120, verbose_name='opening hours')),
                ('photo', models.FileField(blank=True, max_length=120, upload_to='stations/', verbose_name='photo')),
                ('deputies', models.ManyToManyField(blank=True, related_name='stations', to='deputies.deputy', verbose_name='deputies')),
            ],
            options={
                'verbose_name': 'liaison station',
                'verbose_name_plural': 'liaison stations',
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('jurisdiction', 'name'), name='one_station_of_a_name'), models.UniqueConstraint(fields=('number',), name='one_station_of_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Recurrence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recurrences', to='liaison_stations.station', verbose_name='liaison station')),
                ('kind', models.CharField(choices=[('monthly', 'every month'), ('odd_15th', '15th of odd months'), ('weekly', 'every week'), ('custom', "rule of one's own")], default='monthly', max_length=8, verbose_name='how often')),
                ('rule', models.CharField(max_length=120, verbose_name='recurrence rule')),
                ('starts_at', models.TimeField(default=datetime.time(9, 0), verbose_name='from')),
                ('ends_at', models.TimeField(default=datetime.time(11, 0), verbose_name='to')),
                ('deputies_each', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='deputies each time')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('shift', models.CharField(choices=[('next', 'to the next working day'), ('none', 'not moved')], default='next', max_length=5, verbose_name='on a day off')),
            ],
            options={
                'verbose_name': 'recurrence of receptions',
                'verbose_name_plural': 'recurrences of receptions',
                'ordering': ['station', 'since', 'id'],
                'constraints': [models.UniqueConstraint(fields=('station', 'rule', 'starts_at', 'since'), name='one_recurrence_of_a_kind_at_a_station'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='recurrence_ends_after_it_begins', violation_error_message='The end lies before the beginning.'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='recurrence_lasts_a_day', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=models.Q(('deputies_each__range', (1, 20))), name='recurrence_needs_a_deputy')],
            },
        ),
        migrations.CreateModel(
            name='StationPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='liaison_stations.station', verbose_name='liaison station')),
                ('kind', models.CharField(choices=[('officer', 'liaison officer'), ('tracker', 'tracker')], default='officer', max_length=8, verbose_name='kind')),
                ('name', models.CharField(max_length=50, verbose_name='full name')),
                ('job', models.CharField(blank=True, max_length=80, verbose_name='post')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='phone')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to=settings.AUTH_USER_MODEL, verbose_name='sign-in')),
            ],
            options={
                'verbose_name': 'station post',
                'verbose_name_plural': 'station posts',
                'constraints': [models.UniqueConstraint(fields=('station', 'kind', 'name'), name='one_post_of_a_name_at_a_station')],
            },
        ),
        migrations.CreateModel(
            name='Reception',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('regular', 'regular reception'), ('appointment', 'appointment')], default='regular', max_length=11, verbose_name='kind')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='liaison_stations.station', verbose_name='liaison station')),
                ('planned_on', models.DateField(verbose_name='date')),
                ('starts_at', models.TimeField(blank=True, null=True, verbose_name='from')),
                ('ends_at', models.TimeField(blank=True, null=True, verbose_name='to')),
                ('recurrence', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='liaison_stations.recurrence', verbose_name='recurrence of receptions')),
                ('rule_date', models.DateField(blank=True, editable=False, null=True, verbose_name='day by the rule')),
                ('moved_from', models.DateField(blank=True, editable=False, null=True, verbose_name='moved from')),
                ('moved_why', models.CharField(blank=True, editable=False, max_length=60, verbose_name='why it was moved')),
                ('topics', models.CharField(blank=True, max_length=200, verbose_name='topics')),
                ('with_whom', models.CharField(blank=True, max_length=100, verbose_name='with whom')),
                ('about', models.CharField(blank=True, max_length=200, verbose_name='about what')),
                ('notice_due_on', models.DateField(blank=True, editable=False, null=True, verbose_name='notice due on')),
                ('notice_rule', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='office.rule', verbose_name='rule')),
                ('notice_posted_on', models.DateField(blank=True, null=True, verbose_name='notice posted on')),
                ('record_due_on', models.DateField(blank=True, editable=False, null=True, verbose_name='record due on')),
                ('record_rule', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='office.rule', verbose_name='rule')),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='held on')),
                ('nobody_came', models.BooleanField(default=False, verbose_name='nobody came')),
                ('cancelled', models.BooleanField(default=False, verbose_name='cancelled')),
                ('cancel_reason', models.CharField(blank=True, max_length=200, verbose_name='why it was cancelled')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
            ],
            options={
                'verbose_name': 'reception',
                'verbose_name_plural': 'receptions',
                'ordering': ['-planned_on', 'station'],
                'indexes': [models.Index(fields=['station', 'held_on'], name='reception_by_station')],
                'constraints': [models.UniqueConstraint(fields=('station', 'planned_on', 'starts_at'), name='one_reception_at_a_time'), models.UniqueConstraint(fields=('recurrence', 'rule_date'), name='one_reception_of_a_rule_a_day'), models.CheckConstraint(condition=models.Q(('kind', 'regular'), models.Q(models.Q(('with_whom', ''), _negated=True), models.Q(('about', ''), _negated=True)), _connector='OR'), name='an_appointment_says_with_whom_and_about_what', violation_error_message='Say with whom the appointment is and what it is about.'), models.CheckConstraint(condition=models.Q(('starts_at__isnull', True), ('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='reception_ends_after_it_begins', violation_error_message='The end lies before the beginning.')],
            },
        ),
        migrations.CreateModel(
            name='ReceptionDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reception', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='liaison_stations.reception', verbose_name='reception')),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reception_duties', to='deputies.deputy', verbose_name='deputy')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='confirmed on')),
                ('came', models.BooleanField(default=False, verbose_name='signed in')),
                ('signed_in_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='signed in at')),
            ],
            options={
                'verbose_name': 'turn at a reception',
                'verbose_name_plural': 'turns at receptions',
                'ordering': ['reception', 'id'],
                'constraints': [models.UniqueConstraint(fields=('reception', 'deputy'), name='one_turn_a_deputy')],
            },
        ),
        migrations.CreateModel(
            name='TurnRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('swap', 'swap'), ('substitute', 'substitution'), ('leave', 'leave')], max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('asked', 'waiting for an answer'), ('agreed', 'agreed'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='asked', max_length=9, verbose_name='state')),
                ('reception', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turn_requests', to='liaison_stations.reception', verbose_name='reception')),
                ('duty', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='turn_requests', to='liaison_stations.receptionduty', verbose_name='turn at a reception')),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns_asked_about', to='deputies.deputy', verbose_name='deputy')),
                ('to_duty', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='swaps_offered', to='liaison_stations.receptionduty', verbose_name='turn in exchange')),
                ('to_deputy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='turns_offered', to='deputies.deputy', verbose_name='other deputy')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered at')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='answer')),
            ],
            options={
                'verbose_name': 'question about a turn',
                'verbose_name_plural': 'questions about turns',
                'ordering': ['-asked_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('duty',), name='one_open_question_about_a_turn'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='an_answer_has_its_time_and_its_person'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'leave'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('kind', 'leave'), _negated=True), ('to_deputy__isnull', False)), _connector='OR'), name='leave_has_a_reason_others_a_deputy')],
            },
        ),
        migrations.AddField(
            model_name='reception',
            name='deputies',
            field=models.ManyToManyField(related_name='receptions', through='liaison_stations.ReceptionDuty', to='deputies.deputy', verbose_name='deputies'),
        ),
    ])]
