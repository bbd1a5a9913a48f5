"""Static files: collected, hashed and compressed when any of them changed."""

import fcntl
import hashlib
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Files(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Files whose names say what is in them; those that scripts import of one another too."""

    support_js_module_import_aggregation = True


def collect() -> None:
    """Runs `collectstatic`, which takes seconds, unless the last run saw the same files.

    Of processes that start at once one does, and the others wait: they would take files from one
    another. Raises ImproperlyConfigured where STATIC_ROOT cannot be written.
    """
    if not is_due():
        return
    stamp = _stamp()
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        with stamp.with_name(".collecting").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if is_due():
                stamp.unlink(missing_ok=True)
                call_command("collectstatic", verbosity=0, interactive=False)
                stamp.write_text(_fingerprint())
    except OSError as error:
        raise _not_writable(error) from error


def is_due() -> bool:
    """Whether the last run did not see the files of today."""
    try:
        return _stamp().read_text() != _fingerprint()
    except OSError:
        return True


def check_writable() -> None:
    """Raises ImproperlyConfigured where `collect` could not write, before anything else is done."""
    root = Path(settings.STATIC_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            pass
    except OSError as error:
        raise _not_writable(error) from error


def _stamp() -> Path:
    return Path(settings.STATIC_ROOT) / ".collected"


def _not_writable(error: OSError) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"The static files cannot be collected into {settings.STATIC_ROOT} ({error.strerror}): "
        "make it writable, name another folder in KB_STATIC_ROOT, or run manage.py collectstatic "
        "as a user who may write there."
    )


def are_collected() -> bool:
    """Whether `collectstatic` has run at all."""
    return (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file()


def _fingerprint() -> str:
    """Changes when a file that would be collected comes, goes or changes."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            found.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return found.hexdigest()
