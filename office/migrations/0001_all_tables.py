import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import office.models.regulations
from django.conf import settings
from django.db import migrations, models

from office import audit_guard
from office.tables_at_once import CreateTables


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


def put_up(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        audit_guard.put_up(cursor, schema_editor.connection.vendor)


def take_down(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        audit_guard.take_down(cursor, schema_editor.connection.vendor)


class Migration(migrations.Migration):
    # An installation that came by these steps has all of it already.
    replaces = [
        ('office', '0001_initial'),
        ('office', '0002_people_have_a_full_name'),
        ('office', '0003_progress_stands_beside_the_job'),
        ('office', '0004_rules_belong_to_sets'),
        ('office', '0005_every_rule_has_its_set'),
        ('office', '0006_a_rule_s_period_may_be_longer'),
        ('office', '0007_what_the_calendar_s_days_are_called'),
        ('office', '0008_a_watermark_remembers_where_it_was_set_back_to'),
        ('office', '0009_notices_and_what_is_to_be_sent'),
        ('office', '0010_grams_for_the_search_in_texts'),
        ('office', '0011_administrators_stand_alone'),
        ('office', '0012_a_person_keeps_filters'),
        ('office', '0013_personal_data_kept_and_erased'),
        ('office', '0014_sessions_passwords_and_recovery_codes'),
        ('office', '0015_audit_lines_are_signed_and_sealed'),
        ('office', '0016_audit_is_only_added_to'),
    ]
    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.RunPython(_on_postgresql(GRAMS), _on_postgresql(NO_GRAMS)),
        CreateTables([
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('key', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'key', 'at'], name='attempts_of_a_key'), models.Index(fields=['at'], name='attempts_by_age')],
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('after_id', models.BigIntegerField()),
                ('last_id', models.BigIntegerField()),
                ('seen_id', models.BigIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('before', models.CharField(blank=True, max_length=64, unique=True)),
                ('digest', models.CharField(max_length=64)),
                ('bad', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('working', models.BooleanField(verbose_name='working day')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('edited', models.BooleanField(default=False, editable=False, verbose_name='edited by the office')),
            ],
            options={
                'verbose_name': 'holiday or working weekend',
                'verbose_name_plural': 'holidays and working weekends',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('owner', models.BigIntegerField()),
                ('n', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'year', 'owner'), name='one_counter_a_register')],
            },
        ),
        migrations.CreateModel(
            name='Jurisdiction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, verbose_name='name')),
                ('level', models.CharField(choices=[('prefecture', 'prefecture'), ('county', 'county'), ('town', 'township')], max_length=12, verbose_name='level')),
                ('code', models.CharField(max_length=12, unique=True, verbose_name='division code')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='office.jurisdiction', verbose_name='parent')),
                ('path', models.CharField(editable=False, max_length=100, unique=True)),
            ],
            options={
                'verbose_name': 'jurisdiction',
                'verbose_name_plural': 'jurisdictions',
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('parent', 'name'), name='one_name_among_siblings'), models.UniqueConstraint(condition=models.Q(('parent__isnull', True)), fields=('name',), name='one_name_at_the_top')],
            },
        ),
        migrations.CreateModel(
            name='Regulation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=8, unique=True, verbose_name='key')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('kind', models.CharField(choices=[('rule_text', 'rule text'), ('descriptive', 'descriptive text')], default='rule_text', max_length=12, verbose_name='kind')),
                ('level', models.CharField(max_length=20, verbose_name='level')),
                ('scope', models.CharField(blank=True, max_length=200, verbose_name='scope')),
                ('status', models.CharField(choices=[('in_force', 'in force'), ('superseded', 'superseded'), ('descriptive', 'descriptive')], max_length=12, verbose_name='status')),
                ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='office.regulation', verbose_name='superseded by')),
                ('effective_from', models.DateField(blank=True, null=True, verbose_name='effective from')),
                ('effective_to', models.DateField(blank=True, null=True, verbose_name='effective to')),
                ('text', models.TextField(verbose_name='text')),
            ],
            options={
                'verbose_name': 'regulation',
                'verbose_name_plural': 'regulations',
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='RetentionPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=20, unique=True, verbose_name='kind of data')),
                ('months', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='kept for months')),
                ('note', models.CharField(max_length=200, verbose_name='basis')),
            ],
            options={
                'verbose_name': 'retention period',
                'verbose_name_plural': 'retention periods',
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=12, unique=True, verbose_name='key')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
            ],
            options={
                'verbose_name': 'rule set',
                'verbose_name_plural': 'rule sets',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(blank=True, max_length=50, verbose_name='full name')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('mail_only_urgent', models.BooleanField(db_default=False, default=False, verbose_name='e-mail only for what is urgent')),
                ('must_change_password', models.BooleanField(default=False, editable=False, verbose_name='has a first password')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Watermark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=40, unique=True)),
                ('done_through', models.DateField()),
                ('again_from', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('action', models.CharField(max_length=40, verbose_name='action')),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('detail', models.JSONField(default=dict, verbose_name='detail')),
                ('mac', models.CharField(blank=True, db_default='', editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'audit event',
                'verbose_name_plural': 'audit trail',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'id'], name='audit_by_subject')],
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('regulation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='office.regulation', verbose_name='regulation')),
                ('key', models.CharField(max_length=20, unique=True, verbose_name='citation key')),
                ('place', models.CharField(blank=True, max_length=60, verbose_name='place in the text')),
                ('quote', models.TextField(verbose_name='quote')),
                ('duty', models.CharField(blank=True, max_length=200, verbose_name='duty')),
                ('text_only', models.CharField(blank=True, max_length=200, verbose_name='why it stays text')),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'verbose_name': 'clause',
                'verbose_name_plural': 'clauses',
                'ordering': ['regulation__key', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('at', models.DateTimeField(verbose_name='time')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('why', models.CharField(choices=[('due', 'retention period over'), ('request', 'the person asked for it')], max_length=10, verbose_name='why')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('files', models.PositiveSmallIntegerField(default=0, verbose_name='files deleted')),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures of personal data',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id'), name='a_record_is_erased_once')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'record to be kept',
                'verbose_name_plural': 'records to be kept',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id'), name='a_record_is_held_once')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30, verbose_name='kind')),
                ('state', models.CharField(choices=[('preview', 'waiting for confirmation'), ('queued', 'queued'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=10, verbose_name='state')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='started by')),
                ('created_at', models.DateTimeField(verbose_name='started')),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('cancel_asked', models.BooleanField(default=False)),
                ('folder', models.CharField(blank=True, max_length=200)),
                ('params', models.JSONField(default=dict)),
                ('result', models.JSONField(default=dict)),
                ('message', models.TextField(blank=True, verbose_name='message')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(max_length=150)),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('text', models.CharField(max_length=500)),
                ('link', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('urgent', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'indexes': [models.Index(fields=['user', '-id'], name='notices_of_a_user'), models.Index(condition=models.Q(('read_at', None)), fields=['user', '-id'], name='unread_notices')],
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='one_notice_a_key')],
            },
        ),
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('webhook', 'group message')], max_length=20, verbose_name='channel')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ('payload', models.JSONField(verbose_name='message')),
                ('created_at', models.DateTimeField(verbose_name='written')),
                ('done_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('next_at', models.DateTimeField(verbose_name='next try')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
            ],
            options={
                'verbose_name': 'outgoing notice',
                'verbose_name_plural': 'notices sent out',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['next_at'], name='outbox_waiting')],
            },
        ),
        migrations.CreateModel(
            name='PastPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_passwords', to=settings.AUTH_USER_MODEL)),
                ('hash', models.CharField(max_length=128)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
                ('hash', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'hash'), name='one_recovery_code_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='RuleSetUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='office.ruleset', verbose_name='rule set')),
                ('level', models.CharField(blank=True, choices=[('county', 'county'), ('town', 'township'), ('street', 'street')], max_length=8, verbose_name='level')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='office.jurisdiction', verbose_name='area')),
                ('effective_from', models.DateField(verbose_name='effective from')),
                ('effective_to', models.DateField(blank=True, null=True, verbose_name='effective to')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
            ],
            options={
                'verbose_name': 'use of a rule set',
                'verbose_name_plural': 'uses of rule sets',
                'ordering': ['rule_set', 'effective_from', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('effective_to__isnull', True), ('effective_to__gte', models.F('effective_from')), _connector='OR'), name='use_ends_after_it_begins', violation_error_message='The last day lies before the first.')],
            },
            bases=(office.models.regulations.Dated, models.Model),
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_filters', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('path', models.CharField(max_length=200, verbose_name='list')),
                ('query', models.CharField(blank=True, max_length=1000, verbose_name='filter')),
            ],
            options={
                'verbose_name': 'saved filter',
                'verbose_name_plural': 'saved filters',
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('user', 'path', 'name'), name='one_saved_filter_of_a_name', violation_error_message='You have a filter of this name here already.')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
                ('began_at', models.DateTimeField(verbose_name='signed in')),
                ('seen_at', models.DateTimeField(verbose_name='last seen')),
                ('idle_minutes', models.PositiveSmallIntegerField()),
                ('ip', models.CharField(blank=True, max_length=45, verbose_name='address')),
                ('agent', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('result', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='one_result_a_form')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='office.jurisdiction', verbose_name='jurisdiction')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'handling unit',
                'verbose_name_plural': 'handling units',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('jurisdiction', 'name'), name='one_unit_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('role', models.CharField(choices=[('county_office', 'county congress office'), ('town_office', 'township congress office'), ('station_officer', 'liaison officer'), ('station_head', 'station head'), ('deputy', 'deputy'), ('group_leader', 'group leader'), ('handling_unit', 'handling unit'), ('leader', 'leader (read-only)'), ('system_admin', 'system administrator'), ('security_admin', 'security administrator'), ('audit_admin', 'audit administrator')], max_length=20, verbose_name='role')),
                ('jurisdiction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='office.jurisdiction', verbose_name='jurisdiction')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='office.unit', verbose_name='handling unit')),
            ],
            options={
                'verbose_name': 'role assignment',
                'verbose_name_plural': 'role assignments',
                'constraints': [models.UniqueConstraint(fields=('user', 'role', 'jurisdiction'), name='one_assignment_a_place'), models.UniqueConstraint(fields=('user', 'role', 'unit'), name='one_assignment_a_unit'), models.UniqueConstraint(condition=models.Q(('jurisdiction__isnull', True), ('unit__isnull', True)), fields=('user', 'role'), name='one_assignment_a_role'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['county_office', 'town_office', 'leader']), _negated=True), ('jurisdiction__isnull', False), _connector='OR'), name='place_roles_have_a_place', violation_error_message='This role needs a jurisdiction.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'handling_unit'), _negated=True), ('unit__isnull', False), _connector='OR'), name='unit_role_has_a_unit', violation_error_message='This role needs a handling unit.'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['system_admin', 'security_admin', 'audit_admin']), _negated=True), models.Q(('jurisdiction__isnull', True), ('unit__isnull', True)), _connector='OR'), name='administrators_have_no_place', violation_error_message='An administrator has neither a jurisdiction nor a unit.'), models.UniqueConstraint(condition=models.Q(('role__in', ['system_admin', 'security_admin', 'audit_admin'])), fields=('user',), name='one_administrator_s_role_a_person', violation_error_message="Nobody holds two of the administrators' roles.")],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='office.clause', verbose_name='clause')),
                ('rule_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='office.ruleset', verbose_name='rule set')),
                ('kind', models.CharField(choices=[('measure', 'measure'), ('clock', 'deadline'), ('workflow', 'workflow step'), ('form', 'form or record'), ('access', 'access')], default='measure', max_length=8, verbose_name='kind')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('measure', models.CharField(blank=True, max_length=40, verbose_name='measure')),
                ('period', models.CharField(blank=True, max_length=16, verbose_name='period')),
                ('amounts', models.JSONField(default=dict, verbose_name='amounts')),
                ('severity', models.CharField(blank=True, choices=[('amber', 'amber'), ('red', 'red')], max_length=8, verbose_name='severity')),
                ('recipient', models.CharField(blank=True, max_length=60, verbose_name='recipient')),
                ('effective_from', models.DateField(verbose_name='effective from')),
                ('effective_to', models.DateField(blank=True, null=True, verbose_name='effective to')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('edited', models.BooleanField(default=False, verbose_name='edited by the office')),
            ],
            options={
                'verbose_name': 'rule',
                'verbose_name_plural': 'rules',
                'ordering': ['clause__regulation__key', 'clause__position', 'effective_from'],
                'constraints': [models.UniqueConstraint(fields=('clause', 'measure', 'rule_set', 'effective_from'), name='one_version_a_day'), models.CheckConstraint(condition=models.Q(('effective_to__isnull', True), ('effective_to__gte', models.F('effective_from')), _connector='OR'), name='rule_ends_after_it_begins')],
            },
            bases=(office.models.regulations.Dated, models.Model),
        ),
        ]),
        migrations.RunPython(put_up, take_down),
    ]
