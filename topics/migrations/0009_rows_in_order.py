"""The ranking's rows come in order by themselves, whatever plan the union gets."""

from django.db import migrations

from topics.search import sql


class Migration(migrations.Migration):
    dependencies = [("topics", "0008_facets_in_the_search")]

    operations = [migrations.RunSQL(sql.create("kb_rank"), migrations.RunSQL.noop)]
