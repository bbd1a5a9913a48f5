from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0008_takeaway'),
    ]

    operations = [
        migrations.AddField(
            model_name='card',
            name='brought_from',
            field=models.JSONField(blank=True, null=True),
        ),
        # Those that came before and have no place here named their deck, and no address as a site does.
        migrations.RunSQL(
            "UPDATE learning_card SET brought_from = jsonb_build_object("
            "'program', '', 'deck', coalesce(came_from ->> 'topic', ''), 'file', '')"
            " WHERE origin = 'own' AND section_id IS NULL AND came_from ->> 'address' = ''",
            migrations.RunSQL.noop,
        ),
    ]
