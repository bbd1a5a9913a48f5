"""The present site on one database, in a process of its own: what it keeps in memory is its own.

`Visitor` is the tests' side. The other side reads a line of JSON and answers with one; between
`begin` and `rollback` all that it does is one transaction.
"""

import io
import json
import re
import subprocess
import sys
import traceback
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from tests.upgrades.databases import ROOT, environment

PASSWORD = "a long walk by the sea"


@dataclass
class Answer:
    status: int = 0
    url: str = ""
    location: str = ""
    text: str = ""
    error: str = ""
    form: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The page's text without its markup, with single blanks."""
        return " ".join(unescape(re.sub("<[^>]*>", "", self.text)).split())

    def json(self) -> Any:
        assert self.status == 200, self
        return json.loads(self.text)


class Visitor:
    def __init__(self, database: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            env=environment(database, DJANGO_SETTINGS_MODULE="tests.settings"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def get(self, path: str, by: str = "", **data: Any) -> Answer:
        return Answer(**self._ask("visit", method="get", path=path, by=by, data=data))

    def post(self, path: str, by: str = "", **data: Any) -> Answer:
        return Answer(**self._ask("visit", method="post", path=path, by=by, data=data))

    def command(self, name: str, *arguments: str, **options: Any) -> tuple[int, str]:
        """A command's exit code, and what it printed."""
        code, printed = self._ask("command", name=name, arguments=arguments, options=options)
        return code, printed

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._ask("query", sql=sql)]

    def begin(self) -> None:
        self._ask("begin")

    def rollback(self) -> None:
        """Forget what was done since `begin`, once it is seen to break no constraint."""
        self._ask("rollback")

    def leave(self) -> None:
        self._process.communicate()

    def _ask(self, what: str, **values: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps({"what": what, **values}), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, "The visitor's process has ended: see its traceback."
        answer = json.loads(line)
        assert "failed" not in answer, answer["failed"]
        return answer["done"]


class _Site:
    """The process's side."""

    def __init__(self) -> None:
        self.clients: dict[str, Any] = {}
        self.transaction: Any = None

    def visit(self, method: str, path: str, by: str, data: dict[str, Any]) -> dict[str, Any]:
        from django.db.transaction import atomic, set_rollback
        from django.test import Client

        if by not in self.clients:
            self.clients[by] = Client(raise_request_exception=False)
            if by:
                form = {"login": by, "password": PASSWORD}
                answer = self.clients[by].post("/accounts/login/", form)
                assert answer.status_code == 302, f"{by} cannot log in"
        with atomic():
            response = getattr(self.clients[by], method)(path, data)
            set_rollback(response.status_code == 500)  # a failed statement must not fail the next
        error = getattr(response, "exc_info", None)
        form = getattr(response, "context", None) and response.context.get("adminform")
        return {
            "status": response.status_code,
            "url": path,
            "location": response.get("Location", ""),
            "text": response.content.decode(),
            "error": repr(error[1]) if error else "",
            "form": {name: form.form[name].value() for name in form.form.fields} if form else {},
        }

    def command(self, name: str, arguments: list[str], options: dict[str, Any]) -> tuple[int, str]:
        from django.core.management import CommandError, call_command

        printed = io.StringIO()
        try:
            call_command(name, *arguments, stdout=printed, **options)
        except CommandError as error:
            return error.returncode, f"{printed.getvalue()}{error}"
        except SystemExit as ended:
            return int(ended.code or 0), printed.getvalue()
        return 0, printed.getvalue()

    def query(self, sql: str) -> list[Any]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def begin(self) -> None:
        from django.db.transaction import atomic

        self.clients.clear()
        self.transaction = atomic()
        self.transaction.__enter__()

    def rollback(self) -> None:
        from django.db import connection, transaction

        try:
            if not connection.needs_rollback:
                connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)


def main() -> None:
    import django
    from django.test.utils import setup_test_environment

    answers, sys.stdout = sys.stdout, sys.stderr
    django.setup()
    setup_test_environment()
    site = _Site()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"done": getattr(site, asked.pop("what"))(**asked)}
        except Exception:
            answer = {"failed": traceback.format_exc()}
        print(json.dumps(answer, default=str), file=answers, flush=True)


if __name__ == "__main__":
    main()
