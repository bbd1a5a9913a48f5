import pytest

from documents import slug
from documents.attributes import split_pin
from documents.slugs import LONGEST, assign_anchors

from .reading import read, tree


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("Infrastructure & Networking", "infrastructure--networking"),
        ("API Design (REST)", "api-design-rest"),
        ("snake_case and kebab-case", "snake_case-and-kebab-case"),
        ("HTTP/2.0 vs HTTP/3", "http20-vs-http3"),
        ("📚 Table of Contents", "-table-of-contents"),
        ("Größe über Maß", "größe-über-maß"),
        ("日本語 の見出し", "日本語-の見出し"),
        ("1️⃣ DATABASES — The Foundation", "1️⃣-databases--the-foundation"),
        ("  padded  ", "padded"),
        ("!!!", ""),
    ],
)
def test_slugs_follow_github(text: str, anchor: str) -> None:
    assert slug(text) == anchor


def test_a_slug_has_a_greatest_length() -> None:
    assert len(slug("long " * 1000)) == LONGEST


@pytest.mark.parametrize(
    ("names", "anchors"),
    [
        (["a", "a", "a"], ["a", "a-1", "a-2"]),
        (["a", "a-1", "a"], ["a", "a-1", "a-2"]),
        (["a-1", "a", "a"], ["a-1", "a", "a-2"]),
        (["", ""], ["section", "section-1"]),
        (["1-1", "1-1", "1-1-1"], ["1-1", "1-1--1", "1-1-1"]),
        ([("a", ""), ("b", "a")], ["a-1", "a"]),
        ([("a", "x"), ("b", "x")], ["x", "x-1"]),
    ],
)
def test_anchors_are_unique(names: list, anchors: list[str]) -> None:
    pairs = [name if isinstance(name, tuple) else (name, "") for name in names]
    assert assign_anchors(pairs) == anchors


@pytest.mark.parametrize(
    ("source", "text", "pin"),
    [
        ("Title {#pin}", "Title", "pin"),
        ("Title{#pin}", "Title{#pin}", ""),
        ("{#pin}", "", "pin"),
        ("Title {#a b}", "Title {#a b}", ""),
        ("Title {.class}", "Title", ""),
        ("Title { #pin }", "Title", "pin"),
        ("Title {: #pin}", "Title", "pin"),
        ("Title {:#v1.2}", "Title", "v1.2"),
        ("Title {.a #pin key='v' data-x}", "Title", "pin"),
        ("Title {/* #pin */}", "Title", "pin"),
        ('Title {key="value"}', "Title", ""),
        ("Title {: .no_toc }", "Title", ""),
        ("Title {key=value}", "Title {key=value}", ""),
        ("Title {word}", "Title {word}", ""),
        ("Title {}", "Title {}", ""),
        ("Title {: }", "Title {: }", ""),
        ("Title {#}", "Title {#}", ""),
        ("Title {.5}", "Title {.5}", ""),
        ("Title ${#array}", "Title ${#array}", ""),
        ("Title {#<b>}", "Title {#<b>}", ""),
        ("Title {{#pin}}", "Title {{#pin}}", ""),
        ("Title {#a} {#b}", "Title {#a}", "b"),
    ],
)
def test_a_heading_can_pin_its_anchor(source: str, text: str, pin: str) -> None:
    assert split_pin(source) == (text, pin)


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("## A\n## B\n", [("", "A", ""), ("", "B", "")]),
        ("### A\n## B\n# C\n# D\n", [("", "A", ""), ("", "B", ""), ("", "C", ""), ("", "D", "")]),
        ("# T\n#### A\n## B\n", [("", "A", "T"), ("", "B", "T")]),
        ("T\n=\nA\n-\nb\n", [("", "A", "T")]),
        ("Two\nlines\n---\n", [("", "Two lines", "")]),
        ("##\n## B", [("", "Untitled", ""), ("", "B", "")]),
        ("```\n# no\n```\n<!--\n# no\n-->\n    # no\n> # no\n\n- # no\n", []),
        ("## `code` and *em* & [link](x)\n", [("", "code and em & link", "")]),
        ("## A {#b}\n", [("", "A", "")]),
    ],
)
def test_the_tree_of_headings(text: str, sections: list[tuple[str, str, str]]) -> None:
    assert tree(read(text)) == sections


