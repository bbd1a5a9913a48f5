from django.db import migrations

from learning.note_words import fill

NOTED = {"bookmark": ("note",), "collectedsection": ("note",), "highlight": ("note", "exact", "was")}


def fill_again(apps, schema_editor):
    """Irregular verbs have another stem since version 4 of the lexemes."""
    for name, texts in NOTED.items():
        model = apps.get_model("learning", name)
        model.objects.exclude(words=None).update(words=None)
        fill(model, texts)


class Migration(migrations.Migration):

    dependencies = [("learning", "0012_highlights_of_other_programs")]

    operations = [migrations.RunPython(fill_again, migrations.RunPython.noop, elidable=True)]
