from django.db import migrations

from search.migrations.functions import LANDED_0005, text_of


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0004_hints'),
    ]

    operations = [
        # Code of the version before does not say whether sections are left out: that may lack.
        migrations.RunSQL(
            [
                # Both are there again, with more in them, when this transaction ends.
                "-- squawk-ignore ban-drop-type\n"
                "DROP TYPE IF EXISTS kb_asked, kb_weights CASCADE",
                *[text_of(name) for name in LANDED_0005],
            ],
            migrations.RunSQL.noop,
        ),
    ]
