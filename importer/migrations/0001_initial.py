import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from topics.migrations.landed.adoption import CreateOrAdopt


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('topics', '0001_squashed_0009_rooms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateOrAdopt(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=100)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('dry_run', models.BooleanField(default=False)),
                ('folder', models.CharField(blank=True, help_text="Where an upload's files lie until they are imported.", max_length=500)),
                ('under', models.CharField(blank=True, max_length=500)),
                ('prune', models.BooleanField(default=False)),
                ('files_done', models.PositiveIntegerField(default=0)),
                ('files_total', models.PositiveIntegerField(default=0)),
                ('status', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='running', max_length=20)),
                ('counts', models.JSONField(blank=True, default=dict)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('lines', models.JSONField(blank=True, default=list, help_text='Each change, in words.')),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'topics_importrun',
                'ordering': ['-started_at'],
            },
        ),
    ]
