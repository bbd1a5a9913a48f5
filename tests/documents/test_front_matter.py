from datetime import date

import pytest

from documents import FrontMatter, Refused, parse
from documents.front_matter import split, write

from .reading import read

FULL = """---
title: "Pools: how many"
summary: One line.
tags: [postgresql, Performance]
order: 3
slug: pools
kind: guide
status: draft
level: beginner
prerequisites:
  - ../a.md
aliases: old-pools, older
updated: 2024-02-29
encoding: as-is
author: somebody
---
# Pools
"""


def test_every_key_is_read() -> None:
    front, lines, notices = split(FULL)
    assert front == FrontMatter(
        title="Pools: how many",
        summary="One line.",
        tags=["postgresql", "Performance"],
        order=3,
        slug="pools",
        kind="guide",
        status="draft",
        level="beginner",
        prerequisites=["../a.md"],
        aliases=["old-pools", "older"],
        updated=date(2024, 2, 29),
        encoding="as-is",
        addresses=["./pools"],
        extra={"author": "somebody"},
        written=[("author", "author: somebody\n")],
    )
    assert (lines, notices) == (16, [])


def test_a_description_is_a_summary() -> None:
    assert split("---\ndescription: One line.\n---\n")[0].summary == "One line."


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("title: Pools: a guide", "Pools: a guide"),
        ("title: [WIP] It's a pool", "[WIP] It's a pool"),
        ("author: @ann", "@ann"),
        ("description: *bold* and `code`", "*bold* and `code`"),
        ("short: `code`", "`code`"),
        ("rate: %5", "%5"),
    ],
)
def test_a_text_that_lacks_its_quotes_is_read(line: str, value: str) -> None:
    front, lines, notices = split(f"---\nslug: x\n{line}\ntags: [a, b]\n---\n")
    read_as = (front.title or front.summary or next(iter(front.extra.values())), front.tags)
    assert (read_as, lines, notices) == ((value, ["a", "b"]), 5, [])


def test_it_takes_no_part_in_the_text_and_lines_keep_their_numbers() -> None:
    document = read(FULL)
    assert document.title == "Pools: how many"
    assert document.sections[0].title == "Pools"
    assert (document.sections[0].markdown, document.sections[0].line) == ("", 17)


@pytest.mark.parametrize(
    "text",
    [
        "# No front matter",
        "---\n\nA rule, then text: broken [yaml\n\n---\n",
        "---\nJust a paragraph\n---\n",
        "---\ntitle: never closed\n",
        "text\n---\ntitle: x\n---\n",
        "",
    ],
)
def test_what_is_no_front_matter(text: str) -> None:
    assert split(text) == (FrontMatter(), 0, [])


@pytest.mark.parametrize(
    ("block", "reason", "line"),
    [
        ("title: [a\n", "front matter is not YAML", 3),
        ("title: a\nb: {c: d\n", "front matter is not YAML", 4),
        (f"title: {'[' * 3000}\n", "front matter is not YAML", None),
        ("title: &a [x]\n*a : b\n", "front matter", None),
        (f"title: {'x' * 300_000}\n", "front matter is longer than 256 KB", 1),
    ],
)
def test_what_is_refused(block: str, reason: str, line: int | None) -> None:
    with pytest.raises(Refused) as caught:
        split(f"---\n{block}---\n")
    assert caught.value.reason.startswith(reason)
    assert line is None or caught.value.line == line


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("kind: novel\n", "kind 'novel' is unknown here and was ignored"),
        ("kind: [novel]\n", "kind \"['novel']\" is unknown here and was ignored"),
        ("level: 3\n", "level '3' is unknown here and was ignored"),
        ("updated: soon\n", "updated 'soon' is no date and was ignored"),
        ("updated: [soon]\n", "updated is no date and was ignored"),
        ("title: {a: b}\n", "title is no text and was ignored"),
        ("title: [a, b]\n", "title is no text and was ignored"),
        ("description: [a, b]\n", "description is no text and was ignored"),
        ("tags: {a: b}\n", "tags is no list and was ignored"),
        ("tags: [a, [b]]\n", "tags holds something else than texts, which was ignored"),
        ("order: first\n", "order is no number and was ignored"),
        ("weight: {a: 1}\n", "weight is no number and was ignored"),
        ("status: new\n", "status 'new' means nothing here and was ignored"),
        (
            "status: [experimental, non-standard]\n",
            "status 'experimental, non-standard' means nothing here and was ignored",
        ),
        ("status: {a: b}\n", "status means nothing here and was ignored"),
        (
            f"prerequisites: [{'x' * 501}]\n",
            "prerequisites holds a text of more than 500 characters, which was ignored",
        ),
    ],
)
def test_what_is_only_noticed(block: str, message: str) -> None:
    assert [notice.message for notice in split(f"---\n{block}---\n")[2]] == [
        f"front matter: {message}"
    ]


