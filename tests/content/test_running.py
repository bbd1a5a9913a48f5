"""Running an example: what it prints, and what may not happen."""

import os
from pathlib import Path

import pytest
from django.db import connection

from .articles import Article
from .examples import comparable, examples
from .running import Failed, run


@pytest.mark.parametrize(
    ("language", "code", "output"),
    [
        ("js", "import fs from 'node:fs';\nconsole.log(fs.readdirSync('.'));", "[ 'example.mjs' ]"),
        ("js", "console.log(process.version.split('.')[0]);", "v26"),
        ("js", "console.log(Object.keys(process.env).sort().join());", "LANG,PATH,TZ"),
        ("ts", "const a: number = 1;\nconsole.log(a);", "1"),
        ("python", "print('é')", "é"),
        ("python", "import os; print(os.listdir())", "['example.py']"),
    ],
)
def test_a_program_runs_by_itself_in_an_empty_folder(language: str, code: str, output: str) -> None:
    assert run(language, code) == output + "\n"


@pytest.mark.parametrize(
    ("language", "code", "message"),
    [
        ("js", "throw new Error('broken');", "ended with code 1:\n.*Error: broken"),
        ("python", "raise SystemExit(3)", "ended with code 3"),
        ("js", "setInterval(() => {}, 1000);", "still runs after 0.5 seconds"),
    ],
)
def test_a_program_that_fails_or_does_not_end_is_an_error(
    language: str, code: str, message: str
) -> None:
    with pytest.raises(Failed, match=f"(?s){message}"):
        run(language, code, seconds=0.5 if "still" in message else 10)


def test_nothing_that_a_program_started_outlives_it(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    child = (
        f"file = open({str(fifo)!r}, 'w'); print('open', flush=True); import time; time.sleep(60)"
    )
    code = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}],\n"
        "    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n"
        "print(child.stdout.readline().decode(), end='')\n"
    )
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("python", code) == "open\n"
        os.set_blocking(reader, True)
        # The end of the file comes when the last process that writes to it has ended.
        assert os.read(reader, 1) == b""
    finally:
        os.close(reader)


@pytest.mark.django_db
def test_sql_answers_as_psql_prints_it() -> None:
    code = (
        "CREATE TABLE a (id int, name text, ok bool);\n"
        "INSERT INTO a VALUES (1, 'x', true), (22, NULL, false);\n"
        "SELECT * FROM a ORDER BY id;\nSELECT '{a,b}'::text[] AS \"list of\";\n"
    )
    aligned = (
        " id | name | ok\n----+------+----\n  1 | x    | t\n 22 |      | f\n\n"
        " list of\n---------\n {a,b}\n"
    )
    lines = ["id | name | ok", "1 | x | t", "22 | | f", "list of", "{a,b}"]
    assert comparable(run("sql", code), "sql") == lines
    assert comparable(aligned, "sql") == lines


@pytest.mark.django_db
def test_sql_leaves_nothing_behind() -> None:
    run("sql", "CREATE TABLE left_behind (id int); CREATE SCHEMA also_left;")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname IN ('example', 'also_left')")
        assert cursor.fetchall() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SELECT nothing;", 'column "nothing" does not exist'),
        ("SELECT 1; COMMIT;", "inside one transaction"),
        ("SELECT pg_sleep(60);", "statement timeout"),
    ],
)
def test_sql_that_fails_or_ends_its_transaction_is_an_error(code: str, message: str) -> None:
    with pytest.raises(Failed, match=message):
        run("sql", code, seconds=0.5 if "sleep" in code else 10)


@pytest.mark.django_db
def test_sql_runs_on_the_server_that_comes_with_the_project() -> None:
    assert run("sql", "SELECT current_setting('server_version_num')::int >= 180000 AS new;") == (
        "new\nt\n"
    )


def test_an_example_that_prints_something_else_is_found() -> None:
    text = "<!-- run -->\n```python\nprint(1)\nprint(2)\n```\n\n```text\n1\n3\n```\n"
    (example,) = examples(Article("a.md", text))
    output = run(example.code.language, example.code.code)
    assert example.name == "a.md:2"
    assert comparable(output, "python") == ["1", "2"]
    assert example.expected == ["1", "3"]
