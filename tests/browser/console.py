"""manage.py beside the running product: one process for all commands, to start but once."""

import contextlib
import io
import json
import os
import subprocess
import sys
import traceback
from functools import cache
from typing import Any

from tests.start.processes import ROOT


class Console:
    """Runs commands of manage.py, one behind the other; gives what they print."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.console"],
            cwd=ROOT,
            env=settings | {"DJANGO_SETTINGS_MODULE": "kb.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *command: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(command), file=self._process.stdin, flush=True)
        printed, fault = json.loads(self._process.stdout.readline())
        assert fault is None, fault
        return printed.strip()

    def close(self) -> None:
        self._process.communicate()


def run(command: list[str]) -> tuple[str, str | None]:
    """What a command printed, and the fault that ended it."""
    from django.core.management import call_command

    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            call_command(*command)
    except (Exception, SystemExit):
        return printed.getvalue(), traceback.format_exc()
    return printed.getvalue(), None


def main() -> None:
    import django

    django.setup()
    from documents.parser_pool import ParserPool
    from importer import root

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what processes of a command print is no answer
    with contextlib.ExitStack() as stack:
        # As for all tests: it takes longer to start than to use.
        pool: Any = cache(lambda: contextlib.nullcontext(stack.enter_context(ParserPool(1))))
        root.ParserPool = pool
        for line in sys.stdin:
            print(json.dumps(run(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