@pytest.mark.parametrize("title", ["Yes", "1.10", "null", "a: b # c", "@x", "Ünï", "- x"])
def test_what_is_written_reads_the_same(title: str) -> None:
    front, _, _ = split(write({"title": title, "tags": [title], "summary": "", "order": 2}))
    assert (front.title, front.tags, front.order) == (title, [title], 2)


def test_nothing_is_written_for_nothing() -> None:
    assert write({"title": "", "tags": [], "order": None}) == ""


FORMS = {
    "TOML": '+++\ntitle = "Sessions"\ndate = 2024-05-06\ntags = ["http", "state"]\n+++\nText.\n',
    "TOML by name": '---toml\ntitle = "Sessions"\ntags = ["http", "state"]\n---\nText.\n',
    "JSON": '{\n  "title": "Sessions",\n  "tags": ["http", "state"]\n}\n\nText.\n',
    "JSON by name": '---json\n{"title": "Sessions", "tags": ["http", "state"]}\n---\nText.\n',
    "YAML by name": "---yaml\ntitle: Sessions\ntags: [http, state]\n---\nText.\n",
    "key of two words": "---\ndue date: x\ntitle: Sessions\ntags: [http, state]\n---\nText.\n",
    "key with an emoji": "---\n📅 due: x\ntitle: Sessions\ntags: [http, state]\n---\nText.\n",
    "key in Chinese": "---\n日期: 2024-01-01\ntitle: Sessions\ntags: [http, state]\n---\nText.\n",
    "quoted key": '---\n"the date": x\ntitle: Sessions\ntags: [http, state]\n---\nText.\n',
    "maps as tags": "---\ntitle: Sessions\ntags:\n- {label: http}\n- {label: state}\n---\nText.\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS.keys())
def test_each_form_of_the_block_is_read_and_no_part_of_the_text(text: str) -> None:
    document = read(text)
    assert (document.title, document.front.tags) == ("Sessions", ["http", "state"])
    assert document.sections[0].markdown == "Text."


@pytest.mark.parametrize(
    ("text", "title", "markdown"),
    [
        ("% Sessions\n\nText.\n", "Sessions", "Text."),
        ("% Sessions\n% Ann; Bob\n% 2026-11-30\n\nText.\n", "Sessions", "Text."),
        ("% Sessions and\n  cookies\n%\n% May\n\n# One\n", "Sessions and cookies", ""),
        ("% Sessions\n", "Sessions", ""),
        ("% Sessions\nText.\n", "A", "% Sessions\nText."),
        ("%no title\n\nText.\n", "A", "%no title\n\nText."),
        ("50 % of it\n\nText.\n", "A", "50 % of it\n\nText."),
        ("% The *title*\n\nText.\n", "The title", "Text."),
        ("Title:   B\nAuthor: Ann\n    Bob\n\nText.\n", "B", "Text."),
        ("Title: of a text\n\nText.\n", "A", "Title: of a text\n\nText."),
        ("title:: B\ntags:: [[c]], d\n\n- Text.\n", "B", "- Text."),
        ("note:: b\n\nText.\n", "A", "note:: b\n\nText."),
        (';;;\n{"title": "B"}\n;;;\n\nText.\n', "B", "Text."),
        ("---\ntitle: B: c\n---\n\nText.\n", "B: c", "Text."),
    ],
)
def test_blocks_in_the_forms_of_notes_are_no_text(text: str, title: str, markdown: str) -> None:
    document = parse(text.encode(), path="a.md")
    assert (document.title, document.sections[0].markdown) == (title, markdown)


@pytest.mark.parametrize(
    "text",
    [
        "{ braces } of a text\n",
        "{}\n",
        '{"a": 1} and more\n',
        "{{ shortcode }}\n",
        "+++\nno end = 1\n",
        "---\nA sentence, with a colon: here\n---\n",
        "---\nWe say: [no yaml\n---\n",
    ],
)
def test_what_looks_like_a_block_of_another_form_is_text(text: str) -> None:
    assert split(text) == (FrontMatter(), 0, [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("+++\ntitle = \n+++\n", "front matter is not TOML"),
        ("---json\n{]\n---\n", "front matter is not JSON"),
        ("---json\n[1]\n---\n", "front matter is not a list of keys and values"),
    ],
)
def test_a_block_that_says_its_form_and_breaks_it_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        split(text)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ("draft: true", "draft"),
        ("draft: True", "draft"),
        ("draft: yes", "draft"),
        ("draft: false", None),
        ("published: false", "draft"),
        ("published: true", None),
        ("published: 2024-01-01", None),
        ("publish: no", "draft"),
        ("private: true", "draft"),
        ("status: Draft", "draft"),
        ("status: published", "published"),
        ("status: [draft, api]", "draft"),
        ("status: private", "draft"),
        ("status: trash", "draft"),
        ("status: new", None),
        ("visibility: private", "draft"),
        ("draft: true\nstatus: published", "published"),
        ("draft: false\nstatus: draft", "draft"),
        ("publishDate: 2999-01-01", "draft"),
        ("publishDate: 2001-01-01", None),
        ("expiryDate: 2001-01-01T10:00:00Z", "draft"),
        ("expiryDate: 2999-01-01", None),
        ("headless: true", "draft"),
        ("headless: false", None),
        ("build:\n  render: never", "draft"),
        ("build: {render: link}", "draft"),
        ("_build:\n  render: false\n  list: false", "draft"),
        ("build:\n  render: always\n  list: never", None),
        ("build: webpack", None),
        ("draft: {a: true}", None),
        ("draft: '{{ is_draft }}'", "draft"),
        ("draft: no", None),
        ("Draft: true", "draft"),
        ("is_draft: true", "draft"),
        ("public: false", "draft"),
        ("Status: hidden", "draft"),
        ("permalink: false", "draft"),
        ("visibility: members", "draft"),
        ("isPublished: false", "draft"),
        ("unlisted: true", "draft"),
        ("public: true", None),
    ],
)
def test_what_hides_a_document_in_any_tool_hides_it_here(lines: str, status: str | None) -> None:
    assert split(f"---\n{lines}\n---\n")[0].status == status


