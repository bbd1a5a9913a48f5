from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built while readers and imports go on

    dependencies = [("topics", "0012_content_changes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=[
                        # One that an interrupted run left behind is not valid.
                        "DROP INDEX CONCURRENTLY IF EXISTS topic_level",
                        "CREATE INDEX CONCURRENTLY topic_level"
                        " ON topics_topic (parent_id, position, path) INCLUDE (id, source)"
                        " WHERE removed_at IS NULL AND status = 'published'",
                    ],
                    reverse_sql="DROP INDEX CONCURRENTLY IF EXISTS topic_level",
                )
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="topic",
                    index=models.Index(
                        condition=models.Q(("removed_at", None), ("status", "published")),
                        fields=["parent", "position", "path"],
                        include=["id", "source"],
                        name="topic_level",
                    ),
                )
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=[
                        "DROP INDEX CONCURRENTLY IF EXISTS topic_kind",
                        "CREATE INDEX CONCURRENTLY topic_kind ON topics_topic (kind)"
                        " WHERE removed_at IS NULL AND status = 'published'",
                    ],
                    reverse_sql="DROP INDEX CONCURRENTLY IF EXISTS topic_kind",
                )
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="topic",
                    index=models.Index(
                        condition=models.Q(("removed_at", None), ("status", "published")),
                        fields=["kind"],
                        name="topic_kind",
                    ),
                )
            ],
        ),
    ]
