"""A database of its own for a measurement, and what its server takes."""

import os
from pathlib import Path
from typing import Any

NAME = "kb_bench"


def in_own_database(function: Any, *values: Any) -> None:
    """Call the function with these values in a database that is made for it and dropped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        function(*values)
    finally:
        connection.creation.destroy_test_db(None, verbosity=0)
        connection.close()


def server_seconds() -> float:
    """Seconds of processor time of the server process that answers this connection (on Linux)."""
    from django.db import connection

    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
