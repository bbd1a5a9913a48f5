from django.db import migrations

from search.migrations.functions import text_of, write_synonyms_of


def write_synonyms(apps, schema_editor):
    """What tools print leads to its name, where curators have no row."""
    write_synonyms_of(apps.get_model("search", "Synonym"), text_of("0012_synonyms.txt"))


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0011_more_synonyms'),
    ]

    operations = [
        migrations.RunPython(write_synonyms, migrations.RunPython.noop),
    ]
