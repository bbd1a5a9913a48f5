from django.contrib.postgres.search import SearchVectorField
from django.db import migrations

# Whatever writes a text without its lexemes, such as the version before, leaves none that are of
# another text.
TRIGGERS = """
    CREATE FUNCTION kb_forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.words IS NOT DISTINCT FROM OLD.words THEN
            NEW.words := NULL;
        END IF;
        RETURN NEW;
    END
    $$;
    CREATE TRIGGER bookmark_words BEFORE UPDATE OF note ON learning_bookmark FOR EACH ROW
        WHEN (OLD.note IS DISTINCT FROM NEW.note) EXECUTE FUNCTION kb_forget_words();
    CREATE TRIGGER collected_words BEFORE UPDATE OF note ON learning_collectedsection FOR EACH ROW
        WHEN (OLD.note IS DISTINCT FROM NEW.note) EXECUTE FUNCTION kb_forget_words();
    CREATE TRIGGER highlight_words BEFORE UPDATE OF note, exact, was ON learning_highlight
        FOR EACH ROW
        WHEN ((OLD.note, OLD.exact, OLD.was) IS DISTINCT FROM (NEW.note, NEW.exact, NEW.was))
        EXECUTE FUNCTION kb_forget_words();
"""


def words(model):
    return migrations.AddField(
        model_name=model, name="words", field=SearchVectorField(editable=False, null=True)
    )


class Migration(migrations.Migration):

    dependencies = [("learning", "0009_cards_of_other_programs")]

    operations = [
        words("bookmark"),
        words("collectedsection"),
        words("highlight"),
        migrations.RunSQL(TRIGGERS, "DROP FUNCTION kb_forget_words() CASCADE"),
    ]
