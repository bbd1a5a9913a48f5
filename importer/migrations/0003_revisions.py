import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('importer', '0002_source'),
        ('topics', '0011_document_and_file_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('import', 'Import'), ('creation', 'Creation'), ('edit', 'Edit'), ('merge', 'Conflict settled'), ('move', 'Move'), ('split', 'Split'), ('join', 'Sections joined'), ('removal', 'Removal'), ('restore', 'Restore'), ('description', 'Description'), ('rollback', 'Rollback')], max_length=20)),
                ('at', models.DateTimeField()),
                ('why', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='change', to='importer.importrun')),
                ('undoes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='undone_by', to='importer.change')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=500)),
                ('markdown', models.TextField(blank=True, null=True)),
                ('state', models.JSONField(default=dict)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='importer.change')),
                ('section', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='topics.section')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='topics.topic')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('section', 'change'), name='revision_of_section_is_one_for_a_change'), models.UniqueConstraint(condition=models.Q(('section', None)), fields=('topic', 'change'), name='revision_of_topic_is_one_for_a_change')],
            },
        ),
    ]
