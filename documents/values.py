"""The values that parsing a document yields: plain data, safe to pickle, free of Django."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["outline", "roadmap", "interview", "path", "guide", "article", "glossary"]
LinkKind = Literal["internal", "anchor", "external", "image", "mail"]


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
    """The optional YAML block at the top of a file. `extra` keeps keys that mean nothing here."""

    title: str = ""
    summary: str = ""
    tags: list[str] = field(default_factory=list)
    order: int | None = None
    slug: str = ""
    kind: Kind | None = None
    status: Literal["draft", "published"] | None = None
    level: str = ""
    prerequisites: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    updated: date | None = None
    encoding: Literal["as-is"] | None = None
    extra: dict[str, str] = field(default_factory=dict)


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
    """A link or image as written. `line` is 1-based in the file, None where it was not found."""

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
    """A parsed file. `title_anchor` is the slug of the title heading, which means the root."""

    title: str
    title_anchor: str
    kind: Kind
    front: FrontMatter
    sections: list[ParsedSection]
    notices: list[Notice]
    repaired: Literal["Mac Roman", "Windows-1252"] | None
    steps: list[PathStep]
