from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built while readers and imports go on

    dependencies = [("search", "0005_private_trees")]

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
                    ],
                    reverse_sql="ALTER TABLE topics_term DROP CONSTRAINT term_of_tree",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="term",
                    constraint=models.UniqueConstraint(
                        fields=("lexeme", "tree"), name="term_of_tree"
                    ),
                )
            ],
        ),
        migrations.AlterField(
            model_name="term", name="lexeme", field=models.TextField()
        ),
    ]
