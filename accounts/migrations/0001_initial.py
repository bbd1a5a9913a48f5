"""The table of Django's database cache: rate limits and used tokens.

Unlogged: it is written at every log-in, and losing it in a crash costs nothing. The columns are
those that `createcachetable` makes. Databases of version 0.1 have it already.
"""

from django.db import migrations

CACHE_TABLE = """
    CREATE UNLOGGED TABLE IF NOT EXISTS kb_cache (
        cache_key varchar(255) NOT NULL PRIMARY KEY,
        value text NOT NULL,
        expires timestamp with time zone NOT NULL
    );
    CREATE INDEX IF NOT EXISTS kb_cache_expires ON kb_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_squashed_0002_cache_table")]

    operations = [migrations.RunSQL(CACHE_TABLE, "DROP TABLE kb_cache")]
