import django.db.models.deletion
from django.db import migrations, models

# A topic belongs to the tree of the topic above it, or else to its own if it is private; those below
# follow. Whatever a statement writes into the column, this stands there.
TREES = """
    CREATE FUNCTION kb_own_tree() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.tree := coalesce(
            nullif((SELECT above.tree FROM topics_topic above WHERE above.id = NEW.parent_id), 0),
            CASE WHEN NEW.is_private THEN NEW.id ELSE 0 END
        );
        RETURN NEW;
    END
    $$;
    CREATE FUNCTION kb_trees_below() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.tree = OLD.tree THEN
                RETURN NULL;
            END IF;
        ELSIF NEW.tree = 0 THEN
            RETURN NULL;
        END IF;
        UPDATE topics_topic SET tree = NEW.tree WHERE parent_id = NEW.id;
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER topics_own_tree BEFORE INSERT OR UPDATE OF parent_id, is_private, tree
        ON topics_topic FOR EACH ROW EXECUTE FUNCTION kb_own_tree();
    CREATE TRIGGER topics_trees_below AFTER INSERT OR UPDATE OF parent_id, is_private, tree
        ON topics_topic FOR EACH ROW EXECUTE FUNCTION kb_trees_below();
"""
NO_TREES = "DROP FUNCTION kb_own_tree() CASCADE; DROP FUNCTION kb_trees_below() CASCADE;"
RIGHTS = ["read", "propose", "edit", "review", "publish", "manage"]
NAMES = ["Read it", "Propose edits", "Edit it", "Review edits", "Write topics", "Manage rights"]


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("topics", "0013_levels_of_the_tree"),
    ]

    operations = [
        migrations.AddField(
            model_name="topic",
            name="is_private",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="topic",
            name="tree",
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunSQL(TREES, NO_TREES),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("right", models.CharField(choices=list(zip(RIGHTS, NAMES)), max_length=10)),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="auth.group")),
                ("topic", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="topics.topic")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("group", "topic"), name="grant_is_unique"),
                    models.CheckConstraint(condition=models.Q(("right__in", RIGHTS)), name="grant_right_is_known"),
                ],
            },
        ),
    ]
