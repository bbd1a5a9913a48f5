"""Helpers for the tests of documents: parse a text, count elements, compare words."""

import re
from collections import Counter
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

from documents import Document, parse
from documents.markdown import parse_blocks
from documents.sanitizer import sanitise
from documents.section_html import render_sections

SAMPLES = Path(__file__).parent.parent / "samples"
COUNTED = ["h1", "h2", "h3", "h4", "h5", "li", "ol", "table", "tr", "pre", "blockquote", "a", "hr"]


def read(text: str) -> Document:
    return parse(text.encode(), path="folder/01_some-file.md")


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.md").read_text()


def tree(document: Document) -> list[tuple[str, str, str]]:
    """Number, title and parent's title of every section but the root."""
    sections = document.sections
    return [
        (section.number, section.title, sections[section.parent].title)
        for section in sections
        if section.parent is not None
    ]


def counts(document: Document) -> dict[str, int]:
    """Elements over all sections; headings by the level written, a title H1 as h1."""
    found: Counter[str] = Counter()
    for section in document.sections:
        found.update(elements(section.html))
        if section.parent is not None and not section.is_item:
            found[f"h{section.level}"] += 1
        elif section.parent is None and section.title:
            found["h1"] += 1
    return {name: found[name] for name in COUNTED}


def html_of(text: str) -> str:
    """A text's HTML without the cut into sections."""
    pieces = render_sections(parse_blocks(text.removesuffix("\n").split("\n")))
    return sanitise("".join(piece.heading_html + piece.html for piece in pieces))


def reference_html(text: str) -> str:
    """What the CommonMark reference with GFM's tables makes of a text."""
    return sanitise(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))


def reference_counts(text: str) -> dict[str, int]:
    found = Counter(elements(reference_html(text)))
    return {name: found[name] for name in COUNTED}


def elements(html: str) -> list[str]:
    return re.findall(r"<([a-z0-9]+)[\s>/]", html)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def words_of(document: Document) -> Counter[str]:
    """Every word that a reader or a search can find in a document, link targets included."""
    found: Counter[str] = Counter()
    for section in document.sections:
        targets = [link.href for link in section.links]
        found += words(" ".join([section.number, section.title, section.text, section.code]))
        found += words(" ".join(targets))
    return found
