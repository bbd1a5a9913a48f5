from django.db import migrations

from search.migrations.functions import LANDED_0008, text_of, write_synonyms_of


def write_synonyms(apps, schema_editor):
    """What programs print where they fail, where curators have no row for it."""
    write_synonyms_of(apps.get_model("search", "Synonym"), text_of("0008_synonyms.txt"))


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0007_terms_by_tree'),
    ]

    operations = [
        # Code of the version before asks for no form of its word: that may lack.
        migrations.RunSQL(
            [
                # Both are there again, with more in them, when this transaction ends.
                "-- squawk-ignore ban-drop-type\n"
                "DROP TYPE IF EXISTS kb_asked, kb_weights CASCADE",
                *[text_of(name) for name in LANDED_0008],
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(write_synonyms, migrations.RunPython.noop),
    ]
