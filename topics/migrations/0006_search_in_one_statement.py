"""One statement a search: rows come with their titles, and synonyms from each process's memory.

The table of synonyms notes when it changes, so that no process answers from an old copy.
"""

from django.db import migrations, models

from topics.search import sql

TRIGGER = """
    CREATE FUNCTION kb_synonyms_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE topics_indexstate SET synonyms_at = clock_timestamp();
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER synonyms_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE
        ON topics_synonym FOR EACH STATEMENT EXECUTE FUNCTION kb_synonyms_changed();
"""
NO_TRIGGER = "DROP TRIGGER synonyms_changed ON topics_synonym; DROP FUNCTION kb_synonyms_changed()"


class Migration(migrations.Migration):
    dependencies = [("topics", "0005_room_for_updates")]

    operations = [
        migrations.RemoveIndex(model_name="synonym", name="synonym_keys"),
        migrations.RemoveField(model_name="synonym", name="keys"),
        migrations.AddField(
            model_name="indexstate",
            name="synonyms_at",
            field=models.DateTimeField(
                db_default=models.Func(function="clock_timestamp"),
                editable=False,
                help_text="When the table of synonyms last changed.",
            ),
        ),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
        migrations.RemoveIndex(model_name="posting", name="posting_by_impact"),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                models.F("term_id"),
                models.OrderBy(models.F("impact"), descending=True),
                models.F("section_id"),
                include=("in_title",),
                name="posting_by_impact",
            ),
        ),
        migrations.RunSQL(
            [sql.drop("kb_rank"), sql.create("kb_rank")], migrations.RunSQL.noop
        ),
    ]
