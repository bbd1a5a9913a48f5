from django.db import migrations, models

NAMES = {"bookmark": "bookmark", "collectedsection": "collected", "highlight": "highlight"}


def index(model):
    name = f"{NAMES[model]}_noted"
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                sql=[
                    # One that an interrupted run left behind is not valid.
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY {name} ON learning_{model} (user_id, section_id)"
                    " WHERE NOT (note = '')",
                ],
                reverse_sql=f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            )
        ],
        state_operations=[
            migrations.AddIndex(
                model,
                models.Index(
                    fields=["user", "section"], name=name, condition=~models.Q(note="")
                ),
            )
        ],
    )


class Migration(migrations.Migration):
    atomic = False  # the indexes are built while readers go on

    dependencies = [("learning", "0013_words_of_notes_again")]

    operations = [*map(index, NAMES)]
