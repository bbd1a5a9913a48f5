from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built while readers and imports go on

    dependencies = [("search", "0006_private_trees")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=[
                        # One that an interrupted run left behind is not valid.
                        "DROP INDEX CONCURRENTLY IF EXISTS term_of_tree",
                        "CREATE UNIQUE INDEX CONCURRENTLY term_of_tree"
                        " ON topics_term (lexeme, tree)",
                        "ALTER TABLE topics_term"
                        " ADD CONSTRAINT term_of_tree UNIQUE USING INDEX term_of_tree",
                        "DROP INDEX CONCURRENTLY IF EXISTS term_private",
                        "CREATE INDEX CONCURRENTLY term_private"
                        " ON topics_term (lexeme text_pattern_ops) WHERE tree <> 0",
                    ],
                    reverse_sql=[
                        "DROP INDEX CONCURRENTLY IF EXISTS term_private",
                        "ALTER TABLE topics_term DROP CONSTRAINT term_of_tree",
                    ],
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="term",
                    constraint=models.UniqueConstraint(
                        fields=("lexeme", "tree"), name="term_of_tree"
                    ),
                ),
                migrations.AddIndex(
                    model_name="term",
                    index=models.Index(
                        OpClass("lexeme", name="text_pattern_ops"),
                        condition=models.Q(("tree", 0), _negated=True),
                        name="term_private",
                    ),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=[
                        "-- squawk-ignore ban-drop-constraint\n"
                        "ALTER TABLE topics_term DROP CONSTRAINT IF EXISTS topics_term_lexeme_key",
                        "DROP INDEX CONCURRENTLY IF EXISTS topics_term_lexeme_959fb32c_like",
                    ],
                    reverse_sql="ALTER TABLE topics_term"
                    " ADD CONSTRAINT topics_term_lexeme_key UNIQUE (lexeme)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="term", name="lexeme", field=models.TextField()
                )
            ],
        ),
    ]
