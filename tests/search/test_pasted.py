"""What was pasted: which quotes demand, which minus is an option, which parts tell something."""

import pytest

from search.pasted import is_message, options_of, telling
from search.syntax import parse


@pytest.mark.parametrize(
    "text",
    [
        'column "foo" does not exist',
        'relation "users" does not exist',
        'role "webapp" does not exist',
        'duplicate key value violates unique constraint "orders_pkey"',
        'null value in column "sku" violates not-null constraint',
        "Cannot find module 'express'",
        'copy "a.txt" to "b.txt"',
        'find lines in "access.log" that hold "500"',
        'FATAL: password authentication failed for user "app"',
        'npm ERR! missing script: "start"',
        '{"error": "invalid_grant", "code": 400}',
        'invalid input syntax for type uuid: "abc"',
    ],
)
def test_quotes_in_a_message_are_no_demand(text: str) -> None:
    assert is_message(text)
    assert parse(text).must == []


@pytest.mark.parametrize(
    "text",
    [
        '"event loop"', '"connection refused" postgres', 'redis "cluster mode"', '"lost update"',
        'nginx "bad gateway"', 'what is "head of line blocking"', '"SELECT FOR UPDATE" postgres',
        '"kuberntes"', 'cache "stampede"', '"time to live" redis',
    ],
)  # fmt: skip
def test_quotes_that_a_person_typed_demand(text: str) -> None:
    assert not is_message(text)
    assert len(parse(text).must) == 1


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("openssl s_client -connect", ["-connect"]),
        ("tar -xzf a.tgz", ["-xzf"]),
        ("java -Xmx512m -jar app.jar", ["-Xmx512m", "-jar"]),
        ("-Xmx512m", ["-Xmx512m"]),
        ("npm install --save-dev", ["--save-dev"]),
        ("kubectl apply -f", ["-f"]),
        ("git commit -m", ["-m"]),
        ("kill -9", ["-9"]),
        ("netstat -tulpn", ["-tulpn"]),
        ("sudo docker run -it --rm", ["-it", "--rm"]),
        ("find . -name x", ["-name"]),
        ("$ ls -la", ["-la"]),
        ("sort -1", ["-1"]),
        ("cache -redis", []),
        ("docker networking -swarm", []),
        ("node -express", []),
        ("queue - broker", []),
    ],
)
def test_a_minus_in_a_command_begins_an_option(text: str, options: list[str]) -> None:
    assert sorted(options_of(text.split())) == sorted(options)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("user 550e8400-e29b-41d4-a716-446655440000 not found", "user not found"),
        ("connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED :5432"),
        ("2026-01-02T10:00:00.123Z ERROR pool timeout 23505", "ERROR pool timeout 23505"),
        ("container 3f4e5a6b7c8d9e0f exited", "container exited"),
        ("segfault at 0x7ffee4 in node", "segfault at in node"),
        ("TypeError at f (/home/me/app/x.js:12:34) at g (node:internal/x:9:5)", "TypeError"),
        ('Traceback (most recent call last): File "/app/m.py", line 1, in f ValueError: no',
         "ValueError: no"),
        ("NullPointerException at com.a.B.c(B.java:12) ... 3 more", "NullPointerException"),
        ("SyntaxError in /home/me/project/src/index.js", "SyntaxError in index.js"),
        ("https://example.org/docs/guide/42?x=1#top", "example guide"),
        ("https://www.example.com/en-US/docs/Web/Headers.html", "example Web Headers"),
        ("https://docs.example.io/latest/index.html", "example"),
        ("http://localhost:3000/health", "3000 health"),
        ("mail from a.b@example.org bounced", "mail from bounced"),
        ("panic: main.go:12 +0x1d", "panic:"),
        ('FATAL: database "shop" does not exist at character 15', 'database "shop" does not exist'),
        ("FATAL ERROR: heap limit", "FATAL ERROR: heap limit"),
        ("2026-01-02 10:00:00 UTC [99]: LOG: process 47 still waiting after 12.5 ms",
         "still waiting after"),
        ("[warn] 12#12: a body is buffered", "12#12: a body is buffered"),
        ("exec /usr/local/bin/entrypoint.sh: exec format error",
         "exec entrypoint.sh: exec format error"),
        ("TLS 1.3", "TLS 1.3"), ("127.0.0.1", "127.0.0.1"), ("10.0.0.0/8", "10.0.0.0/8"),
        ("/etc/nginx/nginx.conf", "/etc/nginx/nginx.conf"), ("http 429", "http 429"),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
    ],
)  # fmt: skip
def test_what_is_true_of_one_machine_only_is_left_out(text: str, left: str) -> None:
    assert " ".join(telling(text).split()) == left


@pytest.mark.parametrize(
    ("text", "excluded", "words"),
    [
        ("cache NOT redis", 1, ["cache"]),
        ("cache !redis", 1, ["cache"]),
        ("cache -redis", 1, ["cache"]),
        ('cache -"redis cluster"', 1, ["cache"]),
        ("email IS NOT NULL", 0, ["email", "IS", "NOT NULL"]),
        ("INSERT WHERE NOT EXISTS", 0, ["INSERT", "WHERE", "NOT EXISTS"]),
        ("css !important", 0, ["css", "important"]),
        ("a != b", 0, []),
        ("tar -xzf", 0, ["tar", "xzf"]),
        ("-connect", 0, ["connect"]),
        ("--save-dev", 0, ["save-dev"]),
    ],
)
def test_not_and_signs_leave_out_where_they_are_operators(
    text: str, excluded: int, words: list[str]
) -> None:
    query = parse(text)
    assert query.excluded == excluded
    assert [word.surface for word in query.words if word.surface not in "ab"] == words


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("(redis OR kafka) queue", "brackets do not group words"),
        ("*ware", "* works at the end of a word only"),
        ("micro*ce", "* works at the end of a word only"),
        ("site:example.org redis", "this is no filter here and was read as a word: site"),
        ("app.use(express.json())", ""),
        ("data*", ""),
        ("SELECT count(*) FROM t", ""),
    ],
)
def test_operators_that_do_not_work_are_named(text: str, note: str) -> None:
    assert parse(text).notes == ([note] if note else [])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.2.3.1", "1.2.3.1"), ("1.3", "1.3"), ("section 1.3", "1.3"), ("chapter 2.1.4", "2.1.4"),
        ("1.3 section", "1.3"), ("1.1.2.3.1 streams", "1.1.2.3.1"), ("1.1.1.1 ethernet", "1.1.1.1"),
        ("TLS 1.3", ""), ("OAuth 2.1", ""), ("HTTP/1.1", ""), ("TLS 1.2 vs TLS 1.3", ""),
        ("version 1.2", ""), ("jest 6.1", ""), ("node 22.11.0", ""), ("connect 10.0.0.1", ""),
        ("ping 192.168.0.1", ""),
    ],
)  # fmt: skip
def test_a_dotted_number_is_an_outlines_only_where_nothing_else_is_meant(
    text: str, number: str
) -> None:
    assert parse(text).number == number