@pytest.mark.parametrize(
    ("path", "lines", "tool", "status"),
    [
        ("_drafts/a.md", "title: A", "jekyll", "draft"),
        ("de/_drafts/x/a.md", "published: true", "", "draft"),
        ("_drafts/a.md", "status: published", "jekyll", "published"),
        ("_drafts.md", "title: A", "jekyll", None),
        ("_posts/2999-01-02-a.md", "title: A", "jekyll", "draft"),
        ("_posts/2999-01-02-a.md", "date: 2001-01-01", "jekyll", None),
        ("_posts/2001-01-02-a.md", "title: A", "jekyll", None),
        ("content/a.md", "date: 2999-01-01T10:00:00Z", "hugo", "draft"),
        ("a.md", "date: 2999-01-01", "obsidian", None),
    ],
)
def test_the_place_and_the_day_of_a_document_hide_it_as_its_tool_does(
    path: str, lines: str, tool: str, status: str | None
) -> None:
    front = parse(f"---\n{lines}\n---\nText.\n".encode(), path=path, tool=tool).front
    assert front.status == status
    assert front.is_later == (status == "draft" and "2999" in path + lines)


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("order: 3", 3),
        ("order: 1.5", 1.5),
        ("order: -2", -2),
        ("weight: 20", 20),
        ("weight: 0", None),
        ("sidebar_position: 2.5", 2.5),
        ("nav_order: 7", 7),
        ("sidebar:\n  order: 4", 4),
        ("sidebar: auto", None),
        ("order: 1\nweight: 20", 1),
        ("order: first\nweight: 20", 20),
        ("nav_order: 99999999999", None),
    ],
)
def test_the_order_of_any_tool_is_an_order(line: str, order: float | None) -> None:
    assert split(f"---\n{line}\n---\n")[0].order == order


