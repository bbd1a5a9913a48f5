"""Sections back to Markdown: what is parsed from it is the same, and so are its bytes."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from documents import Document, ParsedSection, assemble

from .reading import read, sample


def written(document: Document) -> str:
    front = {"title": document.front.title, "kind": document.kind}
    return assemble(front, document.title, document.sections)


def told(section: ParsedSection) -> dict[str, Any]:
    """All of a section but the lines, which may move."""
    values = asdict(section)
    del values["line"], values["heading"]
    for link in values["links"]:
        del link["line"]
    return values


def same(first: Document, second: Document) -> None:
    assert [told(section) for section in first.sections] == [
        told(section) for section in second.sections
    ]
    assert (first.title, first.title_anchor, first.kind) == (
        second.title,
        second.title_anchor,
        second.kind,
    )
    assert first.steps == second.steps


@pytest.mark.parametrize("name", ["library", "roadmap", "outline", "interview", "guide", "extras"])
def test_a_sample_comes_back_whole_and_stays(name: str) -> None:
    document = read(sample(name))
    once = written(document)
    again = read(once)
    same(document, again)
    assert written(again) == once


@pytest.mark.parametrize("name", ["library", "roadmap", "outline", "interview", "guide", "extras"])
def test_headings_can_be_written_anew(name: str) -> None:
    document = read(sample(name))
    bare = [replace(section, heading="") for section in document.sections]
    again = read(assemble({"kind": document.kind}, document.title, bare))
    same(document, again)
    assert [s.title for s in again.sections] == [s.title for s in document.sections]


def test_what_is_written_reads_well() -> None:
    document = read(
        "---\nkind: outline\n---\n# T #\nText\n\n## B {#pin}\n- 1.1 **C**\n  more\n- 1.2 D"
    )
    assert assemble({"kind": "outline"}, document.title, document.sections) == (
        "---\nkind: outline\n---\n\n# T\n\nText\n\n## B {#pin}\n\n"
        "- **1.1** **C**\n\n  more\n\n- **1.2** D\n"
    )


def test_an_anchor_is_pinned_only_where_it_differs() -> None:
    document = read("## A\n## A\n## B\n")
    document.sections[1].anchor = "kept"
    assert assemble({}, "A", document.sections) == "## A {#kept}\n\n## A {#a-1}\n\n## B\n"


def test_a_new_title_is_written_with_its_number_and_marks() -> None:
    section = read("## 2.1 Old\n").sections[1]
    section.heading, section.title = "", "a_b* <T> & c"
    section.title_html = "<code>a_b</code>* &lt;T&gt; &amp; <em>c</em>"
    section.anchor = "21-old"
    text = assemble({}, section.title, [read("").sections[0], section])
    assert text == "## 2.1 `a_b`\\* \\<T\\> \\& *c* {#21-old}\n"
    again = read(text).sections[1]
    assert (again.number, again.title_html, again.anchor) == ("2.1", section.title_html, "21-old")


def test_the_title_goes_to_the_front_matter_only_when_the_text_does_not_give_it() -> None:
    assert assemble({}, "A", read("# A\n").sections) == "# A\n"
    assert assemble({}, "B", read("# A\n").sections) == "---\ntitle: B\n---\n\n# A\n"
    assert assemble({}, "B", read("text").sections) == "---\ntitle: B\n---\n\ntext\n"
