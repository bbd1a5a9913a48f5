from django.db import migrations

from search.migrations.functions import LANDED_0004, text_of, write_synonyms_of


def write_synonyms(apps, schema_editor):
    """More of what people say where something goes wrong, where curators have no row for it."""
    write_synonyms_of(apps.get_model("search", "Synonym"), text_of("0004_synonyms.txt"))


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0003_workbench'),
    ]

    operations = [
        # Code of the version before sends no words as typed and asks for no counting: both may lack.
        migrations.RunSQL(
            [
                # Both are there again, with more in them, when this transaction ends.
                "-- squawk-ignore ban-drop-function\n"
                "DROP FUNCTION IF EXISTS kb_facets(bigint[], integer)",
                "-- squawk-ignore ban-drop-type\n"
                "DROP TYPE IF EXISTS kb_asked, kb_weights CASCADE",
                *[text_of(name) for name in LANDED_0004],
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(write_synonyms, migrations.RunPython.noop),
    ]
