"""The library: topics, sections and what was found in them.

New databases begin here. Those that earlier versions made come by the migrations named in
`replaces`, and have the same tables afterwards.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("topics", "0001_initial"),
        ("topics", "0002_search_index"),
        ("topics", "0003_content_version"),
        ("topics", "0004_curators"),
        ("topics", "0005_room_for_updates"),
        ("topics", "0006_search_in_one_statement"),
        ("topics", "0007_short_pending_lists"),
        ("topics", "0008_rest_of_large_sections"),
        ("topics", "0009_rooms"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=100)),
                ('path', models.CharField(max_length=500)),
                ('content_type', models.CharField(max_length=60)),
                ('digest', models.CharField(max_length=64)),
                ('data', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'path'), name='asset_is_unique')],
            },
        ),
        migrations.CreateModel(
            name='ContentVersion',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='content_version_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('anchor', models.CharField(blank=True, max_length=300)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('title', models.CharField(max_length=500)),
                ('title_html', models.TextField(blank=True)),
                ('heading', models.TextField(blank=True, help_text="The heading's source, without its number.")),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('is_item', models.BooleanField(default=False)),
                ('breadcrumbs', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Titles from the topic down to the parent.', size=None)),
                ('markdown', models.TextField(blank=True)),
                ('written_html', models.TextField(blank=True, help_text='Sanitised, with links as written.')),
                ('html', models.TextField(blank=True, help_text='Sanitised, with links resolved.')),
                ('text', models.TextField(blank=True)),
                ('code', models.TextField(blank=True)),
                ('words', models.PositiveIntegerField(default=0)),
                ('file_markdown', models.TextField(blank=True, help_text="The file's text while an admin's edit stands instead of it; else empty.", null=True)),
                ('file_title', models.CharField(blank=True, max_length=500, null=True)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('conflict_markdown', models.TextField(blank=True, help_text="The file's newer text, where both sides changed.", null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('see_also', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, help_text='Keys of the sections most alike, best first; of sections that open a page.', size=None)),
                ('edited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('match', models.ForeignKey(blank=True, help_text='Of a bare item: the best section elsewhere that has text on it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='topics.section')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='topics.section')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='page_sections', to='topics.section')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='topics.section')),
            ],
            options={
                'ordering': ['topic', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='topics.section')),
            ],
            options={
                'ordering': ['section', 'position'],
            },
        ),
        migrations.CreateModel(
            name='PathStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('names', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('hrefs', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='topics.section')),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='topics.section')),
            ],
            options={
                'ordering': ['section', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Definition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('term', models.CharField(max_length=300)),
                ('text', models.TextField()),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='definitions', to='topics.section')),
            ],
            options={
                'ordering': ['section', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=100)),
                ('origin', models.CharField(max_length=500)),
                ('tree_path', models.CharField(help_text="The file's place in the mounted tree, which links resolve in.", max_length=700)),
                ('slug', models.CharField(max_length=200)),
                ('path', models.CharField(max_length=500)),
                ('position', models.PositiveIntegerField(default=0)),
                ('title', models.CharField(max_length=300)),
                ('summary', models.TextField(blank=True)),
                ('kind', models.CharField(choices=[('article', 'Article'), ('guide', 'Guide'), ('roadmap', 'Roadmap'), ('path', 'Learning path'), ('outline', 'Outline'), ('interview', 'Interview'), ('glossary', 'Glossary')], default='article', max_length=20)),
                ('chosen', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, help_text='The fields that an admin has set: imports leave them alone.', size=None)),
                ('level', models.CharField(blank=True, choices=[('beginner', 'Beginner'), ('intermediate', 'Intermediate'), ('advanced', 'Advanced'), ('expert', 'Expert')], max_length=20)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('prerequisites', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=500), blank=True, default=list, size=None)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='published', max_length=20)),
                ('updated', models.DateField(blank=True, help_text='As the document itself says.', null=True)),
                ('words', models.PositiveIntegerField(default=0)),
                ('front_matter', models.JSONField(blank=True, default=dict)),
                ('title_anchor', models.CharField(blank=True, max_length=300)),
                ('file_hash', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='topics.topic')),
            ],
            options={
                'ordering': ['position', 'path'],
            },
        ),
        migrations.AddField(
            model_name='section',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sections', to='topics.topic'),
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anchor', models.CharField(max_length=300)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='topics.section')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='topics.topic')),
            ],
        ),
        migrations.CreateModel(
            name='TopicAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=500, unique=True)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier_addresses', to='topics.topic')),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('href', models.TextField()),
                ('text', models.TextField(blank=True)),
                ('kind', models.CharField(choices=[('internal', 'Internal'), ('external', 'External'), ('planned', 'Planned'), ('broken', 'Broken'), ('image', 'Image'), ('mail', 'Mail')], max_length=20)),
                ('wanted', models.CharField(blank=True, help_text='Place in the tree of the file that is linked to.', max_length=700)),
                ('wanted_anchor', models.CharField(blank=True, max_length=300)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='topics.section')),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='linked_from', to='topics.section')),
            ],
            options={
                'ordering': ['section', 'position'],
                'indexes': [models.Index(condition=models.Q(('wanted', ''), _negated=True), fields=['wanted'], name='link_wanted')],
            },
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(fields=['tree_path'], name='topic_tree_path'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('path',), name='topic_path_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('source', 'origin'), name='topic_origin_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='topic_has_a_slug'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='topic_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published'])), name='topic_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='topic_not_own_parent'),
        ),
        migrations.AddIndex(
            model_name='section',
            index=models.Index(fields=['topic', 'position'], name='section_place'),
        ),
        migrations.AddIndex(
            model_name='section',
            index=models.Index(fields=['page', 'position'], name='section_page'),
        ),
        migrations.AddIndex(
            model_name='section',
            index=models.Index(condition=models.Q(('number', ''), _negated=True), fields=['number'], name='section_number'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('topic', 'anchor'), name='section_anchor_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('anchor', ''), ('parent', None)), models.Q(('anchor', ''), ('removed_at', None), _negated=True), _connector='OR'), name='section_root_has_no_parent'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), ('removed_at__isnull', False), _connector='OR'), name='section_merged_is_removed'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='section_not_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(fields=('topic', 'anchor'), name='address_is_unique'),
        ),
        # An import writes a section first and its resolved links and neighbours later in the run.
        # Where the new version fits beside the old one, PostgreSQL need not touch the indexes.
        migrations.RunSQL(
            "ALTER TABLE topics_section SET (fillfactor = 60)",
            "ALTER TABLE topics_section RESET (fillfactor)",
        ),
    ]
