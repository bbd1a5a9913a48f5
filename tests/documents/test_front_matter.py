from datetime import date

import pytest

from documents import FrontMatter, Refused
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
        extra={"author": "somebody"},
    )
    assert (lines, notices) == (16, [])


def test_a_description_is_a_summary() -> None:
    assert split("---\ndescription: One line.\n---\n")[0].summary == "One line."


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
        ("title: a\nb: c: d\n", "front matter is not YAML", 3),
        ("title: {a: b}\n", "front matter: title must be text", 1),
        ("tags: {a: b}\n", "front matter: tags must be a list of texts", 1),
        ("order: first\n", "front matter: order must be a whole number, not 'first'", 1),
        ("status: secret\n", "front matter: status must be draft or published", 1),
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
        ("kind: novel\n", "front matter: unknown kind 'novel' was ignored"),
        ("updated: soon\n", "front matter: updated 'soon' is no date, ignored"),
    ],
)
def test_what_is_only_noticed(block: str, message: str) -> None:
    assert [notice.message for notice in split(f"---\n{block}---\n")[2]] == [message]


@pytest.mark.parametrize("title", ["Yes", "1.10", "null", "a: b # c", "@x", "Ünï", "- x"])
def test_what_is_written_reads_the_same(title: str) -> None:
    front, _, _ = split(write({"title": title, "tags": [title], "summary": "", "order": 2}))
    assert (front.title, front.tags, front.order) == (title, [title], 2)


def test_nothing_is_written_for_nothing() -> None:
    assert write({"title": "", "tags": [], "order": None}) == ""
