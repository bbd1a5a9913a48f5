"""What a dialect is: one kind of syntax that tools add to Markdown."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from documents.values import Include

Env = MutableMapping[str, Any]
# How a block rule is added that may end a paragraph.
INTERRUPTING: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


@dataclass(slots=True)
class Reading:
    """What is known while one document is read, and what is found out.

    path     of the file
    tool     whose Markdown it is: one of TOOLS, or "" where nothing says so
    include  finds another file of the source, or None where there is no source
    front    the front matter's texts by key
    unread   how often each kind of syntax was left as it is
    included the names that `include` was asked for
    taken    the paths of the files whose text it gave
    site     what the site's configuration says, once that was asked for
    """

    path: str = ""
    tool: str = ""
    include: Include | None = None
    front: dict[str, str] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    included: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    site: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of syntax: how it is recognised, and what becomes of it.

    signs     one of them is found in every text that uses it; without any the dialect's rules are
              not asked. Each begins with characters as they are: others are slow to look for
    examples  pairs of Markdown and the HTML that it becomes; tests hold them
    rules     adds rules to a parser
    stops     at what else the parser stops in running text, as a pattern
    lines     changes a document's lines before they are parsed; their number stays
    blocks    changes all blocks once they are known, before their text is parsed
    inlines   changes the parsed text of one block
    tools     the tools that know it, where others mean something else by the same signs; a
              document of an unknown tool may use it
    """

    signs: tuple[re.Pattern[str], ...]
    examples: tuple[tuple[str, str], ...]
    rules: Callable[[MarkdownIt], None] | None = None
    stops: str = ""
    lines: Callable[[Sequence[str]], list[str]] | None = None
    blocks: Callable[[list[Token], Env], list[Token]] | None = None
    inlines: Callable[[list[Token], Env], list[Token]] | None = None
    tools: frozenset[str] = frozenset()


def signs(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """The signs of a dialect."""
    return tuple(map(re.compile, patterns))


def parse_inside(state: StateInline, text: str) -> None:
    """Parse the text between two marks. It has tokens of its own: those of the text around may not
    move, as emphasis that is still open points at them by number."""
    inner: list[Token] = []
    state.md.inline.parse(text, state.md, state.env, inner)
    if state.pending:
        state.pushPending()
    state.tokens += inner
    state.tokens_meta += [None] * len(inner)


def reading_of(env: Env) -> Reading:
    """The reading under way, of which a parser's `env` knows."""
    reading: Reading = env["reading"]
    return reading


def leaves(tokens: list[Token]) -> Iterator[Token]:
    """The tokens with text that is still to be parsed."""
    return (token for token in tokens if token.type == "inline")