ODD = """---
# A comment above.
title: Start
footer: false
hero:
  name: Vite
  # inside
  actions:
    - text: Go
      link: /guide/
outline: [2, 3]
version: 1.10
when: 2024-01-01
quoted: "2024-01-01"
empty:
text: |
  Two
  lines
📅 due date: tomorrow
status: new
---
"""


def test_what_means_nothing_here_is_written_back_as_it_was() -> None:
    front, _, _ = split(ODD)
    text = write({"title": front.title}, front.written)
    assert text == "---\ntitle: Start\n" + ODD.partition("title: Start\n")[2] + "\n"
    assert split(text)[0] == front


@pytest.mark.parametrize(
    ("block", "written"),
    [
        ("a: &x [1, 2]\nb: *x\n", "a: &x [1, 2]\nb:\n- 1\n- 2\n"),
        ("a: 1\na: 2\n", "a: 2\n"),
    ],
)
def test_a_key_without_lines_of_its_own_is_written_anew(block: str, written: str) -> None:
    front, _, _ = split(f"---\ntitle: T\n{block}---\n")
    assert "".join(source for _, source in front.written) == written


def test_a_key_of_toml_is_written_back_as_yaml_of_its_type() -> None:
    source = (
        "+++\na = false\nb = 1.5\nc = 2024-05-06\nd = [1, 2]\ne = 07:32:00\n[f]\ng = 'x'\n+++\n"
    )
    front, _, _ = split(source)
    assert write({}, front.written) == (
        "---\na: false\nb: 1.5\nc: 2024-05-06\nd:\n- 1\n- 2\ne: 07:32:00\nf:\n  g: x\n---\n\n"
    )


def test_a_key_that_is_written_for_us_takes_the_place_of_another_tools() -> None:
    front, _, _ = split("---\nstatus: new\nauthor: me\n---\n")
    assert write({"status": "draft"}, front.written) == "---\nstatus: draft\nauthor: me\n---\n\n"


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("lang: de", "de"),
        ("language: pt_BR", "pt-BR"),
        ("locale: zh-Hans", "zh-Hans"),
        ("lang: [de]", ""),
        ("lang: the German one", ""),
        ("lang: '<x>'", ""),
    ],
)
def test_a_language_is_read_where_it_is_one(line: str, language: str) -> None:
    assert split(f"---\n{line}\n---\n")[0].language == language


@pytest.mark.parametrize(
    "value", ["{{ replace .Name `-` ` ` | title }}", "{{title}}", "{{ it's }}", "{% now %}"]
)
def test_a_template_is_no_reason_to_refuse_a_file(value: str) -> None:
    front, lines, _ = split(f"---\ntitle: {value}\ndraft: true\ntags:\n  - {value}\n---\nText.\n")
    assert (front.title, front.tags, front.status, lines) == ("", [], "draft", 6)
