import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import search.models
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from search.migrations.functions import LANDED_0001, text_of
from topics.migrations.landed.adoption import CreateOrAdopt, is_unused

TRIGGER = """
    CREATE OR REPLACE TRIGGER synonyms_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
        ON topics_synonym FOR EACH STATEMENT EXECUTE FUNCTION kb_synonyms_changed()
"""


def write_synonyms(apps, schema_editor):
    """The groups that a new knowledge base begins with; `a = b` are equals, `a > b, c` one way."""
    if not is_unused(schema_editor, "topics_synonym"):
        return
    synonym = apps.get_model("search", "Synonym")
    for line in text_of("0001_synonyms.txt").splitlines():
        if line.strip() and not line.startswith("#"):
            words, _, expansions = line.partition(" > ")
            synonym.objects.create(
                words=[word.strip() for word in words.split(" = ")],
                expansions=[word.strip() for word in expansions.split(",") if word.strip()],
            )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('topics', '0001_squashed_0009_rooms'),
    ]

    operations = [
        TrigramExtension(),
        CreateOrAdopt(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), help_text='Separated by commas.', size=None)),
                ('expansions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Empty for a group of equals.', size=None)),
                ('note', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'db_table': 'topics_synonym',
                'ordering': ['words'],
            },
        ),
        CreateOrAdopt(
            name='Term',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('lexeme', models.TextField(unique=True)),
                ('holders', models.IntegerField(default=1)),
                ('df', models.IntegerField(default=1)),
            ],
            options={
                'db_table': 'topics_term',
            },
        ),
        CreateOrAdopt(
            name='IndexedSection',
            fields=[
                ('section_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('topic_id', models.BigIntegerField()),
                ('title_key', models.TextField()),
                ('title_words', models.SmallIntegerField(help_text="Words of the title's head, stop words apart.")),
                ('has_text', models.BooleanField(help_text="Text of its own or, below a heading, its children's.")),
                ('length', models.IntegerField(help_text='Positions of all fields; 0 for no text.')),
                ('written_at', models.DateTimeField(help_text='When its postings were written.')),
                ('title', models.TextField()),
                ('above', models.TextField(help_text='Titles of the headings above.')),
                ('text', models.TextField()),
                ('code', models.TextField()),
                ('rest', models.TextField(help_text='Words that one vector cannot hold.')),
                ('vector', models.GeneratedField(db_persist=True, expression=models.Func(models.Func(models.F('title'), template="setweight(%(expressions)s::tsvector, 'A')"), models.Func(models.F('above'), template="setweight(%(expressions)s::tsvector, 'B')"), models.Func(models.F('text'), template="setweight(%(expressions)s::tsvector, 'D')"), models.Func(models.F('code'), template="setweight(%(expressions)s::tsvector, 'C')"), arg_joiner=' || ', output_field=django.contrib.postgres.search.SearchVectorField(), template='%(expressions)s'), output_field=django.contrib.postgres.search.SearchVectorField())),
            ],
            options={
                'db_table': 'topics_indexedsection',
                'indexes': [models.Index(fields=['title_key'], name='indexed_title_key'), django.contrib.postgres.indexes.GinIndex(fields=['vector'], gin_pending_list_limit=256, name='indexed_vector')],
            },
        ),
        CreateOrAdopt(
            name='IndexState',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('version', models.CharField(max_length=20)),
                ('sections', models.IntegerField(default=0, help_text='With text, when last counted.')),
                ('mean_length', models.FloatField(default=100.0)),
                ('counted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('synonyms_at', models.DateTimeField(db_default=models.Func(function='clock_timestamp'), editable=False, help_text='When the table of synonyms last changed.')),
            ],
            options={
                'db_table': 'topics_indexstate',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='index_state_is_one_row')],
            },
        ),
        CreateOrAdopt(
            name='Posting',
            fields=[
                ('pk', models.CompositePrimaryKey('section_id', 'term_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('section_id', models.BigIntegerField()),
                ('term_id', models.IntegerField()),
                ('impact', search.models.RealField()),
                ('in_title', models.BooleanField()),
            ],
            options={
                'db_table': 'topics_posting',
                'indexes': [models.Index(models.F('term_id'), models.OrderBy(models.F('impact'), descending=True), models.F('section_id'), include=('in_title',), name='posting_by_impact')],
            },
        ),
        CreateOrAdopt(
            name='Word',
            fields=[
                ('word', models.TextField(primary_key=True, serialize=False)),
                ('lexeme', models.TextField()),
                ('uses', models.IntegerField(default=1)),
            ],
            options={
                'db_table': 'topics_word',
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('word', name='gin_trgm_ops'), fastupdate=False, name='word_by_trigrams'), models.Index(django.db.models.functions.text.Left('word', 2), models.OrderBy(models.F('uses'), descending=True), name='word_by_use')],
            },
        ),
        CreateOrAdopt(
            name='SearchLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(help_text='Lower case, blanks single.', max_length=200)),
                ('results', models.IntegerField(help_text='At most 1,000.')),
                ('took_ms', models.FloatField()),
                ('corrected', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('opened', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='topics.section')),
            ],
            options={
                'db_table': 'topics_searchlog',
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['created_at'], name='search_log_time'), models.Index(fields=['query', 'created_at'], name='search_log_query')],
            },
        ),
        # Ranking reads many rows for a few short columns: the long ones are kept apart from them.
        migrations.RunSQL(
            "ALTER TABLE topics_indexedsection SET (toast_tuple_target = 256)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL([text_of(name) for name in LANDED_0001], migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGER, migrations.RunSQL.noop),
        migrations.RunPython(write_synonyms, migrations.RunPython.noop),
    ]
