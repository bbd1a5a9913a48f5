"""Databases made before `search_rest` came into 0001 have no such column yet."""

from django.db import migrations

ADD = """
    ALTER TABLE topics_section ADD COLUMN IF NOT EXISTS search_rest text NOT NULL DEFAULT '';
    ALTER TABLE topics_section ALTER COLUMN search_rest DROP DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("topics", "0007_short_pending_lists")]

    operations = [migrations.RunSQL(ADD, migrations.RunSQL.noop)]
