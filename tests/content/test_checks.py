"""The checks themselves: a good article passes, and each way to break one is found on its line."""

from pathlib import Path

import pytest

from . import examples, fences, links, overlap, spelling, structure
from .articles import Article

FILLER = "The server reads one request and answers it. " * 88
GOOD = f"""---
title: Small Servers
summary: Learn how a small server works.
tags: [http, nodejs]
level: beginner
order: 1
prerequisites: [other.md]
---

# Small Servers

{FILLER}

<!-- run -->
```js
console.log('hello');
```

This prints:

```text
hello
```

## Check yourself

### Does it read?

Yes, see [the other](other.md#why-and-when).

### Does it write?

Yes, as [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110) says.

### Does it end?

No.

## Where next

- [Other](other.md) is next.
"""
OTHER = Article("group/other.md", "---\ntitle: Other\n---\n\n# Other\n\n## Why and when\n")
INDEX = Article("group/index.md", "# Group\n\n- [a](good.md)\n- [b](other.md)\n")
TOP = Article("index.md", "# All\n\n- [the group](group/index.md)\n")


def article(text: str, path: str = "group/good.md") -> Article:
    return Article(path, text)


def faults(text: str, *further: Article) -> list[str]:
    """All that the checks say of this article, among the others of its group."""
    checked = article(text)
    library = links.library([checked, *(further or (OTHER, INDEX, TOP))])
    return [
        *structure.faults(checked),
        *fences.faults(checked),
        *examples.faults(checked),
        *links.faults(checked, library),
        *spelling.faults(checked),
    ]


def fence(language: str, code: str) -> Article:
    return article(f"```{language}\n{code}\n```\n")


def test_a_good_article_has_no_faults() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("title: Small Servers\n", "", ":1: the front matter lacks title"),
        ("level: beginner\n", "", ":1: the front matter lacks level"),
        ("level: beginner", "level: easy", ":1: front matter: level 'easy' is unknown here"),
        ("order: 1", "order: first", ":1: front matter: order"),
        ("order: 1", "ordre: 1", ":6: the front matter has an unknown key 'ordre'"),
        ("[http, nodejs]", "[http, nodjs]", ":4: 'nodjs' is not in tags.txt"),
        ("server works.", "server works", ":3: the summary is no sentence"),
        ("# Small Servers", "# Servers", ":10: the heading is not the title"),
        ("## Check yourself", "# Check yourself", ":25: 2 headings of level 1"),
        (FILLER, "The server reads.", ":1: 33 words"),
        (FILLER, FILLER * 3, ":1: 2142 words"),
        ("### Does it end?\n\nNo.\n", "", ":25: asks 2 questions"),
        ("### Does it end?", "### It ends", ":35: is no question with an answer"),
        ("\nNo.\n", "", ":35: is no question with an answer"),
        ("## Check yourself", "## Questions", ":1: has no section 'Check yourself'"),
        ("## Where next", "## More", ":1: has no section 'Where next'"),
        ("```js", "```", ":15: unknown fence language ''"),
        ("```js", "```javascript", ":15: unknown fence language 'javascript'"),
        ("hello\n```\n", "hello\n", ":21: the fence is not closed"),
        ("<!-- run -->", "<!-- runs -->", ":14: <!-- runs -->: is no mark of an example"),
        ("<!-- run -->", "<!-- not run -->", ":14: <!-- not run -->: is no mark of an example"),
        ("<!-- run -->", "<!-- run: now -->", ":14: <!-- run: now -->: is no mark of an example"),
        ("<!-- run -->", "<!-- run in: nowhere -->", ":15: there is no content/examples/nowhere"),
        ("<!-- run -->\n", "", ":14: says neither that it is run nor why not"),
        (
            "console.log('hello');",
            '--8<-- "examples/nowhere/a.js"',
            ":15: examples/nowhere/a.js: there is no",
        ),
        (
            "console.log('hello');",
            '--8<-- "examples/package.json"',
            ":15: examples/package.json is not below",
        ),
        (
            "console.log('hello');",
            '--8<-- "examples/errors/domain_errors.js:none"',
            ":15: examples/errors/domain_errors.js: there is no such file or part",
        ),
        ("```js\nconsole.log('hello');\n```\n", "", ":14: <!-- run --> stands above no fence"),
        ("```text\nhello\n```\n", "", ":15: no text fence with the output follows"),
        ("This prints:", "One.\n\nTwo.", ":15: no text fence with the output follows"),
        ("```js\nconsole.log('hello');", "```yaml\na: 1", ":15: 'yaml' cannot be run"),
        ("[Other](other.md)", "[Other](othr.md)", ":41: othr.md: no such article"),
        ("[Other](other.md)", "[Other](../../a.md)", ":41: ../../a.md: no such article"),
        ("#why-and-when", "#why", ":29: other.md#why: no such heading"),
        ("(other.md#why-and-when)", "(#why)", ":29: #why: no such heading"),
        ("https://www", "http://www", ":33: http://www.rfc-editor.org/rfc/rfc9110: is no"),
        ("[other.md]", "[first.md]", ":7: no such prerequisite: group/first.md"),
        ("one request", "one reqeust", ":12: spelling: reqeust"),
        ("server works.", "sever wroks.", ":3: spelling: wroks"),
    ],
)
def test_a_broken_article_is_found_on_its_line(right: str, wrong: str, found: str) -> None:
    assert right in GOOD
    assert f"content/group/good.md{found}" in "\n".join(faults(GOOD.replace(right, wrong, 1)))


