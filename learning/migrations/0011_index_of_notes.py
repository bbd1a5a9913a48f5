from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from learning.note_words import fill

NOTED = {"bookmark": ("note",), "collectedsection": ("note",), "highlight": ("note", "exact", "was")}
NAMES = {"bookmark": "bookmark", "collectedsection": "collected", "highlight": "highlight"}


def fill_all(apps, schema_editor):
    for model, texts in NOTED.items():
        fill(apps.get_model("learning", model), texts)


def indexes(model):
    name = NAMES[model]
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                sql=[
                    # One that an interrupted run left behind is not valid.
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}_words",
                    f"CREATE INDEX CONCURRENTLY {name}_words ON learning_{model} USING gin (words)",
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}_unindexed",
                    f"CREATE INDEX CONCURRENTLY {name}_unindexed ON learning_{model} (user_id)"
                    " WHERE words IS NULL",
                ],
                reverse_sql=[
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}_words",
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}_unindexed",
                ],
            )
        ],
        state_operations=[
            migrations.AddIndex(model, GinIndex(fields=["words"], name=f"{name}_words")),
            migrations.AddIndex(
                model,
                models.Index(
                    fields=["user"], name=f"{name}_unindexed", condition=models.Q(words=None)
                ),
            ),
        ],
    )


class Migration(migrations.Migration):
    atomic = False  # the indexes are built while readers go on

    dependencies = [("learning", "0010_words_of_notes")]

    operations = [
        *map(indexes, NOTED),
        migrations.RunPython(fill_all, migrations.RunPython.noop, elidable=True),
    ]
