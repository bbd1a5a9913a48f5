"""The values that parsing a document yields: plain data, safe to pickle, free of Django."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

# Gives the path and the text of another file of the source, by the path of the file that includes
# it and the name that it has there; None where there is none.
Include = Callable[[str, str], tuple[str, str] | None]

Kind = Literal["outline", "roadmap", "interview", "path", "guide", "article", "glossary"]
LinkKind = Literal["internal", "anchor", "external", "image", "mail", "wiki", "embed"]


class Refused(Exception):
    """A whole file cannot be taken in. `reason` is for the reader; `line` is 1-based or None."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason, line)
        self.reason = reason
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


@dataclass(frozen=True, slots=True)
class Notice:
    """Something odd in a document that was taken in all the same. `line` is 1-based."""

    line: int | None
    message: str


@dataclass(slots=True)
class FrontMatter:
    """The optional block at the top of a file.

    extra      keys that mean nothing here and have a text
    inner      the texts within maps, by dotted keys: what a document's own text may name
    written    all keys that an export writes back as they were, each with its lines of YAML
    implied    what keys of other tools say of ours: `draft: true` is a `status`
    addresses  where another tool serves, or served, the file
    is_later   whether a day to come changes the status
    home       what a home page calls itself, and as lines of Markdown what it says there
    """

    title: str = ""
    summary: str = ""
    tags: list[str] = field(default_factory=list)
    order: int | float | None = None
    slug: str = ""
    kind: Kind | None = None
    status: Literal["draft", "published"] | None = None
    level: str = ""
    prerequisites: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    updated: date | None = None
    encoding: Literal["as-is"] | None = None
    language: str = ""
    addresses: list[str] = field(default_factory=list)
    is_later: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    inner: dict[str, str] = field(default_factory=dict)
    written: list[tuple[str, str]] = field(default_factory=list)
    implied: dict[str, Any] = field(default_factory=dict)
    home: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Definition:
    """A term that the text defines, with the defining words as plain text."""

    term: str
    text: str


@dataclass(slots=True)
class Question:
    """A question that a section asks; its answer is the section's own text."""

    text: str


@dataclass(slots=True)
class Link:
    """A link or image as written. `line` is 1-based in the file, None where it was not found.

    The `href` of a link by the name of a note, or of an embed, starts with "wiki:"."""

    href: str
    text: str
    kind: LinkKind
    line: int | None = None


@dataclass(slots=True)
class PathStep:
    """One step of a learning path. `section` is the index of the section that holds it.

    `names` are what the step calls its goals: its bold words and the texts of its links.
    """

    position: int
    text: str
    names: list[str]
    hrefs: list[str]
    section: int


@dataclass(slots=True)
class ParsedSection:
    """One heading (or numbered outline item, or the root) with the text directly under it.

    parent    index into `Document.sections`; None for the root, which is always index 0
    anchor    unique in the document; "" for the root
    number    "1.1.2.1", "10", "A" or ""
    title     plain text without the number; "" for a root without a title heading
    heading   the heading's source as written, number included, without its marks and `{#id}`;
              of an item the source of its title
    level     1 to 6 as written; 0 for the root; for an item its parent's level plus one
    markdown  own source below the heading, up to the next section
    html      sanitised HTML of `markdown`, links as written, without the heading
    text      plain prose of it, for search; `code` the plain text of its code blocks
    anchors   further names that links may use: ids written in raw HTML
    words     number of words in `text`
    line      1-based line of the heading in the file
    """

    parent: int | None = None
    anchor: str = ""
    number: str = ""
    title: str = ""
    title_html: str = ""
    heading: str = ""
    level: int = 0
    is_item: bool = False
    markdown: str = ""
    html: str = ""
    text: str = ""
    code: str = ""
    words: int = 0
    line: int = 1
    definitions: list[Definition] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """A parsed file. `title_anchor` is the slug of the title heading, which means the root.

    language  the tag of its language where it says one or is certain, else ""
    unread    how often syntax of other tools was not understood, by its kind or "kind: name"
    included  the names of other files whose text was asked for, as they were written
    taken     the paths, from the source's root, of those whose text it holds
    """

    title: str
    title_anchor: str
    kind: Kind
    front: FrontMatter
    sections: list[ParsedSection]
    notices: list[Notice]
    repaired: Literal["Mac Roman", "Windows-1252"] | None
    steps: list[PathStep]
    language: str = ""
    unread: dict[str, int] = field(default_factory=dict)
    included: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