def test_an_article_that_the_importer_refuses_is_found() -> None:
    (fault,) = structure.faults(article(GOOD + "x" * 6_000_000))
    assert fault.startswith("content/group/good.md:1: the importer refuses it: ")


@pytest.mark.parametrize(
    ("language", "code", "found"),
    [
        ("js", "const a = 1;\nconst b = {;", ":3: is not js"),
        ("ts", "const a: = 1;", ":2: is not ts"),
        ("js", "const a: number = 1;", ":2: is not js"),
        ("sql", "SELECT 1;\nSELCT 2;", ':3: is not sql: syntax error at or near "SELCT"'),
        ("json", '{\n  "a": 1,\n}', ":4: is not json"),
        ("json", '{"a": NaN}', ": is not json: NaN is no value"),
        ("yaml", "a: 1\nb: [1", ": is not yaml"),
        ("yaml", "apiVersion: v1\nkind: Sevice", "Kubernetes has no v1 Sevice"),
        ("yaml", "apiVersion: apps/v2\nkind: Deployment", "Kubernetes has no apps/v2 Deployment"),
        (
            "yaml",
            "a: 1\n---\napiVersion: v1\nkind: Pod\nspec: {}",
            "v1 Pod.spec: 'containers' is a",
        ),
        ("yaml", "apiVersion: v1\nkind: Pod\nstatos: {}", "v1 Pod: Additional properties are not"),
        (
            "yaml",
            "apiVersion: v1\nkind: Service\nspec: { ports: [{ port: http }] }",
            "v1 Service.spec.ports.0.port: 'http' is not of type 'integer'",
        ),
        ("python", "a = 1\nprint(a", ":3: is not python"),
        ("bash", "if true; then\n  echo 1", ": is not bash"),
        ("dockerfile", "FROM node:24\nRAN npm ci", ":3: is not dockerfile"),
        ("http", "GET /live", ":2: is not http: 'GET /live' is neither"),
        ("http", "GET / HTTP/1.1\nHost localhost\n\nbody", ":3: is not http: 'Host localhost'"),
        ("http", "HTTP/1.1 ok\n", ":2: is not http"),
    ],
)
def test_code_that_does_not_parse_is_found_on_its_line(
    language: str, code: str, found: str
) -> None:
    (fault,) = fences.faults(fence(language, code))
    assert found in fault


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("js", "import { a } from 'node:fs';\nawait a();"),
        ("ts", "type A = { b?: string };\nexport const c = (a: A): string => a.b ?? '';"),
        ("sql", "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE;"),
        ("yaml", "a: 1\n---\nb: 2"),
        ("yaml", "apiVersion: v1\nkind: Service\nspec: { ports: [{ port: 80 }] }"),
        ("yaml", "apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec: { any: 1 }"),
        ("yaml", "- apiVersion: v2"),
        ("bash", 'set -eu\nfor f in *.md; do wc -w "$f"; done | sort -n'),
        ("dockerfile", "FROM node:24 AS build\nRUN --mount=type=cache,target=/root npm ci"),
        ("http", "GET /a?b=1 HTTP/1.1\nHost: localhost\n\n"),
        ("http", 'HTTP/2 204\nETag: "1"'),
        ("http", "HTTP/1.1 200 OK\nContent-Type: text/plain\n\nAny: body"),
        ("nginx", "location / { return 404; }"),
    ],
)
def test_code_that_parses_has_no_fault(language: str, code: str) -> None:
    assert fences.faults(fence(language, code)) == []


def test_code_that_cannot_be_run_says_why() -> None:
    code = "<!-- not run: needs a broker -->\n```js\nsend();\n```\n"
    assert examples.faults(article(f"Not run here, without a broker:\n\n{code}")) == []
    assert examples.faults(article(f"This sends:\n\n{code}")) == [
        "content/group/good.md:4: the text does not say that it was not run"
    ]
    assert examples.faults(article("<!-- not run: two lines -->\n```js\nsend();\n```\n")) == []


def test_an_example_has_what_stands_before_it_and_the_files_beside_it() -> None:
    (found,) = examples.examples(
        article(
            "<!-- file: a.txt -->\n```text\n1\n```\n\n"
            "<!-- begin -->\n```js\nlet a = 1;\n```\n\n"
            "<!-- run -->\n```js\nconsole.log(a);\n```\n\n```text\n1\n```\n"
        )
    )
    assert found.program == "let a = 1;\nconsole.log(a);\n"
    assert found.files == {"a.txt": "1\n"}


