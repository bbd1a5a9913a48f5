"""`python -m kb.serve`: prepares everything and becomes gunicorn. `make run` and containers use it.

Environment: HOST, PORT, and for a first admin DJANGO_SUPERUSER_USERNAME, _EMAIL and _PASSWORD.
"""

import contextlib
import errno
import os
import signal
import socket
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from kb import static
from kb.database.errors import explain
from kb.environment import number

ADVICE: dict[int | None, str] = defaultdict(
    lambda: "choose another port or address, as in: make run PORT=8001 HOST=127.0.0.1",
    {
        errno.EADDRINUSE: "stop the program that uses it, or choose another port, as in: "
        "make run PORT=8001",
        errno.EADDRNOTAVAIL: "this machine has no such address, so use 127.0.0.1, or 0.0.0.0 for "
        "all of them",
        errno.EACCES: "only root may use ports below 1024, so choose another, as in: "
        "make run PORT=8001",
    },
)
ASK_EVERY = 0.5  # seconds
PREPARING = 0x6B62  # the key of the lock that lets one process at a time prepare the database


def main() -> None:
    """Check, prepare, become gunicorn; what is wrong is said in one line, with exit status 1."""
    host = os.environ.get("HOST", "").strip("[]") or "127.0.0.1"
    port = os.environ.get("PORT") or "8000"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    try:
        check_address(host, port)
        number("WEB_CONCURRENCY", 2, least=1)  # gunicorn itself reads it without a clear word
        django.setup()
        prepare()
    except CommandError as error:
        sys.exit(f"error: {error}")
    except Exception as error:
        reason = explain(error)
        if reason is None:
            raise
        sys.exit(f"error: {reason}")
    become_gunicorn(host, port)


def become_gunicorn(host: str, port: str) -> None:
    """Replace this process by gunicorn. Does not return."""
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        os.environ["KB_ENDS_ON_HANGUP"] = "1"
    sys.stdout.flush()
    # Not the script `gunicorn`, which names its Python by the path that .venv was made at.
    command = [sys.executable, "-m", "gunicorn", "--bind", address(host, port), "kb.wsgi"]
    os.execv(sys.executable, command)


def address(host: str, port: str) -> str:
    """Host and port as in an address: an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_address(host: str, port: str) -> None:
    """Raises CommandError where nobody could serve there."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise CommandError(f"PORT={port} is not a port: use a number from 1 to 65535.")
    try:
        family, _, _, _, where = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:  # the second for a label such as in "127..0.1"
        why = getattr(error, "strerror", None) or "it is no name of a host"
        raise CommandError(
            f"HOST={host} is not an address of this machine ({why}): use 127.0.0.1, or "
            "0.0.0.0 for all of them."
        ) from error
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
    except OSError as error:
        raise CommandError(
            f"Cannot serve on {address(host, port)} ({error.strerror}): {ADVICE[error.errno]}."
        ) from error


def check_folders() -> None:
    """Raises ImproperlyConfigured where a folder cannot be written, before anything takes time."""
    if not (settings.PRODUCTION and static.are_collected()) and static.is_due():
        static.check_writable()
    state: Path = settings.DATA_DIR
    try:
        state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=state):
            pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot write into {state} ({error.strerror}): make it writable, or name another "
            "folder in KB_DATA_DIR."
        ) from error


def prepare() -> None:
    """Migrations, a first admin, the content, static files: what is done already costs little."""
    check_folders()
    say("Preparing the database …")
    with one_at_a_time():
        call_command("migrate", verbosity=0, interactive=False)
        make_first_admin()
        renew_index()
    import_content()
    connection.close()
    if not (settings.PRODUCTION and static.are_collected()):
        static.collect()


def renew_index() -> None:
    """Rebuild the search index if an earlier version of the code made it."""
    from search.rebuild import is_outdated, may_rebuild  # its models wait for Django

    if not is_outdated():
        return
    if not may_rebuild():
        say("The search index is of an older version: its owner runs manage.py rebuild_index.")
    else:
        say("Rebuilding the search index …")
        call_command("rebuild_index", verbosity=0)


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Lets one process at a time prepare this database.

    The lock is a transaction's, on a connection of its own: behind PgBouncer a session's lock would
    stay with a pooled connection, and nobody could give it back. It is asked for again and again,
    because who waits inside the server takes one of the pooled connections away.
    """
    gate = connection.copy()
    said = False
    try:
        gate.ensure_connection()
        gate.set_autocommit(False)
        while not _is_first(gate):
            gate.rollback()
            if not said:
                say("Waiting: another process prepares the database.")
                said = True
            time.sleep(ASK_EVERY)
        yield
    finally:
        gate.close()


def _is_first(gate: BaseDatabaseWrapper) -> bool:
    with gate.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PREPARING])
        return bool(cursor.fetchone()[0])


def import_content() -> None:
    """Import the articles, now or, while somebody else imports, by a worker later.

    A file that is refused is named in the summary and keeps nobody from reading the others.
    """
    from importer.lock import import_is_under_way
    from importer.run import ImportUnderWay
    from importer.tasks import import_content

    folder = str(settings.CONTENT_DIR)
    say(f"Importing {folder} …")
    try:
        if not import_is_under_way():
            with contextlib.suppress(SystemExit):
                call_command("import_content", folder)
            return
    except CommandError as error:
        if not isinstance(error.__cause__, ImportUnderWay):
            raise
    import_content.using(unique_key=f"import:{folder}").enqueue(folder)
    say("Another import is under way: a worker will import this when that has ended.")


def make_first_admin() -> None:
    """The user that DJANGO_SUPERUSER_USERNAME names, unless there is one of that name."""
    from django.contrib.auth import get_user_model

    name = os.environ.get("DJANGO_SUPERUSER_USERNAME")
    if not name or get_user_model().objects.filter(username=name).exists():
        return
    if not os.environ.get("DJANGO_SUPERUSER_PASSWORD"):
        raise CommandError(f"The admin {name} needs a password: set DJANGO_SUPERUSER_PASSWORD.")
    # Django wants a variable for the address, be it an empty one.
    os.environ.setdefault("DJANGO_SUPERUSER_EMAIL", "")
    try:
        call_command("createsuperuser", interactive=False)
    except CommandError as error:
        raise CommandError(f"The admin of DJANGO_SUPERUSER_USERNAME: {error}") from error


if __name__ == "__main__":
    # They unwind what was begun, as Ctrl-C does; gunicorn brings handlers of its own.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
