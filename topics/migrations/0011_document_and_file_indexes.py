from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built while readers and imports go on

    dependencies = [("topics", "0010_pictures_and_languages")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=[
                        # One that an interrupted run left behind is not valid.
                        "DROP INDEX CONCURRENTLY IF EXISTS topic_document",
                        "CREATE INDEX CONCURRENTLY topic_document ON topics_topic (document)"
                        " WHERE document <> ''",
                    ],
                    reverse_sql="DROP INDEX CONCURRENTLY IF EXISTS topic_document",
                )
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="topic",
                    index=models.Index(
                        condition=models.Q(("document", ""), _negated=True),
                        fields=["document"],
                        name="topic_document",
                    ),
                )
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=[
                        "DROP INDEX CONCURRENTLY IF EXISTS link_file",
                        "CREATE INDEX CONCURRENTLY link_file ON topics_link (file_id)"
                        " WHERE file_id IS NOT NULL",
                    ],
                    reverse_sql="DROP INDEX CONCURRENTLY IF EXISTS link_file",
                )
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="link",
                    index=models.Index(
                        condition=models.Q(("file__isnull", False)),
                        fields=["file"],
                        name="link_file",
                    ),
                )
            ],
        ),
    ]
