"""The test database: a copy of one that the migrations made, which stays until they change."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version

from django.conf import settings
from django.db import connection

from topics.raw_sql import execute

# What a database is made from: the migrations, and what names permissions and content types.
SOURCES = ["*/migrations/**/*.*", "*/sql/*.sql", "*/models.py", "*/models/*.py", "*/apps.py"]
PACKAGES = ["django", "django-allauth", "psycopg"]
LOCK = 0x7E57
UNFINISHED = "test_template_unfinished"


def template_name() -> str:
    """The name of the database that these migrations make; another one where any file differs."""
    digest = sha256("".join(map(version, PACKAGES)).encode())
    paths = {path for pattern in SOURCES for path in settings.BASE_DIR.glob(pattern)}
    for path in sorted(path for path in paths if path.is_file() and path.suffix != ".pyc"):
        if ".venv" not in path.parts:
            digest.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode() + path.read_bytes())
    return f"test_template_{digest.hexdigest()[:16]}"


@contextmanager
def test_database() -> Iterator[None]:
    """A database of this process's own, as the migrations leave it, until the end."""
    creation, own = connection.creation, connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:  # one process at a time: none waits for it in vain
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        wanted = template_name()
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_template\\_%%'")
        present = [name for (name,) in cursor.fetchall()]
        if wanted not in present:
            for name in present:
                cursor.execute(f"DROP DATABASE {name}")
            make(UNFINISHED)
            cursor.execute(f"ALTER DATABASE {UNFINISHED} RENAME TO {wanted}")
        connection.settings_dict["TEST"]["TEMPLATE"] = wanted
        name = creation._create_test_db(verbosity=0, autoclobber=True)
    connect_to(name)
    try:
        yield
    finally:
        creation.destroy_test_db(own, verbosity=0)


def make(name: str) -> None:
    """Make a database by migrations, which nobody uses afterwards."""
    test, own = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    before = test["NAME"]
    test["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    # The tests empty tables; nothing does in another database.
    execute("ALTER TABLE curating_auditentry DISABLE TRIGGER audit_log_stays")
    test["NAME"] = before
    connect_to(own)


def connect_to(name: str) -> None:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
