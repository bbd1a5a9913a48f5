from django.db import migrations

from search.migrations.functions import LANDED_0009, text_of


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0008_messages'),
    ]

    operations = [
        # Code of the version before finds words that begin so by a statement of its own.
        migrations.RunSQL([text_of(name) for name in LANDED_0009], migrations.RunSQL.noop),
    ]
