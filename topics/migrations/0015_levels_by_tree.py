from django.db import migrations, models

PUBLISHED = models.Q(("removed_at", None), ("status", "published"))
PRIVATE = models.Q(("tree", 0), _negated=True)


class Migration(migrations.Migration):
    atomic = False  # the indexes are built while readers and imports go on

    dependencies = [("topics", "0014_private_trees")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=[
                        # One that an interrupted run left behind is not valid.
                        "DROP INDEX CONCURRENTLY IF EXISTS topic_beside",
                        "CREATE INDEX CONCURRENTLY topic_beside"
                        " ON topics_topic (parent_id, position, path) INCLUDE (id, source, tree)"
                        " WHERE removed_at IS NULL AND status = 'published'",
                        "DROP INDEX CONCURRENTLY IF EXISTS topic_private",
                        "CREATE INDEX CONCURRENTLY topic_private ON topics_topic (tree)"
                        " WHERE tree <> 0",
                        "DROP INDEX CONCURRENTLY IF EXISTS topic_level",
                    ],
                    reverse_sql=[
                        "DROP INDEX CONCURRENTLY IF EXISTS topic_beside",
                        "DROP INDEX CONCURRENTLY IF EXISTS topic_private",
                        "CREATE INDEX CONCURRENTLY topic_level"
                        " ON topics_topic (parent_id, position, path) INCLUDE (id, source)"
                        " WHERE removed_at IS NULL AND status = 'published'",
                    ],
                )
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="topic",
                    index=models.Index(
                        condition=PUBLISHED,
                        fields=["parent", "position", "path"],
                        include=["id", "source", "tree"],
                        name="topic_beside",
                    ),
                ),
                migrations.AddIndex(
                    model_name="topic",
                    index=models.Index(
                        condition=PRIVATE, fields=["tree"], name="topic_private"
                    ),
                ),
                migrations.RemoveIndex(model_name="topic", name="topic_level"),
            ],
        ),
    ]
