"""Models that moved from the app `topics` into apps of their own: their tables may be there already."""

from typing import Any

from django.db import migrations


class CreateOrAdopt(migrations.CreateModel):
    """`CreateModel` that leaves a table alone which migrations of `topics` made earlier."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            if table not in connection.introspection.table_names(cursor):
                super().database_forwards(app_label, schema_editor, from_state, to_state)


def is_unused(schema_editor: Any, table: str) -> bool:
    """Whether the table has never held a row: its sequence of keys was never asked for one."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT is_called FROM {table}_id_seq")
        return bool(cursor.fetchone()[0])
