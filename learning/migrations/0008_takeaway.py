import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0007_offline_deliveries'),
        ('topics', '0013_levels_of_the_tree'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The version before makes no card without a section, and shows none that is not its own: while
        # both versions run, a learner who brought such a card sees an error at it there.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    ['-- squawk-ignore ban-drop-not-null\n'
                     'ALTER TABLE learning_card ALTER COLUMN section_id DROP NOT NULL'],
                    ['ALTER TABLE learning_card ALTER COLUMN section_id SET NOT NULL'],
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='card',
                    name='section',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='topics.section'),
                )
            ],
        ),
        migrations.AddField(
            model_name='card',
            name='came_from',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='has_two_buttons',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='collection',
            name='is_path',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(max_length=20)),
                ('row', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'part', 'digest'), name='kept_once')],
            },
        ),
        migrations.CreateModel(
            name='WaitingImport',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='waiting_import', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(max_length=200)),
                ('rows', models.JSONField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
