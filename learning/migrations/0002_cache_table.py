from django.db import migrations


class Migration(migrations.Migration):
    """The table of Django's database cache: rate limits and used tokens.

    Unlogged: it is written at every log-in, and losing it in a crash costs nothing.
    The columns are those that `createcachetable` makes.
    """

    dependencies = [("learning", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=[
                """
                CREATE UNLOGGED TABLE kb_cache (
                    cache_key varchar(255) NOT NULL PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                )
                """,
                "CREATE INDEX kb_cache_expires ON kb_cache (expires)",
            ],
            reverse_sql="DROP TABLE kb_cache",
        ),
    ]
