from django.db import migrations


class Migration(migrations.Migration):
    """For databases of commits in which 0013 made no such index yet."""

    atomic = False  # the index is built while readers and imports go on

    dependencies = [("topics", "0015_levels_by_tree")]

    operations = [
        migrations.RunSQL(
            sql="CREATE INDEX CONCURRENTLY IF NOT EXISTS topic_kind ON topics_topic (kind)"
            " WHERE removed_at IS NULL AND status = 'published'",
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
