
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('topics', '0001_squashed_0009_rooms'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='copy_of',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='asset',
            name='height',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='asset',
            name='width',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='link',
            name='names',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, db_default=[], default=list, help_text='What it may mean besides, likeliest first: see importer.link_names.', size=None),
        ),
        migrations.AddField(
            model_name='link',
            name='file',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='The picture or other file that it shows or leads to.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='linked_from', to='topics.asset'),
        ),
        migrations.AddField(
            model_name='topic',
            name='document',
            field=models.CharField(blank=True, db_default='', default='', help_text='What the file and its translations have in common; empty without any.', max_length=700),
        ),
        migrations.AddField(
            model_name='topic',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', help_text='Its tag, where it is known.', max_length=35),
        ),
        migrations.AlterField(
            model_name='link',
            name='kind',
            field=models.CharField(choices=[('internal', 'Internal'), ('external', 'External'), ('planned', 'Planned'), ('broken', 'Broken'), ('image', 'Image'), ('file', 'File'), ('mail', 'Mail')], max_length=20),
        ),
    ]