def test_a_fence_that_takes_in_a_file_or_a_part_of_it_has_its_code() -> None:
    whole, part = (
        fence("js", f'--8<-- "examples/errors/domain_errors.js{part}"').fences[0]
        for part in ("", ":answers")
    )
    assert whole.shown == part.shown == "examples/errors/domain_errors.js"
    assert part.code.startswith("const STATUS = ")
    assert part.code in whole.code
    assert "8<" not in part.code


def test_a_fence_in_a_list_is_read_without_its_indentation() -> None:
    (found,) = article("1. a\n\n   ```python\n   if a:\n       b()\n   ```\n").fences
    assert (found.language, found.code, found.line, found.end) == (
        "python", "if a:\n    b()\n", 3, 6,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["Words.\n\n    code();\n", "> ```js\n> code();\n> ```\n"])
def test_code_that_is_not_in_a_fence_is_found(text: str) -> None:
    assert fences.faults(article(f"# Title\n\n## Part\n\n{text}")) == [
        "content/group/good.md:3: has a block of code that is no fence"
    ]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    (found,) = article("````text\n```js\n```\n````\n").fences
    assert found.code == "```js\n```\n"


def test_a_title_that_is_there_twice_is_found_whatever_its_case() -> None:
    again = Article("other.md", "---\ntitle: small servers\n---\n\n# small servers\n")
    assert structure.doubled_titles([article(GOOD), again]) == [
        "content/other.md:2: has the title of content/group/good.md"
    ]


def test_an_article_without_a_group_is_found() -> None:
    assert faults(GOOD, OTHER) == [
        "content/group/good.md:1: its group has no content/group/index.md"
    ]


def test_an_article_that_its_group_does_not_link_to_is_found() -> None:
    index = Article("group/index.md", "# Group\n\n- [b](other.md)\n")
    assert faults(GOOD, OTHER, index) == [
        "content/group/good.md:1: content/group/index.md does not link to it"
    ]


def test_articles_that_need_each_other_are_found() -> None:
    other = Article("group/other.md", "---\nprerequisites: [good.md]\n---\n\n# Other\n")
    circle = links.circles(links.library([article(GOOD), other]))
    assert set(circle) == {"group/good.md", "group/other.md"}


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("[Other](other.md) explains the rest.", []),
        ("Read something.", ["content/group/way.md:1: step 2 leads to no article"]),
        ("[Other](othr.md) explains.", ["content/group/way.md:1: step 2 leads to no article"]),
        ("[Other](other.md).", ["content/group/way.md:1: step 2 gives no reason"]),
    ],
)
def test_a_step_of_a_path_leads_to_an_article_and_says_why(step: str, found: list[str]) -> None:
    text = (
        f"---\nkind: path\n---\n\n# Beginner Path\n\n1. [Other](other.md) comes first.\n2. {step}\n"
    )
    way = Article("group/way.md", text)
    index = Article("group/index.md", "# Group\n\n- [way](way.md)\n- [b](other.md)\n")
    steps = [f for f in links.faults(way, links.library([way, OTHER, index, TOP])) if "step" in f]
    assert steps == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Don't use `recieve` or ``a ` b`` here", ["Don't", "use", "or", "here"]),
        ("See [the text](recieve/teh.md), https://teh.example/", ["See", "the", "text"]),
        ("SQL's URLs, uuidv7, node.js, findOne, PL/pgSQL, a_b", []),
        (
            "**Bold**, _sloping_; one-way/other &nbsp; <br>",
            ["Bold", "sloping", "one", "way", "other"],
        ),
    ],
)
def test_only_prose_is_spelt(line: str, words: list[str]) -> None:
    assert list(spelling.words(line)) == words


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("server", True),
        ("Server", True),
        ("Middleware", True),
        ("middleware", True),
        ("PostgreSQL", True),
        ("Postgresql", False),
        ("PostgresSQL", False),
        ("recieve", False),
        ("seperate", False),
    ],
)
def test_a_word_is_in_a_dictionary_or_in_our_list(word: str, known: bool) -> None:
    assert spelling.is_known(word, {"middleware", "PostgreSQL"}) is known


def test_a_run_of_twelve_words_that_other_documents_have_is_found(tmp_path: Path) -> None:
    run = "one two three four five six seven eight nine ten eleven twelve"
    (tmp_path / "given.txt").write_text(f"Before. {run.title()}, and after.\n")
    known = overlap.known_runs(tmp_path)
    start, end = run[:13], run[14:]
    copied = f"# {run}\n\nWords of our own.\n\n- And {start},\n  *{end}*!\n\n```text\n{run}\n```\n"
    assert list(overlap.shared_runs(article(copied), known)) == [
        f"content/group/good.md:5: shared: {run}"
    ]
    assert list(overlap.shared_runs(article(run.replace("twelve", "dozen")), known)) == []
