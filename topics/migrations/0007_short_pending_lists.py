"""Bound what waits to be merged into the GIN indexes: after an import it made searches slow."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('topics', '0006_search_in_one_statement'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='section',
            name='section_search',
        ),
        migrations.RemoveIndex(
            model_name='word',
            name='word_by_trigrams',
        ),
        migrations.AddIndex(
            model_name='section',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_vector'], gin_pending_list_limit=256, name='section_search'),
        ),
        migrations.AddIndex(
            model_name='word',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('word', name='gin_trgm_ops'), fastupdate=False, name='word_by_trigrams'),
        ),
    ]
