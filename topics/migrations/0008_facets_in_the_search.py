"""Facets are counted where the sections are: a search page asks once less."""

from django.db import migrations

from topics.search import sql


class Migration(migrations.Migration):
    dependencies = [("topics", "0007_short_pending_lists")]

    operations = [
        migrations.RunSQL([sql.drop("kb_rank"), sql.create("kb_rank")], migrations.RunSQL.noop),
    ]
