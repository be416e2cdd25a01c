import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('office', '0008_a_watermark_remembers_where_it_was_set_back_to'),
    ]

    operations = [
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
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=150)),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('text', models.CharField(max_length=500)),
                ('link', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('urgent', models.BooleanField(default=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
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
                ('payload', models.JSONField(verbose_name='message')),
                ('created_at', models.DateTimeField(verbose_name='written')),
                ('done_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('next_at', models.DateTimeField(verbose_name='next try')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'outgoing notice',
                'verbose_name_plural': 'notices sent out',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['next_at'], name='outbox_waiting')],
            },
        ),
    ]
