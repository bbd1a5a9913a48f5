from django.db import migrations

from search.migrations.functions import text_of, write_synonyms_of


def write_synonyms(apps, schema_editor):
    """More of what people say where they begin or something fails, where curators have no row.

    What is called "JavaScript" is not every name that ends in ".js": only "js" leads to the other.
    """
    synonym = apps.get_model("search", "Synonym")
    write_synonyms_of(synonym, text_of("0011_synonyms.txt"))
    synonym.objects.filter(words=["js", "javascript"], expansions=[]).update(
        words=["js"], expansions=["javascript"]
    )


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0010_languages'),
    ]

    operations = [
        migrations.RunPython(write_synonyms, migrations.RunPython.noop),
    ]
