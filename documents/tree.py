"""The block structure of a document as values."""

import re
from dataclasses import dataclass, field

from .values import Notice


@dataclass(slots=True)
class Block:
    """A block of a document.

    kind    a container: document, quote, list, item, footnote, admonition, terms, definition;
            a leaf: paragraph, heading, fence, code, html, rule, table, term; or cut
    line    0-based index of its first line
    lines   a leaf's text, without the marks of the containers around it
    """

    kind: str
    line: int
    children: list["Block"] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    level: int = 0  # of a heading
    mark: str = ""  # of a list: its bullet or delimiter; of a fence: its opening run
    offset: int = 0  # columns that a line in this item, footnote or fence is indented by
    start: int = 1  # of an ordered list
    ordered: bool = False
    loose: bool = False
    info: str = ""  # a fence's info string, a footnote's label, an admonition's kind
    title: str = ""  # an admonition's
    end: re.Pattern[str] | None = None  # of HTML: what ends it; None for a blank line
    last: int = 0  # index of a heading's or HTML block's last line
    aligns: list[str] = field(default_factory=list)  # of a table


@dataclass(slots=True)
class Parsed:
    """The root block, link targets by folded label, and what never ended."""

    root: Block
    references: dict[str, tuple[str, str]]
    notices: list[Notice]
