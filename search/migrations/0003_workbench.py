import django.db.models.deletion
from django.db import migrations, models


# A changed pin counts at once, as a changed synonym does.
TRIGGER = """
    CREATE OR REPLACE TRIGGER pins_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
    ON search_pin FOR EACH STATEMENT EXECUTE FUNCTION kb_synonyms_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_weights'),
        ('topics', '0012_content_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='searchlog',
            name='is_exact',
            field=models.BooleanField(db_default=False, default=False, help_text='Asked for as typed, without correction.'),
        ),
        migrations.CreateModel(
            name='GoldenQuery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(max_length=200, unique=True)),
                ('whole_topic', models.BooleanField(default=False)),
                ('within', models.PositiveSmallIntegerField(default=3)),
                ('place', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('place_before', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('measured_at', models.DateTimeField(blank=True, null=True)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='topics.section')),
            ],
            options={
                'ordering': ['query'],
            },
        ),
        migrations.CreateModel(
            name='Pin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(max_length=200)),
                ('key', models.TextField()),
                ('label', models.CharField(blank=True, help_text='Shown beside the result.', max_length=60)),
                ('is_redirect', models.BooleanField(default=False)),
                ('begins', models.DateField(blank=True, null=True)),
                ('ends', models.DateField(blank=True, null=True)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='topics.section')),
            ],
            options={
                'ordering': ['query', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('key', 'section'), name='pin_is_one_for_a_query'), models.CheckConstraint(condition=models.Q(('begins', None), ('ends', None), ('begins__lte', models.F('ends')), _connector='OR'), name='pin_begins_before_it_ends')],
            },
        ),
        migrations.RunSQL(TRIGGER, migrations.RunSQL.noop),
    ]
