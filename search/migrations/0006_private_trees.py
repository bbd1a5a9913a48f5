from django.db import migrations, models

from search.migrations.functions import LANDED_0006, text_of


class Migration(migrations.Migration):

    dependencies = [
        ("search", "0005_own_sections"),
        ("topics", "0014_private_trees"),
    ]

    operations = [
        *[
            migrations.AddField(
                model_name=name,
                name="tree",
                field=models.BigIntegerField(db_default=0, default=0),
            )
            for name in ("term", "indexedsection", "standing")
        ],
        # Code of the version before names no trees: it finds what is for everybody.
        migrations.RunSQL(
            [
                # It is there again, with more in it, when this transaction ends.
                "-- squawk-ignore ban-drop-type\n"
                "DROP TYPE IF EXISTS kb_asked, kb_weights CASCADE",
                *[text_of(name) for name in LANDED_0006],
            ],
            migrations.RunSQL.noop,
        ),
    ]
