from django.db import migrations, models

from search.migrations.functions import LANDED_0002, text_of


def write_synonyms(apps, schema_editor):
    """What people say of beginnings and symptoms, where curators have no row for it."""
    synonym = apps.get_model("search", "Synonym")
    known = {word for words in synonym.objects.values_list("words", flat=True) for word in words}
    lines = text_of("0002_synonyms.txt").splitlines()
    for line in (line for line in lines if not line.startswith("#")):
        words, _, expansions = line.partition(" > ")
        names = [name for name in map(str.strip, words.split(",")) if name not in known]
        if expansions and names:
            others = [name.strip() for name in expansions.split(",")]
            synonym.objects.create(words=names, expansions=others)


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
        migrations.RunPython(write_synonyms, migrations.RunPython.noop),
    ]