def test_a_title_keeps_code_and_emphasis_and_nothing_else() -> None:
    section = read("## `a<b>` **bold** [link](x) <img src=y onerror=z> <T>\n").sections[1]
    assert section.title == "a<b> bold link <T>"
    assert section.title_html == ("<code>a&lt;b&gt;</code> <strong>bold</strong> link  &lt;T&gt;")
    assert [link.href for link in section.links] == ["x", "y"]


@pytest.mark.parametrize(
    ("titles", "numbered"),
    [
        (["1. A", "2. B"], [("1", "A"), ("2", "B")]),
        (["01 - A", "02 - B"], [("01", "A"), ("02", "B")]),
        (["1️⃣ A", "2️⃣ B"], [("1", "A"), ("2", "B")]),
        (["9️⃣ A", "🔟 B"], [("9", "A"), ("10", "B")]),
        (["✅ 1. A", "✅ 2. B", "✅ Done"], [("1", "A"), ("2", "B"), ("", "✅ Done")]),
        (["A. One", "B. Two"], [("A", "One"), ("B", "Two")]),
        (["**1.1 A**", "**1.2** B"], [("1.1", "A"), ("1.2", "B")]),
        (["1.1.2.3 A"], [("1.1.2.3", "A")]),
        (["404 - Not Found"], [("", "404 - Not Found")]),
        (
            ["403 - Forbidden", "404 - Not Found"],
            [("", "403 - Forbidden"), ("", "404 - Not Found")],
        ),
        (["1. A", "3. C"], [("", "1. A"), ("", "3. C")]),
        (["1. A", "2 - B"], [("1", "A"), ("2", "B")]),
        (["3 ways to fail", "4 ways"], [("", "3 ways to fail"), ("", "4 ways")]),
        (["1.2.0 - 2024-01-31"], [("", "1.2.0 - 2024-01-31")]),
        (["2.0"], [("", "2.0")]),
        (
            ["C++", "C - a language", "D - another"],
            [("", "C++"), ("", "C - a language"), ("", "D - another")],
        ),
    ],
)
def test_numbers_before_titles(titles: list[str], numbered: list[tuple[str, str]]) -> None:
    text = "".join(f"## {title}\n" for title in titles)
    assert [(number, title) for number, title, _ in tree(read(text))] == numbered


def test_a_number_may_be_confirmed_by_its_children() -> None:
    document = read("## 1. A\n### 1.1 B\n")
    assert [(number, title) for number, title, _ in tree(document)] == [("1", "A"), ("1.1", "B")]


def test_anchors_come_from_the_heading_as_written() -> None:
    document = read("## 1. A\n## 2. A\n## Setup\n## Setup\n## Pin {#here}\n")
    assert [section.anchor for section in document.sections] == [
        "",
        "1-a",
        "2-a",
        "setup",
        "setup-1",
        "here",
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: Front\n---\n# Head", "Front"),
        ("# Head\n## Sub", "Head"),
        ("## Sub\n# Head", "Sub"),
        ("## Sub\n## Other", "Sub"),
        ('<h1 align="center">\n  <b>Raw</b> head\n</h1>\n\n## Sub', "Raw head"),
        ("<h1>Raw <b><h1>nested</h1> head\n\n## Sub", "Raw nested head"),
        ("## ![Logo](x.png)", "Logo"),
        ("no heading", "Some file"),
        ("", "Some file"),
    ],
)
def test_where_the_title_comes_from(text: str, title: str) -> None:
    assert read(text).title == title
