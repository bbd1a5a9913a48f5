#!/usr/bin/env python
"""Django's command line."""

import os
import signal
import sys

MAKE_A_DATABASE = ("migrate", "restore", "makemigrations")  # all others act on one that is there


def main() -> None:
    """Run a command; errors that can be mended are said in one line."""
    if sys.version_info < (3, 11):  # noqa: UP036, any Python may be tried
        sys.exit("error: Python 3.11 or newer is needed, this is " + sys.version.split()[0])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    try:
        from django.core.management import execute_from_command_line

        from kb.database import embedded
        from kb.database.errors import explain
    except ImportError as error:
        sys.exit(f"error: {error}. Use .venv/bin/python, which `make run` makes.")
    embedded.may_be_made = not {*sys.argv[1:2]}.isdisjoint(MAKE_A_DATABASE)
    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader has seen enough, as `head` has. Python flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except Exception as error:
        reason = explain(error)
        if reason is None or "--traceback" in sys.argv:
            raise
        sys.exit(f"error: {reason}")


if __name__ == "__main__":
    main()
