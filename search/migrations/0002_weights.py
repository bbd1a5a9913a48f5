from django.db import migrations, models

from search.migrations.functions import LANDED_0002, text_of


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('section_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('topic_id', models.BigIntegerField()),
                ('title_key', models.TextField()),
                ('head_words', models.SmallIntegerField(help_text="Words of the title's head.")),
                ('title_words', models.SmallIntegerField(help_text='Words of the title, stop words apart.')),
                ('depth', models.SmallIntegerField(help_text='Headings above it, at most 4.')),
                ('role', models.CharField(max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['title_key', 'depth', 'section_id'], name='standing_title')],
            },
        ),
        migrations.CreateModel(
            name='Weight',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('value', models.FloatField()),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        # `kb_rank(jsonb)` stays: version 0.1 and its successors may serve while a deployment migrates.
        migrations.RunSQL([text_of(name) for name in LANDED_0002], migrations.RunSQL.noop),
    ]
