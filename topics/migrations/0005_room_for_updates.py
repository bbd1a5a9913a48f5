"""Leave room in the table of sections for second versions of rows.

An import writes a section first and its resolved links and neighbours later in the run. Where the
new version fits beside the old one, PostgreSQL need not touch the ten indexes (a heap-only update).
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("topics", "0004_curators")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE topics_section SET (fillfactor = 60)",
            "ALTER TABLE topics_section RESET (fillfactor)",
        )
    ]
