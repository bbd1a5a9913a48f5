"""Static files: collected, hashed and compressed when any of them changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command


def collect() -> None:
    """Runs `collectstatic`, which takes seconds, unless the last run saw the same files.

    Raises ImproperlyConfigured where STATIC_ROOT cannot be written.
    """
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = _fingerprint()
    try:
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(wanted)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The static files cannot be collected into {settings.STATIC_ROOT} ({error.strerror}): "
            "make it writable, or run manage.py collectstatic as a user who may write there."
        ) from error


def are_collected() -> bool:
    return (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file()


def _fingerprint() -> str:
    """Changes when a file that would be collected comes, goes or changes."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            found.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return found.hexdigest()
